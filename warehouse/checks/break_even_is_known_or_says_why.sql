-- An answer has its figures or says what is missing, and a verdict in words.

SELECT scenario, offer_id, against, valid_from, verdict, verdict_words, would_take
FROM mart.break_even_history
WHERE verdict IS NULL OR verdict_words IS NULL OR would_take IS NULL
   OR (verdict IN ('pays', 'never', 'beyond_horizon') AND saved_usd_per_request IS NULL)
   OR (verdict = 'pays' AND against LIKE 'prompt%' AND payback_months_high IS NULL)
   OR break_even_requests_low > break_even_requests_high OR payback_months_low > payback_months_high
