-- One row per series ever shown on $page of $provider: what the reads of it before $before leave behind.

WITH reads AS (
    SELECT
        read_at, reading_id, was_conditional,
        lag(read_at) OVER (ORDER BY read_at) AS read_before
    FROM core.good_read
    WHERE provider = $provider AND page = $page AND read_at < $before
),
sight AS (
    SELECT
        quote.series_id, reads.read_at, reads.read_before, reads.was_conditional, quote.amount, quote.value_state
    FROM reads INNER JOIN raw.quote AS quote USING (reading_id)
    WHERE quote.provider = $provider AND quote.page = $page
      AND coalesce(quote.effective_from <= reads.read_at::DATE, true)
      AND coalesce(quote.effective_to >= reads.read_at::DATE, true)
    QUALIFY row_number() OVER (
        PARTITION BY quote.series_id, reads.read_at ORDER BY quote.effective_from DESC NULLS LAST, quote.quote_id
    ) = 1
),
judged AS (
    SELECT series_id, verdict, rule, read_at, seq, amount, value_state FROM core.verdict
    WHERE provider = $provider AND page = $page AND read_at < $before AND announced_for IS NULL
),
newest_verdict AS (
    SELECT * FROM judged QUALIFY row_number() OVER (PARTITION BY series_id ORDER BY read_at DESC, seq DESC) = 1
),
ended AS (
    SELECT series_id, max(read_at) AS ended_at FROM judged WHERE verdict = 'ended' GROUP BY series_id
),
spans AS (
    SELECT series_id, amount, value_state, first_seen_at, valid_to, last_seen_at FROM core.price_span
    WHERE provider = $provider AND page = $page AND first_seen_at < $before
),
span AS (
    SELECT series_id, amount, value_state FROM spans
    WHERE valid_to IS NULL OR valid_to >= $before
    QUALIFY row_number() OVER (PARTITION BY series_id ORDER BY first_seen_at DESC) = 1
),
previous AS ( -- the last price that was asked before what holds now, or before the series was gone
    SELECT series_id, amount, last_seen_at AS seen_at
    FROM spans
    WHERE amount > 0 AND valid_to < $before
    QUALIFY row_number() OVER (PARTITION BY series_id ORDER BY first_seen_at DESC) = 1
),
accepted AS (
    SELECT span.series_id, max(sight.read_at) AS seen_at
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
        list(sight.read_at ORDER BY sight.read_at) AS read_at,
        list(sight.was_conditional ORDER BY sight.read_at) AS was_conditional,
        nullif(min_by(coalesce(sight.read_before, TIMESTAMP '0001-01-01'), sight.read_at), TIMESTAMP '0001-01-01') AS after
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
absent AS (
    SELECT newest_sight.series_id, list(reads.read_at ORDER BY reads.read_at) AS read_at
    FROM newest_sight INNER JOIN reads ON reads.read_at > newest_sight.read_at
    GROUP BY newest_sight.series_id
)
SELECT
    newest_sight.series_id,
    span.amount AS accepted_amount,
    span.value_state AS accepted_state,
    accepted.seen_at AS accepted_seen_at,
    previous.amount AS previous_amount,
    previous.seen_at AS previous_seen_at,
    run.amount AS run_amount,
    run.value_state AS run_state,
    coalesce(run.read_at, []) AS run_reads,
    run.after AS run_after,
    coalesce(list_contains(run.was_conditional[2:], false), false) AS run_has_unconditional,
    coalesce(absent.read_at, []) AS absent_reads,
    newest_verdict.verdict AS last_verdict,
    newest_verdict.rule AS last_rule,
    newest_verdict.amount AS last_amount,
    newest_verdict.value_state AS last_state
FROM newest_sight
LEFT JOIN span USING (series_id)
LEFT JOIN accepted USING (series_id)
LEFT JOIN previous USING (series_id)
LEFT JOIN run USING (series_id)
LEFT JOIN absent USING (series_id)
LEFT JOIN newest_verdict USING (series_id)
