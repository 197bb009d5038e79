-- Tuned over base, with every field. Parameters: seller or null, part of a model's name or null.
SELECT
    provider,
    model,
    base_model,
    meter,
    tier,
    condition,
    tuned_amount,
    base_amount,
    ratio,
    extra_usd_per_mtok,
    unknown_because,
    derived,
    product,
    context_band,
    region
FROM markup
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(model), lower($2)))
ORDER BY provider, model, condition NULLS FIRST, tier DESC, meter, product, context_band, region
