-- One row per span of a tuned price of a touched model, with the base series it is compared with.
--
-- kind: view
-- columns:
--   span_id: the tuned price's span
--   pair_model: the base model, or the tuned model itself where no base is known
--   base_page: the page of the base series; null where there is none
--   base_series_id: the base price of the same seller, meter, tier, product, region and currency, without conditions
-- promises:

WITH tuned AS (
    SELECT span.*, touched.pair_model
    FROM core.price_span AS span INNER JOIN core.touched_model AS touched
        ON span.provider = touched.provider AND coalesce(span.base_model, span.model, span.size_tier) = touched.pair_model
    WHERE span.variant = 'fine_tuned'
      AND span.meter IN ('inference_input', 'inference_cached_input', 'inference_output')
),
base AS (
    SELECT
        span.provider, span.page, span.series_id, span.model, span.product, span.meter, span.tier, span.context_band,
        span.time_window, span.region, span.currency, bool_or(span.valid_to IS NULL) AS is_current,
        min(trust_rank(span.trust)) AS trust_rank
    FROM core.price_span AS span INNER JOIN core.touched_model AS touched
        ON span.provider = touched.provider AND span.model = touched.pair_model
    WHERE span.variant = 'base' AND span.condition IS NULL
    GROUP BY ALL
)
SELECT
    tuned.span_id,
    tuned.pair_model,
    base.page AS base_page,
    base.series_id AS base_series_id
FROM tuned LEFT JOIN base
    ON tuned.provider = base.provider AND tuned.base_model = base.model AND tuned.meter = base.meter
    AND tuned.currency = base.currency
    AND tuned.tier IS NOT DISTINCT FROM base.tier
    AND tuned.product IS NOT DISTINCT FROM base.product
    AND tuned.region IS NOT DISTINCT FROM base.region
    AND tuned.time_window IS NOT DISTINCT FROM base.time_window
    AND (tuned.context_band IS NOT DISTINCT FROM base.context_band OR base.context_band IS NULL)
QUALIFY row_number() OVER (
    PARTITION BY tuned.span_id
    ORDER BY tuned.context_band IS NOT DISTINCT FROM base.context_band DESC, base.is_current DESC,
        base.trust_rank, base.page = tuned.page DESC, base.page, base.series_id
) = 1
