-- One row per seller: what it is called, by the newest reading of one of its pages.
--
-- kind: view
-- columns:
--   provider: the seller's slug
--   seller: its name; the slug where no reading gave one
-- promises:

SELECT
    reading.provider,
    coalesce(arg_max(reading.seller, (look.fetched_at, reading.reading_id)), reading.provider) AS seller
FROM raw.reading AS reading INNER JOIN raw.page_read AS look ON reading.first_read_id = look.read_id
GROUP BY reading.provider
