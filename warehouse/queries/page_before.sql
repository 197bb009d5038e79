-- The newest good reading of $page of $provider before $before, and the suspect ones since: failed looks are skipped.

WITH good AS (
    SELECT read_at, reading_id FROM core.good_read
    WHERE provider = $provider AND page = $page AND read_at < $before
    ORDER BY read_at DESC LIMIT 1
),
suspect AS (
    SELECT
        list(page_read.fetched_at ORDER BY page_read.fetched_at, page_read.read_id) AS read_at,
        list(reading.sections ORDER BY page_read.fetched_at, page_read.read_id) AS sections
    FROM raw.page_read AS page_read INNER JOIN raw.reading AS reading USING (reading_id)
    CROSS JOIN good
    WHERE page_read.provider = $provider AND page_read.page = $page AND page_read.outcome = 'suspect'
      AND page_read.fetched_at > good.read_at AND page_read.fetched_at < $before
)
SELECT
    good.read_at,
    good.reading_id,
    reading.parser_version,
    reading.sha256,
    reading.sections,
    coalesce(suspect.read_at, []) AS suspect_reads,
    coalesce(suspect.sections, []) AS suspect_sections
FROM good
INNER JOIN raw.reading AS reading USING (reading_id)
CROSS JOIN suspect
