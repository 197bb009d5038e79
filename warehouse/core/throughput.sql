-- One row per measured model: the tokens that one GPU reads and writes in a second, over the shapes of requests measured.
--
-- kind: view
-- columns:
--   measured_model: the model
--   gpu: the GPU it was measured on
--   gpus: how many of them together
--   tokens_per_second_per_gpu_low: tokens in and out, in the slowest shape
--   tokens_per_second_per_gpu_high: tokens in and out, in the fastest shape
--   source: who measured it
--   source_url: where it is printed
--   read_on: when a person read it there
-- promises:

SELECT
    measured_model,
    gpu,
    gpus::INTEGER AS gpus,
    min(output_tokens_per_second::DOUBLE * (input_tokens::DOUBLE + output_tokens::DOUBLE) / output_tokens::DOUBLE / gpus::DOUBLE)
        AS tokens_per_second_per_gpu_low,
    max(output_tokens_per_second::DOUBLE * (input_tokens::DOUBLE + output_tokens::DOUBLE) / output_tokens::DOUBLE / gpus::DOUBLE)
        AS tokens_per_second_per_gpu_high,
    max(source) AS source,
    max(source_url) AS source_url,
    max(read_on)::DATE AS read_on
FROM seed.throughput
GROUP BY measured_model, gpu, gpus
