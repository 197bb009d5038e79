-- One row per price that holds now, with its evidence, its age and its newest change.
--
-- kind: view
-- order: provider, model, size_tier, meter, variant, method, technique, tier, context_band, time_window, region, condition, currency, series_id
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
--   amount: per unit, in that currency; null where nothing is priced
--   amount_text: the exact digits of amount
--   value_state: priced, free, not_offered or not_printed
--   raw_text: as printed
--   raw_unit: the unit as printed
--   derived: whether a published rule gives it
--   span_id: names the span: page, series and first sight
--   series_id: names the price whatever its value
--   source: who says so: seller and page
--   trust: whose word it is: vendor, derived where a published rule of the seller gives it, or third_party
--   valid_from: the date the seller states for it; null where none is stated
--   valid_to: always null: it holds
--   known_not_before: the last read before it was first seen: it came after that, up to first_seen_at
--   first_seen_at: the first read that showed it
--   last_verified_at: the newest read that showed it
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   gpu_count: what a per-instance price was divided by
--   previous_amount: the amount before its newest change; null where it never changed
--   change_ratio: the amount over the previous one
--   changed_at: when that change was first seen
--   age_days: whole days between the newest look at any page and the newest read that showed this price
--   freshness: fresh, ageing, stale or last_known, by that age
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
    amount::DOUBLE AS amount,
    amount_text(amount) AS amount_text,
    value_state,
    raw_text,
    raw_unit,
    derived,
    span_id,
    series_id,
    source,
    trust,
    valid_from,
    valid_to,
    known_not_before,
    first_seen_at,
    last_verified_at,
    quoted,
    place,
    source_url,
    read_at,
    sha256,
    parser_version,
    gpu_count,
    previous_amount::DOUBLE AS previous_amount,
    change_ratio,
    changed_at,
    age_days,
    freshness
FROM mart.current_price
