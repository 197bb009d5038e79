-- One row per stretch of a third party's list, with the name of the model and of the price that it speaks of, where it is known.
--
-- kind: view
-- columns:
--   feed_span_id: names the stretch: series and first sight
--   feed_series_id: names the list's price whatever its value
--   feed: the list
--   feed_place: which list goes first where several speak of one price: 1 before 2
--   feed_words: what the list is called
--   feed_url: where the list is kept
--   provider: the seller
--   product: what the seller calls the offer, in the list's words
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
--   amount: per the meter's unit
--   known_not_before: the snapshot before the first that shows it
--   first_seen_on: the first snapshot that shows it
--   last_seen_on: the last snapshot that shows it
--   valid_from: the day the list itself states
--   valid_to: the snapshot that shows another amount, or none
--   end_reason: moved or gone
--   first_version: the list's version that first shows it
--   last_version: the list's version that last shows it
--   tracked_model: the seller's own name of the model, by a reviewed table and never by a prefix; null where it is not in it
--   tracked_base: of a tuned model its base by the seller's own name
--   tracked_method: how it is tuned, where the table says so
--   tracked_region: the region as it is printed
--   tracked_condition: the condition as it is printed
--   tracked_band: the context band as it is printed
--   series_id: names the price: the one read from the seller's page, where one was; null without a tracked model
--   is_read: whether that price was ever read from a page of the seller
-- promises:

WITH own AS (
    SELECT DISTINCT
        provider, series_id, model, meter, variant, method, tier, context_band, time_window, region, condition, currency
    FROM core.price_span
    WHERE size_tier IS NULL AND product IS NULL AND technique IS NULL AND model IS NOT NULL
),
named AS (
    SELECT
        span.*,
        model.model AS tracked_model,
        base.model AS tracked_base,
        coalesce(span.method, CASE WHEN starts_with(span.meter, 'training_') THEN model.method END) AS tracked_method,
        coalesce(model.region, span.region) AS tracked_region,
        coalesce(span.condition, model.condition) AS tracked_condition,
        CASE
            WHEN span.context_band IS NULL THEN model.context_band
            ELSE coalesce(model.context_band_above, span.context_band)
        END AS tracked_band
    FROM core.feed_span AS span
    LEFT JOIN seed.feed_model AS model ON span.provider = model.provider AND span.model = model.key
        AND (span.product IS NULL OR span.product = model.product)
    LEFT JOIN seed.feed_model AS base ON span.provider = base.provider AND span.base_model = base.key
        AND (span.product IS NULL OR span.product = base.product)
),
list AS (
    SELECT DISTINCT feed, place::INTEGER AS place, words, url FROM seed.feed_source
)
SELECT
    named.feed_span_id,
    named.feed_series_id,
    named.feed,
    coalesce(list.place, 99) AS feed_place,
    coalesce(list.words, named.feed) AS feed_words,
    list.url AS feed_url,
    named.provider,
    named.product,
    named.model,
    named.base_model,
    named.meter,
    named.variant,
    named.method,
    named.technique,
    named.tier,
    named.context_band,
    named.time_window,
    named.region,
    named.condition,
    named.currency,
    named.amount,
    named.known_not_before,
    named.first_seen_on,
    named.last_seen_on,
    named.valid_from,
    named.valid_to,
    named.end_reason,
    named.first_version,
    named.last_version,
    named.tracked_model,
    named.tracked_base,
    named.tracked_method,
    named.tracked_region,
    named.tracked_condition,
    named.tracked_band,
    CASE
        WHEN named.tracked_model IS NOT NULL THEN coalesce(own.series_id, sha16([
            'feed', named.provider, named.tracked_model, named.meter, named.variant,
            named.tracked_method, named.technique, named.tier, named.tracked_band, named.time_window,
            named.tracked_region, named.tracked_condition, named.currency
        ]))
    END AS series_id,
    own.series_id IS NOT NULL AS is_read
FROM named
LEFT JOIN list ON named.feed = list.feed
LEFT JOIN own
    ON named.provider = own.provider AND named.tracked_model = own.model AND named.meter = own.meter
    AND named.currency = own.currency AND named.technique IS NULL
    AND named.variant IS NOT DISTINCT FROM own.variant
    -- lists name no tier for training
    AND coalesce(named.tier, 'standard') = coalesce(own.tier, 'standard')
    AND named.tracked_method IS NOT DISTINCT FROM own.method
    AND named.tracked_band IS NOT DISTINCT FROM own.context_band
    AND named.time_window IS NOT DISTINCT FROM own.time_window
    AND named.tracked_region IS NOT DISTINCT FROM own.region
    AND named.tracked_condition IS NOT DISTINCT FROM own.condition
