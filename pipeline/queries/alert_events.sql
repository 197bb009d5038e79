-- Every published event that anybody could hear of, as rules see it; no parameters. Corrections of a third party's list
-- are left out: feeds alone never alert.
WITH third_party AS (
    SELECT DISTINCT series_id, source FROM price_history WHERE trust = 'third_party'
)
SELECT
    event_id, event_id AS caused_by, 'price' AS ledger, metric, kind, '' AS tick_id,
    provider || '/' || change.series_id AS series_id, provider, page, model, base_model, size_tier, meter, variant, tier,
    NULL AS scenario, NULL AS against, old_amount_text AS old_value, new_amount_text AS new_value,
    old_state AS old_words, new_state AS new_words, observed_at, headline
FROM price_change AS change
WHERE NOT is_superseded
  AND (is_news OR (
      kind IN ('correction', 'unit_slip', 'placeholder', 'alias_repointed')
      AND NOT EXISTS (
          FROM third_party
          WHERE third_party.series_id = change.series_id AND third_party.source = change.provider || '/' || change.page
      )
  ))
UNION ALL
SELECT
    derived.event_id, caused_by, 'derived', derived.metric, change.kind, '', derived.series_id, derived.provider, page,
    derived.model, derived.base_model, derived.size_tier, derived.meter, 'fine_tuned', derived.tier, scenario, against,
    CASE WHEN derived.metric = 'markup' OR old_value IS NOT NULL THEN old_value::VARCHAR ELSE 'Infinity' END,
    CASE WHEN derived.metric = 'markup' OR new_value IS NOT NULL THEN new_value::VARCHAR ELSE 'Infinity' END,
    old_words, new_words, derived.observed_at, derived.headline
FROM derived_change AS derived INNER JOIN price_change AS change ON derived.caused_by = change.event_id
ORDER BY observed_at, ledger DESC, provider, page, series_id, event_id
