-- A month's bill on tuned models and on their bases, every field. Parameters as in markup_at.sql.
SELECT *
FROM markup_at($3::DOUBLE, $4::DOUBLE)
WHERE ($1::VARCHAR IS NULL OR provider = $1) AND ($2::VARCHAR IS NULL OR contains(lower(model), lower($2)))
ORDER BY extra_usd_per_month DESC NULLS LAST, provider, model, tier, condition, region, context_band
