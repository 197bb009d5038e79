"""Several prices of one thing, each with the day from which it holds: which of them count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from scrapers.errors import ConflictingQuotes

Price = TypeVar("Price")


def standing(dated: Iterable[tuple[date | None, Price]], today: date, *, where: str) -> list[tuple[date | None, Price]]:
    """The latest price that is not of a later day, then those announced for later days, the nearest first.

    A list keeps old prices beside the new one; they are history that was, and no price of today. A price without a
    day is older than any with one. Raises ConflictingQuotes where two prices share a day.
    """
    by_day: dict[date | None, Price] = {}
    for day, price in dated:
        if by_day.setdefault(day, price) != price:
            raise ConflictingQuotes(f"{where}: both {by_day[day]} and {price} hold from {day or 'an unknown day'}")
    ordered = sorted(by_day.items(), key=lambda item: item[0] or date.min)
    past = [item for item in ordered if item[0] is None or item[0] <= today]
    return past[-1:] + ordered[len(past) :]
