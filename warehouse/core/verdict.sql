-- One row per verdict, with the value it was given on and whether that was in force or announced for a later day.
--
-- kind: view
-- columns:
--   judgement_id: names the verdict
--   seq: the order in which verdicts were given
--   series_id: names the price whatever its value
--   provider: the seller
--   page: the page it was read on
--   quote_id: the quote; null where a series ended
--   read_id: the read it was given on
--   read_at: when the page of that read was fetched
--   verdict: accepted, held, refused or ended
--   rule: the rule that gave it
--   reason: why, in words
--   judged_by: judge, or a person's name
--   judged_at: when it was given
--   amount: per the meter's unit; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   announced_for: the day that an announced price is for; null for a price in force at that read
--   about: which verdicts are about one thing: empty for the price in force, else the announced day and value
-- promises:

SELECT
    judgement.judgement_id,
    judgement.seq,
    judgement.series_id,
    judgement.provider,
    judgement.page,
    judgement.quote_id,
    judgement.read_id,
    judgement.read_at,
    judgement.verdict,
    judgement.rule,
    judgement.reason,
    judgement.judged_by,
    judgement.judged_at,
    quote.amount,
    quote.value_state,
    CASE WHEN quote.effective_from > judgement.read_at::DATE THEN quote.effective_from END AS announced_for,
    CASE
        WHEN quote.effective_from > judgement.read_at::DATE
            THEN concat_ws(' ', quote.effective_from::VARCHAR, quote.value_state, quote.amount::VARCHAR)
        ELSE ''
    END AS about
FROM raw.judgement AS judgement LEFT JOIN raw.quote AS quote USING (quote_id)
