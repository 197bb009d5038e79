-- What each seller prints a price of
--
-- group: prices
-- answers: For how many models a seller prints training, calls of the tuned model and hosting, and when it was last read.

SELECT
    provider,
    count(DISTINCT coalesce(model, size_tier)) FILTER (WHERE meter LIKE 'training%') AS trained,
    count(DISTINCT model) FILTER (WHERE meter LIKE 'inference%' AND variant = 'fine_tuned') AS tuned_calls,
    count(DISTINCT model) FILTER (WHERE meter LIKE 'inference%' AND variant = 'base') AS base_calls,
    count(DISTINCT coalesce(model, size_tier)) FILTER (WHERE meter = 'hosting_hours') AS hosted,
    count(DISTINCT model) FILTER (WHERE meter = 'gpu_hours') AS gpus,
    count(*) AS prices,
    max(last_verified_at) AS last_verified_at
FROM current_price
GROUP BY provider
ORDER BY trained DESC, prices DESC, provider;
