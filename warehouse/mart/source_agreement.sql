-- One row per price that a seller's page and a third party's list both show now, and whether they agree.
--
-- The likely cause is the first that fits:
--   placeholder: the list prints 0, or for a tuned model exactly its base's price
--   unit_slip: one is an exact power of ten times the other: a slipped unit, or the wrong key
--   stale: the list shows what was the price before, or was last read before the price moved
--   audio_text, time_of_day, service_tier, condition, region: it is our price of the same model for audio or text, at other
--     hours, in another tier, under another condition or context band, in another region
--   regional: it is exactly a tenth dearer, or cheaper, as prices of one region are
--   rounded: a cached price, rounded to cents
--   wrong_key: it is our price of the same model for another meter
--   alias: the list's key is an alias, which may point to another snapshot
--   unknown: none of these
--
-- kind: view
-- columns:
--   disagreement_id: names the two values of the two sources; null where they agree
--   provider: the seller
--   series_id: names the price
--   model: the seller's name of the model
--   meter: what is counted
--   variant: base or fine_tuned
--   method: how it is tuned
--   tier: the service tier
--   context_band: the printed context band
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code, the same for both
--   source: our source: seller and page
--   amount: per the meter's unit, as the seller prints it
--   first_seen_at: since when we know it
--   last_verified_at: the newest read that showed it
--   feed: the list
--   feed_words: what the list is called
--   feed_model: the list's own key
--   feed_version: the list's version
--   feed_amount: per the meter's unit, as the list has it
--   feed_first_seen_on: the first snapshot of the list that shows it
--   feed_observed_on: the newest snapshot of the list
--   agrees: whether both are one price, to one part in a thousand million
--   ratio: the list's over the seller's
--   cause: the likely cause by the rules above; null where they agree
--   cause_words: the same in words
--   state: agrees, open or explained; an explanation holds until one of the two values moves
--   explained_because: a person's words
--   explained_by: who said so
--   explained_at: when
-- promises:
--   agreement_is_explained_or_open: a disagreement has a cause, and an explanation has its words

WITH own AS (
    FROM mart.current_price WHERE value_state IN ('priced', 'free') AND currency = 'USD'
),
listed AS ( -- of two keys of a list for one price the one that agrees, else the shorter
    SELECT history.* FROM mart.feed_history AS history INNER JOIN own USING (series_id)
    WHERE history.valid_to IS NULL AND history.is_read
    QUALIFY row_number() OVER (
        PARTITION BY history.feed, history.series_id
        ORDER BY history.last_seen_on DESC, same_amount(history.amount, own.amount) DESC, len(history.model), history.model
    ) = 1
),
compared AS (
    SELECT
        own.provider, own.series_id, own.model, own.meter, own.variant, own.method, own.tier, own.context_band, own.region, own.condition,
        own.time_window, own.currency, own.source, own.amount, own.first_seen_at, own.last_verified_at,
        listed.feed, listed.feed_place, listed.feed_words, listed.model AS feed_model, listed.last_version AS feed_version,
        listed.amount AS feed_amount, listed.first_seen_on AS feed_first_seen_on, listed.last_seen_on AS feed_observed_on,
        same_amount(own.amount, listed.amount) AS agrees,
        listed.amount::DOUBLE / nullif(own.amount, 0)::DOUBLE AS ratio
    FROM own INNER JOIN listed ON own.series_id = listed.series_id
),
differing AS (
    FROM compared WHERE NOT agrees
),
before AS ( -- what the seller asked earlier
    SELECT differing.series_id, differing.feed, max(span.valid_to)::DATE AS until
    FROM differing INNER JOIN core.price_span AS span
        ON differing.series_id = span.series_id AND span.valid_to IS NOT NULL AND same_amount(span.amount, differing.feed_amount)
    GROUP BY ALL
),
twin AS ( -- which of our other prices of that model it is
    SELECT
        differing.series_id, differing.feed,
        bool_or(other.meter = differing.meter AND contains(coalesce(other.condition, '') || coalesce(differing.condition, ''), 'audio')) AS is_audio,
        bool_or(other.meter = differing.meter AND other.time_window IS DISTINCT FROM differing.time_window) AS is_hours,
        min(other.tier) FILTER (other.meter = differing.meter AND other.tier IS DISTINCT FROM differing.tier) AS tier,
        min(coalesce(other.condition, other.context_band, 'no condition')) FILTER (
            other.meter = differing.meter AND other.tier IS NOT DISTINCT FROM differing.tier
            AND (other.condition IS DISTINCT FROM differing.condition
                 OR other.context_band IS DISTINCT FROM differing.context_band)
        ) AS condition,
        min(other.region) FILTER (other.meter = differing.meter AND other.region IS DISTINCT FROM differing.region) AS region,
        min(other.meter) FILTER (other.meter <> differing.meter AND other.tier IS NOT DISTINCT FROM differing.tier) AS meter
    FROM differing INNER JOIN own AS other
        ON differing.provider = other.provider AND differing.model = other.model
        AND differing.variant IS NOT DISTINCT FROM other.variant AND differing.series_id <> other.series_id
        AND same_amount(differing.feed_amount, other.amount)
    GROUP BY ALL
),
base AS ( -- what the list has for the base of a tuned model
    SELECT differing.series_id, differing.feed, max(markup.base_amount) AS amount
    FROM differing INNER JOIN mart.feed_markup_history AS markup
        ON differing.series_id = markup.series_id AND differing.feed = markup.feed AND markup.valid_to IS NULL
    WHERE differing.variant = 'fine_tuned'
    GROUP BY ALL
),
caused AS (
    SELECT
        differing.series_id, differing.feed,
        before.until, twin.tier, twin.condition, twin.region, twin.meter,
        CASE
            WHEN differing.feed_amount = 0 THEN 'placeholder'
            WHEN same_amount(differing.feed_amount, base.amount) THEN 'placeholder'
            WHEN power_of_ten(differing.ratio) IS NOT NULL THEN 'unit_slip'
            WHEN before.until IS NOT NULL OR differing.feed_observed_on < differing.first_seen_at::DATE THEN 'stale'
            WHEN twin.is_audio THEN 'audio_text'
            WHEN twin.is_hours THEN 'time_of_day'
            WHEN twin.tier IS NOT NULL THEN 'service_tier'
            WHEN twin.condition IS NOT NULL THEN 'condition'
            WHEN twin.region IS NOT NULL THEN 'region'
            WHEN same_amount(differing.ratio, 1.1) OR same_amount(differing.ratio, 1 / 1.1::DOUBLE) THEN 'regional'
            WHEN differing.meter = 'inference_cached_input'
                 AND (round(differing.amount, 2) = differing.feed_amount OR differing.amount = round(differing.feed_amount, 2))
                THEN 'rounded'
            WHEN twin.meter IS NOT NULL THEN 'wrong_key'
            WHEN alias.alias IS NOT NULL THEN 'alias'
            ELSE 'unknown'
        END AS cause
    FROM differing
    LEFT JOIN before USING (series_id, feed)
    LEFT JOIN twin USING (series_id, feed)
    LEFT JOIN base USING (series_id, feed)
    LEFT JOIN (SELECT DISTINCT provider, alias FROM seed.feed_alias) AS alias
        ON differing.provider = alias.provider AND differing.feed_model = alias.alias
),
told AS (
    SELECT
        compared.* EXCLUDE (feed_place, time_window),
        CASE WHEN NOT compared.agrees THEN sha16([
            compared.series_id, compared.feed, compared.feed_model, amount_text(compared.amount),
            amount_text(compared.feed_amount)
        ]) END AS disagreement_id,
        caused.cause,
        CASE caused.cause
            WHEN 'placeholder' THEN CASE
                WHEN compared.feed_amount = 0 THEN 'the list prints 0: free, or unknown' ELSE 'the list prints the price of the base'
            END
            WHEN 'unit_slip' THEN 'exactly a power of ten apart: a slipped unit, or the wrong key'
            WHEN 'stale' THEN CASE
                WHEN caused.until IS NOT NULL THEN 'the price before, which ended on ' || caused.until
                ELSE 'the list was last read before this price was first seen'
            END
            WHEN 'audio_text' THEN 'the prices of audio and text are mixed up'
            WHEN 'time_of_day' THEN 'the price at other hours'
            WHEN 'service_tier' THEN 'the price of the ' || caused.tier || ' tier'
            WHEN 'condition' THEN 'the price under another condition: ' || label_text(caused.condition)
            WHEN 'region' THEN 'the price in another region: ' || label_text(caused.region)
            WHEN 'regional' THEN 'exactly a tenth apart, as the price of one region is'
            WHEN 'rounded' THEN 'a cached price, rounded to cents'
            WHEN 'wrong_key' THEN 'the price of ' || coalesce(other_meter.words, caused.meter) || ' in the wrong place'
            WHEN 'alias' THEN 'the list''s key is an alias, which may point to another snapshot'
            WHEN 'unknown' THEN 'no rule explains it'
        END AS cause_words
    FROM compared LEFT JOIN caused USING (series_id, feed)
    LEFT JOIN seed.meter AS other_meter ON caused.meter = other_meter.meter
),
word AS (
    SELECT
        disagreement_id, max_by(verdict, seq) AS verdict, max_by(reason, seq) AS reason, max_by(said_by, seq) AS said_by,
        max_by(said_at, seq) AS said_at
    FROM raw.explanation GROUP BY disagreement_id
)
SELECT
    told.disagreement_id,
    told.provider,
    told.series_id,
    told.model,
    told.meter,
    told.variant,
    told.method,
    told.tier,
    told.context_band,
    told.region,
    told.condition,
    told.currency,
    told.source,
    told.amount,
    told.first_seen_at,
    told.last_verified_at,
    told.feed,
    told.feed_words,
    told.feed_model,
    told.feed_version,
    told.feed_amount,
    told.feed_first_seen_on,
    told.feed_observed_on,
    told.agrees,
    told.ratio,
    told.cause,
    told.cause_words,
    CASE WHEN told.agrees THEN 'agrees' WHEN word.said_at IS NOT NULL THEN 'explained' ELSE 'open' END AS state,
    word.reason AS explained_because,
    word.said_by AS explained_by,
    word.said_at AS explained_at
FROM told
LEFT JOIN word
    ON told.disagreement_id = word.disagreement_id AND word.verdict = 'explained'
    -- a value that moved since, and came back, is to be explained again
    AND word.said_at >= told.first_seen_at AND word.said_at::DATE >= told.feed_first_seen_on
