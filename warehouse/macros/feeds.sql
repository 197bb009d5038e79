-- How two printed prices are compared, and what is read from third parties' lists.
--
-- where: both

CREATE OR REPLACE MACRO same_amount(amount, other) AS
    amount = other OR abs(amount::DOUBLE - other::DOUBLE) <= 1e-9 * greatest(abs(amount::DOUBLE), abs(other::DOUBLE));
COMMENT ON MACRO same_amount IS
'whether two amounts are one price: equal to one part in a thousand million, which is the dust of binary fractions';

CREATE OR REPLACE MACRO is_power_of_ten(ratio) AS
    ratio > 0 AND abs(log10(ratio::DOUBLE)) > 0.5 AND abs(log10(ratio::DOUBLE) - round(log10(ratio::DOUBLE))) < 1e-9;
COMMENT ON MACRO is_power_of_ten IS 'whether one amount is 10, 100, 0.001 ... times another: a slipped unit';
