-- Price changes per month
--
-- group: changes
-- answers: How many prices each month's readings showed to have moved, and how many of them down.

SELECT
    date_trunc('month', observed_at)::DATE AS "month",
    count(*) AS changes,
    count(*) FILTER (WHERE change_ratio < 1) AS cuts,
    count(*) FILTER (WHERE change_ratio > 1) AS rises,
    count(DISTINCT provider) AS sellers
FROM price_change
WHERE kind = 'vendor_change' AND metric = 'price' AND is_news AND NOT is_superseded
GROUP BY "month"
ORDER BY "month" DESC;
