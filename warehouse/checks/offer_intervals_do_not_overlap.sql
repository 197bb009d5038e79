-- Two intervals of one offer share no moment.

SELECT first.offer_id, first.valid_from, second.valid_from AS other_from
FROM mart.offer_history AS first INNER JOIN mart.offer_history AS second
    ON first.offer_id = second.offer_id AND first.valid_from < second.valid_from
    AND coalesce(first.valid_to, TIMESTAMP '9999-12-31') > second.valid_from
