-- When tuning pays for one workload, every field, in the order of break_even.sql, whose parameters it has.
SELECT *
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
