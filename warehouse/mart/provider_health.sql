-- One row per page that was ever looked at: when it was last understood, what came of the last look, how many rows it gives.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   source_url: its address at the last look
--   last_look_at: the newest look, whatever came of it
--   last_outcome: what came of it: good, suspect, or what went wrong; unwatched where nobody looks at the page any more
--   last_detail: what went wrong, in words
--   last_good_at: the newest read that was understood; null where there is none
--   looks_failed: looks since then
--   rows_now: rows of the newest good read
--   rows_before: rows of the newest good read that read something else; null where there is none
--   held_count: rows that are read and not believed yet
--   strip_90d: 90 days up to the newest look at any page, one letter a day, oldest first: g good, s suspect, f failed, - no look
-- promises:

WITH looks AS (
    SELECT
        provider, page,
        max_by(url, (fetched_at, read_id)) AS source_url,
        max(fetched_at) AS last_look_at,
        max_by(outcome, (fetched_at, read_id)) AS last_outcome,
        -- max_by skips NULL: a good look after a failed one has no words, and must not borrow them
        nullif(max_by(coalesce(detail, ''), (fetched_at, read_id)), '') AS last_detail,
        max(fetched_at) FILTER (outcome = 'good') AS last_good_at
    FROM raw.page_read GROUP BY provider, page
),
failures AS (
    SELECT provider, page, count(*) AS looks_failed
    FROM raw.page_read INNER JOIN looks USING (provider, page)
    WHERE fetched_at > coalesce(last_good_at, TIMESTAMP '0001-01-01') GROUP BY provider, page
),
newest_reading AS (
    SELECT provider, page, max_by(reading_id, read_at) AS reading_id FROM core.good_read GROUP BY provider, page
),
reading_before AS (
    SELECT good_read.provider, good_read.page, max_by(good_read.reading_id, good_read.read_at) AS reading_id
    FROM core.good_read AS good_read INNER JOIN newest_reading USING (provider, page)
    WHERE good_read.reading_id <> newest_reading.reading_id
    GROUP BY good_read.provider, good_read.page
),
today AS (
    SELECT max(fetched_at)::DATE AS as_of FROM raw.page_read
),
days AS (
    SELECT unnest(range(90))::INTEGER AS days_ago
),
day_outcome AS (
    SELECT
        provider, page, date_diff('day', fetched_at::DATE, today.as_of) AS days_ago,
        CASE WHEN bool_or(outcome = 'good') THEN 'g' WHEN bool_or(outcome = 'suspect') THEN 's' ELSE 'f' END AS letter
    FROM raw.page_read CROSS JOIN today GROUP BY ALL
),
strip AS (
    SELECT looks.provider, looks.page, string_agg(coalesce(letter, '-'), '' ORDER BY days.days_ago DESC) AS strip_90d
    FROM looks CROSS JOIN days
    LEFT JOIN day_outcome
        ON looks.provider = day_outcome.provider AND looks.page = day_outcome.page
        AND days.days_ago = day_outcome.days_ago
    GROUP BY looks.provider, looks.page
),
held AS (
    SELECT provider, page, count(*) AS held_count FROM mart.held GROUP BY provider, page
)
SELECT
    looks.provider,
    looks.page,
    looks.source_url,
    looks.last_look_at,
    CASE WHEN unwatched.page IS NULL THEN looks.last_outcome ELSE 'unwatched' END AS last_outcome,
    CASE
        WHEN unwatched.page IS NULL THEN looks.last_detail
        ELSE 'it is not in the catalogue any more since ' || unwatched.since::DATE
    END AS last_detail,
    looks.last_good_at,
    coalesce(failures.looks_failed, 0) AS looks_failed,
    reading.quote_count AS rows_now,
    before.quote_count AS rows_before,
    coalesce(held.held_count, 0) AS held_count,
    strip.strip_90d
FROM looks
INNER JOIN strip USING (provider, page)
LEFT JOIN failures USING (provider, page)
LEFT JOIN held USING (provider, page)
LEFT JOIN core.unwatched_page AS unwatched USING (provider, page)
LEFT JOIN newest_reading USING (provider, page)
LEFT JOIN raw.reading AS reading ON newest_reading.reading_id = reading.reading_id
LEFT JOIN reading_before USING (provider, page)
LEFT JOIN raw.reading AS before ON reading_before.reading_id = before.reading_id
