-- One row per seller, model or size tier and method whose LoRA run and full run are both priced: what LoRA costs of a full run.
--
-- kind: view
-- order: provider, model, size_tier, method, lora_series_id
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

SELECT
    provider,
    model,
    size_tier,
    method,
    lora_amount,
    full_amount,
    share,
    lora_series_id,
    full_series_id,
    source_url,
    verified_on
FROM mart.lora_share
