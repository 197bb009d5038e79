-- The evidence of a price
--
-- group: evidence
-- answers: The words that the newest prices of training were read from, where they stood, and the hash of the archived page.

SELECT provider, coalesce(model, size_tier) AS model, method, amount_text, unit, raw_text, quoted, place, source_url, read_at, sha256
FROM current_price
WHERE meter = 'training_tokens' AND value_state = 'priced'
ORDER BY first_seen_at DESC, provider, model, method, technique, tier, condition, series_id;
