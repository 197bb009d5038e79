-- One row per day on which a third party's list was read for what it says of a seller.
--
-- kind: view
-- columns:
--   feed: the list
--   provider: the seller
--   observed_on: the day
--   version: the list's version of that day, where one is known
-- promises:

SELECT feed, provider, observed_on, max(version) AS version FROM (
    SELECT feed, provider, observed_on, source_version AS version FROM core.feed_row
    UNION ALL -- of the shipped history the days from the first on which the list had anything of the seller
    SELECT snapshot.feed, shipped.provider, snapshot.observed_on::DATE, snapshot.version
    FROM seed.feed_snapshot AS snapshot
    INNER JOIN (
        SELECT feed, provider, min(first_on) AS first_on
        FROM seed.feed_history SEMI JOIN core.touched_feed USING (provider) GROUP BY feed, provider
    ) AS shipped
        ON snapshot.feed = shipped.feed AND snapshot.observed_on >= shipped.first_on -- ISO days
) AS days
GROUP BY feed, provider, observed_on
