-- One row per price that a list of a touched seller announced for a later day.
--
-- kind: view
-- columns:
--   feed_series_id: names the price whatever its value
--   effective_from: the day it was announced for
--   amount: per the meter's unit
--   feed: the list
--   provider: the seller
--   first_seen_on: the first snapshot that announced it
--   last_seen_on: the last snapshot that announced it
--   known_not_before: the snapshot before the first
--   withdrawn_on: the snapshot, before that day, that no longer announced it; null where none did
-- promises:

WITH said AS (
    SELECT feed_series_id, effective_from, amount, min(feed) AS feed, min(provider) AS provider,
        min(observed_on) AS first_seen_on, max(observed_on) AS last_seen_on
    FROM core.feed_row WHERE effective_from > observed_on
    GROUP BY feed_series_id, effective_from, amount
),
followed AS (
    SELECT said.*, snapshot.observed_on AS next_on
    FROM said ASOF LEFT JOIN core.feed_snapshot AS snapshot
        ON said.feed = snapshot.feed AND said.provider = snapshot.provider
        AND said.last_seen_on < snapshot.observed_on
)
SELECT
    followed.feed_series_id,
    followed.effective_from,
    followed.amount,
    followed.feed,
    followed.provider,
    followed.first_seen_on,
    followed.last_seen_on,
    before.observed_on AS known_not_before,
    CASE WHEN followed.next_on < followed.effective_from THEN followed.next_on END AS withdrawn_on
FROM followed ASOF LEFT JOIN core.feed_snapshot AS before
    ON followed.feed = before.feed AND followed.provider = before.provider
    AND followed.first_seen_on > before.observed_on
