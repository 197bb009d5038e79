"""All prices of one seller, as tables: one for each kind of thing sold, one row for each way to buy it.

What training costs at the standard tier is in the cost table above them; here it is only what that one leaves out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.publish import availability
from pipeline.publish import format as fmt
from pipeline.publish.context import Row
from pipeline.publish.cost_table import CostRow
from pipeline.publish.entries import ModelEntry, SellerEntry
from pipeline.publish.figures import Figure, Freshness, figure
from pipeline.publish.model_page import series_order

MOST = 150  # prices that one page can show and still be read; of more, the standard tier alone
_STANDARD = (None, "standard", "on_demand")
_KINDS = {
    "training": "More prices of training",
    "calling": "Calling models",
    "capacity": "GPUs and capacity",
    "storage": "Storage and minimums",
}
_KIND_OF = {"cache_storage_token_hours": "calling", "grader_tokens": "training", "training_minimum": "storage",
    "storage_month": "storage"}  # fmt: skip
_METERS = tuple(fmt.METERS)


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """One model under one set of qualifiers; `cells` are in the order of the table's columns."""

    entry: ModelEntry
    way: str
    cells: tuple[Figure | None, ...]
    is_third_party: bool
    verified_at: datetime
    freshness: Freshness


@dataclass(frozen=True, kw_only=True)
class PriceTable:
    """The prices of one kind. A column is a label and the unit its figures are per."""

    slug: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[PriceRow, ...]
    is_usd: bool  # every figure is in US dollars


@dataclass(frozen=True, kw_only=True)
class SellerPrices:
    """All tables of a seller, and in words what they leave out; `untrained` says that it prints no price of training."""

    tables: tuple[PriceTable, ...]
    left_out: str
    untrained: str


def prices_of(seller: SellerEntry, costs: Iterable[CostRow]) -> SellerPrices:
    """The current prices of a seller by kind; `costs` are the rows of its cost table, whose training is not repeated."""
    told = {item.series_id for row in costs for item in (row.training, row.minimum) if item is not None}
    every = [(entry, row) for entry in seller.models for row in entry.prices]
    shown = [(entry, row) for entry, row in every if len(every) <= MOST or row["tier"] in _STANDARD]
    kinds: dict[str, list[tuple[ModelEntry, Row]]] = defaultdict(list)
    for entry, row in shown:
        if row["series_id"] not in told:
            kinds[_kind(row["meter"])].append((entry, row))
    others = len(every) - len(shown)
    return SellerPrices(
        tables=tuple(_table(kind, title, kinds[kind]) for kind, title in _KINDS.items() if kind in kinds),
        left_out=f"The standard tier alone: {fmt.plural(others, 'price')} of other tiers "
        f"{'is' if others == 1 else 'are'} on the pages of the models." if others else "",
        untrained=_untrained(seller, [row for _, row in every]),
    )  # fmt: skip


def _untrained(seller: SellerEntry, prices: list[Row]) -> str:
    """One sentence where a seller has prices and none of them is per training token."""
    has_price = any(row["meter"] == "training_tokens" and row["value_state"] in {"priced", "free"} for row in prices)
    if has_price or not prices:
        return ""
    facts = availability.facts(seller.availability)
    if any(item.kind == "not_offered" and not item.is_gone for item in facts):
        return f"{seller.name} says that fine-tuning is not offered; what it sells is below."
    return f"{seller.name} prints no price per training token; what it sells is below."


def _kind(meter: str) -> str:
    if meter in _KIND_OF:
        return _KIND_OF[meter]
    if meter.startswith("training_"):
        return "training"
    return "calling" if meter.startswith("inference_") else "capacity"


def _table(kind: str, title: str, prices: list[tuple[ModelEntry, Row]]) -> PriceTable:
    meters = sorted({row["meter"] for _, row in prices}, key=_place)
    units = {row["meter"]: row["unit"] for _, row in prices}
    ways: dict[tuple[object, ...], dict[str, Row]] = defaultdict(dict)
    entries: dict[tuple[object, ...], ModelEntry] = {}
    for entry, row in sorted(prices, key=lambda pair: (pair[0].name.lower(), series_order(pair[1]))):
        key = (entry.path, row["variant"], row["currency"], *(row[name] for name in fmt.QUALIFIERS))
        ways[key][row["meter"]] = row
        entries[key] = entry
    return PriceTable(
        slug=kind,
        title=title,
        columns=tuple((fmt.meter(meter), units[meter]) for meter in meters),
        rows=tuple(_row(entries[key], found, meters) for key, found in ways.items()),
        is_usd=all(row["currency"] == "USD" for _, row in prices),
    )


def _row(entry: ModelEntry, found: Mapping[str, Row], meters: list[str]) -> PriceRow:
    cells = tuple(figure(found[meter]) if meter in found else None for meter in meters)
    figures = [item for item in cells if item is not None]
    return PriceRow(
        entry=entry,
        way=_way(next(iter(found.values()))),
        cells=cells,
        is_third_party=any(item.trust == "third_party" for item in figures),
        verified_at=min(item.verified_at for item in figures),
        freshness=max((item.freshness for item in figures), key=lambda item: item.rank),
    )


def _way(row: Row) -> str:
    """What tells a row from its neighbours; the standard tier and US dollars go without saying."""
    is_call = row["meter"].startswith("inference_")  # what is trained is tuned anyway
    tuned = "tuned" if is_call and row["variant"] == "fine_tuned" else ""
    words = fmt.qualifiers(row, skip=("tier",) if row["tier"] == "standard" else ())
    currency = "" if row["currency"] == "USD" else str(row["currency"])
    return ", ".join(part for part in (tuned, words, currency) if part)


def _place(meter: str) -> tuple[int, str]:
    return (_METERS.index(meter) if meter in _METERS else len(_METERS), meter)
