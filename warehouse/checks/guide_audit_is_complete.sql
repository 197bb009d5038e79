-- Every figure of the guide has one row in its audit, with a page's figure or the reason for its absence.

WITH counted AS (
    SELECT provider, model, metric, variant, method, low, unit, count(*) AS times, min(words) AS words,
        count(seller_low) AS answers
    FROM mart.guide_audit GROUP BY ALL
)
SELECT figure.provider, figure.model, figure.metric, counted.times
FROM seed.guide_figure AS figure LEFT JOIN counted
    ON figure.provider IS NOT DISTINCT FROM counted.provider AND figure.model IS NOT DISTINCT FROM counted.model
    AND figure.metric = counted.metric AND figure.variant IS NOT DISTINCT FROM counted.variant
    AND figure.method IS NOT DISTINCT FROM counted.method AND figure.low::DOUBLE = counted.low
    AND figure.unit = counted.unit
WHERE coalesce(counted.times, 0) <> 1 OR coalesce(counted.words, '') = '' AND counted.answers = 0
