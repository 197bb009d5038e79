-- Tuned over base. Parameters: seller or null, part of a model's name or null.
-- "for" is what tells a markup from its neighbours; the standard tier goes without saying. Amounts are per 1M tokens.
SELECT
    provider,
    model,
    nullif(base_model, model) AS base_model,
    replace(meter, 'inference_', '') AS meter,
    concat_ws(', ', product, nullif(tier, 'standard'), condition, context_band, region) AS "for",
    tuned_amount AS tuned,
    base_amount AS base,
    round(ratio, 4) AS ratio,
    coalesce(unknown_because, CASE WHEN derived THEN 'derived by a published rule' END) AS note
FROM markup
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(model), lower($2)))
ORDER BY provider, model, condition NULLS FIRST, tier DESC, "for", meter
