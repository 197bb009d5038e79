-- One row per arithmetic claim of the guide this reference grew from, beside what the same inputs give by the formulas here.
--
-- kind: view
-- order: place, claim
-- columns:
--   place: the order in which the claims are listed
--   claim: names the claim
--   theme: classification, creative, prompt, markup, data, distillation or lora
--   name: the claim in a few words
--   says: what the guide says, in our words
--   claimed_low: the figure it prints, or the low end of its range; null where it prints words
--   claimed_high: the high end of its range; the same as claimed_low for one figure
--   claimed_words: what it says instead of a figure; null where it prints one
--   unit: what the figures are in
--   recomputed_low: what its inputs give, at the low end
--   recomputed_high: what its inputs give, at the high end
--   verdict: holds where both are equal as printed, off_by_factor where one is the other times a power of ten, else differs
--   factor: recomputed over claimed, where the verdict is off_by_factor
--   formula: how it is computed, in words
--   beside: what another reading of the same claim gives; null where there is none
--   beside_words: which reading that is
--   note: what else to know
--   as_of: the guide's day
-- promises:

SELECT
    place,
    claim,
    theme,
    name,
    says,
    claimed_low,
    claimed_high,
    claimed_words,
    unit,
    recomputed_low,
    recomputed_high,
    verdict,
    factor,
    formula,
    beside,
    beside_words,
    note,
    as_of
FROM mart.claims_audit
