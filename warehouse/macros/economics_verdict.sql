-- Should this be fine-tuned? The answers to the checklist, what the prices say, and the verdict: `FROM advise(...)`; and
-- every model that could be tuned for a workload, cheapest first: `FROM ranking(...)`. USD; requests are per month,
-- tokens per request. What was not answered is NULL, and stays unknown.
--
-- `own_...` is what is called today: a bill that is stated goes before the price of a model that is named. Where neither
-- is given, each offer is weighed against the prompt on its own base.
--
-- ranking has a row per seller and model: availability is for_sale, retires_first (it stops answering within the
-- horizon), price_unknown, retired or not_for_sale, and the rows stand in that order. advise has a row per threshold of
-- the checklist (kinds checklist, wins, loses), a row per thing reckoned from prices (kind price), one for a teacher
-- (kind besides), and first the verdict: its measure is ship_the_prompt, try_lora, fine_tune, distil, self_host or
-- unknown, its note the reason, its unit the rule that decided. `decides` marks the rows that the verdict rests on.
--
-- where: both
-- asks: tables

CREATE OR REPLACE MACRO own_bill(
    requests := 5000000, prompt_tokens := 600, input_tokens := 150, output_tokens := 5, cache_hit_rate := 0,
    own_provider := NULL, own_model := NULL, own_usd_per_month := NULL
) AS TABLE
    WITH printed AS (
        SELECT
            now.provider,
            now.model,
            min(now.amount) FILTER (now.meter = 'inference_input' AND now.condition IS NULL) AS input,
            min(now.amount) FILTER (now.meter = 'inference_cached_input' AND now.condition IS NULL) AS cached_input,
            min(now.amount) FILTER (now.meter = 'inference_cache_write') AS cache_write,
            min(now.amount) FILTER (now.meter = 'inference_output' AND now.condition IS NULL) AS output
        FROM pub.current_price AS now
        WHERE now.variant = 'base' AND now.currency = 'USD' AND coalesce(now.tier, 'standard') = 'standard'
          AND coalesce(now.region, 'global') = 'global' AND now.time_window IS NULL
          AND lower(now.model) = lower(own_model) AND (own_provider IS NULL OR now.provider = own_provider)
        GROUP BY now.provider, now.model
    ),
    called AS (
        SELECT
            printed.provider,
            printed.model,
            requests::DOUBLE * request_usd(
                prompt_tokens, input_tokens, output_tokens, printed.input, printed.output,
                cached_input_usd_per_mtok := printed.cached_input, cache_write_usd_per_mtok := printed.cache_write,
                cache_hit_rate := cache_hit_rate, cache_minimum_tokens := cache.low
            ) AS usd
        FROM printed
        LEFT JOIN pub.assumption AS cache
            ON cache.assumption = 'cache_minimum_tokens' AND cache.subject = printed.provider
        QUALIFY row_number() OVER (ORDER BY usd NULLS LAST, printed.provider, printed.model) = 1
    )
    SELECT
        CASE WHEN own_usd_per_month IS NULL THEN called.provider END AS bill_provider,
        CASE WHEN own_usd_per_month IS NULL THEN called.model END AS bill_model,
        coalesce(own_usd_per_month::DOUBLE, called.usd) AS bill_usd_per_month
    FROM (SELECT 1 AS one) AS always LEFT JOIN called ON true;
COMMENT ON MACRO TABLE own_bill IS
'one row: what calling today''s model costs a month, as stated or from the printed price of a model that is named; NULL where neither is known, USD';

CREATE OR REPLACE MACRO ranking(
    requests := 5000000, prompt_tokens := 600, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5,
    cache_hit_rate := 0, horizon_months := 12, training_tokens := 16000000, method := 'sft', runs := 4,
    data_usd_low := 9200, data_usd_high := 9200, retrain_every_months := NULL, customer := 'new',
    own_provider := NULL, own_model := NULL, own_usd_per_month := NULL, accuracy_gain := NULL, usd_per_error := NULL
) AS TABLE
    WITH offer AS MATERIALIZED (
        FROM break_even(
            requests := requests, prompt_tokens := prompt_tokens, tuned_prompt_tokens := tuned_prompt_tokens,
            input_tokens := input_tokens, output_tokens := output_tokens, cache_hit_rate := cache_hit_rate,
            horizon_months := horizon_months, training_tokens := training_tokens, method := method, runs := runs,
            data_usd_low := data_usd_low, data_usd_high := data_usd_high,
            retrain_every_months := retrain_every_months, customer := customer
        )
    ),
    hosted AS ( -- what renting GPUs for the same tuned model costs, also where the seller prints no price of a call
        SELECT offer.offer_id, offer.against_usd_per_month_low AS low, offer.against_usd_per_month_high AS high
        FROM offer WHERE offer.against = 'self_hosted' AND offer.verdict <> 'nothing_to_compare'
    ),
    evidence AS (
        SELECT
            span.offer_id,
            arg_min(price.source_url, CASE
                WHEN price.variant = 'fine_tuned' AND price.meter = 'inference_input' THEN 1
                WHEN price.variant = 'fine_tuned' AND price.meter = 'inference_output' THEN 2
                WHEN price.meter LIKE 'training_%' THEN 3
                ELSE 4
            END) AS source_url
        FROM (
            SELECT offer.offer_id, unnest(string_split(offer.span_ids, ' ')) AS span_id
            FROM offer WHERE offer.against = 'prompt_same_base'
        ) AS span
        INNER JOIN pub.price_history AS price ON span.span_id = price.span_id
        GROUP BY span.offer_id
    ),
    billed AS ( -- everybody's offers: a tier, region or condition of its own is in break_even
        SELECT
            offer.*,
            bill.bill_model,
            bill.bill_usd_per_month,
            coalesce(bill.bill_usd_per_month, offer.against_usd_per_month_high) AS compared_usd_per_month,
            first_year_usd(offer.project_usd_low, offer.tuned_usd_per_month, 0) AS total_low,
            first_year_usd(offer.project_usd_high, offer.tuned_usd_per_month, 0) AS total_high,
            offer.requests AS monthly_requests
        FROM offer
        CROSS JOIN own_bill(
            requests := requests, prompt_tokens := prompt_tokens, input_tokens := input_tokens,
            output_tokens := output_tokens, cache_hit_rate := cache_hit_rate, own_provider := own_provider,
            own_model := own_model, own_usd_per_month := own_usd_per_month
        ) AS bill
        WHERE offer.against = 'prompt_same_base' AND coalesce(offer.tier, 'standard') = 'standard'
          AND coalesce(offer.condition, 'legacy') = 'legacy'
    ),
    weighed AS (
        SELECT
            billed.*,
            CASE
                WHEN billed.closed_on IS NOT NULL THEN 'not_for_sale'
                WHEN billed.horizon_months <= 0 THEN 'retired'
                WHEN billed.total_high IS NULL THEN 'price_unknown'
                WHEN billed.horizon_months < horizon_months::DOUBLE THEN 'retires_first'
                ELSE 'for_sale'
            END AS availability,
            payback_months(billed.project_usd_low, billed.compared_usd_per_month - billed.tuned_usd_per_month) AS back_low,
            payback_months(billed.project_usd_high, billed.compared_usd_per_month - billed.tuned_usd_per_month) AS back_high,
            billed.compared_usd_per_month / nullif(billed.monthly_requests, 0) - billed.tuned_usd_per_request AS saved_each
        FROM billed
    ),
    chosen AS (
        SELECT
            weighed.*,
            list_position(
                ['for_sale', 'retires_first', 'price_unknown', 'retired', 'not_for_sale'], weighed.availability
            ) AS stand
        FROM weighed
        QUALIFY row_number() OVER (
            PARTITION BY weighed.provider, coalesce(weighed.model, weighed.size_tier, weighed.product)
            ORDER BY stand, weighed.total_high NULLS LAST, weighed.tuned_usd_per_month NULLS LAST, weighed.offer_id
        ) = 1
    )
    SELECT
        row_number() OVER (
            ORDER BY chosen.stand, starts_with(chosen.provider, '_'), -- the fictional seller of the demonstration
                chosen.total_high NULLS LAST, chosen.provider, chosen.model, chosen.size_tier
        )::INTEGER AS place,
        chosen.availability,
        chosen.offer_id,
        chosen.provider,
        coalesce(named.seller, chosen.provider) AS seller,
        chosen.product,
        chosen.model,
        chosen.base_model,
        chosen.size_tier,
        chosen.tier,
        chosen.region,
        chosen.technique,
        chosen.project_usd_low,
        chosen.project_usd_high,
        chosen.tuned_usd_per_month,
        chosen.total_low AS total_12_months_usd_low,
        chosen.total_high AS total_12_months_usd_high,
        CASE
            WHEN chosen.bill_usd_per_month IS NULL THEN 'same_base'
            WHEN chosen.bill_model IS NULL THEN 'stated_bill'
            ELSE 'named_model'
        END AS compared_with,
        chosen.compared_usd_per_month,
        chosen.against_usd_per_month_high AS same_base_usd_per_month,
        greatest(
            break_even_requests(
                chosen.project_usd_low, chosen.horizon_months, chosen.tuned_fixed_usd_per_month, chosen.saved_each
            ), CASE WHEN chosen.saved_each > 0 AND chosen.project_usd_low IS NOT NULL AND chosen.horizon_months > 0 THEN 0 END
        ) AS break_even_requests_low,
        greatest(
            break_even_requests(
                chosen.project_usd_high, chosen.horizon_months, chosen.tuned_fixed_usd_per_month, chosen.saved_each
            ), CASE WHEN chosen.saved_each > 0 AND chosen.project_usd_high IS NOT NULL AND chosen.horizon_months > 0 THEN 0 END
        ) AS break_even_requests_high,
        chosen.back_low AS payback_months_low,
        chosen.back_high AS payback_months_high,
        CASE
            WHEN chosen.total_high IS NOT NULL AND chosen.compared_usd_per_month IS NOT NULL
                THEN coalesce(chosen.back_high <= chosen.horizon_months, false)
        END AS pays_back,
        chosen.horizon_months,
        chosen.retires_on,
        chosen.closed_on,
        ratio_of(priced.tuned_input, priced.against_input) AS input_markup,
        ratio_of(priced.tuned_output, priced.against_output) AS output_markup,
        accuracy_benefit_usd(requests, accuracy_gain, usd_per_error, months := least(chosen.horizon_months, 12))
            AS benefit_usd,
        accuracy_return_usd(
            requests, accuracy_gain, usd_per_error, chosen.project_usd_high, chosen.tuned_usd_per_month,
            chosen.compared_usd_per_month, months := least(chosen.horizon_months, 12)
        ) AS net_usd_low,
        accuracy_return_usd(
            requests, accuracy_gain, usd_per_error, chosen.project_usd_low, chosen.tuned_usd_per_month,
            chosen.compared_usd_per_month, months := least(chosen.horizon_months, 12)
        ) AS net_usd_high,
        hosted.low AS self_hosted_usd_per_month_low,
        hosted.high AS self_hosted_usd_per_month_high,
        CASE
            WHEN chosen.availability = 'not_for_sale' THEN CASE
                WHEN chosen.verdict = 'not_for_sale' THEN chosen.verdict_words
                ELSE 'closed since ' || chosen.closed_on
            END
            WHEN chosen.availability = 'retired' THEN 'the tuned model answers until ' || chosen.retires_on
            WHEN chosen.availability = 'price_unknown' OR chosen.compared_usd_per_month IS NULL THEN chosen.verdict_words
            WHEN chosen.back_high IS NULL THEN 'a month costs as much as what it replaces, or more'
            WHEN chosen.back_high > chosen.horizon_months THEN
                'pays back in ' || months_text(chosen.back_low, chosen.back_high)
                || format('; the horizon is {:,.0f}', chosen.horizon_months)
            ELSE 'pays back in ' || months_text(chosen.back_low, chosen.back_high)
        END AS words,
        evidence.source_url,
        chosen.span_ids
    FROM chosen
    LEFT JOIN pub.offer_comparison AS priced
        ON chosen.offer_id = priced.offer_id AND priced.against = 'prompt_same_base'
    LEFT JOIN pub.seller AS named ON chosen.provider = named.provider
    LEFT JOIN hosted ON chosen.offer_id = hosted.offer_id
    LEFT JOIN evidence ON chosen.offer_id = evidence.offer_id
    ORDER BY place;
COMMENT ON MACRO TABLE ranking IS
'every model that could be tuned for one workload, what is for sale first, by what it costs in 12 months, USD';

CREATE OR REPLACE MACRO advice_rules() AS TABLE
    FROM (
        VALUES
        ('losing_signs', 'ship_the_prompt', 'two losing signs or more hold: a tuned model would lose money'),
        ('prompt_not_used_up', 'ship_the_prompt', 'the prompt is not used up: another two weeks on it cost less than a project'),
        ('labels_disagree', 'ship_the_prompt', 'annotators disagree, and a model learns that too: clean the labels first'),
        ('too_few_examples', 'ship_the_prompt', 'there are too few examples even for a style: collect them first'),
        ('no_reason', 'ship_the_prompt', 'nothing asks for tuning: neither format nor latency does, and no offer on sale pays back'),
        ('base_moves', 'ship_the_prompt', 'the base model is about to move: wait, or count the retraining every few months'),
        ('answers_missing', 'unknown', 'not answered yet'),
        ('nothing_on_sale', 'unknown', 'nothing with a known price is on sale to this customer'),
        ('teacher_first', 'distil', 'a larger model does the task: let it write the examples for a smaller one before labels are paid for'),
        ('cheaper_first', 'try_lora', 'there is a reason to tune, and nothing cheaper was tried: a LoRA run tells whether it helps'),
        ('teacher_writes', 'distil', 'a larger model does the task: a smaller one learns from its examples'),
        ('lora_ground', 'try_lora', 'there is a reason to tune, and too few examples that agree for a full run'),
        ('gpus_cost_less', 'self_host', 'every question holds, and rented GPUs cost less than every seller even at the dear end'),
        ('all_hold', 'fine_tune', 'every question that has to holds, and there is a reason to')
    ) AS advice (rule, verdict, words);
COMMENT ON MACRO TABLE advice_rules IS 'the rules by which advise decides, in their order: the verdict that each leads to, and why';

CREATE OR REPLACE MACRO has_reason(is_strict, is_fast, pays, returns) AS
    coalesce(is_strict, false) OR coalesce(is_fast, false) OR coalesce(pays, false) OR coalesce(returns, false);
COMMENT ON MACRO has_reason IS
'whether anything asks for tuning: the format, the latency, an offer that pays back or errors avoided that pay for it';

CREATE OR REPLACE MACRO advice_rule(
    is_lost, is_used_up, has_examples, is_strict, is_fast, is_tried, is_still, agrees, is_below_floor, pays, returns, rents,
    offers, is_taught, is_retrained
) AS
    CASE -- the first that holds
        WHEN is_lost THEN 'losing_signs'
        WHEN NOT is_used_up THEN 'prompt_not_used_up'
        WHEN NOT agrees AND NOT is_taught THEN 'labels_disagree'
        WHEN is_below_floor AND NOT is_taught THEN 'too_few_examples'
        WHEN NOT has_reason(is_strict, is_fast, pays, returns) AND NOT is_strict AND NOT is_fast THEN 'no_reason'
        WHEN NOT is_still AND NOT is_retrained THEN 'base_moves'
        WHEN is_used_up IS NULL OR is_tried IS NULL OR (is_still IS NULL AND NOT is_retrained)
            OR (has_examples IS NULL AND NOT is_taught) OR NOT has_reason(is_strict, is_fast, pays, returns)
            THEN 'answers_missing'
        WHEN offers = 0 AND rents IS NOT true THEN 'nothing_on_sale'
        WHEN NOT is_tried AND is_taught AND (coalesce(is_fast, false) OR coalesce(pays, false)) THEN 'teacher_first'
        WHEN NOT is_tried THEN 'cheaper_first'
        WHEN NOT has_examples AND is_taught THEN 'teacher_writes'
        WHEN NOT has_examples THEN 'lora_ground'
        WHEN rents THEN 'gpus_cost_less'
        WHEN is_taught THEN 'teacher_writes'
        ELSE 'all_hold'
    END;
COMMENT ON MACRO advice_rule IS
'the rule that decides whether to tune, from what the answers and prices come to; true, false, or NULL for not known';

CREATE OR REPLACE MACRO advise(
    requests := 5000000, prompt_tokens := 600, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5,
    cache_hit_rate := 0, horizon_months := 12, training_tokens := 16000000, method := 'sft', runs := 4,
    data_usd_low := 9200, data_usd_high := 9200, retrain_every_months := NULL, customer := 'new',
    own_provider := NULL, own_model := NULL, own_usd_per_month := NULL, accuracy_gain := NULL, usd_per_error := NULL,
    prompt_exhausted := NULL, expert_revisions := NULL, techniques_tried := NULL, flat_days := NULL,
    examples := NULL, agreement := NULL, format_compliance := NULL, p50_ms := NULL, cheaper_tried := NULL,
    base_stable := NULL, months_stable := NULL, structure_first := NULL, task_changes_weekly := NULL, teacher := NULL
) AS TABLE
    WITH ranked AS MATERIALIZED (
        FROM ranking(
            requests := requests, prompt_tokens := prompt_tokens, tuned_prompt_tokens := tuned_prompt_tokens,
            input_tokens := input_tokens, output_tokens := output_tokens, cache_hit_rate := cache_hit_rate,
            horizon_months := horizon_months, training_tokens := training_tokens, method := method, runs := runs,
            data_usd_low := data_usd_low, data_usd_high := data_usd_high,
            retrain_every_months := retrain_every_months, customer := customer, own_provider := own_provider,
            own_model := own_model, own_usd_per_month := own_usd_per_month, accuracy_gain := accuracy_gain,
            usd_per_error := usd_per_error
        )
    ),
    sold AS (
        SELECT ranked.* FROM ranked
        WHERE ranked.availability IN ('for_sale', 'retires_first') AND NOT starts_with(ranked.provider, '_')
    ),
    cheapest AS ( -- always one row
        SELECT
            min(sold.same_base_usd_per_month) AS base_usd,
            arg_min(coalesce(sold.base_model, sold.model) || ' at ' || sold.seller, sold.same_base_usd_per_month) AS base_name,
            count(*) AS offers,
            bool_or(sold.pays_back) AS any_pays,
            min(sold.payback_months_high) AS payback,
            arg_min(coalesce(sold.model, sold.size_tier) || ' at ' || sold.seller, sold.payback_months_high) AS payback_name,
            max(sold.net_usd_low) AS net_usd,
            arg_max(coalesce(sold.model, sold.size_tier) || ' at ' || sold.seller, sold.net_usd_low) AS net_name,
            min(sold.total_12_months_usd_high) AS total_usd
        FROM sold
    ),
    rented AS ( -- the dear end of the cheapest deployment on rented GPUs, trained at whoever sells it
        SELECT
            min(first_year_usd(ranked.project_usd_high, ranked.self_hosted_usd_per_month_high, 0)) AS total_usd,
            arg_min(
                coalesce(ranked.model, ranked.size_tier) || ' trained at ' || ranked.seller,
                first_year_usd(ranked.project_usd_high, ranked.self_hosted_usd_per_month_high, 0)
            ) AS rented_name
        FROM ranked WHERE ranked.availability NOT IN ('not_for_sale', 'retired')
    ),
    bill AS (
        SELECT
            coalesce(own.bill_usd_per_month, cheapest.base_usd) AS usd,
            CASE
                WHEN own.bill_model IS NOT NULL THEN 'the prompt on ' || own.bill_model || ' at ' || coalesce(named.seller, own.bill_provider)
                WHEN own.bill_usd_per_month IS NOT NULL THEN 'as stated'
                WHEN cheapest.base_usd IS NOT NULL
                    THEN 'the prompt on ' || cheapest.base_name || ', the cheapest base on sale'
            END AS bill_words
        FROM cheapest CROSS JOIN own_bill(
            requests := requests, prompt_tokens := prompt_tokens, input_tokens := input_tokens,
            output_tokens := output_tokens, cache_hit_rate := cache_hit_rate, own_provider := own_provider,
            own_model := own_model, own_usd_per_month := own_usd_per_month
        ) AS own
        LEFT JOIN pub.seller AS named ON own.bill_provider = named.provider
    ),
    measured AS (
        SELECT 'expert_revisions' AS measure, expert_revisions::DOUBLE AS answer, NULL::VARCHAR AS note
        UNION ALL SELECT 'techniques_tried', techniques_tried::DOUBLE, NULL
        UNION ALL SELECT 'flat_days', flat_days::DOUBLE, NULL
        UNION ALL SELECT 'examples', examples::DOUBLE, NULL
        UNION ALL SELECT 'agreement', agreement::DOUBLE, NULL
        UNION ALL SELECT 'format_compliance', format_compliance::DOUBLE, NULL
        UNION ALL SELECT 'p50_ms', p50_ms::DOUBLE, NULL
        UNION ALL SELECT 'base_usd_per_month', bill.usd, bill.bill_words FROM bill
        UNION ALL SELECT 'base_usd_per_1k_requests', bill.usd / nullif(requests::DOUBLE, 0) * 1000, bill.bill_words FROM bill
        UNION ALL SELECT 'cheaper_tried', cheaper_tried::BOOLEAN::DOUBLE, NULL
        UNION ALL SELECT 'months_stable', months_stable::DOUBLE, NULL
        UNION ALL SELECT 'structure_first', structure_first::BOOLEAN::DOUBLE, NULL
    ),
    sign AS (
        SELECT
            asked.kind, asked.step, asked.question, asked.passes_when, asked.measure, measured.answer, asked.compares,
            asked.threshold, asked.up_to, asked.unit, asked.as_of, asked.source, measured.note,
            coalesce(
                CASE asked.compares
                    WHEN 'at_least' THEN measured.answer >= asked.threshold
                    WHEN 'above' THEN measured.answer > asked.threshold
                    WHEN 'below' THEN measured.answer < asked.threshold
                    WHEN 'at_most' THEN measured.answer <= asked.threshold
                    WHEN 'is' THEN measured.answer = asked.threshold
                END,
                CASE -- a yes or no to the whole question, where nothing was measured
                    WHEN asked.measure IN ('expert_revisions', 'techniques_tried', 'flat_days')
                        THEN (asked.kind <> 'loses') = prompt_exhausted::BOOLEAN
                    WHEN asked.measure = 'months_stable' THEN (asked.kind <> 'loses') = base_stable::BOOLEAN
                    WHEN asked.measure = 'days_between_task_changes' THEN task_changes_weekly::BOOLEAN
                END
            ) AS passes
        FROM pub.checklist AS asked LEFT JOIN measured ON asked.measure = measured.measure
        WHERE asked.kind IN ('checklist', 'wins', 'loses')
    ),
    priced AS (
        SELECT
            'price' AS kind, 1 AS step, 'Does it pay back?' AS question,
            'an offer on sale saves its project within the horizon, at the dear end' AS passes_when,
            'payback_months' AS measure, cheapest.payback AS answer, 'at_most' AS compares,
            horizon_months::DOUBLE AS threshold, NULL::DOUBLE AS up_to, 'months' AS unit, NULL::DATE AS as_of,
            'prices' AS source,
            CASE
                WHEN cheapest.offers = 0 THEN 'nothing with a known price is on sale'
                WHEN cheapest.any_pays IS NULL THEN 'no base on sale has a known price to compare with'
                ELSE coalesce(cheapest.payback_name, 'no offer saves anything')
            END AS note,
            cheapest.any_pays AS passes
        FROM cheapest
        UNION ALL
        SELECT
            'price', 2, 'Do fewer errors pay for it?', 'a year of errors avoided is worth more than the project and the calls',
            'net_usd', cheapest.net_usd, 'above', 0, NULL, 'USD a year', NULL, 'prices', cheapest.net_name,
            cheapest.net_usd > 0
        FROM cheapest
        UNION ALL
        SELECT
            'price', 3, 'Do rented GPUs cost less than every seller?',
            'twelve months of them at the dear end, training included, cost less than the cheapest offer',
            'self_hosted_usd', rented.total_usd, 'below', cheapest.total_usd, NULL, 'USD in 12 months', NULL,
            'prices', rented.rented_name, rented.total_usd < coalesce(cheapest.total_usd, 'infinity'::DOUBLE)
        FROM rented CROSS JOIN cheapest
        UNION ALL
        SELECT
            'besides', 1, 'Does a larger model do the task well?', 'it can write the examples that a smaller one learns from',
            'teacher', teacher::BOOLEAN::DOUBLE, 'is', 1, NULL, 'yes or no', NULL, 'guide', NULL, teacher::BOOLEAN
    ),
    step AS ( -- all thresholds of a question count: one that fails decides, else one that is unknown
        SELECT
            sign.kind, sign.step,
            CASE WHEN bool_or(NOT sign.passes) THEN false WHEN count(sign.passes) = count(*) THEN true END AS passes
        FROM sign GROUP BY sign.kind, sign.step
    ),
    fact AS (
        SELECT
            (SELECT count(*) FROM step WHERE step.kind = 'loses' AND step.passes)
                >= (SELECT min(rule.threshold) FROM pub.checklist AS rule WHERE rule.measure = 'loses_needed') AS is_lost,
            (SELECT bool_and(step.passes) FROM step WHERE step.kind = 'checklist' AND step.step = 1) AS is_used_up,
            (SELECT bool_and(step.passes) FROM step WHERE step.kind = 'checklist' AND step.step = 2) AS has_examples,
            (SELECT bool_and(step.passes) FROM step WHERE step.kind = 'checklist' AND step.step = 3) AS is_strict,
            (SELECT bool_and(step.passes) FROM step WHERE step.kind = 'checklist' AND step.step = 4) AS is_fast,
            (SELECT bool_and(step.passes) FROM step WHERE step.kind = 'checklist' AND step.step = 6) AS is_tried,
            (SELECT bool_and(step.passes) FROM step WHERE step.kind = 'checklist' AND step.step = 7) AS is_still,
            (SELECT bool_and(sign.passes) FROM sign WHERE sign.kind = 'checklist' AND sign.measure = 'agreement') AS agrees,
            examples::DOUBLE < (
                SELECT min(rule.threshold) FROM pub.checklist AS rule WHERE rule.kind = 'floor' AND rule.measure = 'examples'
            ) AS is_below_floor,
            (SELECT bool_and(priced.passes) FROM priced WHERE priced.measure = 'payback_months') AS pays,
            (SELECT bool_and(priced.passes) FROM priced WHERE priced.measure = 'net_usd') AS returns,
            (SELECT bool_and(priced.passes) FROM priced WHERE priced.measure = 'self_hosted_usd') AS rents,
            (SELECT cheapest.offers FROM cheapest) AS offers,
            coalesce(teacher::BOOLEAN, false) AS is_taught,
            coalesce(retrain_every_months::DOUBLE, 0) > 0 AS is_retrained
    ),
    ruled AS (
        SELECT
            fact.*,
            advice_rule(
                is_lost, is_used_up, has_examples, is_strict, is_fast, is_tried, is_still, agrees, is_below_floor, pays,
                returns, rents, offers, is_taught, is_retrained
            ) AS rule,
            has_reason(is_strict, is_fast, pays, returns) AS has_reason
        FROM fact
    ),
    listed AS (
        SELECT * FROM sign
        UNION ALL BY NAME
        SELECT * FROM priced
    ),
    marked AS (
        SELECT
            listed.*,
            coalesce(CASE ruled.rule
                WHEN 'losing_signs' THEN listed.kind = 'loses' AND listed.passes
                WHEN 'prompt_not_used_up' THEN listed.kind = 'checklist' AND listed.step = 1 AND NOT listed.passes
                WHEN 'labels_disagree' THEN listed.kind = 'checklist' AND listed.measure = 'agreement'
                WHEN 'too_few_examples' THEN listed.kind = 'checklist' AND listed.measure = 'examples'
                WHEN 'no_reason' THEN listed.kind = 'checklist' AND listed.step IN (3, 4)
                    OR listed.measure = 'payback_months' OR listed.measure = 'net_usd' AND listed.passes IS NOT NULL
                WHEN 'base_moves' THEN listed.kind = 'checklist' AND listed.step = 7
                WHEN 'answers_missing' THEN listed.kind = 'checklist' AND listed.passes IS NULL AND CASE listed.step
                    WHEN 2 THEN NOT ruled.is_taught
                    WHEN 3 THEN NOT ruled.has_reason
                    WHEN 4 THEN NOT ruled.has_reason
                    WHEN 5 THEN false
                    WHEN 7 THEN NOT ruled.is_retrained
                    ELSE true
                END
                WHEN 'nothing_on_sale' THEN listed.measure = 'payback_months'
                WHEN 'gpus_cost_less' THEN listed.measure = 'self_hosted_usd' OR listed.kind = 'checklist' AND listed.passes
                ELSE CASE listed.kind
                    WHEN 'checklist' THEN listed.passes
                        OR listed.step = 6 AND ruled.rule IN ('teacher_first', 'cheaper_first')
                        OR listed.step = 2 AND ruled.rule IN ('lora_ground', 'teacher_writes')
                    WHEN 'price' THEN listed.measure <> 'self_hosted_usd' AND listed.passes
                    WHEN 'besides' THEN listed.passes AND ruled.rule IN ('teacher_first', 'teacher_writes')
                END
            END, false) AS decides
        FROM listed CROSS JOIN ruled
    ),
    said AS (
        SELECT
            'verdict' AS kind, 1 AS step, 'Should this be fine-tuned?' AS question, NULL::VARCHAR AS passes_when,
            advice.verdict AS measure,
            NULL::DOUBLE AS answer, NULL::VARCHAR AS compares, NULL::DOUBLE AS threshold, NULL::DOUBLE AS up_to,
            ruled.rule AS unit, NULL::DATE AS as_of, 'checklist and prices' AS source,
            advice.words || CASE ruled.rule
                WHEN 'no_reason' THEN CASE
                    WHEN ruled.returns IS NULL THEN '; what an error costs was not given, and could change that'
                    ELSE ', errors avoided included'
                END
                WHEN 'answers_missing' THEN ': ' || (
                    SELECT string_agg(DISTINCT missing.step || ' ' || missing.question, ' · ' ORDER BY missing.step || ' ' || missing.question)
                    FROM marked AS missing WHERE missing.decides
                )
                ELSE ''
            END AS note,
            NULL::BOOLEAN AS passes,
            true AS decides
        FROM ruled INNER JOIN advice_rules() AS advice ON ruled.rule = advice.rule
    )
    SELECT
        said.kind, said.step::INTEGER AS step, said.question, said.passes_when, said.measure, said.answer, said.compares,
        said.threshold, said.up_to, said.unit, said.passes, said.decides, said.note, said.as_of, said.source
    FROM (SELECT * FROM said UNION ALL BY NAME SELECT * FROM marked) AS said
    ORDER BY list_position(['verdict', 'checklist', 'price', 'besides', 'wins', 'loses'], said.kind), said.step, said.measure;
COMMENT ON MACRO TABLE advise IS
'the verdict on a workload and its answers, then every threshold: the answer, whether it passes, and whether it decided; asked of DuckDB 1.4 or newer';
