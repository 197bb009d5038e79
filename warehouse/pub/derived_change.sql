-- One row per markup, or answer about breaking even, that a published change moved.
--
-- kind: view
-- order: observed_at, provider, metric, series_id, event_id
-- columns:
--   event_id: names the move for ever
--   caused_by: the event of price_change whose price moved
--   metric: markup or break_even
--   series_id: names what moved, whatever its value
--   provider: the seller
--   model: the tuned model, as the seller names it
--   base_model: the model it is tuned from
--   size_tier: the band of model sizes, as printed
--   meter: of a markup: inference_input, inference_cached_input or inference_output
--   tier: the service tier
--   condition: of the tuned price
--   region: the printed region or scope
--   scenario: of an answer: the reference scenario
--   against: of an answer: prompt_same_base, prompt_larger_base or managed
--   against_model: of an answer: the model of the other side
--   old_value: before: tuned over base, or months to pay back; null where it never did
--   new_value: after
--   old_words: the verdict before
--   new_words: the verdict after
--   observed_at: the read that first showed the moved price
--   headline: the move in plain words
-- promises:

SELECT
    event_id,
    caused_by,
    metric,
    series_id,
    provider,
    model,
    base_model,
    size_tier,
    meter,
    tier,
    condition,
    region,
    scenario,
    against,
    against_model,
    old_value,
    new_value,
    old_words,
    new_words,
    observed_at,
    CASE
        WHEN metric = 'markup' THEN 'markup of ' || coalesce(model, size_tier, 'models') || ' ' || label_text(meter) || ': '
            || printf('%.3g', old_value) || 'x -> ' || printf('%.3g', new_value) || 'x'
        ELSE coalesce(model, size_tier, 'models') || ' for ' || scenario || ' against ' || label_text(against) || ': '
            || label_text(old_words) || coalesce(printf(' (%.3g months)', old_value), '') || ' -> '
            || label_text(new_words) || coalesce(printf(' (%.3g months)', new_value), '')
    END AS headline
FROM raw.derived_event
