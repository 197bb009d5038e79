"""Ticks over pages that move, slip, shrink and lose a section: what becomes history, what waits, what a person decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import stages, tick
from pipeline.demo_server import DemoServer
from pipeline.report import TickReport
from pipeline.review import decide_command
from pipeline.settings import RECORDINGS, Settings
from pipeline.stamp import state_of
from pipeline.workshop import Workshop, catalogue
from scrapers.fetch import Fetcher
from warehouse import state

START = datetime(2026, 9, 9, 6, tzinfo=UTC)
EXAMPLE = (RECORDINGS / "_example" / "pricing-2026-09-09.html").read_text(encoding="utf-8")
CLAUDE = (RECORDINGS / "anthropic" / "pricing-2026-08-21.md").read_text(encoding="utf-8")


class Web:
    """A seller's page that a test rewrites from tick to tick."""

    def __init__(self, folder: Path, provider: str) -> None:
        self.recordings = folder / "recordings"
        self.provider = provider
        self.rows = tuple(row for row in catalogue(is_demo=True) if row.provider == provider and row.page == "pricing")

    def print_page(self, text: str) -> None:
        suffix = "md" if self.provider == "anthropic" else "html"
        path = self.recordings / self.provider / f"pricing-2026-01-01.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    state_of(tmp_path / "state", is_demo=True)
    return Settings(home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/", is_demo=True)


Ticker = Callable[[str, float], TickReport]


@pytest.fixture
def seller(tmp_path: Path) -> str:
    return "_example"


@pytest.fixture
def at_hour(tmp_path: Path, settings: Settings, seller: str) -> Iterator[Ticker]:
    """Run a tick `hours` after the start, with the page reading `text`; the whole tick but for the site."""
    web = Web(tmp_path, seller)
    web.print_page("-")
    with DemoServer(web.recordings, web.rows, date(2026, 12, 31)) as server:

        def run(text: str, hours: float) -> TickReport:
            web.print_page(text)
            shop = Workshop(
                settings=settings,
                rows=web.rows,
                make_fetcher=lambda: Fetcher(clock=shop.now, spacing_s=0, rewrite=server.local_url),
            )
            shop.stand_at(START + timedelta(hours=hours))
            begun = tick.begin(shop, shop.now())
            tick.look(shop, list(begun.due.values()))
            stages.read_pages(shop)
            stages.keep_history(shop)
            run.shop = shop  # type: ignore[attr-defined]
            return stages.report_of(shop)

        yield run
        broken = {name: rows for name, rows in stages.broken_promises(run.shop).items() if rows}  # type: ignore[attr-defined]
        assert broken == {}


def asked(at_hour: Ticker, query: str) -> list[tuple[Any, ...]]:
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]
        return connection.execute(query).fetchall()


def tuned_input(price: str) -> str:
    """The example page with another tuned input price for example-large."""
    changed = EXAMPLE.replace("$3.00", price)
    assert changed != EXAMPLE
    return changed


def amounts(at_hour: Ticker) -> list[str]:
    rows = asked(
        at_hour,
        """SELECT amount::DOUBLE FROM core.price_span WHERE model = 'example-large' AND variant = 'fine_tuned'
           AND meter = 'inference_input' ORDER BY first_seen_at""",
    )
    return [f"{amount:g}" for (amount,) in rows]


def test_a_move_is_history_after_two_equal_readings_and_dated_by_the_first(at_hour: Ticker):
    at_hour(EXAMPLE, 0)
    assert at_hour(tuned_input("$4.50"), 24).pages[0].held == 1
    assert amounts(at_hour) == ["3"]
    assert at_hour(tuned_input("$4.50"), 25).pages[0].moved == 1
    assert amounts(at_hour) == ["3", "4.5"]
    change = asked(
        at_hour, "SELECT known_not_before, observed_at, is_news FROM core.price_change WHERE kind = 'vendor_change'"
    )
    assert change == [(datetime(2026, 9, 9, 6), datetime(2026, 9, 10, 6), True)]  # noqa: DTZ001 - as the warehouse has it


def test_a_page_that_flaps_never_moves(at_hour: Ticker):
    at_hour(EXAMPLE, 0)
    for day in range(1, 5):
        at_hour(tuned_input("$4.50"), 24 * day)
        at_hour(EXAMPLE, 24 * day + 1)
    assert amounts(at_hour) == ["3"]
    assert asked(at_hour, "SELECT count(*) FROM core.price_change WHERE is_news") == [(0,)]


def test_a_jump_outside_the_gate_takes_five_readings(at_hour: Ticker):
    at_hour(EXAMPLE, 0)
    for day in range(1, 5):
        at_hour(tuned_input("$13.50"), 24 * day)
        assert amounts(at_hour) == ["3"], f"after {day} readings"
    at_hour(tuned_input("$13.50"), 24 * 5)
    assert amounts(at_hour) == ["3", "13.5"]


def test_a_look_that_finds_nothing_still_verifies(at_hour: Ticker):
    at_hour(EXAMPLE, 0)
    report = at_hour(EXAMPLE, 24)
    assert (report.pages[0].outcome, report.pages[0].moved) == ("good", 0)
    verified = asked(at_hour, "SELECT DISTINCT last_verified_at FROM pub.current_price")
    assert verified == [(datetime(2026, 9, 10, 6),)]  # noqa: DTZ001 - as the warehouse has it
    assert asked(at_hour, "SELECT count(*) FROM raw.reading") == [(1,)], "the same body was parsed or stored twice"


def test_a_price_that_is_gone_ends_after_three_readings_and_may_come_back(at_hour: Ticker):
    without = re.sub(r"<tr>\s*<t[hd][^>]*>example-small.*?</tr>", "", EXAMPLE, flags=re.DOTALL)
    assert without != EXAMPLE
    at_hour(EXAMPLE, 0)
    for day in range(1, 6):
        at_hour(without, 24 * day)
    ended = asked(at_hour, "SELECT DISTINCT end_reason FROM core.price_span WHERE model = 'example-small'")
    assert ended == [("gone",)]
    at_hour(EXAMPLE, 24 * 6)
    assert asked(
        at_hour, "SELECT count(*) FROM core.price_span WHERE model = 'example-small' AND valid_to IS NULL"
    ) != [(0,)]


def test_a_person_accepts_a_slip_that_was_no_slip(at_hour: Ticker, settings: Settings):
    at_hour(EXAMPLE, 0)
    for day in range(1, 8):
        at_hour(tuned_input("$30.00"), 24 * day)
    assert amounts(at_hour) == ["3"], "a factor of ten was believed without a person"
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]
        (held,) = state.held_rows(connection)
    assert held["rule"] == "power_of_ten"
    decide_command(settings, held["judgement_id"], verdict="accepted", why="the announcement says so", by="ada")
    assert amounts(at_hour) == ["3", "30"]
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]
        assert state.held_rows(connection) == []
    judged = asked(at_hour, "SELECT judged_by, reason FROM raw.judgement WHERE judged_by <> 'judge'")
    assert judged == [("ada", "the announcement says so")]
    assert (settings.site / "index.html").is_file()


def test_a_person_rejects_a_slip_and_hears_no_more_of_it(at_hour: Ticker, settings: Settings):
    at_hour(EXAMPLE, 0)
    at_hour(tuned_input("$30.00"), 24)
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]
        (held,) = state.held_rows(connection)
    decide_command(settings, held["judgement_id"], verdict="refused", why="a slipped point", by="ada")
    report = at_hour(tuned_input("$30.00"), 48)
    assert report.pages[0].held == 0
    assert amounts(at_hour) == ["3"]
    at_hour(tuned_input("$3.60"), 72)
    at_hour(tuned_input("$3.60"), 73)
    assert amounts(at_hour) == ["3", "3.6"], "another value is judged anew"


def without_section(heading: str) -> str:
    """The Claude page without one section."""
    changed = re.sub(rf"^### {heading}\n.*?(?=^#)", "", CLAUDE, flags=re.DOTALL | re.MULTILINE)
    assert changed != CLAUDE
    return changed


@pytest.mark.parametrize("seller", ["anthropic"])
def test_a_page_that_lost_a_section_is_refused_until_a_person_ends_it(at_hour: Ticker, settings: Settings, seller: str):
    at_hour(CLAUDE, 0)
    shorter = without_section("Batch processing")
    for day in (1, 2):
        page = at_hour(shorter, 24 * day).pages[0]
        assert (page.outcome, "batch" in (page.detail or "")) == ("layout_changed", True)
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]
        (lost,) = state.lost_sections(connection)
    decide_command(settings, lost["id"], verdict="accepted", why="batch is sold no more", by="ada")
    for day in (3, 4, 5):
        assert at_hour(shorter, 24 * day).pages[0].outcome == "good"
    open_batch = asked(at_hour, "SELECT count(*) FROM core.price_span WHERE tier = 'batch' AND valid_to IS NULL")
    assert open_batch == [(0,)]


@pytest.mark.parametrize("seller", ["anthropic"])
def test_a_page_that_shrank_by_a_third_is_believed_at_its_second_reading(at_hour: Ticker, seller: str):
    lines = CLAUDE.split("\n")
    fewer = "\n".join(line for line in lines if not re.match(r"\| Claude (Opus 4\.[1567]|Sonnet 4)", line))
    at_hour(CLAUDE, 0)
    first = at_hour(fewer, 24).pages[0]
    assert first.outcome == "suspect"
    assert at_hour(fewer, 25).pages[0].outcome == "good"


def test_a_page_that_no_scraper_foresaw_is_that_pages_failure_only(at_hour: Ticker, monkeypatch: pytest.MonkeyPatch):
    from scrapers.providers import _example  # noqa: PLC0415 - patched here only

    at_hour(EXAMPLE, 0)

    def stumbles(_page: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(_example, "parse", stumbles)
    page = at_hour(tuned_input("$4.50"), 24).pages[0]
    assert page.outcome == "parse_error"
    assert "IndexError" in (page.detail or "")
    assert amounts(at_hour) == ["3"], "the last good price stands"


def test_an_amount_too_long_to_keep_is_that_pages_failure_only(at_hour: Ticker):
    at_hour(EXAMPLE, 0)
    page = at_hour(tuned_input("$4.1234567890123456789"), 24).pages[0]
    assert page.outcome == "parse_error"
    assert "cannot be kept" in (page.detail or "")
    assert amounts(at_hour) == ["3"]


def test_an_archive_that_lost_a_body_is_mended_by_the_next_look(
    at_hour: Ticker, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    from scrapers.providers import _example  # noqa: PLC0415 - patched here only

    at_hour(EXAMPLE, 0)
    for path in settings.archive.rglob("*.gz"):
        path.unlink()
    monkeypatch.setattr(_example, "PARSER_VERSION", "2")
    assert at_hour(EXAMPLE, 24).pages[0].outcome == "unreachable"
    assert at_hour(EXAMPLE, 25).pages[0].outcome == "good"
