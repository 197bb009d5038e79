-- Every event has the quote or the statement it was read from.

SELECT event_id, kind, headline
FROM core.price_change
WHERE quoted IS NULL OR source_url IS NULL OR sha256 IS NULL
   OR (metric = 'price' AND quote_id IS NULL) OR (metric = 'availability' AND availability_id IS NULL)
