-- One row per markup that is known in US dollars and volume: what tuning adds to the bill of a month.
--
-- kind: view
-- order: provider, model, meter, tier, condition, region, context_band, product, tuned_series_id, tokens_per_month
-- columns:
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier
--   condition: of the tuned price
--   region: the printed region or scope
--   context_band: of the tuned price
--   tokens_per_month: the tokens of that kind in a month
--   extra_usd_per_month: tuned less base for so many tokens, USD
--   extra_usd_per_month_text: the digits of extra_usd_per_month
--   hosting_usd_per_month: what a deployment that is billed by the hour costs besides, USD; null where none is
--   hosting_usd_per_month_text: the digits of hosting_usd_per_month
--   tuned_series_id: the tuned price; null where no page prints it
--   base_series_id: the base price
-- promises:

WITH volume AS (
    SELECT unnest([1000000, 10000000, 100000000, 1000000000, 5000000000]) AS tokens
),
hosting AS (
    SELECT provider, model, tier, region, min(amount) * 730 AS usd_per_month -- a month is 730 hours
    FROM pub.current_price
    WHERE meter = 'hosting_hours' AND value_state = 'priced' AND currency = 'USD'
    GROUP BY provider, model, tier, region
)
SELECT
    markup.provider,
    markup.product,
    markup.model,
    markup.meter,
    markup.tier,
    markup.condition,
    markup.region,
    markup.context_band,
    volume.tokens::BIGINT AS tokens_per_month,
    markup_usd(volume.tokens, markup.base_amount, markup.tuned_amount) AS extra_usd_per_month,
    amount_text(round(markup_usd(volume.tokens, markup.base_amount, markup.tuned_amount), 9)) AS extra_usd_per_month_text,
    hosting.usd_per_month AS hosting_usd_per_month,
    amount_text(round(hosting.usd_per_month, 9)) AS hosting_usd_per_month_text,
    markup.tuned_series_id,
    markup.base_series_id
FROM pub.markup AS markup
CROSS JOIN volume
LEFT JOIN hosting
    ON markup.provider = hosting.provider AND markup.model = hosting.model
    AND markup.tier IS NOT DISTINCT FROM hosting.tier AND markup.region IS NOT DISTINCT FROM hosting.region
WHERE markup.currency = 'USD' AND markup.ratio IS NOT NULL
