-- One row per price that a third party's list printed for a day: a second opinion, in no other table of prices.
--
-- kind: view
-- order: source, provider, model, meter, variant, method, technique, tier, context_band, time_window, product, region, condition, gpu_count, effective_from, observed_on, quoted, amount, feed_price_id
-- columns:
--   source: the list, by its importer's name: litellm, models.dev, openrouter, genai-prices, portkey, tokencost, openrouter-history, llm-pricing-history, observations, gpu-history
--   source_version: the list's version, where one was given on import, or the row says it
--   observed_on: the day of the list, or of the row in it; the price may have come any time since the list's day before
--   provider: the seller
--   product: what the seller calls the offer, or the instance; null where the list names none
--   model: the list's own key of the model or GPU
--   gpu: the GPU's one name; null where it is not known, or none is priced
--   meter: what is counted
--   unit: what an amount is per
--   variant: base or fine_tuned; null for GPUs
--   base_model: for a tuned model its base, by the list's key
--   method: how it is tuned: sft, dpo, rft, distillation
--   technique: lora or full
--   tier: the service tier: standard, batch, flex, priority, on_demand, spot; ultrafast, balanced and decisions are words of litellm
--   context_band: the length of prompt it holds for
--   time_window: the hours it holds for, UTC
--   effective_from: the first day it holds, where the list states one; it may be announced
--   effective_to: the last day it holds, where the list states one
--   deprecated_on: the day from which the list calls the model deprecated
--   region: the region in the list's words; any and us-typical are words of gpu-history
--   condition: the conditions, joined by +
--   gpu_count: what a per-instance price was divided by
--   currency: ISO code; only USD is ever compared
--   amount: per unit, in that currency; 0 was printed as 0, and what was not printed is no row
--   amount_text: the exact digits of amount
--   raw_text: as printed
--   raw_unit: what the printed price is per
--   doubt: why nobody should believe it, in words; null where nothing speaks against it
--   trust: whose word it is: always third_party
--   quoted: the list's words for what is priced
--   origin: where the list says that it has the figure from
--   sha256: the file it was first imported from, unpacked
--   line: the line of that file
--   imported_at: when that was, UTC
--   feed_price_id: names the row
-- promises:

SELECT
    feed_price.source,
    feed_price.source_version,
    feed_price.observed_on,
    feed_price.provider,
    feed_price.product,
    feed_price.model,
    feed_price.gpu,
    feed_price.meter,
    meter.unit,
    feed_price.variant,
    feed_price.base_model,
    feed_price.method,
    feed_price.technique,
    feed_price.tier,
    feed_price.context_band,
    feed_price.time_window,
    feed_price.effective_from,
    feed_price.effective_to,
    feed_price.deprecated_on,
    feed_price.region,
    feed_price.condition,
    feed_price.gpu_count,
    feed_price.currency,
    feed_price.amount::DOUBLE AS amount,
    amount_text(feed_price.amount) AS amount_text,
    feed_price.raw_text,
    feed_price.raw_unit,
    feed_price.doubt,
    'third_party' AS trust,
    feed_price.quoted,
    feed_price.origin,
    feed_price.sha256,
    feed_price.line,
    feed_price.imported_at,
    feed_price.feed_price_id
FROM raw.feed_price AS feed_price
LEFT JOIN seed.meter AS meter ON feed_price.meter = meter.meter
