-- Where sources disagree
--
-- group: evidence
-- answers: Prices of one thing that two watched pages print differently today, with both figures.

SELECT
    one.provider,
    coalesce(one.model, one.size_tier) AS model,
    one.meter,
    one.variant,
    one.tier,
    one.source,
    one.amount,
    other.source AS other_source,
    other.amount AS other_amount,
    one.unit,
    one.currency,
    least(one.last_verified_at, other.last_verified_at) AS both_verified_at
FROM price_history AS one
JOIN price_history AS other ON other.series_id = one.series_id AND other.source > one.source
WHERE one.valid_to IS NULL AND other.valid_to IS NULL AND one.amount IS DISTINCT FROM other.amount
ORDER BY one.provider, model, one.meter, one.variant, one.tier, one.source, other.source, one.series_id;
