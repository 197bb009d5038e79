-- A hold stands or says when it ended, and all that waits for more than a second look is one.

SELECT judgement_id, provider, page, series_id, became, decided_at
FROM mart.hold
WHERE (became = 'held') <> (decided_at IS NULL) OR (became IN ('accepted', 'refused')) <> (decided_by IS NOT NULL)
UNION ALL
SELECT judgement_id, held.provider, held.page, held.series_id, hold.became, hold.decided_at
FROM mart.held AS held LEFT JOIN mart.hold AS hold USING (judgement_id)
WHERE held.rule <> 'unconfirmed' AND hold.became IS DISTINCT FROM 'held'
