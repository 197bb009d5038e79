-- One row per page and series for each stretch of time in which the accepted price did not change.
--
-- kind: table
-- upkeep: core.touched_series (provider, page, series_id)
-- columns:
--   span_id: names the span: page, series and first sight
--   series_id: names the price whatever its value
--   provider: the seller
--   page: the page it was read on
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model or GPU; null on size-tier rows
--   base_model: for a tuned model its base, as last read
--   size_tier: the band of model sizes, as printed
--   meter: what is counted
--   variant: base or fine_tuned; null for GPUs
--   method: how it is tuned
--   technique: lora or full
--   tier: the service tier
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code
--   amount: per the meter's unit; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   derived: whether a published rule gives it
--   trust: whose word it is: vendor, derived where a published rule of the seller gives it, or third_party
--   first_seen_at: the first read that showed it
--   known_not_before: the last read before that; null where there is none
--   valid_from: the date the seller states for it; null where none is stated, or where we saw otherwise
--   valid_to: when the next value, or its absence, took over; null while it holds
--   last_seen_at: the last read that showed it; null while it holds, so that a read that moves nothing changes no row
--   end_reason: moved or gone; null while it holds
--   quote_id: the quote of the first read
--   last_quote_id: the quote of the last read; null while it holds
--   accepted_rule: the rule of the verdict that accepted it
--   judged_by: who gave that verdict
-- promises:
--   spans_do_not_overlap: two spans of one series on one page share no moment
--   one_open_span: a series has at most one open span on a page
--   amount_fits_state: an amount stands exactly where the state is priced or free, and it is 0 exactly where it is free
--   span_was_accepted: every span has a verdict that accepted it, given on a quote of that series that says the same
--   judgement_has_its_quote: every verdict on a price has the quote it was given on, of the same series
--   meter_has_a_unit: every meter that is read has its unit among the seeds

WITH quotes AS (
    SELECT quote.* FROM raw.quote AS quote SEMI JOIN core.touched_series USING (provider, page, series_id)
),
accepted AS ( -- the newest verdict on a stretch counts: a person may refuse what was accepted
    SELECT
        stretch.*, max_by(judgement.rule, judgement.seq) AS accepted_rule,
        max_by(judgement.judged_by, judgement.seq) AS judged_by
    FROM core.stretch AS stretch
    INNER JOIN raw.judgement AS judgement
        ON stretch.provider = judgement.provider AND stretch.page = judgement.page
        AND stretch.series_id = judgement.series_id
        AND judgement.read_at BETWEEN stretch.first_seen_at AND stretch.last_seen_at
        AND judgement.verdict IN ('accepted', 'refused')
    INNER JOIN quotes AS judged
        ON judgement.quote_id = judged.quote_id
        AND stretch.value_state = judged.value_state AND stretch.amount IS NOT DISTINCT FROM judged.amount
        AND coalesce(judged.effective_from <= judgement.read_at::DATE, true) -- else it was given on an announcement
    GROUP BY ALL HAVING max_by(judgement.verdict, judgement.seq) = 'accepted'
),
compared AS (
    SELECT
        *,
        row_number() OVER life = 1
            OR amount IS DISTINCT FROM lag(amount) OVER life
            OR value_state <> lag(value_state) OVER life AS is_new
    FROM accepted
    WINDOW life AS (PARTITION BY provider, page, series_id, life ORDER BY first_seen_at)
),
numbered AS (
    SELECT *, count(*) FILTER (is_new) OVER series AS span
    FROM compared
    WINDOW series AS (PARTITION BY provider, page, series_id ORDER BY first_seen_at ROWS UNBOUNDED PRECEDING)
),
folded AS ( -- accepted neighbours of one value are one span: what was held between them is skipped
    SELECT
        provider, page, series_id, life, gone_at, amount, value_state,
        min(numbered.first_seen_at) AS first_seen_at,
        max(numbered.last_seen_at) AS last_seen_at,
        min_by(quote_id, numbered.first_seen_at) AS quote_id,
        max_by(last_quote_id, numbered.first_seen_at) AS last_quote_id,
        min_by(accepted_rule, numbered.first_seen_at) AS accepted_rule,
        min_by(judged_by, numbered.first_seen_at) AS judged_by
    FROM numbered GROUP BY provider, page, series_id, life, gone_at, span, amount, value_state
),
dated AS (
    SELECT
        folded.*, good_read.read_at AS known_not_before,
        -- Since when we know that another price held, or none.
        CASE
            WHEN folded.life = lag(folded.life) OVER series THEN lag(folded.first_seen_at) OVER series
            ELSE lag(folded.gone_at) OVER series
        END AS other_since
    FROM folded ASOF LEFT JOIN core.good_read AS good_read
        ON folded.provider = good_read.provider AND folded.page = good_read.page
        AND folded.first_seen_at > good_read.read_at
    WINDOW series AS (PARTITION BY folded.provider, folded.page, folded.series_id ORDER BY folded.first_seen_at)
),
stated AS ( -- the seller's date: with the first quote, or announced for a day between the two looks
    SELECT
        dated.provider, dated.page, dated.series_id, dated.first_seen_at,
        min(quotes.effective_from)::TIMESTAMP AS valid_from
    FROM dated INNER JOIN quotes
        ON dated.provider = quotes.provider AND dated.page = quotes.page AND dated.series_id = quotes.series_id
        AND dated.value_state = quotes.value_state AND dated.amount IS NOT DISTINCT FROM quotes.amount
        AND quotes.effective_from <= dated.first_seen_at::DATE
        AND (quotes.quote_id = dated.quote_id OR quotes.effective_from > dated.known_not_before)
    WHERE dated.other_since IS NULL OR quotes.effective_from > dated.other_since -- else the page contradicts it
    GROUP BY ALL
),
bounded AS (
    SELECT
        dated.*, stated.valid_from,
        lead(coalesce(stated.valid_from, dated.first_seen_at)) OVER life AS next_from
    FROM dated LEFT JOIN stated USING (provider, page, series_id, first_seen_at)
    WINDOW life AS (PARTITION BY dated.provider, dated.page, dated.series_id, dated.life ORDER BY dated.first_seen_at)
),
closed AS (
    SELECT *, coalesce(next_from, gone_at) AS valid_to FROM bounded
)
SELECT
    sha16([closed.provider, closed.page, closed.series_id, closed.first_seen_at::VARCHAR]) AS span_id,
    closed.series_id,
    closed.provider,
    closed.page,
    quotes.product,
    quotes.model,
    quotes.base_model,
    quotes.size_tier,
    quotes.meter,
    quotes.variant,
    quotes.method,
    quotes.technique,
    quotes.tier,
    quotes.context_band,
    quotes.time_window,
    quotes.region,
    quotes.condition,
    quotes.currency,
    closed.amount,
    closed.value_state,
    quotes.derived,
    CASE WHEN quotes.derived THEN 'derived' ELSE coalesce(reading.trust, 'vendor') END AS trust,
    closed.first_seen_at,
    closed.known_not_before,
    closed.valid_from,
    closed.valid_to,
    CASE WHEN closed.valid_to IS NOT NULL THEN closed.last_seen_at END AS last_seen_at,
    CASE WHEN closed.next_from IS NOT NULL THEN 'moved' WHEN closed.gone_at IS NOT NULL THEN 'gone' END AS end_reason,
    closed.quote_id,
    CASE WHEN closed.valid_to IS NOT NULL THEN closed.last_quote_id END AS last_quote_id,
    closed.accepted_rule,
    closed.judged_by
FROM closed
INNER JOIN quotes ON closed.last_quote_id = quotes.quote_id
LEFT JOIN raw.reading AS reading ON quotes.reading_id = reading.reading_id
