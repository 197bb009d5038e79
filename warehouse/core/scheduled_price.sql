-- One row per page, series, value and stated day for each price that was printed before its day.
--
-- kind: table
-- upkeep: core.touched_series (provider, page, series_id)
-- columns:
--   series_id: names the price whatever its value
--   provider: the seller
--   page: the page it was announced on
--   amount: the announced amount per the meter's unit; null where none will be asked
--   value_state: priced, free, not_offered or not_printed
--   effective_from: the day the seller states
--   effective_to: the last day, where the seller states one
--   state: scheduled; in_force once its day has come; withdrawn when the page took it back or still showed another price on the day
--   first_seen_at: the first read that announced it
--   known_not_before: the last read before that; null where there is none
--   last_seen_at: the last read that announced it; null while the newest read does
--   withdrawn_at: the read that took it back
--   quote_id: the quote of the first read
-- promises:
--   withdrawn_has_a_date: an announcement has the read that took it back exactly where it was taken back

WITH verdict AS (
    SELECT quote_id, max_by(verdict, seq) AS newest
    FROM raw.judgement SEMI JOIN core.touched_series USING (provider, page, series_id)
    WHERE quote_id IS NOT NULL
    GROUP BY quote_id
),
announced AS ( -- what nobody judged, or was accepted; a held announcement is not repeated
    SELECT
        quote.provider, quote.page, quote.series_id, quote.amount, quote.value_state, quote.effective_from,
        quote.effective_to, quote.quote_id, good_read.read_at
    FROM core.good_read AS good_read
    INNER JOIN raw.quote AS quote USING (provider, page, reading_id)
    SEMI JOIN core.touched_series AS touched
        ON quote.provider = touched.provider AND quote.page = touched.page AND quote.series_id = touched.series_id
    ANTI JOIN (FROM verdict WHERE newest IN ('held', 'refused')) AS unwelcome ON quote.quote_id = unwelcome.quote_id
    WHERE quote.effective_from > good_read.read_at::DATE
),
folded AS (
    SELECT
        provider, page, series_id, amount, value_state, effective_from,
        max_by(effective_to, read_at) AS effective_to,
        min(read_at) AS first_seen_at, max(read_at) AS last_seen_at, min_by(quote_id, read_at) AS quote_id
    FROM announced GROUP BY provider, page, series_id, amount, value_state, effective_from
),
preceded AS (
    SELECT folded.*, good_read.read_at AS known_not_before
    FROM folded ASOF LEFT JOIN core.good_read AS good_read
        ON folded.provider = good_read.provider AND folded.page = good_read.page
        AND folded.first_seen_at > good_read.read_at
),
followed AS (
    SELECT preceded.*, good_read.read_at AS next_read_at
    FROM preceded ASOF LEFT JOIN core.good_read AS good_read
        ON preceded.provider = good_read.provider AND preceded.page = good_read.page
        AND preceded.last_seen_at < good_read.read_at
),
settled AS (
    SELECT
        followed.*,
        CASE
            WHEN followed.next_read_at::DATE < followed.effective_from THEN followed.next_read_at
            WHEN sight.amount IS DISTINCT FROM followed.amount AND sight.quote_id IS NOT NULL THEN followed.next_read_at
        END AS withdrawn_at
    FROM followed LEFT JOIN core.sight AS sight
        ON followed.provider = sight.provider AND followed.page = sight.page AND followed.series_id = sight.series_id
        AND followed.next_read_at = sight.read_at
),
today AS (
    SELECT max(fetched_at)::DATE AS as_of FROM raw.page_read
)
SELECT
    settled.series_id,
    settled.provider,
    settled.page,
    settled.amount,
    settled.value_state,
    settled.effective_from,
    settled.effective_to,
    CASE
        WHEN settled.withdrawn_at IS NOT NULL THEN 'withdrawn'
        WHEN settled.effective_from <= today.as_of THEN 'in_force'
        ELSE 'scheduled'
    END AS state,
    settled.first_seen_at,
    settled.known_not_before,
    CASE WHEN settled.next_read_at IS NOT NULL THEN settled.last_seen_at END AS last_seen_at,
    settled.withdrawn_at,
    settled.quote_id
FROM settled CROSS JOIN today
