-- One row per price that a rule in a seller's documentation gives, where no page prints it: the base price times a factor.
--
-- kind: view
-- order: provider, model, meter, rule, tier, condition, context_band
-- columns:
--   rule: names the rule
--   provider: the seller
--   page: the page that states the rule
--   model: the tuned model, by the name of its base
--   meter: what is counted
--   unit: what an amount is per
--   method: how it is tuned: sft, dpo, rft, distillation; null where the rule holds for all
--   tier: the service tier of the base price
--   context_band: of the base price
--   condition: of the base price
--   currency: ISO code, that of the base price
--   factor: what the base price is multiplied by; null for a rule that counts tokens
--   formula: the rule in short
--   base_amount: per unit; null where none is known
--   base_amount_text: the exact digits of base_amount
--   amount: per unit, by the rule; null where it cannot be worked out
--   amount_text: the exact digits of amount
--   unknown_because: why there is no amount, in words; null where there is one
--   caveat: what to bear in mind, in words
--   words: the rule in the seller's words
--   place: where on the page
--   source_url: the page
--   read_at: the newest good read of the page, which still said so, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   base_series_id: the base price
--   base_span_id: the base price's span
--   base_source: who says what the base costs: seller and page
--   first_seen_at: since when the base price is known
-- promises:

SELECT
    rule,
    provider,
    page,
    model,
    meter,
    unit,
    method,
    tier,
    context_band,
    condition,
    currency,
    factor::DOUBLE AS factor,
    formula,
    base_amount::DOUBLE AS base_amount,
    amount_text(base_amount) AS base_amount_text,
    amount::DOUBLE AS amount,
    amount_text(amount) AS amount_text,
    unknown_because,
    caveat,
    words,
    place,
    source_url,
    read_at,
    sha256,
    parser_version,
    base_series_id,
    base_span_id,
    base_source,
    first_seen_at
FROM mart.derived_price
