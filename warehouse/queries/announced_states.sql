-- One row per announcement that $page of $provider printed before $before: its series, day and value, and whether it
-- was believed; else the reads in a row that printed it, up to the newest one, and the newest verdict.

WITH believed AS (
    SELECT series_id, effective_from, amount, value_state FROM core.scheduled_price
    WHERE provider = $provider AND page = $page AND first_seen_at < $before
      AND coalesce(withdrawn_at >= $before, true) AND coalesce(kept_at >= $before, true)
),
reads AS (
    SELECT read_at, reading_id, was_conditional FROM core.good_read
    WHERE provider = $provider AND page = $page AND read_at < $before
),
said AS (
    SELECT
        quote.series_id, quote.effective_from, quote.amount, quote.value_state, reads.read_at,
        bool_and(reads.was_conditional) AS was_conditional
    FROM reads INNER JOIN raw.quote AS quote USING (reading_id)
    WHERE quote.effective_from > reads.read_at::DATE
      AND quote.effective_from >= least($before::DATE, (SELECT min(effective_from) FROM believed))
    GROUP BY ALL
),
announcement AS (
    SELECT series_id, effective_from, amount, value_state, max(read_at) AS last_said_at
    FROM said GROUP BY series_id, effective_from, amount, value_state
),
unsaid AS ( -- the newest read without it: the run begins after it
    SELECT announcement.series_id, announcement.effective_from, announcement.amount, announcement.value_state,
        max(reads.read_at) AS read_at
    FROM announcement CROSS JOIN reads
    ANTI JOIN said
        ON announcement.series_id = said.series_id AND announcement.effective_from = said.effective_from
        AND announcement.value_state = said.value_state AND announcement.amount IS NOT DISTINCT FROM said.amount
        AND reads.read_at = said.read_at
    GROUP BY ALL
),
run AS (
    SELECT
        said.series_id, said.effective_from, said.amount, said.value_state,
        list(said.read_at ORDER BY said.read_at) AS read_at,
        list(said.was_conditional ORDER BY said.read_at) AS was_conditional
    FROM said LEFT JOIN unsaid
        ON said.series_id = unsaid.series_id AND said.effective_from = unsaid.effective_from
        AND said.value_state = unsaid.value_state AND said.amount IS NOT DISTINCT FROM unsaid.amount
    WHERE said.read_at > coalesce(unsaid.read_at, TIMESTAMP '0001-01-01')
    GROUP BY said.series_id, said.effective_from, said.amount, said.value_state
),
judged AS (
    SELECT series_id, announced_for, amount, value_state, verdict, rule FROM core.verdict
    WHERE provider = $provider AND page = $page AND read_at < $before AND announced_for IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY series_id, about ORDER BY read_at DESC, seq DESC) = 1
)
SELECT
    announcement.series_id,
    announcement.effective_from,
    announcement.amount,
    announcement.value_state,
    believed.series_id IS NOT NULL AS is_believed,
    coalesce(run.read_at, []) AS run_reads,
    coalesce(list_contains(run.was_conditional[2:], false), false) AS run_has_unconditional,
    judged.verdict AS last_verdict,
    judged.rule AS last_rule
FROM announcement
LEFT JOIN believed
    ON announcement.series_id = believed.series_id AND announcement.effective_from = believed.effective_from
    AND announcement.value_state = believed.value_state AND announcement.amount IS NOT DISTINCT FROM believed.amount
LEFT JOIN run
    ON announcement.series_id = run.series_id AND announcement.effective_from = run.effective_from
    AND announcement.value_state = run.value_state AND announcement.amount IS NOT DISTINCT FROM run.amount
LEFT JOIN judged
    ON announcement.series_id = judged.series_id AND announcement.effective_from = judged.announced_for
    AND announcement.value_state = judged.value_state AND announcement.amount IS NOT DISTINCT FROM judged.amount
WHERE announcement.effective_from > $before::DATE OR believed.series_id IS NOT NULL
