-- One row per event in a third party's list, classed by rule; none is news, and only the seller's own page makes one a move of the seller's.
--
-- kind: view
-- order: observed_on, provider, model, feed, meter, variant, tier, context_band, feed_change_id
-- columns:
--   feed_change_id: names the event
--   kind: appeared, correction, alias_repointed, unit_slip, placeholder, disappeared, scheduled or withdrawn; vendor_change where the seller's own page shows that move
--   rule: the rule that gave the kind; vendor_evidence where the seller's page did
--   feed: the list
--   feed_words: what the list is called
--   provider: the seller
--   model: the list's own key
--   base_model: for a tuned model its base, by the list's key
--   tracked_model: the seller's own name of the model; null where it is not in the reviewed table
--   meter: what is counted
--   unit: what an amount is per
--   variant: base or fine_tuned
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   currency: ISO code
--   old_amount: per unit, before
--   old_amount_text: the exact digits of old_amount
--   new_amount: per unit, after
--   new_amount_text: the exact digits of new_amount
--   base_amount: of a tuned price its base's in the same list on that day
--   base_amount_text: the exact digits of base_amount
--   observed_on: the snapshot that first showed it
--   known_not_before: the last snapshot before it
--   stated_date: the day the list states
--   version: the list's version that first showed it
--   series_id: names the price; null without a tracked model
--   event_id: the seller's move, in price_change; null where none was read
--   is_news: false: an event of a list is never news
-- promises:

SELECT
    list.feed_change_id,
    list.kind,
    list.rule,
    list.feed,
    list.feed_words,
    list.provider,
    list.model,
    list.base_model,
    list.tracked_model,
    list.meter,
    meter.unit,
    list.variant,
    list.tier,
    list.context_band,
    list.currency,
    list.old_amount::DOUBLE AS old_amount,
    amount_text(list.old_amount) AS old_amount_text,
    list.new_amount::DOUBLE AS new_amount,
    amount_text(list.new_amount) AS new_amount_text,
    list.base_amount::DOUBLE AS base_amount,
    amount_text(list.base_amount) AS base_amount_text,
    list.observed_on,
    list.known_not_before,
    list.stated_date,
    list.version,
    list.series_id,
    list.event_id,
    list.is_news
FROM mart.feed_event AS list
LEFT JOIN seed.meter AS meter ON list.meter = meter.meter
