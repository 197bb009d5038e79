-- One row per seller whose offers are to be derived again: it was touched, or what its offers are compared with was.
--
-- kind: view
-- columns:
--   provider: the seller
-- promises:

WITH touched AS (
    SELECT DISTINCT provider FROM core.touched_series
)
SELECT provider FROM touched
UNION
SELECT other.provider -- sellers of one model are compared with each other
FROM touched
INNER JOIN seed.same_model AS own ON touched.provider = own.provider
INNER JOIN seed.same_model AS other ON own.canonical = other.canonical
UNION
SELECT provider -- what a rented GPU costs is what a seller of open weights is compared with
FROM seed.open_model
WHERE EXISTS (
    SELECT 1 FROM raw.quote AS quote SEMI JOIN core.touched_series AS series USING (provider, page, series_id)
    WHERE quote.meter = 'gpu_hours'
)
