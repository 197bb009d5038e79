-- Every span has a verdict that accepted it, given on a quote of that series that says the same.

SELECT span.span_id, span.provider, span.page, span.series_id
FROM core.price_span AS span
ANTI JOIN (
    SELECT judgement.provider, judgement.page, judgement.series_id, quote.value_state, quote.amount
    FROM raw.judgement AS judgement INNER JOIN raw.quote AS quote USING (quote_id, provider, page, series_id)
    WHERE judgement.verdict = 'accepted'
) AS accepted
    ON span.provider = accepted.provider AND span.page = accepted.page AND span.series_id = accepted.series_id
    AND span.value_state = accepted.value_state AND span.amount IS NOT DISTINCT FROM accepted.amount
