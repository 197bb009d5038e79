-- One row per reference scenario, offer, comparison and interval in which the answer did not move.
--
-- What has nothing to be compared with has no history; it is in break_even_scenario, with the reason.
--
-- kind: view
-- order: scenario, provider, model, size_tier, tier, condition, region, against, against_provider, offer_id, valid_from
-- columns:
--   scenario: the reference scenario
--   against: what the tuned model is compared with: prompt_same_base, prompt_larger_base, managed or self_hosted
--   offer_id: names the offer
--   provider: the seller of the offer
--   model: the tuned model, as the seller names it; null for a band of sizes
--   size_tier: the band of model sizes, as printed
--   tier: the service tier; null where the seller names none
--   condition: of the tuned price
--   region: the printed region or scope
--   against_provider: whose price the other side is; null where there is none
--   against_model: the model of the other side; null where there is none
--   valid_from: since when the answer is this one
--   valid_to: until when; null while it is
--   verdict: at the dear end of every range: pays, beyond_horizon, retires_first, never, not_for_sale, unknown_price or nothing_to_compare
--   best_verdict: the same at the cheap end
--   horizon_months: the scenario's horizon, cut where the tuned model stops answering before
--   project_usd_low: training runs, data, evaluation: what is paid once, USD
--   project_usd_high: the same at the dear end
--   tuned_usd_per_month: the tuned model at the scenario's volume, hosting, storage and retraining included
--   against_usd_per_month_low: the other side at the scenario's volume
--   against_usd_per_month_high: the same at the dear end
--   break_even_requests_low: requests a month at which both sides cost the same within the horizon; null where none do
--   break_even_requests_high: the same at the dear end
--   payback_months_low: months until the savings have paid the project, at the scenario's volume; null where they never do, and where nothing is paid once
--   payback_months_high: the same at the dear end
--   span_ids: the price rows it came from, ids of price_history separated by blanks
-- promises:

SELECT
    scenario,
    against,
    offer_id,
    provider,
    model,
    size_tier,
    tier,
    condition,
    region,
    against_provider,
    against_model,
    valid_from,
    valid_to,
    verdict,
    best_verdict,
    horizon_months,
    project_usd_low,
    project_usd_high,
    tuned_usd_per_month,
    against_usd_per_month_low,
    against_usd_per_month_high,
    break_even_requests_low,
    break_even_requests_high,
    payback_months_low,
    payback_months_high,
    array_to_string(span_ids, ' ') AS span_ids
FROM mart.break_even_history
WHERE verdict <> 'nothing_to_compare'
