-- Every claim of the guide has an answer at both ends, the smaller one first, and a verdict.

SELECT claim, recomputed_low, recomputed_high, verdict
FROM mart.claims_audit
WHERE verdict IS NULL OR recomputed_low IS NULL OR recomputed_high IS NULL OR recomputed_low > recomputed_high
