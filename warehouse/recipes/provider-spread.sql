-- One model at several sellers
--
-- group: prices
-- answers: How far apart sellers are on the price of calling the same model, per million tokens read, USD.

SELECT
    lower(model) AS model,
    count(DISTINCT provider) AS sellers,
    min(amount) AS lowest_usd_per_mtok,
    arg_min(provider, (amount, provider)) AS cheapest,
    max(amount) AS highest_usd_per_mtok,
    arg_max(provider, (amount, provider)) AS dearest,
    round(max(amount) / min(amount), 2) AS times
FROM current_price
WHERE meter = 'inference_input' AND variant = 'base' AND tier = 'standard' AND currency = 'USD' AND amount > 0
    AND condition IS NULL AND context_band IS NULL AND NOT starts_with(provider, '_')
GROUP BY lower(model)
HAVING count(DISTINCT provider) > 1
ORDER BY times DESC, model;
