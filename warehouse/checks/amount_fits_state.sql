-- An amount stands exactly where the state is priced or free, and it is 0 exactly where it is free.

SELECT span_id, value_state, amount
FROM core.price_span
WHERE (amount IS NOT NULL) <> (value_state IN ('priced', 'free')) OR (amount = 0) <> (value_state = 'free')
