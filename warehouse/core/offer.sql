-- One row per way to have a model tuned at a seller, ever: a tuned model to call, or training alone.
--
-- Tuned models that no page prices, but a published rule does, are offers too. A seller's batch, regional and other
-- tiers are offers of their own, as on its page.
--
-- kind: table
-- upkeep: core.touched_seller (provider)
-- columns:
--   offer_id: names the offer
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it; null for a band of sizes
--   base_model: the model it is tuned from, as last read; null where none is known
--   size_tier: the band of model sizes, as printed
--   tier: the service tier; null where the seller names none
--   condition: of the tuned price
--   region: the printed region or scope
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   is_training: whether training alone is sold: no page and no rule ever priced a call of what it makes
-- promises:

WITH tuned AS (
    SELECT span.*
    FROM core.price_span AS span SEMI JOIN core.touched_seller USING (provider)
    WHERE span.variant = 'fine_tuned' AND span.currency = 'USD'
),
called AS (
    SELECT
        provider, product, model, max_by(base_model, first_seen_at) AS base_model, NULL::VARCHAR AS size_tier, tier,
        condition, region, context_band, time_window, false AS is_training
    FROM tuned
    WHERE meter IN ('inference_input', 'inference_output') AND model IS NOT NULL
    GROUP BY provider, product, model, tier, condition, region, context_band, time_window
),
by_rule AS (
    SELECT
        derived.provider, NULL::VARCHAR AS product, derived.model, max(derived.model) AS base_model,
        NULL::VARCHAR AS size_tier, derived.tier, derived.condition, NULL::VARCHAR AS region, derived.context_band,
        NULL::VARCHAR AS time_window, false AS is_training
    FROM mart.derived_price AS derived SEMI JOIN core.touched_seller USING (provider)
    WHERE derived.meter = 'inference_output' AND derived.currency = 'USD' -- every kind of input has the one output
    GROUP BY derived.provider, derived.model, derived.tier, derived.condition, derived.context_band
),
trained AS ( -- training that is sold where no price of the tuned model's calls was ever printed
    SELECT
        provider, product, model, max_by(base_model, first_seen_at) AS base_model, size_tier, NULL::VARCHAR AS tier,
        condition, region, NULL::VARCHAR AS context_band, NULL::VARCHAR AS time_window,
        true AS is_training
    FROM tuned ANTI JOIN (FROM called UNION ALL FROM by_rule) AS listed
        ON tuned.provider = listed.provider AND tuned.model = listed.model
    WHERE tuned.meter IN ('training_tokens', 'training_hours', 'training_run', 'training_images')
      AND tuned.value_state IN ('priced', 'free') AND coalesce(tuned.model, tuned.size_tier) IS NOT NULL
    GROUP BY provider, product, model, size_tier, condition, region
),
offered AS (
    FROM called UNION ALL FROM by_rule UNION ALL FROM trained
)
SELECT
    sha16([provider, product, model, size_tier, tier, condition, region, context_band, time_window]) AS offer_id,
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
    is_training
FROM offered
