-- The verdict on a workload, then every threshold. Parameters: those of ranking.sql, then the answers: prompt used up, expert
-- revisions, techniques tried, days flat, examples, agreement, format compliance, p50 latency, cheaper way tried, base stable,
-- months stable, structure first, task changes weekly, teacher.
SELECT *
FROM advise(
    requests := $1::DOUBLE, prompt_tokens := $2::DOUBLE, tuned_prompt_tokens := $3::DOUBLE, input_tokens := $4::DOUBLE,
    output_tokens := $5::DOUBLE, cache_hit_rate := $6::DOUBLE, horizon_months := $7::DOUBLE,
    training_tokens := $8::DOUBLE, method := $9::VARCHAR, runs := $10::DOUBLE, data_usd_low := $11::DOUBLE,
    data_usd_high := $12::DOUBLE, retrain_every_months := $13::DOUBLE, customer := $14::VARCHAR,
    own_provider := $15::VARCHAR, own_model := $16::VARCHAR, own_usd_per_month := $17::DOUBLE,
    accuracy_gain := $18::DOUBLE, usd_per_error := $19::DOUBLE,
    prompt_exhausted := $20::BOOLEAN, expert_revisions := $21::DOUBLE, techniques_tried := $22::DOUBLE,
    flat_days := $23::DOUBLE, examples := $24::DOUBLE, agreement := $25::DOUBLE, format_compliance := $26::DOUBLE,
    p50_ms := $27::DOUBLE, cheaper_tried := $28::BOOLEAN, base_stable := $29::BOOLEAN, months_stable := $30::DOUBLE,
    structure_first := $31::BOOLEAN, task_changes_weekly := $32::BOOLEAN, teacher := $33::BOOLEAN
)
