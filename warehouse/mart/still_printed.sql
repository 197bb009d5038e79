-- One row per price, in force or announced, whose newest verdict is not to believe it and whose watched page prints it all the same.
--
-- kind: view
-- columns:
--   judgement_id: names that verdict
--   series_id: names the price whatever its value
--   provider: the seller
--   page: the page
--   amount: per the meter's unit; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   announced_for: the day that an announced price is for; null for a price in force
--   about: empty for the price in force, else the announced day and value
--   verdict: held or refused
--   rule: the rule that gave it
--   reason: why, in words
--   judged_by: judge, or a person's name
--   judged_at: when it was given
--   read_id: the read it was given on
--   quote_id: the quote that the newest good read shows
-- promises:

WITH newest AS (
    SELECT * FROM core.verdict
    QUALIFY row_number() OVER (PARTITION BY provider, page, series_id, about ORDER BY read_at DESC, seq DESC) = 1
),
newest_read AS (
    SELECT provider, page, max(read_at) AS read_at, max_by(reading_id, read_at) AS reading_id
    FROM core.good_read GROUP BY provider, page
)
SELECT
    newest.judgement_id,
    newest.series_id,
    newest.provider,
    newest.page,
    newest.amount,
    newest.value_state,
    newest.announced_for,
    newest.about,
    newest.verdict,
    newest.rule,
    newest.reason,
    newest.judged_by,
    newest.judged_at,
    newest.read_id,
    shown.quote_id
FROM newest
INNER JOIN newest_read USING (provider, page)
INNER JOIN raw.quote AS shown
    ON newest_read.reading_id = shown.reading_id AND newest.series_id = shown.series_id
    AND newest.value_state = shown.value_state AND newest.amount IS NOT DISTINCT FROM shown.amount
ANTI JOIN core.unwatched_page AS unwatched ON newest.provider = unwatched.provider AND newest.page = unwatched.page
WHERE newest.verdict IN ('held', 'refused')
  AND CASE
      WHEN newest.announced_for IS NULL
          THEN coalesce(shown.effective_from <= newest_read.read_at::DATE, true)
              AND coalesce(shown.effective_to >= newest_read.read_at::DATE, true)
      ELSE shown.effective_from = newest.announced_for AND shown.effective_from > newest_read.read_at::DATE
  END
QUALIFY row_number() OVER (PARTITION BY newest.judgement_id ORDER BY shown.quote_id) = 1
