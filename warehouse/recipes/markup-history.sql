-- How markups moved
--
-- group: markups
-- answers: Every stretch of time in which a model's markup on tokens read was another one, newest first.

SELECT provider, model, tier, condition, valid_from, valid_to, tuned_amount, base_amount, round(ratio, 4) AS ratio
FROM markup_history
WHERE meter = 'inference_input'
QUALIFY count(*) OVER (PARTITION BY tuned_series_id, base_series_id) > 1
ORDER BY valid_from DESC, provider, model, tier, condition, tuned_series_id, base_series_id;
