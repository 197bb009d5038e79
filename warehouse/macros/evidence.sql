-- Whose word counts when two sources say something of one price.
--
-- where: both

CREATE OR REPLACE MACRO trust_rank(trust) AS
    CASE trust WHEN 'vendor' THEN 1 WHEN 'derived' THEN 2 WHEN 'third_party' THEN 3 ELSE 4 END;
COMMENT ON MACRO trust_rank IS
'1 the seller''s own page, 2 a rule the seller publishes, 3 somebody else''s list, 4 unknown: the lowest is shown';
