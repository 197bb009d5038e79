-- One row per event of a touched statement about availability: said, due, no longer said.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   series_id: names the statement
--   kind: appeared, scheduled (said before its day), vendor_change (its day has come), disappeared or withdrawn (before its day)
--   old_state: the statement that went
--   new_state: the statement that came
--   observed_at: the read that first showed it; the stated day's midnight where that day came
--   known_not_before: the last read that still showed it otherwise
--   stated_date: the day the seller states
--   availability_id: the evidence
-- promises:

WITH said AS MATERIALIZED (
    SELECT history.* FROM core.availability_history AS history
    SEMI JOIN core.touched_series USING (provider, page, series_id)
)
SELECT
    provider,
    page,
    series_id,
    CASE WHEN stated_date > first_seen_at::DATE THEN 'scheduled' ELSE 'appeared' END AS kind,
    NULL::VARCHAR AS old_state,
    said.kind AS new_state,
    first_seen_at AS observed_at,
    known_not_before,
    stated_date,
    availability_id
FROM said
UNION ALL
SELECT
    provider, page, series_id, 'vendor_change', NULL, said.kind, stated_date::TIMESTAMP, NULL, stated_date,
    availability_id
FROM said
WHERE in_effect AND stated_date > first_seen_at::DATE AND (gone_at IS NULL OR gone_at::DATE >= stated_date)
UNION ALL
SELECT
    provider, page, series_id, CASE WHEN gone_at::DATE < stated_date THEN 'withdrawn' ELSE 'disappeared' END,
    said.kind, NULL, gone_at, last_seen_at, stated_date, availability_id
FROM said WHERE gone_at IS NOT NULL
