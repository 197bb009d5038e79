-- Every seller the published copy knows of.
SELECT provider FROM provider_health
UNION
SELECT provider FROM price_history
ORDER BY provider
