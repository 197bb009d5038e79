-- Tuned over base as known on a date, with every field. Parameters: seller or null, part of a model's name or null, the moment in UTC.
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
    unknown_because,
    doubt,
    source,
    trust,
    known_not_before,
    valid_from AS known_since,
    context_band,
    region
FROM markup_as_of($3::TIMESTAMP)
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(model), lower($2)))
ORDER BY provider, model, condition NULLS FIRST, tier DESC, meter, context_band, region, source
