"""The cost table: what tuning a model costs at each seller, and what the tuned model costs to call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipeline.publish import availability
from pipeline.publish import format as fmt
from pipeline.publish.context import Row
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.figures import Figure, Freshness, figure

# Training tokens of the sample runs, as in warehouse/pub/sample_run.sql, which says what they cost.
SAMPLE = 8_000_000
SAMPLES = {2_000_000: "2M", SAMPLE: "8M", 50_000_000: "50M"}
_TRAINING = ("training_tokens", "training_hours", "training_images", "training_run")
_ROW = ("method", "technique", "condition", "product", "context_band", "time_window", "region")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What the sample run costs; `sort` is empty where it cannot be told."""

    words: str
    sort: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """One way to tune one model at one seller."""

    entry: ModelEntry
    seller: str
    method: str
    technique: str
    way: str
    note: str
    training: Figure
    minimum: Figure | None
    sample: Sample
    tuned_input: Figure | None
    tuned_output: Figure | None
    markup: tuple[str, str, str] | None  # input, output, sort key
    availability: list[availability.Fact]
    verified_at: datetime
    freshness: Freshness

    @property
    def rank(self) -> tuple[object, ...]:
        """Cheapest training first; fictional sellers, old figures and other units after the rest."""
        amount = self.training.amount if self.training.meter == "training_tokens" else None
        return (
            self.entry.provider.startswith("_"),
            self.freshness.rank >= 2,
            amount is None,
            amount or Decimal(0),
            self.seller,
            self.entry.name,
            self.way,
            self.note,
        )


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One way to tune a model, and what it costs with each of SAMPLES."""

    way: str
    note: str
    training: Figure
    samples: tuple[Sample, ...]


def run_rows(entry: ModelEntry, entries: Entries) -> list[RunRow]:
    """What training this model costs with a small, a middling and a large data set, where tokens are what is billed."""
    return [
        RunRow(
            way=row.way,
            note=row.note,
            training=row.training,
            samples=tuple(sample_run(entry, row.training, tokens) for tokens in SAMPLES),
        )
        for row in cost_rows(entries, [entry])
        if row.training.meter == "training_tokens"
    ]


def cost_rows(entries: Entries, only: Iterable[ModelEntry] | None = None) -> list[CostRow]:
    """The rows of the standard tier; batch and other tiers are on the models' own pages."""
    chosen = entries.models.values() if only is None else only
    rows = [row for entry in chosen if entry.is_tunable for row in _rows_of(entry, entries)]
    return sorted(rows, key=lambda row: row.rank)


@dataclass(frozen=True, kw_only=True)
class Cheapest:
    """The cheapest way to tune at one seller, and what keeping the tuned model deployed costs by the hour, if anything."""

    row: CostRow
    hosting: Figure | None


def cheapest_rows(rows: Iterable[CostRow]) -> list[Cheapest]:
    """For each seller its cheapest training per token: of a model that is not about to stop answering, and of one whose
    tuned price is printed too, where there is such a one."""
    by_seller: dict[str, list[CostRow]] = defaultdict(list)
    for row in rows:
        if row.training.meter == "training_tokens" and not row.entry.provider.startswith("_"):
            by_seller[row.entry.provider].append(row)
    found = []
    for listed in by_seller.values():
        lasting = [
            row for row in listed if not any(fact.kind == "inference_ends" for fact in row.availability)
        ] or listed
        row = next((item for item in lasting if item.tuned_output is not None), lasting[0])
        hosted = [item for item in row.entry.prices if item["meter"] == "hosting_hours" and item["currency"] == "USD"]
        found.append(Cheapest(row=row, hosting=figure(hosted[0]) if hosted else None))
    return found


def sample_run(entry: ModelEntry, training: Figure, tokens: int = SAMPLE) -> Sample:
    """What so many training tokens cost, or the minimum charge. An unknown price gives no guess."""
    if training.meter != "training_tokens":
        return Sample(words=f"priced per {training.unit}", sort="")
    runs = (row for row in entry.runs if (row["series_id"], row["training_tokens"]) == (training.series_id, tokens))
    run = next(runs, None)
    total = None if run is None else fmt.decimal_of(run["run_usd_text"])
    if run is None or total is None:
        return Sample(words="unknown", sort="")
    words = fmt.money(total) if total else "free"
    return Sample(words=words, sort=f"{total.normalize():f}", note="minimum charge" if run["is_minimum"] else "")


def _rows_of(entry: ModelEntry, entries: Entries) -> Iterable[CostRow]:
    standard = [row for row in entry.prices if row["tier"] in {None, "standard"} and row["currency"] == "USD"]
    ways: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in standard:
        if row["meter"] in _TRAINING and row["value_state"] in {"priced", "free"}:
            ways[tuple(row[name] for name in _ROW)].append(row)
    for trained in ways.values():
        training_row = min(trained, key=lambda row: _TRAINING.index(row["meter"]))
        training = figure(training_row)
        minimum = _minimum(entry, training_row)
        tuned = [row for row in standard if row["variant"] == "fine_tuned"]
        tuned_input = _match(tuned, "inference_input", training_row)
        tuned_output = _match(tuned, "inference_output", training_row)
        shown = [item for item in (training, minimum, tuned_input, tuned_output) if item is not None]
        yield CostRow(
            entry=entry,
            seller=fmt.seller(entry.provider),
            method=fmt.word(training_row["method"] or ""),
            technique=fmt.word(training_row["technique"] or ""),
            way=fmt.qualifiers(training_row, skip=("tier", "condition")),
            note=fmt.word(training_row["condition"]) if training_row["condition"] else "",
            training=training,
            minimum=minimum,
            sample=sample_run(entry, training),
            tuned_input=tuned_input,
            tuned_output=tuned_output,
            markup=_markup(entry, training_row),
            availability=availability.short(availability.facts(entries.facts_about(entry))),
            verified_at=min(item.verified_at for item in shown),
            freshness=max((item.freshness for item in shown), key=lambda item: item.rank),
        )


def _minimum(entry: ModelEntry, training: Row) -> Figure | None:
    """The minimum charge that goes with this price of training, where one is in force."""
    wanted = {row["minimum_series_id"] for row in entry.ways if row["series_id"] == training["series_id"]}
    return next((figure(row) for row in entry.prices if row["series_id"] in wanted), None)


def _match(rows: list[Row], meter: str, training: Row) -> Figure | None:
    """The figure of a meter that goes with this way of training: the same words, or none where the seller prints none."""
    wanted = [
        row
        for row in rows
        if row["meter"] == meter and all(row[name] in {training[name], None} for name in _ROW)
        and row["condition"] == training["condition"]
    ]  # fmt: skip
    best = max(wanted, key=lambda row: sum(row[name] is not None for name in _ROW), default=None)
    return None if best is None else figure(best)


def _markup(entry: ModelEntry, training: Row) -> tuple[str, str, str] | None:
    found: dict[str, float] = {
        row["meter"]: row["ratio"]
        for row in entry.markup
        if row["ratio"] is not None and row["tier"] in {None, "standard"} and row["condition"] == training["condition"]
    }
    if not found:
        return None
    into, out = found.get("inference_input"), found.get("inference_output")
    sort = max(value for value in (into, out, 0.0) if value is not None)
    return (fmt.ratio(into) if into else "unknown", fmt.ratio(out) if out else "unknown", f"{sort:.6g}")
