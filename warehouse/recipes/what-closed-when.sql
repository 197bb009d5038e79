-- What closed, or will, and when
--
-- group: changes
-- answers: Every statement of a seller that something is, or will be, no longer sold, by the day that it names.

SELECT provider, coalesce(model, 'everything it tunes') AS what, variant, kind, stated_date, in_effect, quoted, source_url
FROM availability
WHERE kind IN ('closed_to_new', 'closed_to_idle', 'training_ends', 'inference_ends', 'deprecated') AND gone_at IS NULL
ORDER BY stated_date DESC NULLS LAST, provider, model, variant, kind, series_id;
