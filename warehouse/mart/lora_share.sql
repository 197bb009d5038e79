-- One row per seller, model or size tier and method whose LoRA run and full run are both priced: what LoRA costs of a full run.
--
-- kind: view
-- columns:
--   provider: the seller
--   model: the model as the seller names it; null on size-tier rows
--   size_tier: the band of model sizes, as printed
--   method: sft or dpo
--   lora_amount: USD per 1M training tokens with LoRA
--   full_amount: USD per 1M training tokens of a full run
--   share: LoRA over full
--   lora_series_id: the LoRA price
--   full_series_id: the price of a full run
--   source_url: the page of the LoRA price
--   verified_on: the day on which the older of the two was last read
-- promises:

WITH training AS (
    SELECT *
    FROM mart.current_price
    WHERE meter = 'training_tokens' AND currency = 'USD' AND value_state = 'priced' AND condition IS NULL
        AND coalesce(tier, 'standard') = 'standard'
)
SELECT
    lora.provider,
    lora.model,
    lora.size_tier,
    lora.method,
    lora.amount::DOUBLE AS lora_amount,
    whole.amount::DOUBLE AS full_amount,
    ratio_of(lora.amount, whole.amount) AS share,
    lora.series_id AS lora_series_id,
    whole.series_id AS full_series_id,
    lora.source_url,
    least(lora.last_verified_at, whole.last_verified_at)::DATE AS verified_on
FROM training AS lora INNER JOIN training AS whole
    ON lora.provider = whole.provider AND lora.model IS NOT DISTINCT FROM whole.model
    AND lora.size_tier IS NOT DISTINCT FROM whole.size_tier AND lora.method IS NOT DISTINCT FROM whole.method
    AND lora.product IS NOT DISTINCT FROM whole.product AND lora.region IS NOT DISTINCT FROM whole.region
WHERE lora.technique = 'lora' AND whole.technique = 'full'
