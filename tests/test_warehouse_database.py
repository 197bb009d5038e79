"""The warehouse file: who may open it, and how it is brought up to this version."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.warehouse_facts import empty_warehouse
from warehouse.database import MIGRATIONS, connect, migrate, sha16, transaction
from warehouse.errors import MigrationRefused, WarehouseBusy
from warehouse.upkeep import rebuild

HOLD = """
import sys, time, duckdb
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(float(sys.argv[2]))
con.close()
"""


@contextmanager
def held_by_another_process(file: Path, seconds: float) -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file), str(seconds)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        try:
            yield other.pid
        finally:
            other.kill()


def test_a_new_file_is_made_in_the_oldest_format_and_speaks_utc(tmp_path: Path):
    file = tmp_path / "not" / "there" / "warehouse.duckdb"
    with connect(file) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS x")
        (tags,) = con.execute("SELECT tags FROM duckdb_databases() WHERE path = ?", [str(file)]).fetchone() or ({},)
        assert tags["storage_version"].startswith("v1.0.0")
        assert con.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
    with connect(file, read_only=True) as con:
        assert con.execute("FROM t").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("CREATE TABLE u AS SELECT 1 AS x")


def test_a_file_that_stays_open_elsewhere_is_busy_and_the_holder_is_named(tmp_path: Path):
    file = tmp_path / "warehouse.duckdb"
    with held_by_another_process(file, 60) as pid, pytest.raises(WarehouseBusy, match=f"process {pid} "):  # noqa: SIM117
        with connect(file, wait_s=0.2):
            pass


def test_a_file_that_is_let_go_in_time_is_opened(tmp_path: Path):
    file = tmp_path / "warehouse.duckdb"
    with held_by_another_process(file, 0.5), connect(file, wait_s=20) as con:
        assert con.execute("SELECT 1").fetchone() == (1,)


def test_a_file_that_is_no_database_is_not_called_busy(tmp_path: Path):
    file = tmp_path / "warehouse.duckdb"
    file.write_text("not a database, by any means" * 1000)
    started = time.monotonic()
    with pytest.raises(duckdb.Error, match="not a valid DuckDB"), connect(file, wait_s=30):
        pass
    assert time.monotonic() - started < 10


def test_migrations_are_applied_once():
    con = duckdb.connect(":memory:")
    assert migrate(con) == [file.stem for file in sorted(MIGRATIONS.glob("*.sql"))] != []
    assert migrate(con) == []
    con.close()


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.removeprefix('m')}.sql").write_text(text)
    return folder


def test_an_applied_migration_may_not_be_edited(tmp_path: Path):
    con = duckdb.connect(":memory:")
    assert migrate(con, folder_with(tmp_path, m0001_a="CREATE TABLE raw.a (x INTEGER)")) == ["0001_a"]
    folder_with(tmp_path, m0001_a="CREATE TABLE raw.a (x BIGINT)", m0002_b="CREATE TABLE raw.b (x INTEGER)")
    with pytest.raises(MigrationRefused, match=r"0001_a\.sql was edited"):
        migrate(con, tmp_path)
    con.close()


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path):
    con = duckdb.connect(":memory:")
    migrate(con, folder_with(tmp_path, m0001_a="CREATE TABLE raw.a (x INTEGER)"))
    (tmp_path / "0001_a.sql").unlink()
    with pytest.raises(MigrationRefused, match="newer version: it has 0001_a"):
        migrate(con, tmp_path)
    con.close()


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path):
    con = duckdb.connect(":memory:")
    broken = folder_with(tmp_path, m0001_a="CREATE TABLE raw.a (x INTEGER); INSERT INTO raw.nowhere VALUES (1)")
    with pytest.raises(duckdb.CatalogException):
        migrate(con, broken)
    assert migrate(con, folder_with(tmp_path, m0001_a="CREATE TABLE raw.a (x INTEGER)")) == ["0001_a"]
    con.close()


def test_a_transaction_is_all_or_nothing():
    con = duckdb.connect(":memory:")
    con.execute("CREATE TABLE t (x INTEGER)")

    def killed_in_between() -> None:
        with transaction(con):
            con.execute("INSERT INTO t VALUES (1)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed_in_between()
    assert con.execute("FROM t").fetchall() == []
    con.close()


@pytest.mark.parametrize("parts", [(), ("a",), ("a", None, "b"), (None,), ("a", "", "b"), ("é€", 5)])
def test_python_and_sql_name_rows_alike(parts: tuple[object, ...]):
    with empty_warehouse() as con:
        rebuild(con)
        listed = [None if part is None else str(part) for part in parts]
        assert con.execute("SELECT sha16($parts::VARCHAR[])", {"parts": listed}).fetchone() == (sha16(*parts),)
