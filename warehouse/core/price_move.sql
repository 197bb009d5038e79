-- One row per event of a touched price series: what the edges of its spans and its announcements mean.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   series_id: names the price whatever its value
--   kind: appeared, vendor_change, correction, unit_slip, placeholder, alias_repointed, disappeared, scheduled or withdrawn
--   old_amount: the amount before; of a withdrawn announcement what was announced
--   new_amount: the amount after
--   old_state: the value state before
--   new_state: the value state after
--   observed_at: the read that first showed it
--   known_not_before: the last read that still showed it otherwise
--   stated_date: the day the seller states
--   quote_id: the evidence
--   is_same: whether an announcement names the price that was in force when it was made
--   is_own: whether it came or went with another parser, which reads the page before otherwise; null where nobody can tell
-- promises:

WITH spans AS MATERIALIZED ( -- it is read four times
    SELECT
        span.*,
        lag(span.end_reason) OVER series AS old_end, lag(span.amount) OVER series AS old_amount,
        lag(span.value_state) OVER series AS old_state
    FROM core.price_span AS span SEMI JOIN core.touched_series USING (provider, page, series_id)
    WINDOW series AS (PARTITION BY span.provider, span.page, span.series_id ORDER BY span.first_seen_at)
),
announced AS MATERIALIZED ( -- with the price that was in force when it was announced
    SELECT
        scheduled.*, spans.amount AS old_amount, spans.value_state AS old_state,
        coalesce(spans.value_state = scheduled.value_state, false)
            AND spans.amount IS NOT DISTINCT FROM scheduled.amount AS is_same
    FROM core.scheduled_price AS scheduled SEMI JOIN core.touched_series USING (provider, page, series_id)
    LEFT JOIN spans
        ON scheduled.provider = spans.provider AND scheduled.page = spans.page
        AND scheduled.series_id = spans.series_id
        AND scheduled.first_seen_at >= coalesce(spans.valid_from, spans.first_seen_at)
        AND (spans.valid_to IS NULL OR scheduled.first_seen_at < spans.valid_to)
),
read_twice AS ( -- what each of two parsers reads as in force in the very same bytes
    SELECT
        second.provider, second.page, second.read_at, quote.series_id, quote.quote_id, quote.amount, quote.value_state,
        quote.reading_id = second.again_id AS is_again
    FROM core.second_reading AS second
    INNER JOIN raw.quote AS quote
        ON second.provider = quote.provider AND second.page = quote.page
        AND quote.reading_id IN (second.before_id, second.again_id)
    SEMI JOIN core.touched_series AS touched
        ON quote.provider = touched.provider AND quote.page = touched.page AND quote.series_id = touched.series_id
    WHERE coalesce(quote.effective_from <= second.before_at::DATE, true)
      AND coalesce(quote.effective_to >= second.before_at::DATE, true)
    QUALIFY row_number() OVER (
        PARTITION BY second.provider, second.page, second.read_at, quote.reading_id, quote.series_id
        ORDER BY quote.effective_from DESC NULLS LAST, quote.quote_id
    ) = 1
),
reread AS ( -- where they differ the seller did not move, we did
    SELECT again.* FROM read_twice AS again LEFT JOIN read_twice AS before
        ON again.provider = before.provider AND again.page = before.page AND again.read_at = before.read_at
        AND again.series_id = before.series_id AND NOT before.is_again
    WHERE again.is_again
      AND (before.quote_id IS NULL OR again.value_state <> before.value_state
           OR again.amount IS DISTINCT FROM before.amount)
),
moved AS ( -- the new parser's word on the page before comes between the old price and the new one
    SELECT
        spans.*,
        coalesce(spans.accepted_rule IN ('correction', 'unit_slip', 'placeholder', 'alias_repointed'), false) AS is_said,
        reread.quote_id AS again_quote_id, reread.amount AS again_amount, reread.value_state AS again_state,
        coalesce(reread.value_state = spans.value_state, false)
            AND reread.amount IS NOT DISTINCT FROM spans.amount AS is_correction,
        NOT is_said AND NOT is_correction AND reread.quote_id IS NOT NULL AS is_both
    FROM spans LEFT JOIN reread
        ON spans.provider = reread.provider AND spans.page = reread.page AND spans.series_id = reread.series_id
        AND spans.first_seen_at = reread.read_at
    WHERE spans.old_end = 'moved'
),
edge AS ( -- where a series came or went, and what another parser reads of it in the page before, if one came then
    SELECT
        spans.span_id, second.read_at, bool_or(again.series_id IS NOT NULL) AS is_there
    FROM spans
    INNER JOIN core.second_reading AS second
        ON spans.provider = second.provider AND spans.page = second.page
        AND second.read_at IN (spans.first_seen_at, spans.valid_to)
    LEFT JOIN read_twice AS again
        ON second.provider = again.provider AND second.page = again.page AND second.read_at = again.read_at
        AND spans.series_id = again.series_id AND again.is_again
    GROUP BY spans.span_id, second.read_at
)
SELECT
    provider,
    page,
    series_id,
    CASE WHEN is_said THEN accepted_rule WHEN is_correction THEN 'correction' ELSE 'vendor_change' END AS kind,
    CASE WHEN is_both THEN again_amount ELSE old_amount END AS old_amount,
    amount AS new_amount,
    CASE WHEN is_both THEN again_state ELSE old_state END AS old_state,
    value_state AS new_state,
    first_seen_at AS observed_at,
    known_not_before,
    valid_from::DATE AS stated_date,
    quote_id,
    false AS is_same,
    NULL::BOOLEAN AS is_own
FROM moved
UNION ALL
SELECT
    provider, page, series_id, 'correction', old_amount, again_amount, old_state, again_state, first_seen_at,
    known_not_before, NULL, again_quote_id, false, NULL
FROM moved
WHERE is_both AND (old_state <> again_state OR old_amount IS DISTINCT FROM again_amount)
UNION ALL
SELECT
    spans.provider, spans.page, spans.series_id, 'appeared', NULL, spans.amount, NULL, spans.value_state,
    spans.first_seen_at, spans.known_not_before, spans.valid_from::DATE, spans.quote_id, false, edge.is_there
FROM spans LEFT JOIN edge ON spans.span_id = edge.span_id AND spans.first_seen_at = edge.read_at
WHERE spans.old_end IS DISTINCT FROM 'moved'
UNION ALL
SELECT
    spans.provider, spans.page, spans.series_id, CASE WHEN NOT edge.is_there THEN 'correction' ELSE 'disappeared' END,
    spans.amount, NULL, spans.value_state, NULL, spans.valid_to, spans.last_seen_at, NULL, spans.last_quote_id, false,
    NOT edge.is_there
FROM spans LEFT JOIN edge ON spans.span_id = edge.span_id AND spans.valid_to = edge.read_at
WHERE spans.end_reason = 'gone'
UNION ALL
SELECT
    provider, page, series_id, 'scheduled', old_amount, amount, old_state, value_state, first_seen_at,
    known_not_before, effective_from, quote_id, is_same, NULL
FROM announced
UNION ALL
SELECT
    provider, page, series_id, 'withdrawn', amount, NULL, value_state, NULL, withdrawn_at, last_seen_at,
    effective_from, quote_id, is_same, NULL
FROM announced WHERE state = 'withdrawn'
