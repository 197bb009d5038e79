-- One row per reference scenario: a workload, what training it takes, and what the project costs beside the training.
--
-- kind: view
-- columns:
--   scenario: names it
--   name: for people
--   requests: per month
--   prompt_tokens: static tokens of each request: instructions and examples
--   tuned_prompt_tokens: what is left of them after tuning
--   input_tokens: tokens of each request that vary
--   output_tokens: tokens of each answer
--   cache_hit_rate: share of the static tokens that a cache serves
--   horizon_months: within which the project has to pay back
--   training_tokens: tokens of the data set times epochs
--   method: how it is tuned: sft or dpo
--   runs: how many training runs it takes
--   data_usd_low: labelling, a teacher, review, evaluation and deduplication, USD
--   data_usd_high: the same at the dear end
--   retrain_every_months: how often it is trained again; null for never
--   customer: new, idle or active: what the seller's closing dates mean for them
--   note: where the figures come from
-- promises:

SELECT
    scenario,
    name,
    requests::DOUBLE AS requests,
    prompt_tokens::DOUBLE AS prompt_tokens,
    tuned_prompt_tokens::DOUBLE AS tuned_prompt_tokens,
    input_tokens::DOUBLE AS input_tokens,
    output_tokens::DOUBLE AS output_tokens,
    cache_hit_rate::DOUBLE AS cache_hit_rate,
    horizon_months::DOUBLE AS horizon_months,
    dataset_tokens::DOUBLE * epochs::DOUBLE AS training_tokens,
    method,
    runs::DOUBLE AS runs,
    labelling_hours::DOUBLE * labelling_usd_per_hour_low::DOUBLE + teacher_usd_low::DOUBLE
        + review_hours_low::DOUBLE * review_usd_per_hour::DOUBLE + eval_usd::DOUBLE + dedup_usd::DOUBLE AS data_usd_low,
    labelling_hours::DOUBLE * labelling_usd_per_hour_high::DOUBLE + teacher_usd_high::DOUBLE
        + review_hours_high::DOUBLE * review_usd_per_hour::DOUBLE + eval_usd::DOUBLE + dedup_usd::DOUBLE
        AS data_usd_high,
    retrain_every_months::DOUBLE AS retrain_every_months,
    customer,
    note
FROM seed.scenario
