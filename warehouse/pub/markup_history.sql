-- One row per interval in which a tuned price and the price of its base both held.
--
-- kind: view
-- order: provider, model, meter, tier, condition, region, context_band, tuned_series_id, source, valid_from
-- columns:
--   provider: the seller
--   source: who says so: seller and page
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier, the same for both
--   condition: of the tuned price; its base has none
--   region: the printed region or scope, the same for both
--   context_band: of the tuned price
--   currency: ISO code, the same for both
--   valid_from: since when both held: the stated date, or the first read that showed it
--   valid_to: until when; null while both hold
--   tuned_amount: per 1M tokens
--   tuned_amount_text: the exact digits of tuned_amount
--   base_amount: per 1M tokens
--   base_amount_text: the exact digits of base_amount
--   ratio: tuned over base
--   tuned_series_id: the tuned price
--   base_series_id: the base price
--   tuned_span_id: the tuned price's span
--   base_span_id: the base price's span
-- promises:

SELECT
    provider,
    provider || '/' || page AS source,
    product,
    model,
    base_model,
    meter,
    tier,
    condition,
    region,
    context_band,
    currency,
    valid_from,
    valid_to,
    tuned_amount::DOUBLE AS tuned_amount,
    amount_text(tuned_amount) AS tuned_amount_text,
    base_amount::DOUBLE AS base_amount,
    amount_text(base_amount) AS base_amount_text,
    ratio,
    tuned_series_id,
    base_series_id,
    tuned_span_id,
    base_span_id
FROM mart.markup_history
