-- One row per price that was read and is not believed yet: what it says, what stands meanwhile, and why.
--
-- kind: view
-- order: provider, model, size_tier, meter, variant, method, technique, tier, context_band, time_window, region, condition, currency, series_id, page
-- columns:
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
--   new_amount: what was read, per unit, in that currency; null where nothing is priced
--   new_amount_text: the exact digits of new_amount
--   new_state: priced, free, not_offered or not_printed
--   raw_text: as printed
--   raw_unit: the unit as printed
--   announced_for: the day that an announced price is for; null for a price in force
--   judgement_id: names the verdict; a person accepts or rejects it by this name
--   series_id: names the price whatever its value
--   page: the page it was read on
--   doubt: the seller's own rule that the row breaks, in words
--   old_amount: the price that stands meanwhile; null where there is none
--   old_amount_text: the exact digits of old_amount
--   old_state: its value state
--   rule: the rule that holds it
--   reason: why, in words
--   judged_by: judge, or a person's name
--   since: the first read it was held on
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   gpu_count: what a per-instance price was divided by
-- promises:

SELECT
    provider,
    product,
    model,
    base_model,
    size_tier,
    size_min_params,
    size_max_params,
    meter,
    unit,
    variant,
    method,
    technique,
    tier,
    context_band,
    time_window,
    region,
    condition,
    currency,
    amount::DOUBLE AS new_amount,
    amount_text(amount) AS new_amount_text,
    value_state AS new_state,
    raw_text,
    raw_unit,
    announced_for,
    judgement_id,
    series_id,
    page,
    doubt,
    accepted_amount::DOUBLE AS old_amount,
    amount_text(accepted_amount) AS old_amount_text,
    accepted_state AS old_state,
    rule,
    reason,
    judged_by,
    held_since AS since,
    quoted,
    place,
    source_url,
    read_at,
    sha256,
    parser_version,
    gpu_count
FROM mart.held
