-- One row per interval in which a tuned price and the price of its base both held.
--
-- kind: table
-- upkeep: core.touched_model (provider, pair_model)
-- columns:
--   provider: the seller
--   page: the page of the tuned price
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from
--   pair_model: the base model
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier, the same for both
--   condition: of the tuned price; its base has none
--   region: the printed region or scope, the same for both
--   context_band: of the tuned price
--   currency: ISO code, the same for both
--   valid_from: since when both held: the stated date, or the first read that showed it
--   valid_to: until when; null while both hold
--   tuned_amount: per 1M tokens
--   base_amount: per 1M tokens
--   ratio: tuned over base
--   tuned_series_id: the tuned price
--   base_series_id: the base price
--   tuned_span_id: the tuned price's span
--   base_span_id: the base price's span
-- promises:
--   tuned_within_ten_times_base: a tuned price was at most ten times its base when the judge accepted it; more only on a person's word
--   markup_intervals_do_not_overlap: two markup intervals of one tuned price on one page share no moment

SELECT
    tuned.provider,
    tuned.page,
    tuned.product,
    tuned.model,
    tuned.base_model,
    pair.pair_model,
    tuned.meter,
    tuned.tier,
    tuned.condition,
    tuned.region,
    tuned.context_band,
    tuned.currency,
    greatest(
        coalesce(tuned.valid_from, tuned.first_seen_at), coalesce(base.valid_from, base.first_seen_at)
    ) AS valid_from,
    least(tuned.valid_to, base.valid_to) AS valid_to, -- least skips NULL: the one that ended
    tuned.amount AS tuned_amount,
    base.amount AS base_amount,
    tuned.amount::DOUBLE / base.amount::DOUBLE AS ratio,
    tuned.series_id AS tuned_series_id,
    base.series_id AS base_series_id,
    tuned.span_id AS tuned_span_id,
    base.span_id AS base_span_id
FROM mart.markup_pair AS pair
INNER JOIN core.price_span AS tuned ON pair.span_id = tuned.span_id
INNER JOIN core.price_span AS base
    ON tuned.provider = base.provider AND pair.base_page = base.page AND pair.base_series_id = base.series_id
    AND coalesce(tuned.valid_from, tuned.first_seen_at) < coalesce(base.valid_to, TIMESTAMP '9999-12-31')
    AND coalesce(base.valid_from, base.first_seen_at) < coalesce(tuned.valid_to, TIMESTAMP '9999-12-31')
WHERE tuned.amount IS NOT NULL AND base.amount > 0
