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
-- promises:

WITH spans AS MATERIALIZED ( -- it is read four times
    SELECT
        span.*,
        lag(span.end_reason) OVER series AS old_end, lag(span.amount) OVER series AS old_amount,
        lag(span.value_state) OVER series AS old_state, lag(span.last_quote_id) OVER series AS old_quote_id
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
read_again AS ( -- another parser's look at the very same bytes: the seller did not move, we did
    SELECT spans.span_id
    FROM spans
    INNER JOIN raw.quote AS new_quote ON spans.quote_id = new_quote.quote_id
    INNER JOIN raw.quote AS old_quote ON spans.old_quote_id = old_quote.quote_id
    WHERE new_quote.sha256 = old_quote.sha256 AND new_quote.parser_version <> old_quote.parser_version
)
SELECT
    spans.provider,
    spans.page,
    spans.series_id,
    CASE
        WHEN spans.accepted_rule IN ('correction', 'unit_slip', 'placeholder', 'alias_repointed')
            THEN spans.accepted_rule
        WHEN read_again.span_id IS NOT NULL THEN 'correction'
        ELSE 'vendor_change'
    END AS kind,
    spans.old_amount,
    spans.amount AS new_amount,
    spans.old_state,
    spans.value_state AS new_state,
    spans.first_seen_at AS observed_at,
    spans.known_not_before,
    spans.valid_from::DATE AS stated_date,
    spans.quote_id,
    false AS is_same
FROM spans LEFT JOIN read_again USING (span_id)
WHERE spans.old_end = 'moved'
UNION ALL
SELECT
    provider, page, series_id, 'appeared', NULL, amount, NULL, value_state, first_seen_at, known_not_before,
    valid_from::DATE, quote_id, false
FROM spans WHERE old_end IS DISTINCT FROM 'moved'
UNION ALL
SELECT
    provider, page, series_id, 'disappeared', amount, NULL, value_state, NULL, valid_to, last_seen_at, NULL,
    last_quote_id, false
FROM spans WHERE end_reason = 'gone'
UNION ALL
SELECT
    provider, page, series_id, 'scheduled', old_amount, amount, old_state, value_state, first_seen_at,
    known_not_before, effective_from, quote_id, is_same
FROM announced
UNION ALL
SELECT
    provider, page, series_id, 'withdrawn', amount, NULL, value_state, NULL, withdrawn_at, last_seen_at,
    effective_from, quote_id, is_same
FROM announced WHERE state = 'withdrawn'
