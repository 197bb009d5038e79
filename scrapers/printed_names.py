"""One name for a model or a size that a seller spells in several ways: names.csv, reviewed row by row, never a rule.

Fireworks printed "OpenAI gpt-oss-120b" in February 2026 and "OpenAI GPT OSS 120B" in August: one model, whose prices are one
series. The newest spelling is the name; what a page printed stays in the evidence.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

NAMES = Path(__file__).parent / "names.csv"


@cache
def _names() -> dict[tuple[str, str], str]:
    with NAMES.open(encoding="utf-8", newline="") as file:
        return {(row["provider"], row["printed"]): row["model"] for row in csv.DictReader(file)}


def name_of(provider: str, printed: str | None) -> str | None:
    """The one name of what a seller's page prints so; the printed words themselves where the table knows no other."""
    return printed and _names().get((provider, printed), printed)
