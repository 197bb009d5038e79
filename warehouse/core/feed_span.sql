-- One row per price series of a third party's list for each stretch of its snapshots that shows one amount.
--
-- kind: table
-- upkeep: core.touched_feed (provider)
-- columns:
--   feed_span_id: names the stretch: series and first sight
--   feed_series_id: names the price whatever its value: list, seller, key and conditions
--   feed: the list
--   provider: the seller
--   product: what the seller calls the offer
--   model: the list's own key
--   base_model: for a tuned model its base, by the list's key
--   meter: what is counted
--   variant: base or fine_tuned
--   method: how it is tuned
--   technique: lora or full
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   time_window: the hours it holds for, UTC
--   region: the region in the list's words
--   condition: the conditions, joined by +
--   currency: ISO code
--   amount: per the meter's unit; amounts that differ by less than one part in a thousand million are one
--   known_not_before: the snapshot before the first that shows it: it came after that day, up to first_seen_on
--   first_seen_on: the first snapshot that shows it
--   last_seen_on: the last snapshot that shows it
--   valid_from: the day the list itself states; null where it states none
--   valid_to: the snapshot that shows another amount, or the day it states, or the snapshot without it; null while the newest shows it
--   end_reason: moved or gone; null while it holds
--   first_version: the list's version that first shows it
--   last_version: the list's version that last shows it
-- promises:
--   feed_spans_do_not_overlap: two stretches of one series of a list share no day

WITH sight AS MATERIALIZED (
    FROM core.feed_sight
),
snapshot AS MATERIALIZED (
    FROM core.feed_snapshot
),
followed AS (
    SELECT sight.*, snapshot.observed_on AS next_on
    FROM sight ASOF LEFT JOIN snapshot
        ON sight.feed = snapshot.feed AND sight.provider = snapshot.provider AND sight.last_on < snapshot.observed_on
),
marked AS (
    SELECT
        *,
        lag(amount) OVER series IS NULL OR NOT same_amount(amount, lag(amount) OVER series)
            OR lag(next_on) OVER series < first_on AS is_new
    FROM followed
    WINDOW series AS (PARTITION BY feed_series_id ORDER BY first_on, last_on)
),
numbered AS (
    SELECT *, count_if(is_new) OVER (PARTITION BY feed_series_id ORDER BY first_on, last_on) AS number FROM marked
),
stretch AS (
    SELECT
        feed_series_id, number, min(feed) AS feed, min(provider) AS provider, min_by(amount, first_on) AS amount,
        min(first_on) AS first_seen_on, max(last_on) AS last_seen_on, max_by(base_model, last_on) AS base_model,
        min(effective_from) FILTER (effective_from <= first_on) AS effective_from,
        -- null is the newest snapshot of all
        CASE WHEN count_if(next_on IS NULL) = 0 THEN max(next_on) END AS next_on
    FROM numbered GROUP BY feed_series_id, number
),
begun AS (
    SELECT
        stretch.*, before.observed_on AS known_not_before,
        CASE -- a day before the last sight of another amount is contradicted by the list itself
            WHEN coalesce(stretch.effective_from > before.observed_on, true) THEN stretch.effective_from
        END AS valid_from
    FROM stretch ASOF LEFT JOIN snapshot AS before
        ON stretch.feed = before.feed AND stretch.provider = before.provider
        AND stretch.first_seen_on > before.observed_on
),
dated AS (
    SELECT
        *, lead(first_seen_on) OVER series AS moved_on, lead(coalesce(valid_from, first_seen_on)) OVER series AS moved_from
    FROM begun WINDOW series AS (PARTITION BY feed_series_id ORDER BY number)
),
series AS (
    SELECT DISTINCT ON (feed_series_id)
        feed_series_id, product, model, meter, variant, method, technique, tier, context_band, time_window, region,
        condition, currency
    FROM sight
)
SELECT
    sha16([dated.feed_series_id, dated.first_seen_on::VARCHAR]) AS feed_span_id,
    dated.feed_series_id,
    dated.feed,
    dated.provider,
    series.product,
    series.model,
    dated.base_model,
    series.meter,
    series.variant,
    series.method,
    series.technique,
    series.tier,
    series.context_band,
    series.time_window,
    series.region,
    series.condition,
    series.currency,
    dated.amount,
    dated.known_not_before,
    dated.first_seen_on,
    dated.last_seen_on,
    dated.valid_from,
    CASE WHEN dated.next_on = dated.moved_on THEN dated.moved_from ELSE dated.next_on END AS valid_to,
    CASE WHEN dated.next_on = dated.moved_on THEN 'moved' WHEN dated.next_on IS NOT NULL THEN 'gone' END AS end_reason,
    first.version AS first_version,
    last.version AS last_version
FROM dated INNER JOIN series ON dated.feed_series_id = series.feed_series_id
LEFT JOIN snapshot AS first
    ON dated.feed = first.feed AND dated.provider = first.provider AND dated.first_seen_on = first.observed_on
LEFT JOIN snapshot AS last
    ON dated.feed = last.feed AND dated.provider = last.provider AND dated.last_seen_on = last.observed_on
