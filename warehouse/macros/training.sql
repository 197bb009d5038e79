-- What training on a data set costs at every seller: `FROM training_cost(examples := 10000, tokens_per_example := 500)`.
--
-- where: published
-- asks: tables

CREATE OR REPLACE MACRO positive(number) AS CASE WHEN number::DOUBLE > 0 AND isfinite(number::DOUBLE) THEN number::DOUBLE END;
COMMENT ON MACRO positive IS 'the number as DOUBLE where it is finite and above 0; else NULL';

CREATE OR REPLACE MACRO availability_words(kind, stated_date, as_of) AS
    CASE kind
        WHEN 'training_ends' THEN CASE WHEN stated_date <= as_of THEN 'training ended' ELSE 'training ends' END
        WHEN 'inference_ends' THEN CASE WHEN stated_date <= as_of THEN 'calls ended' ELSE 'calls end' END
        WHEN 'closed_to_new' THEN CASE WHEN stated_date > as_of THEN 'closes to new customers' ELSE 'closed to new customers' END
        WHEN 'closed_to_idle' THEN CASE WHEN stated_date > as_of THEN 'closes to idle customers' ELSE 'closed to idle customers' END
        WHEN 'by_arrangement' THEN 'sold by arrangement only'
        ELSE replace(kind, '_', ' ')
    END
    || CASE
        WHEN stated_date IS NULL THEN ''
        WHEN kind IN ('training_ends', 'inference_ends') OR stated_date > as_of THEN ' ' || strftime(stated_date, '%Y-%m-%d')
        ELSE ' since ' || strftime(stated_date, '%Y-%m-%d')
    END;
COMMENT ON MACRO availability_words IS
'a statement of the table availability in words that fit whether its day has come: closed to new customers since 2026-05-07';

CREATE OR REPLACE MACRO training_cost(
    examples := NULL, tokens_per_example := NULL, dataset_tokens := NULL, epochs := 3, evaluation_tokens := 0,
    prompt_tokens_share := NULL, method := NULL, training_hours := NULL, images := NULL, runs := 1,
    model_params := NULL, grader_input_tokens := 0, grader_output_tokens := 0, as_of := NULL
) AS TABLE
WITH job AS ( -- what is no positive number is not known
    SELECT
        positive(coalesce(dataset_tokens::DOUBLE, examples::DOUBLE * tokens_per_example::DOUBLE)) AS job_tokens,
        positive(epochs) AS job_epochs,
        coalesce(positive(evaluation_tokens), 0) AS job_evaluation,
        CASE WHEN prompt_tokens_share::DOUBLE BETWEEN 0 AND 1 THEN prompt_tokens_share::DOUBLE END AS job_prompts,
        positive(training_hours) AS job_hours,
        positive(images) AS job_images,
        coalesce(positive(grader_input_tokens), 0) AS job_grader_input,
        coalesce(positive(grader_output_tokens), 0) AS job_grader_output,
        positive(runs) AS job_runs,
        positive(model_params) AS job_params,
        coalesce(as_of::TIMESTAMP, (SELECT max(health.last_look_at) FROM pub.provider_health AS health)) AS job_as_of
),
known_then AS (
    SELECT * FROM price_as_of(as_of::TIMESTAMP) WHERE as_of IS NOT NULL
),
way AS (
    SELECT way.*, way.amount AS price, way.minimum_amount AS minimum, way.unknown_because AS no_price_because
    FROM pub.training_price AS way
    WHERE as_of IS NULL AND way.gone_since IS NULL
    UNION ALL BY NAME
    SELECT
        way.* REPLACE (
            known.value_state AS value_state, known.source_url AS source_url, known.span_id AS span_id, known.trust AS trust,
            known.last_verified_at AS last_verified_at, minimum.span_id AS minimum_span_id
        ),
        known.amount AS price,
        minimum.amount AS minimum,
        CASE known.value_state
            WHEN 'not_offered' THEN 'the seller says that it is not offered' WHEN 'not_printed' THEN 'no price is printed'
        END AS no_price_because
    FROM pub.training_price AS way
    INNER JOIN known_then AS known ON way.series_id = known.series_id
    LEFT JOIN known_then AS minimum ON way.minimum_series_id = minimum.series_id
),
between AS ( -- a model that no size tier holds has a row that says so
    SELECT
        way.provider, way.product, way.method, way.technique, way.tier, way.context_band, way.time_window, way.region,
        way.condition, way.currency, min(way.meter) AS meter, min(way.unit) AS unit, 'not_printed' AS value_state,
        'no size tier holds a model of ' || format('{:g}B', job.job_params / 1e9) || ': '
        || concat_ws(
            ', ',
            format('one ends at {:g}B', max(way.size_max_params) FILTER (way.size_max_params < job.job_params) / 1e9),
            format('one begins at {:g}B', min(way.size_min_params) FILTER (way.size_min_params > job.job_params) / 1e9)
        ) AS no_price_because,
        min(way.trust) AS trust, min(way.source_url) AS source_url, max(way.last_verified_at) AS last_verified_at
    FROM way CROSS JOIN job
    WHERE way.size_min_params IS NOT NULL AND (method IS NULL OR way.method IS NULL OR way.method = method)
    GROUP BY
        way.provider, way.product, way.method, way.technique, way.tier, way.context_band, way.time_window, way.region,
        way.condition, way.currency, job.job_params
    HAVING NOT bool_or(job.job_params BETWEEN way.size_min_params AND coalesce(way.size_max_params, job.job_params))
),
asked AS (
    SELECT way.*, job.*
    FROM (FROM way UNION ALL BY NAME FROM between) AS way CROSS JOIN job
    WHERE (method IS NULL OR way.method IS NULL OR way.method = method)
        AND (
            job.job_params IS NULL OR way.size_tier IS NULL
            OR job.job_params BETWEEN way.size_min_params AND coalesce(way.size_max_params, job.job_params)
        )
    -- bands that meet share their edge, which belongs to the lower one
    QUALIFY job.job_params IS NULL OR way.size_tier IS NULL OR row_number() OVER (
        PARTITION BY
            way.provider, way.product, way.method, way.technique, way.tier, way.context_band, way.time_window, way.region,
            way.condition, way.currency, way.size_tier IS NULL
        ORDER BY way.size_min_params, way.size_tier
    ) = 1
),
ruled AS (
    SELECT
        asked_for.provider,
        asked_for.method,
        arg_max(rule.figure, (rule.method IS NOT NULL)::INTEGER) FILTER (rule.kind = 'bills_epochs') AS bills_epochs,
        arg_max(rule.figure, (rule.method IS NOT NULL)::INTEGER) FILTER (rule.kind = 'bills_evaluation') AS bills_evaluation,
        arg_max(rule.figure, (rule.method IS NOT NULL)::INTEGER) FILTER (rule.kind = 'bills_dataset') AS bills_dataset,
        arg_max(rule.figure, (rule.method IS NOT NULL)::INTEGER) FILTER (rule.kind = 'bills_grader') AS bills_grader,
        arg_max(rule.figure, (rule.method IS NOT NULL)::INTEGER) FILTER (rule.kind = 'prompt_factor') AS prompt_factor,
        arg_max(rule.figure, (rule.method IS NOT NULL)::INTEGER) FILTER (rule.kind = 'cap_usd') AS cap_usd
    FROM (SELECT DISTINCT asked.provider, asked.method FROM asked) AS asked_for
    INNER JOIN pub.training_rule AS rule
        ON asked_for.provider = rule.provider AND coalesce(asked_for.method = rule.method, rule.method IS NULL)
    GROUP BY asked_for.provider, asked_for.method
),
grader AS ( -- a seller that prints the prices of one model that grades; of several, nobody knows which is meant
    SELECT
        printed.provider,
        max(printed.amount) FILTER (printed.condition = 'input') AS input_usd_per_mtok,
        max(printed.amount) FILTER (printed.condition = 'output') AS output_usd_per_mtok
    FROM (
        SELECT now.provider, now.model, now.region, now.condition, now.currency, now.meter, now.amount
        FROM pub.current_price AS now WHERE as_of IS NULL
        UNION ALL
        SELECT known.provider, known.model, known.region, known.condition, known.currency, known.meter, known.amount
        FROM known_then AS known
    ) AS printed
    WHERE printed.meter = 'grader_tokens' AND printed.currency = 'USD'
    GROUP BY printed.provider
    HAVING count(DISTINCT (printed.model, printed.region)) = 1
),
fact AS ( -- what is said of a model itself goes before what is said of all that the seller tunes
    SELECT
        sold.provider,
        sold.model,
        fact.kind,
        availability_words(fact.kind, fact.stated_date, job.job_as_of::DATE) AS words,
        CASE fact.kind
            WHEN 'not_offered' THEN coalesce(fact.stated_date <= job.job_as_of::DATE, true)
            WHEN 'training_ends' THEN coalesce(fact.stated_date <= job.job_as_of::DATE, false)
            WHEN 'inference_ends' THEN coalesce(fact.stated_date <= job.job_as_of::DATE, false)
            ELSE false
        END AS is_over
    FROM (SELECT DISTINCT asked.provider, asked.model FROM asked) AS sold
    INNER JOIN pub.availability AS fact
        ON sold.provider = fact.provider
        AND (fact.model IS NULL OR fact.model = sold.model)
        AND fact.variant IS DISTINCT FROM 'base'
    CROSS JOIN job
    WHERE fact.first_seen_at <= job.job_as_of AND (fact.gone_at IS NULL OR fact.gone_at > job.job_as_of)
    QUALIFY row_number() OVER (
        PARTITION BY sold.provider, sold.model, fact.kind
        ORDER BY fact.model IS NULL, fact.stated_date, fact.series_id
    ) = 1
),
said AS (
    SELECT
        fact.provider,
        fact.model,
        string_agg(fact.words, '; ' ORDER BY list_position(
            ['not_offered', 'training_ends', 'closed_to_new', 'closed_to_idle', 'inference_ends', 'deprecated',
                'by_arrangement'], fact.kind
        )) FILTER (fact.kind <> 'on_sale') AS words,
        bool_or(fact.kind = 'on_sale') AS is_on_sale,
        bool_or(fact.is_over) AS is_over
    FROM fact
    GROUP BY fact.provider, fact.model
),
counted AS (
    SELECT
        asked.*,
        ruled.* EXCLUDE (provider, method),
        said.words AS said_words,
        said.is_on_sale,
        coalesce(said.is_over, false) AS is_over,
        CASE
            WHEN asked.meter = 'training_tokens' AND coalesce(ruled.bills_dataset, 1) = 1
                THEN asked.job_tokens
                    * CASE WHEN ruled.prompt_factor IS NULL THEN 1 ELSE 1 + (ruled.prompt_factor - 1) * asked.job_prompts END
                    * CASE WHEN ruled.bills_epochs = 0 THEN 1 ELSE asked.job_epochs END
                    + CASE WHEN ruled.bills_evaluation = 1 THEN asked.job_evaluation ELSE 0 END
        END AS billed_tokens,
        CASE WHEN asked.meter IN ('training_hours', 'gpu_hours') THEN asked.job_hours END AS billed_hours,
        CASE WHEN asked.meter = 'training_images' THEN asked.job_images END AS billed_images,
        CASE
            WHEN asked.method IS DISTINCT FROM 'rft' OR asked.job_grader_input + asked.job_grader_output = 0 THEN 0
            ELSE asked.job_grader_input / 1e6 * grader.input_usd_per_mtok
                + asked.job_grader_output / 1e6 * grader.output_usd_per_mtok
        END AS grader_usd
    FROM asked
    LEFT JOIN ruled ON asked.provider = ruled.provider AND asked.method IS NOT DISTINCT FROM ruled.method
    LEFT JOIN grader ON asked.provider = grader.provider
    LEFT JOIN said ON asked.provider = said.provider AND asked.model IS NOT DISTINCT FROM said.model
),
billed AS (
    SELECT
        counted.*,
        -- the formula counts tokens by the million; so an hour, an image or a job is a million of them
        CASE WHEN counted.currency = 'USD' AND counted.no_price_because IS NULL
            THEN training_run_usd(
                CASE counted.meter
                    WHEN 'training_tokens' THEN counted.billed_tokens
                    WHEN 'training_run' THEN 1e6
                    ELSE 1e6 * coalesce(counted.billed_hours, counted.billed_images)
                END,
                counted.price, minimum_usd := counted.minimum
            )
        END AS uncapped_usd,
        CASE WHEN counted.meter = 'training_tokens'
            THEN training_run_usd(counted.billed_tokens, counted.price)
            ELSE 0
        END AS tokens_usd
    FROM counted
),
priced AS (
    SELECT
        billed.*,
        -- a binary fraction is no price: 7.247999999999999 is 7.248
        round(
            CASE WHEN billed.uncapped_usd > billed.cap_usd THEN billed.cap_usd ELSE billed.uncapped_usd END
            + billed.grader_usd, 9
        ) AS one_run_usd
    FROM billed
),
told AS (
    SELECT
        priced.*,
        CASE
            WHEN priced.no_price_because IS NOT NULL THEN priced.no_price_because
            WHEN priced.currency <> 'USD' THEN 'priced in ' || priced.currency || ', which is not compared with US dollars'
            WHEN priced.one_run_usd IS NOT NULL THEN NULL
            WHEN priced.bills_dataset = 0 THEN 'billed by the tokens that training generates, which no data set tells'
            WHEN priced.meter = 'training_tokens' AND priced.job_tokens IS NULL
                THEN 'priced by the token, and no size of the data set was given'
            WHEN priced.meter = 'training_tokens' AND priced.job_epochs IS NULL
                THEN 'priced by the token, and no number of epochs was given'
            WHEN priced.prompt_factor IS NOT NULL AND priced.job_prompts IS NULL
                THEN 'counts the tokens of prompts otherwise, and their share was not given'
            WHEN priced.meter = 'gpu_hours' AND priced.job_hours IS NULL
                THEN 'priced by the GPU-hour, and no hours were given'
            WHEN priced.meter = 'training_hours' AND priced.job_hours IS NULL
                THEN 'priced by the hour, and no hours were given'
            WHEN priced.meter = 'training_images' AND priced.job_images IS NULL
                THEN 'priced by the image, and no images were given'
            ELSE 'the tokens of the model that grades have a price that is not known here'
        END AS why_unknown
    FROM priced
)
SELECT
    told.provider,
    told.product,
    told.model,
    told.size_tier,
    told.size_min_params,
    told.size_max_params,
    told.method,
    told.technique,
    told.tier,
    told.condition,
    told.context_band,
    told.time_window,
    told.region,
    told.meter,
    told.price,
    told.currency,
    told.unit,
    CASE WHEN told.currency = 'USD' THEN told.minimum END AS minimum_usd,
    told.billed_tokens,
    told.billed_hours,
    told.billed_images,
    told.grader_usd,
    told.one_run_usd AS run_usd,
    told.one_run_usd * told.job_runs AS total_usd,
    told.one_run_usd IS NOT NULL AND NOT told.is_over AND NOT starts_with(told.provider, '_')
        AND told.tier IS DISTINCT FROM 'developer' AS is_ranked,
    CASE
        WHEN told.one_run_usd IS NULL THEN NULL
        WHEN starts_with(told.provider, '_') THEN 'a fictional seller'
        WHEN told.is_over THEN 'not on sale'
        WHEN told.tier = 'developer' THEN 'a developer tier, without guarantees'
    END AS unranked_because,
    nullif(concat_ws('; ',
        CASE WHEN told.meter = 'training_tokens' AND told.minimum > told.tokens_usd THEN 'minimum charge' END,
        CASE WHEN told.uncapped_usd > told.cap_usd THEN format('capped at ${:,.0f}, more if resumed', told.cap_usd) END,
        CASE WHEN told.prompt_factor IS NOT NULL THEN format('prompts count {:g} times', told.prompt_factor) END,
        CASE WHEN told.meter <> 'training_tokens' OR told.job_evaluation = 0 OR told.no_price_because IS NOT NULL THEN NULL
            WHEN told.bills_evaluation = 1 THEN 'evaluation billed'
            WHEN told.bills_evaluation = 0 THEN 'evaluation not billed'
            ELSE 'evaluation left out: no rule known' END,
        CASE WHEN told.meter = 'gpu_hours' THEN 'hours are GPU-hours' END,
        CASE WHEN told.bills_grader = 1 AND told.job_grader_input + told.job_grader_output = 0
            THEN 'a grading model comes on top' END,
        'bills besides: ' || told.bills_besides,
        CASE WHEN told.meter = 'training_tokens' AND told.bills_epochs IS NULL AND told.no_price_because IS NULL
            THEN 'epochs counted: no rule known' END
    ), '') AS rests_on,
    told.why_unknown AS unknown_because,
    coalesce(told.said_words, CASE WHEN told.is_on_sale THEN 'on sale' END) AS availability,
    told.trust,
    told.source_url,
    told.last_verified_at,
    told.span_id,
    told.minimum_span_id
FROM told
ORDER BY
    is_ranked DESC, told.one_run_usd IS NULL, starts_with(told.provider, '_'), told.one_run_usd, told.provider, told.model,
    told.size_min_params, told.method, told.technique, told.tier, told.region, told.condition, told.span_id;
COMMENT ON MACRO TABLE training_cost IS
'what training one model on a data set costs at every seller, cheapest first, unknown ones last with the reason; tokens of the data set or examples times tokens each, evaluation tokens over all evaluations, USD';
