-- The formulas, each written once. Money in USD, token prices in USD per 1,000,000 tokens, a month is 730 hours.
-- An unknown price gives an unknown answer (NULL), never 0; what never pays gives NULL, never infinity.
--
-- where: both

CREATE OR REPLACE MACRO monthly_inference_usd(
    requests, prompt_tokens, input_tokens, output_tokens, input_usd_per_mtok, output_usd_per_mtok,
    cached_input_usd_per_mtok := NULL, cache_hit_rate := 0
) AS
    requests::DOUBLE * (
        prompt_tokens::DOUBLE * (
            (1 - cache_hit_rate::DOUBLE) * input_usd_per_mtok::DOUBLE
            + cache_hit_rate::DOUBLE * coalesce(cached_input_usd_per_mtok::DOUBLE, input_usd_per_mtok::DOUBLE)
        )
        + input_tokens::DOUBLE * input_usd_per_mtok::DOUBLE
        + output_tokens::DOUBLE * output_usd_per_mtok::DOUBLE
    ) / 1e6;
COMMENT ON MACRO monthly_inference_usd IS
'USD a month for calling a model; requests are per month, tokens per request, prices USD per 1M tokens; no cached price means no discount';

CREATE OR REPLACE MACRO markup_usd(tokens, base_usd_per_mtok, tuned_usd_per_mtok) AS
    tokens::DOUBLE / 1e6 * (tuned_usd_per_mtok::DOUBLE - base_usd_per_mtok::DOUBLE);
COMMENT ON MACRO markup_usd IS 'what that many tokens cost more on the tuned model than on its base, USD';

CREATE OR REPLACE MACRO training_run_usd(training_tokens, usd_per_mtok, minimum_usd := 0) AS
    CASE
        WHEN training_tokens IS NULL OR usd_per_mtok IS NULL THEN NULL
        ELSE greatest(coalesce(minimum_usd::DOUBLE, 0), training_tokens::DOUBLE / 1e6 * usd_per_mtok::DOUBLE)
    END;
COMMENT ON MACRO training_run_usd IS 'USD for one training run: tokens times price, or the minimum of a job';

CREATE OR REPLACE MACRO break_even_requests(
    project_usd, horizon_months, fixed_usd_per_month, saved_usd_per_request
) AS
    CASE
        WHEN horizon_months::DOUBLE > 0 AND saved_usd_per_request::DOUBLE > 0
            THEN (project_usd::DOUBLE / horizon_months::DOUBLE + fixed_usd_per_month::DOUBLE)
                / saved_usd_per_request::DOUBLE
    END;
COMMENT ON MACRO break_even_requests IS
'requests a month from which a project pays within the horizon; NULL when it never pays';

CREATE OR REPLACE MACRO payback_months(project_usd, saved_usd_per_month) AS
    CASE WHEN saved_usd_per_month::DOUBLE > 0 THEN project_usd::DOUBLE / saved_usd_per_month::DOUBLE END;
COMMENT ON MACRO payback_months IS 'months until the savings have paid the project; NULL when it never pays';

CREATE OR REPLACE MACRO break_even_tokens(self_host_usd_per_month, blended_usd_per_mtok) AS
    CASE
        WHEN blended_usd_per_mtok::DOUBLE > 0
            THEN self_host_usd_per_month::DOUBLE / blended_usd_per_mtok::DOUBLE * 1e6
    END;
COMMENT ON MACRO break_even_tokens IS 'tokens a month at which a seller costs as much as self-hosting; NULL without a price';
