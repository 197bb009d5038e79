-- How the rows of price_observations.parquet become prices. Each statement is run by its name (observations.py).

-- name: spellings
CREATE TABLE kind (
    price_kind TEXT, printed_unit TEXT, meter TEXT, raw_unit TEXT, tier TEXT, context_band TEXT, condition TEXT
);
CREATE TABLE seller (source TEXT, printed_provider TEXT, is_tuned BOOLEAN, provider TEXT, product TEXT);
CREATE TABLE region (source TEXT, printed_provider TEXT, model TEXT, region TEXT);

-- name: keys
SELECT DISTINCT observation.source, observation.provider, observation.model, seller.provider AS seller
FROM observation INNER JOIN seller
    ON observation.source = seller.source AND observation.provider = seller.printed_provider;

-- name: prices
CREATE TABLE price AS
WITH numbered AS (
    SELECT *, row_number() OVER () AS line, starts_with(model, 'ft:') AS is_tuned FROM observation
)

SELECT
    numbered.line::INTEGER AS line,
    numbered.observed_on::DATE AS observed_on,
    numbered.source_version::VARCHAR AS source_version,
    seller.provider,
    seller.product,
    numbered.model,
    kind.meter,
    CASE WHEN numbered.is_tuned OR starts_with(kind.meter, 'training') THEN 'fine_tuned' ELSE 'base' END AS variant,
    CASE WHEN numbered.is_tuned THEN substr(numbered.model, 4) END AS base_model,
    kind.tier,
    kind.context_band,
    region.region,
    kind.condition,
    numbered.usd::DECIMAL(24, 12) AS amount,
    'USD' AS currency,
    -- the digits that count: 1.60000000 is 1.6
    regexp_replace(numbered.usd::DECIMAL(24, 12)::VARCHAR, '\.?0+$', '') AS raw_text,
    kind.raw_unit,
    CASE WHEN numbered.usd = 0 THEN '0 in this list is free, or not known' END AS doubt,
    concat_ws(' | ', numbered.source, numbered.provider, numbered.model, numbered.price_kind, numbered.unit) AS quoted,
    numbered.source AS origin
FROM numbered
INNER JOIN kind ON numbered.price_kind = kind.price_kind AND numbered.unit = kind.printed_unit
INNER JOIN seller
    ON
        numbered.source = seller.source
        AND numbered.provider = seller.printed_provider
        AND numbered.is_tuned = seller.is_tuned
LEFT JOIN region
    ON
        numbered.source = region.source
        AND numbered.provider = region.printed_provider
        AND numbered.model = region.model
WHERE
    numbered.observed_on IS NOT NULL
    AND numbered.model <> ''
    AND numbered.usd BETWEEN 0 AND $most
ORDER BY numbered.line;

-- name: faults
SELECT
    CASE
        WHEN observed_on IS NULL THEN 'no date'
        WHEN coalesce(model, '') = '' THEN 'no model'
        ELSE 'no amount: ' || coalesce(usd::VARCHAR, 'nothing')
    END AS words,
    count(*) AS rows
FROM observation
WHERE observed_on IS NULL OR coalesce(model, '') = '' OR usd IS NULL OR usd NOT BETWEEN 0 AND $most
GROUP BY words;

-- name: counts
SELECT (SELECT count(*) FROM observation), (SELECT count(*) FROM price), (SELECT count(*) FROM price WHERE doubt IS NOT NULL);
