-- One row per figure of the guide, beside what sellers' own pages say of it now, or why no page does.
--
-- kind: view
-- columns:
--   as_of: the guide's day
--   provider: the seller, as in guide_figure; null where the figure is about none
--   model: the guide's name of the model or GPU; null where it is about none
--   metric: a meter, or what else guide_figure holds
--   variant: base or fine_tuned; null where it is about neither
--   method: sft or distillation; null where it does not apply
--   low: the guide's figure, or the low end of its range
--   high: the high end of its range; the same as low for one figure
--   unit: what both figures are in
--   seller: whose page says otherwise; null where no page does
--   seller_model: the model as that page names it; null where a size tier prices it
--   size_tier: the band of model sizes that prices it there
--   seller_low: the page's figure, or the lowest of several; null where no page says
--   seller_high: the highest of several; the same as seller_low for one figure
--   ratio_low: the page's figure over the guide's, at the ends that make it smallest
--   ratio_high: the same, at the ends that make it largest
--   verdict: agrees, differs, off_by_factor (by a power of ten), unlisted where no page read here prints it, or no_price
--   verified_on: the day on which the page was last read to say so
--   source_url: the page
--   series_id: the price; of several the lowest; where it is computed one of the prices it rests on
--   span_id: the span of that price
--   words: how the page's figure is found, or why there is none
--   note: what the guide says beside its figure, in our words
-- promises:
--   guide_audit_is_complete: every figure of the guide has one row, with a page's figure or the reason for its absence

WITH figure AS (
    SELECT
        * REPLACE (as_of::DATE AS as_of, low::DOUBLE AS low, high::DOUBLE AS high),
        -- A tuned price says so; training does not, and belongs to the same side.
        CASE WHEN metric <> 'gpu_hours' THEN coalesce(variant, 'fine_tuned') END AS side
    FROM seed.guide_figure
),
price AS MATERIALIZED (
    FROM mart.guide_price
),
tuned AS (
    SELECT tuned.*, base.low AS base_low, base.high AS base_high
    FROM price AS tuned INNER JOIN price AS base USING (provider, model, meter, seller)
    WHERE tuned.side = 'fine_tuned' AND base.side = 'base' AND meter = 'inference_input'
),
said AS (
    SELECT *, meter AS metric, NULL AS how FROM price
    UNION ALL BY NAME
    -- The guide's sample run is one of 8M training tokens.
    SELECT
        tokens.* REPLACE (
            training_run_usd(8e6, tokens.low, minimum_usd := least_charge.low) AS low,
            training_run_usd(8e6, tokens.high, minimum_usd := least_charge.high) AS high
        ),
        'training_run' AS metric, '8M training tokens at the page’s price, or its minimum' AS how
    FROM price AS tokens LEFT JOIN price AS least_charge
        ON tokens.provider = least_charge.provider AND tokens.model = least_charge.model
        AND least_charge.meter = 'training_minimum'
    WHERE tokens.meter = 'training_tokens'
    UNION ALL BY NAME
    SELECT
        tuned.* REPLACE (ratio_of(low, base_high) AS low, ratio_of(high, base_low) AS high),
        'markup' AS metric, 'the page’s tuned input price over its base price' AS how
    FROM tuned
    UNION ALL BY NAME
    SELECT
        tuned.* REPLACE (markup_usd(1e8, base_high, low) AS low, markup_usd(1e8, base_low, high) AS high),
        'monthly_markup' AS metric, '100M input tokens at the page’s prices' AS how
    FROM tuned
    UNION ALL BY NAME
    SELECT
        opus.provider, opus.model, opus.side, opus.seller, opus.seller_model, opus.source_url,
        min(ratio_of(opus.low, haiku.high)) AS low, max(ratio_of(opus.high, haiku.low)) AS high,
        arg_min(opus.series_id, opus.meter) AS series_id, arg_min(opus.span_id, opus.meter) AS span_id,
        min(opus.verified_on) AS verified_on,
        'call_ratio' AS metric, 'input over input and output over output, both by the page' AS how
    FROM price AS opus INNER JOIN price AS haiku USING (provider, side, meter)
    WHERE opus.model = 'claude-opus-4.7' AND haiku.model = 'claude-haiku-4.5' AND side = 'base'
        AND meter IN ('inference_input', 'inference_output')
    GROUP BY ALL
    UNION ALL BY NAME
    SELECT
        bill.provider, bill.model, bill.side, bill.seller, bill.seller_model, bill.source_url, example.low, example.high,
        bill.series_id, bill.span_id, bill.verified_on,
        'monthly_bill' AS metric, 'the page’s prices, at the tokens assumed here for a draft' AS how
    FROM mart.guide_example AS example INNER JOIN price AS bill ON example.base_series_id = bill.series_id
    WHERE example.example = 'creative' AND example.basis = 'today' AND example.line = 'base_bill'
        AND bill.model = 'claude-sonnet-4.6'
    UNION ALL BY NAME
    SELECT
        'fine_tuned' AS side, min(low) AS low, max(high) AS high,
        'markup' AS metric, 'the guide’s own table of markups, over all sellers' AS how
    FROM figure WHERE metric = 'markup' AND model IS NOT NULL AND coalesce(note, '') NOT LIKE '%platforms%'
),
why AS (
    SELECT DISTINCT provider, model, variant AS side, why, absent FROM seed.guide_model
),
beside AS (
    SELECT
        figure.*, said.seller, said.seller_model, said.size_tier, said.low AS seller_low, said.high AS seller_high,
        said.verified_on, said.source_url, said.series_id, said.span_id,
        CASE
            WHEN figure.unit IN ('hours', 'USD per hour', 'USD per draft') THEN 'no seller watched here prints such a figure'
            WHEN said.low IS NULL THEN concat_ws(': ', 'no page lists it', why.absent)
            ELSE concat_ws(', ', said.how, why.why)
        END AS words,
        ratio_of(said.low, figure.high) AS ratio_low,
        ratio_of(said.high, figure.low) AS ratio_high
    FROM figure
    LEFT JOIN said
        ON figure.provider IS NOT DISTINCT FROM said.provider AND figure.model IS NOT DISTINCT FROM said.model
        AND figure.side IS NOT DISTINCT FROM said.side AND figure.metric = said.metric
    LEFT JOIN why
        ON figure.provider IS NOT DISTINCT FROM why.provider AND figure.model = why.model
        AND figure.side IS NOT DISTINCT FROM why.side
)
SELECT
    as_of,
    provider,
    model,
    metric,
    variant,
    method,
    low,
    high,
    unit,
    seller,
    seller_model,
    size_tier,
    seller_low,
    seller_high,
    ratio_low,
    ratio_high,
    CASE
        WHEN unit IN ('hours', 'USD per hour', 'USD per draft') THEN 'no_price'
        WHEN seller_low IS NULL THEN 'unlisted'
        WHEN seller_low >= low - 1e-9 AND seller_high <= high + 1e-9 THEN 'agrees'
        WHEN power_of_ten(ratio_low) = power_of_ten(ratio_high) THEN 'off_by_factor'
        ELSE 'differs'
    END AS verdict,
    verified_on,
    source_url,
    series_id,
    span_id,
    words,
    note
FROM beside
