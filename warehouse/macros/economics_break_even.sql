-- When tuning pays: the cost of a call, of a project and of a deployment, the volume at which two sides cost the same,
-- and the verdict. Every input that is a range gives a range: `_low` is the cheap end, `_high` the dear one.
--
-- where: both

CREATE OR REPLACE MACRO effective_hit_rate(cache_hit_rate, request_tokens, cached_input_usd_per_mtok, cache_minimum_tokens) AS
    CASE
        WHEN cached_input_usd_per_mtok IS NULL OR request_tokens::DOUBLE < coalesce(cache_minimum_tokens::DOUBLE, 0) THEN 0
        ELSE cache_hit_rate::DOUBLE
    END;
COMMENT ON MACRO effective_hit_rate IS
'the share of the static prompt that is billed as cached: none where the seller has no cached price or does not cache so short a request';

CREATE OR REPLACE MACRO request_usd(
    prompt_tokens, input_tokens, output_tokens, input_usd_per_mtok, output_usd_per_mtok,
    cached_input_usd_per_mtok := NULL, cache_write_usd_per_mtok := NULL, cache_hit_rate := 0, cache_minimum_tokens := NULL
) AS
    monthly_inference_usd(
        1, prompt_tokens, input_tokens, output_tokens, input_usd_per_mtok, output_usd_per_mtok,
        cached_input_usd_per_mtok := cached_input_usd_per_mtok,
        cache_hit_rate := effective_hit_rate(
            cache_hit_rate, prompt_tokens::DOUBLE + input_tokens::DOUBLE, cached_input_usd_per_mtok, cache_minimum_tokens
        )
    )
    + CASE
        WHEN cache_write_usd_per_mtok IS NOT NULL
            AND effective_hit_rate(
                cache_hit_rate, prompt_tokens::DOUBLE + input_tokens::DOUBLE, cached_input_usd_per_mtok,
                cache_minimum_tokens
            ) > 0
            THEN prompt_tokens::DOUBLE * (1 - cache_hit_rate::DOUBLE)
                * (cache_write_usd_per_mtok::DOUBLE - input_usd_per_mtok::DOUBLE) / 1e6
        ELSE 0
    END;
COMMENT ON MACRO request_usd IS
'USD for one call; tokens per request, prices USD per 1M tokens; what a cache does not serve is written to it at its own price where there is one';

CREATE OR REPLACE MACRO prompt_tokens_to_break_even(
    tuned_prompt_tokens, input_tokens, output_tokens, base_input_usd_per_mtok, base_output_usd_per_mtok,
    tuned_input_usd_per_mtok, tuned_output_usd_per_mtok
) AS
    CASE
        WHEN base_input_usd_per_mtok::DOUBLE > 0
            THEN (
                tuned_prompt_tokens::DOUBLE * tuned_input_usd_per_mtok::DOUBLE
                + input_tokens::DOUBLE * (tuned_input_usd_per_mtok::DOUBLE - base_input_usd_per_mtok::DOUBLE)
                + output_tokens::DOUBLE * (tuned_output_usd_per_mtok::DOUBLE - base_output_usd_per_mtok::DOUBLE)
            ) / base_input_usd_per_mtok::DOUBLE
    END;
COMMENT ON MACRO prompt_tokens_to_break_even IS
'the static prompt, in tokens, from which a tuned call costs less than the prompt it replaces, without caching; below 0 it always does';

CREATE OR REPLACE MACRO hosting_usd_per_month(usd_per_hour, replicas := 1) AS
    coalesce(usd_per_hour::DOUBLE, 0) * 730 * replicas;
COMMENT ON MACRO hosting_usd_per_month IS 'USD a month for keeping a model deployed; 0 where the seller prints no price for it';

CREATE OR REPLACE MACRO whole_months(from_day, until_day) AS
    CASE WHEN until_day IS NOT NULL THEN greatest(datesub('month', from_day::DATE, until_day::DATE), 0) END;
COMMENT ON MACRO whole_months IS 'whole months from one day to another; 0 where it is over, NULL where no day is stated';

CREATE OR REPLACE MACRO gpus_for_load(min_gpus, average_tokens_per_second, peak_to_average, tokens_per_second_per_gpu) AS
    CASE
        WHEN tokens_per_second_per_gpu::DOUBLE > 0
            THEN greatest(
                min_gpus::DOUBLE,
                ceil(average_tokens_per_second::DOUBLE * peak_to_average::DOUBLE / tokens_per_second_per_gpu::DOUBLE)
            )
    END;
COMMENT ON MACRO gpus_for_load IS 'GPUs that serve the peak of a load';

-- Sold tokens pay for GPUs in steps: n GPUs serve n times a capacity, so the smallest n whose capacity earns its rent.
CREATE OR REPLACE MACRO gpus_at_break_even(
    min_gpus, usd_per_gpu_month, operations_usd_per_month, saved_fixed_usd_per_month, saved_usd_per_request,
    requests_per_gpu_month
) AS
    CASE
        WHEN saved_usd_per_request::DOUBLE * requests_per_gpu_month::DOUBLE > usd_per_gpu_month::DOUBLE
            THEN greatest(
                min_gpus::DOUBLE,
                ceil(
                    (operations_usd_per_month::DOUBLE - saved_fixed_usd_per_month::DOUBLE)
                    / (saved_usd_per_request::DOUBLE * requests_per_gpu_month::DOUBLE - usd_per_gpu_month::DOUBLE)
                )
            )
    END;
COMMENT ON MACRO gpus_at_break_even IS
'the fewest GPUs that can serve the volume at which renting them costs what the seller would; NULL when no volume does';

CREATE OR REPLACE MACRO months_text(low, high) AS
    CASE
        WHEN low IS NULL AND high IS NULL THEN 'no number of months'
        WHEN high < 0.05 THEN 'less than 0.1 months'
        WHEN high IS NULL THEN format('{:,.1f} months, or never at the dear end', low::DOUBLE)
        WHEN format('{:,.1f}', low::DOUBLE) = format('{:,.1f}', high::DOUBLE) THEN format('{:,.1f} months', low::DOUBLE)
        ELSE format('{:,.1f} to {:,.1f} months', low::DOUBLE, high::DOUBLE)
    END;
COMMENT ON MACRO months_text IS 'a range of months in words';

CREATE OR REPLACE MACRO requests_text(low, high) AS
    CASE
        WHEN low IS NULL AND high IS NULL THEN 'no number of requests'
        WHEN high IS NULL THEN format('{:,.0f} requests a month, or never at the dear end', ceil(greatest(low, 0)))
        WHEN ceil(greatest(low, 0)) = ceil(greatest(high, 0)) THEN format('{:,.0f} requests a month', ceil(greatest(low, 0)))
        ELSE format('{:,.0f} to {:,.0f} requests a month', ceil(greatest(low, 0)), ceil(greatest(high, 0)))
    END;
COMMENT ON MACRO requests_text IS 'a range of monthly requests in words';

CREATE OR REPLACE MACRO break_even_over(offers, workloads) AS TABLE
    WITH workload AS (
        SELECT * REPLACE (
            requests::DOUBLE AS requests,
            prompt_tokens::DOUBLE AS prompt_tokens,
            tuned_prompt_tokens::DOUBLE AS tuned_prompt_tokens,
            input_tokens::DOUBLE AS input_tokens,
            output_tokens::DOUBLE AS output_tokens,
            cache_hit_rate::DOUBLE AS cache_hit_rate,
            horizon_months::DOUBLE AS horizon_months,
            training_tokens::DOUBLE AS training_tokens,
            runs::DOUBLE AS runs,
            data_usd_low::DOUBLE AS data_usd_low,
            data_usd_high::DOUBLE AS data_usd_high,
            retrain_every_months::DOUBLE AS retrain_every_months
        ) FROM query_table(workloads)
    ),
    met AS (
        SELECT
            offer.*, workload.*,
            CASE workload.method WHEN 'sft' THEN offer.training_sft WHEN 'dpo' THEN offer.training_dpo END AS training_usd_per_mtok,
            CASE workload.method
                WHEN 'sft' THEN offer.training_sft_technique WHEN 'dpo' THEN offer.training_dpo_technique
            END AS technique,
            workload.training_tokens * workload.runs = 0 AS is_untrained,
            coalesce(
                least(workload.horizon_months, whole_months(offer.valid_from, offer.retires_on)), workload.horizon_months
            ) AS horizon,
            whole_months(offer.valid_from, offer.retires_on) AS months_left,
            workload.tuned_prompt_tokens + workload.input_tokens + workload.output_tokens AS tuned_tokens,
            coalesce(workload.retrain_every_months, 0) > 0 AS is_retrained
        FROM workload CROSS JOIN query_table(offers) AS offer -- in this order, or DuckDB 2.0 takes a question's parameters for its columns
    ),
    called AS (
        SELECT
            *,
            CASE
                WHEN is_untrained THEN 0 ELSE training_run_usd(training_tokens, training_usd_per_mtok, minimum_usd := training_minimum)
            END AS run_usd,
            request_usd(
                tuned_prompt_tokens, input_tokens, output_tokens, tuned_input, tuned_output,
                cached_input_usd_per_mtok := tuned_cached_input, cache_write_usd_per_mtok := tuned_cache_write,
                cache_hit_rate := cache_hit_rate, cache_minimum_tokens := cache_minimum_tokens
            ) AS tuned_usd_per_request,
            CASE
                WHEN against = 'self_hosted' THEN 0
                ELSE request_usd(
                    CASE WHEN against = 'managed' THEN tuned_prompt_tokens ELSE prompt_tokens END, input_tokens,
                    output_tokens, against_input, against_output, cached_input_usd_per_mtok := against_cached_input,
                    cache_write_usd_per_mtok := against_cache_write, cache_hit_rate := cache_hit_rate,
                    cache_minimum_tokens := cache_minimum_tokens
                )
            END AS against_usd_per_request,
            gpus_for_load(min_gpus_low, requests * tuned_tokens / (730 * 3600), peak_low, tokens_per_second_high) AS gpus_low,
            gpus_for_load(min_gpus_high, requests * tuned_tokens / (730 * 3600), peak_high, tokens_per_second_low) AS gpus_high,
            tokens_per_second_high / peak_low * 730 * 3600 / nullif(tuned_tokens, 0) AS requests_per_gpu_low,
            tokens_per_second_low / peak_high * 730 * 3600 / nullif(tuned_tokens, 0) AS requests_per_gpu_high
        FROM met
    ),
    billed AS (
        SELECT
            *,
            CASE WHEN is_retrained AND NOT is_untrained THEN run_usd / retrain_every_months ELSE 0 END AS retraining_usd_per_month,
            run_usd * runs + data_usd_low AS project_usd_low,
            run_usd * runs + data_usd_high AS project_usd_high,
            hosting_usd_per_month(hosting) + coalesce(storage, 0) AS kept_usd_per_month,
            CASE against
                WHEN 'self_hosted' THEN gpus_low * gpu_usd_per_hour_low * 730 + operations_low
                WHEN 'managed' THEN hosting_usd_per_month(against_hosting) + coalesce(against_storage, 0)
                ELSE 0
            END AS against_kept_low,
            CASE against
                WHEN 'self_hosted' THEN gpus_high * gpu_usd_per_hour_high * 730 + operations_high
                WHEN 'managed' THEN hosting_usd_per_month(against_hosting) + coalesce(against_storage, 0)
                ELSE 0
            END AS against_kept_high
        FROM called
    ),
    weighed AS ( -- the side that is chosen, less the side it is chosen over
        SELECT
            *,
            CASE
                WHEN against = 'self_hosted' THEN tuned_usd_per_request
                ELSE against_usd_per_request - tuned_usd_per_request
            END AS saved_usd_per_request,
            CASE against
                WHEN 'self_hosted' THEN against_kept_low - kept_usd_per_month
                WHEN 'managed' THEN kept_usd_per_month - against_kept_low
                ELSE kept_usd_per_month + retraining_usd_per_month
            END AS fixed_low,
            CASE against
                WHEN 'self_hosted' THEN against_kept_high - kept_usd_per_month
                WHEN 'managed' THEN kept_usd_per_month - against_kept_high
                ELSE kept_usd_per_month + retraining_usd_per_month
            END AS fixed_high,
            gpus_at_break_even(
                min_gpus_low, gpu_usd_per_hour_low * 730, operations_low, kept_usd_per_month, tuned_usd_per_request,
                requests_per_gpu_low
            ) AS even_gpus_low,
            gpus_at_break_even(
                min_gpus_high, gpu_usd_per_hour_high * 730, operations_high, kept_usd_per_month, tuned_usd_per_request,
                requests_per_gpu_high
            ) AS even_gpus_high
        FROM billed
    ),
    solved AS (
        SELECT
            *,
            CASE against
                WHEN 'self_hosted' THEN break_even_requests(
                    0, 1, even_gpus_low * gpu_usd_per_hour_low * 730 + operations_low - kept_usd_per_month,
                    saved_usd_per_request
                )
                WHEN 'managed' THEN break_even_requests(0, 1, fixed_low, saved_usd_per_request)
                ELSE break_even_requests(project_usd_low, horizon, fixed_low, saved_usd_per_request)
            END AS even_requests_low,
            CASE against
                WHEN 'self_hosted' THEN break_even_requests(
                    0, 1, even_gpus_high * gpu_usd_per_hour_high * 730 + operations_high - kept_usd_per_month,
                    saved_usd_per_request
                )
                WHEN 'managed' THEN break_even_requests(0, 1, fixed_high, saved_usd_per_request)
                ELSE break_even_requests(project_usd_high, horizon, fixed_high, saved_usd_per_request)
            END AS even_requests_high,
            requests * saved_usd_per_request - fixed_low AS best_saved_usd_per_month,
            requests * saved_usd_per_request - fixed_high AS worst_saved_usd_per_month,
            CASE
                WHEN against IN ('prompt_same_base', 'prompt_larger_base')
                    THEN payback_months(project_usd_low, requests * saved_usd_per_request - fixed_low)
            END AS payback_low,
            CASE
                WHEN against IN ('prompt_same_base', 'prompt_larger_base')
                    THEN payback_months(project_usd_high, requests * saved_usd_per_request - fixed_high)
            END AS payback_high,
            CASE
                WHEN against IN ('prompt_same_base', 'prompt_larger_base') AND NOT is_untrained AND run_usd IS NULL
                    THEN coalesce(
                        training_unknown_because,
                        'no page prints a price of ' || method || ' training'
                    )
            END AS run_unknown_because,
            CASE customer
                WHEN 'new' THEN least(closed_to_new_on, closed_to_all_on)
                WHEN 'idle' THEN least(closed_to_idle_on, closed_to_all_on)
                ELSE closed_to_all_on
            END AS closed_on -- least skips NULL
        FROM weighed
    ),
    judged AS (
        SELECT
            * EXCLUDE (call_unknown_because, run_unknown_because),
            coalesce(call_unknown_because, run_unknown_because) AS unknown_because,
            CASE
                WHEN against_model IS NULL AND against <> 'prompt_same_base' THEN 'nothing_to_compare'
                WHEN coalesce(call_unknown_because, run_unknown_because) IS NOT NULL THEN 'unknown_price'
                WHEN closed_on IS NOT NULL THEN 'not_for_sale'
                WHEN horizon <= 0 THEN 'retires_first'
                WHEN against IN ('managed', 'self_hosted')
                    THEN CASE WHEN worst_saved_usd_per_month > 0 THEN 'pays' ELSE 'never' END
                WHEN payback_high IS NULL THEN 'never'
                WHEN payback_high > horizon AND horizon < horizon_months THEN 'retires_first'
                WHEN payback_high > horizon THEN 'beyond_horizon'
                ELSE 'pays'
            END AS verdict,
            CASE
                WHEN against_model IS NULL AND against <> 'prompt_same_base' THEN 'nothing_to_compare'
                WHEN coalesce(call_unknown_because, run_unknown_because) IS NOT NULL THEN 'unknown_price'
                WHEN closed_on IS NOT NULL THEN 'not_for_sale'
                WHEN horizon <= 0 THEN 'retires_first'
                WHEN against IN ('managed', 'self_hosted')
                    THEN CASE WHEN best_saved_usd_per_month > 0 THEN 'pays' ELSE 'never' END
                WHEN payback_low IS NULL THEN 'never'
                WHEN payback_low > horizon AND horizon < horizon_months THEN 'retires_first'
                WHEN payback_low > horizon THEN 'beyond_horizon'
                ELSE 'pays'
            END AS best_verdict
        FROM solved
    )
    SELECT
        scenario,
        against,
        offer_id,
        provider,
        product,
        model,
        base_model,
        size_tier,
        tier,
        condition,
        region,
        context_band,
        technique,
        against_provider,
        against_model,
        valid_from,
        valid_to,
        requests,
        verdict,
        best_verdict,
        CASE verdict
            WHEN 'nothing_to_compare' THEN unknown_because
            WHEN 'unknown_price' THEN unknown_because
                || CASE
                    WHEN against = 'self_hosted' AND against_kept_high IS NOT NULL
                        THEN format('; on GPUs of one''s own it is ${:,.0f} to ${:,.0f} a month', against_kept_low, against_kept_high)
                    ELSE ''
                END
            WHEN 'not_for_sale' THEN CASE
                WHEN closed_on = closed_to_all_on THEN closed_to_all_because || ' on ' || closed_on
                ELSE 'closed to ' || customer || ' customers since ' || closed_on
            END
            WHEN 'retires_first' THEN CASE
                WHEN horizon <= 0 AND months_left = 0 THEN 'the tuned model answers until ' || retires_on || ', less than a month'
                ELSE 'it answers until ' || retires_on || format(', {:,.0f} whole months', horizon) || ', and needs '
                    || months_text(payback_low, payback_high) || ' to pay back'
            END
            WHEN 'never' THEN CASE
                WHEN against = 'self_hosted' AND best_verdict = 'pays' THEN 'only at the cheap end of what is assumed'
                WHEN against = 'self_hosted' THEN 'the seller costs less at this volume'
                WHEN against = 'managed' THEN coalesce(against_seller, against_provider) || ' costs as much or less at this volume'
                WHEN saved_usd_per_request <= 0 THEN 'a tuned call costs as much as the prompted one, or more'
                ELSE 'hosting and upkeep cost more than is saved'
            END
            WHEN 'beyond_horizon' THEN 'pays back in ' || months_text(payback_low, payback_high)
                || format('; the horizon is {:,.0f}', horizon_months)
            ELSE CASE
                WHEN against = 'self_hosted' THEN format('saves ${:,.0f} to ${:,.0f} a month', worst_saved_usd_per_month, best_saved_usd_per_month)
                WHEN against = 'managed' THEN format('${:,.0f} a month less than at ', worst_saved_usd_per_month)
                    || coalesce(against_seller, against_provider)
                WHEN project_usd_high = 0 THEN format('saves ${:,.2f} a month', worst_saved_usd_per_month)
                ELSE 'pays back in ' || months_text(payback_low, payback_high)
            END
        END AS verdict_words,
        CASE
            WHEN verdict = 'nothing_to_compare' THEN CASE against
                WHEN 'managed' THEN 'another seller of this model'
                WHEN 'self_hosted' THEN 'open weights, and a measured throughput'
                ELSE 'a larger model of this seller'
            END
            WHEN verdict = 'unknown_price' THEN 'a price'
            WHEN verdict = 'not_for_sale' AND closed_on IS DISTINCT FROM closed_to_all_on THEN 'an active customer of the seller'
            WHEN verdict = 'not_for_sale' THEN 'another seller'
            WHEN horizon <= 0 THEN 'another model'
            WHEN against IN ('prompt_same_base', 'prompt_larger_base') AND saved_usd_per_request <= 0 THEN
                'a prompt of more than ' || format('{:,.0f}', prompt_tokens_to_break_even(
                    tuned_prompt_tokens, input_tokens, output_tokens, against_input, against_output, tuned_input,
                    tuned_output
                )) || format(' tokens, where this one has {:,.0f}', prompt_tokens)
            WHEN against = 'managed' AND saved_usd_per_request < 0 AND fixed_high < 0
                THEN format('{:,.0f} requests a month or fewer', floor(fixed_high / saved_usd_per_request))
                    || CASE WHEN verdict = 'pays' THEN ', as now' ELSE '' END
            WHEN against = 'managed' AND saved_usd_per_request <= 0 AND fixed_high >= 0 THEN 'another price'
            WHEN against = 'managed' AND fixed_high <= 0 THEN 'nothing: it costs less at any volume'
            WHEN even_requests_low IS NULL THEN 'another price'
            ELSE 'more than ' || requests_text(even_requests_low, even_requests_high)
                || CASE WHEN verdict = 'pays' THEN ', as now' ELSE '' END
        END AS would_take,
        closed_on,
        retires_on,
        horizon AS horizon_months,
        run_usd,
        project_usd_low,
        project_usd_high,
        tuned_usd_per_request,
        against_usd_per_request,
        saved_usd_per_request,
        CASE WHEN against = 'self_hosted' THEN kept_usd_per_month ELSE kept_usd_per_month + retraining_usd_per_month END
            AS tuned_fixed_usd_per_month,
        against_kept_low AS against_fixed_usd_per_month_low,
        against_kept_high AS against_fixed_usd_per_month_high,
        requests * tuned_usd_per_request + kept_usd_per_month
            + CASE WHEN against IN ('managed', 'self_hosted') THEN 0 ELSE retraining_usd_per_month END AS tuned_usd_per_month,
        requests * against_usd_per_request + against_kept_low AS against_usd_per_month_low,
        requests * against_usd_per_request + against_kept_high AS against_usd_per_month_high,
        greatest(even_requests_low, CASE WHEN even_requests_low IS NOT NULL THEN 0 END) AS break_even_requests_low,
        greatest(even_requests_high, CASE WHEN even_requests_high IS NOT NULL THEN 0 END) AS break_even_requests_high,
        CASE WHEN even_requests_low IS NOT NULL THEN greatest(even_requests_low, 0) * tuned_tokens END AS break_even_tokens_low,
        CASE WHEN even_requests_high IS NOT NULL THEN greatest(even_requests_high, 0) * tuned_tokens END
            AS break_even_tokens_high,
        payback_low AS payback_months_low,
        payback_high AS payback_months_high,
        CASE WHEN against IN ('prompt_same_base', 'prompt_larger_base') THEN prompt_tokens_to_break_even(
            tuned_prompt_tokens, input_tokens, output_tokens, against_input, against_output, tuned_input, tuned_output
        ) END AS prompt_tokens_to_break_even,
        (requests * tuned_usd_per_request + kept_usd_per_month) / nullif(requests * tuned_tokens, 0) * 1e6 AS tuned_usd_per_mtok_blended,
        gpus_low,
        gpus_high,
        measured_model,
        span_ids,
        CASE
            WHEN against = 'self_hosted' AND measured_model IS NOT NULL
                THEN 'gpu_utilisation min_gpus operations_usd_per_month peak_to_average tokens_per_second_per_gpu'
            WHEN against <> 'self_hosted' AND cache_hit_rate > 0 AND cache_minimum_tokens IS NOT NULL
                THEN 'cache_minimum_tokens'
        END AS assumptions
    FROM judged;
COMMENT ON MACRO TABLE break_even_over IS
'every offer of one table with every workload of another, each compared with what the offer names; the columns of break_even_scenario';
