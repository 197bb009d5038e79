-- Training prices as they were known on a day
--
-- group: prices
-- answers: What training cost thirty days before the newest reading; write any day instead, price_as_of('2026-08-27').

SELECT provider, coalesce(model, size_tier) AS model, method, technique, tier, condition, amount, unit, currency, first_seen_at
FROM price_as_of((SELECT max(last_look_at) FROM provider_health) - INTERVAL 30 DAY)
WHERE meter = 'training_tokens' AND value_state = 'priced'
ORDER BY provider, model, method, technique, tier, condition, series_id;
