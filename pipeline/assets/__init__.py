"""Dagster assets: thin shells over `pipeline.tick` and `pipeline.stages`; no work is done here."""
