"""When what is said about buying a model stood on its seller's pages, and the days that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.publish.availability import fact
from pipeline.publish.charts import dates_along
from pipeline.publish.context import Row

WIDE, NARROW = 880, 340
_ROW, _BAR = 36, 16  # the height of a statement; how far below its top its bar runs
_LETTER = 6.3  # the width of one, on average
_LEAST = 3.0  # a statement that one look alone saw


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement: its words, a bar for as long as it stood, and a mark on the day it names."""

    words: str
    words_x: float
    tone: str
    y: float
    bar: tuple[float, float]  # x, width
    is_open: bool  # it stood there at the last look
    day: float | None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """One drawing, ready to be written down."""

    width: int
    height: int
    bottom: float
    ticks: tuple[tuple[float, str, str], ...]
    statements: tuple[Statement, ...]
    today: float


@dataclass(frozen=True, kw_only=True)
class Timelines:
    """The same at two widths, and as a sentence."""

    wide: Timeline
    narrow: Timeline
    words: str


def timelines(rows: Sequence[Row], today: date | None) -> Timelines | None:
    """As of the newest look of all, `today`: the drawing of these rows of `availability`; None without one, and where less than a day lies between its ends."""
    days = [day for row in rows if (day := _day(row)) is not None]
    moments = [*(row["first_seen_at"] for row in rows), *(row["last_seen_at"] for row in rows), *days]
    if today is None or not rows:
        return None
    now = datetime.combine(today, time())
    first, last = min(moments), max([*moments, now])
    if last - first < timedelta(days=1):
        return None
    ordered = sorted(rows, key=lambda row: (row["first_seen_at"], _day(row) or last, fact(row).words))
    words = "; ".join(f"{fact(row).words}, {fact(row).history}" for row in ordered)
    wide, narrow = (_drawn(ordered, first, last, now, width) for width in (WIDE, NARROW))
    return Timelines(wide=wide, narrow=narrow, words=f"{words}.")


def _drawn(rows: Sequence[Row], first: datetime, last: datetime, now: datetime, width: int) -> Timeline:
    left, right = 4.0, width - 8.0

    def x(moment: datetime) -> float:
        return round(left + (right - left) * ((moment - first) / (last - first)), 1)

    alike = Counter(fact(row).words for row in rows)
    statements = []
    for number, row in enumerate(rows):
        told = fact(row)
        start, end = x(row["first_seen_at"]), x(row["gone_at"] or row["last_seen_at"])
        day = _day(row)
        words = f"{told.words}, {told.who}" if told.who and alike[told.words] > 1 else told.words
        statements.append(
            Statement(
                words=words,
                words_x=round(max(left, min(start, right - _LETTER * len(words))), 1),
                tone="off" if told.is_gone else told.tone,
                y=number * _ROW + _BAR,
                bar=(start, round(max(end - start, _LEAST), 1)),
                is_open=not told.is_gone,
                day=None if day is None else x(day),
            )
        )
    bottom = float(len(rows) * _ROW)
    return Timeline(
        width=width,
        height=int(bottom) + 26,
        bottom=bottom,
        ticks=dates_along(first, last, left, right),
        statements=tuple(statements),
        today=x(now),
    )


def _day(row: Row) -> datetime | None:
    stated = row["stated_date"]
    return None if stated is None else datetime.combine(stated, time())
