-- The latest prices of every model that can be tuned
--
-- group: prices
-- answers: What training, calling the tuned model and hosting it cost at each seller, side by side, USD in the standard tier.

SELECT
    provider,
    model,
    min(amount) FILTER (WHERE meter = 'training_tokens') AS training_usd_per_mtok,
    min(amount) FILTER (WHERE meter = 'training_hours') AS training_usd_per_hour,
    min(amount) FILTER (WHERE meter = 'inference_input' AND variant = 'fine_tuned') AS tuned_input_usd_per_mtok,
    min(amount) FILTER (WHERE meter = 'inference_output' AND variant = 'fine_tuned') AS tuned_output_usd_per_mtok,
    min(amount) FILTER (WHERE meter = 'hosting_hours') AS hosting_usd_per_hour,
    max(last_verified_at) AS last_verified_at
FROM current_price
WHERE model IS NOT NULL AND currency = 'USD' AND coalesce(tier, 'standard') = 'standard'
GROUP BY provider, model
HAVING coalesce(training_usd_per_mtok, training_usd_per_hour) IS NOT NULL
ORDER BY provider, model;
