-- One row per event: a price or an availability that came, moved, was announced, was taken back or went.
--
-- kind: table
-- upkeep: core.touched_series (provider, page, series_id)
-- columns:
--   event_id: names the event for ever: page, series, kind, old, new and the day it was observed
--   kind: appeared, vendor_change, correction, unit_slip, placeholder, alias_repointed, disappeared, scheduled or withdrawn
--   metric: price or availability
--   provider: the seller
--   page: the page it was read on
--   series_id: names the price, or the statement about availability
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model or GPU; null on size-tier rows
--   base_model: for a tuned model its base
--   size_tier: the band of model sizes, as printed
--   meter: what is counted; null for availability
--   unit: what an amount is per
--   variant: base or fine_tuned
--   method: how it is tuned
--   technique: lora or full
--   tier: the service tier
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code
--   old_amount: per unit, before; of a withdrawn announcement what was announced
--   new_amount: per unit, after
--   old_state: the value state, or the statement about availability, before
--   new_state: the value state, or the statement about availability, after
--   change_ratio: new amount over old, where both are above 0
--   observed_at: the read that first showed it; midnight of the stated day where such a day came
--   known_not_before: the last read that still showed it otherwise: the change lies after it, up to observed_at
--   stated_date: the day the seller states
--   is_news: false for what stood on the page at its first read, for corrections, for what came or went with another parser, for cells without a figure, for announcements of the price in force, and for what another page of the seller showed before
--   headline: the event in plain words
--   quote_id: the quote that shows it; null for availability
--   availability_id: the statement that shows it; null for prices
--   raw_text: as printed
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read
--   sha256: the archived body
--   parser_version: the parser that read it
-- promises:
--   event_has_evidence: every event has the quote or the statement it was read from
--   event_says_what: every event has its words
--   event_id_is_unique: no two events share an id

WITH moves AS (
    SELECT
        'price' AS metric, move.provider, move.page, move.series_id,
        -- a vendor's change rests on the vendor's own evidence
        CASE
            WHEN move.kind = 'vendor_change' AND reading.trust = 'third_party' THEN 'correction' ELSE move.kind
        END AS kind,
        move.old_amount, move.new_amount,
        move.old_state, move.new_state, move.observed_at, move.known_not_before, move.stated_date, move.is_same, move.is_own,
        quote.product, quote.model, quote.base_model, quote.size_tier, quote.meter, quote.variant, quote.method,
        quote.technique, quote.tier, quote.context_band, quote.time_window, quote.region, quote.condition,
        quote.currency, quote.derived, quote.reading_id, quote.quote_id, NULL AS availability_id, quote.raw_text, quote.quoted, quote.place,
        quote.source_url, quote.read_at, quote.sha256, quote.parser_version
    FROM core.price_move AS move
    INNER JOIN raw.quote AS quote USING (quote_id)
    LEFT JOIN raw.reading AS reading ON quote.reading_id = reading.reading_id
    UNION ALL
    SELECT
        'availability', move.provider, move.page, move.series_id, move.kind, NULL, NULL, move.old_state,
        move.new_state, move.observed_at, move.known_not_before, move.stated_date, false, NULL, NULL, said.model, NULL, NULL, NULL,
        said.variant, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, said.reading_id, NULL, said.availability_id, NULL, said.quoted,
        said.place, said.source_url, said.read_at, said.sha256, said.parser_version
    FROM core.availability_move AS move INNER JOIN raw.availability AS said USING (availability_id)
),
first_read AS (
    SELECT provider, page, min(read_at) AS first_read_at FROM core.good_read GROUP BY provider, page
),
elsewhere AS ( -- what another page of the seller, of no less trust, shows or announces already: told by that one
    SELECT DISTINCT moves.provider, moves.page, moves.series_id, moves.kind, moves.observed_at,
        moves.stated_date, moves.new_amount
    FROM moves INNER JOIN core.price_span AS other
        ON moves.provider = other.provider AND moves.series_id = other.series_id AND moves.page <> other.page
        AND moves.new_state = other.value_state AND moves.new_amount IS NOT DISTINCT FROM other.amount
        AND (other.first_seen_at < moves.observed_at
             OR other.first_seen_at = moves.observed_at AND other.page < moves.page)
        AND coalesce(other.valid_to > moves.observed_at, true)
        AND trust_rank(other.trust) <= trust_rank(CASE WHEN moves.derived THEN 'derived' ELSE 'vendor' END)
    WHERE moves.metric = 'price' AND moves.kind IN ('appeared', 'vendor_change')
    UNION
    SELECT DISTINCT moves.provider, moves.page, moves.series_id, moves.kind, moves.observed_at,
        moves.stated_date, moves.new_amount
    FROM moves INNER JOIN core.scheduled_price AS other
        ON moves.provider = other.provider AND moves.series_id = other.series_id AND moves.page <> other.page
        AND moves.new_state = other.value_state AND moves.new_amount IS NOT DISTINCT FROM other.amount
        AND moves.stated_date = other.effective_from
        AND (other.first_seen_at < moves.observed_at
             OR other.first_seen_at = moves.observed_at AND other.page < moves.page)
        AND coalesce(other.withdrawn_at > moves.observed_at, true)
    INNER JOIN raw.quote AS announcing ON other.quote_id = announcing.quote_id
    INNER JOIN raw.reading AS reading ON announcing.reading_id = reading.reading_id AND reading.trust = 'vendor'
    WHERE moves.metric = 'price' AND moves.kind = 'scheduled'
),
still AS ( -- what another page of the seller, of no less trust, still prints when this one stops: the last one tells
    SELECT DISTINCT moves.provider, moves.page, moves.series_id, moves.observed_at
    FROM moves INNER JOIN core.price_span AS other
        ON moves.provider = other.provider AND moves.series_id = other.series_id AND moves.page <> other.page
        AND moves.observed_at >= other.first_seen_at
        AND (coalesce(other.valid_to > moves.observed_at, true)
             OR other.valid_to = moves.observed_at AND other.page > moves.page)
        AND trust_rank(other.trust) <= trust_rank(CASE WHEN moves.derived THEN 'derived' ELSE 'vendor' END)
    WHERE moves.metric = 'price' AND moves.kind = 'disappeared'
),
told AS (
    SELECT
        moves.*,
        meter.unit,
        moves.new_amount::DOUBLE / nullif(moves.old_amount, 0)::DOUBLE AS ratio,
        moves.observed_at > first_read.first_read_at
            AND moves.kind IN ('appeared', 'vendor_change', 'disappeared', 'scheduled', 'withdrawn')
            AND coalesce(reading.trust, 'vendor') = 'vendor' -- somebody else's list alone is no news
            AND elsewhere.page IS NULL
            AND NOT moves.is_same -- nothing moves on that day
            AND NOT ( -- another parser found it or lost it, as far as anyone can tell: the seller need not have moved
                moves.kind <> 'vendor_change'
                AND coalesce(moves.is_own, reading_before.parser_version <> reading_then.parser_version, false)
            )
            -- a cell that has no figure, or loses it, tells nobody anything
            AND coalesce(moves.new_state, moves.old_state) <> 'not_printed' AS is_news,
        CASE
            WHEN moves.variant = 'fine_tuned' AND moves.metric = 'availability' THEN 'fine-tuned '
            WHEN moves.variant = 'fine_tuned' AND moves.meter LIKE 'inference%' THEN 'tuned '
            WHEN moves.metric = 'availability' AND moves.model IS NULL THEN coalesce(moves.variant, 'all') || ' '
            ELSE ''
        END
            || coalesce(moves.model, moves.size_tier, 'models')
            || coalesce(' ' || meter.words, '')
            || coalesce(' (' || nullif(concat_ws(
                ', ', label_text(nullif(moves.method, 'sft')), label_text(moves.technique),
                label_text(nullif(moves.tier, 'standard')), label_text(moves.product),
                moves.context_band, moves.time_window, label_text(moves.region), label_text(moves.condition)
            ), '') || ')', '')
            || ' at ' || coalesce(reading.seller, moves.provider) AS subject,
        price_text(moves.old_amount, moves.old_state, moves.currency) AS old_price,
        price_text(moves.new_amount, moves.new_state, moves.currency) AS new_price,
        -- behind the last amount: "$5.00 -> $4.00 per hour", "$5.00 per hour -> free"
        coalesce(' per ' || CASE WHEN moves.new_amount > 0 THEN meter.unit END, '') AS per,
        CASE WHEN moves.old_amount > 0 AND per = '' THEN ' per ' || meter.unit ELSE '' END AS old_per,
        coalesce(standing.words, moves.new_state, moves.old_state) AS standing,
        row_number() OVER (
            PARTITION BY moves.provider, moves.page, moves.series_id, moves.kind, moves.old_amount, moves.new_amount,
                moves.old_state, moves.new_state, moves.stated_date, moves.observed_at::DATE
            ORDER BY moves.observed_at
        ) AS occurrence
    FROM moves
    ANTI JOIN still
        ON moves.kind = 'disappeared' AND moves.provider = still.provider AND moves.page = still.page
        AND moves.series_id = still.series_id AND moves.observed_at = still.observed_at
    INNER JOIN first_read USING (provider, page)
    LEFT JOIN raw.reading AS reading USING (reading_id)
    LEFT JOIN elsewhere
        ON moves.metric = 'price' AND moves.provider = elsewhere.provider AND moves.page = elsewhere.page
        AND moves.series_id = elsewhere.series_id AND moves.kind = elsewhere.kind
        AND moves.observed_at = elsewhere.observed_at
        AND moves.stated_date IS NOT DISTINCT FROM elsewhere.stated_date
        AND moves.new_amount IS NOT DISTINCT FROM elsewhere.new_amount
    LEFT JOIN core.good_read AS read_then
        ON moves.provider = read_then.provider AND moves.page = read_then.page
        AND moves.observed_at = read_then.read_at
    LEFT JOIN raw.reading AS reading_then ON read_then.reading_id = reading_then.reading_id
    LEFT JOIN core.good_read AS read_before
        ON moves.provider = read_before.provider AND moves.page = read_before.page
        AND moves.known_not_before = read_before.read_at
    LEFT JOIN raw.reading AS reading_before ON read_before.reading_id = reading_before.reading_id
    LEFT JOIN seed.meter AS meter USING (meter)
    LEFT JOIN seed.standing AS standing ON coalesce(moves.new_state, moves.old_state) = standing.kind
)
SELECT
    sha16([ -- the day, not the moment, so that a re-run finds the same event; a second one of that day is counted
        provider, page, series_id, kind, coalesce(amount_text(old_amount), old_state),
        coalesce(amount_text(new_amount), new_state), stated_date::VARCHAR, observed_at::DATE::VARCHAR,
        CASE WHEN occurrence > 1 THEN occurrence::VARCHAR END
    ]) AS event_id,
    kind,
    metric,
    provider,
    page,
    series_id,
    product,
    model,
    base_model,
    size_tier,
    meter,
    unit,
    variant,
    method,
    technique,
    tier,
    context_band,
    time_window,
    region,
    condition,
    currency,
    old_amount,
    new_amount,
    old_state,
    new_state,
    CASE WHEN ratio > 0 THEN ratio END AS change_ratio,
    observed_at,
    known_not_before,
    stated_date,
    is_news,
    subject || ': ' || CASE
        WHEN metric = 'price' THEN CASE kind
            WHEN 'appeared' THEN 'first seen, ' || new_price || per
            WHEN 'disappeared' THEN 'no longer listed (was ' || old_price || old_per || ')'
            WHEN 'scheduled' THEN coalesce(old_price || old_per || ' -> ', '') || new_price || per || ' from ' || stated_date
            WHEN 'withdrawn' THEN 'the announced ' || old_price || old_per || ' from ' || stated_date || ' was taken back'
            WHEN 'vendor_change' THEN old_price || old_per || ' -> ' || new_price || per
            WHEN 'correction' THEN 'correction, ' || old_price || old_per
                || coalesce(' -> ' || new_price || per, ' was a misreading')
            ELSE replace(kind, '_', ' ') || ', ' || old_price || old_per || ' -> ' || new_price || per
        END || CASE WHEN ratio > 0 AND ratio <> 1 THEN ' (' || percent_text(ratio) || ')' ELSE '' END
        ELSE standing || CASE kind
            WHEN 'scheduled' THEN ' from ' || stated_date
            WHEN 'vendor_change' THEN ' since ' || stated_date
            WHEN 'disappeared' THEN ', no longer stated'
            WHEN 'withdrawn' THEN ' from ' || stated_date || ', taken back'
            ELSE coalesce(' since ' || stated_date, '')
        END
    END AS headline,
    quote_id,
    availability_id,
    raw_text,
    quoted,
    place,
    source_url,
    read_at,
    sha256,
    parser_version
FROM told
