"""Who else sells a model, and for how much: the same figures of each, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.publish import format as fmt
from pipeline.publish.context import Row
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.figures import Figure, figure

_TIERS = {None, "standard", "on_demand"}
# (head, what it is per, meter, variant): in the order in which meters are listed everywhere
_COLUMNS: tuple[tuple[str, str, str, str | None], ...] = (
    ("Training", "$ per 1M tokens", "training_tokens", None),
    ("Tuned input", "$ per 1M tokens", "inference_input", "fine_tuned"),
    ("Tuned output", "$ per 1M tokens", "inference_output", "fine_tuned"),
    ("Input", "$ per 1M tokens", "inference_input", "base"),
    ("Output", "$ per 1M tokens", "inference_output", "base"),
    ("GPU", "$ per GPU-hour", "gpu_hours", None),
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A price, and the page its evidence is on."""

    figure: Figure
    path: str


@dataclass(frozen=True, kw_only=True)
class Seller:
    """One seller of the model: the cheapest standard price of each column, None where it prints none."""

    name: str
    path: str
    model: str
    is_here: bool
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True)
class SoldBy:
    """The sellers of one model, this page's first, and the columns in which any of them has a price."""

    columns: tuple[tuple[str, str], ...]
    sellers: tuple[Seller, ...]


def sold_by(entry: ModelEntry, entries: Entries) -> SoldBy | None:
    """Everyone who sells this model now; None where nobody else does, or nobody prints a price to compare."""
    others = entries.same.get(entry.key, [])
    listed = [entry, *sorted(others, key=lambda other: (fmt.seller(other.provider).lower(), other.name))]
    found = [[_cheapest(one, meter, variant) for *_, meter, variant in _COLUMNS] for one in listed]
    used = [at for at in range(len(_COLUMNS)) if any(cells[at] for cells in found)]
    if not others or not used:
        return None
    return SoldBy(
        columns=tuple(_COLUMNS[at][:2] for at in used),
        sellers=tuple(
            Seller(
                name=fmt.seller(one.provider),
                path=one.path,
                model=one.name,
                is_here=one is entry,
                cells=tuple(cells[at] for at in used),
            )
            for one, cells in zip(listed, found, strict=True)
        ),
    )


def _cheapest(entry: ModelEntry, meter: str, variant: str | None) -> Cell | None:
    cells = [
        Cell(figure=figure(row), path=path)
        for path, row in _sold(entry)
        if row["meter"] == meter and variant in {None, row["variant"]}
    ]
    return min(cells, key=lambda cell: (cell.figure.amount or 0, cell.figure.series_id), default=None)


def _sold(entry: ModelEntry) -> Sequence[tuple[str, Row]]:
    return [
        (one.path, row)
        for one in (entry, *entry.tuned)
        for row in one.prices
        if row["tier"] in _TIERS and row["currency"] == "USD" and row["value_state"] == "priced"
    ]
