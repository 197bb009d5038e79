-- One row per line of a worked example of the guide, at the guide's prices, at today's and with a model whose price is known.
--
-- kind: view
-- order: example, place, basis
-- columns:
--   example: voice for the prompt that grows with volume, classification or creative
--   basis: guide for its own prices, today for its models' prices now, stand_in for a model whose tuned price is printed
--   place: the order of the lines
--   line: prompt_bill, short_prompt_bill, base_bill, tuned_bill, training_run, project, year_one, benefit, net or editor_bill
--   low: the answer, or the low end of its range; null where a price is unknown
--   high: the high end of the range; the same as low for one answer
--   unit: USD, USD a month or USD a year
--   unknown_because: which price is missing and why; null where there is an answer
--   base_seller: whose base price it rests on; null at the guide's own prices
--   base_model: the base model as that seller names it
--   base_series_id: its input price
--   base_source_url: the page
--   base_verified_on: the day on which that page was last read to say so
--   tuned_seller: whose tuned price it rests on; null at the guide's own prices, or where no page lists one
--   tuned_model: the tuned model as that seller names it
--   tuned_series_id: its input price
--   tuned_source_url: the page
--   tuned_verified_on: the day on which that page was last read to say so
-- promises:

SELECT
    example,
    basis,
    place,
    line,
    low,
    high,
    unit,
    unknown_because,
    base_seller,
    base_model,
    base_series_id,
    base_source_url,
    base_verified_on,
    tuned_seller,
    tuned_model,
    tuned_series_id,
    tuned_source_url,
    tuned_verified_on
FROM mart.guide_example
