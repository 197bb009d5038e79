-- Every event has its words.

SELECT event_id, kind, provider, series_id FROM core.price_change WHERE headline IS NULL OR is_news IS NULL
