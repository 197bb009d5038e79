"""How the published file is opened outside the site: lines to copy. Those that are `run` are run by a test, as printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What to write where; `run` names the interpreter of the test that runs them, None where none does."""

    where: str
    words: str
    lines: str
    run: str | None = None


def elsewhere(site_url: str) -> tuple[Lines, ...]:
    """The lines, for a site at this address; it ends in "/"."""
    return (
        Lines(
            where="DuckDB’s own shell",
            words="Any version from 1.2 on.",
            lines="duckdb -readonly prices.duckdb \"FROM price_as_of('2026-08-27')\"",
            run="shell",
        ),
        Lines(
            where="Python",
            words="With the package duckdb.",
            lines="""import duckdb

prices = duckdb.connect("prices.duckdb", read_only=True)
for row in prices.execute("FROM markup_at(100000000, 10000000) LIMIT 5").fetchall():
    print(row)""",
            run="python",
        ),
        Lines(
            where="pandas",
            words="Through DuckDB, with its types; or from the CSV of one table.",
            lines="""import duckdb
import pandas

history = duckdb.connect("prices.duckdb", read_only=True).sql("FROM price_history").df()
markups = pandas.read_csv("markup.csv")
print(history.dtypes, markups.describe())""",
            run="pandas",
        ),
        Lines(
            where="Polars",
            words="The whole history is one Parquet file, sorted by series and time.",
            lines="""import polars

history = polars.scan_parquet("prices.parquet")
print(history.filter(polars.col("valid_to").is_null()).group_by("provider").len().collect())""",
            run="polars",
        ),
        Lines(
            where="R",
            words="With the package duckdb. Not run by a test here.",
            lines="""library(DBI)
prices <- dbConnect(duckdb::duckdb(), "prices.duckdb", read_only = TRUE)
dbGetQuery(prices, "FROM markup")""",
        ),
        Lines(
            where="DBeaver, Metabase and others with JDBC",
            words="DuckDB’s driver, with the property duckdb.read_only = true. Not run by a test here.",
            lines="jdbc:duckdb:/folder/prices.duckdb",
        ),
        Lines(
            where="Beside the pipeline that writes it",
            words="On the machine where the file is replaced under its name, not on a download. DuckDB 2.0 reads the head of a "
            "file through one handle and the rest through another: it refuses a file that was put there in between as broken "
            "(“No more data remaining in MetadataReader”), and the next try succeeds. With TYPE duckdb, from 1.2 on, it is opened "
            "once, and nobody fails or waits. From 1.4 on the prefix in duckdb:/folder/prices.duckdb "
            "does the same wherever a name of a file is asked for.",
            lines="""ATTACH 'prices.duckdb' AS prices (READ_ONLY, TYPE duckdb);
USE prices;
FROM changes_since('2026-08-01');""",
            run="sql",
        ),
        Lines(
            where="Without a download",
            words="Needs DuckDB’s extension httpfs, which DuckDB fetches from its makers at the first use. "
            "USE, because the functions of the file call each other.",
            lines=f"""ATTACH '{site_url}data/prices.duckdb' AS prices (READ_ONLY, TYPE duckdb);
USE prices;
FROM changes_since('2026-08-01');""",
            run="httpfs",
        ),
    )
