-- One row per reference scenario, offer to tune a model and comparison: when it pays today, and what would change that.
--
-- kind: view
-- order: scenario, provider, model, size_tier, tier, condition, region, context_band, product, against, against_provider, offer_id
-- columns:
--   scenario: the reference scenario
--   against: what the tuned model is compared with: prompt_same_base, prompt_larger_base, managed or self_hosted
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
--   technique: the cheapest technique sold for the scenario's method: lora or full; null where the seller names none
--   against_provider: whose price the other side is; null where there is none
--   against_model: the model of the other side; null where there is none
--   valid_from: since when the answer is this one
--   requests: the scenario's requests a month
--   verdict: at the dear end of every range: pays, beyond_horizon, retires_first, never, not_for_sale, unknown_price or nothing_to_compare
--   best_verdict: the same at the cheap end
--   verdict_words: the verdict in words, with its dates and figures
--   would_take: what it would take to change the verdict, or to keep it
--   closed_on: since when the scenario's customer cannot buy training; null where they can
--   retires_on: the day after which the tuned model answers no more; null where none is stated
--   horizon_months: the scenario's horizon, cut where the tuned model stops answering before
--   run_usd: one training run
--   project_usd_low: training runs, data, evaluation: what is paid once, USD
--   project_usd_high: the same at the dear end
--   tuned_usd_per_request: a call of the tuned model, USD
--   against_usd_per_request: the call that it is compared with, USD; 0 for GPUs of one's own
--   saved_usd_per_request: what the chosen side saves on every call, USD; below 0 where it costs more
--   tuned_fixed_usd_per_month: hosting, storage and retraining, USD
--   against_fixed_usd_per_month_low: the other side's hosting or GPUs and their operation, USD
--   against_fixed_usd_per_month_high: the same at the dear end
--   tuned_usd_per_month: the tuned model at the scenario's volume, hosting, storage and retraining included
--   against_usd_per_month_low: the other side at the scenario's volume
--   against_usd_per_month_high: the same at the dear end
--   break_even_requests_low: requests a month at which both sides cost the same within the horizon; null where none do
--   break_even_requests_high: the same at the dear end
--   break_even_tokens_low: those requests in tokens of the tuned model a month
--   break_even_tokens_high: the same at the dear end
--   payback_months_low: months until the savings have paid the project, at the scenario's volume; null where they never do, and where nothing is paid once
--   payback_months_high: the same at the dear end
--   prompt_tokens_to_break_even: the static prompt from which the tuned call costs less, without caching
--   tuned_usd_per_mtok_blended: the tuned model over all its tokens and hosting, USD per 1M tokens
--   gpus_low: GPUs that serve the scenario's peak, self_hosted only
--   gpus_high: the same at the dear end
--   measured_model: the model whose throughput was taken, self_hosted only
--   span_ids: the price rows it came from, ids of price_history separated by blanks
--   assumptions: what it rests on beside prices and the scenario, names of table assumption separated by blanks
-- promises:

SELECT
    scenario,
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
    technique,
    against_provider,
    against_model,
    valid_from,
    requests,
    verdict,
    best_verdict,
    verdict_words,
    would_take,
    closed_on,
    retires_on,
    horizon_months,
    run_usd,
    project_usd_low,
    project_usd_high,
    tuned_usd_per_request,
    against_usd_per_request,
    saved_usd_per_request,
    tuned_fixed_usd_per_month,
    against_fixed_usd_per_month_low,
    against_fixed_usd_per_month_high,
    tuned_usd_per_month,
    against_usd_per_month_low,
    against_usd_per_month_high,
    break_even_requests_low,
    break_even_requests_high,
    break_even_tokens_low,
    break_even_tokens_high,
    payback_months_low,
    payback_months_high,
    prompt_tokens_to_break_even,
    tuned_usd_per_mtok_blended,
    gpus_low,
    gpus_high,
    measured_model,
    array_to_string(span_ids, ' ') AS span_ids,
    assumptions
FROM mart.break_even_history
WHERE valid_to IS NULL
