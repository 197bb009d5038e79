-- The rows of seeds/feed_history.csv: the history of the tracked models, from a file of many lists' observations.
-- Parameters: the Parquet file. `seed.feed_source` and `seed.feed_model` say which lists and which keys.
--
-- A row is a stretch of a list's snapshots without a break that show one amount; seeds/feed_snapshot.csv has the days.

WITH route (printed, provider, product) AS ( -- a seller's own offer; the same models at clouds are other offers
    VALUES ('openai', 'openai', NULL), ('text-completion-openai', 'openai', NULL), ('', 'openai', NULL),
        ('anthropic', 'anthropic', NULL), ('gemini', 'google', 'gemini_api'), ('google', 'google', 'gemini_api'),
        ('mistral', 'mistral', NULL), ('mistral-ai', 'mistral', NULL), ('deepseek', 'deepseek', NULL),
        ('together_ai', 'together', NULL), ('togetherai', 'together', NULL), ('together', 'together', NULL),
        ('together-ai', 'together', NULL), ('fireworks_ai', 'fireworks', NULL),
        ('fireworks-ai', 'fireworks', NULL), ('fireworks', 'fireworks', NULL), ('azure', 'azure', NULL),
        ('bedrock', 'bedrock', NULL), ('bedrock_converse', 'bedrock', NULL)
),
kind (price_kind, meter, tier, context_band) AS (
    VALUES ('input', 'inference_input', 'standard', NULL), ('output', 'inference_output', 'standard', NULL),
        ('cached_input', 'inference_cached_input', 'standard', NULL),
        ('cache_write', 'inference_cache_write', 'standard', NULL),
        ('batch_input', 'inference_input', 'batch', NULL), ('batch_output', 'inference_output', 'batch', NULL),
        ('batch_cached_input', 'inference_cached_input', 'batch', NULL),
        ('input_above_200k', 'inference_input', 'standard', 'above 200k tokens'),
        ('output_above_200k', 'inference_output', 'standard', 'above 200k tokens'),
        ('training', 'training_tokens', NULL, NULL)
),
listed AS (
    SELECT named.feed, seen.source_version, seen.observed_on, coalesce(seen.provider, '') AS printed, seen.model,
        seen.price_kind, seen.unit, seen.usd
    FROM read_parquet($observations) AS seen INNER JOIN seed.feed_source AS named ON seen.source = named.source
),
snapshot AS ( -- the days on which a list had anything of a seller
    SELECT feed, provider, observed_on, row_number() OVER (PARTITION BY feed, provider ORDER BY observed_on) AS number
    FROM (SELECT DISTINCT listed.feed, route.provider, listed.observed_on FROM listed INNER JOIN route USING (printed))
),
seen AS (
    SELECT
        listed.feed, route.provider,
        CASE WHEN listed.feed <> 'genai-prices' THEN route.product END AS product, -- it has one entry for both
        listed.model,
        CASE WHEN listed.unit = 'usd_per_hour' THEN 'training_hours' ELSE kind.meter END AS meter,
        CASE
            WHEN starts_with(listed.model, 'ft:') OR kind.meter = 'training_tokens' THEN 'fine_tuned' ELSE 'base'
        END AS variant,
        kind.tier, kind.context_band,
        nullif(CASE route.provider -- as scrapers/litellm_prices.py reads it in the key
            WHEN 'azure' THEN regexp_extract(listed.model, '^azure/([a-z-]+)/', 1)
            WHEN 'bedrock' THEN regexp_extract(listed.model, '^([a-z-]+)\.amazon\.', 1)
        END, '') AS region,
        min(listed.usd) AS amount, snapshot.observed_on, snapshot.number
    FROM listed
    INNER JOIN route USING (printed)
    INNER JOIN kind USING (price_kind)
    INNER JOIN snapshot USING (feed, provider, observed_on)
    SEMI JOIN seed.feed_model AS named ON route.provider = named.provider AND listed.model = named.key
    WHERE (kind.meter <> 'inference_cache_write' OR starts_with(listed.model, 'ft:'))
      -- by the batch only what is tuned, and what it is tuned from
      AND (kind.tier IS DISTINCT FROM 'batch' OR starts_with(listed.model, 'ft:')
           OR 'ft:' || listed.model IN (SELECT key FROM seed.feed_model))
    GROUP BY ALL
),
marked AS (
    SELECT *, lag(amount) OVER series IS DISTINCT FROM amount OR lag(number) OVER series < number - 1 AS is_new
    FROM seen
    WINDOW series AS (PARTITION BY feed, provider, product, model, meter, variant, tier, context_band, region ORDER BY number)
),
stretch AS (
    SELECT *, count_if(is_new) OVER (
        PARTITION BY feed, provider, product, model, meter, variant, tier, context_band, region ORDER BY number
    ) AS place
    FROM marked
)
SELECT
    feed, provider, product, model, meter, variant, tier, context_band, region,
    regexp_replace(rtrim(amount::VARCHAR, '0'), '\.$', '') AS amount,
    min(observed_on) AS first_on, max(observed_on) AS last_on
FROM stretch
GROUP BY feed, provider, product, model, meter, variant, tier, context_band, region, place, amount
ORDER BY provider, model, feed, meter, variant, tier, context_band NULLS FIRST, first_on
