-- One row per threshold by which fine-tuning is decided: seven questions, winning and losing signs, floors, turnaround.
--
-- kind: view
-- order: kind, step, measure, threshold
-- columns:
--   kind: checklist, wins, loses, floor, turnaround, or rule for how many signs decide
--   step: the order within its kind; a step may have several thresholds, and then all of them count
--   question: the step or sign in a few words
--   passes_when: when it holds, in words
--   measure: what is measured; for turnaround the seller
--   compares: at_least, above, below, at_most, between, or is for yes (1) and no (0)
--   threshold: the figure it is compared with
--   up_to: the high end where the threshold is a range, or what it is counted out of
--   unit: what threshold is in
--   as_of: the day on which the source said so
--   source: who says so: guide is an editorial source
-- promises:

SELECT
    kind,
    step::INTEGER AS step,
    question,
    passes_when,
    measure,
    compares,
    threshold::DOUBLE AS threshold,
    up_to::DOUBLE AS up_to,
    unit,
    as_of::DATE AS as_of,
    source
FROM seed.checklist
