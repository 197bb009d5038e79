"""Ticks over pages that move, slip, shrink and lose a section: what becomes history, what waits, what a person decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from pipeline import stages, tick
from pipeline.demo_server import DemoServer
from pipeline.errors import UsageFault
from pipeline.report import TickReport
from pipeline.review import decide_command, list_command
from pipeline.settings import RECORDINGS, Settings
from pipeline.stamp import state_of
from pipeline.workshop import Workshop, catalogue
from scrapers.contract import Page, Reading
from scrapers.errors import LayoutChanged
from scrapers.fetch import Fetcher
from tests.warehouse_facts import built_file
from warehouse import state

START = datetime(2026, 9, 9, 6, tzinfo=UTC)
EXAMPLE = (RECORDINGS / "_example" / "pricing-2026-09-09.html").read_text(encoding="utf-8")
CLAUDE_IN_JULY = (RECORDINGS / "anthropic" / "pricing-2026-07-21.md").read_text(encoding="utf-8")
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
    (tmp_path / "state" / "warehouse.duckdb").write_bytes(built_file())
    return Settings(home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/", is_demo=True)


class Ticker(Protocol):
    """Run a tick so many hours after the start; `by_hand` looks at the page though it is not due. A page that is not
    `watched` is not in the catalogue."""

    def __call__(self, text: str, hours: float, *, by_hand: bool = False, watched: bool = True) -> TickReport: ...


@pytest.fixture
def seller(tmp_path: Path) -> str:
    return "_example"


@pytest.fixture
def at_hour(tmp_path: Path, settings: Settings, seller: str) -> Iterator[Ticker]:
    """Run a tick `hours` after the start, with the page reading `text`; the whole tick but for the site."""
    web = Web(tmp_path, seller)
    web.print_page("-")
    with DemoServer(web.recordings, web.rows, date(2026, 12, 31)) as server:

        def run(text: str, hours: float, *, by_hand: bool = False, watched: bool = True) -> TickReport:
            web.print_page(text)
            shop = Workshop(
                settings=settings,
                rows=web.rows if watched else (),
                make_fetcher=lambda: Fetcher(clock=shop.now, spacing_s=0, rewrite=server.local_url),
            )
            shop.stand_at(START + timedelta(hours=hours))
            begun = tick.begin(shop, shop.now(), forced=by_hand)
            tick.look(shop, list(begun.due.values()))
            stages.read_pages(shop)
            stages.keep_history(shop)
            run.shop = shop  # type: ignore[attr-defined]  # the function carries its newest workshop
            return stages.report_of(shop)

        yield run
        broken = {name: rows for name, rows in stages.broken_promises(run.shop).items() if rows}  # type: ignore[attr-defined]  # the function carries its newest workshop
        assert broken == {}


def asked(at_hour: Ticker, query: str) -> list[tuple[Any, ...]]:
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
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
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        (held,) = state.held_rows(connection)
    assert held["rule"] == "power_of_ten"
    decide_command(settings, held["judgement_id"], verdict="accepted", why="the announcement says so", by="ada")
    assert amounts(at_hour) == ["3", "30"]
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        assert state.held_rows(connection) == []
    judged = asked(at_hour, "SELECT judged_by, reason FROM raw.judgement WHERE judged_by <> 'judge'")
    assert judged == [("ada", "the announcement says so")]
    assert (settings.site / "index.html").is_file()


def test_what_is_held_on_a_page_that_leaves_the_catalogue_waits_for_nobody(
    at_hour: Ticker, settings: Settings, capsys: pytest.CaptureFixture[str]
):
    at_hour(EXAMPLE, 0)
    at_hour(tuned_input("$30.00"), 24)
    for hours in (48, 72):
        at_hour("-", hours, watched=False)
        assert asked(at_hour, "FROM pub.held") == []
        (hold,) = asked(at_hour, "SELECT became, strftime(decided_at, '%d %H') FROM pub.hold")
        assert hold == ("unwatched", "11 06"), "the first tick without the page"
        assert asked(at_hour, "SELECT outcome, held FROM pub.provider_health") == [("unwatched", 0)]
    list_command(settings, as_json=False)
    assert "nothing is held" in capsys.readouterr().err
    assert amounts(at_hour) == ["3"]
    at_hour(tuned_input("$30.00"), 96)
    assert asked(at_hour, "SELECT became FROM pub.hold") == [("held",)], "it is watched again"
    assert asked(at_hour, "SELECT outcome, held FROM pub.provider_health") == [("good", 1)]


def test_a_person_may_change_their_mind(at_hour: Ticker, settings: Settings, capsys: pytest.CaptureFixture[str]):
    at_hour(EXAMPLE, 0)
    at_hour(tuned_input("$30.00"), 24)
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        (held,) = state.held_rows(connection)
    item = held["judgement_id"]
    decide_command(settings, item, verdict="refused", why="a slipped point", by="ada")
    assert at_hour(tuned_input("$30.00"), 48).lines()[0].waiting == 0
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        assert state.held_rows(connection) == []
        (refused,) = state.refused_rows(connection)
    assert (refused["raw_text"], refused["reason"], refused["judged_by"]) == ("$30.00", "a slipped point", "ada")
    list_command(settings, as_json=False)
    assert f"{refused['judgement_id']}  _example" in (listed := capsys.readouterr().out)
    assert "refused by ada: a slipped point" in listed
    decide_command(settings, refused["judgement_id"], verdict="accepted", why="no slip after all", by="bob")
    assert amounts(at_hour) == ["3", "30"]
    with pytest.raises(UsageFault, match="accepted already"):
        decide_command(settings, item, verdict="accepted", why="again", by="bob")
    decide_command(settings, item, verdict="refused", why="it was one", by="ada")
    assert amounts(at_hour) == ["3"]


def test_a_person_rejects_a_slip_and_hears_no_more_of_it(at_hour: Ticker, settings: Settings):
    at_hour(EXAMPLE, 0)
    at_hour(tuned_input("$30.00"), 24)
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
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
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
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


def shorter(page: str, *, visit: int = 0) -> str:
    """The Claude page with half of its rows, and bytes that no two visits share."""
    lines = [line for line in page.split("\n") if not re.match(r"\| Claude (Opus 4\.[1567]|Sonnet 4)", line)]
    return "\n".join([*lines, f"Visit {visit}."])


@pytest.mark.parametrize("seller", ["anthropic"])
def test_a_shrunken_page_is_believed_though_its_bytes_vary_and_looks_fail_between(at_hour: Ticker, seller: str):
    at_hour(CLAUDE, 0)
    assert at_hour(shorter(CLAUDE, visit=1), 24).pages[0].outcome == "suspect"
    assert at_hour(shorter(CLAUDE, visit=2), 24.1, by_hand=True).pages[0].outcome == "suspect", "the same read"
    assert at_hour("# An error page\n", 25).pages[0].outcome == "layout_changed"
    assert at_hour(shorter(CLAUDE, visit=3), 26, by_hand=True).pages[0].outcome == "good"


@pytest.mark.parametrize("seller", ["anthropic"])
def test_a_page_that_another_parser_finds_shorter_waits_for_a_person(
    at_hour: Ticker, settings: Settings, seller: str, monkeypatch: pytest.MonkeyPatch
):
    from scrapers.providers import anthropic  # noqa: PLC0415 - patched here only

    parse = anthropic.parse
    at_hour(CLAUDE, 0)
    monkeypatch.setattr(anthropic, "PARSER_VERSION", "next")
    monkeypatch.setattr(
        anthropic, "parse", lambda page: parse(replace(page, body=shorter(page.body.decode()).encode()))
    )
    for day in (1, 2):
        report = at_hour(CLAUDE, 24 * day)
        assert (report.pages[0].outcome, "another parser" in (report.pages[0].detail or "")) == ("layout_changed", True)
        assert report.lines()[0].waiting == 1
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        (lost,) = state.lost_sections(connection)
    assert lost["section"] is None
    with pytest.raises(UsageFault, match="mend the scraper"):
        decide_command(settings, lost["id"], verdict="refused", why="?", by="ada")
    for verdict in ("accepted", "refused", "accepted"):  # and a mind that changes
        decide_command(settings, lost["id"], verdict=verdict, why="they were never sold", by="ada")
    for day in (3, 4, 5):
        assert at_hour(CLAUDE, 24 * day).pages[0].outcome == "good"
    told = asked(
        at_hour, "SELECT DISTINCT kind, is_news FROM core.price_change WHERE metric = 'price' AND new_state IS NULL"
    )
    assert told == [("correction", False)], "the seller printed the same bytes all along"


@pytest.mark.parametrize("is_readable", [True, False], ids=["the page before is read again", "it cannot be"])
def test_what_another_parser_reads_otherwise_is_a_correction_though_the_bytes_vary(
    at_hour: Ticker, monkeypatch: pytest.MonkeyPatch, is_readable: bool
):
    """The page has other bytes at each look. Its figures stand still but for one that the seller moves that day."""
    from scrapers.providers import _example  # noqa: PLC0415 - patched here only

    def read_better(page: Page) -> Reading:
        text = page.body.decode()
        if not is_readable and "Visit 0" in text:
            raise LayoutChanged("it reads the new page only")
        reading = parse(page)
        rows = [one for one in reading.quotes if (one.model, one.variant) != ("example-small", "base")]
        assert 0 < len(rows) < len(reading.quotes)
        better = [replace(one, amount=one.amount / 2) if one.raw_text == "$3.00" else one for one in rows]
        return replace(reading, quotes=tuple(better))

    parse = _example.parse
    at_hour(f"{EXAMPLE}<!-- Visit 0 -->", 0)
    monkeypatch.setattr(_example, "PARSER_VERSION", "next")
    monkeypatch.setattr(_example, "parse", read_better)
    moved = EXAMPLE.replace("$12.00", "$15.00")
    assert moved != EXAMPLE
    for visit, hours in enumerate((24, 25, 48), 1):
        at_hour(f"{moved}<!-- Visit {visit} -->", hours)
    told = asked(
        at_hour,
        """SELECT DISTINCT kind, old_amount::DOUBLE, new_amount::DOUBLE, is_news FROM core.price_change
           WHERE kind <> 'appeared' AND coalesce(old_amount, 0) IN (3, 12) OR is_news ORDER BY ALL""",
    )
    kind = "correction" if is_readable else "vendor_change"
    assert sorted(told) == sorted([(kind, 3.0, 1.5, not is_readable), ("vendor_change", 12.0, 15.0, True)])
    gone = asked(at_hour, "SELECT DISTINCT kind, is_news FROM core.price_change WHERE new_state IS NULL")
    assert gone == [("correction" if is_readable else "disappeared", False)]


JULY = -24 * 49  # 22 July, six in the morning
TOLD = """SELECT kind, new_amount::DOUBLE, old_amount::DOUBLE, strftime(observed_at, '%d %H') FROM core.price_change
    WHERE model = 'Claude Sonnet 5' AND meter = 'inference_input' AND tier = 'standard' AND is_news ORDER BY observed_at"""
UNANNOUNCED = re.sub(r"^.*starting September 1, 2026 .*\n", "", CLAUDE_IN_JULY, flags=re.MULTILINE)
NO_END = re.sub(r"\[through August 31, 2026\]\([^)]*\)", "", UNANNOUNCED)
assert CLAUDE_IN_JULY != UNANNOUNCED != NO_END


@pytest.mark.parametrize("seller", ["anthropic"])
def test_an_announcement_is_told_at_its_second_reading_and_taken_back_at_the_second_without(
    at_hour: Ticker, seller: str
):
    at_hour(UNANNOUNCED, JULY)
    assert at_hour(CLAUDE_IN_JULY, JULY + 24).pages[0].held > 5
    assert asked(at_hour, TOLD) == []
    confirmed = at_hour(CLAUDE_IN_JULY, JULY + 25)  # due again an hour later
    assert confirmed.pages[0].announced > 5
    assert "announced" in confirmed.lines()[0].words
    scheduled = ("scheduled", 3.0, 2.0, "23 06")
    assert asked(at_hour, TOLD) == [scheduled]
    at_hour(UNANNOUNCED, JULY + 48)
    at_hour(UNANNOUNCED, JULY + 49)
    assert asked(at_hour, TOLD) == [scheduled], "what a read or two do not show still stands"
    at_hour(CLAUDE_IN_JULY, JULY + 72)
    at_hour(NO_END, JULY + 96)
    assert asked(at_hour, TOLD) == [scheduled]
    at_hour(NO_END, JULY + 97)  # due again an hour later
    assert asked(at_hour, TOLD) == [scheduled, ("withdrawn", None, 3.0, "26 06")]


@pytest.mark.parametrize("seller", ["anthropic"])
def test_a_slipped_announcement_is_held_and_never_told(at_hour: Ticker, settings: Settings, seller: str):
    slipped = CLAUDE_IN_JULY.replace("| $3 / MTok         |", "| $2000 / MTok      |", 1)
    assert slipped != CLAUDE_IN_JULY
    at_hour(UNANNOUNCED, JULY)
    for day in (1, 2, 3, 4, 5, 6):
        at_hour(slipped, JULY + 24 * day)
    assert asked(at_hour, TOLD) == []
    with at_hour.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        held = {row["meter"]: row for row in state.held_rows(connection)}
    assert held["inference_input"]["rule"] == "power_of_ten"
    assert held["inference_input"]["announced_for"] == date(2026, 9, 1)
    decide_command(settings, held["inference_input"]["judgement_id"], verdict="accepted", why="it is so", by="ada")
    assert asked(at_hour, TOLD) == [("scheduled", 2000.0, 2.0, "23 06")]


@pytest.mark.parametrize("seller", ["anthropic"])
def test_an_announced_day_moves_the_prices_at_its_first_read(at_hour: Ticker, seller: str):
    at_hour(CLAUDE_IN_JULY, JULY)
    at_hour(CLAUDE_IN_JULY, JULY + 1)
    at_hour(CLAUDE_IN_JULY, JULY + 24 * 40)
    page = at_hour(CLAUDE_IN_JULY, JULY + 24 * 41).pages[0]  # 1 September
    assert (page.held, page.moved > 5) == (0, True)
    assert asked(at_hour, TOLD) == [("vendor_change", 3.0, 2.0, "01 06")]


def test_five_looks_by_hand_in_a_minute_release_and_confirm_nothing(at_hour: Ticker):
    at_hour(EXAMPLE, 0)
    for second in range(6):
        at_hour(tuned_input("$13.50"), 24 + second / 3600, by_hand=True)
    assert amounts(at_hour) == ["3"]
    for second in range(6):
        at_hour(tuned_input("$4.50"), 25 + second / 3600, by_hand=True)
    assert amounts(at_hour) == ["3"]


def test_a_price_that_comes_back_a_hundredfold_is_held(at_hour: Ticker):
    without = re.sub(r"<tr>\s*<t[hd][^>]*>example-small.*?</tr>", "", EXAMPLE, flags=re.DOTALL)
    row = re.search(r"<tr>\s*<t[hd][^>]*>example-small.*?</tr>", EXAMPLE, flags=re.DOTALL)
    assert row is not None
    dear = EXAMPLE.replace(row[0], re.sub(r"\$(\d+\.\d+)", lambda found: f"${float(found[1]) * 100:.2f}", row[0]))
    at_hour(EXAMPLE, 0)
    for day in range(1, 5):
        at_hour(without, 24 * day)
    page = at_hour(dear, 24 * 5).pages[0]
    assert (page.first_seen, page.held > 2) == (0, True)


def test_a_storm_is_one_notice_and_the_line_counts_what_waits(at_hour: Ticker):
    stormy = re.sub(r"\$(\d+\.\d+)", lambda found: f"${float(found[1]) * 1.5:.2f}", EXAMPLE)
    at_hour(EXAMPLE, 0)
    report = at_hour(stormy, 24)
    held = report.pages[0].held
    assert held > 5
    (notice,) = report.pages[0].held_because
    assert notice.endswith(f"{held} of {held} prices of this page moved at once: a changed page?")
    assert report.lines()[0].words == f"{held} held; {held} wait for a person (`ftprices review list`)"
    assert at_hour(stormy, 48).lines()[0].words == f"nothing moved; {held} wait for a person (`ftprices review list`)"
    assert at_hour(stormy, 49).lines()[0].words.startswith(f"not due; nothing moved; {held} wait")
    for day in (3, 4, 5):
        report = at_hour(stormy, 24 * day)
    assert (report.pages[0].moved, report.lines()[0].waiting) == (held, 0)


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
