-- One row per imported price of a touched seller that nothing but its being 0 speaks against, under the name of its list.
--
-- kind: view
-- columns:
--   feed: the list, whichever way it came: from its own file, or from a collection of many lists
--   feed_series_id: names the price whatever its value: list, seller, key and conditions
--   provider: the seller
--   product: what the seller calls the offer; null where the list names none
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
--   observed_on: the day the list saw it
--   source_version: the list's version, where one is known
--   effective_from: the first day it holds, where the list states one
--   effective_to: the last day it holds, where the list states one
--   feed_price_id: the imported row
-- promises:

SELECT
    coalesce(named.feed, CASE WHEN price.source = 'observations' THEN price.origin END, price.source) AS feed,
    sha16([
        feed, price.provider, price.product, price.model, price.meter, price.variant, price.method, price.technique,
        price.tier, price.context_band, price.time_window, price.region, price.condition, price.currency
    ]) AS feed_series_id,
    price.provider,
    price.product,
    price.model,
    price.base_model,
    price.meter,
    price.variant,
    price.method,
    price.technique,
    price.tier,
    price.context_band,
    price.time_window,
    price.region,
    price.condition,
    price.currency,
    price.amount,
    price.observed_on,
    price.source_version,
    price.effective_from,
    price.effective_to,
    price.feed_price_id
FROM raw.feed_price AS price
SEMI JOIN core.touched_feed AS touched ON price.provider = touched.provider
LEFT JOIN seed.feed_source AS named
    ON named.source = CASE WHEN price.source = 'observations' THEN price.origin ELSE price.source END
-- A doubted 0 is kept: that a list has it is an event. Rents of GPUs move by the day and have tables of their own.
WHERE (price.doubt IS NULL OR price.amount = 0) AND price.meter <> 'gpu_hours'
