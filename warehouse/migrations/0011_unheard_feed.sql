-- The sellers of whom third parties' lists said something new since what is held was last put to them.

CREATE TABLE core.unheard_feed (
    provider TEXT NOT NULL
);
