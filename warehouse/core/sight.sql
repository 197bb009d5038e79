-- One row per good read and touched series for what the page showed of it as in force that day.
--
-- kind: view
-- columns:
--   provider: the seller
--   page: the page
--   series_id: names the price whatever its value
--   read_at: when the page was fetched
--   quote_id: what was printed
--   amount: per the meter's unit; null where nothing is priced
--   value_state: priced, free, not_offered or not_printed
--   effective_to: the last day, where the seller states one
-- promises:

SELECT
    quote.provider, quote.page, quote.series_id, good_read.read_at, quote.quote_id, quote.amount, quote.value_state,
    quote.effective_to
FROM core.good_read AS good_read
INNER JOIN raw.quote AS quote USING (provider, page, reading_id)
SEMI JOIN core.touched_series AS touched
    ON quote.provider = touched.provider AND quote.page = touched.page AND quote.series_id = touched.series_id
WHERE coalesce(quote.effective_from <= good_read.read_at::DATE, true)
  AND coalesce(quote.effective_to >= good_read.read_at::DATE, true)
QUALIFY row_number() OVER ( -- an announced price takes over from the one printed beside it on its day
    PARTITION BY quote.provider, quote.page, quote.series_id, good_read.read_at
    ORDER BY quote.effective_from DESC NULLS LAST, quote.quote_id
) = 1
