-- Announced prices are believed on a verdict, as prices in force are. Those that were told before there were any were
-- believed without one: their telling is the fact that says so, and without it they would never have been announced.

INSERT INTO raw.judgement
SELECT
    substr(sha256(concat_ws(chr(31), 'announcement told', told.event_id)), 1, 16) AS judgement_id,
    (SELECT coalesce(max(seq), 0) FROM raw.judgement) + row_number() OVER (ORDER BY told.recorded_at, told.event_id) AS seq,
    told.series_id,
    told.provider,
    told.page,
    told.quote_id,
    page_read.read_id,
    told.observed_at AS read_at,
    'accepted' AS verdict,
    'announced_before' AS rule,
    'it was told before announced prices were judged' AS reason,
    'judge' AS judged_by,
    told.recorded_at AS judged_at
FROM raw.event AS told
INNER JOIN (
    SELECT provider, page, fetched_at, max(read_id) AS read_id FROM raw.page_read WHERE outcome = 'good' GROUP BY ALL
) AS page_read
    ON told.provider = page_read.provider AND told.page = page_read.page AND told.observed_at = page_read.fetched_at
WHERE told.kind = 'scheduled' AND told.metric = 'price' AND told.quote_id IS NOT NULL;
