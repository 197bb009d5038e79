-- One row per arithmetic claim of the guide, beside what the same inputs give by the formulas of this warehouse.
--
-- kind: view
-- columns:
--   place: the order in which the claims are listed
--   claim: names the claim
--   theme: classification, creative, prompt, markup, data, distillation or lora
--   name: the claim in a few words
--   says: what the guide says, in our words
--   claimed_low: the figure it prints, or the low end of its range; null where it prints words
--   claimed_high: the high end of its range; the same as claimed_low for one figure
--   claimed_words: what it says instead of a figure; null where it prints one
--   unit: what the figures are in
--   recomputed_low: what its inputs give, at the low end
--   recomputed_high: what its inputs give, at the high end
--   verdict: holds where both are equal as printed, off_by_factor where one is the other times a power of ten, else differs
--   factor: recomputed over claimed, where the verdict is off_by_factor
--   formula: how it is computed, in words
--   beside: what another reading of the same claim gives; null where there is none
--   beside_words: which reading that is
--   note: what else to know
--   as_of: the guide's day
-- promises:
--   claims_are_judged: every claim has its inputs, an answer at both ends and a verdict

-- i holds a claim's inputs by name: all low ends, then all high ends; every formula here grows with its inputs.
WITH given AS (
    SELECT claim, 'low' AS which, map_from_entries(list((input, low::DOUBLE))) AS i FROM seed.claim_input GROUP BY claim
    UNION ALL
    SELECT claim, 'high' AS which, map_from_entries(list((input, high::DOUBLE))) AS i FROM seed.claim_input GROUP BY claim
),
billed AS (
    SELECT
        *,
        monthly_inference_usd(
            i['requests'], coalesce(i['prompt_tokens'], 0), coalesce(i['input_tokens'], 0),
            coalesce(i['output_tokens'], 0), i['base_input'], coalesce(i['base_output'], 0)
        ) AS base_usd,
        monthly_inference_usd(
            i['requests'], 0, i['input_tokens'], i['output_tokens'], i['tuned_input'], i['tuned_output']
        ) AS tuned_usd,
        project_usd(
            i['run_usd'], labelling_hours := i['labelling_hours'], labelling_usd_per_hour := i['labelling_rate']
        ) AS start_usd
    FROM given
),
answered AS (
    SELECT
        claim,
        which,
        CASE claim
            WHEN 'classification-prompt-monthly' THEN base_usd
            WHEN 'classification-fine-tuned-monthly' THEN tuned_usd
            WHEN 'classification-training-run' THEN training_run_usd(i['training_tokens'], i['training_price'])
            WHEN 'classification-year-one' THEN first_year_usd(start_usd, i['tuned_bill'], i['base_bill'])
            WHEN 'classification-benefit' THEN accuracy_benefit_usd(i['requests'], i['accuracy_gain'], i['error_usd'])
            WHEN 'voice-prompt-per-million' THEN base_usd
            WHEN 'voice-prompt-50m' THEN base_usd
            WHEN 'voice-overhead-drop' THEN saved_share(i['before'], i['after'])
            WHEN 'creative-inference-year' THEN bill_markup_usd(i['base_bill'], i['markup'], months := i['months'])
            WHEN 'creative-year-one'
                THEN first_year_usd(i['start_usd'], i['base_bill'] * i['markup'], i['base_bill'])
            WHEN 'creative-editor' THEN work_usd(i['drafts'], i['draft_usd'])
            WHEN 'small-tuned-vs-large-base' THEN saved_share(i['before'], i['after'])
            WHEN 'markup-5b-month'
                THEN markup_usd(i['tokens'], i['base_input'], i['base_input'] * i['markup']) * i['months']
            WHEN 'tuned-gpt54-vs-sonnet' THEN ratio_of(i['left_price'], i['right_price'])
            WHEN 'data-prep-share' THEN ratio_of(i['data_usd'], i['run_usd'])
            WHEN 'labelling-10k' THEN work_usd(i['hours'], i['rate'])
            WHEN 'synthetic-total' THEN project_usd(
                0, teacher_usd := i['teacher_usd'], review_hours := i['hours'], review_usd_per_hour := i['rate']
            )
            WHEN 'honest-budget' THEN project_usd(
                i['run_usd'], runs := i['runs'], labelling_hours := i['hours'], labelling_usd_per_hour := i['rate'],
                eval_usd := i['eval_usd']
            )
            WHEN 'distillation-closed-total' THEN project_usd(i['student_usd'], teacher_usd := i['teacher_usd'])
            WHEN 'distillation-payback' THEN payback_months(i['project_usd'], i['saved_usd'])
            WHEN 'lora-share' THEN ratio_of(i['lora_usd'], i['full_usd'])
            WHEN 'adapters-50-tenants' THEN project_usd(i['run_usd'], runs := i['tenants'])
        END AS answer,
        CASE claim
            WHEN 'classification-year-one' THEN first_year_usd(start_usd, tuned_usd, base_usd)
            WHEN 'data-prep-share' THEN ratio_of(i['data_usd'], project_usd(i['run_usd'], runs := i['runs']))
            WHEN 'labelling-10k' THEN work_usd(i['hours'], i['rate_between'])
        END AS beside
    FROM billed
),
compared AS (
    SELECT
        claim.* REPLACE (
            place::INTEGER AS place,
            claimed_low::DOUBLE AS claimed_low,
            claimed_high::DOUBLE AS claimed_high,
            printed_to::DOUBLE AS printed_to
        ),
        low.answer AS recomputed_low,
        high.answer AS recomputed_high,
        low.beside AS beside,
        power_of_ten(ratio_of(low.answer, claimed_low)) AS low_factor,
        power_of_ten(ratio_of(high.answer, claimed_high)) AS high_factor
    FROM seed.claim AS claim
    LEFT JOIN answered AS low ON claim.claim = low.claim AND low.which = 'low'
    LEFT JOIN answered AS high ON claim.claim = high.claim AND high.which = 'high'
),
judged AS (
    SELECT
        *,
        CASE
            WHEN recomputed_low IS NULL OR recomputed_high IS NULL THEN NULL
            WHEN rule = 'above' AND as_printed(recomputed_low, printed_to) > 1 THEN 'holds'
            WHEN rule = 'within' AND as_printed(recomputed_low, printed_to) >= claimed_low
                AND as_printed(recomputed_high, printed_to) <= claimed_high THEN 'holds'
            WHEN rule = 'equal' AND as_printed(recomputed_low, printed_to) = as_printed(claimed_low, printed_to)
                AND as_printed(recomputed_high, printed_to) = as_printed(claimed_high, printed_to) THEN 'holds'
            WHEN low_factor = high_factor THEN 'off_by_factor'
            ELSE 'differs'
        END AS verdict
    FROM compared
)
SELECT
    place,
    claim,
    theme,
    name,
    says,
    claimed_low,
    claimed_high,
    claimed_words,
    unit,
    recomputed_low,
    recomputed_high,
    verdict,
    CASE WHEN verdict = 'off_by_factor' THEN low_factor END AS factor,
    formula,
    beside,
    beside_words,
    note,
    as_of::DATE AS as_of
FROM judged
