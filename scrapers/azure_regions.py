"""One price in dozens of regions: what is said once for a scope, and what is said for a region of its own.

The price that more than half of the listed regions share is the scope's; a region that differs has a row of its own.
So a scope's row reads "everywhere but where another row stands". Where no price has a majority, every region has its
own row. Nothing is averaged, and no region is preferred: the row of a scope is the very row of one of its regions, the
one where the price has held for longest.

Things that are bought together are spread together: a region that differs in one of them is `apart` in all, so that
what training, tokens and hosting cost there can be read, compared and added up without knowing the other regions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from scrapers import effective


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One row of the list: a price in a region from a day."""

    region: str
    effective_from: date
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A price, and where it holds: in one region, or, without one, in `count` of the scope's `total` regions."""

    row: Listed
    region: str | None
    count: int
    total: int


def differing(rows: Sequence[Listed], today: date, *, names_a_lone_region: bool = False, where: str) -> frozenset[str]:
    """The regions whose price in force is not the one that most share.

    `names_a_lone_region`: a single region is no scope that could have one price. Raises ConflictingQuotes where a region
    has two prices from one day.
    """
    now, _ = _by_region(rows, today, where)
    is_lone = names_a_lone_region and len({row.region for row in rows}) == 1
    return frozenset(now) if is_lone else frozenset(now) - _majority(now)


def spread(rows: Sequence[Listed], today: date, *, apart: frozenset[str] = frozenset(), where: str) -> Iterator[Spread]:
    """The prices in force, then those announced; the regions `apart` have rows of their own in any case."""
    now, ahead = _by_region(rows, today, where)
    total = len({row.region for row in rows})
    members = _majority(now) - apart
    yield from _told(now, members, total)
    for _, announced in sorted(ahead.items()):
        # A move announced for all regions of the scope's price is a move of that price; any other is the region's own.
        moving = members or (frozenset() if now else _majority(announced) - apart)
        is_whole = moving <= announced.keys() and len({announced[region].amount for region in moving}) == 1
        yield from _told(announced, moving if is_whole else frozenset(), total)


def _by_region(
    rows: Sequence[Listed], today: date, where: str
) -> tuple[dict[str, Listed], dict[date, dict[str, Listed]]]:
    """What holds in each region, and what is announced for each, by the day."""
    listed: dict[str, dict[tuple[date | None, Decimal], Listed]] = {}
    for row in rows:
        listed.setdefault(row.region, {}).setdefault((row.effective_from, row.amount), row)
    now: dict[str, Listed] = {}
    ahead: dict[date, dict[str, Listed]] = {}
    for region, dated in sorted(listed.items()):
        for key in effective.standing(dated, today, where=f"{where} in {region}"):
            row = dated[key]
            if row.effective_from <= today:
                now[region] = row
            else:
                ahead.setdefault(row.effective_from, {})[region] = row
    return now, ahead


def _majority(rows: Mapping[str, Listed]) -> frozenset[str]:
    """The regions of the one price that more than half of them share; none where there is no such price."""
    amount, count = Counter(row.amount for row in rows.values()).most_common(1)[0] if rows else (None, 0)
    is_common = 2 * count > len(rows)
    return frozenset(region for region, row in rows.items() if is_common and row.amount == amount)


def _told(rows: Mapping[str, Listed], members: frozenset[str], total: int) -> Iterator[Spread]:
    if members:
        first = min((rows[region] for region in members), key=lambda row: (row.effective_from, row.region))
        yield Spread(row=first, region=None, count=len(members), total=total)
    for region in sorted(rows.keys() - members):
        yield Spread(row=rows[region], region=region, count=1, total=total)
