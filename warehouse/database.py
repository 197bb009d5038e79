"""Opens the warehouse file, brings it up to this version, and names things.

Connections are short: one process writes at a time, and while it does nobody else can even read the file. Readers
belong on the published copy.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.errors import MigrationRefused, WarehouseBusy

MIGRATIONS = Path(__file__).parent / "migrations"

# Written by the oldest format there is, so that every DuckDB since 1.0 and the browser's can open the file.
STORAGE_VERSION = "v1.0.0"

_LOCKED = re.compile(r"Could not set lock on file", re.IGNORECASE)
# IO Error: Could not set lock on file "...": Conflicting lock is held in /usr/bin/python3.11 (PID 4242) by user x.
_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_RETRY_EVERY_S = 0.1


@contextmanager
def connect(path: Path, *, read_only: bool = False, wait_s: float = 30) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed at the end; the file is made where it does not exist.

    To open and to close costs more than most queries; inside another connection of this process to the same file both are cheap.
    Waits up to `wait_s` seconds for another process to let go, then raises WarehouseBusy naming that process.
    """
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    con = _open(path, read_only=read_only, deadline=time.monotonic() + wait_s)
    try:
        con.execute("SET TimeZone = 'UTC'")
        yield con
    finally:
        con.close()


def _open(path: Path, *, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {"storage_compatibility_version": STORAGE_VERSION}
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=config)
        except duckdb.IOException as error:
            if not _LOCKED.search(str(error)):
                raise
            if time.monotonic() >= deadline:
                raise WarehouseBusy(_who_holds(path, str(error))) from error
        time.sleep(_RETRY_EVERY_S)


def _who_holds(path: Path, message: str) -> str:
    holder = _HOLDER.search(message)
    who = f"process {holder['pid']} ({holder['program']})" if holder else "another process"
    return f"{path} is open in {who}, which did not let go in time. Wait for it, or stop it, and run this again."


def migrate(con: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS) -> list[str]:
    """Apply the migrations that this file lacks, oldest first; the names of those applied.

    Forward only. Each goes in one transaction with the record of it, so a failing one leaves nothing behind.
    Raises MigrationRefused as `pending` does, before anything is applied.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS raw")
    con.execute(
        "CREATE TABLE IF NOT EXISTS raw.migration "
        "(name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at TIMESTAMP NOT NULL)"
    )
    lacking = _lacking(con, folder)
    for name in lacking:
        _apply(con, name, (folder / f"{name}.sql").read_text(encoding="utf-8"))
    return lacking


def pending(con: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS) -> list[str]:
    """The names of the migrations that this file lacks, oldest first. Only reads.

    Raises MigrationRefused for an applied one that was edited since, and for a file of a newer version than this.
    """
    try:
        return _lacking(con, folder)
    except duckdb.CatalogException:  # a file that nothing was migrated into yet
        return [file.stem for file in _files(folder)]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def _lacking(con: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    applied = dict(con.execute("SELECT name, sha256 FROM raw.migration").fetchall())
    known = {file.stem: file for file in _files(folder)}
    if unknown := sorted(applied.keys() - known.keys()):
        raise MigrationRefused(f"the warehouse was made by a newer version: it has {', '.join(unknown)}")
    for name, digest in applied.items():
        if _digest(known[name].read_text(encoding="utf-8")) != digest:
            raise MigrationRefused(f"{name}.sql was edited after it was applied; put it back, and add a new migration")
    return [name for name in known if name not in applied]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _apply(con: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    with transaction(con):
        con.execute(text)
        con.execute("INSERT INTO raw.migration VALUES (?, ?, ?)", [name, _digest(text), now])


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or none of it."""
    con.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def sha16(*parts: object) -> str:
    """16 hex digits that name a row; absent parts count as empty. The SQL macro `sha16` gives the same."""
    packed = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(packed.encode()).hexdigest()[:16]
