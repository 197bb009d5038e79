"""Ticks over a seller's page and a list that is watched beside it: what is held stands once a newer list agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import stages, tick
from pipeline.alerts import work
from pipeline.demo_server import DemoServer
from pipeline.report import TickReport
from pipeline.review import decide_command
from pipeline.run import run_tick
from pipeline.settings import RECORDINGS, Settings
from pipeline.stamp import state_of
from pipeline.workshop import Workshop
from scrapers.catalog import FEED_CATALOG, read_catalog
from scrapers.fetch import Fetcher
from tests.warehouse_facts import built_file
from warehouse import state

START = datetime(2026, 12, 3, 6, tzinfo=UTC)  # a Thursday, when a week of a weekly page begins, after the shipped lists
PAGE = (RECORDINGS / "anthropic" / "pricing-2026-08-21.md").read_text(encoding="utf-8")
DEAR = PAGE.replace("| $1 / MTok         | $1.25 / MTok ", "| $10 / MTok        | $1.25 / MTok ")
RULES = """
version: 1
targets: {here: {terminal: true}}
rules:
  - {id: all, match: {metric: price}, send: [here]}
"""
HAIKU = "meter = 'inference_input' AND tier = 'standard' AND model = 'Claude Haiku 4.5'"
WORDS = "a second source says the same: LiteLLM's model cost map, read on 2026-12-10"


BROKEN = "<html>Sign in</html>"


def listed(usd_per_million: float) -> str:
    """LiteLLM's table with what it says of Claude Haiku 4.5, and of a model that stands still."""
    entry = {"litellm_provider": "anthropic", "input_cost_per_token": usd_per_million / 1e6}
    still = {"litellm_provider": "anthropic", "input_cost_per_token": 5e-6}
    return json.dumps({"claude-haiku-4-5": entry, "claude-opus-5": still})


class World:
    """A page and a list that a test rewrites, and one tick after another over both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pages = [row for row in read_catalog() if (row.provider, row.page) == ("anthropic", "pricing")]
        lists = [row for row in read_catalog(FEED_CATALOG) if row.provider == "litellm"]
        self.rows = (*pages, *(replace(row, min_rows=2) for row in lists))
        alerts = folder / "alerts.yaml"
        alerts.write_text(RULES, encoding="utf-8")
        self.settings = Settings(
            home=folder / "state", site=folder / "site", site_url="http://127.0.0.1:8000/", is_demo=True, alerts=alerts
        )
        state_of(self.settings.home, is_demo=True)
        self.settings.warehouse.write_bytes(built_file())  # made once: a rebuild costs seconds
        self.write(PAGE, listed(1))
        self.shop: Workshop

    def write(self, page: str, table: str) -> None:
        for name, text in (("anthropic/pricing-2026-01-01.md", page), ("litellm/prices-2026-01-01.json", table)):
            path = self.folder / "recordings" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def open_on(self, days: float) -> datetime:
        self.shop = Workshop(
            settings=self.settings,
            rows=self.rows,
            make_fetcher=lambda: Fetcher(clock=self.shop.now, spacing_s=0, rewrite=self.server.local_url),
        )
        self.shop.stand_at(START + timedelta(days=days))
        return self.shop.now()

    def on_day(self, days: float, page: str, table: str, *, only: tuple[str, ...] = ()) -> TickReport:
        """A whole tick but for the site; `only` what a person asks for, due or not."""
        self.write(page, table)
        now = self.open_on(days)
        begun = tick.begin(self.shop, now, only=only)
        tick.look(self.shop, list(begun.due.values()))
        return self.go_on()

    def go_on(self) -> TickReport:
        """What comes after looking."""
        stages.read_pages(self.shop)
        stages.keep_history(self.shop)
        work.match(self.shop, self.shop.now())
        return stages.report_of(self.shop)

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        with self.shop.warehouse() as connection:
            return connection.execute(query).fetchall()

    def price(self) -> float:
        ((amount,),) = self.asked(f"SELECT amount::DOUBLE FROM mart.current_price WHERE {HAIKU}")
        return float(amount)

    def told(self) -> list[tuple[str, float]]:
        """The moves of Haiku's price in the ledger, with the ticks that told them."""
        return self.asked(
            f"SELECT tick_id, new_amount::DOUBLE FROM raw.event WHERE {HAIKU} AND kind = 'vendor_change' ORDER BY ALL"
        )

    def alerts(self) -> list[tuple[str, int]]:
        return self.asked(
            f"""SELECT delivery.target_id, count(*) FROM raw.delivery AS delivery INNER JOIN raw.event AS event USING (event_id)
                WHERE {HAIKU} AND event.kind = 'vendor_change' GROUP BY ALL"""
        )

    def released(self) -> list[tuple[str]]:
        return self.asked("SELECT reason FROM raw.judgement WHERE rule = 'second_source'")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    with DemoServer(tmp_path / "recordings", made.rows, date(2027, 12, 31)) as made.server:
        made.open_on(0)
        yield made
        assert {name: rows for name, rows in stages.broken_promises(made.shop).items() if rows} == {}


@pytest.fixture
def holding(world: World) -> World:
    """Haiku at 1 USD on the page and in the list, and at ten times that on the page from the second day on."""
    world.on_day(0, PAGE, listed(1))
    world.on_day(1, DEAR, listed(1))
    assert (world.price(), world.told(), world.released()) == (1, [], [])
    return world


def test_a_list_that_comes_in_a_tick_releases_what_is_held_in_that_tick(holding: World):
    report = holding.on_day(7, DEAR, listed(10), only=("litellm",))
    assert [(page.provider, page.outcome) for page in report.looked] == [("litellm", "good")]
    assert holding.price() == 10
    assert holding.told() == [("20261210T060000Z", 10.0)]
    assert holding.alerts() == [("here", 1)]
    assert holding.released() == [(WORDS,)]
    page = next(page for page in report.pages if page.provider == "anthropic")
    assert (page.moved, page.released, page.waiting) == (1, 1, 0)
    (line,) = [line for line in report.lines() if line.provider == "anthropic"]
    assert line.words == "not due; 1 moved; 1 that was held stands: a list agrees"
    again = holding.on_day(7.1, DEAR, listed(10))
    assert (again.events, len(holding.released())) == (0, 1)
    holding.on_day(14, DEAR, listed(10))
    assert (len(holding.told()), len(holding.released()), holding.alerts()) == (1, 1, [("here", 1)])


def test_a_page_that_moves_on_the_day_of_a_list_that_says_the_same_is_believed_at_once(world: World):
    world.on_day(0, PAGE, listed(1))
    report = world.on_day(7, DEAR, listed(10))
    page = next(page for page in report.pages if page.provider == "anthropic")
    assert (page.moved, page.held, page.released) == (1, 0, 0)
    assert (world.price(), world.told()) == (10, [("20261210T060000Z", 10.0)])


@pytest.mark.parametrize("killed_after", ["the list was kept", "its tables were derived", "the verdict was given"])
def test_a_tick_that_is_killed_is_made_up_for_once(holding: World, monkeypatch: pytest.MonkeyPatch, killed_after: str):
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    steps: dict[str, tuple[object, str]] = {
        "the list was kept": (tick.upkeep, "catch_up"),
        "its tables were derived": (state, "held_rows"),
        "the verdict was given": (state, "forget_unheard"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*steps[killed_after], kill)
        with suppress(Killed):
            holding.on_day(7, DEAR, listed(10), only=("litellm",))
            pytest.fail("nothing was killed")
    assert holding.told() == []
    holding.on_day(7.1, DEAR, listed(10))
    assert (holding.price(), holding.released()) == (10, [(WORDS,)])
    assert [amount for _, amount in holding.told()] == [10.0]
    assert holding.alerts() == [("here", 1)]
    holding.on_day(8, DEAR, listed(10))
    assert (len(holding.told()), len(holding.released()), holding.alerts()) == (1, 1, [("here", 1)])


def test_a_list_that_a_killed_run_left_unheard_is_heard_in_the_next_tick(
    holding: World, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(tick, "release_held", lambda *_: [])
        holding.on_day(7, DEAR, listed(10), only=("litellm",))
        stages.publish(holding.shop)
    assert holding.price() == 1
    now = holding.open_on(7.01)
    report = run_tick(holding.shop, now, only=("nobody",))
    assert (report.looked, report.events, report.published) == ([], 1, True)
    assert holding.price() == 10


def test_a_list_that_nobody_moved_releases_nothing(world: World):
    """It said so before the seller's page did: it was wrong then, and another look at it makes it no witness."""
    world.on_day(0, PAGE, listed(10))
    for day in (6, 7, 14):
        world.on_day(day, DEAR, listed(10))
    assert (world.price(), world.released()) == (1, [])


def test_a_list_of_another_mind_releases_nothing(holding: World):
    holding.on_day(7, DEAR, listed(9.9))
    assert (holding.price(), holding.told(), holding.released()) == (1, [], [])


def test_a_list_from_before_the_reading_releases_nothing(world: World):
    """A killed run's look at the list is taken in after the page moved: it was taken before that."""
    world.on_day(0, PAGE, listed(1))
    world.write(PAGE, listed(10))
    now = world.open_on(7)
    begun = tick.begin(world.shop, now)
    tick.look(world.shop, [due for key, due in begun.due.items() if key[0] == "litellm"])
    spooled = {path: path.read_bytes() for path in world.settings.looks.glob("*.json")}
    assert spooled
    for path in spooled:
        path.unlink()
    world.on_day(8, DEAR, BROKEN)
    for path, packed in spooled.items():
        path.write_bytes(packed)
    world.on_day(9, DEAR, BROKEN)
    assert world.asked("SELECT count(*) FROM raw.feed_price WHERE amount = 10") == [(1,)], "the list was taken in"
    assert (world.price(), world.released()) == (1, [])


def test_a_list_does_not_overrule_a_person(holding: World):
    with holding.shop.warehouse() as connection:
        (held,) = state.held_rows(connection)
    decide_command(holding.settings, held["judgement_id"], verdict="refused", why="a slipped point", by="ada")
    holding.on_day(7, DEAR, listed(10))
    assert (holding.price(), holding.told(), holding.released()) == (1, [], [])
