-- One row per line of a worked example of the guide and set of prices it is computed at.
--
-- kind: view
-- columns:
--   example: voice for the prompt that grows with volume, classification or creative
--   basis: guide for its own prices, today for its models' prices now, stand_in for a model whose tuned price is printed
--   place: the order of the lines
--   line: prompt_bill, short_prompt_bill, base_bill, tuned_bill, training_run, project, year_one, benefit, net or editor_bill
--   low: the answer, or the low end of its range; null where a price is unknown
--   high: the high end of the range; the same as low for one answer
--   unit: USD, USD a month or USD a year
--   unknown_because: which price is missing and why; null where there is an answer
--   base_seller: whose base price it rests on; null at the guide's own prices
--   base_model: the base model as that seller names it
--   base_series_id: its input price
--   base_source_url: the page
--   base_verified_on: the day on which that page was last read to say so
--   tuned_seller: whose tuned price it rests on; null at the guide's own prices, or where no page lists one
--   tuned_model: the tuned model as that seller names it
--   tuned_series_id: its input price
--   tuned_source_url: the page
--   tuned_verified_on: the day on which that page was last read to say so
-- promises:
--   example_is_known_or_says_why: a line has both ends of an answer or a reason why it has none

-- i holds an example's inputs by name: all low ends, then all high ends.
WITH given AS (
    SELECT example, map_from_entries(list((input, low::DOUBLE))) AS i FROM seed.guide_example_input GROUP BY example
    UNION ALL
    SELECT example, map_from_entries(list((input, high::DOUBLE))) AS i FROM seed.guide_example_input GROUP BY example
),
-- The guide prints no tuned output price and says that one multiplier serves input and output alike.
figure AS (
    SELECT
        provider, model,
        max(low::DOUBLE) FILTER (metric = 'inference_input' AND variant = 'base') AS base_input,
        max(low::DOUBLE) FILTER (metric = 'inference_output' AND variant = 'base') AS base_output,
        max(low::DOUBLE) FILTER (metric = 'inference_input' AND variant = 'fine_tuned') AS tuned_input,
        max(low::DOUBLE) FILTER (metric = 'markup') AS markup,
        max(low::DOUBLE) FILTER (metric = 'training_tokens') AS training
    FROM seed.guide_figure
    GROUP BY provider, model
),
price AS (
    SELECT
        provider, model, side,
        max(low) FILTER (meter = 'inference_input') AS input,
        max(low) FILTER (meter = 'inference_output') AS output,
        max(low) FILTER (meter = 'training_tokens') AS training,
        max(seller) AS seller, max(seller_model) AS seller_model, max(source_url) AS source_url,
        max(series_id) FILTER (meter = 'inference_input') AS series_id, max(verified_on) AS verified_on
    FROM mart.guide_price
    GROUP BY provider, model, side
),
priced AS (
    SELECT example.*, figure.base_input, figure.base_output, figure.tuned_input,
        figure.base_output * figure.markup AS tuned_output, figure.training
    FROM seed.guide_example AS example INNER JOIN figure
        ON example.base_provider = figure.provider AND example.base_model = figure.model
    WHERE example.basis = 'guide'
    UNION ALL BY NAME
    SELECT
        example.*, base.input AS base_input, base.output AS base_output, tuned.input AS tuned_input,
        tuned.output AS tuned_output, tuned.training,
        base.seller AS base_seller, base.seller_model AS base_named, base.series_id AS base_series_id,
        base.source_url AS base_source_url, base.verified_on AS base_verified_on, base_name.absent AS base_absent,
        tuned.seller AS tuned_seller, tuned.seller_model AS tuned_named, tuned.series_id AS tuned_series_id,
        tuned.source_url AS tuned_source_url, tuned.verified_on AS tuned_verified_on, tuned_name.absent AS tuned_absent
    FROM seed.guide_example AS example
    LEFT JOIN price AS base
        ON example.base_provider = base.provider AND example.base_model = base.model AND base.side = 'base'
    LEFT JOIN price AS tuned
        ON example.tuned_provider = tuned.provider AND example.tuned_model = tuned.model AND tuned.side = 'fine_tuned'
    LEFT JOIN seed.guide_model AS base_name
        ON example.base_provider = base_name.provider AND example.base_model = base_name.model
        AND base_name.variant = 'base'
    LEFT JOIN seed.guide_model AS tuned_name
        ON example.tuned_provider = tuned_name.provider AND example.tuned_model = tuned_name.model
        AND tuned_name.variant = 'fine_tuned'
    WHERE example.basis <> 'guide'
),
billed AS (
    SELECT
        priced.*, i,
        CASE
            WHEN basis = 'guide' AND i['stated_bill'] IS NOT NULL THEN i['stated_bill']
            ELSE monthly_inference_usd(
                i['requests'], i['prompt_tokens'], i['input_tokens'], i['output_tokens'], base_input, base_output
            )
        END AS base_bill,
        CASE
            WHEN basis = 'guide' AND i['stated_bill'] IS NOT NULL THEN i['stated_bill'] * i['stated_markup']
            ELSE monthly_inference_usd(
                i['requests'], i['tuned_prompt_tokens'], i['input_tokens'], i['output_tokens'], tuned_input, tuned_output
            )
        END AS tuned_bill,
        training_run_usd(i['training_tokens'], training) AS run,
        work_usd(i['requests'], i['draft_usd']) AS editor_bill,
        accuracy_benefit_usd(i['requests'], i['accuracy_gain'], i['error_usd']) AS benefit
    FROM priced INNER JOIN given USING (example)
),
started AS (
    SELECT
        *,
        coalesce(
            i['start_usd'],
            project_usd(run, labelling_hours := i['labelling_hours'], labelling_usd_per_hour := i['labelling_rate'])
        ) AS project
    FROM billed
),
line AS (
    SELECT
        started.*,
        unnest([
            {
                place: 1, line: 'prompt_bill', unit: 'USD a month', is_told: example = 'voice',
                usd: monthly_inference_usd(i['requests'], i['prompt_tokens'], 0, 0, base_input, 0)
            },
            {
                place: 2, line: 'short_prompt_bill', unit: 'USD a month', is_told: example = 'voice',
                usd: monthly_inference_usd(i['requests'], i['tuned_prompt_tokens'], 0, 0, tuned_input, 0)
            },
            {place: 3, line: 'base_bill', unit: 'USD a month', usd: base_bill, is_told: example <> 'voice'},
            {place: 4, line: 'tuned_bill', unit: 'USD a month', usd: tuned_bill, is_told: example <> 'voice'},
            {place: 5, line: 'training_run', unit: 'USD', usd: run, is_told: i['training_tokens'] IS NOT NULL},
            {place: 6, line: 'project', unit: 'USD', usd: project, is_told: example <> 'voice'},
            {
                place: 7, line: 'year_one', unit: 'USD', is_told: example <> 'voice',
                usd: first_year_usd(project, tuned_bill, base_bill)
            },
            {place: 8, line: 'benefit', unit: 'USD a year', usd: benefit, is_told: i['error_usd'] IS NOT NULL},
            {
                place: 9, line: 'net', unit: 'USD', is_told: i['error_usd'] IS NOT NULL,
                usd: accuracy_return_usd(
                    i['requests'], i['accuracy_gain'], i['error_usd'], project, tuned_bill, base_bill
                )
            },
            {place: 10, line: 'editor_bill', unit: 'USD a month', usd: editor_bill, is_told: i['draft_usd'] IS NOT NULL}
        ], recursive := true)
    FROM started
)
SELECT
    example,
    basis,
    place,
    line,
    CASE WHEN count(usd) = count(*) THEN min(usd) END AS low,
    CASE WHEN count(usd) = count(*) THEN max(usd) END AS high,
    unit,
    CASE
        WHEN count(usd) < count(*) AND any_value(base_input) IS NULL
            THEN concat_ws(': ', 'no page lists the base price', any_value(base_absent))
        WHEN count(usd) < count(*) THEN concat_ws(': ', 'no page lists the tuned price', any_value(tuned_absent))
    END AS unknown_because,
    base_seller,
    base_named AS base_model,
    base_series_id,
    base_source_url,
    base_verified_on,
    tuned_seller,
    tuned_named AS tuned_model,
    tuned_series_id,
    tuned_source_url,
    tuned_verified_on
FROM line
WHERE is_told
GROUP BY ALL
