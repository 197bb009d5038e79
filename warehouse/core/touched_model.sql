-- One row per seller and base model of which a base or a tuned price was touched: what the markup upkeep derives again.
--
-- kind: view
-- columns:
--   provider: the seller
--   pair_model: the base model, or the model or size tier itself where no base is known
-- promises:

WITH touched AS (
    -- By series on whatever page: a markup chooses between the pages. All quotes ever, so the base model that a
    -- series had before is touched with the one it has now.
    SELECT DISTINCT quote.provider, coalesce(quote.model, quote.size_tier) AS model, quote.base_model
    FROM raw.quote AS quote SEMI JOIN core.touched_series AS touched USING (provider, series_id)
)
SELECT provider, model AS pair_model FROM touched
UNION
SELECT provider, base_model AS pair_model FROM touched WHERE base_model IS NOT NULL
