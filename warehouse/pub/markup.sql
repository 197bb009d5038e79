-- One row per tuned price that holds now, beside the price of its base: what tuning adds to every call.
--
-- kind: view
-- order: provider, model, meter, tier, condition, region, context_band, tuned_series_id
-- columns:
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from, by the explicit alias table; null where none is known
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier, the same for both
--   condition: of the tuned price; its base has none
--   region: the printed region or scope, the same for both
--   context_band: of the tuned price
--   currency: ISO code, the same for both
--   tuned_amount: per 1M tokens
--   tuned_amount_text: the exact digits of tuned_amount
--   base_amount: per 1M tokens; null where unknown
--   base_amount_text: the exact digits of base_amount
--   ratio: tuned over base; null where unknown
--   extra_usd_per_mtok: tuned less base, USD per 1M tokens
--   unknown_because: why there is no ratio, in words; null where there is one
--   derived: whether a published rule gives the tuned price; where no page prints it, it is a row of derived_price
--   tuned_series_id: the tuned price; null where no page prints it
--   base_series_id: the base price
--   tuned_span_id: the tuned price's span; null where no page prints it
--   base_span_id: the base price's span
--   first_seen_at: since when we know both to hold
-- promises:

SELECT
    provider,
    product,
    model,
    base_model,
    meter,
    tier,
    condition,
    region,
    context_band,
    currency,
    tuned_amount::DOUBLE AS tuned_amount,
    amount_text(tuned_amount) AS tuned_amount_text,
    base_amount::DOUBLE AS base_amount,
    amount_text(base_amount) AS base_amount_text,
    ratio,
    extra_usd_per_mtok,
    unknown_because,
    derived,
    tuned_series_id,
    base_series_id,
    tuned_span_id,
    base_span_id,
    first_seen_at
FROM mart.markup AS markup
-- one row for a price that two pages print
SEMI JOIN mart.current_price AS current ON markup.tuned_span_id = current.span_id
UNION ALL
SELECT
    provider,
    NULL AS product,
    model,
    model AS base_model,
    meter,
    tier,
    condition,
    NULL AS region,
    context_band,
    currency,
    amount::DOUBLE AS tuned_amount,
    amount_text(amount) AS tuned_amount_text,
    base_amount::DOUBLE AS base_amount,
    amount_text(base_amount) AS base_amount_text,
    factor::DOUBLE AS ratio,
    CASE WHEN currency = 'USD' THEN amount::DOUBLE - base_amount::DOUBLE END AS extra_usd_per_mtok,
    NULL AS unknown_because,
    true AS derived,
    NULL AS tuned_series_id,
    base_series_id,
    NULL AS tuned_span_id,
    base_span_id,
    first_seen_at
FROM mart.derived_price
WHERE amount IS NOT NULL
