"""The calendar of announced dates: a program that reads calendars reads it, and nothing stands in it for ever."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from pipeline.publish.calendar import announced_of, calendar
from pipeline.publish.context import load
from pipeline.publish.entries import entries_of
from tests.toy_site import SITE_URL, Toy, at, build, toy

EVIL = "m\r\nBEGIN:VEVENT\r\nSUMMARY:evil;,\\\x00 " + "ü" * 80


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(toy(), out)
    return out


def events(content: bytes) -> list[Event]:
    found = list(Calendar.from_ical(content).walk("VEVENT"))
    assert found
    return found


def days_of(made: Toy) -> bytes:
    with made.connect() as con:
        data = load(con)
    return calendar("Dates", announced_of(data, entries_of(data)), site_url=SITE_URL, is_demo=False)


def test_every_stated_day_is_in_it_once(site: Path):
    made = toy()
    stated = {(row["provider"], row["kind"], row["stated_date"]) for row in made.tables["availability"]}
    wanted = len([key for key in stated if key[2] is not None]) + len(
        {(row["provider"], row["model"], row["effective_from"]) for row in made.tables["scheduled_price"]}
    )
    found = events((site / "feeds" / "announced.ics").read_bytes())
    assert wanted == len(found) == len({str(item["UID"]) for item in found})
    for item in found:
        assert isinstance(item["DTSTART"].dt, date)
        assert str(item["URL"]).startswith(SITE_URL)
        page = str(item["URL"]).removeprefix(SITE_URL)
        assert (site / page / "index.html").is_file()


def test_a_sellers_calendar_holds_its_own_days(site: Path):
    found = events((site / "feeds" / "providers" / "openai.ics").read_bytes())
    assert all(str(item["SUMMARY"]).startswith("OpenAI: ") for item in found)
    assert any("closes to new customers" in str(item["SUMMARY"]) for item in found)


def test_a_day_taken_back_is_cancelled_and_one_that_came_is_not():
    made = Toy()
    made.fact("openai", "training_ends", "2027-01-06", model="kept")
    made.fact("openai", "inference_ends", "2027-02-06", model="dropped", gone_at=at("2026-08-01"))
    made.fact("openai", "deprecated", "2026-07-20", model="came", gone_at=at("2026-08-01"))
    status = {str(item["SUMMARY"]).rpartition(", ")[2]: str(item["STATUS"]) for item in events(days_of(made))}
    assert status == {"kept": "CONFIRMED", "dropped": "CANCELLED", "came": "CONFIRMED"}


def test_another_model_on_the_same_day_changes_the_entry_and_not_its_name():
    made = Toy()
    made.fact("openai", "training_ends", "2027-01-06", model="one")
    (before,) = events(days_of(made))
    made.fact("openai", "training_ends", "2027-01-06", model="two", first_seen_at=at("2026-08-09"))
    (after,) = events(days_of(made))
    assert str(before["UID"]) == str(after["UID"])
    assert int(before["SEQUENCE"]) < int(after["SEQUENCE"])
    assert before["LAST-MODIFIED"].dt < after["LAST-MODIFIED"].dt
    assert "two" in str(after["DESCRIPTION"])


def test_a_scraped_name_cannot_write_an_entry_of_its_own():
    made = Toy()
    made.fact("openai", "training_ends", "2027-01-06", model=EVIL, quoted=EVIL)
    content = days_of(made)
    (only,) = events(content)
    assert "evil;,\\" in str(only["SUMMARY"])
    assert b"\x00" not in content
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None and b"\n" not in line for line in lines)


def test_a_day_at_the_end_of_time_is_no_error():
    made = Toy()
    made.fact("openai", "training_ends", "9999-12-31", model="m")
    (only,) = events(days_of(made))
    assert date.max == only["DTSTART"].dt


def test_a_calendar_without_days_is_one_all_the_same():
    empty = calendar("Dates", [], site_url=SITE_URL, is_demo=True)
    assert not list(Calendar.from_ical(empty).walk("VEVENT"))
    assert b"[Demonstration] Dates" in empty
