-- One row per interval of a third party's list in which a tuned price and its base's price stood still, or in which it had no price of the base.
--
-- kind: view
-- columns:
--   feed: the list
--   provider: the seller
--   model: the tuned model, by the list's key
--   base_model: its base, by the list's key
--   tracked_model: the tuned model by the seller's own name; null where it is not in the reviewed table
--   tracked_base: the base by the seller's own name
--   meter: inference_input, inference_cached_input or inference_output
--   tier: the service tier
--   context_band: the length of prompt it holds for
--   currency: ISO code
--   known_not_before: the snapshot before the first of the interval
--   valid_from: the first snapshot of the interval: it began after known_not_before, up to this day
--   valid_to: the snapshot that shows another price of one of the two, or lacks one; null while it lasts
--   last_seen_on: the last snapshot of the interval
--   tuned_amount: per 1M tokens
--   base_amount: per 1M tokens; null where the list has none
--   ratio: tuned over base; null where unknown
--   unknown_because: why there is no ratio, in words
--   began_with: which side moved at the beginning: tuned, base or both; null at the first sight
--   doubt: what speaks against the ratio, in words
--   series_id: names the tuned price
--   is_read: whether the tuned price was ever read from a page of the seller
--   feed_place: which list goes first
--   feed_words: what the list is called
--   tuned_span_id: the stretch of the tuned price
--   base_span_id: the stretch of the base price
-- promises:
--   feed_markup_is_known_or_says_why: an interval has a ratio or a reason why it has none, never both and never neither

WITH tuned AS (
    SELECT *, coalesce(valid_from, first_seen_on) AS since FROM mart.feed_history
    WHERE variant = 'fine_tuned' AND meter IN ('inference_input', 'inference_cached_input', 'inference_output')
),
base AS (
    SELECT *, coalesce(valid_from, first_seen_on) AS since FROM core.feed_span
    WHERE variant = 'base' AND (feed, provider, model) IN (SELECT (feed, provider, base_model) FROM tuned)
),
both_held AS (
    SELECT
        tuned.feed_span_id AS tuned_span_id, base.feed_span_id AS base_span_id, base.amount AS base_amount,
        greatest(tuned.since, base.since) AS valid_from,
        least(tuned.valid_to, base.valid_to) AS valid_to, -- least skips NULL
        CASE WHEN tuned.since >= base.since THEN tuned.known_not_before ELSE base.known_not_before END AS known_not_before,
        CASE
            WHEN tuned.known_not_before IS NULL AND tuned.since >= base.since THEN NULL
            WHEN tuned.since = base.since THEN 'both' WHEN tuned.since > base.since THEN 'tuned' ELSE 'base'
        END AS began_with,
        least(tuned.last_seen_on, base.last_seen_on) AS last_seen_on
    FROM tuned INNER JOIN base
        ON tuned.feed = base.feed AND tuned.provider = base.provider AND tuned.base_model = base.model
        AND tuned.meter = base.meter AND tuned.currency = base.currency
        AND tuned.product IS NOT DISTINCT FROM base.product AND tuned.tier IS NOT DISTINCT FROM base.tier
        AND tuned.context_band IS NOT DISTINCT FROM base.context_band
        AND tuned.time_window IS NOT DISTINCT FROM base.time_window
        AND tuned.region IS NOT DISTINCT FROM base.region
        AND tuned.condition IS NOT DISTINCT FROM base.condition
        AND tuned.since < coalesce(base.valid_to, DATE '9999-12-31')
        AND base.since < coalesce(tuned.valid_to, DATE '9999-12-31')
),
around AS ( -- the tuned price's own interval, cut where the base came and went
    SELECT
        tuned.feed_span_id AS tuned_span_id, tuned.since, tuned.valid_to, tuned.last_seen_on,
        coalesce(list([both_held.valid_from, coalesce(both_held.valid_to, DATE '9999-12-31')] ORDER BY both_held.valid_from)
            FILTER (both_held.valid_from IS NOT NULL), []) AS pieces
    FROM tuned LEFT JOIN both_held ON tuned.feed_span_id = both_held.tuned_span_id
    GROUP BY ALL
),
edges AS ( -- from the end of each piece, or the beginning of all, to the beginning of the next
    SELECT
        tuned_span_id, last_seen_on, number,
        CASE WHEN number = 0 THEN since ELSE pieces[number][2] END AS begins,
        coalesce(pieces[number + 1][1], valid_to, DATE '9999-12-31') AS ends
    FROM around CROSS JOIN LATERAL (SELECT unnest(range(0, len(pieces) + 1)) AS number)
),
pieces AS (
    SELECT tuned_span_id, base_span_id, base_amount, valid_from, valid_to, known_not_before, began_with, last_seen_on
    FROM both_held
    UNION ALL
    SELECT
        edges.tuned_span_id, NULL, NULL, edges.begins, nullif(edges.ends, DATE '9999-12-31'),
        CASE WHEN edges.number = 0 THEN tuned.known_not_before END,
        CASE WHEN edges.number > 0 THEN 'base' WHEN tuned.known_not_before IS NOT NULL THEN 'tuned' END,
        least(tuned.last_seen_on, edges.ends)
    FROM edges INNER JOIN tuned ON edges.tuned_span_id = tuned.feed_span_id
    WHERE edges.begins < edges.ends
)
SELECT
    tuned.feed,
    tuned.provider,
    tuned.model,
    tuned.base_model,
    tuned.tracked_model,
    tuned.tracked_base,
    tuned.meter,
    tuned.tier,
    tuned.context_band,
    tuned.currency,
    pieces.known_not_before,
    pieces.valid_from,
    pieces.valid_to,
    pieces.last_seen_on,
    tuned.amount AS tuned_amount,
    pieces.base_amount,
    CASE WHEN pieces.base_amount > 0 THEN tuned.amount::DOUBLE / pieces.base_amount::DOUBLE END AS ratio,
    CASE
        WHEN pieces.base_span_id IS NULL AND pieces.began_with = 'base'
            THEN 'the list has no price of its base ' || tuned.base_model || ' since ' || pieces.valid_from
        WHEN pieces.base_span_id IS NULL
            THEN 'the list has no price of its base ' || coalesce(tuned.base_model, 'model')
        WHEN pieces.base_amount = 0 THEN 'the list prints 0 for its base ' || tuned.base_model
    END AS unknown_because,
    pieces.began_with,
    CASE
        WHEN same_amount(tuned.amount, pieces.base_amount) AND same_price.provider IS NULL
            THEN 'exactly the price of its base: a placeholder, or a seller that adds nothing'
        WHEN tuned.amount > 10 * pieces.base_amount THEN 'more than ten times its base'
    END AS doubt,
    tuned.series_id,
    tuned.is_read,
    tuned.feed_place,
    tuned.feed_words,
    pieces.tuned_span_id,
    pieces.base_span_id
FROM pieces
INNER JOIN tuned ON pieces.tuned_span_id = tuned.feed_span_id
LEFT JOIN (SELECT DISTINCT provider FROM seed.feed_same_price) AS same_price ON tuned.provider = same_price.provider
