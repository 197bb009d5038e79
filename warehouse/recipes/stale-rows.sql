-- Prices that nobody has read lately
--
-- group: evidence
-- answers: Which prices still stand and were last read more than a week before the newest reading, and how old they are.

SELECT provider, source, freshness, count(*) AS prices, max(age_days) AS age_days, max(last_verified_at) AS last_verified_at
FROM current_price
WHERE freshness IN ('stale', 'last_known')
GROUP BY provider, source, freshness
ORDER BY age_days DESC, provider, source, freshness;
