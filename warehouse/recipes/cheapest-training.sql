-- The cheapest training by the token
--
-- group: prices
-- answers: Which sellers train a model for the least per million tokens today, and what they ask at least for a job.

SELECT
    provider,
    coalesce(model, size_tier) AS model,
    method,
    technique,
    amount AS usd_per_mtok,
    minimum_amount AS minimum_usd,
    trust,
    last_verified_at
FROM training_price
WHERE meter = 'training_tokens' AND currency = 'USD' AND value_state = 'priced' AND gone_since IS NULL
    AND NOT starts_with(provider, '_')
ORDER BY amount, provider, model, method, technique, series_id;
