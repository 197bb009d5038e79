-- No two events share an id.

SELECT event_id, count(*) AS events FROM core.price_change GROUP BY event_id HAVING count(*) > 1
