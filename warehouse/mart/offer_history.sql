-- One row per offer to tune a model and interval in which none of its prices and dates moved.
--
-- A month that ends before the tuned model stops answering is a date that moves too: whole months are what a project
-- has to pay back in.
--
-- kind: table
-- upkeep: core.touched_seller (provider)
-- columns:
--   offer_id: names the offer
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it; null for a band of sizes
--   base_model: the model it is tuned from; null where none is known
--   size_tier: the band of model sizes, as printed
--   tier: the service tier; null where the seller names none
--   condition: of the tuned price
--   region: the printed region or scope
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   valid_from: since when all of this held
--   valid_to: until when; null while it holds
--   tuned_input: USD per 1M tokens; null where none is priced, as in all price columns
--   tuned_cached_input: USD per 1M tokens
--   tuned_cache_write: USD per 1M tokens
--   tuned_output: USD per 1M tokens
--   tuned_unknown_because: why a call of the tuned model has no price; null where it has one
--   base_input: USD per 1M tokens
--   base_cached_input: USD per 1M tokens
--   base_cache_write: USD per 1M tokens
--   base_output: USD per 1M tokens
--   base_unknown_because: why a call of the base model has no price
--   larger_model: the larger model of this seller that a prompt could be given to; null where none was chosen
--   larger_input: USD per 1M tokens
--   larger_cached_input: USD per 1M tokens
--   larger_cache_write: USD per 1M tokens
--   larger_output: USD per 1M tokens
--   larger_unknown_because: why a call of the larger model has no price
--   training_sft: supervised training, USD per 1M tokens, the cheapest technique sold
--   training_sft_technique: that technique: lora or full; null where the seller names none
--   training_dpo: preference training, USD per 1M tokens, the cheapest technique sold
--   training_dpo_technique: that technique
--   training_hours: training by time, USD per hour
--   training_minimum: USD a job is charged at least
--   training_unknown_because: why a run cannot be priced by its tokens
--   hosting: USD per hour for keeping the tuned model deployed; null where no page prints any
--   storage: USD per month for storing the tuned model; null where no page prints any
--   closed_to_new_on: since when new customers cannot train
--   closed_to_idle_on: since when customers who stopped using it cannot train
--   closed_to_all_on: since when nobody can
--   closed_to_all_because: what was closed then
--   retires_on: the day after which the tuned model answers no more; null where none is stated
--   span_ids: the spans of the prices above
-- promises:
--   offer_intervals_do_not_overlap: two intervals of one offer share no moment

WITH today AS (
    SELECT max(fetched_at) AS as_of FROM raw.page_read
),
price AS MATERIALIZED (
    FROM core.offer_price
),
stated AS MATERIALIZED (
    FROM core.offer_date
),
begun AS (
    SELECT offer_id, min(starts_at) AS begun_at
    FROM price WHERE part LIKE 'tuned_%' OR part LIKE 'training_%'
    GROUP BY offer_id
),
boundary AS (
    SELECT offer_id, starts_at AS at_time FROM price
    UNION
    SELECT offer_id, ends_at FROM price
    UNION
    SELECT offer_id, starts_at FROM stated
    UNION
    SELECT offer_id, ends_at FROM stated
    UNION
    SELECT offer_id, on_day::TIMESTAMP FROM stated
    UNION -- the day on which one whole month less is left
    SELECT offer_id, (on_day - to_months(months.n::INTEGER) + INTERVAL 1 DAY)::TIMESTAMP
    FROM stated CROSS JOIN range(0, 13) AS months(n) WHERE kind = 'inference_ends'
),
moment AS (
    SELECT DISTINCT boundary.offer_id, greatest(boundary.at_time, begun.begun_at) AS valid_from
    FROM boundary INNER JOIN begun USING (offer_id) CROSS JOIN today
    WHERE boundary.at_time <= today.as_of
),
held AS (
    SELECT moment.offer_id, moment.valid_from, price.*
    FROM moment INNER JOIN price
        ON moment.offer_id = price.offer_id AND price.starts_at <= moment.valid_from
        AND (price.ends_at IS NULL OR price.ends_at > moment.valid_from)
    QUALIFY row_number() OVER (
        PARTITION BY moment.offer_id, moment.valid_from, price.part
        ORDER BY price.preference, price.amount NULLS LAST, price.starts_at DESC, price.span_id
    ) = 1
),
priced AS (
    SELECT
        offer_id, valid_from,
        max(amount) FILTER (part = 'tuned_input')::DOUBLE AS tuned_input,
        max(amount) FILTER (part = 'tuned_cached_input')::DOUBLE AS tuned_cached_input,
        max(amount) FILTER (part = 'tuned_cache_write')::DOUBLE AS tuned_cache_write,
        max(amount) FILTER (part = 'tuned_output')::DOUBLE AS tuned_output,
        max(amount) FILTER (part = 'base_input')::DOUBLE AS base_input,
        max(amount) FILTER (part = 'base_cached_input')::DOUBLE AS base_cached_input,
        max(amount) FILTER (part = 'base_cache_write')::DOUBLE AS base_cache_write,
        max(amount) FILTER (part = 'base_output')::DOUBLE AS base_output,
        max(amount) FILTER (part = 'larger_input')::DOUBLE AS larger_input,
        max(amount) FILTER (part = 'larger_cached_input')::DOUBLE AS larger_cached_input,
        max(amount) FILTER (part = 'larger_cache_write')::DOUBLE AS larger_cache_write,
        max(amount) FILTER (part = 'larger_output')::DOUBLE AS larger_output,
        max(amount) FILTER (part = 'training_sft')::DOUBLE AS training_sft,
        max(technique) FILTER (part = 'training_sft') AS training_sft_technique,
        max(amount) FILTER (part = 'training_dpo')::DOUBLE AS training_dpo,
        max(technique) FILTER (part = 'training_dpo') AS training_dpo_technique,
        max(amount) FILTER (part = 'training_hours')::DOUBLE AS training_hours,
        max(amount) FILTER (part = 'training_minimum')::DOUBLE AS training_minimum,
        max(amount) FILTER (part = 'hosting')::DOUBLE AS hosting,
        max(amount) FILTER (part = 'storage')::DOUBLE AS storage,
        max(value_state) FILTER (part IN ('tuned_input', 'tuned_output') AND amount IS NULL) AS tuned_state,
        max(value_state) FILTER (part IN ('base_input', 'base_output') AND amount IS NULL) AS base_state,
        max(value_state) FILTER (part IN ('larger_input', 'larger_output') AND amount IS NULL) AS larger_state,
        list(DISTINCT span_id ORDER BY span_id) AS span_ids
    FROM held GROUP BY offer_id, valid_from
),
gone AS ( -- what no page prints any more
    SELECT
        moment.offer_id, moment.valid_from,
        max(price.ends_at) FILTER (price.part IN ('tuned_input', 'tuned_output')) AS tuned_gone_at,
        max(price.ends_at) FILTER (price.part IN ('base_input', 'base_output')) AS base_gone_at,
        max(price.ends_at) FILTER (price.part LIKE 'training_%') AS training_gone_at
    FROM moment INNER JOIN price
        ON moment.offer_id = price.offer_id AND price.ends_at <= moment.valid_from
    GROUP BY moment.offer_id, moment.valid_from
),
dated AS (
    SELECT
        moment.offer_id, moment.valid_from,
        min(stated.on_day) FILTER (stated.kind = 'closed_to_new' AND stated.on_day <= moment.valid_from) AS closed_to_new_on,
        min(stated.on_day) FILTER (stated.kind = 'closed_to_idle' AND stated.on_day <= moment.valid_from)
            AS closed_to_idle_on,
        min(stated.on_day) FILTER (
            stated.kind IN ('training_ends', 'not_offered') AND stated.on_day <= moment.valid_from
        ) AS closed_to_all_on,
        min_by(stated.kind, stated.on_day) FILTER (
            stated.kind IN ('training_ends', 'not_offered') AND stated.on_day <= moment.valid_from
        ) AS closed_by,
        min(stated.on_day) FILTER (stated.kind = 'inference_ends') AS retires_on
    FROM moment INNER JOIN stated
        ON moment.offer_id = stated.offer_id AND stated.starts_at <= moment.valid_from
        AND (stated.ends_at IS NULL OR stated.ends_at > moment.valid_from)
    GROUP BY moment.offer_id, moment.valid_from
),
told AS (
    SELECT
        offer.* EXCLUDE (is_training),
        moment.valid_from,
        larger.larger_model,
        priced.* EXCLUDE (offer_id, valid_from, tuned_state, base_state, larger_state),
        dated.closed_to_new_on,
        dated.closed_to_idle_on,
        dated.closed_to_all_on,
        CASE dated.closed_by WHEN 'training_ends' THEN 'training ended' WHEN 'not_offered' THEN 'tuning is not offered, as its page said' END
            AS closed_to_all_because,
        dated.retires_on,
        CASE WHEN priced.tuned_input IS NULL OR priced.tuned_output IS NULL THEN
            CASE
                WHEN priced.tuned_state IS NOT NULL
                    THEN 'a call of the tuned model is ' || replace(priced.tuned_state, '_', ' ')
                WHEN gone.tuned_gone_at IS NOT NULL
                    THEN 'the price of calling the tuned model is gone since ' || gone.tuned_gone_at::DATE
                ELSE 'no page prints what calling the tuned model costs'
            END
        END AS tuned_unknown_because,
        CASE WHEN priced.base_input IS NULL OR priced.base_output IS NULL THEN
            CASE
                WHEN offer.base_model IS NULL THEN 'no base model is known for ' || coalesce(offer.model, offer.size_tier)
                WHEN priced.base_state IS NOT NULL
                    THEN 'the price of ' || offer.base_model || ' is ' || replace(priced.base_state, '_', ' ')
                WHEN gone.base_gone_at IS NOT NULL
                    THEN 'the price of ' || offer.base_model || ' is gone since ' || gone.base_gone_at::DATE
                ELSE 'no matching price of ' || offer.base_model || ' was read'
            END
        END AS base_unknown_because,
        CASE WHEN priced.larger_input IS NULL OR priced.larger_output IS NULL THEN
            CASE
                WHEN larger.larger_model IS NULL THEN 'no larger model was chosen to compare with'
                WHEN priced.larger_state IS NOT NULL
                    THEN 'the price of ' || larger.larger_model || ' is ' || replace(priced.larger_state, '_', ' ')
                ELSE 'no matching price of ' || larger.larger_model || ' was read'
            END
        END AS larger_unknown_because,
        CASE
            WHEN priced.training_sft IS NOT NULL OR priced.training_dpo IS NOT NULL THEN NULL
            WHEN priced.training_hours IS NOT NULL THEN 'training is priced by the hour, and nobody prints how long it takes'
            WHEN gone.training_gone_at IS NOT NULL
                THEN 'the price of training is gone since ' || gone.training_gone_at::DATE
            ELSE 'no page prints what training costs'
        END AS training_unknown_because
    FROM moment
    INNER JOIN core.offer AS offer USING (offer_id)
    LEFT JOIN priced USING (offer_id, valid_from)
    LEFT JOIN gone USING (offer_id, valid_from)
    LEFT JOIN dated USING (offer_id, valid_from)
    LEFT JOIN seed.larger_base AS larger
        ON offer.provider = larger.provider AND offer.base_model = larger.base_model
)
SELECT
    offer_id,
    provider,
    product,
    model,
    base_model,
    size_tier,
    tier,
    condition,
    region,
    context_band,
    time_window,
    valid_from,
    lead(valid_from) OVER (PARTITION BY offer_id ORDER BY valid_from) AS valid_to,
    tuned_input,
    tuned_cached_input,
    tuned_cache_write,
    tuned_output,
    tuned_unknown_because,
    base_input,
    base_cached_input,
    base_cache_write,
    base_output,
    base_unknown_because,
    larger_model,
    larger_input,
    larger_cached_input,
    larger_cache_write,
    larger_output,
    larger_unknown_because,
    training_sft,
    training_sft_technique,
    training_dpo,
    training_dpo_technique,
    training_hours,
    training_minimum,
    training_unknown_because,
    hosting,
    storage,
    closed_to_new_on,
    closed_to_idle_on,
    closed_to_all_on,
    closed_to_all_because,
    retires_on,
    span_ids
FROM told
