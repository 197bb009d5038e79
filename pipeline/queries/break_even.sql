-- When tuning pays for one workload, what pays first. Parameters: seller or null, part of a model's name or null, the
-- comparison or null, then the workload: requests, prompt tokens, tuned prompt tokens, input tokens, output tokens, cache hit
-- rate, horizon, training tokens, method, runs, data at the cheap and at the dear end, months between retrainings, customer.
SELECT
    provider,
    coalesce(model, size_tier) AS model,
    concat_ws(', ', product, nullif(tier, 'standard'), condition, context_band, region) AS "for",
    CASE against
        WHEN 'prompt_same_base' THEN 'prompt'
        WHEN 'prompt_larger_base' THEN 'prompt on ' || coalesce(against_model, 'a larger model')
        WHEN 'managed' THEN coalesce(against_provider, 'another seller')
        ELSE 'own GPUs'
    END AS against,
    round(tuned_usd_per_month)::DECIMAL(18, 0) AS "tuned $/mo",
    CASE
        WHEN against_usd_per_month_low IS NULL THEN NULL
        WHEN round(against_usd_per_month_low) = round(against_usd_per_month_high) THEN format('{:,.0f}', against_usd_per_month_low)
        ELSE format('{:,.0f} to {:,.0f}', against_usd_per_month_low, against_usd_per_month_high)
    END AS "other $/mo",
    CASE
        WHEN break_even_requests_low IS NULL THEN NULL
        WHEN ceil(break_even_requests_low) = ceil(break_even_requests_high) THEN format('{:,.0f}', ceil(break_even_requests_high))
        ELSE format('{:,.0f} to ', ceil(break_even_requests_low))
            || coalesce(format('{:,.0f}', ceil(break_even_requests_high)), 'never')
    END AS "even at req/mo",
    CASE verdict
        WHEN 'never' THEN 'never: ' || verdict_words || '; it would take ' || would_take
        WHEN 'unknown_price' THEN 'unknown: ' || verdict_words
        WHEN 'pays' THEN verdict_words
        WHEN 'nothing_to_compare' THEN verdict_words
        ELSE verdict_words || '; it would take ' || would_take
    END AS answer,
    verdict = 'nothing_to_compare' AS is_beside
FROM break_even(
    requests := $4::DOUBLE, prompt_tokens := $5::DOUBLE, tuned_prompt_tokens := $6::DOUBLE, input_tokens := $7::DOUBLE,
    output_tokens := $8::DOUBLE, cache_hit_rate := $9::DOUBLE, horizon_months := $10::DOUBLE,
    training_tokens := $11::DOUBLE, method := $12::VARCHAR, runs := $13::DOUBLE, data_usd_low := $14::DOUBLE,
    data_usd_high := $15::DOUBLE, retrain_every_months := $16::DOUBLE, customer := $17::VARCHAR
)
WHERE ($1::VARCHAR IS NULL OR provider = $1)
    AND ($2::VARCHAR IS NULL OR contains(lower(coalesce(model, size_tier)), lower($2)))
    AND ($3::VARCHAR IS NULL OR against = $3)
ORDER BY
    list_position(['pays', 'beyond_horizon', 'retires_first', 'never', 'not_for_sale', 'unknown_price'], verdict) NULLS LAST,
    starts_with(provider, '_'), payback_months_high NULLS LAST, provider, model, size_tier, tier, condition, region, against,
    against_provider
