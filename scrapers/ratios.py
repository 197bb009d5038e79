"""A seller's own price pattern, held against a row: a row that breaks it is doubted, never dropped.

Columns that changed places read like prices. What gives them away is the ratio the seller keeps everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

Column = TypeVar("Column")


@dataclass(frozen=True)
class RatioRule(Generic[Column]):
    """`over` costs between `least` and `most` times what `under` costs; `name` says so to a reader."""

    name: str
    over: Column
    under: Column
    least: Decimal
    most: Decimal


def doubt_of(amounts: Mapping[Column, Decimal | None], rules: Sequence[RatioRule[Column]]) -> str | None:
    """The rules these amounts of one row break, in words; None where they keep all that can be checked."""
    broken = []
    for rule in rules:
        over, under = amounts.get(rule.over), amounts.get(rule.under)
        if over is None or not under:  # no ratio to nothing and none to zero
            continue
        ratio = over / under
        if not rule.least <= ratio <= rule.most:
            broken.append(f"{rule.name} is {ratio:.2f}, and this seller keeps to {rule.least} to {rule.most}")
    return "; ".join(broken) or None
