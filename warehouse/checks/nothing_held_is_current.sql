-- A held value is not the current price.

SELECT held.judgement_id, held.provider, held.page, held.series_id, held.raw_text
FROM mart.held AS held
INNER JOIN core.price_span AS span
    ON held.provider = span.provider AND held.page = span.page AND held.series_id = span.series_id
    AND held.value_state = span.value_state AND held.amount IS NOT DISTINCT FROM span.amount
WHERE span.valid_to IS NULL AND held.announced_for IS NULL
