-- One row per published move of a markup: tuned over base before and after, and the price whose move moved it.
--
-- kind: view
-- columns:
--   event_id: names the move for ever: the event behind it, the tuned price, what stood before and after
--   caused_by: the event of the price that moved
--   metric: markup
--   series_id: names the markup whatever its value: page and tuned price
--   provider: the seller
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier
--   condition: of the tuned price
--   region: the printed region or scope
--   old_value: tuned over base before
--   new_value: tuned over base after
--   observed_at: the read that first showed the moved price
--   is_news: whether the moved price is
-- promises:

WITH lives AS (
    SELECT
        *,
        lag(ratio) OVER life AS old_ratio, lag(tuned_span_id) OVER life AS old_tuned_span_id,
        lag(base_span_id) OVER life AS old_base_span_id
    FROM mart.markup_history
    WINDOW life AS (PARTITION BY provider, page, tuned_series_id ORDER BY valid_from)
),
moved AS (
    SELECT
        *,
        unnest(list_filter(
            [CASE WHEN tuned_span_id <> old_tuned_span_id THEN tuned_span_id END,
             CASE WHEN base_span_id <> old_base_span_id THEN base_span_id END], lambda span: span IS NOT NULL
        )) AS moved_span_id
    FROM lives WHERE ratio <> old_ratio
),
caused AS (
    SELECT moved.*, change.event_id AS caused_by, change.observed_at, change.is_news
    FROM moved
    INNER JOIN core.price_span AS span ON moved.moved_span_id = span.span_id
    INNER JOIN core.price_change AS change
        ON span.provider = change.provider AND span.page = change.page AND span.series_id = change.series_id
        AND span.first_seen_at = change.observed_at AND change.kind NOT IN ('scheduled', 'withdrawn', 'disappeared')
    QUALIFY row_number() OVER ( -- where both moved, the tuned price says so
        PARTITION BY moved.provider, moved.page, moved.tuned_series_id, moved.valid_from
        ORDER BY change.variant = 'fine_tuned' DESC, change.is_news DESC, change.event_id
    ) = 1
)
SELECT
    sha16(['markup', caused_by, page, tuned_series_id, tuned_span_id, base_span_id]) AS event_id,
    caused_by,
    'markup' AS metric,
    sha16(['markup', provider, page, tuned_series_id]) AS series_id,
    provider,
    model,
    base_model,
    meter,
    tier,
    condition,
    region,
    old_ratio AS old_value,
    ratio AS new_value,
    observed_at,
    is_news
FROM caused
