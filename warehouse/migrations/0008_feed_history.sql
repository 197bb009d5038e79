-- What upkeep remembers of imports, and what a person said of two sources that disagree.

-- The sellers of whom third parties' lists said something new since the tables were last derived.
CREATE TABLE core.touched_feed (
    provider TEXT NOT NULL
);

-- A person's word on a disagreement: it stands until one of the two values moves. Append-only; the newest counts.
CREATE TABLE raw.explanation (
    explanation_id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,                 -- the order in which words were given
    disagreement_id TEXT NOT NULL,       -- of our price, the list, its key and the two values
    verdict TEXT NOT NULL CHECK (verdict IN ('explained', 'open')), -- open takes an explanation back
    reason TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at TIMESTAMP NOT NULL
);
