-- One row per event in a third party's list, and the seller's own move that stands behind it where one was read.
--
-- kind: view
-- columns:
--   feed_change_id: names the event
--   kind: of core.feed_change; vendor_change where the seller's own page shows that move
--   rule: the rule that gave the kind; vendor_evidence where the seller's page did
--   feed: the list
--   feed_words: what the list is called
--   provider: the seller
--   model: the list's own key
--   base_model: for a tuned model its base, by the list's key
--   tracked_model: the seller's own name of the model; null where it is not in the reviewed table
--   meter: what is counted
--   variant: base or fine_tuned
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   currency: ISO code
--   old_amount: per the meter's unit, before
--   new_amount: per the meter's unit, after
--   base_amount: of a tuned price its base's in the same list on that day
--   observed_on: the snapshot that first showed it
--   known_not_before: the last snapshot before it
--   stated_date: the day the list states
--   version: the list's version that first showed it
--   series_id: names the price; null without a tracked model
--   event_id: the seller's move, in price_change; null where none was read
--   is_news: false: an event of a list is never news
-- promises:

WITH named AS (
    SELECT DISTINCT ON (feed_series_id) feed_series_id, tracked_model, series_id FROM mart.feed_history
),
vendor AS (
    SELECT event_id, series_id, old_amount, new_amount, coalesce(stated_date, observed_at::DATE) AS moved_on,
        coalesce(known_not_before, observed_at)::DATE AS not_before
    FROM core.price_change WHERE kind = 'vendor_change' AND metric = 'price'
),
proved AS ( -- the same move, the list within two months of the seller
    SELECT change.feed_change_id, min_by(vendor.event_id, abs(change.observed_on - vendor.moved_on)) AS event_id
    FROM core.feed_change AS change
    INNER JOIN named ON change.feed_series_id = named.feed_series_id
    INNER JOIN vendor
        ON named.series_id = vendor.series_id AND same_amount(change.old_amount, vendor.old_amount)
        AND same_amount(change.new_amount, vendor.new_amount)
        AND change.observed_on >= vendor.not_before - 60
        AND coalesce(change.known_not_before, change.observed_on) <= vendor.moved_on + 60
    WHERE change.kind IN ('correction', 'alias_repointed', 'unit_slip')
    GROUP BY change.feed_change_id
)
SELECT
    change.feed_change_id,
    CASE WHEN proved.event_id IS NOT NULL THEN 'vendor_change' ELSE change.kind END AS kind,
    CASE WHEN proved.event_id IS NOT NULL THEN 'vendor_evidence' ELSE change.rule END AS rule,
    change.feed,
    coalesce(list.words, change.feed) AS feed_words,
    change.provider,
    change.model,
    change.base_model,
    named.tracked_model,
    change.meter,
    change.variant,
    change.tier,
    change.context_band,
    change.currency,
    change.old_amount,
    change.new_amount,
    change.base_amount,
    change.observed_on,
    change.known_not_before,
    change.stated_date,
    change.version,
    named.series_id,
    proved.event_id,
    false AS is_news
FROM core.feed_change AS change
LEFT JOIN named ON change.feed_series_id = named.feed_series_id
LEFT JOIN (SELECT DISTINCT feed, words FROM seed.feed_source) AS list ON change.feed = list.feed
LEFT JOIN proved ON change.feed_change_id = proved.feed_change_id
