"""The geometry of cost against volume: straight lines, and where they cross. Templates only write them down as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.publish.charts import spread, tick_words, ticks_to


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """What a month costs on one side: so much whatever happens, so much a request. USD."""

    label: str
    fixed: float
    each: float


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Where two sides cost the same, as worked out by the tables: requests a month, USD a month."""

    at: float
    cost: float
    words: str


@dataclass(frozen=True, kw_only=True)
class DrawnLine:
    """A line as a path, its number and where its label stands."""

    number: int
    path: str
    label: str
    end_x: float
    end_y: float
    label_y: float


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """One drawing, ready to be written down."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str, str], ...]  # x, words, text-anchor
    lines: tuple[DrawnLine, ...]
    crossings: tuple[tuple[float, float, str], ...]
    now_x: float
    has_room: bool


def line_chart(
    lines: Sequence[CostLine],
    crossings: Sequence[Crossing],
    *,
    reach: float,
    now: float,
    width: int,
    height: int,
    room: int,
) -> LineChart:
    """Lay out lines from no request to `reach` requests a month; `now` is the volume asked about. Both axes begin at 0."""
    highest = max(line.fixed + line.each * reach for line in lines)
    ticks = ticks_to(Decimal(repr(highest)))
    words = tick_words(ticks)
    left, right = 10.0 + 6.6 * max(map(len, words)), float(width - max(room, 12))
    top, bottom = 14.0, float(height - 26)
    ceiling = float(ticks[-1])

    def x(requests: float) -> float:
        return round(left + (right - left) * requests / reach, 1)

    def y(usd: float) -> float:
        return round(bottom - (bottom - top) * usd / ceiling, 1)

    drawn = [
        DrawnLine(
            number=number,
            path=f"M{x(0):g} {y(line.fixed):g}L{x(reach):g} {y(line.fixed + line.each * reach):g}",
            label=line.label,
            end_x=x(reach),
            end_y=y(line.fixed + line.each * reach),
            label_y=y(line.fixed + line.each * reach),
        )
        for number, line in enumerate(lines, start=1)
    ]
    return LineChart(
        width=width,
        height=height,
        left=round(left, 1),
        right=right,
        top=top,
        bottom=bottom,
        y_ticks=tuple((y(float(tick)), text) for tick, text in zip(ticks, words, strict=True)),
        x_ticks=((x(0), "0", "start"), (x(now), _short(now), "middle"), (x(reach), _short(reach), "end")),
        lines=tuple(
            replace(line, label_y=place)
            for line, place in zip(drawn, spread([line.label_y for line in drawn], top, bottom), strict=True)
        ),
        crossings=tuple((x(one.at), y(one.cost), one.words) for one in crossings),
        now_x=x(now),
        has_room=room > 0,
    )


def _short(requests: float) -> str:
    """7500000 -> "7.5M"."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if requests >= size:
            return f"{requests / size:.3g}{letter}"
    return f"{requests:.3g}"
