-- Lists say of a model from which day on it is deprecated; that is no end of its price.

ALTER TABLE raw.feed_price ADD COLUMN deprecated_on DATE; -- the day from which the feed calls the model deprecated
