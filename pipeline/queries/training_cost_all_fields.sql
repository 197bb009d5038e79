-- What training on a data set costs, every published field, in the order of the ranking. Parameters: seller or null, part
-- of a model's name or null, method or null, technique or null, then what the job is: examples, tokens per example,
-- tokens of the data set, epochs, evaluation tokens, share of prompt tokens, hours, images, runs, parameters, grader tokens
-- in and out. A way that holds for any method or technique is a way of the one asked for. Size tiers go by another word
-- than a model's name: with the parameters given they are named beside it.
SELECT *
FROM training_cost(
    method := $3::VARCHAR, examples := $5::DOUBLE, tokens_per_example := $6::DOUBLE, dataset_tokens := $7::DOUBLE,
    epochs := $8::DOUBLE, evaluation_tokens := $9::DOUBLE, prompt_tokens_share := $10::DOUBLE, training_hours := $11::DOUBLE,
    images := $12::DOUBLE, runs := $13::DOUBLE, model_params := $14::DOUBLE, grader_input_tokens := $15::DOUBLE,
    grader_output_tokens := $16::DOUBLE
) AS cost
WHERE ($1::VARCHAR IS NULL OR cost.provider = $1)
    AND ($2::VARCHAR IS NULL OR contains(lower(coalesce(cost.model, cost.size_tier)), lower($2))
        OR ($14::DOUBLE IS NOT NULL AND (cost.size_tier IS NOT NULL OR cost.model IS NULL)))
    AND ($4::VARCHAR IS NULL OR cost.technique IS NULL OR cost.technique = $4)
