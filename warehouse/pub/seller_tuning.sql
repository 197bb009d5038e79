-- One row per seller of tuning: what its pages ask for training now, what tuned calls cost over base, and how long it takes.
--
-- kind: view
-- order: provider
-- columns:
--   provider: the seller
--   models: how many of its models and size tiers have a price for training
--   training_low: the lowest price of supervised training in the standard tier, USD per 1M tokens; null where none is printed
--   training_high: the highest of them
--   minimum_low: the lowest minimum charge of a job, USD; null where none is printed
--   minimum_high: the highest of them
--   markup_low: the lowest ratio of a tuned input price to its base; null where none is known
--   markup_high: the highest of them
--   turnaround_low_hours: hours from order to model, by the guide; null where it says nothing
--   turnaround_high_hours: the high end of that
--   turnaround_as_of: the guide's day
--   verified_on: the newest day on which one of its prices was read
-- promises:

SELECT
    provider,
    models,
    training_low,
    training_high,
    minimum_low,
    minimum_high,
    markup_low,
    markup_high,
    turnaround_low_hours,
    turnaround_high_hours,
    turnaround_as_of,
    verified_on
FROM mart.seller_tuning
