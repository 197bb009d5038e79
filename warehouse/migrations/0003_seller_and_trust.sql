-- Whose word a page is. Most are the seller's own; some are kept about a seller by somebody else.

ALTER TABLE raw.reading ADD COLUMN trust TEXT DEFAULT 'vendor'; -- vendor, or third_party

-- What readers know the seller as.
ALTER TABLE raw.reading ADD COLUMN seller TEXT;
