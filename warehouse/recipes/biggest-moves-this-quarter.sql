-- The biggest moves of the last 90 days
--
-- group: changes
-- answers: Which prices sellers moved most in the 90 days up to the newest reading, up or down.

SELECT
    observed_at,
    provider,
    coalesce(model, size_tier) AS model,
    meter,
    variant,
    old_amount,
    new_amount,
    round((change_ratio - 1) * 100, 1) AS percent,
    known_not_before
FROM price_change
WHERE kind = 'vendor_change' AND metric = 'price' AND is_news AND NOT is_superseded AND change_ratio IS NOT NULL
    AND observed_at >= (SELECT max(last_look_at) FROM provider_health) - INTERVAL 90 DAY
ORDER BY abs(ln(change_ratio)) DESC, observed_at DESC, provider, event_id;
