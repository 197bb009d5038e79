-- Every verdict on a price has the quote it was given on, of the same series.

SELECT judgement.judgement_id, judgement.verdict, judgement.quote_id
FROM raw.judgement AS judgement
ANTI JOIN raw.quote AS quote USING (quote_id, provider, page, series_id)
WHERE judgement.verdict <> 'ended'
