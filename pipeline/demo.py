"""The demonstration's calendar: recorded dates, two ticks each, an hour apart, so that a move is seen and confirmed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from pipeline.looks import FIRST_HOUR, TICK

FIRST_TICK = time(FIRST_HOUR, tzinfo=UTC)
TICKS_A_DATE = 2


def ticks_of(dates: Sequence[date]) -> list[datetime]:
    """Every tick of the demonstration, oldest first."""
    return [
        datetime.combine(day, FIRST_TICK) + TICK * number for day in sorted(dates) for number in range(TICKS_A_DATE)
    ]


def last_reading(dates: Sequence[date]) -> datetime:
    """The first tick of the last date: reading it again adds no read to any count."""
    return datetime.combine(max(dates), FIRST_TICK)


def decisions() -> list[dict[str, str]]:
    """What a person decided in the demonstration: day, price, verdict, rule, why and by whom."""
    with Path(__file__).with_name("demo_decisions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
