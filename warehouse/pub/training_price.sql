-- One row per way to train one model at one seller, with its price and the minimum charge that goes with it.
--
-- A way that is no longer printed stays, with the day on which it went: `training_cost` asks for past dates. So does
-- one that is sold and has no price: what nobody prints is unknown, not nothing.
--
-- kind: view
-- order: provider, model, size_tier, method, technique, tier, context_band, time_window, region, condition, currency, product, meter, series_id
-- columns:
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model, or of the GPU that is rented for training; null on size-tier rows
--   base_model: the model that is trained, by the explicit alias table
--   size_tier: the band of model sizes, as printed
--   size_min_params: the smallest model of the band, in parameters
--   size_max_params: the largest model of the band, in parameters
--   method: how it is tuned: sft, dpo, rft, distillation; null where the price holds for any
--   technique: lora or full
--   tier: the service tier
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code; only USD is ever compared
--   meter: what is counted: training_tokens, training_hours, training_images, training_run or gpu_hours
--   unit: what the amount is per
--   amount: per unit; null where nothing is priced
--   amount_text: the exact digits of amount
--   value_state: priced, free, not_offered or not_printed
--   minimum_amount: what a job costs at least; null where the seller prints no such charge
--   minimum_amount_text: the exact digits of minimum_amount
--   bills_besides: which other tokens such training bills at prices of their own: cached prefill, prefill, sample; null where none
--   unknown_because: why there is no amount, in words; null where there is one
--   trust: whose word the price is
--   source_url: the page
--   last_verified_at: the newest read that showed it
--   span_id: the price's span; null where no page prints one
--   series_id: the price; null where no page prints one
--   minimum_span_id: the minimum's span
--   minimum_series_id: the minimum
--   gone_since: when the page stopped printing it, where it did
-- promises:
--   one_training_price: a price of training stands once, and has an amount or a reason why it has none, never both

WITH printed AS (
    SELECT * EXCLUDE (freshness, age_days, previous_amount, change_ratio, changed_at), NULL::VARCHAR AS end_reason
    FROM pub.current_price
    UNION ALL BY NAME
    SELECT history.*
    FROM pub.price_history AS history ANTI JOIN pub.current_price AS current ON history.series_id = current.series_id
    QUALIFY row_number() OVER (PARTITION BY history.series_id ORDER BY history.valid_to DESC, history.span_id) = 1
),
training AS (
    SELECT *
    FROM printed
    WHERE starts_with(meter, 'training_') OR (meter = 'gpu_hours' AND (method IS NOT NULL OR product = 'training'))
),
way AS (
    SELECT *
    FROM training
    WHERE meter IN ('training_tokens', 'training_hours', 'training_images', 'training_run', 'gpu_hours')
    QUALIFY row_number() OVER (
        PARTITION BY
            provider, product, model, size_tier, method, technique, tier, context_band, time_window, region, condition,
            currency
        ORDER BY
            valid_to IS NOT NULL,
            list_position(['training_tokens', 'training_hours', 'training_images', 'training_run', 'gpu_hours'], meter),
            series_id
    ) = 1
),
minimum AS (
    SELECT * FROM training WHERE meter = 'training_minimum'
),
fitting AS ( -- the minimum whose words are the way's own, or that is printed for all of them
    SELECT way.series_id, minimum.series_id AS minimum_series_id
    FROM way INNER JOIN minimum
        ON way.provider = minimum.provider
        AND way.currency = minimum.currency
        AND (
            (way.model IS NOT DISTINCT FROM minimum.model AND way.size_tier IS NOT DISTINCT FROM minimum.size_tier)
            OR minimum.size_tier = 'all models'
        )
        AND way.condition IS NOT DISTINCT FROM minimum.condition
        AND coalesce(way.product = minimum.product, minimum.product IS NULL)
        AND coalesce(way.method = minimum.method, minimum.method IS NULL)
        AND coalesce(way.technique = minimum.technique, minimum.technique IS NULL)
        AND coalesce(way.tier = minimum.tier, minimum.tier IS NULL OR way.tier IS NULL)
        AND coalesce(way.context_band = minimum.context_band, minimum.context_band IS NULL)
        AND coalesce(way.time_window = minimum.time_window, minimum.time_window IS NULL)
        AND coalesce(way.region = minimum.region, minimum.region IS NULL)
    QUALIFY row_number() OVER (
        PARTITION BY way.series_id
        ORDER BY
            minimum.valid_to IS NOT NULL,
            coalesce(minimum.size_tier = 'all models', false),
            (minimum.product IS NOT NULL)::INTEGER + (minimum.method IS NOT NULL)::INTEGER
            + (minimum.technique IS NOT NULL)::INTEGER + (minimum.context_band IS NOT NULL)::INTEGER
            + (minimum.time_window IS NOT NULL)::INTEGER + (minimum.region IS NOT NULL)::INTEGER DESC,
            minimum.series_id
    ) = 1
),
besides AS (
    SELECT
        provider, product, model,
        array_to_string(list_sort(list_distinct(list(replace(regexp_replace(meter, 'training_|_tokens', '', 'g'), '_', ' ')))), ', ') AS words
    FROM training
    WHERE meter IN ('training_prefill_tokens', 'training_cached_prefill_tokens', 'training_sample_tokens')
        AND valid_to IS NULL
    GROUP BY provider, product, model
)
SELECT
    way.provider,
    way.product,
    way.model,
    way.base_model,
    way.size_tier,
    way.size_min_params,
    way.size_max_params,
    way.method,
    way.technique,
    way.tier,
    way.context_band,
    way.time_window,
    way.region,
    way.condition,
    way.currency,
    way.meter,
    way.unit,
    way.amount,
    way.amount_text,
    way.value_state,
    -- a charge that went is none of a way that is still printed
    CASE WHEN minimum.valid_to IS NULL OR way.valid_to IS NOT NULL THEN minimum.amount END AS minimum_amount,
    CASE WHEN minimum.valid_to IS NULL OR way.valid_to IS NOT NULL THEN minimum.amount_text END AS minimum_amount_text,
    besides.words AS bills_besides,
    CASE way.value_state
        WHEN 'not_offered' THEN 'the seller says that it is not offered'
        WHEN 'not_printed' THEN 'no price is printed'
    END AS unknown_because,
    way.trust,
    way.source_url,
    way.last_verified_at,
    way.span_id,
    way.series_id,
    minimum.span_id AS minimum_span_id,
    minimum.series_id AS minimum_series_id,
    way.valid_to AS gone_since
FROM way
LEFT JOIN fitting ON way.series_id = fitting.series_id
LEFT JOIN minimum ON fitting.minimum_series_id = minimum.series_id
LEFT JOIN besides
    ON way.provider = besides.provider AND way.model = besides.model AND way.product IS NOT DISTINCT FROM besides.product
UNION ALL
SELECT -- sold by a rule that counts, at a price that no page prints
    rule.provider,
    NULL AS product,
    rule.model,
    rule.model AS base_model,
    NULL AS size_tier,
    NULL AS size_min_params,
    NULL AS size_max_params,
    rule.method,
    NULL AS technique,
    rule.tier,
    rule.context_band,
    NULL AS time_window,
    NULL AS region,
    rule.condition,
    coalesce(rule.currency, 'USD') AS currency,
    rule.meter,
    rule.unit,
    NULL AS amount,
    NULL AS amount_text,
    'not_printed' AS value_state,
    NULL AS minimum_amount,
    NULL AS minimum_amount_text,
    NULL AS bills_besides,
    rule.unknown_because,
    'derived' AS trust,
    rule.source_url,
    rule.read_at AS last_verified_at,
    NULL AS span_id,
    NULL AS series_id,
    NULL AS minimum_span_id,
    NULL AS minimum_series_id,
    NULL AS gone_since
FROM pub.derived_price AS rule
ANTI JOIN way
    ON rule.provider = way.provider AND rule.model = way.model AND way.valid_to IS NULL
    AND coalesce(rule.method = way.method, rule.method IS NULL)
WHERE rule.meter = 'training_tokens' AND rule.amount IS NULL
UNION ALL
SELECT -- a minimum is printed, and no price that it is the minimum of
    minimum.provider,
    minimum.product,
    minimum.model,
    minimum.base_model,
    minimum.size_tier,
    minimum.size_min_params,
    minimum.size_max_params,
    minimum.method,
    minimum.technique,
    minimum.tier,
    minimum.context_band,
    minimum.time_window,
    minimum.region,
    minimum.condition,
    minimum.currency,
    'training_tokens' AS meter,
    '1M tokens' AS unit,
    NULL AS amount,
    NULL AS amount_text,
    'not_printed' AS value_state,
    minimum.amount AS minimum_amount,
    minimum.amount_text AS minimum_amount_text,
    NULL AS bills_besides,
    'a minimum charge is printed, and no price' AS unknown_because,
    minimum.trust,
    minimum.source_url,
    minimum.last_verified_at,
    NULL AS span_id,
    NULL AS series_id,
    minimum.span_id AS minimum_span_id,
    minimum.series_id AS minimum_series_id,
    NULL AS gone_since
FROM minimum ANTI JOIN fitting ON minimum.series_id = fitting.minimum_series_id
WHERE minimum.valid_to IS NULL
