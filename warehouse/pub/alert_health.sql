-- One row per installation, so one: how its alerts get through, as numbers; to whom is nobody else's business.
--
-- kind: view
-- order: sent
-- columns:
--   sent: messages that got through, ever
--   last_sent_at: the newest of them; null where there is none
--   retried: messages that did not get through yet and are tried again
--   dead: messages that were given up
--   silent: events that a rule recorded and told nobody: muted or snoozed
-- promises:

SELECT
    count(DISTINCT target_id || ' ' || message_id) FILTER (state = 'sent') AS sent,
    max(updated_at) FILTER (state = 'sent') AS last_sent_at,
    count(DISTINCT target_id || ' ' || message_id) FILTER (state IN ('waiting', 'sending') AND attempts > 0) AS retried,
    count(DISTINCT target_id || ' ' || message_id) FILTER (state = 'dead') AS dead,
    count(DISTINCT event_id) FILTER (state IN ('muted', 'snoozed')) AS silent
FROM raw.delivery
