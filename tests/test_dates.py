"""Printed days, in the spellings sellers use."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.dates import printed_date, timestamp_day
from scrapers.errors import LayoutChanged


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-23", date(2026, 10, 23)),
        ("2026\u201103\u201126", date(2026, 3, 26)),
        ("May 7, 2026", date(2026, 5, 7)),
        ("May 7th, 2026", date(2026, 5, 7)),
        ("Jan 6, 2027", date(2027, 1, 6)),
        ("January 04, 2024", date(2024, 1, 4)),
        ("Sept. 1, 2026", date(2026, 9, 1)),
        ("2026 年 8 月 23 日", date(2026, 8, 23)),
        ("2026年8月23日", date(2026, 8, 23)),
        (" Dec\u00a011,  2026 ", date(2026, 12, 11)),
    ],
)
def test_a_day_in_its_spellings(text: str, day: date) -> None:
    """Whatever the hyphens, and whatever the machine's language."""
    assert printed_date(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026", "October 2026", "2026-02-30", "2026-13-01", "Octember 1, 2026", "at earliest 2024-06-13"],
)
def test_anything_else_is_refused(text: str) -> None:
    """A month alone is no day, and a day that is not in the calendar is none."""
    with pytest.raises(LayoutChanged):
        printed_date(text)


@pytest.mark.parametrize("text", ["2026-08-01T00:00:00Z", "2026-08-01T23:59:59.123Z"])
def test_the_day_of_a_timestamp_is_that_of_utc(text: str) -> None:
    """As machines write it."""
    assert timestamp_day(text) == date(2026, 8, 1)


@pytest.mark.parametrize("text", ["", "2026-08-01", "2026-02-30T00:00:00Z", "2026-08-01T00:00:00+02:00", "soon"])
def test_a_timestamp_of_another_zone_is_refused(text: str) -> None:
    """It might be of another day."""
    with pytest.raises(LayoutChanged):
        timestamp_day(text)
