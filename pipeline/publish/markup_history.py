"""A tuned model's markup over time: what its pages gave, and before that what third parties' lists would have given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.charts import Axis, Series, Step, step_chart
from pipeline.publish.context import Row
from pipeline.publish.entries import ModelEntry
from pipeline.publish.model_page import FLAT_HEIGHT, NARROW, WIDE, History, HistoryRow

_AXIS = Axis(
    ticks=lambda ticks: [f"{tick.normalize():f}×" for tick in ticks], words=lambda ratio: fmt.ratio(float(ratio))
)


def markup_history(entry: ModelEntry) -> History | None:
    """The ratios of the standard tier as steps, a line a meter; None where none was ever known."""
    own = _by_series(entry.ratios, "tuned_series_id")
    listed = _by_series(entry.listed_ratios, "series_id")
    series, rows, used = [], [], set()
    for name, label in _lines(entry):
        mine, theirs = own.get(name, []), _one_list(listed.get(name, []))
        first = min((row["valid_from"] for row in mine), default=None)
        theirs = [row for row in theirs if first is None or _moment(row["valid_from"]) < first]
        verified = max(row["last_verified_at"] for row in entry.history if row["series_id"] == name)
        steps = (*(_listed_step(row, first) for row in theirs), *(_own_step(row, verified) for row in mine))
        if steps:
            series.append(Series(label=label, value=fmt.ratio(float(steps[-1].amount)), steps=steps))
            rows += [*(_listed_row(row, label) for row in theirs), *(_own_row(row, label) for row in mine)]
            used |= {row["feed"] for row in theirs}
    if not series:
        return None
    is_flat = all(len({step.amount for step in item.steps}) < 2 for item in series)
    drawn = [step for item in series for step in item.steps]
    since = min(step.since for step in [step for step in drawn if not step.is_listed] or drawn)
    room = 20 + int(6.4 * max(len(f"{item.label} {item.value}") for item in series))
    wide, narrow = (
        step_chart(series, width=width, height=FLAT_HEIGHT if is_flat else height, room=beside, axis=_AXIS)
        for (width, height), beside in ((WIDE, room), (NARROW, 0))
    )
    feeds = {row["feed"]: (row["feed_words"], web_address(row["feed_url"])) for row in entry.listed}
    return History(
        chart_id="markup-over-time",
        title="Markup over time",
        since=since,
        moved=" ".join(_told(series)),
        measure="tuned over base, in the standard tier",
        wide=wide,
        narrow=narrow,
        rows=tuple(rows),
        lists=tuple(sorted(feeds[feed] for feed in used if feed in feeds)),
    )


def _lines(entry: ModelEntry) -> list[tuple[str, str]]:
    """The tuned series and what to call each, in the order of meters."""
    meters = list(fmt.METERS)
    known = {
        row["series_id"]: row
        for row in entry.history
        if row["variant"] == "fine_tuned"
        and row["tier"] in {None, "standard"}
        and row["meter"].startswith("inference_")
    }
    ordered = sorted(
        known.values(), key=lambda row: (meters.index(row["meter"]), fmt.qualifiers(row), row["series_id"])
    )
    return [
        (
            row["series_id"],
            ", ".join(part for part in (fmt.meter(row["meter"]), fmt.qualifiers(row, skip=("tier",))) if part),
        )
        for row in ordered
    ]


def _by_series(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["valid_from"]):
        if row["ratio"] is not None:
            found[row[name]].append(row)
    return found


def _one_list(rows: Sequence[Row]) -> list[Row]:
    """Of several lists the one that goes first."""
    first = min(((row["feed_place"], row["feed"], row["model"]) for row in rows), default=None)
    return [row for row in rows if (row["feed_place"], row["feed"], row["model"]) == first]


def _own_step(row: Row, verified: datetime) -> Step:
    return Step(amount=_ratio(row), since=row["valid_from"], until=max(row["valid_to"] or verified, row["valid_from"]))


def _listed_step(row: Row, first: datetime | None) -> Step:
    since, until = _moment(row["valid_from"]), _moment(row["valid_to"] or row["last_seen_on"])
    until = until if first is None else min(until if row["valid_to"] else max(until, first), first)
    return Step(amount=_ratio(row), since=since, until=max(since, until), is_listed=True)


def _own_row(row: Row, label: str) -> HistoryRow:
    until = f"until {fmt.day(row['valid_to'])}" if row["valid_to"] else "holds"
    return HistoryRow(label=label, value=fmt.ratio(row["ratio"]), since=fmt.day(row["valid_from"]), until=until)


def _listed_row(row: Row, label: str) -> HistoryRow:
    return HistoryRow(
        label=label,
        value=f"{fmt.ratio(row['ratio'])}, by {row['feed_words']}",
        since=f"first seen {fmt.day(row['valid_from'])}",
        until=f"last seen there {fmt.day(row['last_seen_on'])}",
    )


def _told(series: Sequence[Series]) -> Iterator[str]:
    """What moved, and what lists gave before, which need not have been the seller's."""
    moved = _paths((item.label, [step for step in item.steps if not step.is_listed]) for item in series)
    yield f"Moved: {moved}." if moved else "It has not moved since."
    listed = _paths((item.label, [step for step in item.steps if step.is_listed]) for item in series)
    if listed:
        yield f"A third party’s list gave before: {listed}."


def _paths(lines: Iterable[tuple[str, Sequence[Step]]]) -> str:
    paths = (
        (label, [fmt.ratio(float(amount)) for amount, _ in groupby(step.amount for step in steps)])
        for label, steps in lines
    )
    return "; ".join(f"{label}, {' to '.join(path[-4:])}" for label, path in paths if len(path) > 1)


def _ratio(row: Row) -> Decimal:
    return Decimal(repr(row["ratio"]))


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())
