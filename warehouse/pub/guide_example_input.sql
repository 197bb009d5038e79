-- One row per figure that a worked example of guide_example is computed from: the guide's, or an assumption made here.
--
-- kind: view
-- order: example, place
-- columns:
--   example: voice, classification or creative
--   place: the order in which its inputs are listed
--   input: names the input
--   words: what it is
--   low: the figure, or the low end of its range
--   high: the high end of the range; the same as low for one figure
--   unit: what the figure is in
--   source: guide, or assumption where the guide gives none
--   as_of: the guide's day, or the day of the assumption
-- promises:

SELECT
    example,
    place::INTEGER AS place,
    input,
    words,
    low::DOUBLE AS low,
    high::DOUBLE AS high,
    unit,
    source,
    as_of::DATE AS as_of
FROM seed.guide_example_input
