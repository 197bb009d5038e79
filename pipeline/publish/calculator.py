"""What the calculators on /break-even/ and /advise/ need: their fields with defaults and sources, and the prices as JSON.

The arithmetic is in SQL and, line by line the same, in site/static/economics.js. Here is only which figures it is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.publish import format as fmt
from pipeline.publish.break_even import VERDICTS
from pipeline.publish.context import COLUMNS, Row, SiteData
from pipeline.publish.entries import Entries

PATH = "break-even/offers.json"
SCENARIO = "ticket-classification"  # where the calculators begin, as `ftprices break-even` and the macros do
METHODS = (("sft", "supervised (SFT)"), ("dpo", "preferences (DPO)"))
CUSTOMERS = (("new", "new"), ("idle", "idle for a while"), ("active", "active"))
# Columns that hold words or days; the others hold numbers.
TEXTS = frozenset({
    "offer_id", "provider", "product", "model", "base_model", "size_tier", "tier", "condition", "region", "context_band",
    "training_unknown_because", "closed_to_new_on", "closed_to_idle_on", "closed_to_all_on", "closed_to_all_because",
    "retires_on", "against", "against_provider", "against_model", "against_seller", "valid_from", "measured_model",
    "call_unknown_because", "name", "seller", "way", "path",
})  # fmt: skip
_OF_OFFER = (
    "offer_id", "provider", "product", "model", "base_model", "size_tier", "tier", "condition", "region", "tuned_input",
    "tuned_cached_input", "tuned_cache_write", "tuned_output", "hosting", "storage", "training_sft", "training_dpo",
    "training_minimum", "training_unknown_because", "closed_to_new_on", "closed_to_idle_on", "closed_to_all_on",
    "closed_to_all_because", "retires_on", "cache_minimum_tokens",
)  # fmt: skip
_SHOWN = ("name", "seller", "way", "path")
_OF_COMPARISON = (
    "against", "against_provider", "against_model", "against_seller", "valid_from", "against_input",
    "against_cached_input", "against_cache_write", "against_output", "against_hosting", "against_storage",
    "gpu_usd_per_hour_low", "gpu_usd_per_hour_high", "tokens_per_second_low", "tokens_per_second_high", "min_gpus_low",
    "min_gpus_high", "peak_low", "peak_high", "operations_low", "operations_high", "measured_model", "measured_gpus",
    "call_unknown_because",
)  # fmt: skip
_WORKLOAD = tuple(name for name in COLUMNS["scenario"] if name not in ("scenario", "name", "note"))


@dataclass(frozen=True, kw_only=True)
class Field:
    """One figure that a reader may change; its name is the parameter's in SQL and in the page's address."""

    name: str
    label: str
    value: str
    unit: str = ""
    least: float = 0.0
    most: float | None = None
    is_above: bool = False  # more than `least`, not equal to it
    is_optional: bool = False  # may be left blank: never, or not known
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """A figure that no seller prints, at one end or two, with who says so and when."""

    name: str
    subject: str
    fields: tuple[Field, ...]
    unit: str
    source: str
    source_url: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """The fields of a calculator."""

    scenarios: tuple[tuple[str, str], ...]
    scenario: str
    workload: tuple[Field, ...]
    project: tuple[Field, ...]
    assumed: tuple[Assumed, ...]
    sellers: tuple[tuple[str, str], ...]


def form_of(data: SiteData) -> Form | None:
    """The fields with their defaults; None where the reference workloads are not in this copy."""
    scenarios = {str(row["scenario"]): row for row in data.scenario}
    if not scenarios:
        return None
    chosen = SCENARIO if SCENARIO in scenarios else min(scenarios)
    row = scenarios[chosen]
    providers = sorted({str(one["provider"]) for one in data.offer_comparison}, key=fmt.seller)
    return Form(
        scenarios=tuple((name, str(one["name"])) for name, one in sorted(scenarios.items())),
        scenario=chosen,
        workload=(
            _field("requests", "Requests a month", row, is_above=True),
            _field("prompt_tokens", "Prompt, the same in each request", row, unit="tokens"),
            _field("tuned_prompt_tokens", "What is left of it once tuned", row, unit="tokens"),
            _field("input_tokens", "Input that varies", row, unit="tokens"),
            _field("output_tokens", "Output", row, unit="tokens"),
            _field("cache_hit_rate", "Share of the prompt served from a cache", row, unit="0 to 1", most=1.0),
            _field("horizon_months", "To pay back within", row, unit="months", is_above=True),
        ),
        project=(
            _field("training_tokens", "Training tokens a run", row),
            _field("runs", "Training runs", row),
            _field("method", "Method", row, options=METHODS),
            _field("data_usd_low", "Data, labels, evaluation, at least", row, unit="USD"),
            _field("data_usd_high", "The same, at most", row, unit="USD"),
            _field("retrain_every_months", "Trained again every", row, unit="months; blank is never", is_above=True, is_optional=True),
            _field("customer", "Customer of the seller", row, options=CUSTOMERS),
        ),
        assumed=tuple(_assumed(data)),
        sellers=tuple((provider, fmt.seller(provider)) for provider in providers),
    )  # fmt: skip


def offers_json(data: SiteData, entries: Entries, rules: Mapping[str, tuple[str, str]]) -> str:
    """Every comparison that has another side, its offer's prices once, the workloads and the checklist.

    What has nothing to be compared with stays out: its verdict depends on no workload.
    """
    places: dict[str, int] = {}
    offers: list[Sequence[object]] = []
    comparisons = []
    for row in data.offer_comparison:
        if row["against_model"] is None and row["against"] != "prompt_same_base":
            continue
        key = str(row["offer_id"])
        if key not in places:
            places[key] = len(offers)
            offers.append(_trimmed([*(row[name] for name in _OF_OFFER), *_shown(row, entries)]))
        comparisons.append(_trimmed([places[key], *(row[name] for name in _OF_COMPARISON)]))
    document = {
        "texts": sorted(TEXTS),
        "offer_columns": [*_OF_OFFER, *_SHOWN],
        "offers": offers,
        "columns": _OF_COMPARISON,
        "comparisons": comparisons,
        "verdicts": VERDICTS,
        "rules": rules,
        "scenarios": {row["scenario"]: {name: row[name] for name in _WORKLOAD} for row in data.scenario},
        "checklist": [
            {name: row[name] for name in COLUMNS["checklist"] if row[name] is not None} for row in data.checklist
        ],
    }
    return json.dumps(document, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def figure(value: object) -> str:
    """A figure as a field shows it: "5,000,000", "0.3"; blank for none."""
    if value is None:
        return ""
    number = float(str(value))
    return f"{number:,.0f}" if number == int(number) else f"{number:,.10g}"


def _field(name: str, label: str, row: Mapping[str, object], **more: object) -> Field:
    options = more.get("options")
    return Field(name=name, label=label, value=str(row[name]) if options else figure(row[name]), **more)  # type: ignore[arg-type]


def _assumed(data: SiteData) -> Iterable[Assumed]:
    rent = [row for row in data.offer_comparison if row["gpu_usd_per_hour_low"] is not None]
    if rent:
        yield Assumed(
            name="Rent of an H100",
            subject="",
            fields=_ends("gpu_usd_per_hour", rent[0]["gpu_usd_per_hour_low"], rent[0]["gpu_usd_per_hour_high"]),
            unit="USD per GPU-hour",
            source=f"the cheapest and the middle of the sellers’ on-demand prices, {fmt.day(data.as_of) if data.as_of else 'never read'}",
            source_url="",
            note="Each seller’s own is on its page",
        )
    measured = {row["measured_model"] for row in data.offer_comparison}
    for row in data.assumption:
        kind, subject = str(row["assumption"]), str(row["subject"] or "")
        key, shown = kind, subject
        if kind == "tokens_per_second_per_gpu":
            model = subject.rpartition(" on ")[0]
            if model not in measured:
                continue
            key = f"{kind}.{model}"
        elif kind == "cache_minimum_tokens":
            key, shown = f"{kind}.{subject}", fmt.seller(subject)
        yield Assumed(
            name=str(row["name"]),
            subject=shown,
            fields=_ends(key, row["low"], row["high"], is_one=kind == "cache_minimum_tokens"),
            unit=str(row["unit"]),
            source=f"{row['source']}, {fmt.day(row['as_of'])}",
            source_url=str(row["source_url"] or ""),
            note=str(row["note"] or ""),
        )


def _ends(key: str, low: object, high: object, *, is_one: bool = False) -> tuple[Field, ...]:
    """The fields of a range: "gpu_utilisation_low", or "tokens_per_second_per_gpu_low.Llama 3.1 8B"."""
    kind, dot, subject = key.partition(".")
    ends = [("low", "", low)] if is_one else [("low", "from", low), ("high", "to", high)]
    most = 1.0 if kind == "gpu_utilisation" else None
    is_above = kind not in ("cache_minimum_tokens", "operations_usd_per_month")
    return tuple(
        Field(name=f"{kind}_{end}{dot}{subject}", label=words, value=exact(value), most=most, is_above=is_above)
        for end, words, value in ends
    )


def exact(value: object) -> str:
    """All digits of a figure: an assumption that nobody changed must be the one the tables were made with."""
    number = float(str(value))
    return f"{number:.0f}" if number == int(number) else repr(number)


def _shown(row: Row, entries: Entries) -> list[object]:
    entry = entries.models.get((row["provider"], row["model"], row["size_tier"]))
    words = {**row, "method": None, "time_window": None, "tier": None if row["tier"] == "standard" else row["tier"]}
    return [
        entry.name if entry else str(row["model"] or row["size_tier"]),
        fmt.seller(row["provider"]),
        fmt.qualifiers(words, skip=("technique",)) or None,
        entry.path if entry else None,
    ]


def _trimmed(values: list[object]) -> list[object]:
    while values and values[-1] is None:
        values.pop()
    return values


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    raise TypeError(f"{value!r} has no place in the calculator's file")
