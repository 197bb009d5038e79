-- No event of a third party's list is a move of the seller's: that rests on the seller's own page.

SELECT feed_change_id, kind FROM core.feed_change
WHERE kind NOT IN (
    'appeared', 'correction', 'alias_repointed', 'unit_slip', 'placeholder', 'disappeared', 'scheduled', 'withdrawn'
)
