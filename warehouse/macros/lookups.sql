-- Questions to the published tables, as functions: `FROM price_as_of('2026-08-27')`.
--
-- where: both
-- asks: tables

CREATE OR REPLACE MACRO price_as_of(d) AS TABLE
    SELECT *
    FROM pub.price_history
    WHERE coalesce(valid_from, first_seen_at) <= d::TIMESTAMP
      AND (valid_to IS NULL OR valid_to > d::TIMESTAMP)
    -- Two pages may print one price: the seller's own word goes first, then a page that was read, then the newer price.
    QUALIFY row_number() OVER (
        PARTITION BY series_id
        ORDER BY trust_rank(trust), days_unseen(least(last_verified_at, d::TIMESTAMP), d::TIMESTAMP),
            first_seen_at DESC, source
    ) = 1
    ORDER BY provider, model, size_tier, meter, variant, tier, condition, series_id;
COMMENT ON MACRO TABLE price_as_of IS 'every price as it was known at a moment (UTC); columns of price_history';

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
