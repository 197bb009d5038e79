-- A tuned price was at most ten times its base when the judge accepted it; more only on a person's word.

SELECT markup.provider, markup.model, markup.meter, markup.tier, markup.ratio, markup.tuned_span_id
FROM mart.markup_history AS markup
INNER JOIN core.price_span AS span ON markup.tuned_span_id = span.span_id
WHERE markup.ratio > 10
  AND span.judged_by = 'judge'
  -- A base that fell later does not make the tuned price wrong.
  AND markup.valid_from = coalesce(span.valid_from, span.first_seen_at)
