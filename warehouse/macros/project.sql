-- What a project costs and returns, each formula written once. Money in USD; a missing figure gives an unknown answer, never 0.
--
-- where: both

CREATE OR REPLACE MACRO work_usd(pieces, usd_each) AS pieces::DOUBLE * usd_each::DOUBLE;
COMMENT ON MACRO work_usd IS 'USD for work paid by the piece or the hour';

CREATE OR REPLACE MACRO project_usd(
    run_usd, runs := 1, labelling_hours := 0, labelling_usd_per_hour := 0, eval_usd := 0, teacher_usd := 0,
    review_hours := 0, review_usd_per_hour := 0, dedup_usd := 0
) AS
    run_usd::DOUBLE * runs::DOUBLE
    + work_usd(labelling_hours, labelling_usd_per_hour)
    + eval_usd::DOUBLE
    + teacher_usd::DOUBLE
    + work_usd(review_hours, review_usd_per_hour)
    + dedup_usd::DOUBLE;
COMMENT ON MACRO project_usd IS
'USD spent once: training runs, labelling, test set, a teacher''s answers, their review, removal of duplicates';

CREATE OR REPLACE MACRO first_year_usd(project_usd, tuned_usd_per_month, base_usd_per_month, months := 12) AS
    project_usd::DOUBLE + months::DOUBLE * (tuned_usd_per_month::DOUBLE - base_usd_per_month::DOUBLE);
COMMENT ON MACRO first_year_usd IS 'USD that tuning adds in a year: the project, and twelve times what calls cost more or less';

CREATE OR REPLACE MACRO bill_markup_usd(base_usd_per_month, ratio, months := 12) AS
    base_usd_per_month::DOUBLE * (ratio::DOUBLE - 1) * months::DOUBLE;
COMMENT ON MACRO bill_markup_usd IS 'USD that a markup adds to a monthly bill over some months; ratio is tuned over base';

CREATE OR REPLACE MACRO accuracy_benefit_usd(requests, accuracy_gain, usd_per_error, months := 12) AS
    requests::DOUBLE * months::DOUBLE * accuracy_gain::DOUBLE * usd_per_error::DOUBLE;
COMMENT ON MACRO accuracy_benefit_usd IS
'USD a year that avoided errors are worth; requests are per month, accuracy_gain is a share (0.04 for 4 points)';

CREATE OR REPLACE MACRO accuracy_return_usd(
    requests, accuracy_gain, usd_per_error, project_usd, tuned_usd_per_month, base_usd_per_month, months := 12
) AS
    accuracy_benefit_usd(requests, accuracy_gain, usd_per_error, months := months)
    - first_year_usd(project_usd, tuned_usd_per_month, base_usd_per_month, months := months);
COMMENT ON MACRO accuracy_return_usd IS 'USD that avoided errors return in a year, less the project and the dearer calls';

CREATE OR REPLACE MACRO ratio_of(amount, over_amount) AS amount::DOUBLE / nullif(over_amount::DOUBLE, 0);
COMMENT ON MACRO ratio_of IS 'one figure over another; NULL over nothing';

CREATE OR REPLACE MACRO saved_share(amount_before, amount_after) AS 1 - ratio_of(amount_after, amount_before);
COMMENT ON MACRO saved_share IS 'the share by which a figure fell: 0.78 is 78 % less';
