"""The guide's figures as readers see them: always with their day, never beside a price as if they were one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.publish import format as fmt
from pipeline.publish.context import Row

_METRICS = {
    "markup": "Markup of the tuned model",
    "monthly_markup": "Markup in dollars",
    "labelling_hours": "Labelling",
    "editing": "Editing",
    "turnaround": "Turnaround",
    "call_ratio": "A call",
    "monthly_bill": "Calling the base model",
}
_DOLLARS = ("USD per ", "USD a ")


@dataclass(frozen=True, kw_only=True)
class GuideFigure:
    """One figure of the guide; `provider` and `model` are empty where it is about no seller or model."""

    as_of: date
    provider: str
    seller: str
    model: str
    what: str
    value: str
    unit: str
    note: str
    sort: str


def guide_figures(rows: Iterable[Row]) -> list[GuideFigure]:
    """The guide's figures in its own order of sellers: those about a seller first, by name."""
    figures = [figure_of(row) for row in rows]
    return sorted(figures, key=lambda item: (not item.seller, item.seller.lower(), not item.model, item.model))


def figure_of(row: Row) -> GuideFigure:
    """One row of `guide_figure`, or of `guide_audit`, which has the same columns and more."""
    low, high = Decimal(str(row["low"])), Decimal(str(row["high"]))
    unit = str(row["unit"])
    is_money = unit.startswith(_DOLLARS)
    if is_money:
        ends = [fmt.money(one) for one in (low, high)]
        unit = unit.removeprefix("USD ")
    else:
        ends = [f"{one.normalize():f}" for one in (low, high)]
    what = _METRICS.get(row["metric"]) or fmt.meter(row["metric"])
    details = [fmt.word(row[name]) for name in ("variant", "method") if row[name] and row["metric"] not in _METRICS]
    return GuideFigure(
        as_of=row["as_of"],
        provider=row["provider"] or "",
        seller=fmt.seller(row["provider"]) if row["provider"] else "",
        model=row["model"] or "",
        what=", ".join([what, *details]),
        value=ends[0] if low == high else f"{ends[0]} to {ends[1]}",
        unit=unit,
        note=row["note"] or "",
        sort=f"{low.normalize():f}",
    )
