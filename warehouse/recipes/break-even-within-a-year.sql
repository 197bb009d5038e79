-- What pays back within a year
--
-- group: decisions
-- answers: Which reference workloads, tuned where, pay back in less than twelve months even at the dear end of every assumption.

SELECT
    scenario,
    provider,
    coalesce(model, size_tier) AS model,
    tier,
    against,
    round(payback_months_low, 2) AS payback_months_low,
    round(payback_months_high, 2) AS payback_months_high,
    round(tuned_usd_per_month, 2) AS tuned_usd_per_month,
    round(against_usd_per_month_high, 2) AS against_usd_per_month_high,
    verdict_words
FROM break_even_scenario
WHERE verdict = 'pays' AND payback_months_high < 12 AND NOT starts_with(provider, '_')
ORDER BY break_even_scenario.payback_months_high, scenario, provider, model, tier, against, offer_id, against_provider;
