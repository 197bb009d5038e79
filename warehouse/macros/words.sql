-- Ids and words that the tables are written with.
--
-- where: warehouse

CREATE OR REPLACE MACRO sha16(parts) AS
    substr(sha256(array_to_string([coalesce(part::VARCHAR, '') FOR part IN parts], chr(31))), 1, 16);
COMMENT ON MACRO sha16 IS '16 hex digits that name a row; absent parts count as empty';

CREATE OR REPLACE MACRO amount_text(amount) AS
    regexp_replace(regexp_replace(amount::DECIMAL(24, 12)::VARCHAR, '0+$', ''), '\.$', '');
COMMENT ON MACRO amount_text IS 'the exact digits of an amount, without trailing zeros and never with an exponent';

CREATE OR REPLACE MACRO money_text(amount, currency) AS
    CASE currency WHEN 'USD' THEN '$' WHEN 'EUR' THEN '€' WHEN 'GBP' THEN '£' ELSE currency || ' ' END
    || split_part(amount_text(amount), '.', 1) || '.' || rpad(split_part(amount_text(amount), '.', 2),
        greatest(2, length(split_part(amount_text(amount), '.', 2)))::INTEGER, '0');
COMMENT ON MACRO money_text IS 'an amount as a reader expects it: $5.00, $0.0375';

CREATE OR REPLACE MACRO price_text(amount, value_state, currency) AS
    CASE value_state WHEN 'priced' THEN money_text(amount, currency) ELSE replace(value_state, '_', ' ') END;
COMMENT ON MACRO price_text IS 'a price, or which kind of nothing stands there';

CREATE OR REPLACE MACRO percent_text(ratio) AS
    regexp_replace(format('{:+.1f}', (ratio::DOUBLE - 1) * 100), '\.0$', '') || ' %';
COMMENT ON MACRO percent_text IS 'a ratio as a change: 0.8 is -20 %';

CREATE OR REPLACE MACRO label_text(label) AS
    CASE WHEN label IN ('sft', 'dpo', 'rft') THEN upper(label) WHEN label = 'lora' THEN 'LoRA' ELSE replace(label, '_', ' ') END;
COMMENT ON MACRO label_text IS 'a method, technique, tier or condition as a reader knows it: RFT, LoRA, on demand';
