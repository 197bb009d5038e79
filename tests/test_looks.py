"""What is due and when, and the spool that survives a kill."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.looks import LastLook, Look, drop_spool, due_pages, read_spool, tick_id_of, write_spool
from scrapers.catalog import PageRow

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROW = PageRow(
    provider="seller",
    page="pricing",
    url="https://seller.test/pricing",
    scope="live",
    trust="vendor",
    cadence_hours=24,
    currency="USD",
    min_rows=1,
    media_types=("text/html",),
    allowed_hosts=("seller.test",),
    terms_checked_on=date(2026, 11, 1),
    notes="",
)


def reason(last: LastLook | None, **more: object) -> str | None:
    found = due_pages([ROW], {} if last is None else {("seller", "pricing"): last}, NOW, **more)  # type: ignore[arg-type]
    return found[0].reason if found else None


def looked(hours_ago: float, **more: object) -> LastLook:
    return LastLook(looked_at=NOW - timedelta(hours=hours_ago), **({"outcome": "good"} | more))  # type: ignore[arg-type]


def test_a_page_never_looked_at_is_due():
    assert reason(None) == "never looked at"


@pytest.mark.parametrize(("hours", "is_due"), [(1, False), (6, False), (7, True), (24, True), (90, True)])
def test_a_daily_page_is_due_when_it_was_not_looked_at_since_six(hours: float, is_due: bool):
    assert is_due == (reason(looked(hours)) is not None)


def looks_of(ticks: Iterable[datetime], cadence_hours: int, *, moves: Collection[datetime] = ()) -> list[datetime]:
    """When a page is looked at, tick after tick; a look at one of `moves` finds a move, which the next tick confirms."""
    row, found = replace(ROW, cadence_hours=cadence_hours), []
    last: LastLook | None = None
    for tick in ticks:
        if due_pages([row], {} if last is None else {("seller", "pricing"): last}, tick):
            found.append(tick)
            # the fetch takes its time
            last = LastLook(looked_at=tick + timedelta(seconds=40), outcome="good", is_unconfirmed=tick in moves)
    return found


def hourly(start: datetime, hours: int) -> list[datetime]:
    """Ticks at about every full hour: up to seven minutes early or late, as a busy machine gives them."""
    stray = random.Random(20261123)
    return [start + timedelta(hours=hour, seconds=stray.randint(-420, 420)) for hour in range(hours)]


def hour_of(tick: datetime) -> str:
    """The full hour that a tick was meant for."""
    return f"{tick + timedelta(minutes=30):%d %H}"


def test_a_daily_page_keeps_its_hour_for_a_month_with_confirmations_and_a_missed_day():
    start = datetime(2026, 11, 1, 15, tzinfo=UTC)
    ticks = hourly(start, 24 * 30)
    moves = {tick for tick in ticks if hour_of(tick) in {"04 06", "05 06", "18 06", "23 06"}}
    assert len(moves) == 4
    # the machine is off from the 10th at noon to the 12th at 13:00
    off = (datetime(2026, 11, 10, 12, 30, tzinfo=UTC), datetime(2026, 11, 12, 12, 30, tzinfo=UTC))
    ticks = [tick for tick in ticks if not off[0] < tick < off[1]]
    expected = [
        "01 15",  # never looked at
        *(f"{day:02d} 06" for day in range(2, 5)),
        "04 07",  # a move is confirmed an hour later, and the next day begins at six all the same
        "05 06",
        "05 07",
        *(f"{day:02d} 06" for day in range(6, 11)),
        "12 13",  # the first tick after two days, and the next day is itself again
        *(f"{day:02d} 06" for day in range(13, 19)),
        "18 07",
        *(f"{day:02d} 06" for day in range(19, 24)),
        "23 07",
        *(f"{day:02d} 06" for day in range(24, 31)),
        "01 06",
    ]
    assert [hour_of(tick) for tick in looks_of(ticks, 24, moves=moves)] == expected


@pytest.mark.parametrize(("cadence", "hours"), [(1, range(24)), (2, range(0, 24, 2)), (12, (6, 18)), (8, (6, 14, 22))])
def test_a_page_due_more_often_keeps_its_hours_too(cadence: int, hours: Iterable[int]):
    ticks = hourly(datetime(2026, 11, 2, 6, tzinfo=UTC), 24 * 7)
    found = [hour_of(tick) for tick in looks_of(ticks, cadence)]
    week = [f"{day:02d} {hour:02d}" for day in range(2, 10) for hour in hours]
    assert found == [hour for hour in week if "02 06" <= hour < "09 06"]


def test_a_weekly_page_is_looked_at_once_a_week():
    found = looks_of(hourly(datetime(2026, 11, 5, 6, tzinfo=UTC), 24 * 28), 7 * 24)
    assert [hour_of(tick) for tick in found] == ["05 06", "12 06", "19 06", "26 06"]


@pytest.mark.parametrize("at", [(5, 30), (6, 30), (14, 0), (23, 59)])
def test_a_daily_page_is_looked_at_in_every_run_of_somebody_who_runs_once_a_day(at: tuple[int, int]):
    stray = random.Random(20261123)
    first = datetime(2026, 11, 2, *at, tzinfo=UTC)
    ticks = [first + timedelta(days=day, seconds=stray.randint(-300, 300)) for day in range(28)]
    assert looks_of(ticks, 24) == ticks


def test_a_look_dated_in_the_future_stops_nothing():
    said = reason(looked(-24 * 365))
    assert said == "the last look is dated 2027-11-23 12:00, which is to come"
    assert reason(looked(-0.1)) is None, "a clock that was set back by minutes needs no look"


def test_an_unconfirmed_move_makes_a_page_due_at_the_next_tick():
    assert reason(looked(1, is_unconfirmed=True)) == "a move waits for a second reading"


@pytest.mark.parametrize(
    ("outcome", "is_due"), [("unreachable", True), ("suspect", True), ("blocked", False), ("layout_changed", False)]
)
def test_only_what_an_hour_may_mend_is_tried_again_in_an_hour(outcome: str, is_due: bool):
    assert is_due == (reason(looked(1, outcome=outcome)) is not None)


def test_an_announced_date_makes_a_page_due_once():
    falls = datetime(2026, 11, 23, tzinfo=UTC)
    assert reason(looked(13, dates_due=(falls,))) == "an announced date has come"
    assert reason(looked(5, dates_due=(falls,))) is None, "it was looked at after the date had come"
    assert reason(looked(5, dates_due=(falls + timedelta(days=1),))) is None, "the date is still to come"


def test_a_second_tick_at_the_same_time_finds_nothing_due():
    assert reason(looked(0, is_unconfirmed=True)) is None


def test_only_the_sellers_asked_for_are_looked_at():
    assert reason(None, only=("other",)) is None
    assert reason(looked(1), only=("seller",), forced=True) == "asked for"


def a_look(**more: object) -> Look:
    fields: dict[str, object] = {
        "read_id": f"{tick_id_of(NOW)}/seller/pricing",
        "tick_id": tick_id_of(NOW),
        "provider": "seller",
        "page": "pricing",
        "url": ROW.url,
        "fetched_at": NOW,
        "outcome": "good",
        "detail": None,
        "was_conditional": False,
        "sha256": "0" * 64,
    }
    return Look(**(fields | more))  # type: ignore[arg-type]  # a test's shorthand


def test_a_spooled_look_comes_back_as_it_was_and_is_dropped_once(tmp_path: Path):
    look = a_look()
    write_spool(tmp_path, look)
    write_spool(tmp_path, look)
    assert [look] == read_spool(tmp_path)
    drop_spool(tmp_path, look)
    drop_spool(tmp_path, look)
    assert read_spool(tmp_path) == []


def test_spooled_looks_come_oldest_first(tmp_path: Path):
    later = a_look(fetched_at=NOW + timedelta(hours=1), read_id="20261123T130000Z/seller/pricing")
    for look in (later, a_look()):
        write_spool(tmp_path, look)
    assert [a_look(), later] == read_spool(tmp_path)


def test_a_spool_file_cut_short_is_dropped_and_the_others_stay(tmp_path: Path):
    write_spool(tmp_path, a_look())
    (tmp_path / "broken.json").write_text('{"read_id": "x"', encoding="utf-8")
    assert [a_look()] == read_spool(tmp_path)
    assert not (tmp_path / "broken.json").exists()


def test_a_folder_among_the_spooled_looks_stops_nothing(tmp_path: Path):
    write_spool(tmp_path, a_look())
    (tmp_path / "b.json").mkdir()
    assert [a_look()] == read_spool(tmp_path)
    assert (tmp_path / "b.json").is_dir()
