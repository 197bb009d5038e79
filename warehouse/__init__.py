"""Knows DuckDB: facts, the tables derived from them and the published copies. Knows neither web pages nor Dagster."""
