-- One row per source and statement about what can be bought, by whom, until when.
--
-- kind: view
-- order: provider, model, variant, kind, stated_date, source
-- columns:
--   provider: the seller
--   source: who says so: seller and page
--   model: the seller's name of the model; null for everything the seller tunes
--   variant: base or fine_tuned; null where it holds for both
--   kind: on_sale, by_arrangement, closed_to_new, closed_to_idle, training_ends, inference_ends, deprecated or not_offered
--   stated_date: the day the seller states
--   first_seen_at: the first read that said so
--   known_not_before: the last read before that; null where there is none
--   last_seen_at: the newest read that said so
--   gone_at: the first of three or more good reads since then that did not say so
--   in_effect: whether the stated day has come, or none is stated
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   series_id: names the statement
-- promises:

WITH last_reads AS (
    SELECT reading_id, max(read_at) AS read_at FROM core.good_read GROUP BY reading_id
),
verified AS (
    SELECT said.provider, said.page, said.series_id, max(last_reads.read_at) AS last_seen_at
    FROM raw.availability AS said INNER JOIN last_reads USING (reading_id)
    GROUP BY said.provider, said.page, said.series_id
)
SELECT
    history.provider,
    history.provider || '/' || history.page AS source,
    history.model,
    history.variant,
    history.kind,
    history.stated_date,
    history.first_seen_at,
    history.known_not_before,
    coalesce(history.last_seen_at, verified.last_seen_at) AS last_seen_at,
    history.gone_at,
    history.in_effect,
    said.quoted,
    said.place,
    said.source_url,
    said.read_at,
    said.sha256,
    said.parser_version,
    history.series_id
FROM core.availability_history AS history
INNER JOIN raw.availability AS said USING (availability_id)
LEFT JOIN verified
    ON history.provider = verified.provider AND history.page = verified.page AND history.series_id = verified.series_id
