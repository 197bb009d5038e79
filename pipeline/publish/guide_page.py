"""What `/guide/` shows besides its prose: worked examples, signs and thresholds, sellers, what LoRA costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from pipeline.publish import availability
from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.availability import Fact
from pipeline.publish.context import Row, Rows, SiteData
from pipeline.publish.entries import Entries, ModelEntry, SellerEntry
from pipeline.publish.quantities import plain, quantities, quantity, unit_words

HOURS_A_WEEK = 168
BASES = ("guide", "today", "stand_in")
# How each line of a worked example is called.
_LINES = {
    "prompt_bill": "The instructions alone, on the base model",
    "short_prompt_bill": "What is left of them, on the tuned model",
    "base_bill": "Calling the base model",
    "tuned_bill": "Calling the tuned model",
    "training_run": "One training run",
    "project": "Spent before the first call",
    "year_one": "What tuning adds in the first year",
    "benefit": "What fewer errors are worth",
    "net": "What is left of that after the first year",
    "editor_bill": "An editor over every draft instead",
}
_COMPARES = {
    "at_least": "at least",
    "above": "more than",
    "below": "less than",
    "at_most": "at most",
    "between": "",
    "is": "",
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One answer; `value` is empty where a price is unknown: its basis says which."""

    value: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class PageOf:
    """A model whose price an example rests on, and the page it was read on."""

    side: str  # base or tuned
    seller: str
    name: str
    entry: ModelEntry | None
    verified_on: date
    link: str | None
    facts: tuple[Fact, ...]  # what can be bought of it


@dataclass(frozen=True, kw_only=True)
class Basis:
    """One set of prices an example is computed at."""

    name: str
    pages: tuple[PageOf, ...]
    unknown: str  # which price is missing, and why; "" where every line has its answer


@dataclass(frozen=True, kw_only=True)
class Example:
    """One worked example: its lines, each at every basis, and what it is computed from."""

    bases: tuple[Basis, ...]
    lines: tuple[tuple[str, tuple[Cell, ...]], ...]
    inputs: tuple[tuple[str, str, bool], ...]  # what it is, the figure, whether it is assumed here


@dataclass(frozen=True, kw_only=True)
class Step:
    """One question or sign with the thresholds that must all hold: (in words, the figure)."""

    question: str
    thresholds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class SellerTuning:
    """What one seller asks for tuning now, and how long it takes by the guide."""

    seller: SellerEntry
    models: int
    training: str
    training_sort: str
    minimum: str
    markup: str
    markup_sort: str
    turnaround: str
    turnaround_sort: str
    facts: tuple[Fact, ...]
    verified_on: date | None


@dataclass(frozen=True, kw_only=True)
class LoraShare:
    """What a LoRA run costs of a full run of the same model or size tier."""

    entry: ModelEntry | None
    seller: str
    name: str
    method: str
    anchor: str
    lora: str
    full: str
    share: str
    sort: str
    verified_on: date


def examples_of(data: SiteData, entries: Entries) -> dict[str, Example]:
    """The worked examples by name."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(data.guide_example, key=lambda row: (row["place"], row["basis"])):
        rows[row["example"]].append(row)
    inputs: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(data.guide_example_input, key=lambda row: row["place"]):
        inputs[row["example"]].append(row)
    return {name: _example(found, inputs[name], entries) for name, found in rows.items()}


def steps_of(rows: Rows, kind: str) -> list[Step]:
    """The questions or signs of one kind, in order."""
    found: dict[tuple[int, str], list[tuple[str, str]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["step"], row["measure"], row["threshold"])):
        if row["kind"] == kind:
            found[row["step"], row["question"]].append((row["passes_when"], _threshold(row)))
    return [Step(question=question, thresholds=tuple(told)) for (_, question), told in found.items()]


def needed_of(rows: Rows) -> dict[str, str]:
    """How many signs decide: wins_needed is "at least 5 of 5 signs"; a rule that is not there is empty."""
    told = {row["measure"]: _threshold(row) for row in rows if row["kind"] == "rule"}
    return {name: told.get(name, "") for name in ("wins_needed", "loses_needed")}


def sellers_of(data: SiteData, entries: Entries) -> list[SellerTuning]:
    """The sellers of tuning by name, without the fictional one."""
    rows = [row for row in data.seller_tuning if row["provider"] in entries.sellers and row["provider"][0] != "_"]
    return sorted((_seller(row, entries.sellers[row["provider"]]) for row in rows), key=lambda item: item.seller.name.lower())  # fmt: skip


def lora_shares(data: SiteData, entries: Entries) -> list[LoraShare]:
    """What LoRA costs of a full run, the smallest share first."""
    rows = sorted(data.lora_share, key=lambda row: (row["share"], row["provider"], row["lora_amount"], row["method"] or ""))  # fmt: skip
    return [_lora(row, entries) for row in rows]


def _example(rows: list[Row], inputs: list[Row], entries: Entries) -> Example:
    lines: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        lines[row["line"]][row["basis"]] = row
    names = [basis for basis in BASES if any(row["basis"] == basis for row in rows)]
    return Example(
        bases=tuple(_basis([row for row in rows if row["basis"] == name], entries) for name in names),
        lines=tuple(
            (_LINES.get(line, line.replace("_", " ")), tuple(_cell(found.get(name)) for name in names))
            for line, found in lines.items()
        ),
        inputs=tuple(
            (row["words"], f"{quantities(row['low'], row['high'], row['unit'])} {_after(row['unit'])}".strip(), row["source"] != "guide")
            for row in inputs
            if row["high"]
        ),
    )  # fmt: skip


def _basis(rows: list[Row], entries: Entries) -> Basis:
    row = rows[0]  # all lines of an example at one basis rest on the same models
    name = {"guide": "At the guide’s prices", "today": "At today’s prices"}.get(row["basis"])
    pages = tuple(_page(row, side, entries) for side in ("base", "tuned") if row[f"{side}_model"])
    if name is None:  # the page's tuned name carries a date, the alias table's base does not
        tuned = next((page for page in pages if page.side == "tuned"), None)
        base = tuned.entry.base_model if tuned and tuned.entry else None
        name = f"Today with {base or (tuned.name if tuned else 'another model')}"
    unknown = next((line["unknown_because"] for line in rows if line["unknown_because"]), "")
    return Basis(name=name, pages=pages, unknown=unknown)


def _page(row: Row, side: str, entries: Entries) -> PageOf:
    provider = row[f"{side}_seller"]
    entry = entries.models.get((provider, row[f"{side}_model"], None))
    facts = availability.facts(entries.facts_about(entry)) if entry and side == "tuned" else []
    return PageOf(
        side=side,
        seller=fmt.seller(provider),
        name=row[f"{side}_model"],
        entry=entry,
        verified_on=row[f"{side}_verified_on"],
        link=web_address(row[f"{side}_source_url"]),
        facts=tuple(availability.short(facts)),
    )


def _cell(row: Row | None) -> Cell:
    if row is None or row["low"] is None or row["high"] is None:
        return Cell(value="", unit="")
    return Cell(value=quantities(row["low"], row["high"], row["unit"]), unit=unit_words(row["unit"]))


def _after(unit: str) -> str:
    """The unit where the figure's name does not say it."""
    return unit_words(unit) if unit.startswith("USD") or unit == "hours" else ""


def _threshold(row: Row) -> str:
    if row["compares"] == "is":
        return "yes" if row["threshold"] else "no"
    parts = [_COMPARES.get(row["compares"], ""), quantity(row["threshold"], row["unit"])]
    if row["up_to"] is not None:
        out_of = row["unit"] in {"techniques", "signs"}
        parts += ["of" if out_of else "to", quantity(row["up_to"], row["unit"])]
    return " ".join(part for part in [*parts, unit_words(row["unit"])] if part)


def _seller(row: Row, seller: SellerEntry) -> SellerTuning:
    hours = (row["turnaround_low_hours"], row["turnaround_high_hours"])
    return SellerTuning(
        seller=seller,
        models=row["models"],
        training=_range(row["training_low"], row["training_high"], "USD per 1M tokens"),
        training_sort=plain(row["training_low"]),
        minimum=_range(row["minimum_low"], row["minimum_high"], "USD"),
        markup=_range(row["markup_low"], row["markup_high"], "times"),
        markup_sort=plain(row["markup_low"]),
        turnaround=_turnaround(*hours),
        turnaround_sort=plain(hours[1]),
        facts=tuple(availability.short(availability.facts(seller.availability))),
        verified_on=row["verified_on"],
    )


def _turnaround(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    if low >= HOURS_A_WEEK:
        return f"{low / HOURS_A_WEEK:g} to {high / HOURS_A_WEEK:g} weeks"
    return f"{low:g} to {high:g} hours" if low else f"within {high:g} hours"


def _range(low: float | None, high: float | None, unit: str) -> str:
    return "" if low is None or high is None else quantities(low, high, unit)


def _lora(row: Row, entries: Entries) -> LoraShare:
    entry = entries.models.get((row["provider"], row["model"], None if row["model"] else row["size_tier"]))
    shown = {price["series_id"] for price in entry.prices} if entry else set()
    return LoraShare(
        entry=entry,
        seller=fmt.seller(row["provider"]),
        name=entry.name if entry else row["model"] or row["size_tier"],
        method=fmt.word(row["method"]) if row["method"] else "",
        anchor=f"s-{row['lora_series_id']}" if row["lora_series_id"] in shown else "",
        lora=quantity(row["lora_amount"], "USD per 1M tokens"),
        full=quantity(row["full_amount"], "USD per 1M tokens"),
        share=quantity(row["share"], "share"),
        sort=plain(row["share"]),
        verified_on=row["verified_on"],
    )
