-- Whose word counts when two sources say something of one price.
--
-- where: both

CREATE OR REPLACE MACRO trust_rank(trust) AS
    CASE trust WHEN 'vendor' THEN 1 WHEN 'derived' THEN 2 WHEN 'third_party' THEN 3 ELSE 4 END;
COMMENT ON MACRO trust_rank IS
'1 the seller''s own page, 2 a rule the seller publishes, 3 somebody else''s list, 4 unknown: the lowest is shown';

-- Whole weeks and a day count as seen: a weekly page may be a day late, and two pages that are both read take no turns.
CREATE OR REPLACE MACRO days_unseen(last_verified_at, as_of) AS
    greatest(date_diff('day', last_verified_at::TIMESTAMP, as_of::TIMESTAMP), 8);
COMMENT ON MACRO days_unseen IS
'the days from the last sight of a price to a moment; up to 8 count as 8, since every page is read within them';
