-- One row per reading that was held back for more than a second look, and what became of it.
--
-- kind: view
-- order: provider, model, size_tier, meter, variant, method, technique, tier, context_band, time_window, region, condition, currency, series_id, page, held_at, judgement_id
-- columns:
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model or GPU; null on size-tier rows
--   base_model: for a tuned model its base, by the explicit alias table
--   size_tier: the band of model sizes, as printed
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
--   old_amount: the price that stood then; null where none did
--   old_amount_text: the exact digits of old_amount
--   old_state: its value state
--   rule: the rule that held it
--   reason: why, in words
--   held_at: the read it was held on, UTC
--   became: held (it still stands), accepted, refused, gone away (the page printed something else, or nothing) or unwatched (nobody looks at the page any more)
--   decided_by: judge or a person's name, where it was accepted or refused
--   decided_at: when it was accepted or refused, or the first read without it, UTC; null while it stands
--   judgement_id: names the verdict that held it; one is written for each series, value and rule
--   series_id: names the price whatever its value
--   page: the page it was read on
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
-- promises:

SELECT
    provider,
    product,
    model,
    base_model,
    size_tier,
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
    accepted_amount::DOUBLE AS old_amount,
    amount_text(accepted_amount) AS old_amount_text,
    accepted_state AS old_state,
    rule,
    reason,
    held_at,
    became,
    decided_by,
    decided_at,
    judgement_id,
    series_id,
    page,
    quoted,
    place,
    source_url,
    read_at,
    sha256,
    parser_version
FROM mart.hold
