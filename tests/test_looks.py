"""What is due and when, and the spool that survives a kill."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.looks import LastLook, Look, drop_spool, due_pages, read_spool, tick_id_of, write_spool
from scrapers.catalog import PageRow

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
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


@pytest.mark.parametrize(
    ("hours", "is_due"), [(1, False), (12, False), (22, False), (23, True), (24, True), (90, True)]
)
def test_a_daily_page_keeps_its_hour(hours: float, is_due: bool):
    assert is_due == (reason(looked(hours)) is not None)


def test_an_unconfirmed_move_makes_a_page_due_at_the_next_tick():
    assert reason(looked(1, is_unconfirmed=True)) == "a move waits for a second reading"


@pytest.mark.parametrize(
    ("outcome", "is_due"), [("unreachable", True), ("suspect", True), ("blocked", False), ("layout_changed", False)]
)
def test_only_what_an_hour_may_mend_is_tried_again_in_an_hour(outcome: str, is_due: bool):
    assert is_due == (reason(looked(1, outcome=outcome)) is not None)


def test_an_announced_date_makes_a_page_due_once():
    falls = datetime(2026, 11, 23, tzinfo=UTC)
    assert reason(looked(10, dates_due=(falls,))) == "an announced date has come"
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
    later = a_look(fetched_at=NOW + timedelta(hours=1), read_id="20261123T070000Z/seller/pricing")
    for look in (later, a_look()):
        write_spool(tmp_path, look)
    assert [a_look(), later] == read_spool(tmp_path)


def test_a_spool_file_cut_short_is_dropped_and_the_others_stay(tmp_path: Path):
    write_spool(tmp_path, a_look())
    (tmp_path / "broken.json").write_text('{"read_id": "x"', encoding="utf-8")
    assert [a_look()] == read_spool(tmp_path)
    assert not (tmp_path / "broken.json").exists()
