-- A line of a worked example has both ends of an answer or a reason why it has none.

SELECT example, basis, line, low, high, unknown_because
FROM mart.guide_example
WHERE (low IS NULL) <> (high IS NULL) OR (low IS NULL) <> (unknown_because IS NOT NULL) OR low > high
