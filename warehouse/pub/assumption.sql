-- One row per figure that no seller prints and an answer rests on, with its source and day.
--
-- kind: view
-- order: assumption, subject
-- columns:
--   assumption: what is assumed
--   subject: the model and GPU it is about; null where it holds for all
--   name: for people
--   low: the end that makes an answer cheapest or an effect smallest
--   high: the other end
--   unit: of both
--   source: who says so
--   source_url: where it is printed; null where nobody else says so
--   as_of: the day of the source, or the day it was read
--   note: what to bear in mind
-- promises:

SELECT
    assumption,
    NULL::VARCHAR AS subject,
    name,
    low::DOUBLE AS low,
    high::DOUBLE AS high,
    unit,
    source,
    source_url,
    as_of::DATE AS as_of,
    note
FROM seed.assumption
UNION ALL
SELECT
    'tokens_per_second_per_gpu',
    measured_model || ' on ' || gpus || ' x ' || gpu,
    'Tokens in and out that one GPU serves in a second',
    tokens_per_second_per_gpu_low,
    tokens_per_second_per_gpu_high,
    'tokens per second',
    source,
    source_url,
    read_on,
    'Over all shapes of requests measured, every request queued at once, before utilisation'
FROM core.throughput
UNION ALL
SELECT
    'cache_minimum_tokens',
    provider,
    'The shortest request that is served from a cache',
    cache_minimum_tokens::DOUBLE,
    cache_minimum_tokens::DOUBLE,
    'tokens',
    source,
    NULL,
    reviewed_on::DATE,
    NULL
FROM seed.cache_rule
