-- A price of training stands once, and has an amount or a reason why it has none, never both.

SELECT provider, model, size_tier, method, series_id, amount, unknown_because
FROM pub.training_price
WHERE (amount IS NULL) <> (unknown_because IS NOT NULL)
UNION ALL
SELECT provider, min(model), min(size_tier), min(method), series_id, min(amount), min(unknown_because)
FROM pub.training_price
WHERE series_id IS NOT NULL
GROUP BY provider, series_id
HAVING count(*) > 1
