"""Offers side by side, as of any date: what `/compare/` shows without scripts, and the file that its script reads.

An offer is one model at one seller, and where it can be tuned in several ways one of them. A cell of the comparison
holds the series that may answer it, best first; which of their spans held on a date is decided by the rule of
`price_as_of` (warehouse/macros/lookups.sql), which compare.js repeats and a test holds to it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.publish import availability
from pipeline.publish import format as fmt
from pipeline.publish.addresses import slug, web_address
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.listed_spans import ListedSpan, listed_ratios, listed_spans, never_read

FILE = "compare/offers.json"
MOST_OFFERS = 6  # columns that can still be read
_TRAINING = ("training_tokens", "training_hours", "training_images", "training_run")
_WAY = ("product", "method", "technique", "condition", "context_band", "time_window", "region")
_TRUST = {"vendor": 1, "derived": 2, "third_party": 3}  # as trust_rank in warehouse/macros/evidence.sql
# The rows of the comparison: (key, words, unit).
ROWS = (
    ("training", "Training", "1M tokens"),
    ("minimum", "Minimum charge", "job"),
    ("tuned-input", "Tuned input", "1M tokens"),
    ("tuned-cached", "Tuned cached input", "1M tokens"),
    ("tuned-output", "Tuned output", "1M tokens"),
    ("base-input", "Base input", "1M tokens"),
    ("base-cached", "Base cached input", "1M tokens"),
    ("base-output", "Base output", "1M tokens"),
    ("markup-input", "Markup, input", "tuned over base"),
    ("markup-output", "Markup, output", "tuned over base"),
    ("hosting", "Hosting", "hour"),
)
_CALLS = {"input": "inference_input", "cached": "inference_cached_input", "output": "inference_output"}
# Models that many ask about, the most asked first; what is not on sale is passed over.
_ASKED = (
    ("openai", "gpt-4.1-mini-2025-04-14"),
    ("together", "gpt-oss-120B"),
    ("openai", "gpt-4.1-2025-04-14"),
    ("together", "Llama 3.3 70B"),
)
_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One column. `cells` are the series of each of ROWS, best first."""

    key: str
    entry: ModelEntry
    way: str
    cells: tuple[tuple[str, ...], ...]
    facts: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in one cell today; `seen` is the last day on which it was read."""

    value: str
    unit: str
    href: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The columns that are shown without scripts."""

    offers: tuple[Offer, ...]
    lines: tuple[tuple[str, str, tuple[Cell | None, ...]], ...]  # words, unit, cells
    facts: tuple[list[availability.Fact], ...]
    earliest: date | None  # the first day on which an offer, not only of these, has a figure


def offers_of(entries: Entries) -> list[Offer]:
    """Every offer that has, or ever had, a price of training or of calling; fictional sellers last."""
    found = [offer for entry in entries.models.values() for offer in _offers(entry, entries)]
    return sorted(found, key=lambda item: (item.entry.provider.startswith("_"), item.key))


def default_of(offers: Sequence[Offer], data: SiteData) -> Comparison:
    """A few offers side by side today."""
    chosen = asked_of(offers, data)
    current = {row["series_id"]: row for row in data.current_price}
    ratios = {row["tuned_series_id"]: row for row in data.markup if row["ratio"] is not None}
    lines = []
    for index, (key, words, unit) in enumerate(ROWS):
        cells = tuple(_cell(offer, key, index, current, ratios) for offer in chosen)
        if any(cells):
            lines.append((words, unit, cells))
    return Comparison(
        offers=tuple(chosen),
        lines=tuple(lines),
        facts=tuple(availability.short(availability.facts(list(offer.facts)), count=3) for offer in chosen),
        earliest=_earliest(offers, data),
    )


def file_of(offers: Sequence[Offer], data: SiteData) -> str:
    """The file that compare.js reads: the offers, the spans of their series and of their markups, and the facts.

    A span is [from, to, shown, last seen, first seen, rank of trust, unit], and of a third party's list also its place
    among the lists, its number in `lists` and its key; times are UTC, "" is an open end. Spans of a series stand in the
    order of their sources, the last word between two that are alike in everything else. A markup is a span too.
    """
    used = _used(offers)
    lists = {row["feed"]: [row["feed_words"], web_address(row["feed_url"]) or ""] for row in data.feed_history}
    numbers = {feed: number for number, feed in enumerate(sorted(lists))}
    spans: dict[str, list[list[object]]] = defaultdict(list)
    for row in sorted(data.price_history, key=lambda row: (row["series_id"], row["source"], row["first_seen_at"])):
        if row["series_id"] in used:
            spans[row["series_id"]].append([
                _moment(row["valid_from"] or row["first_seen_at"]), _moment(row["valid_to"]), fmt.value_text(row),
                _moment(row["last_verified_at"]), _moment(row["first_seen_at"]), _TRUST.get(row["trust"], 4),
                row["unit"] if row["value_state"] == "priced" else "",
            ])  # fmt: skip
    for span in listed_spans(data):
        if span.series_id in used:
            spans[span.series_id].append(_listed(span, numbers))
    ratios: dict[str, list[list[object]]] = defaultdict(list)
    for row in sorted(data.markup_history, key=lambda row: (row["tuned_series_id"], row["valid_from"])):
        if row["tuned_series_id"] in used and row["ratio"] is not None:
            ratios[row["tuned_series_id"]].append(
                [_moment(row["valid_from"]), _moment(row["valid_to"]), fmt.ratio(row["ratio"])]
            )
    for span in listed_ratios(data):
        if span.series_id in used:
            ratios[span.series_id].append(_listed(span, numbers))
    told: dict[tuple[str, ...], int] = {}
    listed = []
    for offer in offers:
        facts = [told.setdefault(fact, len(told)) for fact in _facts(offer.facts)]
        listed.append([offer.key, offer.entry.name, fmt.seller(offer.entry.provider), offer.way, offer.entry.path,
            [list(cell) for cell in offer.cells], facts])  # fmt: skip
    whole = {
        "as_of": _moment(data.as_of),
        "since": str(_earliest(offers, data) or ""),
        "default": [offer.key for offer in asked_of(offers, data)],
        "rows": [list(row) for row in ROWS],
        "offers": listed,
        "series": dict(sorted(spans.items())),
        "markup": dict(sorted(ratios.items())),
        "homes": dict(sorted(_homes_elsewhere(offers))),
        "facts": [list(fact) for fact in told],
        "lists": [lists[feed] for feed in numbers],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=str) + "\n"


def _used(offers: Iterable[Offer]) -> set[str]:
    return {series for offer in offers for cell in offer.cells for series in cell}


def _listed(span: ListedSpan, numbers: Mapping[str, int]) -> list[object]:
    return [_moment(span.since), _moment(span.until), span.shown, _moment(span.last_seen_at),
        _moment(span.first_seen_at), _TRUST["third_party"], span.unit, span.place, numbers[span.feed], span.key]  # fmt: skip


def _earliest(offers: Iterable[Offer], data: SiteData) -> date | None:
    """The first day that begins with a figure of an offer; the comparison is of the beginning of a day."""
    used = _used(offers)
    own = (row["valid_from"] or row["first_seen_at"] for row in data.price_history if row["series_id"] in used)
    first: datetime | None = min(
        [*own, *(span.since for span in listed_spans(data) if span.series_id in used)], default=None
    )
    if first is None:
        return None
    return first.date() if first.time() == time() else first.date() + timedelta(days=1)


def _offers(entry: ModelEntry, entries: Entries) -> Iterator[Offer]:
    rows = _newest(entry.history)
    base = [row for row in _newest(entry.base.history) if row["variant"] == "base"] if entry.base else []
    base += [row for row in rows if row["variant"] == "base"]
    listed = never_read(entry.listed)
    listed_base = [row for row in never_read(entry.base.listed) if row["variant"] == "base"] if entry.base else []
    listed_base += [row for row in listed if row["variant"] == "base"]

    def cells_of(way: Row | None) -> list[tuple[str, ...]]:
        return [
            (*_series(key, rows, base, way), *_series(key, listed, listed_base, way))  # what was read goes first
            for key, _, _ in ROWS
        ]

    ways: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if row["meter"] in _TRAINING:
            ways.setdefault(tuple(row[name] for name in _WAY), row)
    name = entry.path.removeprefix("models/").rstrip("/")
    facts = tuple(entries.facts_about(entry))
    minimums = {row["series_id"]: row["minimum_series_id"] for row in entry.ways}
    for words, way in _named(ways.values()):
        cells = cells_of(way)
        cells[1] = tuple(dict.fromkeys(minimums[one] for one in cells[0] if minimums.get(one)))
        key = f"{name}~{slug(words)}" if words else name
        yield Offer(key=key, entry=entry, way=words, cells=tuple(cells), facts=facts)
    if not ways and any(row["meter"] in _CALLS.values() for row in rows):
        cells = cells_of(None)
        yield Offer(key=name, entry=entry, way="", cells=tuple(cells), facts=facts)


def _named(ways: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Each way by its words; two that are called alike are told apart by a number."""
    taken: dict[str, int] = {}
    for way in ways:
        words = fmt.qualifiers(way, skip=("tier",))
        taken[slug(words)] = taken.get(slug(words), 0) + 1
        yield (words if taken[slug(words)] == 1 else f"{words}, {taken[slug(words)]}"), way


def _newest(history: Iterable[Row]) -> list[Row]:
    """One row a series, of its newest span: what tells series apart is the same in all spans of one."""
    found: dict[str, Row] = {}
    for row in sorted(history, key=lambda row: (row["first_seen_at"], row["span_id"])):
        if row["currency"] == "USD" and row["tier"] in {None, "standard"}:
            found[row["series_id"]] = row
    return list(found.values())


def _series(key: str, rows: list[Row], base: list[Row], way: Row | None) -> tuple[str, ...]:
    """The series that answer a cell, best first: those that name the same way, then those that name less of it."""
    kind, _, meter = key.partition("-")
    if kind == "minimum":
        return ()  # the warehouse says which goes with which price of training
    if kind == "training":
        wanted = [row for row in rows if row["meter"] in _TRAINING] if way is not None else []
    elif kind == "hosting":
        wanted = [row for row in rows if row["meter"] == "hosting_hours"]
    elif kind == "base":
        wanted = [row for row in base if row["meter"] == _CALLS[meter]]
    else:  # a markup is found by its tuned price
        wanted = [row for row in rows if row["meter"] == _CALLS[meter] and row["variant"] == "fine_tuned"]
    fitting = [row for row in wanted if way is None or all(row[name] in {way[name], None} for name in _WAY)]
    if way is not None and kind in {"tuned", "markup"}:
        fitting = [row for row in fitting if row["condition"] == way["condition"]]
    fitting.sort(key=lambda row: (row["valid_to"] is not None, -sum(row[name] is not None for name in _WAY)
        if way is not None else sum(row[name] is not None for name in _WAY), row["series_id"]))  # fmt: skip
    return tuple(row["series_id"] for row in fitting)


def asked_of(offers: Sequence[Offer], data: SiteData) -> list[Offer]:
    """The most asked that have a price of training today; then the first of each other seller."""
    current = {row["series_id"] for row in data.current_price}
    on_sale = [
        offer
        for offer in offers
        if not offer.entry.provider.startswith("_") and any(series in current for series in offer.cells[0])
    ]
    chosen: list[Offer] = []
    for provider, model in _ASKED:
        chosen += [offer for offer in on_sale if offer.entry.key[:2] == (provider, model)][:1]
    for offer in on_sale:
        if offer.entry.provider not in {other.entry.provider for other in chosen}:
            chosen.append(offer)
    return chosen[:_SHOWN]


def _cell(offer: Offer, key: str, index: int, current: Mapping[str, Row], ratios: Mapping[str, Row]) -> Cell | None:
    series = next((one for one in offer.cells[index] if one in current), None)
    if series is None or (key.startswith("markup") and series not in ratios):
        return None
    row = current[series]
    is_ratio = key.startswith("markup")
    return Cell(
        value=fmt.ratio(ratios[series]["ratio"]) if is_ratio else fmt.value_text(row),
        unit="" if is_ratio or row["value_state"] != "priced" else row["unit"],
        href=f"{_home_of(offer, series)}#s-{series}",
        seen=fmt.day(row["last_verified_at"]),
    )


def _home_of(offer: Offer, series: str) -> str:
    """The page that holds the evidence of a series: the offer's own, or that of its base."""
    base = offer.entry.base
    return (
        base.path if base is not None and any(row["series_id"] == series for row in base.history) else offer.entry.path
    )


def _homes_elsewhere(offers: Sequence[Offer]) -> Iterator[tuple[str, str]]:
    """The series whose evidence is not on the offer's own page."""
    for offer in offers:
        for series in {one for cell in offer.cells for one in cell}:
            home = _home_of(offer, series)
            if home != offer.entry.path:
                yield series, home


def _facts(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """[first stated, no longer stated, the day, words before it, words from it on, tone]"""
    for row in rows:
        if row["variant"] == "base":
            continue
        before = availability.fact({**row, "in_effect": False})
        after = availability.fact({**row, "in_effect": True})
        yield (_moment(row["first_seen_at"]), _moment(row["gone_at"]), _moment(row["stated_date"]), before.words,
            after.words, before.tone)  # fmt: skip


def _moment(value: date | datetime | None) -> str:
    if value is None:
        return ""
    return (value if isinstance(value, datetime) else datetime.combine(value, time())).isoformat()
