-- What upkeep remembers between two runs. Neither a fact nor derived from one, so it is made here.

CREATE SCHEMA seed;
CREATE SCHEMA core;
CREATE SCHEMA mart;
CREATE SCHEMA pub;

-- The series whose facts moved since the tables were last derived. Written in the transaction of the facts, emptied in
-- the transaction that derives from them: whoever dies in between leaves the work on the list.
CREATE TABLE core.touched_series (
    provider TEXT NOT NULL,
    page TEXT NOT NULL,
    series_id TEXT NOT NULL
);

-- What the derived tables were derived with; one row, none before the first time.
CREATE TABLE core.derived_state (
    sql_version TEXT NOT NULL,           -- hash of the SQL files and the seeds
    as_of TIMESTAMP                      -- the newest look at any page
);
