-- How long prices hold
--
-- group: changes
-- answers: For each seller, how many days its prices stood before they moved; a stretch that is not over yet is not counted.

SELECT
    provider,
    count(*) AS stretches,
    min(date_diff('day', first_seen_at, valid_to)) AS shortest_days,
    median(date_diff('day', first_seen_at, valid_to)) AS middle_days,
    max(date_diff('day', first_seen_at, valid_to)) AS longest_days
FROM price_history
WHERE end_reason = 'moved' AND value_state = 'priced'
GROUP BY provider
ORDER BY stretches DESC, provider;
