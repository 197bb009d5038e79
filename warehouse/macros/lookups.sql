-- Questions to the published tables, as functions: `FROM price_as_of('2026-08-27')`.
--
-- where: both
-- asks: tables

-- A list speaks for the time before the price was read at the seller; of a price never read, before the seller was.
CREATE OR REPLACE MACRO feed_price_as_of(d) AS TABLE
    SELECT
        list.provider, NULL::VARCHAR AS product, list.tracked_model AS model, list.tracked_base AS base_model, list.meter, list.unit,
        list.variant, list.tracked_method AS method, list.technique, list.tier, list.tracked_band AS context_band,
        list.time_window, list.tracked_region AS region, list.tracked_condition AS condition, list.currency, list.amount,
        list.amount_text, CASE WHEN list.amount = 0 THEN 'free' ELSE 'priced' END AS value_state, false AS derived,
        list.feed_span_id AS span_id, list.series_id, list.feed AS source, list.trust,
        list.valid_from::TIMESTAMP AS valid_from, list.valid_to::TIMESTAMP AS valid_to,
        list.known_not_before::TIMESTAMP AS known_not_before, list.first_seen_on::TIMESTAMP AS first_seen_at,
        list.last_seen_on::TIMESTAMP AS last_verified_at, list.end_reason,
        concat_ws(' ', list.feed_words, list.last_version) || ': ' || list.model AS quoted,
        list.feed_url AS source_url, list.feed_place
    FROM pub.feed_history AS list
    LEFT JOIN (
        SELECT series_id, min(coalesce(valid_from, first_seen_at)) AS since FROM pub.price_history GROUP BY series_id
    ) AS own ON list.series_id = own.series_id
    LEFT JOIN (
        SELECT provider, min(first_seen_at) AS since FROM pub.price_history GROUP BY provider
    ) AS seller ON list.provider = seller.provider
    WHERE list.series_id IS NOT NULL
      AND coalesce(list.valid_from, list.first_seen_on) <= d::TIMESTAMP
      AND (list.valid_to IS NULL OR list.valid_to > d::TIMESTAMP)
      AND d::TIMESTAMP < coalesce(own.since, seller.since, TIMESTAMP '9999-12-31');
COMMENT ON MACRO TABLE feed_price_as_of IS
'what third parties'' lists said at a moment (UTC) of prices that were not read at the seller yet; every list, columns of price_history';

CREATE OR REPLACE MACRO price_as_of(d) AS TABLE
    WITH known AS (
        SELECT *, 0 AS feed_place FROM pub.price_history
        WHERE coalesce(valid_from, first_seen_at) <= d::TIMESTAMP AND (valid_to IS NULL OR valid_to > d::TIMESTAMP)
        UNION ALL BY NAME
        SELECT * FROM feed_price_as_of(d)
    )
    SELECT * EXCLUDE (feed_place)
    FROM known
    -- Two pages may print one price: the seller's own word goes first, then a page that was read, then the newer price.
    QUALIFY row_number() OVER (
        PARTITION BY series_id
        ORDER BY trust_rank(trust), days_unseen(least(last_verified_at, d::TIMESTAMP), d::TIMESTAMP), feed_place,
            first_seen_at DESC, source, coalesce(valid_from, first_seen_at),
            substr(quoted, strpos(quoted, ': ') + 2), span_id -- two keys of one list
    ) = 1
    ORDER BY provider, model, size_tier, meter, variant, tier, condition, series_id;
COMMENT ON MACRO TABLE price_as_of IS
'every price as it was known at a moment (UTC), by the most trusted source that had it: before the first read of a seller''s page a third party''s list, with trust third_party; columns of price_history';

CREATE OR REPLACE MACRO price_history_of(of_provider, of_model) AS TABLE
    SELECT *
    FROM pub.price_history
    WHERE provider = of_provider AND model = of_model
    ORDER BY meter, variant, tier, condition, series_id, first_seen_at;
COMMENT ON MACRO TABLE price_history_of IS 'the history of one seller''s model; columns of price_history';

CREATE OR REPLACE MACRO changes_since(d) AS TABLE
    SELECT * FROM pub.price_change
    WHERE observed_at >= d::TIMESTAMP AND NOT is_superseded
    ORDER BY observed_at, provider, series_id, event_id;
COMMENT ON MACRO TABLE changes_since IS 'what moved at or after a moment (UTC), oldest first; columns of price_change';

CREATE OR REPLACE MACRO markup_as_of(d) AS TABLE
    WITH own AS (
        SELECT
            markup.provider, markup.source, tuned.trust, markup.model, markup.base_model, markup.meter, markup.tier,
            markup.condition, markup.region, markup.context_band, markup.currency, markup.tuned_amount,
            markup.base_amount, markup.ratio, NULL::VARCHAR AS unknown_because, NULL::VARCHAR AS doubt,
            markup.valid_from, markup.valid_to, NULL::TIMESTAMP AS known_not_before,
            markup.tuned_series_id AS series_id, 0 AS feed_place, d::TIMESTAMP AS seen_at, NULL::VARCHAR AS key
        FROM pub.markup_history AS markup INNER JOIN pub.price_history AS tuned ON markup.tuned_span_id = tuned.span_id
        WHERE markup.valid_from <= d::TIMESTAMP AND (markup.valid_to IS NULL OR markup.valid_to > d::TIMESTAMP)
    ),
    listed AS (
        SELECT
            list.provider, list.feed AS source, list.trust, list.tracked_model AS model,
            coalesce(list.tracked_base, list.base_model) AS base_model, list.meter, list.tier, price.condition,
            price.region, price.context_band, list.currency, list.tuned_amount, list.base_amount, list.ratio,
            list.unknown_because, list.doubt, list.valid_from::TIMESTAMP AS valid_from,
            list.valid_to::TIMESTAMP AS valid_to, list.known_not_before::TIMESTAMP AS known_not_before, list.series_id,
            list.feed_place, least(list.last_seen_on::TIMESTAMP, d::TIMESTAMP) AS seen_at, list.model AS key
        FROM pub.feed_markup_history AS list
        INNER JOIN feed_price_as_of(d) AS price ON list.series_id = price.series_id AND list.feed = price.source
        WHERE list.valid_from <= d::TIMESTAMP AND (list.valid_to IS NULL OR list.valid_to > d::TIMESTAMP)
    )
    SELECT * EXCLUDE (feed_place, seen_at, key)
    FROM (FROM own UNION ALL BY NAME FROM listed)
    QUALIFY row_number() OVER (
        PARTITION BY series_id, CASE WHEN trust <> 'third_party' THEN source END
        ORDER BY days_unseen(seen_at, d::TIMESTAMP), unknown_because IS NOT NULL, feed_place, valid_from DESC, source, key
    ) = 1
    ORDER BY provider, model, meter, tier, condition, region, context_band, source;
COMMENT ON MACRO TABLE markup_as_of IS
'tuned over base as it was known at a moment (UTC): the seller''s own figures, and before the first read of them a third party''s list, with the base of the same list';

CREATE OR REPLACE MACRO markup_at(monthly_input_tokens, monthly_output_tokens) AS TABLE
    WITH paired AS (
        SELECT
            provider, model, base_model, tier, condition, region, context_band, currency,
            max(tuned_amount) FILTER (meter = 'inference_input') AS tuned_input,
            max(base_amount) FILTER (meter = 'inference_input') AS base_input,
            max(tuned_amount) FILTER (meter = 'inference_output') AS tuned_output,
            max(base_amount) FILTER (meter = 'inference_output') AS base_output,
            min(unknown_because) AS unknown_because
        FROM pub.markup
        WHERE currency = 'USD' AND meter IN ('inference_input', 'inference_output')
        GROUP BY ALL
    ),
    hosting AS (
        SELECT provider, model, region, min(amount) AS usd_per_hour
        FROM pub.current_price WHERE meter = 'hosting_hours' AND currency = 'USD' GROUP BY ALL
    ),
    billed AS (
        SELECT
            paired.*,
            monthly_input_tokens::DOUBLE / 1e6 * tuned_input + monthly_output_tokens::DOUBLE / 1e6 * tuned_output
                AS tuned_usd_per_month,
            monthly_input_tokens::DOUBLE / 1e6 * base_input + monthly_output_tokens::DOUBLE / 1e6 * base_output
                AS base_usd_per_month,
            hosting.usd_per_hour * 730 AS hosting_usd_per_month
        FROM paired LEFT JOIN hosting
            ON paired.provider = hosting.provider AND paired.model = hosting.model
            AND paired.region IS NOT DISTINCT FROM hosting.region
    )
    SELECT
        provider, model, base_model, tier, condition, region, context_band,
        tuned_input / nullif(base_input, 0) AS input_ratio,
        tuned_output / nullif(base_output, 0) AS output_ratio,
        tuned_usd_per_month,
        base_usd_per_month,
        tuned_usd_per_month - base_usd_per_month AS extra_usd_per_month,
        hosting_usd_per_month,
        (tuned_usd_per_month + coalesce(hosting_usd_per_month, 0)) / nullif(base_usd_per_month, 0) AS blended_ratio,
        unknown_because
    FROM billed
    ORDER BY extra_usd_per_month DESC NULLS LAST, provider, model, tier, condition, region, context_band;
COMMENT ON MACRO TABLE markup_at IS
'USD a month that tuned models cost over their bases at a workload of input and output tokens a month; hosting beside it';
