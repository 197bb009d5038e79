"""Kill it anywhere, run it again: the same history, the same events, each told once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.program import Installation

TABLES = (
    "price_history",
    "price_change",
    "availability",
    "markup",
    "markup_history",
    "scheduled_price",
    "held",
    "hold",
)
KILLS = 8


def published(installation: Installation) -> dict[str, list[Any]]:
    """What readers see, without when it was recorded."""
    with duckdb.connect(str(installation.site / "data" / "prices.duckdb"), read_only=True) as connection:
        return {
            table: connection.execute(
                f"SELECT {'* EXCLUDE (recorded_at)' if table == 'price_change' else '*'} FROM {table} ORDER BY ALL"
            ).fetchall()
            for table in TABLES
        }


def raw_counts(installation: Installation) -> dict[str, int]:
    """How many facts there are: a killed run must not leave a read, a verdict or an event twice."""
    with duckdb.connect(str(installation.home / "warehouse.duckdb"), read_only=True) as connection:
        return {
            table: (connection.execute(f"SELECT count(*) FROM raw.{table}").fetchone() or (0,))[0]
            for table in ("page_read", "reading", "quote", "availability", "judgement", "event")
        }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("undisturbed")
    installation = Installation(home=folder / "state", site=folder / "site", is_demo=True)
    said = installation.say("run")
    assert said.code == 0, said.err
    return installation


def test_a_run_killed_again_and_again_ends_as_one_that_was_left_alone(undisturbed: Installation, tmp_path: Path):
    killed = Installation(home=tmp_path / "state", site=tmp_path / "site", is_demo=True)
    moments = random.Random(20261123)  # the same moments each time, so that a failure can be looked at again
    deaths = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            killed.command("run"),
            env=killed.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=moments.uniform(1.5, 9))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            deaths += 1
    assert deaths > KILLS // 2, "the run was too quick to be killed: kill it earlier"
    said = killed.say("run")
    assert said.code == 0, said.err
    assert raw_counts(undisturbed) == raw_counts(killed)
    assert published(undisturbed) == published(killed)
