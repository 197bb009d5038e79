-- The batch discount, tuned and base
--
-- group: markups
-- answers: Which share of the standard price batch calls cost, for tuned models and for base models at each seller.

SELECT
    standard.provider,
    standard.variant,
    count(*) AS prices,
    round(min(batch.amount / standard.amount), 4) AS lowest_share,
    round(max(batch.amount / standard.amount), 4) AS highest_share
FROM current_price AS standard
JOIN current_price AS batch
    ON batch.tier = 'batch' AND standard.tier = 'standard'
    AND batch.provider = standard.provider AND batch.model = standard.model
    AND batch.meter = standard.meter AND batch.variant = standard.variant AND batch.currency = standard.currency
    AND batch.region IS NOT DISTINCT FROM standard.region AND batch.condition IS NOT DISTINCT FROM standard.condition
    AND batch.context_band IS NOT DISTINCT FROM standard.context_band
WHERE standard.amount > 0 AND batch.amount IS NOT NULL
GROUP BY standard.provider, standard.variant
ORDER BY standard.provider, standard.variant;
