-- One row per reference scenario: a workload, what training it takes, and what the project costs beside the training.
--
-- kind: view
-- order: scenario
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
    requests,
    prompt_tokens,
    tuned_prompt_tokens,
    input_tokens,
    output_tokens,
    cache_hit_rate,
    horizon_months,
    training_tokens,
    method,
    runs,
    data_usd_low,
    data_usd_high,
    retrain_every_months,
    customer,
    note
FROM core.scenario
