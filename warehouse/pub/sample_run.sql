-- One row per price of training by the token, in US dollars, and size of a job: what one run costs.
--
-- kind: view
-- order: provider, model, size_tier, method, technique, tier, region, condition, product, series_id, training_tokens
-- columns:
--   provider: the seller
--   product: what the seller calls the offer; null where it has one
--   model: the seller's name of the model; null on size-tier rows
--   size_tier: the band of model sizes, as printed
--   method: how it is tuned
--   technique: lora or full
--   tier: the service tier
--   region: the printed region or scope
--   condition: the printed conditions, joined by +
--   training_tokens: the tokens of the job, every epoch counted: 2, 8 or 50 million
--   run_usd: what one run costs, USD: the tokens or the minimum charge, whichever is more
--   run_usd_text: the digits of run_usd
--   is_minimum: whether the minimum charge is more than the tokens
--   series_id: the price
--   minimum_series_id: the minimum charge that goes with it
-- promises:

WITH job AS (
    SELECT unnest([2000000, 8000000, 50000000]) AS training_tokens
)
SELECT
    way.provider,
    way.product,
    way.model,
    way.size_tier,
    way.method,
    way.technique,
    way.tier,
    way.region,
    way.condition,
    job.training_tokens::BIGINT AS training_tokens,
    training_run_usd(job.training_tokens, way.amount, minimum_usd := way.minimum_amount) AS run_usd,
    amount_text(round(training_run_usd(job.training_tokens, way.amount, minimum_usd := way.minimum_amount), 9)) AS run_usd_text,
    coalesce(way.minimum_amount > training_run_usd(job.training_tokens, way.amount), false) AS is_minimum,
    way.series_id,
    way.minimum_series_id
FROM pub.training_price AS way CROSS JOIN job
WHERE way.meter = 'training_tokens' AND way.currency = 'USD' AND way.amount IS NOT NULL AND way.gone_since IS NULL
