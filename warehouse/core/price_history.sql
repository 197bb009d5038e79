-- One row per page and series for each stretch of time in which the accepted price did not change, with its evidence.
--
-- kind: view
-- columns:
--   span_id: names the span: page, series and first sight
--   series_id: names the price whatever its value
--   source: who says so: seller and page
--   trust: whose word it is: vendor, derived where a published rule of the seller gives it, or third_party
--   provider: the seller
--   page: the page it was read on
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
--   amount: per unit, in that currency; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   raw_text: as printed
--   raw_unit: the unit as printed
--   derived: whether a published rule gives it
--   valid_from: the date the seller states for it; null where none is stated
--   valid_to: when the next value, or its absence, took over; null while it holds
--   known_not_before: the last read before it was first seen: it came after that, up to first_seen_at
--   first_seen_at: the first read that showed it
--   last_verified_at: the newest read that showed it
--   end_reason: moved or gone; null while it holds
--   quote_id: the quote of the first read
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   gpu_count: what a per-instance price was divided by
-- promises:
--   history_is_dated: nothing ends before it began, or was verified before it was seen

WITH open_quotes AS ( -- every quote that shows a price that still holds
    SELECT span.span_id, quote.provider, quote.page, quote.reading_id, quote.effective_from, quote.effective_to
    FROM core.price_span AS span INNER JOIN raw.quote AS quote
        ON span.provider = quote.provider AND span.page = quote.page AND span.series_id = quote.series_id
        AND span.value_state = quote.value_state AND span.amount IS NOT DISTINCT FROM quote.amount
    WHERE span.valid_to IS NULL
),
last_reads AS (
    SELECT reading_id, max(read_at) AS read_at FROM core.good_read GROUP BY reading_id
),
sights AS (
    SELECT open_quotes.span_id, last_reads.read_at FROM open_quotes INNER JOIN last_reads USING (reading_id)
    WHERE open_quotes.effective_from IS NULL AND open_quotes.effective_to IS NULL
    UNION ALL
    SELECT open_quotes.span_id, good_read.read_at
    FROM open_quotes INNER JOIN core.good_read AS good_read USING (provider, page, reading_id)
    WHERE (open_quotes.effective_from IS NOT NULL OR open_quotes.effective_to IS NOT NULL)
      AND coalesce(open_quotes.effective_from <= good_read.read_at::DATE, true)
      AND coalesce(open_quotes.effective_to >= good_read.read_at::DATE, true)
),
verified AS (
    SELECT span_id, max(read_at) AS last_verified_at FROM sights GROUP BY span_id
)
SELECT
    span.span_id,
    span.series_id,
    span.provider || '/' || span.page AS source,
    span.trust,
    span.provider,
    span.page,
    span.product,
    span.model,
    span.base_model,
    span.size_tier,
    quote.size_min_params,
    quote.size_max_params,
    span.meter,
    meter.unit,
    span.variant,
    span.method,
    span.technique,
    span.tier,
    span.context_band,
    span.time_window,
    span.region,
    span.condition,
    span.currency,
    span.amount,
    span.value_state,
    quote.raw_text,
    quote.raw_unit,
    span.derived,
    span.valid_from,
    span.valid_to,
    span.known_not_before,
    span.first_seen_at,
    coalesce(span.last_seen_at, verified.last_verified_at) AS last_verified_at,
    span.end_reason,
    span.quote_id,
    quote.quoted,
    quote.place,
    quote.source_url,
    quote.read_at,
    quote.sha256,
    quote.parser_version,
    quote.gpu_count
FROM core.price_span AS span
INNER JOIN raw.quote AS quote ON span.quote_id = quote.quote_id
LEFT JOIN verified ON span.span_id = verified.span_id
LEFT JOIN seed.meter AS meter ON span.meter = meter.meter
