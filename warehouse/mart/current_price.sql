-- One row per price that holds now: the most trusted page that prints it, when it was last verified, and its newest change.
--
-- kind: view
-- columns:
--   span_id: names the span: page, series and first sight
--   series_id: names the price whatever its value
--   source: who says so: seller and page
--   trust: whose word it is: vendor, derived where a published rule of the seller gives it, or third_party
--   provider: the seller
--   page: the page it was read on
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model or GPU; null on size-tier rows
--   base_model: for a tuned model its base, by the explicit alias table
--   size_tier: the band of model sizes, as printed
--   size_min_params: the smallest model of the band, in parameters
--   size_max_params: the largest model of the band, in parameters
--   meter: what is counted
--   unit: what an amount is per
--   variant: base or fine_tuned; null for GPUs
--   method: how it is tuned: sft, dpo, rft, distillation
--   technique: lora or full
--   tier: the service tier: standard, batch, flex, priority, developer, on_demand, spot, reserved_<term>
--   context_band: the printed context band
--   time_window: the printed time window, UTC
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   currency: ISO code; only USD is ever compared
--   amount: per unit, in that currency; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   raw_text: as printed
--   raw_unit: the unit as printed
--   derived: whether a published rule gives it
--   valid_from: the date the seller states for it; null where none is stated
--   valid_to: always null: it holds
--   known_not_before: the last read before it was first seen: it came after that, up to first_seen_at
--   first_seen_at: the first read that showed it
--   last_verified_at: the newest read that showed it
--   quote_id: the quote of the first read
--   quoted: the words of the page
--   place: where on the page
--   source_url: the page
--   read_at: when the quoted body was first read, UTC
--   sha256: the archived body
--   parser_version: the parser that read it
--   gpu_count: what a per-instance price was divided by
--   previous_amount: the amount before its newest change; null where it never changed
--   change_ratio: the amount over the previous one
--   changed_at: when that change was first seen
--   age_days: whole days between the newest look at any page and the newest read that showed this price
--   freshness: fresh, ageing, stale or last_known, by that age
-- promises:
--   one_current_price: a series has one current price

WITH today AS (
    SELECT max(fetched_at) AS as_of FROM raw.page_read
),
held_now AS (
    SELECT history.*
    FROM core.price_history AS history CROSS JOIN today
    WHERE history.valid_to IS NULL
    QUALIFY row_number() OVER ( -- the seller's own word first, then a page that is read, then the newer price
        PARTITION BY history.series_id
        ORDER BY trust_rank(history.trust), days_unseen(history.last_verified_at, today.as_of),
            history.first_seen_at DESC, history.page
    ) = 1
),
newest_change AS (
    SELECT
        provider, page, series_id, max_by(old_amount, observed_at) AS previous_amount,
        max_by(change_ratio, observed_at) AS change_ratio, max(observed_at) AS changed_at
    FROM core.price_change
    WHERE metric = 'price' AND kind IN ('vendor_change', 'correction', 'unit_slip', 'placeholder', 'alias_repointed')
    GROUP BY provider, page, series_id
),
aged AS (
    SELECT held_now.*, date_diff('day', held_now.last_verified_at, today.as_of) AS age_days
    FROM held_now CROSS JOIN today
)
SELECT
    history.span_id,
    history.series_id,
    history.source,
    history.trust,
    history.provider,
    history.page,
    history.product,
    history.model,
    history.base_model,
    history.size_tier,
    history.size_min_params,
    history.size_max_params,
    history.meter,
    history.unit,
    history.variant,
    history.method,
    history.technique,
    history.tier,
    history.context_band,
    history.time_window,
    history.region,
    history.condition,
    history.currency,
    history.amount,
    history.value_state,
    history.raw_text,
    history.raw_unit,
    history.derived,
    history.valid_from,
    history.valid_to,
    history.known_not_before,
    history.first_seen_at,
    history.last_verified_at,
    history.quote_id,
    history.quoted,
    history.place,
    history.source_url,
    history.read_at,
    history.sha256,
    history.parser_version,
    history.gpu_count,
    newest_change.previous_amount,
    newest_change.change_ratio,
    newest_change.changed_at,
    history.age_days,
    coalesce(
        (SELECT min_by(limits.freshness, limits.up_to_days::INTEGER) FROM seed.freshness AS limits
            WHERE history.age_days <= limits.up_to_days::INTEGER),
        'last_known'
    ) AS freshness
FROM aged AS history LEFT JOIN newest_change USING (provider, page, series_id)
