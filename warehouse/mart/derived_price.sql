-- One row per price that a rule in a seller's documentation gives, where no page prints it: the base price times a factor.
--
-- A page of documentation has no amounts, so a rule is no quote. It stands while the newest good read of its page
-- quotes its words as evidence of a model's being on sale; seeds/price_rule.csv, reviewed by a person, says what
-- the words mean. Rules that count tokens have no amount.
--
-- kind: view
-- columns:
--   rule: names the rule, seeds/price_rule.csv
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
--   amount: per unit, by the rule; null where it cannot be worked out
--   unknown_because: why there is no amount, in words; null where there is one
--   caveat: what to bear in mind, in words
--   words: the rule in the seller's words
--   place: where on the page
--   source_url: the page
--   read_at: the newest good read of the page, which still said so
--   sha256: the archived body in which the words were first read by this parser
--   parser_version: the parser that read it
--   base_series_id: the base price
--   base_span_id: the base price's span
--   base_source: who says what the base costs: seller and page
--   first_seen_at: since when the base price is known
-- promises:
--   price_rule_is_reviewed: a price rule has the seller's words, the day a person read them and a believable factor

WITH newest_read AS (
    SELECT provider, page, max(read_at) AS read_at, max_by(reading_id, read_at) AS reading_id
    FROM core.good_read GROUP BY provider, page
),
stated AS (
    SELECT
        rule.rule, rule.provider, rule.page, statement.model, rule.method, rule.tier, rule.base_page,
        rule.factor::DECIMAL(6, 3) AS factor, rule.formula, rule.words, rule.caveat, statement.place,
        statement.source_url, statement.sha256, statement.parser_version, newest_read.read_at,
        unnest(string_split(rule.meters, ' ')) AS meter
    FROM seed.price_rule AS rule
    INNER JOIN newest_read ON rule.provider = newest_read.provider AND rule.page = newest_read.page
    INNER JOIN raw.availability AS statement
        ON newest_read.reading_id = statement.reading_id AND statement.kind = 'on_sale'
        AND statement.variant = 'fine_tuned' AND contains(statement.quoted, rule.words)
    WHERE rule.models IS NULL OR list_contains(string_split(rule.models, ' '), statement.model)
)
SELECT
    stated.rule,
    stated.provider,
    stated.page,
    stated.model,
    stated.meter,
    meter.unit,
    stated.method,
    stated.tier,
    base.context_band,
    base.condition,
    base.currency,
    stated.factor,
    stated.formula,
    base.amount AS base_amount,
    (base.amount * stated.factor)::DECIMAL(24, 12) AS amount,
    CASE
        WHEN stated.factor IS NULL THEN 'the rule counts tokens, and no price of theirs was read'
        WHEN base.amount IS NULL THEN 'no price of ' || stated.model || ' was read on the page ' || stated.base_page
    END AS unknown_because,
    stated.caveat,
    stated.words,
    stated.place,
    stated.source_url,
    stated.read_at,
    stated.sha256,
    stated.parser_version,
    base.series_id AS base_series_id,
    base.span_id AS base_span_id,
    base.source AS base_source,
    base.first_seen_at
FROM stated
LEFT JOIN seed.meter AS meter ON stated.meter = meter.meter
LEFT JOIN mart.current_price AS base
    ON stated.factor IS NOT NULL AND stated.provider = base.provider AND stated.base_page = base.page
    AND stated.model = base.model AND stated.meter = base.meter AND stated.tier = base.tier
    AND base.variant = 'base' AND base.value_state = 'priced'
