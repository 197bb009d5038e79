-- One row per announcement of a price that was believed before its day.
--
-- kind: view
-- order: effective_from, provider, model, size_tier, meter, variant, method, technique, tier, context_band, time_window, region, condition, currency, series_id, source, first_seen_at
-- columns:
--   source: who says so: seller and page
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model or GPU; null on size-tier rows
--   base_model: for a tuned model its base, by the explicit alias table
--   size_tier: the band of model sizes, as printed
--   size_min_params: the smallest model of the band, in parameters
--   size_max_params: the largest model of the band, in parameters
--   meter: what is counted
--   unit: what an amount is per
--   variant: base or fine_tuned; null for GPUs
--   method: how it is tuned: sft, dpo, rft, distillation
--   technique: lora or full
--   tier: the service tier: standard, batch, flex, priority, developer, on_demand, spot, reserved_<term>
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code; only USD is ever compared
--   amount: the announced amount per unit; null where none will be asked
--   amount_text: the exact digits of amount
--   value_state: priced, free, not_offered or not_printed
--   current_amount: the price that holds now, from the same page; null where there is none
--   effective_from: the day the seller states
--   effective_to: the last day, where the seller states one
--   state: scheduled; in_force once its day has come; withdrawn when the page took it back or still showed another price after the day
--   first_seen_at: the first read that announced it
--   known_not_before: the last read before that; null where there is none
--   last_seen_at: the newest read that announced it
--   withdrawn_at: the first of the reads that took it back
--   raw_text: as printed
--   raw_unit: the unit as printed
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   series_id: names the price whatever its value
-- promises:

WITH newest_read AS (
    SELECT provider, page, max(read_at) AS read_at FROM core.good_read GROUP BY provider, page
)
SELECT
    scheduled.provider || '/' || scheduled.page AS source,
    scheduled.provider,
    quote.product,
    quote.model,
    quote.base_model,
    quote.size_tier,
    quote.size_min_params,
    quote.size_max_params,
    quote.meter,
    meter.unit,
    quote.variant,
    quote.method,
    quote.technique,
    quote.tier,
    quote.context_band,
    quote.time_window,
    quote.region,
    quote.condition,
    quote.currency,
    scheduled.amount::DOUBLE AS amount,
    amount_text(scheduled.amount) AS amount_text,
    scheduled.value_state,
    span.amount::DOUBLE AS current_amount,
    scheduled.effective_from,
    scheduled.effective_to,
    scheduled.state,
    scheduled.first_seen_at,
    scheduled.known_not_before,
    coalesce(scheduled.last_seen_at, newest_read.read_at) AS last_seen_at,
    scheduled.withdrawn_at,
    quote.raw_text,
    quote.raw_unit,
    quote.quoted,
    quote.place,
    quote.source_url,
    quote.read_at,
    quote.sha256,
    quote.parser_version,
    scheduled.series_id
FROM core.scheduled_price AS scheduled
INNER JOIN raw.quote AS quote ON scheduled.quote_id = quote.quote_id
INNER JOIN newest_read ON scheduled.provider = newest_read.provider AND scheduled.page = newest_read.page
LEFT JOIN core.price_span AS span
    ON scheduled.provider = span.provider AND scheduled.page = span.page AND scheduled.series_id = span.series_id
    AND span.valid_to IS NULL
LEFT JOIN seed.meter AS meter ON quote.meter = meter.meter
