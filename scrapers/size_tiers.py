"""Sizes as sellers print them ("Up to 16B", "17B-69B", "16.1-69B") as numbers of parameters.

The printed label stays the name of the tier; the bounds are for comparing the tiers of different sellers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from scrapers.money import fold

_SCALE = {"m": 10**6, "b": 10**9, "t": 10**12}
_SIZE = r"(\d+(?:\.\d+)?)\s*([mbt])"

# "Up to 16B", "< 16B", "Under 16B"
_UP_TO = re.compile(rf"^(?:up to|under|below|less than|<=?|≤)\s*{_SIZE}$", re.IGNORECASE)
# "17B-69B", "70-100B", "16.1B – 80B", "16B to 80B": the first letter may be left out
_BETWEEN = re.compile(rf"^(\d+(?:\.\d+)?)\s*([mbt])?\s*(?:-|–|—|to)\s*{_SIZE}$", re.IGNORECASE)
# "Over 100B", "> 300B"
_OVER = re.compile(rf"^(?:over|above|more than|>=?|≥)\s*{_SIZE}$", re.IGNORECASE)
# "100B+", "100B and above"
_AND_ABOVE = re.compile(rf"^{_SIZE}\s*(?:\+|and (?:above|up|more)|or more)$", re.IGNORECASE)


@dataclass(frozen=True)
class SizeTier:
    """A tier by its printed label, from `least` to `most` parameters; `most` is None where it has no upper end."""

    label: str
    least: int
    most: int | None


ALL_MODELS = SizeTier("all models", 0, None)
"""For a price that a page prints once for all it sells ("every job"): a quote names a model or a size."""


def size_tier(text: str) -> SizeTier | None:
    """The tier that these words name, or None for words that are not a size (a model's name, a note)."""
    label = fold(text)
    if match := _UP_TO.match(label):
        return SizeTier(label, 0, _parameters(match[1], match[2]))
    if match := _BETWEEN.match(label):
        return SizeTier(label, _parameters(match[1], match[2] or match[4]), _parameters(match[3], match[4]))
    if match := _OVER.match(label) or _AND_ABOVE.match(label):
        return SizeTier(label, _parameters(match[1], match[2]), None)
    return None


def _parameters(number: str, letter: str) -> int:
    return int(Decimal(number) * _SCALE[letter.lower()])
