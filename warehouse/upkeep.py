"""Keeps the derived tables true to the facts: `refresh` derives what was touched, `rebuild` derives everything.

Both run the same files: a table's query reads its inputs through `core.touched_series`, so a short list means little
work and the full list is a rebuild. Everything happens in one transaction, the list is emptied in it, and the list
is written in the transaction of the facts: after a crash anywhere, the next refresh finds what is left to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from warehouse import ledger
from warehouse.database import transaction
from warehouse.tables import SEEDS, Promise, TableFile, macros, promises, sql_version, tables
from warehouse.touched import is_due, mark_due, mark_every_feed, mark_everything, mark_other_pages

_FEEDS = "core.touched_feed"
_KEPT = (
    "core.touched_series",
    _FEEDS,
    "core.unheard_feed",
    "core.derived_state",
    "core.postponed",
)  # made by a migration: what upkeep remembers
ANSWERS = ("core.offer", "mart.offer_history", "mart.break_even_history")
"""What only readers ask for, and neither the judge nor the ledger of events: may wait while dates are replayed."""
LATE = timedelta(days=7)
"""What a rebuild finds to have happened longer ago is no news."""


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a refresh did: the series it derived again as (provider, page, series id), and what the tables hold now."""

    series: tuple[tuple[str, str, str], ...]
    rows: Mapping[str, int]


def needs_refresh(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables lag behind: new facts, a date that fell due, changed SQL or seeds, or a run that died."""
    if (
        _must_rebuild(con)
        or _postponed(con)
        or con.execute("SELECT 1 FROM core.touched_series LIMIT 1").fetchone() is not None
        or _has_new_feeds(con)
    ):
        return True
    return is_due(con, *_as_of(con))


def is_derived(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables are there and made by this version's SQL; they may lag behind the facts all the same."""
    return not _must_rebuild(con)


def catch_up(con: duckdb.DuckDBPyConnection) -> None:
    """`refresh`, where `needs_refresh`."""
    if needs_refresh(con):
        refresh(con)


def refresh(
    con: duckdb.DuckDBPyConnection, *, postponing: Collection[str] = (), then: Callable[[], object] = lambda: None
) -> Refreshed:
    """Derive again what new facts and fallen dates touch; everything, where the SQL or a seed changed.

    The tables of `postponing` wait for the next refresh without them, which makes them anew: whoever refreshes many
    times in a row pays for them once. `then` is done in the same transaction, at its end: the ledger of events.
    """
    if _must_rebuild(con):
        return rebuild(con, then=then)
    with transaction(con):
        mark_due(con, *_as_of(con))
        series = con.execute(
            "SELECT DISTINCT provider, page, series_id FROM core.touched_series ORDER BY ALL"
        ).fetchall()
        if series:
            mark_other_pages(con)
        for table in tables():
            if _is_touched(con, table, has_series=bool(series)) and table.name not in postponing:
                _upkeep(con, table)
        if series:
            for name in postponing:
                con.execute("INSERT INTO core.postponed VALUES ($name)", {"name": name})
        if not postponing and (waiting := _postponed(con)):
            mark_everything(con)
            for table in tables():
                if table.name in waiting:
                    con.execute(f"DELETE FROM {table.name}")
                    con.execute(f"INSERT INTO {table.name} {table.query}")
            con.execute("DELETE FROM core.postponed")
        _settle(con)
        then()
    return Refreshed(series=tuple(series), rows=row_counts(con))


def rebuild(con: duckdb.DuckDBPyConnection, *, then: Callable[[], object] = lambda: None) -> Refreshed:
    """Make every table and view anew, from the facts and the seeds alone; `then` as for `refresh`.

    Events that only this version of the program derives are written as the backfill they are: nobody is to hear today
    of what happened more than a week ago.
    """
    with transaction(con):
        for statements in macros("warehouse"):
            con.execute(statements)
        for file in sorted(SEEDS.glob("*.csv")):
            con.execute(f"CREATE OR REPLACE TABLE seed.{file.stem} AS FROM read_csv($file, header = true, all_varchar = true)",
                        {"file": str(file)})  # fmt: skip
        _drop_derived(con)
        mark_everything(con)
        mark_every_feed(con)
        for table in tables():
            con.execute(f"CREATE {table.kind.upper()} {table.name} AS {table.query}")
        for statements in macros("warehouse", asks_tables=True):
            con.execute(statements)
        series = con.execute("SELECT provider, page, series_id FROM core.touched_series ORDER BY ALL").fetchall()
        con.execute("DELETE FROM core.postponed")
        _settle(con)
        _backfill(con)
        then()
    return Refreshed(series=tuple(series), rows=row_counts(con))


def _backfill(con: duckdb.DuckDBPyConnection) -> None:
    _, as_of = _as_of(con)
    if isinstance(as_of, datetime) and con.execute("SELECT 1 FROM raw.event LIMIT 1").fetchone() is not None:
        now = as_of.replace(tzinfo=UTC)
        ledger.append_events(con, tick_id=f"{now:%Y%m%dT%H%M%SZ}", recorded_at=now, silent_before=as_of - LATE)


def bring_up(con: duckdb.DuckDBPyConnection, provider: str | None = None, page: str | None = None) -> None:
    """Make the tables readable, and true for one page: derive what is on the list only where it concerns that page.

    A tick records page after page before it derives anything; a page's second look in one tick must see its first.
    """
    if _must_rebuild(con) or (page is not None and _waits(con, provider, page)):
        refresh(con)


def _waits(con: duckdb.DuckDBPyConnection, provider: str | None, page: str) -> bool:
    query = "SELECT 1 FROM core.touched_series WHERE provider = ? AND page = ? LIMIT 1"
    return con.execute(query, [provider, page]).fetchone() is not None


def row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows each derived table has."""
    counts = {}
    for table in _derived_tables(con):
        row = con.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        counts[table.name] = row[0] if row else 0
    return counts


def failing_rows(con: duckdb.DuckDBPyConnection, promise: Promise | str) -> list[dict[str, object]]:
    """The rows that break a promise; none is the pass. Raises KeyError for a promise nobody made."""
    query = promise.query if isinstance(promise, Promise) else {one.name: one.query for one in promises()}[promise]
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def data_version(con: duckdb.DuckDBPyConnection) -> str:
    """16 hex digits that change exactly when a derived table's rows, a third party's prices, a seed or a SQL file do."""
    digest = hashlib.sha256(sql_version().encode())
    for table in _derived_tables(con):
        # Whatever the order of the rows: their number and all their digests folded together.
        row = con.execute(f"SELECT count(*), bit_xor(md5_number(t::VARCHAR)) FROM {table.name} AS t").fetchone()
        digest.update(f"{table.name} {row}\n".encode())
    # Published as they were imported, so no derived table holds them; a row never changes, so its id stands for it.
    row = con.execute("SELECT count(*), bit_xor(md5_number(feed_price_id)) FROM raw.feed_price").fetchone()
    digest.update(f"raw.feed_price {row}\n".encode())
    row = con.execute("SELECT count(*), bit_xor(md5_number(explanation_id)) FROM raw.explanation").fetchone()
    digest.update(f"raw.explanation {row}\n".encode())
    return digest.hexdigest()[:16]


def _derived_tables(con: duckdb.DuckDBPyConnection) -> list[TableFile]:
    there = con.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall()
    return [table for table in tables() if table.kind == "table" and (table.name,) in there]


def _has_new_feeds(con: duckdb.DuckDBPyConnection) -> bool:
    return con.execute(f"SELECT 1 FROM {_FEEDS} LIMIT 1").fetchone() is not None


def _postponed(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in con.execute("SELECT DISTINCT name FROM core.postponed").fetchall()}


def _is_touched(con: duckdb.DuckDBPyConnection, table: TableFile, *, has_series: bool) -> bool:
    """Whether anything a table is made from is on a list: pages do not touch third parties' lists, nor lists pages."""
    if table.upkeep is None:
        return False
    return _has_new_feeds(con) if table.upkeep.touched == _FEEDS else has_series


def _upkeep(con: duckdb.DuckDBPyConnection, table: TableFile) -> None:
    if table.upkeep is None:
        return
    columns = ", ".join(table.upkeep.columns)
    con.execute(f"DELETE FROM {table.name} WHERE ({columns}) IN (SELECT ({columns}) FROM {table.upkeep.touched})")
    con.execute(f"INSERT INTO {table.name} {table.query}")


def _drop_derived(con: duckdb.DuckDBPyConnection) -> None:
    # All of it, so that a file that was renamed or changed its kind leaves nothing behind.
    for kind, name_column in (("view", "view_name"), ("table", "table_name")):
        there = con.execute(
            f"""SELECT schema_name || '.' || {name_column} FROM duckdb_{kind}s()
                WHERE database_name = current_database() AND schema_name IN ('core', 'mart', 'pub')"""
        ).fetchall()
        for (name,) in there:
            if name not in _KEPT:
                con.execute(f"DROP {kind.upper()} {name}")


def _must_rebuild(con: duckdb.DuckDBPyConnection) -> bool:
    return con.execute("SELECT sql_version FROM core.derived_state").fetchone() != (sql_version(),)


def _as_of(con: duckdb.DuckDBPyConnection) -> tuple[object, object]:
    row = con.execute(
        "SELECT (SELECT as_of FROM core.derived_state), (SELECT max(fetched_at) FROM raw.page_read)"
    ).fetchone()
    return row if row is not None else (None, None)


def _settle(con: duckdb.DuckDBPyConnection) -> None:
    _, as_of = _as_of(con)
    con.execute("DELETE FROM core.touched_series")
    con.execute(f"DELETE FROM {_FEEDS}")
    con.execute("DELETE FROM core.derived_state")
    con.execute("INSERT INTO core.derived_state VALUES ($version, $as_of)", {"version": sql_version(), "as_of": as_of})


__all__ = [
    "Promise",
    "Refreshed",
    "bring_up",
    "catch_up",
    "data_version",
    "failing_rows",
    "is_derived",
    "needs_refresh",
    "promises",
    "rebuild",
    "refresh",
    "row_counts",
]
