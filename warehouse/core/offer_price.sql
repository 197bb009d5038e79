-- One row per offer of a touched seller and price that ever belonged to it, with the part it plays in what the offer costs.
--
-- kind: view
-- columns:
--   offer_id: the offer
--   part: tuned_, base_ or larger_ input, cached_input, cache_write or output; training_sft, training_dpo, training_hours, training_minimum, hosting or storage
--   preference: of two prices for one part the lower one counts
--   technique: of training: lora or full
--   model: whose price it is, as the seller names it
--   amount: USD per the meter's unit; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   span_id: the price's span; of a price by a rule that of its base
--   starts_at: since when it held: the stated date, or the first read that showed it
--   ends_at: until when; null while it holds
-- promises:

WITH offer AS MATERIALIZED (
    FROM core.offer SEMI JOIN core.touched_seller USING (provider)
),
span AS MATERIALIZED (
    SELECT
        *,
        coalesce(valid_from, first_seen_at) AS starts_at,
        valid_to AS ends_at,
        CASE meter
            WHEN 'inference_input' THEN 'input'
            WHEN 'inference_cached_input' THEN 'cached_input'
            WHEN 'inference_cache_write' THEN 'cache_write'
            WHEN 'inference_output' THEN 'output'
        END AS part
    FROM core.price_span SEMI JOIN core.touched_seller USING (provider)
    WHERE currency = 'USD'
),
tuned AS (
    SELECT
        offer.offer_id, 'tuned_' || span.part AS part, trust_rank(span.trust) * 10 AS preference, span.technique,
        span.model, span.amount, span.value_state, span.span_id, span.starts_at, span.ends_at
    FROM offer INNER JOIN span
        ON offer.provider = span.provider AND offer.model = span.model AND span.variant = 'fine_tuned'
        AND span.part IS NOT NULL
        AND offer.product IS NOT DISTINCT FROM span.product AND offer.tier IS NOT DISTINCT FROM span.tier
        AND offer.condition IS NOT DISTINCT FROM span.condition AND offer.region IS NOT DISTINCT FROM span.region
        AND offer.context_band IS NOT DISTINCT FROM span.context_band
        AND offer.time_window IS NOT DISTINCT FROM span.time_window
),
by_rule AS (
    SELECT
        offer.offer_id,
        CASE derived.meter WHEN 'inference_input' THEN 'tuned_input' WHEN 'inference_output' THEN 'tuned_output' END
            AS part,
        trust_rank('derived') * 10 AS preference, NULL::VARCHAR AS technique, derived.model, derived.amount,
        CASE WHEN derived.amount IS NULL THEN 'not_printed' ELSE 'priced' END AS value_state,
        derived.base_span_id AS span_id, coalesce(derived.first_seen_at, derived.read_at) AS starts_at,
        NULL::TIMESTAMP AS ends_at
    FROM offer INNER JOIN mart.derived_price AS derived
        ON offer.provider = derived.provider AND offer.model = derived.model
        AND offer.tier IS NOT DISTINCT FROM derived.tier AND offer.condition IS NOT DISTINCT FROM derived.condition
        AND offer.context_band IS NOT DISTINCT FROM derived.context_band
    WHERE derived.meter IN ('inference_input', 'inference_output') AND derived.currency = 'USD'
),
wanted_base AS (
    SELECT
        offer_id, 'base_' AS side, provider, product, base_model AS model, tier, region, context_band, time_window,
        is_training
    FROM offer WHERE base_model IS NOT NULL
    UNION ALL
    SELECT
        offer.offer_id, 'larger_', offer.provider, offer.product, larger.larger_model, offer.tier, offer.region,
        offer.context_band, offer.time_window, offer.is_training
    FROM offer INNER JOIN seed.larger_base AS larger
        ON offer.provider = larger.provider AND offer.base_model = larger.base_model
),
base AS ( -- as a markup is paired: the same tier, region and window, without conditions (core/price_span.sql)
    SELECT
        wanted.offer_id, wanted.side || span.part AS part,
        -- A cache is written at the price of its shortest life.
        trust_rank(span.trust) * 10
            + CASE WHEN wanted.context_band IS NOT DISTINCT FROM span.context_band THEN 0 ELSE 1 END
            + CASE WHEN span.condition IS NULL THEN 0 WHEN span.condition = 'cache_5m' THEN 2 ELSE 3 END AS preference,
        NULL::VARCHAR AS technique, span.model, span.amount, span.value_state, span.span_id, span.starts_at, span.ends_at
    FROM wanted_base AS wanted INNER JOIN span
        ON wanted.provider = span.provider AND wanted.model = span.model AND span.variant = 'base'
        AND span.part IS NOT NULL AND (span.condition IS NULL OR span.part = 'cache_write')
        AND (wanted.product IS NOT DISTINCT FROM span.product OR wanted.is_training) -- training has a product of its own
        AND (wanted.tier IS NOT DISTINCT FROM span.tier OR (wanted.is_training AND span.tier = 'standard'))
        AND wanted.region IS NOT DISTINCT FROM span.region
        AND wanted.time_window IS NOT DISTINCT FROM span.time_window
        AND (
            wanted.context_band IS NOT DISTINCT FROM span.context_band OR span.context_band IS NULL
            OR (wanted.side = 'larger_' AND span.context_band LIKE '<%') -- the band of short prompts
        )
),
fee AS (
    SELECT
        offer.offer_id,
        CASE span.meter
            WHEN 'training_tokens' THEN 'training_' || coalesce(span.method, 'sft')
            WHEN 'hosting_hours' THEN 'hosting'
            WHEN 'storage_month' THEN 'storage'
            ELSE span.meter
        END AS part,
        trust_rank(span.trust) * 10
            -- A batch tier has its own price of calls; what it does not price apart is the standard tier's.
            + CASE WHEN offer.tier IS NOT DISTINCT FROM span.tier THEN 0 ELSE 1 END
            + CASE WHEN offer.condition IS NOT DISTINCT FROM span.condition THEN 0 ELSE 2 END
            + CASE WHEN offer.model = span.model OR offer.size_tier = span.size_tier THEN 0 ELSE 4 END AS preference,
        span.technique, coalesce(span.model, span.size_tier) AS model, span.amount, span.value_state, span.span_id,
        span.starts_at, span.ends_at
    FROM offer INNER JOIN span
        ON offer.provider = span.provider AND span.variant = 'fine_tuned'
        AND (
            offer.model = span.model OR offer.base_model = span.model OR offer.size_tier = span.size_tier
            OR span.size_tier = 'all models' -- a fee of every job
        )
        AND offer.region IS NOT DISTINCT FROM span.region
        AND offer.product IS NOT DISTINCT FROM span.product
        AND (offer.tier IS NOT DISTINCT FROM span.tier OR coalesce(span.tier, 'standard') = 'standard')
        AND (offer.condition IS NOT DISTINCT FROM span.condition OR span.condition IS NULL)
    WHERE span.meter IN ('training_tokens', 'training_hours', 'training_minimum', 'hosting_hours', 'storage_month')
)
FROM tuned
UNION ALL
FROM by_rule
UNION ALL
FROM base
UNION ALL
FROM fee
