-- What third parties' lists of prices say. Append-only, and apart from what was read on the sellers' pages: nothing in
-- the history of prices is made from it.

CREATE TABLE raw.feed_price (
    feed_price_id TEXT PRIMARY KEY,      -- of source, day, words and printed price: the same row in two files is one fact
    source TEXT NOT NULL,                -- the importer's name: gpu-history
    source_version TEXT,                 -- as told when it was imported
    observed_on DATE NOT NULL,           -- the day the feed says it saw the price
    provider TEXT NOT NULL,              -- the seller's slug
    product TEXT,
    model TEXT NOT NULL,                 -- exactly the feed's key
    gpu TEXT,                            -- the GPU's one name, where it is known
    meter TEXT NOT NULL,
    variant TEXT,
    tier TEXT,
    region TEXT,                         -- in the feed's words
    condition TEXT,
    gpu_count INTEGER CHECK (gpu_count >= 1), -- what a per-instance price was divided by
    amount DECIMAL(24, 12) NOT NULL CHECK (amount >= 0), -- per the meter's unit; 0 was printed as 0
    currency TEXT NOT NULL,
    raw_text TEXT NOT NULL,
    raw_unit TEXT NOT NULL,
    doubt TEXT,
    quoted TEXT NOT NULL,                -- the feed's words for what is priced
    origin TEXT,                         -- where the feed says that it has the figure from
    sha256 TEXT NOT NULL,                -- the first file it was imported from, unpacked
    line INTEGER NOT NULL,               -- and the line in it
    imported_at TIMESTAMP NOT NULL
);
