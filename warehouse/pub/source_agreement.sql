-- One row per price that a seller's page and a third party's list both show now: both values with their dates, whether they agree, and why not.
--
-- kind: view
-- order: agrees, state DESC, provider, model, meter, variant, method, tier, context_band, region, condition, feed, series_id
-- columns:
--   disagreement_id: names the two values of the two sources; null where they agree
--   provider: the seller
--   series_id: names the price
--   model: the seller's name of the model
--   meter: what is counted
--   unit: what an amount is per
--   variant: base or fine_tuned
--   method: how it is tuned
--   tier: the service tier
--   context_band: the printed context band
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code, the same for both
--   source: our source: seller and page
--   amount: per unit, as the seller prints it
--   amount_text: the exact digits of amount
--   first_seen_at: since when we know it
--   last_verified_at: the newest read that showed it
--   feed: the list
--   feed_words: what the list is called
--   feed_model: the list's own key
--   feed_version: the list's version
--   feed_amount: per unit, as the list has it
--   feed_amount_text: the exact digits of feed_amount
--   feed_first_seen_on: the first snapshot of the list that shows it
--   feed_observed_on: the newest snapshot of the list
--   agrees: whether both are one price, to one part in a thousand million
--   ratio: the list's over the seller's
--   cause: the likely cause by the rules above; null where they agree
--   cause_words: the same in words
--   state: agrees, open or explained; an explanation holds until one of the two values moves
--   explained_because: a person's words
--   explained_by: who said so
--   explained_at: when
-- promises:

SELECT
    list.disagreement_id,
    list.provider,
    list.series_id,
    list.model,
    list.meter,
    meter.unit,
    list.variant,
    list.method,
    list.tier,
    list.context_band,
    list.region,
    list.condition,
    list.currency,
    list.source,
    list.amount::DOUBLE AS amount,
    amount_text(list.amount) AS amount_text,
    list.first_seen_at,
    list.last_verified_at,
    list.feed,
    list.feed_words,
    list.feed_model,
    list.feed_version,
    list.feed_amount::DOUBLE AS feed_amount,
    amount_text(list.feed_amount) AS feed_amount_text,
    list.feed_first_seen_on,
    list.feed_observed_on,
    list.agrees,
    list.ratio,
    list.cause,
    list.cause_words,
    list.state,
    list.explained_because,
    list.explained_by,
    list.explained_at
FROM mart.source_agreement AS list
LEFT JOIN seed.meter AS meter ON list.meter = meter.meter
