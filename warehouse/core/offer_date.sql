-- One row per offer and date that ends it: when it was closed to whom, and until when its tuned models answer.
--
-- kind: view
-- columns:
--   offer_id: the offer
--   kind: closed_to_new, closed_to_idle, training_ends, not_offered or inference_ends
--   on_day: the stated day; where none is stated, the day of the read that first said so
--   starts_at: since when we know
--   ends_at: since when the page says it no more; null while it stands
-- promises:

SELECT
    offer.offer_id,
    statement.kind,
    coalesce(statement.stated_date, statement.first_seen_at::DATE) AS on_day,
    statement.first_seen_at AS starts_at,
    statement.gone_at AS ends_at
FROM core.offer AS offer SEMI JOIN core.touched_seller AS touched ON offer.provider = touched.provider
INNER JOIN core.availability_history AS statement
    ON offer.provider = statement.provider
    -- What is said of everything the seller tunes, of this model, or, where calls end, of the base it answers with.
    AND (statement.model IS NULL OR statement.model = offer.model OR statement.model = offer.base_model)
    AND (
        coalesce(statement.variant, 'fine_tuned') = 'fine_tuned'
        OR (statement.variant = 'base' AND statement.kind = 'inference_ends' AND statement.model IS NOT NULL)
    )
WHERE statement.kind IN ('closed_to_new', 'closed_to_idle', 'training_ends', 'not_offered', 'inference_ends')
