-- Two markup intervals of one tuned price on one page share no moment.

SELECT provider, page, tuned_series_id, valid_from, valid_to
FROM mart.markup_history
QUALIFY valid_from < lag(coalesce(valid_to, TIMESTAMP '9999-12-31')) OVER (
    PARTITION BY provider, page, tuned_series_id ORDER BY valid_from, valid_to NULLS LAST
) OR valid_to <= valid_from
