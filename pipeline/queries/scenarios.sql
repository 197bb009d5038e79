-- The reference scenarios, by name.
SELECT
    scenario, requests, prompt_tokens, tuned_prompt_tokens, input_tokens, output_tokens, cache_hit_rate, horizon_months,
    training_tokens, method, runs, data_usd_low, data_usd_high, retrain_every_months, customer
FROM scenario
ORDER BY scenario
