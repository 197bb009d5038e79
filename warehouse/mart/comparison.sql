-- One row per offer, interval and what the tuned model is compared with: the prices of both sides, before any workload.
--
-- Four comparisons: `prompt_same_base`, the long prompt on the base model; `prompt_larger_base`, the long prompt on a
-- larger model of the seller; `managed`, the same tuned model at another seller, hosting against markup; `self_hosted`,
-- the tuned model on rented GPUs. What cannot be compared has a row too, and says why.
--
-- kind: view
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
--   valid_to: until when; null while it holds
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
--   span_ids: the spans of the prices on both sides
-- promises:

WITH offer AS (
    SELECT offer.*, cache.cache_minimum_tokens::DOUBLE AS cache_minimum_tokens, same.canonical
    FROM mart.offer_history AS offer
    LEFT JOIN seed.cache_rule AS cache ON offer.provider = cache.provider
    LEFT JOIN seed.same_model AS same ON offer.provider = same.provider AND offer.base_model = same.base_model
),
assumed AS (
    SELECT
        max(low) FILTER (assumption = 'gpu_utilisation')::DOUBLE AS utilisation_low,
        max(high) FILTER (assumption = 'gpu_utilisation')::DOUBLE AS utilisation_high,
        max(low) FILTER (assumption = 'peak_to_average')::DOUBLE AS peak_low,
        max(high) FILTER (assumption = 'peak_to_average')::DOUBLE AS peak_high,
        max(low) FILTER (assumption = 'min_gpus')::DOUBLE AS min_gpus_low,
        max(high) FILTER (assumption = 'min_gpus')::DOUBLE AS min_gpus_high,
        max(low) FILTER (assumption = 'operations_usd_per_month')::DOUBLE AS operations_low,
        max(high) FILTER (assumption = 'operations_usd_per_month')::DOUBLE AS operations_high
    FROM seed.assumption
),
prompt_same_base AS (
    SELECT
        'prompt_same_base' AS against, offer_id, provider AS against_provider, base_model AS against_model, valid_from,
        valid_to, base_input AS against_input, base_cached_input AS against_cached_input,
        base_cache_write AS against_cache_write, base_output AS against_output, span_ids,
        coalesce(tuned_unknown_because, base_unknown_because) AS call_unknown_because
    FROM offer
),
prompt_larger_base AS (
    SELECT
        'prompt_larger_base' AS against, offer_id, provider AS against_provider, larger_model AS against_model,
        valid_from, valid_to, larger_input AS against_input, larger_cached_input AS against_cached_input,
        larger_cache_write AS against_cache_write, larger_output AS against_output, span_ids,
        coalesce(tuned_unknown_because, larger_unknown_because) AS call_unknown_because
    FROM offer
),
elsewhere AS ( -- the other seller's standard offer; one that is bound to a region or a condition is not everybody's
    SELECT *
    FROM offer
    WHERE canonical IS NOT NULL AND coalesce(tier, 'standard') = 'standard'
      AND coalesce(condition, 'legacy') = 'legacy' AND coalesce(region, 'global') = 'global'
),
paired AS (
    SELECT
        offer.offer_id, offer.provider, offer.tuned_unknown_because, elsewhere.provider AS against_provider,
        elsewhere.model AS against_model, greatest(offer.valid_from, elsewhere.valid_from) AS valid_from,
        least(offer.valid_to, elsewhere.valid_to) AS valid_to, -- least skips NULL: the one that ended
        elsewhere.tuned_input, elsewhere.tuned_cached_input, elsewhere.tuned_cache_write, elsewhere.tuned_output,
        elsewhere.hosting, elsewhere.storage, elsewhere.tuned_unknown_because AS elsewhere_unknown_because,
        list_sort(list_distinct(list_concat(offer.span_ids, elsewhere.span_ids))) AS span_ids
    FROM offer INNER JOIN elsewhere
        ON offer.canonical = elsewhere.canonical AND offer.provider <> elsewhere.provider
        AND offer.valid_from < coalesce(elsewhere.valid_to, TIMESTAMP '9999-12-31')
        AND elsewhere.valid_from < coalesce(offer.valid_to, TIMESTAMP '9999-12-31')
),
alone AS ( -- before another seller was read, and where there is none
    SELECT offer.offer_id, offer.valid_from, coalesce(min(paired.valid_from), offer.valid_to) AS valid_to
    FROM offer LEFT JOIN paired
        ON offer.offer_id = paired.offer_id AND paired.valid_from >= offer.valid_from
        AND (offer.valid_to IS NULL OR paired.valid_from < offer.valid_to)
    GROUP BY offer.offer_id, offer.valid_from, offer.valid_to
    HAVING min(paired.valid_from) IS NULL OR min(paired.valid_from) > offer.valid_from
),
managed AS (
    SELECT
        'managed' AS against, offer_id, against_provider, against_model, valid_from, valid_to,
        tuned_input AS against_input, tuned_cached_input AS against_cached_input,
        tuned_cache_write AS against_cache_write, tuned_output AS against_output, hosting AS against_hosting,
        storage AS against_storage, span_ids,
        coalesce(tuned_unknown_because, 'at ' || coalesce(named.seller, against_provider) || ', ' || elsewhere_unknown_because)
            AS call_unknown_because
    FROM paired LEFT JOIN core.seller AS named ON paired.against_provider = named.provider
    UNION ALL BY NAME
    SELECT
        'managed' AS against, alone.offer_id, NULL::VARCHAR AS against_provider, NULL::VARCHAR AS against_model,
        alone.valid_from, alone.valid_to, offer.span_ids,
        coalesce(offer.tuned_unknown_because, 'no other seller of this model is read') AS call_unknown_because
    FROM alone INNER JOIN offer USING (offer_id, valid_from)
),
weights AS (
    SELECT
        offer.offer_id, offer.valid_from, offer.valid_to, offer.span_ids, offer.tuned_unknown_because,
        open_model.provider IS NOT NULL AS is_open, open_model.note, throughput.*
    FROM offer
    LEFT JOIN seed.open_model AS open_model
        ON offer.provider = open_model.provider AND coalesce(offer.model, offer.size_tier) = open_model.model
    LEFT JOIN core.throughput AS throughput USING (measured_model)
),
self_hosted AS (
    SELECT
        'self_hosted' AS against, weights.offer_id, NULL::VARCHAR AS against_provider,
        weights.measured_model || ' on ' || weights.gpu AS against_model, weights.measured_model,
        weights.gpus AS measured_gpus,
        greatest(weights.valid_from, rate.valid_from) AS valid_from, least(weights.valid_to, rate.valid_to) AS valid_to,
        rate.usd_per_gpu_hour_low AS gpu_usd_per_hour_low, rate.usd_per_gpu_hour_high AS gpu_usd_per_hour_high,
        weights.tokens_per_second_per_gpu_low * assumed.utilisation_low AS tokens_per_second_low,
        weights.tokens_per_second_per_gpu_high * assumed.utilisation_high AS tokens_per_second_high,
        greatest(assumed.min_gpus_low, weights.gpus) AS min_gpus_low,
        greatest(assumed.min_gpus_high, weights.gpus) AS min_gpus_high,
        assumed.peak_low, assumed.peak_high, assumed.operations_low, assumed.operations_high,
        list_sort(list_distinct(list_concat(weights.span_ids, coalesce(rate.span_ids, [])))) AS span_ids,
        CASE
            WHEN rate.usd_per_gpu_hour_low IS NULL THEN 'no price of an H100 on demand was known'
            ELSE weights.tuned_unknown_because
        END AS call_unknown_because
    FROM weights CROSS JOIN assumed INNER JOIN core.gpu_rate AS rate
        ON weights.valid_from < coalesce(rate.valid_to, TIMESTAMP '9999-12-31')
        AND rate.valid_from < coalesce(weights.valid_to, TIMESTAMP '9999-12-31')
    WHERE weights.measured_model IS NOT NULL
    UNION ALL BY NAME
    SELECT
        'self_hosted' AS against, weights.offer_id, NULL::VARCHAR AS against_provider, NULL::VARCHAR AS against_model,
        weights.valid_from,
        CASE
            WHEN weights.measured_model IS NULL THEN weights.valid_to
            ELSE least(weights.valid_to, first_rate.valid_from)
        END AS valid_to,
        weights.span_ids,
        CASE
            WHEN measured_model IS NOT NULL THEN 'no price of an H100 on demand was known'
            WHEN is_open THEN coalesce(note, 'no throughput of it was read')
            ELSE 'its weights are not handed out, or nobody measured what a GPU serves of it'
        END AS call_unknown_because
    FROM weights CROSS JOIN (SELECT min(valid_from) AS valid_from FROM core.gpu_rate) AS first_rate
    WHERE measured_model IS NULL OR first_rate.valid_from IS NULL OR weights.valid_from < first_rate.valid_from
),
compared AS (
    FROM prompt_same_base
    UNION ALL BY NAME
    FROM prompt_larger_base
    UNION ALL BY NAME
    FROM managed
    UNION ALL BY NAME
    FROM self_hosted
)
SELECT
    compared.against,
    offer.offer_id,
    offer.provider,
    offer.product,
    offer.model,
    offer.base_model,
    offer.size_tier,
    offer.tier,
    offer.condition,
    offer.region,
    offer.context_band,
    compared.against_provider,
    compared.against_model,
    named.seller AS against_seller,
    compared.valid_from,
    compared.valid_to,
    offer.tuned_input,
    offer.tuned_cached_input,
    offer.tuned_cache_write,
    offer.tuned_output,
    offer.hosting,
    offer.storage,
    compared.against_input,
    compared.against_cached_input,
    compared.against_cache_write,
    compared.against_output,
    compared.against_hosting,
    compared.against_storage,
    compared.gpu_usd_per_hour_low,
    compared.gpu_usd_per_hour_high,
    compared.tokens_per_second_low,
    compared.tokens_per_second_high,
    compared.min_gpus_low,
    compared.min_gpus_high,
    compared.peak_low,
    compared.peak_high,
    compared.operations_low,
    compared.operations_high,
    compared.measured_model,
    compared.measured_gpus,
    offer.training_sft,
    offer.training_sft_technique,
    offer.training_dpo,
    offer.training_dpo_technique,
    offer.training_minimum,
    offer.training_unknown_because,
    compared.call_unknown_because,
    offer.closed_to_new_on,
    offer.closed_to_idle_on,
    offer.closed_to_all_on,
    offer.closed_to_all_because,
    offer.retires_on,
    offer.cache_minimum_tokens,
    compared.span_ids
FROM compared INNER JOIN offer
    ON compared.offer_id = offer.offer_id AND compared.valid_from >= offer.valid_from
    AND (offer.valid_to IS NULL OR compared.valid_from < offer.valid_to)
LEFT JOIN core.seller AS named ON compared.against_provider = named.provider
