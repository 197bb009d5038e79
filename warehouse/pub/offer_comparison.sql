-- One row per offer to tune a model and what it is compared with: the prices of both sides as they stand, before any workload.
--
-- kind: view
-- order: provider, model, size_tier, tier, condition, region, context_band, product, against, against_provider, offer_id
-- columns:
--   against: prompt_same_base, prompt_larger_base, managed or self_hosted
--   offer_id: names the offer
--   provider: the seller of the offer
--   product: what the seller calls the offer; null where it has one
--   model: the tuned model, as the seller names it; null for a band of sizes
--   base_model: the model it is tuned from; null where none is known
--   size_tier: the band of model sizes, as printed
--   tier: the service tier; null where the seller names none
--   condition: of the tuned price
--   region: the printed region or scope
--   context_band: the printed context band
--   against_provider: whose price the other side is; null where there is none
--   against_model: the model of the other side; null where there is none
--   against_seller: what against_provider is called
--   valid_from: since when all of this held
--   tuned_input: USD per 1M tokens; null where none is priced, as in all price columns
--   tuned_cached_input: USD per 1M tokens
--   tuned_cache_write: USD per 1M tokens
--   tuned_output: USD per 1M tokens
--   hosting: USD per hour for keeping the tuned model deployed; null where no page prints any
--   storage: USD per month for storing the tuned model; null where no page prints any
--   against_input: USD per 1M tokens
--   against_cached_input: USD per 1M tokens
--   against_cache_write: USD per 1M tokens
--   against_output: USD per 1M tokens
--   against_hosting: USD per hour
--   against_storage: USD per month
--   gpu_usd_per_hour_low: of rented GPUs, self_hosted only: the cheapest seller's
--   gpu_usd_per_hour_high: the middle one of the sellers'
--   tokens_per_second_low: tokens in and out that one GPU serves, utilisation counted
--   tokens_per_second_high: the same at the cheap end
--   min_gpus_low: fewest GPUs of a deployment
--   min_gpus_high: the same at the dear end
--   peak_low: peak over average load
--   peak_high: the same at the dear end
--   operations_low: USD per month for operating it
--   operations_high: the same at the dear end
--   measured_model: the model whose throughput was taken; null where none was measured
--   measured_gpus: how many GPUs together it was measured on
--   training_sft: supervised training, USD per 1M tokens
--   training_sft_technique: lora or full
--   training_dpo: preference training, USD per 1M tokens
--   training_dpo_technique: lora or full
--   training_minimum: USD a job is charged at least
--   training_unknown_because: why a run cannot be priced by its tokens
--   call_unknown_because: why the calls of the two sides cannot be compared
--   closed_to_new_on: since when new customers cannot train
--   closed_to_idle_on: since when customers who stopped using it cannot train
--   closed_to_all_on: since when nobody can
--   closed_to_all_because: what was closed then
--   retires_on: the day after which the tuned model answers no more
--   cache_minimum_tokens: the shortest request that the seller caches; null where none is known
--   span_ids: the price rows of both sides, ids of price_history separated by blanks
-- promises:

SELECT
    against,
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
    against_provider,
    against_model,
    against_seller,
    valid_from,
    tuned_input,
    tuned_cached_input,
    tuned_cache_write,
    tuned_output,
    hosting,
    storage,
    against_input,
    against_cached_input,
    against_cache_write,
    against_output,
    against_hosting,
    against_storage,
    gpu_usd_per_hour_low,
    gpu_usd_per_hour_high,
    tokens_per_second_low,
    tokens_per_second_high,
    min_gpus_low,
    min_gpus_high,
    peak_low,
    peak_high,
    operations_low,
    operations_high,
    measured_model,
    measured_gpus,
    training_sft,
    training_sft_technique,
    training_dpo,
    training_dpo_technique,
    training_minimum,
    training_unknown_because,
    call_unknown_because,
    closed_to_new_on,
    closed_to_idle_on,
    closed_to_all_on,
    closed_to_all_because,
    retires_on,
    cache_minimum_tokens,
    array_to_string(span_ids, ' ') AS span_ids
FROM mart.comparison
WHERE valid_to IS NULL
