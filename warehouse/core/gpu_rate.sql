-- One row per interval in which no on-demand price of the GPU that throughputs were measured on moved.
--
-- kind: view
-- columns:
--   valid_from: since when
--   valid_to: until when; null while it holds
--   usd_per_gpu_hour_low: the cheapest seller's price
--   usd_per_gpu_hour_high: the middle one of all sellers' prices: half of them ask for as much or less
--   sellers: how many sellers print one
--   span_ids: the two prices
-- promises:

WITH price AS (
    SELECT
        provider, span_id, amount::DOUBLE AS amount, coalesce(valid_from, first_seen_at) AS starts_at,
        valid_to AS ends_at
    FROM core.price_span
    WHERE meter = 'gpu_hours' AND currency = 'USD' AND value_state = 'priced'
      AND coalesce(tier, 'on_demand') = 'on_demand'
      AND regexp_full_match(model, 'H100( SXM)?( 80GB)?') -- PCIe and NVL boards are slower, MIG slices are parts of one
),
moment AS (
    SELECT starts_at AS valid_from FROM price
    UNION
    SELECT ends_at FROM price WHERE ends_at <= (SELECT max(fetched_at) FROM raw.page_read)
),
cheapest AS ( -- of each seller, so that one with many rows has one voice
    SELECT
        moment.valid_from, price.provider, min(price.amount) AS amount,
        arg_min(price.span_id, (price.amount, price.span_id)) AS span_id
    FROM moment INNER JOIN price
        ON price.starts_at <= moment.valid_from AND (price.ends_at IS NULL OR price.ends_at > moment.valid_from)
    GROUP BY moment.valid_from, price.provider
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY valid_from ORDER BY amount, provider) AS place,
        count(*) OVER (PARTITION BY valid_from) AS sellers
    FROM cheapest
),
known AS (
    SELECT
        valid_from,
        max(amount) FILTER (place = 1) AS usd_per_gpu_hour_low,
        max(amount) FILTER (place = (sellers + 1) // 2) AS usd_per_gpu_hour_high,
        max(sellers) AS sellers,
        list(DISTINCT span_id ORDER BY span_id) FILTER (place IN (1, (sellers + 1) // 2)) AS span_ids
    FROM ranked GROUP BY valid_from
)
SELECT
    moment.valid_from,
    lead(moment.valid_from) OVER (ORDER BY moment.valid_from) AS valid_to,
    known.usd_per_gpu_hour_low,
    known.usd_per_gpu_hour_high,
    coalesce(known.sellers, 0) AS sellers,
    known.span_ids
FROM moment LEFT JOIN known USING (valid_from)
