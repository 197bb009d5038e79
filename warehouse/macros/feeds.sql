-- How two printed prices are compared.
--
-- where: both

CREATE OR REPLACE MACRO same_amount(amount, other) AS
    amount = other OR abs(amount::DOUBLE - other::DOUBLE) <= 1e-9 * greatest(abs(amount::DOUBLE), abs(other::DOUBLE));
COMMENT ON MACRO same_amount IS
'whether two amounts are one price: equal to one part in a thousand million, which is the dust of binary fractions';
