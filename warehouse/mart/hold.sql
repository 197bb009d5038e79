-- One row per reading that was held back for more than a second look, and what became of it.
--
-- kind: view
-- columns:
--   judgement_id: names the verdict that held it; one is written for each series, value and rule
--   series_id: names the price whatever its value
--   provider: the seller
--   page: the page it was read on
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
--   amount: per unit, in that currency; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   raw_text: as printed
--   raw_unit: the unit as printed
--   announced_for: the day that an announced price is for; null for a price in force
--   accepted_amount: the price that stood then; null where none did
--   accepted_state: its value state
--   rule: the rule that held it
--   reason: why, in words
--   held_at: the read it was held on
--   became: held (it still stands), accepted, refused, gone away (the page printed something else, or nothing) or unwatched (nobody looks at the page any more)
--   decided_by: judge or a person's name, where it was accepted or refused
--   decided_at: when it was accepted or refused, the first read without it, or the first tick without its page; null while it stands
--   quote_id: the quote
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
-- promises:
--   hold_stands_or_ended: a hold stands or says when it ended, and all that waits for more than a second look is one

WITH held AS (
    SELECT * FROM core.verdict WHERE verdict = 'held' AND rule <> 'unconfirmed'
),
compared AS (
    SELECT
        verdict.*,
        row_number() OVER series = 1
            OR verdict.amount IS DISTINCT FROM lag(verdict.amount) OVER series
            OR verdict.value_state IS DISTINCT FROM lag(verdict.value_state) OVER series AS is_new
    FROM core.verdict AS verdict SEMI JOIN held USING (provider, page, series_id, about)
    WINDOW series AS (
        PARTITION BY verdict.provider, verdict.page, verdict.series_id, verdict.about
        ORDER BY verdict.read_at, verdict.seq
    )
),
numbered AS ( -- verdicts in a row on one value share its fate
    SELECT *, count(*) FILTER (is_new) OVER series AS run
    FROM compared
    WINDOW series AS (
        PARTITION BY provider, page, series_id, about ORDER BY read_at, seq ROWS UNBOUNDED PRECEDING
    )
),
fate AS ( -- the newest word counts: a person may refuse what was accepted
    SELECT
        numbered.provider, numbered.page, numbered.series_id, numbered.about, numbered.run,
        bool_or(standing.judgement_id IS NOT NULL) AS is_standing,
        max_by(numbered.verdict, numbered.seq) FILTER (numbered.verdict IN ('accepted', 'refused')) AS verdict,
        max_by(numbered.judged_by, numbered.seq) FILTER (numbered.verdict IN ('accepted', 'refused')) AS decided_by,
        max_by(numbered.judged_at, numbered.seq) FILTER (numbered.verdict IN ('accepted', 'refused')) AS decided_at,
        lead(min(numbered.read_at)) OVER (
            PARTITION BY numbered.provider, numbered.page, numbered.series_id, numbered.about ORDER BY numbered.run
        ) AS other_at
    FROM numbered LEFT JOIN mart.held AS standing USING (judgement_id)
    GROUP BY numbered.provider, numbered.page, numbered.series_id, numbered.about, numbered.run
),
hold AS (
    SELECT
        numbered.judgement_id, numbered.provider, numbered.page, numbered.series_id, numbered.quote_id,
        numbered.amount, numbered.value_state, numbered.announced_for, numbered.rule, numbered.reason,
        numbered.read_at AS held_at,
        fate.is_standing, fate.verdict, fate.decided_by, fate.decided_at, fate.other_at
    FROM numbered
    SEMI JOIN held USING (judgement_id)
    INNER JOIN fate USING (provider, page, series_id, about, run)
),
seen AS (
    SELECT hold.judgement_id, max(good_read.read_at) AS last_seen_at
    FROM hold
    INNER JOIN core.good_read AS good_read
        ON hold.provider = good_read.provider AND hold.page = good_read.page
        AND hold.held_at <= good_read.read_at AND coalesce(good_read.read_at < hold.other_at, true)
    INNER JOIN raw.quote AS shown
        ON good_read.reading_id = shown.reading_id AND hold.series_id = shown.series_id
        AND hold.value_state = shown.value_state AND hold.amount IS NOT DISTINCT FROM shown.amount
    WHERE CASE
        WHEN hold.announced_for IS NULL
            THEN coalesce(shown.effective_from <= good_read.read_at::DATE, true)
                AND coalesce(shown.effective_to >= good_read.read_at::DATE, true)
        ELSE shown.effective_from = hold.announced_for AND shown.effective_from > good_read.read_at::DATE
    END
    GROUP BY hold.judgement_id
),
gone AS (
    SELECT hold.judgement_id, coalesce(good_read.read_at, hold.other_at) AS gone_at
    FROM (
        SELECT hold.*, coalesce(seen.last_seen_at, hold.held_at) AS last_seen_at
        FROM hold LEFT JOIN seen USING (judgement_id)
    ) AS hold
    ASOF LEFT JOIN core.good_read AS good_read
        ON hold.provider = good_read.provider AND hold.page = good_read.page AND hold.last_seen_at < good_read.read_at
),
before AS ( -- the span that was open at that read; where the held value was accepted since, its own span is not meant
    SELECT hold.judgement_id, hold.held_at, span.amount, span.value_state, span.valid_to, span.end_reason
    FROM hold INNER JOIN core.price_span AS span
        ON hold.provider = span.provider AND hold.page = span.page AND hold.series_id = span.series_id
        AND span.first_seen_at < hold.held_at
    WHERE span.value_state <> hold.value_state OR span.amount IS DISTINCT FROM hold.amount
       OR span.valid_to <= hold.held_at
    QUALIFY row_number() OVER (PARTITION BY hold.judgement_id ORDER BY span.first_seen_at DESC) = 1
),
stood AS (
    SELECT judgement_id, amount, value_state FROM before
    WHERE NOT coalesce(end_reason = 'gone' AND valid_to <= held_at, false)
),
told AS (
    SELECT
        hold.*, gone.gone_at,
        CASE
            WHEN hold.is_standing THEN 'held'
            WHEN hold.verdict IS NOT NULL THEN hold.verdict
            WHEN gone.gone_at IS NOT NULL THEN 'gone away'
            WHEN unwatched.since IS NOT NULL THEN 'unwatched'
            ELSE 'held'
        END AS became,
        unwatched.since AS unwatched_since
    FROM hold INNER JOIN gone USING (judgement_id)
    LEFT JOIN core.unwatched_page AS unwatched ON hold.provider = unwatched.provider AND hold.page = unwatched.page
)
SELECT
    told.judgement_id,
    told.series_id,
    told.provider,
    told.page,
    quote.product,
    quote.model,
    quote.base_model,
    quote.size_tier,
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
    told.announced_for,
    stood.amount AS accepted_amount,
    stood.value_state AS accepted_state,
    told.rule,
    told.reason,
    told.held_at,
    told.became,
    CASE WHEN told.became IN ('accepted', 'refused') THEN told.decided_by END AS decided_by,
    CASE told.became
        WHEN 'gone away' THEN told.gone_at
        WHEN 'unwatched' THEN told.unwatched_since
        WHEN 'held' THEN NULL
        ELSE told.decided_at
    END AS decided_at,
    quote.quote_id,
    quote.quoted,
    quote.place,
    quote.source_url,
    quote.read_at,
    quote.sha256,
    quote.parser_version
FROM told
INNER JOIN raw.quote AS quote USING (quote_id)
LEFT JOIN stood USING (judgement_id)
LEFT JOIN seed.meter AS meter ON quote.meter = meter.meter
