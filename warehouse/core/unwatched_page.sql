-- One row per page that was taken out of the catalogue, so that nobody looks at it any more.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   since: when a tick first ran without it
-- promises:

WITH newest AS (
    SELECT provider, page, max(fetched_at) AS looked_at FROM raw.page_read GROUP BY provider, page
)
SELECT said.provider, said.page, min(said.judged_at) AS since
FROM raw.judgement AS said
INNER JOIN newest -- a page that is looked at again is watched again
    ON said.provider = newest.provider AND said.page = newest.page AND said.read_at >= newest.looked_at
WHERE said.rule = 'unwatched'
GROUP BY said.provider, said.page
