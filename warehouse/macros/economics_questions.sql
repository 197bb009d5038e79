-- Questions of whoever decides, as functions: `FROM break_even(requests := 1000000)`. Amounts in USD; requests are per
-- month, tokens per request.
--
-- where: both
-- asks: tables

CREATE OR REPLACE MACRO break_even(
    requests := 5000000, prompt_tokens := 600, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5,
    cache_hit_rate := 0, horizon_months := 12, training_tokens := 16000000, method := 'sft', runs := 4,
    data_usd_low := 9200, data_usd_high := 9200, retrain_every_months := NULL, customer := 'new'
) AS TABLE
    WITH offers AS (
        SELECT *, NULL::TIMESTAMP AS valid_to FROM pub.offer_comparison
    ),
    workloads AS (
        SELECT
            'asked' AS scenario, requests AS requests, prompt_tokens AS prompt_tokens,
            tuned_prompt_tokens AS tuned_prompt_tokens, input_tokens AS input_tokens,
            output_tokens AS output_tokens, cache_hit_rate AS cache_hit_rate,
            horizon_months AS horizon_months, training_tokens AS training_tokens, method AS method,
            runs AS runs, data_usd_low AS data_usd_low, data_usd_high AS data_usd_high,
            retrain_every_months AS retrain_every_months, customer AS customer
    )
    SELECT * EXCLUDE (scenario, valid_to)
    FROM break_even_over('offers', 'workloads')
    ORDER BY payback_months_high NULLS LAST, verdict, provider, model, size_tier, tier, condition, region, against;
COMMENT ON MACRO TABLE break_even IS
'every offer against the prompt, another seller and rented GPUs for one workload; USD; columns of break_even_scenario';

CREATE OR REPLACE MACRO break_even_self_host(
    requests := 5000000, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5, customer := 'new'
) AS TABLE
    WITH offers AS (
        SELECT *, NULL::TIMESTAMP AS valid_to FROM pub.offer_comparison WHERE against = 'self_hosted'
    ),
    workloads AS (
        SELECT
            'asked' AS scenario, requests AS requests, tuned_prompt_tokens AS prompt_tokens,
            tuned_prompt_tokens AS tuned_prompt_tokens, input_tokens AS input_tokens,
            output_tokens AS output_tokens, 0.0 AS cache_hit_rate,
            12.0 AS horizon_months, 0.0 AS training_tokens, 'sft' AS method, 0.0 AS runs,
            0.0 AS data_usd_low, 0.0 AS data_usd_high, NULL AS retrain_every_months,
            customer AS customer
    )
    SELECT
        provider, model, size_tier, tier, region, measured_model, verdict, best_verdict, verdict_words, would_take,
        tuned_usd_per_month, against_usd_per_month_low AS self_hosted_usd_per_month_low,
        against_usd_per_month_high AS self_hosted_usd_per_month_high, gpus_low, gpus_high, tuned_usd_per_mtok_blended,
        break_even_requests_low, break_even_requests_high, break_even_tokens_low, break_even_tokens_high
    FROM break_even_over('offers', 'workloads')
    WHERE verdict <> 'nothing_to_compare'
    ORDER BY self_hosted_usd_per_month_low, provider, model, size_tier, tier, region;
COMMENT ON MACRO TABLE break_even_self_host IS
'sellers of open weights against rented GPUs: the tokens a month from which one''s own deployment costs less, USD';

CREATE OR REPLACE MACRO break_even_seller(
    requests := 5000000, tuned_prompt_tokens := 50, input_tokens := 150, output_tokens := 5, customer := 'active'
) AS TABLE
    WITH offers AS (
        SELECT *, NULL::TIMESTAMP AS valid_to FROM pub.offer_comparison WHERE against = 'managed'
    ),
    workloads AS (
        SELECT
            'asked' AS scenario, requests AS requests, tuned_prompt_tokens AS prompt_tokens,
            tuned_prompt_tokens AS tuned_prompt_tokens, input_tokens AS input_tokens,
            output_tokens AS output_tokens, 0.0 AS cache_hit_rate,
            12.0 AS horizon_months, 0.0 AS training_tokens, 'sft' AS method, 0.0 AS runs,
            0.0 AS data_usd_low, 0.0 AS data_usd_high, NULL AS retrain_every_months,
            customer AS customer
    )
    SELECT
        provider, model, tier, condition, region, against_provider, against_model, verdict, verdict_words, would_take,
        tuned_usd_per_month, against_usd_per_month_low AS against_usd_per_month, tuned_fixed_usd_per_month,
        against_fixed_usd_per_month_low AS against_fixed_usd_per_month,
        ratio_of(tuned_usd_per_month, against_usd_per_month_low) AS monthly_ratio,
        -- Below or above it: the side with the lower fixed cost wins below.
        CASE
            WHEN saved_usd_per_request <> 0
                AND (tuned_fixed_usd_per_month - against_fixed_usd_per_month_low) / saved_usd_per_request > 0
                THEN (tuned_fixed_usd_per_month - against_fixed_usd_per_month_low) / saved_usd_per_request
        END AS hosting_break_even_requests,
        CASE
            WHEN saved_usd_per_request <> 0
                AND (tuned_fixed_usd_per_month - against_fixed_usd_per_month_low) / saved_usd_per_request > 0
                THEN (tuned_fixed_usd_per_month - against_fixed_usd_per_month_low) / saved_usd_per_request
                    * (tuned_prompt_tokens + input_tokens + output_tokens)
        END AS hosting_break_even_tokens
    FROM break_even_over('offers', 'workloads')
    WHERE verdict <> 'nothing_to_compare'
    ORDER BY tuned_usd_per_month NULLS LAST, provider, model, tier, condition, region;
COMMENT ON MACRO TABLE break_even_seller IS
'hosting against markup: one model at two sellers, and the tokens a month at which both cost the same, USD';

CREATE OR REPLACE MACRO distillation_payback(
    teacher_usd_low := 500, teacher_usd_high := 2000, student_runs_usd_low := 1000, student_runs_usd_high := 3000,
    review_usd_low := 0, review_usd_high := 0, teacher_usd_per_month := 3500, student_usd_per_month := 1000
) AS TABLE
    SELECT
        project_usd_low, project_usd_high, saved_usd_per_month,
        payback_months(project_usd_low, saved_usd_per_month) AS payback_months_low,
        payback_months(project_usd_high, saved_usd_per_month) AS payback_months_high
    FROM (
        SELECT
            teacher_usd_low::DOUBLE + student_runs_usd_low::DOUBLE + review_usd_low::DOUBLE AS project_usd_low,
            teacher_usd_high::DOUBLE + student_runs_usd_high::DOUBLE + review_usd_high::DOUBLE AS project_usd_high,
            teacher_usd_per_month::DOUBLE - student_usd_per_month::DOUBLE AS saved_usd_per_month
    );
COMMENT ON MACRO TABLE distillation_payback IS
'what a teacher''s examples and a student''s training cost, and the months until cheaper calls have paid for them, USD';

CREATE OR REPLACE MACRO lora_or_full(
    tenants := 50, lora_run_usd_low := 50, lora_run_usd_high := 50, full_run_usd := 400,
    lora_fixed_usd_per_month := 0, full_fixed_usd_per_month_each := 0
) AS TABLE
    SELECT
        tenants::DOUBLE * lora_run_usd_low::DOUBLE AS adapters_usd_low,
        tenants::DOUBLE * lora_run_usd_high::DOUBLE AS adapters_usd_high,
        tenants::DOUBLE * full_run_usd::DOUBLE AS full_models_usd,
        lora_fixed_usd_per_month::DOUBLE AS adapters_usd_per_month,
        tenants::DOUBLE * full_fixed_usd_per_month_each::DOUBLE AS full_models_usd_per_month,
        CASE WHEN full_run_usd::DOUBLE > 0 THEN lora_run_usd_low::DOUBLE / full_run_usd::DOUBLE END AS lora_share_low,
        CASE WHEN full_run_usd::DOUBLE > 0 THEN lora_run_usd_high::DOUBLE / full_run_usd::DOUBLE END AS lora_share_high;
COMMENT ON MACRO TABLE lora_or_full IS
'one adapter a tenant on one deployment against one fully tuned model a tenant: what training costs, USD, and what is kept a month';

CREATE OR REPLACE MACRO accuracy_return(
    requests := 5000000, accuracy_gain_low := 0.04, accuracy_gain_high := 0.04, usd_per_error := 0.05,
    project_usd := 8400, tuned_usd_per_month := 356.25, base_usd_per_month := 237.50
) AS TABLE
    SELECT
        errors_avoided_low, errors_avoided_high,
        errors_avoided_low * usd_per_error::DOUBLE AS benefit_usd_low,
        errors_avoided_high * usd_per_error::DOUBLE AS benefit_usd_high,
        cost_usd,
        errors_avoided_low * usd_per_error::DOUBLE - cost_usd AS net_usd_low,
        errors_avoided_high * usd_per_error::DOUBLE - cost_usd AS net_usd_high
    FROM (
        SELECT
            requests::DOUBLE * 12 * accuracy_gain_low::DOUBLE AS errors_avoided_low,
            requests::DOUBLE * 12 * accuracy_gain_high::DOUBLE AS errors_avoided_high,
            project_usd::DOUBLE + 12 * (tuned_usd_per_month::DOUBLE - base_usd_per_month::DOUBLE) AS cost_usd
    );
COMMENT ON MACRO TABLE accuracy_return IS
'what fewer errors are worth in the first year, less the project and what the tuned calls cost more, USD';
