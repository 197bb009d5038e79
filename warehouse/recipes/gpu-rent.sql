-- Renting a GPU by the hour
--
-- group: decisions
-- answers: What each GPU costs on demand, at the cheapest seller, in the middle and at the dearest, USD per GPU and hour.

SELECT
    model AS gpu,
    count(DISTINCT provider) AS sellers,
    min(amount) AS lowest_usd_per_hour,
    arg_min(provider, (amount, provider)) AS cheapest,
    round(median(amount), 4) AS middle_usd_per_hour,
    max(amount) AS highest_usd_per_hour,
    max(last_verified_at) AS last_verified_at
FROM current_price
WHERE meter = 'gpu_hours' AND currency = 'USD' AND amount > 0 AND coalesce(tier, 'on_demand') = 'on_demand'
GROUP BY model
ORDER BY lowest_usd_per_hour, gpu;
