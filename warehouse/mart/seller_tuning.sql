-- One row per seller of tuning: what its pages ask for training now, what tuned calls cost over base, and how long it takes.
--
-- kind: view
-- columns:
--   provider: the seller
--   models: how many of its models and size tiers have a price for training
--   training_low: the lowest price of supervised training in the standard tier, USD per 1M tokens; null where none is printed
--   training_high: the highest of them
--   minimum_low: the lowest minimum charge of a job, USD; null where none is printed
--   minimum_high: the highest of them
--   markup_low: the lowest ratio of a tuned input price to its base; null where none is known
--   markup_high: the highest of them
--   turnaround_low_hours: hours from order to model, by the guide; null where it says nothing
--   turnaround_high_hours: the high end of that
--   turnaround_as_of: the guide's day
--   verified_on: the newest day on which one of its prices was read
-- promises:

WITH training AS (
    SELECT
        provider,
        count(DISTINCT coalesce(model, size_tier)) FILTER (meter <> 'training_minimum') AS models,
        min(amount) FILTER (meter = 'training_tokens' AND method = 'sft')::DOUBLE AS training_low,
        max(amount) FILTER (meter = 'training_tokens' AND method = 'sft')::DOUBLE AS training_high,
        min(amount) FILTER (meter = 'training_minimum')::DOUBLE AS minimum_low,
        max(amount) FILTER (meter = 'training_minimum')::DOUBLE AS minimum_high,
        max(last_verified_at)::DATE AS verified_on
    FROM mart.current_price
    WHERE starts_with(meter, 'training_') AND value_state = 'priced' AND currency = 'USD'
        AND coalesce(tier, 'standard') = 'standard'
    GROUP BY provider
),
markup AS (
    SELECT provider, min(ratio) AS markup_low, max(ratio) AS markup_high
    FROM pub.markup
    WHERE meter = 'inference_input' AND tier = 'standard' AND condition IS NULL AND ratio IS NOT NULL
    GROUP BY provider
),
told AS (
    SELECT
        measure AS provider, threshold::DOUBLE AS turnaround_low_hours, up_to::DOUBLE AS turnaround_high_hours,
        as_of::DATE AS turnaround_as_of
    FROM seed.checklist WHERE kind = 'turnaround'
)
SELECT
    provider,
    coalesce(training.models, 0) AS models,
    training.training_low,
    training.training_high,
    training.minimum_low,
    training.minimum_high,
    markup.markup_low,
    markup.markup_high,
    told.turnaround_low_hours,
    told.turnaround_high_hours,
    told.turnaround_as_of,
    training.verified_on
FROM training FULL JOIN told USING (provider) LEFT JOIN markup USING (provider)
