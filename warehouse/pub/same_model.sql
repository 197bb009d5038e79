-- One row per model and other seller that sells the same one now: under which name, and why it counts as the same.
--
-- kind: view
-- order: provider, model, other_provider, other_model
-- columns:
--   provider: the seller
--   model: the model or GPU as the seller names it, also where its price has ended
--   other_provider: another seller
--   other_model: the same model or GPU as that seller names it
--   because: spelling, where the names differ in case, blanks, hyphens and the maker's prefix alone; declared, in seeds/same_model.csv
-- promises:

WITH named AS (
    SELECT
        provider,
        model,
        -- 'Qwen/Qwen3-8B', 'Qwen3 8B' and 'qwen3-8b' are one name; '0731' or 'Instruct' more in it is another model.
        regexp_replace(lower(regexp_replace(model, '^.*/', '')), '[^\p{L}\p{N}.]+', '', 'g') AS spelling,
        bool_or(valid_to IS NULL) AS is_sold
    FROM core.price_history
    WHERE model IS NOT NULL
    GROUP BY ALL
    HAVING spelling <> ''
),
found AS (
    SELECT own.provider, own.model, other.provider AS other_provider, other.model AS other_model, 'spelling' AS because
    FROM named AS own
    INNER JOIN named AS other ON own.spelling = other.spelling AND own.provider <> other.provider
    WHERE other.is_sold
    UNION ALL
    SELECT own.provider, own.model, other.provider, other.model, 'declared'
    FROM seed.same_model AS mine
    INNER JOIN seed.same_model AS theirs ON mine.canonical = theirs.canonical AND mine.provider <> theirs.provider
    INNER JOIN named AS own ON mine.provider = own.provider AND mine.base_model = own.model
    INNER JOIN named AS other ON theirs.provider = other.provider AND theirs.base_model = other.model
    WHERE other.is_sold
)
SELECT provider, model, other_provider, other_model, max(because) AS because
FROM found
GROUP BY ALL
