-- A training rule is of a known kind, has a figure that fits it, words, the page that states it and a day, and stands once.

SELECT provider, method, kind, figure, words, source_url, as_of
FROM seed.training_rule
WHERE words IS NULL OR TRY_CAST(as_of AS DATE) IS NULL OR NOT coalesce(starts_with(source_url, 'https://'), false)
   OR NOT coalesce(
       CASE
           WHEN kind IN ('bills_epochs', 'bills_evaluation', 'bills_dataset', 'bills_grader') THEN figure IN ('0', '1')
           WHEN kind = 'prompt_factor' THEN TRY_CAST(figure AS DOUBLE) BETWEEN 1 AND 10
           WHEN kind = 'cap_usd' THEN TRY_CAST(figure AS DOUBLE) > 0
       END, false)
UNION ALL
SELECT provider, method, kind, min(figure), min(words), min(source_url), min(as_of)
FROM seed.training_rule
GROUP BY provider, method, kind
HAVING count(*) > 1
