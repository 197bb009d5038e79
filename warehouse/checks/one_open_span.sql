-- A series has at most one open span on a page.

SELECT provider, page, series_id, count(*) AS open_spans
FROM core.price_span
WHERE valid_to IS NULL
GROUP BY provider, page, series_id
HAVING count(*) > 1
