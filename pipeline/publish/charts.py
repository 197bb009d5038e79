"""The geometry of the charts: dates and amounts to coordinates. Templates only write them down as SVG.

A price is a step, never a slope: `M x y H x V y`. What was not observed is not drawn as if it were: between the last look
at an old value and the first look at a new one the line is dashed over a hatched band, and where nothing was read at
all it is missing, between two bars. What a third party's list said is a hollow line: dashes tell whole lines apart. Coordinates are rounded to 0.1, so the same data gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from pipeline.publish import format as fmt

_LINES = 6  # more lines than this cannot be told apart
_LOG_FROM = 20  # a logarithmic axis once the largest amount is more than this many times the smallest
_BAR = 5  # half the height of the bar at the end of a gap
LABEL_STEP = 15.0  # the least distance between two end labels


@dataclass(frozen=True, kw_only=True)
class Step:
    """A price and how long it is known to have held. `until` is when it was last verified or replaced."""

    amount: Decimal
    since: datetime
    until: datetime
    not_before: datetime | None = None  # the last look that still showed something else
    is_listed: bool = False  # a third party's word


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its label, its steps in time order, and its end in words."""

    label: str
    value: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A series as paths."""

    number: int
    solid: str
    listed: str  # what a third party's list said
    dashed: str
    bars: str  # at both ends of each gap
    label: str
    value: str
    label_y: float
    end_x: float
    end_y: float
    dots: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One drawing, ready to be written down."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str, str], ...]  # x, words, text-anchor
    bands: tuple[tuple[float, float], ...]  # x, width of what was not observed
    lines: tuple[Line, ...]
    is_log: bool
    has_room: bool  # labels stand beside the lines, not above them

    @property
    def has_gaps(self) -> bool:
        """Whether a line is missing somewhere between its ends."""
        return any(line.bars for line in self.lines)

    @property
    def has_moves(self) -> bool:
        """Whether a first sight of another price is marked."""
        return any(line.dots for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """How the amounts of a chart are written: along the axis, and where a step begins."""

    ticks: Callable[[list[Decimal]], list[str]]
    words: Callable[[Decimal], str]


def step_chart(
    series: Sequence[Series], *, width: int, height: int, room: int, axis: Axis | None = None
) -> Chart | None:
    """Lay out a step chart; `room` is the margin for end labels (0: above the lines). None for under a day of history."""
    shown = [item for item in series if item.steps][:_LINES]
    if not shown:
        return None
    first = min(step.since for item in shown for step in item.steps)
    last = max(step.until for item in shown for step in item.steps)
    if last - first < timedelta(days=1):
        return None
    amounts = [step.amount for item in shown for step in item.steps]
    is_log = min(amounts) > 0 and max(amounts) / min(amounts) > _LOG_FROM
    ticks = _log_ticks(min(amounts), max(amounts)) if is_log else ticks_to(max(amounts))
    axis = axis or Axis(ticks=tick_words, words=fmt.money)
    words = [word for tick in ticks for word in axis.ticks([tick])] if is_log else axis.ticks(ticks)
    left, right = 10.0 + 6.6 * max(map(len, words)), float(width - max(room, 8))
    top, bottom = 14.0, float(height - 26)

    def x(moment: datetime) -> float:
        return round(left + (right - left) * ((moment - first) / (last - first)), 1)

    def y(amount: Decimal) -> float:
        low, high = ticks[0], ticks[-1]
        share = math.log(amount / low) / math.log(high / low) if is_log else float(amount / high)
        return round(bottom - (bottom - top) * share, 1)

    drawn = [_line(number, item, x, y, axis.words) for number, item in enumerate(shown, start=1)]
    return Chart(
        width=width,
        height=height,
        left=round(left, 1),
        right=right,
        top=top,
        bottom=bottom,
        y_ticks=tuple((y(tick), text) for tick, text in zip(ticks, words, strict=True)),
        x_ticks=dates_along(first, last, left, right),
        bands=tuple(sorted({band for item in shown for band in _bands(item, x)})),
        lines=tuple(
            replace(line, label_y=place)
            for line, place in zip(drawn, spread([line.label_y for line in drawn], top, bottom), strict=True)
        ),
        is_log=is_log,
        has_room=room > 0,
    )


def sparkline(steps: Sequence[Step], *, width: int = 72, height: int = 18) -> str | None:
    """The path of a wordless small chart (under 400 bytes with its element); None where nothing moved."""
    kept = list(steps)[-12:]
    if len({step.amount for step in kept}) < 2:
        return None
    first, last = kept[0].since, max(step.until for step in kept)
    high = max(step.amount for step in kept)
    points = []
    for step in kept:
        across = 1 + (width - 2) * ((step.since - first) / (last - first))
        points.append((f"{across:.1f}", f"{height - 2 - (height - 4) * float(step.amount / high):.1f}"))
    path = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{across}V{up}" for across, up in points[1:])
    return f"{path}H{width - 1}"


def strip_runs(strip: str) -> list[tuple[str, int, int]]:
    """A strip of days ("ggg-f") as runs (letter, first day, days), so that a strip is a handful of shapes."""
    runs: list[tuple[str, int, int]] = []
    for position, letter in enumerate(strip):
        if runs and runs[-1][0] == letter:
            runs[-1] = (letter, runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((letter, position, 1))
    return runs


def _line(
    number: int,
    item: Series,
    x: Callable[[datetime], float],
    y: Callable[[Decimal], float],
    words: Callable[[Decimal], str],
) -> Line:
    solid, listed, dashed, bars, dots = "", "", "", "", []
    for step, following in _with_next(item.steps):
        start, level = x(step.since), y(step.amount)
        joins = following is not None and following.not_before is not None and following.not_before <= step.until
        sure = min(step.until, following.not_before) if following and following.not_before else step.until
        path = f"M{start:g} {level:g}H{x(max(sure, step.since)):g}"
        solid, listed = (solid, listed + path) if step.is_listed else (solid + path, listed)
        if following is not None and (joins or following.since <= step.until):
            dashed += f"M{x(max(sure, step.since)):g} {level:g}H{x(following.since):g}V{y(following.amount):g}"
            if following.amount != step.amount:
                dots.append((x(following.since), y(following.amount), words(following.amount)))
        elif following is not None:
            bars += _bar(x(step.until), level) + _bar(x(following.since), y(following.amount))
    end = item.steps[-1]
    return Line(
        number=number,
        solid=solid,
        listed=listed,
        dashed=dashed,
        bars=bars,
        label=item.label,
        value=item.value,
        label_y=y(end.amount),
        end_x=x(end.until),
        end_y=y(end.amount),
        dots=tuple(dots),
    )


def _bar(across: float, level: float) -> str:
    return f"M{across:g} {level - _BAR:g}v{2 * _BAR:g}"


def _bands(item: Series, x: Callable[[datetime], float]) -> list[tuple[float, float]]:
    bands = []
    for before, step in pairwise(item.steps):
        if step.not_before is not None and step.not_before >= before.since:
            start, end = x(step.not_before), x(step.since)
            if end - start >= 2:
                bands.append((start, round(end - start, 1)))
    return bands


def _with_next(steps: Sequence[Step]) -> list[tuple[Step, Step | None]]:
    return [*pairwise(steps), (steps[-1], None)]


def spread(places: Sequence[float], top: float, bottom: float) -> list[float]:
    """Where end labels stand that would cover each other: pushed apart, down from the top and up from the bottom edge."""
    order = sorted(range(len(places)), key=lambda index: (places[index], index))
    placed = [places[index] for index in order]
    for index in range(1, len(placed)):
        placed[index] = max(placed[index], placed[index - 1] + LABEL_STEP)
    overflow = bottom + 4
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], overflow)
        overflow = placed[index] - LABEL_STEP
    found = dict(zip(order, placed, strict=True))
    return [round(max(found[index], top - 4), 1) for index in range(len(places))]


def ticks_to(high: Decimal) -> list[Decimal]:
    """From 0 to a round number at or above the largest amount, in 2 to 5 steps."""
    if high <= 0:
        return [Decimal(0), Decimal(1)]
    power = Decimal(10) ** (high.adjusted() - 1)
    step = next(
        size * power for size in map(Decimal, ("2", "2.5", "5", "10", "20", "25", "50")) if high / (size * power) <= 4
    )
    count = int((high / step).to_integral_value(ROUND_CEILING))  # "//" would cut towards zero
    return [step * index for index in range(count + 1)]


def tick_words(ticks: list[Decimal]) -> list[str]:
    """Amounts along an axis: whole dollars where all of them are whole, else as many decimals as the finest needs."""
    decimals = max(0, *(-int(tick.normalize().as_tuple().exponent) for tick in ticks))
    return [f"${tick:,.{max(decimals, 2) if decimals else 0}f}" if tick else "$0" for tick in ticks]


def _log_ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """1, 2 and 5 times powers of ten, just wide enough to hold both ends."""
    steps = [
        Decimal(digit) * Decimal(10) ** power
        for power in range(low.adjusted() - 1, high.adjusted() + 2)
        for digit in (1, 2, 5)
    ]
    start = max(index for index, step in enumerate(steps) if step <= low)
    end = min(index for index, step in enumerate(steps) if step >= high)
    chosen = steps[start : max(end, start + 1) + 1]
    if len(chosen) > 6:  # ones and fives, or only the powers, keep the axis readable
        chosen = [
            step for step in chosen if step in {chosen[0], chosen[-1]} or step.normalize().as_tuple().digits == (1,)
        ]
    return chosen


def dates_along(first: datetime, last: datetime, left: float, right: float) -> tuple[tuple[float, str, str], ...]:
    """Both ends as days, and as many months in between as there is room for."""
    span = last - first
    marks = [(round(left, 1), fmt.day(first), "start")]
    month = datetime(first.year, first.month, 1)  # noqa: DTZ001 - naive UTC, as everywhere in the warehouse
    edge = left + 74
    while (month := (month + timedelta(days=32)).replace(day=1)) < last:
        place = left + (right - left) * ((month - first) / span)
        if place - 24 > edge and place + 24 < right - 74:
            marks.append((round(place, 1), f"{month:%Y-%m}", "middle"))
            edge = place + 60
    return (*marks, (round(right, 1), fmt.day(last), "end"))
