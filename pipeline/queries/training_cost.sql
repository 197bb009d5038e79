-- What training on a data set costs, cheapest first, what is not known last. Parameters as in training_cost_all_fields.sql.
-- "how" is what tells a way from its neighbours; the standard tier goes without saying. The note is the shortest word for
-- what a reader must know; all that a row rests on is in the other query.
SELECT
    cost.provider,
    coalesce(cost.model, cost.size_tier, 'no size tier') AS model,
    concat_ws(', ', nullif(concat_ws(' ', cost.method, cost.technique), ''), cost.product, nullif(cost.tier, 'standard'),
        cost.condition, cost.context_band, cost.time_window, cost.region) AS how,
    cost.price,
    concat_ws(', ', cost.unit, nullif(cost.currency, 'USD')) AS per,
    TRY_CAST(round(cost.run_usd, 4) AS DECIMAL(38, 4)) AS run_usd,
    TRY_CAST(round(cost.total_usd, 4) AS DECIMAL(38, 4)) AS total_usd,
    concat_ws('; ', cost.unranked_because, cost.unknown_because,
        CASE WHEN cost.run_usd IS NOT NULL
            THEN nullif(trim(regexp_replace(cost.rests_on, '[a-z ]+: no rule known', '', 'g'), '; '), '') END,
        nullif(regexp_extract(cost.availability, 'training ended[^;]*|closed to new customers[^;]*|deprecated[^;]*'), '')
    ) AS note
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
