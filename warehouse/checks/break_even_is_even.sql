-- At the break-even volume both sides cost the same, to a billionth.

SELECT scenario, offer_id, against, valid_from, break_even_requests_high, gap
FROM (
    SELECT
        *,
        break_even_requests_high * saved_usd_per_request - tuned_fixed_usd_per_month - project_usd_high / horizon_months AS gap
    FROM mart.break_even_history
    WHERE against LIKE 'prompt%' AND break_even_requests_high > 0
)
WHERE abs(gap) > 1e-9 * greatest(1, tuned_fixed_usd_per_month + project_usd_high / horizon_months)
