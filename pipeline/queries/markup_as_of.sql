-- Tuned over base as known on a date. Parameters: seller or null, part of a model's name or null, the moment in UTC.
-- "for" is what tells a markup from its neighbours; the standard tier goes without saying. Amounts are per 1M tokens.
SELECT
    provider,
    model,
    nullif(base_model, model) AS base_model,
    replace(meter, 'inference_', '') AS meter,
    concat_ws(', ', nullif(tier, 'standard'), condition, context_band, region) AS "for",
    tuned_amount AS tuned,
    base_amount AS base,
    round(ratio, 4) AS ratio,
    source AS by,
    coalesce(
        'between ' || strftime(known_not_before, '%Y-%m-%d') || ' and ' || strftime(valid_from, '%Y-%m-%d'),
        strftime(valid_from, '%Y-%m-%d')
    ) AS since,
    coalesce(unknown_because, doubt, CASE WHEN trust = 'third_party' THEN 'a third party''s list' END) AS note
FROM markup_as_of($3::TIMESTAMP)
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(model), lower($2)))
ORDER BY provider, model, condition NULLS FIRST, tier DESC, "for", meter
