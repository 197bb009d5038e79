"""Reading the published copy: the terminal's tables and `ftprices sql` see what the site's readers see, no more.

Opened read-only, without access to other files or to extensions, with its configuration locked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import CommandError, NothingRead, UsageFault
from pipeline.settings import Settings
from pipeline.stamp import read_stamp

QUERIES = Path(__file__).parent / "queries"
MEMORY_LIMIT = "1GB"
TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Answer:
    """A result: column names and rows, in order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as objects, in the columns' order."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@contextmanager
def open_published(settings: Settings, *, writable_file: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database, safe to hand a stranger's query; `writable_file` is the one file it may write.

    Raises NothingRead when nothing is published, or when what is published belongs to another state.
    """
    path = settings.published_database
    if not path.is_file():
        command = "ftprices run --demo" if settings.is_demo else "ftprices run"
        raise NothingRead(f"nothing is published at {path}; run `{command}` first")
    stamp = read_stamp(settings.site)
    if stamp is not None and stamp.is_demo != settings.is_demo:
        built, asked = ("the demonstration", "live prices") if stamp.is_demo else ("live prices", "the demonstration")
        flag = "add --demo" if stamp.is_demo else "drop --demo"
        raise NothingRead(f"the site at {settings.site} holds {built}, not {asked}; {flag}, or build it again")
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": MEMORY_LIMIT,
    }
    connection = duckdb.connect(str(path), read_only=True, config=config)
    try:
        if writable_file is not None:
            connection.execute("SET allowed_paths = [?]", [str(writable_file)])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def ask(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] | None = None) -> Answer:
    """One query's answer. Raises UsageFault with DuckDB's own words, which point at the place."""
    timer = threading.Timer(TIMEOUT_S, connection.interrupt)
    timer.start()
    try:
        cursor = connection.execute(sql, parameters)
        columns = tuple(column[0] for column in cursor.description or ())
        return Answer(columns, cursor.fetchall())
    except duckdb.InterruptException as error:
        raise CommandError(f"the query ran for more than {TIMEOUT_S:.0f} s and was stopped") from error
    except duckdb.Error as error:
        raise UsageFault(str(error)) from error
    finally:
        timer.cancel()


def named(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | None = None) -> Answer:
    """The answer of one of our own queries, by the name of its file."""
    return ask(connection, (QUERIES / f"{query}.sql").read_text(encoding="utf-8"), parameters)
