-- One row per trouble of a watched page that stands now; $pages are the watched ones as provider/page, $now the moment.

WITH looks AS (
    SELECT provider, page, fetched_at, read_id, outcome, detail FROM raw.page_read
    WHERE list_contains($pages, provider || '/' || page)
),
newest AS (
    SELECT provider, page, outcome, detail FROM looks
    QUALIFY row_number() OVER (PARTITION BY provider, page ORDER BY fetched_at DESC, read_id DESC) = 1
),
good AS (
    SELECT provider, page, min(fetched_at) AS first_look_at, max(fetched_at) FILTER (outcome = 'good') AS last_good_at
    FROM looks GROUP BY provider, page
),
since AS (
    SELECT looks.provider, looks.page, count(*) AS failures, min(looks.fetched_at) AS begun_at
    FROM looks INNER JOIN good USING (provider, page)
    WHERE looks.fetched_at > coalesce(good.last_good_at, TIMESTAMP '0001-01-01')
    GROUP BY looks.provider, looks.page
),
held AS (
    SELECT provider, page, count(*) AS held, min(held_since) AS begun_at, min(reason) AS reason
    FROM mart.held WHERE rule <> 'unconfirmed' GROUP BY provider, page
)
SELECT 'changed_shape' AS kind, provider, page, since.begun_at, newest.detail, 1 AS number
FROM since INNER JOIN newest USING (provider, page)
WHERE newest.outcome IN ('layout_changed', 'parse_error', 'suspect')
UNION ALL
SELECT 'failing', provider, page, since.begun_at, newest.detail, since.failures
FROM since INNER JOIN newest USING (provider, page)
WHERE newest.outcome NOT IN ('layout_changed', 'parse_error', 'suspect') AND since.failures >= $failures
UNION ALL
SELECT 'stale', provider, page, coalesce(last_good_at, first_look_at), NULL, NULL
FROM good WHERE coalesce(last_good_at, first_look_at) <= $now - to_days($stale_days::INTEGER)
UNION ALL
SELECT 'held', provider, page, begun_at, reason, held FROM held
WHERE list_contains($pages, provider || '/' || page)
ORDER BY ALL
