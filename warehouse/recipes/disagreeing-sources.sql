-- Where sources disagree
--
-- group: evidence
-- answers: Prices of one thing that two watched pages print differently today, and figures of a guide or of a third party's list that a seller's page contradicts.

SELECT
    'two watched pages' AS what,
    one.provider,
    coalesce(one.model, one.size_tier) AS model,
    one.meter,
    one.variant,
    one.source AS one_source,
    one.amount AS one_amount,
    other.source AS other_source,
    other.amount AS other_amount,
    least(one.last_verified_at, other.last_verified_at)::DATE AS verified_on
FROM price_history AS one
JOIN price_history AS other ON other.series_id = one.series_id AND other.source > one.source
WHERE one.valid_to IS NULL AND other.valid_to IS NULL AND one.amount IS DISTINCT FROM other.amount
UNION ALL
SELECT
    'a guide and a page', seller, model, metric, variant, 'the guide of ' || as_of, low, source_url, seller_low, verified_on
FROM guide_audit
WHERE verdict IN ('differs', 'off_by_factor')
UNION ALL
SELECT
    'a list and a page', provider, model, meter, variant, feed || ': ' || cause_words, feed_amount, source, amount,
    last_verified_at::DATE
FROM source_agreement
WHERE NOT agrees
ORDER BY what DESC, provider, model, meter, variant, one_source, other_source, one_amount, other_amount;
