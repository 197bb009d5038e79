-- Every model that could be tuned for a workload, ranked
--
-- group: decisions
-- answers: For 5 million requests a month with a static prompt of 600 tokens: what is for sale first, by its cost in twelve months.

SELECT
    place, availability, provider, coalesce(model, size_tier, product) AS model, tier, region, technique,
    round(project_usd_high, 2) AS project_usd, round(tuned_usd_per_month, 2) AS tuned_usd_per_month,
    round(total_12_months_usd_high, 2) AS total_12_months_usd
FROM ranking(requests := 5000000, prompt_tokens := 600, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5)
ORDER BY place;
