-- A markup in a third party's list has a ratio or a reason why it has none, never both and never neither.

SELECT feed, provider, model, meter, valid_from FROM mart.feed_markup_history
WHERE (ratio IS NULL) = (unknown_because IS NULL)
