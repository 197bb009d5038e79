-- Every model that could be tuned for a workload, ranked
--
-- group: decisions
-- answers: For 5 million requests a month with a static prompt of 600 tokens: what is for sale, cheapest first; ftprices advise asks for yours.

FROM ranking(requests := 5000000, prompt_tokens := 600, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5)
ORDER BY place;
