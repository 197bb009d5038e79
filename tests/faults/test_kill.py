"""Kill it anywhere, run it again: the same history, the same events, each told once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from pipeline import stages, tick
from pipeline.errors import CommandError
from pipeline.report import TickReport
from pipeline.run import _run_demo
from pipeline.settings import Settings, read_settings
from pipeline.workshop import Workshop, open_workshop
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
# Moves, and an announcement that is taken back.
DATES = (date(2026, 2, 13), date(2026, 7, 21), date(2026, 8, 21), date(2026, 9, 11))


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
        counts = {
            table: (connection.execute(f"SELECT count(*) FROM raw.{table}").fetchone() or (0,))[0]
            for table in ("page_read", "reading", "quote", "availability", "judgement", "event", "unmatched_event")
        }
        # Each alert is told once, though a killed run may tell in two messages what another tells in one.
        told = connection.execute(
            """SELECT state, count(*) FROM raw.delivery WHERE rule_id <> 'operators' GROUP BY state ORDER BY state"""
        ).fetchall()
        return counts | dict(told)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("undisturbed")
    installation = Installation(home=folder / "state", site=folder / "site", is_demo=True)
    said = installation.say("run")
    assert said.code == 0, said.err
    return installation


def some_dates(shop: Workshop) -> list[TickReport]:
    """A few dates of the demonstration, played as `ftprices run --demo` plays them all."""
    shop.dates = tuple(day for day in shop.dates if day in DATES)
    assert len(shop.dates) == len(DATES)
    return _run_demo(shop, as_json=True)


def facts_of(settings: Settings) -> dict[str, list[Any]]:
    """Which page was read in which tick, what was decided of it, and what was told."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return {
            "read": connection.execute("SELECT read_id, outcome FROM raw.page_read ORDER BY ALL").fetchall(),
            "judged": connection.execute(
                "SELECT read_id, series_id, verdict, rule FROM raw.judgement ORDER BY ALL"
            ).fetchall(),
            "told": connection.execute("SELECT event_id FROM raw.event ORDER BY ALL").fetchall(),
        }


@pytest.mark.parametrize(("module", "step", "every"), [(tick, "take_in", 3), (stages, "keep_history", 2)])
def test_a_tick_that_was_killed_is_finished_before_the_next(
    module: ModuleType, step: str, every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Between two of its pages the rest is read as of that tick; before the history is kept, what waits for another
    reading is known all the same, and the next tick takes it."""

    def settings_of(name: str) -> Settings:
        return replace(read_settings(is_demo=True), home=tmp_path / name / "state", site=tmp_path / name / "site")

    with open_workshop(settings_of("undisturbed")) as shop:
        some_dates(shop)
    expected = facts_of(settings_of("undisturbed"))
    assert any("T07" in read_id for read_id, _ in expected["read"]), "a date with a second tick is needed"

    unharmed, calls = getattr(module, step), 0

    def killed(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % every == every - 1:  # of pages the first, the last or one in between
            raise KeyboardInterrupt
        return unharmed(*args)

    monkeypatch.setattr(module, step, killed)
    deaths = 0
    while True:
        try:
            with open_workshop(settings_of("killed")) as shop:
                some_dates(shop)
            break
        except (KeyboardInterrupt, CommandError):  # the last tick goes through Dagster, which words it
            deaths += 1
    assert deaths >= len(DATES)
    assert facts_of(settings_of("killed")) == expected


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
