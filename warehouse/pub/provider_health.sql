-- One row per page that was ever looked at: when it was last understood, what came of the last look, how many rows it gives.
--
-- kind: view
-- order: provider, page
-- columns:
--   provider: the seller
--   page: the page
--   url: its address at the last look
--   last_look_at: the newest look, whatever came of it
--   outcome: what came of it: good, suspect, or what went wrong; unwatched where nobody looks at the page any more
--   detail: what went wrong, in words
--   last_good_at: the newest read that was understood; null where there is none
--   consecutive_failures: looks since then
--   rows_now: rows of the newest good read
--   rows_expected: rows of the newest good read before it that read something else; null where there is none
--   held: rows that are read and not believed yet
--   strip: 90 days up to the newest look at any page, one letter a day, oldest first: g good, s suspect, f failed, - no look
-- promises:

SELECT
    provider,
    page,
    source_url AS url,
    last_look_at,
    last_outcome AS outcome,
    last_detail AS detail,
    last_good_at,
    looks_failed AS consecutive_failures,
    rows_now,
    rows_before AS rows_expected,
    held_count AS held,
    strip_90d AS strip
FROM mart.provider_health
