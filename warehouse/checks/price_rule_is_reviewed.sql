-- A price rule has the seller's words, the day on which a person read them, and a factor between a tenth and ten.

SELECT rule, factor, words, reviewed_on
FROM seed.price_rule
WHERE words IS NULL OR TRY_CAST(reviewed_on AS DATE) IS NULL
   OR (factor IS NOT NULL AND coalesce(TRY_CAST(factor AS DECIMAL(6, 3)), 0) NOT BETWEEN 0.1 AND 10)
