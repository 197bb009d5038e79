-- Every model that could be tuned for a workload, what is for sale first. Parameters: the workload as in break_even.sql without
-- its three filters, then today's seller, model and bill, the gain in accuracy and what an error costs.
SELECT *
FROM ranking(
    requests := $1::DOUBLE, prompt_tokens := $2::DOUBLE, tuned_prompt_tokens := $3::DOUBLE, input_tokens := $4::DOUBLE,
    output_tokens := $5::DOUBLE, cache_hit_rate := $6::DOUBLE, horizon_months := $7::DOUBLE,
    training_tokens := $8::DOUBLE, method := $9::VARCHAR, runs := $10::DOUBLE, data_usd_low := $11::DOUBLE,
    data_usd_high := $12::DOUBLE, retrain_every_months := $13::DOUBLE, customer := $14::VARCHAR,
    own_provider := $15::VARCHAR, own_model := $16::VARCHAR, own_usd_per_month := $17::DOUBLE,
    accuracy_gain := $18::DOUBLE, usd_per_error := $19::DOUBLE
)
ORDER BY place
