-- Hosting against markup
--
-- group: markups
-- answers: What a month of 100M tokens read and 10M written costs on top of the base model: by the markup, by hosting, by both.

SELECT
    provider,
    model,
    tier,
    condition,
    round(base_usd_per_month, 2) AS base_usd_per_month,
    round(extra_usd_per_month, 2) AS markup_usd_per_month,
    round(hosting_usd_per_month, 2) AS hosting_usd_per_month,
    round(coalesce(extra_usd_per_month, 0) + coalesce(hosting_usd_per_month, 0), 2) AS on_top_usd_per_month
FROM markup_at(100000000, 10000000)
WHERE tuned_usd_per_month IS NOT NULL AND base_usd_per_month IS NOT NULL
ORDER BY on_top_usd_per_month DESC, provider, model, tier, condition, region, context_band;
