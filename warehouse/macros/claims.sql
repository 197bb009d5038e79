-- How a printed figure is compared with a computed one.
--
-- where: warehouse

-- Twice, so that 0.775 / 0.01 = 77.49999999999999 counts as the 77.5 it is.
CREATE OR REPLACE MACRO as_printed(figure, printed_to) AS
    round(round(figure::DOUBLE / printed_to::DOUBLE, 6)) * printed_to::DOUBLE;
COMMENT ON MACRO as_printed IS 'a figure rounded to a multiple of printed_to: 12216 to 100 is 12200';

CREATE OR REPLACE MACRO power_of_ten(ratio) AS
    CASE
        WHEN ratio::DOUBLE > 0 AND abs(log10(ratio::DOUBLE)) > 0.5
            AND abs(log10(ratio::DOUBLE) - round(log10(ratio::DOUBLE))) < 1e-9
            THEN pow(10, round(log10(ratio::DOUBLE)))
    END;
COMMENT ON MACRO power_of_ten IS 'the ratio, where it is an exact power of ten other than 1; NULL otherwise';
