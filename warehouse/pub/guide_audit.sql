-- One row per figure of the guide this reference grew from, beside what sellers' own pages say now, or why none does.
--
-- kind: view
-- order: provider, model, metric, variant, method, low, unit, note
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
    verdict,
    verified_on,
    source_url,
    series_id,
    span_id,
    words,
    note
FROM mart.guide_audit
