-- One row per model of the guide, side and meter that a seller's own page prices now.
--
-- kind: view
-- columns:
--   provider: the seller, as in guide_figure; null where the guide names none
--   model: the guide's name of the model or GPU
--   side: base, or fine_tuned, which training belongs to; null for GPUs
--   meter: what is counted
--   low: USD, the price or the lowest of several
--   high: USD, the highest of several; the same as low for one price
--   seller: whose page it is
--   seller_model: the model as that page names it; null where a size tier prices it
--   size_tier: the band of model sizes that prices it; null where its name does
--   series_id: the price; of several the lowest
--   span_id: the span of that price
--   source_url: the page
--   verified_on: the newest day on which one of these prices was read
-- promises:

-- By the reviewed mapping of seed.guide_model alone: an exact name, the alias table's base, or a size tier; never a prefix.
WITH price AS (
    SELECT *
    FROM mart.current_price
    WHERE currency = 'USD' AND value_state = 'priced'
        AND (
            meter = 'gpu_hours' AND tier = 'spot'
            OR meter <> 'gpu_hours' AND coalesce(tier, 'standard') = 'standard' AND condition IS NULL
                AND region IS NULL AND (method IS NULL OR method = 'sft')
        )
)
SELECT
    named.provider,
    named.model,
    named.variant AS side,
    price.meter,
    min(price.amount)::DOUBLE AS low,
    max(price.amount)::DOUBLE AS high,
    arg_min(price.provider, (price.amount, price.series_id)) AS seller,
    arg_min(price.model, (price.amount, price.series_id)) AS seller_model,
    arg_min(price.size_tier, (price.amount, price.series_id)) AS size_tier,
    arg_min(price.series_id, (price.amount, price.series_id)) AS series_id,
    arg_min(price.span_id, (price.amount, price.series_id)) AS span_id,
    arg_min(price.source_url, (price.amount, price.series_id)) AS source_url,
    max(price.last_verified_at)::DATE AS verified_on
FROM seed.guide_model AS named INNER JOIN price
    ON (price.meter = 'gpu_hours') = (named.variant IS NULL)
    AND (named.seller IS NULL OR price.provider = named.seller)
    AND (named.variant IS NULL OR price.variant = named.variant)
    AND (named.context_band IS NULL OR price.context_band = named.context_band)
    AND (
        price.model = named.seller_model
        OR price.base_model = named.seller_model
        OR price.model IS NULL AND price.size_tier = named.size_tier
    )
GROUP BY named.provider, named.model, named.variant, price.meter
