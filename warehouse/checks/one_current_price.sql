-- A series has one current price.

SELECT series_id, count(*) AS prices FROM mart.current_price GROUP BY series_id HAVING count(*) > 1
