"""Which base a tuned model was made from: an explicit table, aliases.csv, never a prefix.

gpt-4o-2024-05-13 has its own base price and is not gpt-4o. A row without a base says that somebody looked: the seller
prints no price of one, under no name. A model that is not in the table has an unknown base, and a test says so.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

ALIASES = Path(__file__).parent / "aliases.csv"


@cache
def _aliases() -> dict[tuple[str, str], str]:
    with ALIASES.open(encoding="utf-8", newline="") as file:
        return {(row["provider"], row["model"]): row["base_model"] for row in csv.DictReader(file)}


def base_model_of(provider: str, model: str) -> str | None:
    """The base a seller's tuned model was made from, as that seller names it; None where there is none, or none is known."""
    return _aliases().get((provider, model)) or None


def is_reviewed(provider: str, model: str) -> bool:
    """Whether the table says of a tuned model which base it has, or that it has none."""
    return (provider, model) in _aliases()


def bases_of(provider: str) -> frozenset[str]:
    """Every base that the table names for a seller."""
    return frozenset(base for (seller, _), base in _aliases().items() if seller == provider and base)
