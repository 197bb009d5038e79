-- Events in time order. Parameters: the first moment or null, seller or null, whether first sights count too.
SELECT
    observed_at,
    kind,
    headline,
    known_not_before AS not_before,
    event_id
FROM price_change
WHERE ($1::TIMESTAMP IS NULL OR observed_at >= $1) AND ($2::VARCHAR IS NULL OR provider = $2) AND (is_news OR $3::BOOLEAN) AND NOT is_superseded
ORDER BY observed_at, provider, headline, event_id
