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
    UNION ALL
    SELECT feed, provider, observed_on, version
    FROM (
        SELECT feed, unnest(string_split(sellers, ' ')) AS provider, observed_on::DATE AS observed_on, version
        FROM seed.feed_snapshot
    )
    SEMI JOIN core.touched_feed USING (provider)
) AS days
GROUP BY feed, provider, observed_on
