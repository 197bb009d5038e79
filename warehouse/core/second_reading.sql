-- One row per good read that another parser made than the read before it, with what it makes of the page as it was then.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   read_at: the first read by the other parser
--   before_at: the read before it
--   before_id: what was read then
--   again_id: what the other parser reads in the very same bytes: where the two differ we moved, and not the seller
-- promises:

WITH reads AS (
    SELECT
        provider, page, read_at, reading_id, lag(read_at) OVER looks AS before_at, lag(reading_id) OVER looks AS before_id
    FROM core.good_read
    WINDOW looks AS (PARTITION BY provider, page ORDER BY read_at)
)
SELECT reads.provider, reads.page, reads.read_at, reads.before_at, reads.before_id, again.reading_id AS again_id
FROM reads
INNER JOIN raw.reading AS reading ON reads.reading_id = reading.reading_id
INNER JOIN raw.reading AS before ON reads.before_id = before.reading_id
INNER JOIN raw.reading AS again
    ON reads.provider = again.provider AND reads.page = again.page AND before.sha256 = again.sha256
    AND reading.parser_version = again.parser_version
WHERE reading.parser_version <> before.parser_version
