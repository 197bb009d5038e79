-- A disagreement of two sources has a likely cause, and an explanation has its words.

SELECT series_id, feed, state FROM mart.source_agreement
WHERE (state = 'agrees') <> (cause IS NULL) OR (state = 'explained') <> (explained_because IS NOT NULL)
