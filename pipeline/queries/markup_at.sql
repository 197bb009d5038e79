-- A month's bill on tuned models and on their bases, what costs most more first. Parameters: seller or null, part of a model's
-- name or null, tokens read and tokens written a month.
SELECT
    provider,
    model,
    concat_ws(', ', nullif(tier, 'standard'), condition, context_band, region) AS "for",
    round(tuned_usd_per_month, 2)::DECIMAL(18, 2) AS "tuned $/mo",
    round(base_usd_per_month, 2)::DECIMAL(18, 2) AS "base $/mo",
    round(extra_usd_per_month, 2)::DECIMAL(18, 2) AS "extra $/mo",
    round(hosting_usd_per_month, 2)::DECIMAL(18, 2) AS "hosting $/mo",
    round(blended_ratio, 4) AS ratio,
    unknown_because AS note
FROM markup_at($3::DOUBLE, $4::DOUBLE)
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(model), lower($2)))
ORDER BY extra_usd_per_month DESC NULLS LAST, provider, model, tier, condition, region, context_band
