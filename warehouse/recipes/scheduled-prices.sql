-- Announced prices
--
-- group: changes
-- answers: Prices that sellers announced for a day, what holds until then, and what became of the announcement.

SELECT
    effective_from, effective_to, state, provider, coalesce(model, size_tier) AS model, meter, variant, tier, current_amount,
    amount AS announced_amount, unit, quoted
FROM scheduled_price
ORDER BY effective_from DESC, provider, model, meter, variant, tier, series_id;
