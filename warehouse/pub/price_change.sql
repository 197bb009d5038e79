-- One row per event: a price or an availability that came, moved, was announced, was taken back or went.
--
-- kind: view
-- order: observed_at, provider, series_id, event_id
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
--   old_amount_text: the exact digits of old_amount
--   new_amount: per unit, after
--   new_amount_text: the exact digits of new_amount
--   old_state: the value state, or the statement about availability, before
--   new_state: the value state, or the statement about availability, after
--   change_ratio: new amount over old, where both are above 0
--   observed_at: the read that first showed it; midnight of the stated day where such a day came
--   known_not_before: the last read that still showed it otherwise: the change lies after it, up to observed_at
--   stated_date: the day the seller states
--   is_news: false for what stood on the page at its first read, for corrections, for what came or went with another parser, for cells without a figure, for announcements of the price in force, and for what another page of the seller showed before
--   headline: the event in plain words
--   raw_text: as printed
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read
--   sha256: the archived body
--   parser_version: the parser that read it
--   recorded_at: when the event was first published; null while it is not
--   is_superseded: it was published and is no longer derived: it was corrected
--   superseded_by: the event that took its place; null where none did
-- promises:

WITH superseded AS (
    SELECT event_id, max_by(coalesce(superseded_by, ''), recorded_at) AS superseded_by
    FROM raw.event_superseded GROUP BY event_id
),
told AS (
    SELECT
        change.event_id, change.kind, change.metric, change.provider, change.page, change.series_id,
        change.product, change.model, change.base_model, change.size_tier, change.meter,
        change.unit, change.variant, change.method, change.technique, change.tier,
        change.context_band, change.time_window, change.region, change.condition, change.currency,
        change.old_amount, change.new_amount, change.old_state, change.new_state, change.change_ratio,
        change.observed_at, change.known_not_before, change.stated_date, change.is_news, change.headline,
        change.raw_text, change.quoted, change.place, change.source_url, change.read_at,
        change.sha256, change.parser_version,
        ledger.recorded_at, false AS is_superseded, NULL::VARCHAR AS superseded_by
    FROM core.price_change AS change LEFT JOIN raw.event AS ledger USING (event_id)
    UNION ALL -- an event that was published keeps its place when it is derived away
    SELECT
        ledger.event_id, ledger.kind, ledger.metric, ledger.provider, ledger.page, ledger.series_id,
        ledger.product, ledger.model, ledger.base_model, ledger.size_tier, ledger.meter,
        ledger.unit, ledger.variant, ledger.method, ledger.technique, ledger.tier,
        ledger.context_band, ledger.time_window, ledger.region, ledger.condition, ledger.currency,
        ledger.old_amount, ledger.new_amount, ledger.old_state, ledger.new_state, ledger.change_ratio,
        ledger.observed_at, ledger.known_not_before, ledger.stated_date, ledger.is_news, ledger.headline,
        ledger.raw_text, ledger.quoted, ledger.place, ledger.source_url, ledger.read_at,
        ledger.sha256, ledger.parser_version,
        ledger.recorded_at, true, nullif(superseded.superseded_by, '')
    FROM raw.event AS ledger
    INNER JOIN superseded USING (event_id)
    ANTI JOIN core.price_change AS change USING (event_id)
)
SELECT
    event_id,
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
    old_amount::DOUBLE AS old_amount,
    amount_text(old_amount) AS old_amount_text,
    new_amount::DOUBLE AS new_amount,
    amount_text(new_amount) AS new_amount_text,
    old_state,
    new_state,
    change_ratio,
    observed_at,
    known_not_before,
    stated_date,
    is_news,
    headline,
    raw_text,
    quoted,
    place,
    source_url,
    read_at,
    sha256,
    parser_version,
    recorded_at,
    is_superseded,
    superseded_by
FROM told
