-- One row per event in a third party's list, classed by rule. None is a move of the seller's, and none is news.
--
-- The rules, in this order; the first that fits gives the class:
--   1. a price for a later day is scheduled; gone before that day it is withdrawn
--   2. a price that comes is appeared; a placeholder where it is 0, or a tuned price that is exactly its base's, unless
--      the seller is known to serve tuned models at the base's price (seeds/feed_same_price.csv)
--   3. a price that goes is disappeared
--   4. a move by an exact power of ten is a unit_slip: the slip, or its repair
--   5. a move from or to 0 is a placeholder
--   6. an alias that takes on the price of a snapshot it may point to (seeds/feed_alias.csv) is alias_repointed
--   7. every other move is a correction of the list's: in three years no tuned price moved at a seller, and a list says
--      nothing of when a seller moved. `rule` tells a price that had been its base's, one that moved while its base stood
--      still, a cached price that was rounded to cents, one that came back within four weeks, and the rest, which may
--      follow a move of the seller's
--
-- kind: table
-- upkeep: core.touched_feed (provider)
-- columns:
--   feed_change_id: names the event: series, kind, amounts and day
--   kind: appeared, correction, alias_repointed, unit_slip, placeholder, disappeared, scheduled or withdrawn
--   rule: the rule that gave the kind
--   feed: the list
--   provider: the seller
--   model: the list's own key
--   base_model: for a tuned model its base, by the list's key
--   meter: what is counted
--   variant: base or fine_tuned
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   currency: ISO code
--   old_amount: per the meter's unit, before
--   new_amount: per the meter's unit, after
--   base_amount: of a tuned price its base's in the same list on that day; null where the list has none
--   observed_on: the snapshot that first showed it
--   known_not_before: the last snapshot before it: the list changed after that day, up to observed_on
--   stated_date: the day the list states
--   version: the list's version that first showed it
--   feed_series_id: names the price whatever its value
--   feed_span_id: the stretch that begins or ends with it; null for announcements
-- promises:
--   feed_alone_is_no_vendor_change: no event of a list is a move of the seller's

WITH span AS MATERIALIZED (
    SELECT
        span.*,
        lag(span.amount) OVER series AS old_amount,
        lag(span.end_reason) OVER series AS old_end,
        lag(span.first_seen_on) OVER series AS old_first_seen_on,
        lag(span.amount, 2) OVER series AS older_amount
    FROM core.feed_span AS span SEMI JOIN core.touched_feed USING (provider)
    WINDOW series AS (PARTITION BY span.feed_series_id ORDER BY span.first_seen_on)
),
base AS ( -- what a tuned price begins beside, and what stood beside the one before it
    SELECT
        span.feed_span_id,
        max(other.amount) FILTER (span.first_seen_on >= other.first_seen_on AND coalesce(other.valid_to > span.first_seen_on, true)) AS amount,
        max(other.amount) FILTER (span.known_not_before >= other.first_seen_on AND coalesce(other.valid_to > span.known_not_before, true)) AS old_amount
    FROM span INNER JOIN span AS other
        ON span.feed = other.feed AND span.provider = other.provider AND span.base_model = other.model
        AND span.meter = other.meter AND span.currency = other.currency AND other.variant = 'base'
        AND span.product IS NOT DISTINCT FROM other.product AND span.tier IS NOT DISTINCT FROM other.tier
        AND span.context_band IS NOT DISTINCT FROM other.context_band
        AND span.region IS NOT DISTINCT FROM other.region AND span.condition IS NOT DISTINCT FROM other.condition
    WHERE span.variant = 'fine_tuned'
    GROUP BY span.feed_span_id
),
pointed AS ( -- aliases that begin to show the price of one of their snapshots
    SELECT DISTINCT span.feed_span_id
    FROM span INNER JOIN seed.feed_alias AS alias ON span.provider = alias.provider AND span.model = alias.alias
    INNER JOIN span AS other
        ON span.feed = other.feed AND span.provider = other.provider AND alias.snapshot = other.model
        AND span.meter = other.meter AND span.variant = other.variant AND span.currency = other.currency
        AND span.tier IS NOT DISTINCT FROM other.tier AND span.context_band IS NOT DISTINCT FROM other.context_band
        AND span.first_seen_on >= other.first_seen_on AND coalesce(other.valid_to > span.first_seen_on, true)
        AND same_amount(span.amount, other.amount)
),
began AS (
    SELECT
        span.*,
        base.amount AS base_amount,
        coalesce(span.old_end = 'moved', false) AS is_move,
        CASE
            WHEN NOT is_move THEN CASE
                WHEN span.amount = 0 THEN 'zero'
                WHEN same_amount(span.amount, base.amount) AND same_price.provider IS NULL THEN 'price_of_base'
                ELSE 'first_sight'
            END
            WHEN power_of_ten(span.amount / nullif(span.old_amount, 0)) IS NOT NULL THEN 'power_of_ten'
            WHEN span.amount = 0 OR span.old_amount = 0 THEN 'zero'
            WHEN pointed.feed_span_id IS NOT NULL THEN 'alias'
            WHEN same_amount(span.old_amount, base.old_amount) AND same_amount(base.amount, base.old_amount)
                THEN 'price_of_base_replaced'
            WHEN same_amount(base.amount, base.old_amount) THEN 'moved_alone'
            WHEN span.meter = 'inference_cached_input'
                 AND (round(span.amount, 2) = span.old_amount OR span.amount = round(span.old_amount, 2))
                THEN 'rounded'
            WHEN same_amount(span.amount, older_amount) AND span.first_seen_on - old_first_seen_on <= 28 THEN 'came_back'
            ELSE 'unconfirmed'
        END AS rule
    FROM span
    LEFT JOIN base USING (feed_span_id)
    LEFT JOIN pointed USING (feed_span_id)
    LEFT JOIN (SELECT DISTINCT provider FROM seed.feed_same_price) AS same_price ON span.provider = same_price.provider
),
event AS (
    SELECT
        feed_series_id, feed_span_id,
        CASE rule
            WHEN 'first_sight' THEN 'appeared'
            WHEN 'power_of_ten' THEN 'unit_slip'
            WHEN 'zero' THEN 'placeholder'
            WHEN 'price_of_base' THEN 'placeholder'
            WHEN 'alias' THEN 'alias_repointed'
            ELSE 'correction'
        END AS kind,
        rule, CASE WHEN is_move THEN old_amount END AS old_amount, amount AS new_amount, base_amount,
        first_seen_on AS observed_on, known_not_before, valid_from AS stated_date
    FROM began
    UNION ALL
    SELECT
        feed_series_id, feed_span_id, 'disappeared', 'last_sight', amount, NULL, NULL, valid_to, last_seen_on,
        NULL
    FROM span WHERE end_reason = 'gone'
    UNION ALL
    SELECT
        announced.feed_series_id, NULL, 'scheduled', 'later_day', span.amount, announced.amount, NULL,
        announced.first_seen_on, announced.known_not_before, announced.effective_from
    FROM core.feed_announced AS announced LEFT JOIN span
        ON announced.feed_series_id = span.feed_series_id AND announced.first_seen_on >= span.first_seen_on
        AND coalesce(span.valid_to > announced.first_seen_on, true)
    UNION ALL
    SELECT
        feed_series_id, NULL, 'withdrawn', 'gone_before_its_day', amount, NULL, NULL, withdrawn_on, last_seen_on,
        effective_from
    FROM core.feed_announced WHERE withdrawn_on IS NOT NULL
),
series AS (
    SELECT DISTINCT ON (feed_series_id)
        feed_series_id, feed, provider, model, base_model, meter, variant, tier, context_band, currency
    FROM (
        SELECT feed_series_id, feed, provider, model, base_model, meter, variant, tier, context_band, currency FROM span
        UNION ALL
        SELECT feed_series_id, feed, provider, model, base_model, meter, variant, tier, context_band, currency
        FROM core.feed_row WHERE effective_from > observed_on
    )
    ORDER BY feed_series_id, base_model
)
SELECT
    sha16([
        event.feed_series_id, event.kind, amount_text(event.old_amount), amount_text(event.new_amount),
        event.observed_on::VARCHAR, event.stated_date::VARCHAR
    ]) AS feed_change_id,
    event.kind,
    event.rule,
    series.feed,
    series.provider,
    series.model,
    series.base_model,
    series.meter,
    series.variant,
    series.tier,
    series.context_band,
    series.currency,
    event.old_amount,
    event.new_amount,
    event.base_amount,
    event.observed_on,
    event.known_not_before,
    event.stated_date,
    snapshot.version,
    event.feed_series_id,
    event.feed_span_id
FROM event INNER JOIN series USING (feed_series_id)
LEFT JOIN core.feed_snapshot AS snapshot
    ON series.feed = snapshot.feed AND series.provider = snapshot.provider AND event.observed_on = snapshot.observed_on
