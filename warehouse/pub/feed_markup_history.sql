-- One row per interval of a third party's list in which a tuned price and its base's stood still, or it had no price of the base.
--
-- kind: view
-- order: provider, model, meter, tier, context_band, feed, valid_from
-- columns:
--   feed: the list
--   feed_words: what the list is called
--   feed_place: which list goes first
--   provider: the seller
--   model: the tuned model, by the list's key
--   base_model: its base, by the list's key
--   tracked_model: the tuned model by the seller's own name; null where it is not in the reviewed table
--   tracked_base: the base by the seller's own name
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   currency: ISO code
--   known_not_before: the snapshot before the first of the interval
--   valid_from: the first snapshot of the interval: it began after known_not_before, up to this day
--   valid_to: the snapshot that shows another price of one of the two, or lacks one; null while it lasts
--   last_seen_on: the last snapshot of the interval
--   tuned_amount: per 1M tokens
--   tuned_amount_text: the exact digits of tuned_amount
--   base_amount: per 1M tokens; null where the list has none
--   base_amount_text: the exact digits of base_amount
--   ratio: tuned over base; null where unknown
--   unknown_because: why there is no ratio, in words
--   began_with: which side moved at the beginning: tuned, base or both; null at the first sight
--   doubt: what speaks against the ratio, in words
--   series_id: names the tuned price
--   is_read: whether the tuned price was ever read from a page of the seller
--   trust: whose word it is: always third_party
-- promises:

SELECT
    list.feed,
    list.feed_words,
    list.feed_place,
    list.provider,
    list.model,
    list.base_model,
    list.tracked_model,
    list.tracked_base,
    list.meter,
    list.tier,
    list.context_band,
    list.currency,
    list.known_not_before,
    list.valid_from,
    list.valid_to,
    list.last_seen_on,
    list.tuned_amount::DOUBLE AS tuned_amount,
    amount_text(list.tuned_amount) AS tuned_amount_text,
    list.base_amount::DOUBLE AS base_amount,
    amount_text(list.base_amount) AS base_amount_text,
    list.ratio,
    list.unknown_because,
    list.began_with,
    list.doubt,
    list.series_id,
    list.is_read,
    'third_party' AS trust
FROM mart.feed_markup_history AS list
