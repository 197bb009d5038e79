-- One row per page and tuned price that holds now, beside the price of its base: what tuning adds to every call.
--
-- kind: table
-- upkeep: core.touched_model (provider, pair_model)
-- columns:
--   provider: the seller
--   page: the page of the tuned price
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from, by the explicit alias table; null where none is known
--   pair_model: the base model, or the tuned model where no base is known
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier, the same for both
--   condition: of the tuned price; its base has none
--   region: the printed region or scope, the same for both
--   context_band: of the tuned price
--   currency: ISO code, the same for both
--   tuned_amount: per 1M tokens
--   base_amount: per 1M tokens; null where unknown
--   ratio: tuned over base; null where unknown
--   extra_usd_per_mtok: tuned less base, USD per 1M tokens
--   unknown_because: why there is no ratio, in words; null where there is one
--   derived: whether a published rule gives the tuned price
--   tuned_series_id: the tuned price
--   base_series_id: the base price
--   tuned_span_id: the tuned price's span
--   base_span_id: the base price's span
--   first_seen_at: since when we know both to hold
-- promises:
--   markup_is_known_or_says_why: a markup has a ratio or a reason why it has none, never both and never neither
--   one_markup: a tuned price has one markup a page

WITH tuned AS (
    SELECT span.*, pair.pair_model, pair.base_page, pair.base_series_id
    FROM core.price_span AS span INNER JOIN mart.markup_pair AS pair USING (span_id)
    WHERE span.valid_to IS NULL
),
base_newest AS (
    SELECT provider, page, series_id, max_by(span_id, first_seen_at) AS span_id
    FROM core.price_span SEMI JOIN (SELECT DISTINCT base_series_id FROM tuned) AS wanted ON series_id = base_series_id
    GROUP BY provider, page, series_id
),
paired AS (
    SELECT
        tuned.*,
        base.span_id AS base_span_id, base.valid_to AS base_valid_to, base.value_state AS base_state,
        base.first_seen_at AS base_first_seen_at,
        CASE WHEN base.valid_to IS NULL THEN base.amount END AS base_amount,
        CASE
            WHEN tuned.value_state NOT IN ('priced', 'free')
                THEN 'the tuned price is ' || replace(tuned.value_state, '_', ' ')
            WHEN tuned.base_model IS NULL THEN 'no base model is known for ' || coalesce(tuned.model, tuned.size_tier)
            WHEN base.span_id IS NULL THEN 'no matching price of the base model ' || tuned.base_model || ' was read'
            WHEN base.valid_to IS NOT NULL
                THEN 'the base price of ' || tuned.base_model || ' is gone since ' || base.valid_to::DATE
            WHEN base.value_state = 'free' THEN 'the base model ' || tuned.base_model || ' is free'
            WHEN base.value_state <> 'priced'
                THEN 'the base price of ' || tuned.base_model || ' is ' || replace(base.value_state, '_', ' ')
        END AS unknown_because
    FROM tuned
    LEFT JOIN base_newest
        ON tuned.provider = base_newest.provider AND tuned.base_page = base_newest.page
        AND tuned.base_series_id = base_newest.series_id
    LEFT JOIN core.price_span AS base ON base_newest.span_id = base.span_id
)
SELECT
    provider,
    page,
    product,
    model,
    base_model,
    pair_model,
    meter,
    tier,
    condition,
    region,
    context_band,
    currency,
    amount AS tuned_amount,
    base_amount,
    CASE WHEN unknown_because IS NULL THEN amount::DOUBLE / base_amount::DOUBLE END AS ratio,
    CASE WHEN currency = 'USD' THEN amount::DOUBLE - base_amount::DOUBLE END AS extra_usd_per_mtok,
    unknown_because,
    derived,
    series_id AS tuned_series_id,
    base_series_id,
    span_id AS tuned_span_id,
    CASE WHEN base_valid_to IS NULL THEN base_span_id END AS base_span_id,
    greatest(first_seen_at, CASE WHEN base_valid_to IS NULL THEN base_first_seen_at END) AS first_seen_at
FROM paired
