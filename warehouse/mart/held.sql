-- One row per price that was read and is not believed yet: what it says, what stands meanwhile, and why.
--
-- kind: view
-- columns:
--   judgement_id: names the verdict; a person accepts or rejects it by this name
--   series_id: names the price whatever its value
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
--   doubt: the seller's own rule that the row breaks, in words
--   announced_for: the day that an announced price is for; null for a price in force
--   accepted_amount: the price that stands meanwhile; null where there is none
--   accepted_state: its value state
--   rule: the rule that holds it
--   reason: why, in words
--   judged_by: judge, or a person's name
--   held_since: the first read it was held on
--   read_id: the newest read it was held on
--   quote_id: the quote
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   gpu_count: what a per-instance price was divided by
-- promises:
--   nothing_held_is_current: a held value is not the current price

WITH standing AS ( -- what the page still prints; a slip that went away again needs nobody
    SELECT * FROM mart.still_printed WHERE verdict = 'held'
),
since AS (
    SELECT standing.judgement_id, min(verdict.read_at) AS held_since
    FROM standing INNER JOIN core.verdict AS verdict
        ON standing.provider = verdict.provider AND standing.page = verdict.page
        AND standing.series_id = verdict.series_id AND standing.about = verdict.about AND verdict.verdict = 'held'
        AND standing.value_state = verdict.value_state AND standing.amount IS NOT DISTINCT FROM verdict.amount
    GROUP BY standing.judgement_id
)
SELECT
    standing.judgement_id,
    standing.series_id,
    standing.provider,
    standing.page,
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
    quote.amount,
    quote.value_state,
    quote.raw_text,
    quote.raw_unit,
    quote.derived,
    quote.doubt,
    standing.announced_for,
    span.amount AS accepted_amount,
    span.value_state AS accepted_state,
    standing.rule,
    standing.reason,
    standing.judged_by,
    since.held_since,
    standing.read_id,
    quote.quote_id,
    quote.quoted,
    quote.place,
    quote.source_url,
    quote.read_at,
    quote.sha256,
    quote.parser_version,
    quote.gpu_count
FROM standing
INNER JOIN since USING (judgement_id)
INNER JOIN raw.quote AS quote ON standing.quote_id = quote.quote_id
LEFT JOIN core.price_span AS span
    ON standing.provider = span.provider AND standing.page = span.page AND standing.series_id = span.series_id
    AND span.valid_to IS NULL
LEFT JOIN seed.meter AS meter ON quote.meter = meter.meter
WHERE standing.announced_for IS NOT NULL
   OR span.span_id IS NULL OR span.value_state <> quote.value_state OR span.amount IS DISTINCT FROM quote.amount
