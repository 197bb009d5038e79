-- A markup has a ratio or a reason why it has none, never both and never neither.

SELECT provider, model, meter, tier, condition, ratio, unknown_because
FROM mart.markup
WHERE (ratio IS NULL) = (unknown_because IS NULL)
