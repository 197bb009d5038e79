-- One row per page and moment at which the page was fetched and understood.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the catalogue's name of the page
--   read_at: when it was fetched
--   tick_id: the tick it was fetched in; two reads of one tick count once
--   reading_id: what was read
--   was_conditional: whether the seller was asked for news only
-- promises:
--   read_has_its_reading: every good read has what was read in it

SELECT
    provider,
    page,
    fetched_at AS read_at,
    max_by(tick_id, read_id) AS tick_id,
    max_by(reading_id, read_id) AS reading_id,
    max_by(was_conditional, read_id) AS was_conditional
FROM raw.page_read
WHERE outcome = 'good'
GROUP BY provider, page, fetched_at
