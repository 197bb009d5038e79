-- Two spans of one series on one page share no moment.

SELECT provider, page, series_id, span_id, coalesce(valid_from, first_seen_at) AS starts, valid_to
FROM core.price_span
QUALIFY coalesce(valid_from, first_seen_at) < lag(coalesce(valid_to, TIMESTAMP '9999-12-31')) OVER (
    PARTITION BY provider, page, series_id ORDER BY first_seen_at
) OR valid_to <= coalesce(valid_from, first_seen_at)
