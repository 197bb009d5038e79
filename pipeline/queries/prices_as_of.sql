-- The prices known on a date. Parameters: seller or null, part of a model's name or null, the moment in UTC.
-- "for" is what tells a price from its neighbours; the standard tier goes without saying.
SELECT
    provider,
    coalesce(model, size_tier) AS model,
    concat_ws(' ', CASE WHEN variant = 'fine_tuned' AND starts_with(meter, 'inference_') THEN 'tuned' END, replace(meter, 'inference_', '')) AS meter,
    concat_ws(', ', product, nullif(concat_ws(' ', method, technique), ''), nullif(tier, 'standard'), condition, context_band, time_window, region) AS "for",
    CASE WHEN value_state IN ('priced', 'free') THEN concat_ws(' ', amount_text, currency) ELSE replace(value_state, '_', ' ') END AS amount,
    unit AS per,
    strftime(coalesce(valid_from, first_seen_at), '%Y-%m-%d') AS since,
    CASE WHEN trust = 'third_party' THEN source END AS list
FROM price_as_of($3::TIMESTAMP)
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(coalesce(model, size_tier)), lower($2)))
ORDER BY provider, coalesce(model, size_tier), variant, tier NULLS FIRST, "for", meter, currency
