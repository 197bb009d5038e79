-- An announcement has the read that took it back exactly where it was taken back.

SELECT provider, page, series_id, effective_from, state, withdrawn_at
FROM core.scheduled_price
WHERE (state = 'withdrawn') <> (withdrawn_at IS NOT NULL) OR withdrawn_at <= first_seen_at
