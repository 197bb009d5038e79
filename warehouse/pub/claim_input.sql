-- One row per figure that a claim of claims_audit is recomputed from: the guide's own inputs.
--
-- kind: view
-- order: claim, place
-- columns:
--   claim: the claim, as in claims_audit
--   place: the order in which its inputs are listed
--   input: names the input
--   words: what it is
--   low: the figure, or the low end of its range
--   high: the high end of the range; the same as low for one figure
--   unit: what the figure is in
-- promises:

SELECT
    claim,
    place::INTEGER AS place,
    input,
    words,
    low::DOUBLE AS low,
    high::DOUBLE AS high,
    unit
FROM seed.claim_input
