"""Whose prices a feed's key of a seller means: a reviewed table, never a rule.

`feed_sellers.csv` has a line for each key that a person has looked at: the feed's word, our seller, and what tells apart
several of the feed's keys that are one seller's. A key that ends in `*` stands for all that begin like it. An aggregator
is a seller of its own: what it asks is never the vendor's price. A key that is not there is counted and left out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SELLERS = Path(__file__).parent / "feed_sellers.csv"


@dataclass(frozen=True, kw_only=True)
class Seller:
    """A seller by its slug, and which of its offers the feed's key means, where it has several."""

    provider: str
    product: str | None


@cache
def sellers_of(feed: str) -> Mapping[str, Seller]:
    """The reviewed keys of a feed."""
    with SELLERS.open(encoding="utf-8", newline="") as file:
        return {
            row["key"]: Seller(provider=row["provider"], product=row["product"] or None)
            for row in csv.DictReader(file, strict=True)
            if row["feed"] == feed
        }


@cache
def seller_of(feed: str, key: str) -> Seller | None:
    """The seller that a feed's key means; None for a key nobody has reviewed."""
    known = sellers_of(feed)
    if (found := known.get(key)) is not None:
        return found
    families = [one for one in known if one.endswith("*") and key.startswith(one[:-1])]
    return known[max(families, key=len)] if families else None
