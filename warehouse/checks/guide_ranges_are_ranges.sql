-- The guide's ranges run upwards and no figure of it is missing.

SELECT provider, model, metric, low, high FROM pub.guide_figure WHERE low IS NULL OR high IS NULL OR low > high OR low < 0
