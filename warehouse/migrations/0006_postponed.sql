-- The tables that a refresh left for the next one: they are made anew then.
CREATE TABLE core.postponed (
    name VARCHAR NOT NULL -- of the table, with its schema
);
