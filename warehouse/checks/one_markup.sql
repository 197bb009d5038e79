-- A tuned price has one markup a page.

SELECT tuned_series_id, page, count(*) AS markups FROM mart.markup GROUP BY ALL HAVING count(*) > 1
