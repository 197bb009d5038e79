-- One row per touched series for each run of reads that showed one value, accepted or not.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   series_id: names the price whatever its value
--   life: counts how often the series had been declared gone before; a series that comes back starts another life
--   first_seen_at: the first read that showed it
--   last_seen_at: the last read that showed it before another value did; reads without the row do not break a stretch
--   gone_at: where the life is over, the first read of the page after the last that showed the series
--   amount: per the meter's unit; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   quote_id: the quote of the first read
--   last_quote_id: the quote of the last read
-- promises:

WITH sight AS MATERIALIZED ( -- it is read twice, and is a query of its own
    SELECT provider, page, series_id, read_at, quote_id, amount, value_state FROM core.sight
),
ended AS ( -- the verdict that a series is gone, unless that very read shows it
    SELECT DISTINCT provider, page, series_id, read_at
    FROM raw.judgement
    SEMI JOIN core.touched_series USING (provider, page, series_id)
    ANTI JOIN sight USING (provider, page, series_id, read_at)
    WHERE verdict = 'ended'
),
timeline AS (
    SELECT provider, page, series_id, read_at, quote_id, amount, value_state, false AS is_end FROM sight
    UNION ALL
    SELECT provider, page, series_id, read_at, NULL, NULL, NULL, true FROM ended
),
lived AS (
    SELECT *, count(*) FILTER (is_end) OVER series - is_end::BIGINT AS life
    FROM timeline
    WINDOW series AS (PARTITION BY provider, page, series_id ORDER BY read_at ROWS UNBOUNDED PRECEDING)
),
life AS (
    SELECT
        provider, page, series_id, life,
        max(read_at) FILTER (NOT is_end) AS last_sight, min(read_at) FILTER (is_end) AS ended_at
    FROM lived GROUP BY provider, page, series_id, life HAVING last_sight IS NOT NULL
),
life_end AS (
    SELECT
        life.provider, life.page, life.series_id, life.life,
        CASE WHEN life.ended_at IS NOT NULL THEN coalesce(good_read.read_at, life.ended_at) END AS gone_at
    FROM life ASOF LEFT JOIN core.good_read AS good_read
        ON life.provider = good_read.provider AND life.page = good_read.page AND life.last_sight < good_read.read_at
),
compared AS (
    SELECT
        *,
        row_number() OVER life = 1
            OR amount IS DISTINCT FROM lag(amount) OVER life
            OR value_state <> lag(value_state) OVER life AS is_new
    FROM lived WHERE NOT is_end
    WINDOW life AS (PARTITION BY provider, page, series_id, life ORDER BY read_at)
),
numbered AS (
    SELECT *, count(*) FILTER (is_new) OVER series AS stretch
    FROM compared
    WINDOW series AS (PARTITION BY provider, page, series_id ORDER BY read_at ROWS UNBOUNDED PRECEDING)
)
SELECT
    numbered.provider,
    numbered.page,
    numbered.series_id,
    numbered.life,
    min(numbered.read_at) AS first_seen_at,
    max(numbered.read_at) AS last_seen_at,
    any_value(life_end.gone_at) AS gone_at,
    any_value(numbered.amount) AS amount,
    any_value(numbered.value_state) AS value_state,
    min_by(numbered.quote_id, numbered.read_at) AS quote_id,
    max_by(numbered.quote_id, numbered.read_at) AS last_quote_id
FROM numbered INNER JOIN life_end USING (provider, page, series_id, life)
GROUP BY numbered.provider, numbered.page, numbered.series_id, numbered.life, numbered.stretch
