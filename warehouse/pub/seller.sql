-- One row per seller whose pages were read: what it is called.
--
-- kind: view
-- order: provider
-- columns:
--   provider: the seller, as every other table names it
--   seller: its name, for people
-- promises:

SELECT provider, seller FROM core.seller
