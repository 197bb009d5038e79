-- No statement is gone before it was seen, or without a last sight.

SELECT provider, page, series_id, first_seen_at, last_seen_at, gone_at
FROM core.availability_history
WHERE (gone_at IS NULL) <> (last_seen_at IS NULL) OR gone_at <= last_seen_at OR last_seen_at < first_seen_at
