-- Every good read has what was read in it.

SELECT good_read.provider, good_read.page, good_read.read_at, good_read.reading_id
FROM core.good_read AS good_read
ANTI JOIN raw.reading AS reading USING (reading_id, provider, page)
