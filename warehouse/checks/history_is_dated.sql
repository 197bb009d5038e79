-- Nothing ends before it began, or was verified before it was seen.

SELECT span_id, valid_from, first_seen_at, last_verified_at, valid_to, known_not_before
FROM core.price_history
WHERE last_verified_at IS NULL OR last_verified_at < first_seen_at OR known_not_before >= first_seen_at
   OR valid_from > first_seen_at
