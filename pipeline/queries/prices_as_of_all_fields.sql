-- The prices known on a date, with every field. Parameters: seller or null, part of a model's name or null, the moment in UTC.
SELECT
    provider,
    coalesce(model, size_tier) AS model,
    variant,
    meter,
    concat_ws(' ', method, technique) AS training,
    tier,
    concat_ws(' ', condition, context_band) AS condition,
    amount_text AS amount,
    currency,
    unit AS per,
    value_state AS state,
    coalesce(valid_from, first_seen_at) AS known_since,
    source_url,
    product,
    context_band,
    time_window,
    region,
    source,
    trust
FROM price_as_of($3::TIMESTAMP)
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(coalesce(model, size_tier)), lower($2)))
ORDER BY provider, coalesce(model, size_tier), variant, tier, condition, meter, training, product, time_window, region
