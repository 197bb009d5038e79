-- The dearest markups of tuned models
--
-- group: markups
-- answers: Where a tuned model costs most beside its own base, by the ratio of the two prices.

SELECT provider, model, base_model, meter, tier, condition, tuned_amount, base_amount, round(ratio, 4) AS ratio, extra_usd_per_mtok
FROM markup
WHERE ratio IS NOT NULL
ORDER BY markup.ratio DESC, provider, model, meter, tier, condition, region, context_band;
