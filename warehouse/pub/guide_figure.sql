-- One row per figure of the guide this reference grew from, as it stood on its day: an editorial source, never a price here.
--
-- kind: view
-- order: provider, model, metric, variant, method, low, unit, note
-- columns:
--   as_of: the guide's day
--   provider: the seller; null where the figure is about no seller
--   model: the guide's name of the model or GPU; null where it is about none
--   metric: a meter, or markup, monthly_markup, labelling_hours, editing, turnaround
--   variant: base or fine_tuned; null where it is about neither
--   method: sft or distillation; null where it does not apply
--   low: the figure, or the low end of its range
--   high: the high end of the range; the same as low for one figure
--   unit: what the figure is in
--   note: what the guide says beside it, in our words
-- promises:
--   guide_ranges_are_ranges: a range's low end is not above its high end, and no figure is missing

SELECT
    as_of::DATE AS as_of,
    provider,
    model,
    metric,
    variant,
    method,
    low::DOUBLE AS low,
    high::DOUBLE AS high,
    unit,
    note
FROM seed.guide_figure
