-- One row per series ever shown on $page of $provider: what the reads of it before $before leave behind.

WITH reads AS (
    SELECT read_at, tick_id, reading_id, was_conditional FROM core.good_read
    WHERE provider = $provider AND page = $page AND read_at < $before
),
sight AS (
    SELECT
        quote.series_id, reads.read_at, reads.tick_id, reads.was_conditional, quote.amount, quote.value_state,
        quote.raw_unit
    FROM reads INNER JOIN raw.quote AS quote USING (reading_id)
    WHERE quote.provider = $provider AND quote.page = $page
      AND coalesce(quote.effective_from <= reads.read_at::DATE, true)
      AND coalesce(quote.effective_to >= reads.read_at::DATE, true)
    QUALIFY row_number() OVER (
        PARTITION BY quote.series_id, reads.read_at ORDER BY quote.effective_from DESC NULLS LAST, quote.quote_id
    ) = 1
),
judged AS (
    SELECT
        judgement.series_id, judgement.verdict, judgement.rule, judgement.read_at, judgement.seq, quote.amount,
        quote.value_state
    FROM raw.judgement AS judgement LEFT JOIN raw.quote AS quote USING (quote_id)
    WHERE judgement.provider = $provider AND judgement.page = $page AND judgement.read_at < $before
),
newest_verdict AS (
    SELECT * FROM judged QUALIFY row_number() OVER (PARTITION BY series_id ORDER BY read_at DESC, seq DESC) = 1
),
ended AS (
    SELECT series_id, max(read_at) AS ended_at FROM judged WHERE verdict = 'ended' GROUP BY series_id
),
span AS (
    SELECT series_id, amount, value_state FROM core.price_span
    WHERE provider = $provider AND page = $page AND first_seen_at < $before
      AND (valid_to IS NULL OR valid_to >= $before)
    QUALIFY row_number() OVER (PARTITION BY series_id ORDER BY first_seen_at DESC) = 1
),
accepted AS (
    SELECT span.series_id, max(sight.read_at) AS seen_at, max_by(sight.raw_unit, sight.read_at) AS raw_unit
    FROM span INNER JOIN sight
        ON span.series_id = sight.series_id AND span.value_state = sight.value_state
        AND span.amount IS NOT DISTINCT FROM sight.amount
    GROUP BY span.series_id
),
newest_sight AS (
    SELECT series_id, max(read_at) AS read_at, max_by(value_state, read_at) AS value_state,
        nullif(max_by(coalesce(amount, -1), read_at), -1) AS amount -- max_by skips NULL
    FROM sight GROUP BY series_id
),
unlike AS ( -- the newest sight of any other value: the run begins after it
    SELECT sight.series_id, max(sight.read_at) AS read_at
    FROM sight INNER JOIN newest_sight USING (series_id)
    WHERE sight.value_state <> newest_sight.value_state OR sight.amount IS DISTINCT FROM newest_sight.amount
    GROUP BY sight.series_id
),
run AS (
    SELECT
        newest_sight.series_id, newest_sight.amount, newest_sight.value_state,
        count(DISTINCT sight.tick_id) AS reads, min(sight.read_at) AS since
    FROM newest_sight
    INNER JOIN sight ON newest_sight.series_id = sight.series_id
    LEFT JOIN unlike ON newest_sight.series_id = unlike.series_id
    LEFT JOIN ended ON newest_sight.series_id = ended.series_id
    LEFT JOIN span ON newest_sight.series_id = span.series_id
    WHERE sight.read_at > coalesce(unlike.read_at, TIMESTAMP '0001-01-01')
      AND sight.read_at > coalesce(ended.ended_at, TIMESTAMP '0001-01-01')
      AND (span.series_id IS NULL OR span.value_state <> newest_sight.value_state
           OR span.amount IS DISTINCT FROM newest_sight.amount)
    GROUP BY newest_sight.series_id, newest_sight.amount, newest_sight.value_state
),
confirmed AS (
    SELECT run.series_id, bool_or(NOT sight.was_conditional) AS has_unconditional
    FROM run INNER JOIN sight ON run.series_id = sight.series_id AND sight.read_at > run.since
    GROUP BY run.series_id
),
absent AS (
    SELECT newest_sight.series_id, count(DISTINCT reads.tick_id) AS reads
    FROM newest_sight INNER JOIN reads ON reads.read_at > newest_sight.read_at
    GROUP BY newest_sight.series_id
)
SELECT
    newest_sight.series_id,
    span.amount AS accepted_amount,
    span.value_state AS accepted_state,
    accepted.raw_unit AS accepted_raw_unit,
    accepted.seen_at AS accepted_seen_at,
    run.amount AS run_amount,
    run.value_state AS run_state,
    coalesce(run.reads, 0) AS run_reads,
    run.since AS run_since,
    coalesce(confirmed.has_unconditional, false) AS run_has_unconditional,
    coalesce(absent.reads, 0) AS absent_reads,
    newest_verdict.verdict AS last_verdict,
    newest_verdict.rule AS last_rule,
    newest_verdict.amount AS last_amount,
    newest_verdict.value_state AS last_state
FROM newest_sight
LEFT JOIN span USING (series_id)
LEFT JOIN accepted USING (series_id)
LEFT JOIN run USING (series_id)
LEFT JOIN confirmed USING (series_id)
LEFT JOIN absent USING (series_id)
LEFT JOIN newest_verdict USING (series_id)
