-- One row per stretch of a third party's list that shows one amount, from the first snapshot to the last: three years of them.
--
-- kind: view
-- order: provider, model, feed, meter, variant, tier, context_band, feed_series_id, first_seen_on
-- columns:
--   feed: the list
--   feed_words: what the list is called
--   feed_url: where the list is kept
--   feed_place: which list goes first where several speak of one price: 1 before 2
--   provider: the seller
--   product: what the seller calls the offer, in the list's words
--   model: the list's own key
--   base_model: for a tuned model its base, by the list's key
--   meter: what is counted
--   unit: what an amount is per
--   variant: base or fine_tuned
--   method: how it is tuned
--   technique: lora or full
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   time_window: the hours it holds for, UTC
--   region: the region in the list's words
--   condition: the conditions, joined by +
--   currency: ISO code
--   amount: per unit, in that currency; 0 was printed as 0
--   amount_text: the exact digits of amount
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
--   trust: whose word it is: always third_party
--   feed_series_id: names the list's price whatever its value
--   feed_span_id: names the stretch: series and first sight
-- promises:

SELECT
    list.feed,
    list.feed_words,
    list.feed_url,
    list.feed_place,
    list.provider,
    list.product,
    list.model,
    list.base_model,
    list.meter,
    meter.unit,
    list.variant,
    list.method,
    list.technique,
    list.tier,
    list.context_band,
    list.time_window,
    list.region,
    list.condition,
    list.currency,
    list.amount::DOUBLE AS amount,
    amount_text(list.amount) AS amount_text,
    list.known_not_before,
    list.first_seen_on,
    list.last_seen_on,
    list.valid_from,
    list.valid_to,
    list.end_reason,
    list.first_version,
    list.last_version,
    list.tracked_model,
    list.tracked_base,
    list.tracked_method,
    list.tracked_region,
    list.tracked_condition,
    list.tracked_band,
    list.series_id,
    list.is_read,
    'third_party' AS trust,
    list.feed_series_id,
    list.feed_span_id
FROM mart.feed_history AS list
LEFT JOIN seed.meter AS meter ON list.meter = meter.meter
