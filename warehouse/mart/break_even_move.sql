-- One row per published move of an answer about breaking even, with the price whose move moved it.
--
-- What rents GPUs is left out: rents move daily, on third parties' word, and nothing is told on theirs.
--
-- kind: view
-- columns:
--   event_id: names the move for ever: the event behind it, the question, and the prices it rests on
--   caused_by: the event of the price that moved
--   metric: break_even
--   series_id: names the question: scenario, offer and comparison
--   provider: the seller of the offer
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from
--   size_tier: the band of model sizes, as printed
--   tier: the service tier
--   condition: of the tuned price
--   region: the printed region or scope
--   scenario: the reference scenario
--   against: what the tuned model is compared with
--   against_model: the model of the other side
--   old_value: months to pay back before; null where it never did
--   new_value: months to pay back after; null where it never does
--   old_words: the verdict before
--   new_words: the verdict after
--   observed_at: the read that first showed the moved price
--   is_news: whether the moved price is
-- promises:

WITH lives AS (
    SELECT
        *,
        lag(verdict) OVER life AS old_verdict, lag(payback_months_high) OVER life AS old_months,
        lag(span_ids) OVER life AS old_span_ids
    FROM mart.break_even_history WHERE against IN ('prompt_same_base', 'prompt_larger_base', 'managed')
    WINDOW life AS (
        PARTITION BY scenario, offer_id, against, against_provider, against_model ORDER BY valid_from
    )
),
moved AS (
    SELECT *, unnest(list_filter(span_ids, lambda span: NOT list_contains(old_span_ids, span))) AS moved_span_id
    FROM lives
    WHERE old_verdict IS NOT NULL AND (verdict <> old_verdict OR payback_months_high IS DISTINCT FROM old_months)
),
caused AS (
    SELECT moved.*, change.event_id AS caused_by, change.observed_at, change.is_news
    FROM moved
    INNER JOIN core.price_span AS span ON moved.moved_span_id = span.span_id
    INNER JOIN core.price_change AS change
        ON span.provider = change.provider AND span.page = change.page AND span.series_id = change.series_id
        AND span.first_seen_at = change.observed_at AND change.kind NOT IN ('scheduled', 'withdrawn', 'disappeared')
    QUALIFY row_number() OVER ( -- where several moved, the tuned price says so
        PARTITION BY moved.scenario, moved.offer_id, moved.against, moved.against_provider, moved.against_model,
            moved.valid_from
        ORDER BY change.variant = 'fine_tuned' DESC, change.is_news DESC, change.event_id
    ) = 1
)
SELECT
    sha16([
        'break_even', caused_by, scenario, offer_id, against, against_provider, against_model,
        array_to_string(list_sort(span_ids), ' ')
    ]) AS event_id,
    caused_by,
    'break_even' AS metric,
    sha16(['break_even', scenario, offer_id, against, against_provider, against_model]) AS series_id,
    provider,
    model,
    base_model,
    size_tier,
    tier,
    condition,
    region,
    scenario,
    against,
    against_model,
    old_months AS old_value,
    payback_months_high AS new_value,
    old_verdict AS old_words,
    verdict AS new_words,
    observed_at,
    is_news
FROM caused
