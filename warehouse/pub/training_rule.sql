-- One row per rule by which a seller counts what training bills, as its page states it: seeds/training_rule.csv.
--
-- kind: view
-- order: provider, method, kind
-- columns:
--   provider: the seller
--   method: how it is tuned: sft, dpo, rft, distillation; null where the rule holds for all
--   kind: bills_epochs, bills_evaluation, bills_dataset and bills_grader say with figure 1 or 0 whether; prompt_factor, how often a prompt's tokens count; cap_usd, the most that one job costs
--   figure: the figure of the rule
--   words: the rule, in our words
--   source_url: the page that states it
--   as_of: the day of the copy of the page in which a person read it
-- promises:
--   training_rule_is_reviewed: a training rule is of a known kind, has a believable figure, words, its page and a day, and stands once

SELECT
    provider,
    method,
    kind,
    figure::DOUBLE AS figure,
    words,
    source_url,
    as_of::DATE AS as_of
FROM seed.training_rule
