-- What training on my data set costs
--
-- group: prices
-- answers: One run over 10,000 examples of 500 tokens, three epochs, at every seller, cheapest first; change the figures to yours.

SELECT
    provider, coalesce(model, size_tier) AS model, method, technique, tier, run_usd, price, unit, billed_tokens, rests_on,
    availability
FROM training_cost(examples := 10000, tokens_per_example := 500, epochs := 3)
WHERE is_ranked
ORDER BY run_usd, provider, model, method, technique, tier, region, condition, span_id;
