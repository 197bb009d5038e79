"""The page of one model: its price card, its charts, its markup, what can be bought, and what moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.charts import Chart, Series, Step, sparkline, step_chart
from pipeline.publish.context import Row
from pipeline.publish.entries import ModelEntry
from pipeline.publish.figures import Figure, Notice, figure
from pipeline.publish.lists import spans_before, steps_before

_TIERS = (None, "standard", "on_demand", "batch", "flex", "priority")
_METERS = tuple(fmt.METERS)
_METHODS = (None, "sft", "dpo", "rft", "distillation")
_TECHNIQUES = (None, "lora", "full")
# One chart shows the tuned and the base price, since their distance is what people look for.
_CHARTS = {"training": "Training", "calling": "Calling the model", "other": "Hosting and hardware"}
_CHART_OF = {"tuned": "calling", "base": "calling"}
_TRAINING_LABEL = ("method", "technique", "context_band", "time_window", "region")
_MOST_FIGURES = 9  # of one group that open one by one
# Width and height of a chart whose prices moved; one in which nothing did needs less room to say so.
WIDE, NARROW, FLAT_HEIGHT = (880, 270), (340, 230), 150


@dataclass(frozen=True, kw_only=True)
class Group:
    """One part of the price card: a heading, and figures under the words that tell them apart."""

    title: str
    slug: str
    parts: tuple[tuple[str, tuple[Figure, ...]], ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of its figures, in order."""
        return tuple(item for _, items in self.parts for item in items)

    @property
    def is_long(self) -> bool:
        """True where figures that open one by one would make a page of thousands of elements: a table shows them."""
        return len(self.figures) > _MOST_FIGURES


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One span of one line, for the table beside a chart."""

    label: str
    value: str
    since: str
    until: str


@dataclass(frozen=True, kw_only=True)
class History:
    """One chart with the same figures as a table; `wide` and `narrow` are None while there is under a day of history."""

    chart_id: str
    title: str
    since: datetime
    moved: str  # what moved, in a sentence
    measure: str  # what the axis counts, in words
    wide: Chart | None
    narrow: Chart | None
    rows: tuple[HistoryRow, ...]
    lists: tuple[tuple[str, str | None], ...]  # the third parties' lists in the chart, with their addresses


def price_card(entry: ModelEntry, notices: Mapping[str, tuple[Notice, ...]]) -> list[Group]:
    """All current figures of a model, in groups: training, the tuned model, the base model, the rest."""
    groups: dict[str, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(entry.prices, key=series_order):
        item = figure(row, notices.get(row["series_id"], ()))
        groups[_group(row)][item.detail].append(item)
    titles = {
        "training": "Training",
        "tuned": "Calling the tuned model",
        "base": "Calling the base model",
        "other": "Hosting and hardware",
    }
    return [
        Group(title=title, slug=name, parts=tuple((words, tuple(items)) for words, items in groups[name].items()))
        for name, title in titles.items()
        if name in groups
    ]


def histories(entry: ModelEntry) -> list[History]:
    """The charts of a model: training apart from calling, one unit a chart, standard prices only."""
    lines: dict[tuple[str, str], list[list[Row]]] = defaultdict(list)
    by_series: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(entry.history, key=lambda row: (row["first_seen_at"], row["span_id"])):
        by_series[row["series_id"]].append(row)
    for rows in sorted(by_series.values(), key=lambda rows: series_order(rows[-1])):
        newest = rows[-1]
        is_plain = newest["tier"] in {None, "standard", "on_demand"} and newest["condition"] in {None, "legacy"}
        if is_plain and newest["currency"] == "USD" and newest["meter"] != "training_minimum":
            group = _group(newest)
            lines[_CHART_OF.get(group, group), newest["unit"]].append(rows)
    listed: dict[str, list[Row]] = defaultdict(list)
    for row in entry.listed:
        if row["is_read"]:
            listed[row["series_id"]].append(row)
    before = {
        name: spans_before(rows, min((row["first_seen_at"] for row in by_series.get(name, ())), default=None))
        for name, rows in listed.items()
    }
    return [
        _history(name, unit, lines[name, unit], before)
        for name, unit in sorted(lines, key=lambda key: (list(_CHARTS).index(key[0]), key))
    ]


def steps_of(rows: Sequence[Row]) -> tuple[Step, ...]:
    """The spans of one series that have an amount, as steps in time."""
    steps = []
    for row in rows:
        amount = fmt.decimal_of(row["amount_text"])
        if amount is not None:
            stated = row["valid_from"]
            since = _moment(stated) if stated is not None else row["first_seen_at"]
            until = max(row["valid_to"] or row["last_verified_at"], since)
            before = None if stated is not None else row["known_not_before"]
            steps.append(Step(amount=amount, since=since, until=until, not_before=before))
    return tuple(steps)


def sparkline_of(entry: ModelEntry | None, series_id: str | None) -> str | None:
    """The small chart beside a change; None where the series never moved."""
    if entry is None or series_id is None:
        return None
    rows = [row for row in entry.history if row["series_id"] == series_id]
    return sparkline(steps_of(sorted(rows, key=lambda row: row["first_seen_at"])))


def _history(name: str, unit: str, spans: list[list[Row]], listed: Mapping[str, list[Row]]) -> History:
    labels = _labels([rows[-1] for rows in spans])
    own = [steps_of(rows) for rows in spans]
    before = [listed.get(rows[-1]["series_id"], []) for rows in spans]
    series = [
        Series(
            label=label,
            value=fmt.value_text(rows[-1]),
            steps=(*steps_before(lists, min((step.since for step in steps), default=None)), *steps),
        )
        for label, rows, steps, lists in zip(labels, spans, own, before, strict=True)
    ]
    chart_id = f"{name}-{unit.lower().replace(' ', '-')}"
    longest = max(len(f"{item.label} {item.value}") for item in series)
    moved = [item for item, steps in zip(series, own, strict=True) if len({step.amount for step in steps}) > 1]
    is_flat = all(len({step.amount for step in item.steps}) < 2 for item in series)
    if moved:
        words = "; ".join(f"{item.label}, {_path_of(item)}" for item in moved[:3])
        more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
        told = f"Moved: {words}{more}."
    else:
        told = "No price in this chart has moved since."
    return History(
        chart_id=chart_id,
        title=_CHARTS[name],
        since=min(row["first_seen_at"] for rows in spans for row in rows),
        moved=told,
        measure=f"US dollars per {unit}",
        wide=step_chart(
            series,
            width=WIDE[0],
            height=FLAT_HEIGHT if is_flat and not moved else WIDE[1],
            room=20 + int(6.4 * longest),
        ),
        narrow=step_chart(series, width=NARROW[0], height=FLAT_HEIGHT if is_flat and not moved else NARROW[1], room=0),
        rows=tuple(
            line
            for label, rows, lists in zip(labels, spans, before, strict=True)
            for line in (*(_listed_row(row, label) for row in lists), *(_history_row(row, label) for row in rows))
        ),
        lists=tuple(sorted({(row["feed_words"], web_address(row["feed_url"])) for rows in before for row in rows})),
    )


def _path_of(item: Series) -> str:
    amounts: list[Decimal] = [step.amount for step in item.steps if not step.is_listed]
    return " to ".join(fmt.money(amount) for amount in amounts[-3:])


def _history_row(row: Row, label: str) -> HistoryRow:
    if row["valid_from"] is not None:
        since = f"{fmt.day(row['valid_from'])}, as the seller states"
    elif row["known_not_before"] is not None:
        since = f"between {fmt.day(row['known_not_before'])} and {fmt.day(row['first_seen_at'])}"
    else:
        since = f"first seen {fmt.day(row['first_seen_at'])}"
    until = f"until {fmt.day(row['valid_to'])}" if row["valid_to"] else f"verified {fmt.day(row['last_verified_at'])}"
    return HistoryRow(label=label, value=fmt.value_text(row), since=since, until=until)


def _listed_row(row: Row, label: str) -> HistoryRow:
    first, before = fmt.day(row["first_seen_on"]), row["known_not_before"]
    if row["valid_from"] is not None:
        since = f"{fmt.day(row['valid_from'])}, as the list states"
    else:
        since = f"between {fmt.day(before)} and {first}" if before is not None else f"first seen {first}"
    return HistoryRow(
        label=label,
        value=f"{fmt.money(Decimal(row['amount_text']))}, by {row['feed_words']}",
        since=since,
        until=f"last seen there {fmt.day(row['last_seen_on'])}",
    )


def _labels(rows: Sequence[Row]) -> list[str]:
    """The name of each line of a chart: short where that will do, with all that differs where two would be called alike."""
    named: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        named[_label(row)].append(row)
    same = {
        label: tuple(name for name in fmt.QUALIFIERS if len({row[name] for row in alike}) == 1)
        for label, alike in named.items()
    }
    return [
        ", ".join(
            part for part in (_label(row), fmt.qualifiers(row, skip=(*same[_label(row)], *_in_label(row)))) if part
        )
        for row in rows
    ]


def _label(row: Row) -> str:
    who = {"fine_tuned": "tuned", "base": "base"}.get(row["variant"] or "", "")
    if not row["meter"].startswith("training_"):
        return ", ".join(part for part in (fmt.meter(row["meter"]), who) if part)
    words = fmt.qualifiers(row, skip=tuple(name for name in fmt.QUALIFIERS if name not in _TRAINING_LABEL))
    meter = fmt.meter(row["meter"])
    return words if words and meter == fmt.meter("training_tokens") else ", ".join(filter(None, (meter, words)))


def _in_label(row: Row) -> tuple[str, ...]:
    return _TRAINING_LABEL if row["meter"].startswith("training_") else ()


def _group(row: Row) -> str:
    if row["meter"].startswith("training_") or row["meter"] == "grader_tokens":
        return "training"
    if not row["meter"].startswith("inference_"):
        return "other"
    return "tuned" if row["variant"] == "fine_tuned" else "base"


def series_order(row: Row) -> tuple[object, ...]:
    """Standard before batch, supervised before preference, input before output; then by words."""
    return (
        row["variant"] != "fine_tuned",
        row["meter"] == "training_minimum",  # what it is the minimum of comes first
        _place(_METHODS, row["method"]),
        _place(_TECHNIQUES, row["technique"]),
        _place(_TIERS, row["tier"]),
        row["condition"] or "",
        fmt.qualifiers(row),
        _place(_METERS, row["meter"]),
        row["series_id"],
    )


def _place(order: Sequence[str | None], value: str | None) -> int:
    return order.index(value) if value in order else len(order)


def _moment(stated: date | datetime) -> datetime:
    return stated if isinstance(stated, datetime) else datetime.combine(stated, time())
