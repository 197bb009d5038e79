-- One row per page that was ever looked at; $waits are the rules of holds that more readings can settle.

WITH newest AS (
    SELECT * FROM raw.page_read
    QUALIFY row_number() OVER (PARTITION BY provider, page ORDER BY fetched_at DESC, read_id DESC) = 1
), body AS ( -- what a conditional request names: the newest answer that had one
    SELECT provider, page, etag, last_modified, sha256 FROM raw.page_read WHERE sha256 IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY provider, page ORDER BY fetched_at DESC, read_id DESC) = 1
), good AS (
    SELECT provider, page, max_by(reading_id, read_at) AS reading_id FROM core.good_read GROUP BY provider, page
), holds AS (
    SELECT
        provider, page, bool_or(rule = 'unconfirmed') AS is_unconfirmed,
        bool_or(list_contains($waits, rule)) AS is_waiting
    FROM mart.held GROUP BY provider, page
),
missed AS ( -- an announced price that the newest read lacks: on its way out
    SELECT provider, page, bool_or(is_contradicted) AS is_contradicted
    FROM core.scheduled_price
    WHERE last_seen_at IS NOT NULL AND kept_at IS NULL AND withdrawn_at IS NULL
    GROUP BY provider, page
), missing AS ( -- a price that holds and that the newest good read did not show: on its way out
    SELECT DISTINCT span.provider, span.page
    FROM core.price_span AS span INNER JOIN good USING (provider, page)
    ANTI JOIN raw.quote AS quote
        ON good.reading_id = quote.reading_id AND span.series_id = quote.series_id
    WHERE span.valid_to IS NULL
)
SELECT
    newest.provider, newest.page, newest.fetched_at, newest.outcome, body.etag, body.last_modified,
    body.sha256,
    coalesce(holds.is_unconfirmed, false) OR coalesce(missed.is_contradicted, false) AS is_unconfirmed,
    coalesce(holds.is_waiting, false) AS is_held,
    coalesce(holds.is_waiting, false) OR missing.page IS NOT NULL OR missed.page IS NOT NULL AS is_waiting
FROM newest
LEFT JOIN body USING (provider, page)
LEFT JOIN holds USING (provider, page)
LEFT JOIN missing USING (provider, page)
LEFT JOIN missed USING (provider, page)
