-- One row per list and price of $provider that both the list and a page of the seller show: what the list says now.

SELECT
    series_id,
    concat_ws(' ', feed_words, last_version) AS name,
    amount,
    first_seen_on,
    last_seen_on
FROM mart.feed_history
WHERE provider = $provider AND is_read AND valid_to IS NULL
ORDER BY series_id, feed_place, feed, model
