-- One row per price that a list showed in force on a day, or, of the shipped history, over days without a break.
--
-- kind: view
-- columns:
--   feed: the list
--   feed_series_id: names the price whatever its value
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
--   amount: per the meter's unit
--   first_on: the day, or the first of the days
--   last_on: the day, or the last of the days
--   effective_from: the first day it holds, where the list states one
-- promises:

WITH imported AS (
    SELECT
        feed, feed_series_id, provider, product, model, base_model, meter, variant, method, technique, tier,
        context_band, time_window, region, condition, currency, amount, observed_on AS first_on, observed_on AS last_on,
        effective_from
    FROM core.feed_row
    WHERE coalesce(effective_from <= observed_on, true) AND coalesce(effective_to >= observed_on, true)
    QUALIFY row_number() OVER ( -- of several periods the one that began last
        PARTITION BY feed_series_id, observed_on ORDER BY effective_from DESC NULLS LAST, amount, feed_price_id
    ) = 1
),
shipped AS (
    SELECT
        history.feed,
        sha16([
            history.feed, history.provider, history.product, history.model, history.meter, history.variant, NULL, NULL,
            history.tier, history.context_band, NULL, history.region, NULL, 'USD'
        ]) AS feed_series_id,
        history.provider,
        history.product,
        history.model,
        CASE WHEN starts_with(history.model, 'ft:') THEN substr(history.model, 4) END AS base_model,
        history.meter,
        history.variant,
        NULL::VARCHAR AS method,
        NULL::VARCHAR AS technique,
        history.tier,
        history.context_band,
        NULL::VARCHAR AS time_window,
        history.region,
        NULL::VARCHAR AS condition,
        'USD' AS currency,
        history.amount::DECIMAL(24, 12) AS amount,
        history.first_on::DATE AS first_on,
        history.last_on::DATE AS last_on,
        NULL::DATE AS effective_from
    FROM seed.feed_history AS history SEMI JOIN core.touched_feed USING (provider)
)
FROM imported
UNION ALL
FROM shipped ANTI JOIN imported USING (feed_series_id)
UNION ALL -- where the same list was imported as well, its days one by one; an imported day goes first
SELECT shipped.* REPLACE (snapshot.observed_on::DATE AS first_on, snapshot.observed_on::DATE AS last_on)
FROM shipped SEMI JOIN imported USING (feed_series_id)
INNER JOIN seed.feed_snapshot AS snapshot
    ON shipped.feed = snapshot.feed AND snapshot.observed_on::DATE BETWEEN shipped.first_on AND shipped.last_on
    AND list_contains(string_split(snapshot.sellers, ' '), shipped.provider)
ANTI JOIN imported
    ON shipped.feed_series_id = imported.feed_series_id AND snapshot.observed_on::DATE = imported.first_on
