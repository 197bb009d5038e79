-- One row per page and statement about what can be bought, by whom, until when.
--
-- kind: table
-- upkeep: core.touched_series (provider, page, series_id)
-- columns:
--   series_id: names the statement: seller, model, variant, kind and stated date
--   provider: the seller
--   page: the page that says so
--   model: the seller's name of the model; null for everything the seller tunes
--   variant: base or fine_tuned; null where it holds for both
--   kind: on_sale, by_arrangement, closed_to_new, closed_to_idle, training_ends, inference_ends, deprecated or not_offered
--   stated_date: the day the seller states
--   first_seen_at: the first read that said so
--   known_not_before: the last read before that; null where there is none
--   last_seen_at: the last read that said so; null while it stands
--   gone_at: the first of three or more good reads since then that did not say so
--   in_effect: whether the stated day has come, or none is stated
--   availability_id: the row of the first read
-- promises:
--   availability_is_dated: no statement is gone before it was seen, or without a last sight

WITH sight AS (
    SELECT statement.*, good_read.read_at AS seen_at
    FROM core.good_read AS good_read
    INNER JOIN raw.availability AS statement USING (provider, page, reading_id)
    SEMI JOIN core.touched_series AS touched
        ON statement.provider = touched.provider AND statement.page = touched.page
        AND statement.series_id = touched.series_id
),
folded AS (
    SELECT
        provider, page, series_id, model, variant, kind, stated_date,
        min(seen_at) AS first_seen_at, max(seen_at) AS last_seen_at, min_by(availability_id, seen_at) AS availability_id
    FROM sight GROUP BY provider, page, series_id, model, variant, kind, stated_date
),
missed AS (
    SELECT folded.provider, folded.page, folded.series_id, good_read.read_at AS gone_at
    FROM folded ASOF INNER JOIN core.good_read AS good_read
        ON folded.provider = good_read.provider AND folded.page = good_read.page
        AND folded.last_seen_at < good_read.read_at
),
missed_twice AS (
    SELECT missed.*, good_read.read_at AS second_at
    FROM missed ASOF INNER JOIN core.good_read AS good_read
        ON missed.provider = good_read.provider AND missed.page = good_read.page
        AND counts_again_from(missed.gone_at) <= good_read.read_at
),
gone AS ( -- as with a price: gone is what three good reads did not show
    SELECT missed_twice.*
    FROM missed_twice ASOF INNER JOIN core.good_read AS good_read
        ON missed_twice.provider = good_read.provider AND missed_twice.page = good_read.page
        AND counts_again_from(missed_twice.second_at) <= good_read.read_at
),
preceded AS (
    SELECT folded.*, good_read.read_at AS known_not_before
    FROM folded ASOF LEFT JOIN core.good_read AS good_read
        ON folded.provider = good_read.provider AND folded.page = good_read.page
        AND folded.first_seen_at > good_read.read_at
),
today AS (
    SELECT max(fetched_at)::DATE AS as_of FROM raw.page_read
)
SELECT
    preceded.series_id,
    preceded.provider,
    preceded.page,
    preceded.model,
    preceded.variant,
    preceded.kind,
    preceded.stated_date,
    preceded.first_seen_at,
    preceded.known_not_before,
    CASE WHEN gone.gone_at IS NOT NULL THEN preceded.last_seen_at END AS last_seen_at,
    gone.gone_at,
    coalesce(preceded.stated_date <= today.as_of, true) AS in_effect,
    preceded.availability_id
FROM preceded LEFT JOIN gone USING (provider, page, series_id) CROSS JOIN today
