-- A tuned price has one markup.

SELECT tuned_series_id, count(*) AS markups FROM mart.markup GROUP BY tuned_series_id HAVING count(*) > 1
