-- Every meter that is read has its unit among the seeds.

SELECT DISTINCT meter FROM core.price_span ANTI JOIN seed.meter USING (meter)
