-- Two stretches of one series of a third party's list share no day.

SELECT earlier.feed_span_id, later.feed_span_id AS other_span_id
FROM core.feed_span AS earlier INNER JOIN core.feed_span AS later
    ON earlier.feed_series_id = later.feed_series_id AND earlier.first_seen_on < later.first_seen_on
WHERE earlier.last_seen_on >= later.first_seen_on OR coalesce(earlier.valid_to > later.first_seen_on, true)
