-- What lists of models say beside the price: which base, how it is tuned, and the conditions that tell two prices apart.
ALTER TABLE raw.feed_price ADD COLUMN base_model TEXT;     -- for a tuned model its base, as the feed keys it
ALTER TABLE raw.feed_price ADD COLUMN method TEXT;         -- sft, dpo, rft, distillation
ALTER TABLE raw.feed_price ADD COLUMN technique TEXT;      -- lora or full
ALTER TABLE raw.feed_price ADD COLUMN context_band TEXT;   -- "above 200k tokens", in one spelling for every feed
ALTER TABLE raw.feed_price ADD COLUMN time_window TEXT;    -- UTC: "16:30-00:30"
ALTER TABLE raw.feed_price ADD COLUMN effective_from DATE; -- only where the feed states it; may lie after observed_on
ALTER TABLE raw.feed_price ADD COLUMN effective_to DATE;
