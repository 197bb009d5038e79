"""Other people's lists of prices: what one of their rows gives, and which of them can be read.

A feed is a module of scrapers/feeds with its NAME and one pure function, `read(file) -> Iterator[FeedLine]`: no clock,
no network, no database, one row after the other. A feed is a third party's word. It stands beside the history that is
read from the sellers' pages and never in it.

What a row says that nobody knows (a seller, a unit, a name) is said in words and counted; it is never guessed, and never
a reason to lose the other rows. A file that is another file, or broke off, is a ScrapeError.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import BinaryIO, Protocol, cast

from scrapers import feeds
from scrapers.contract import Meter, Variant
from scrapers.errors import CatalogError, ParseError, ScrapeError


@dataclass(frozen=True, kw_only=True)
class FeedPrice:
    """One price that a feed prints: the fields of `Quote` where they mean the same, per the meter's unit."""

    observed_on: date  # the day the feed says it saw it: the price may have moved before
    provider: str
    model: str  # exactly the feed's key
    meter: Meter
    amount: Decimal  # 0 is printed as 0; what is not printed is no price
    raw_text: str
    raw_unit: str
    quoted: str  # the feed's words for what is priced: with the day they name the price
    currency: str = "USD"
    product: str | None = None
    gpu: str | None = None  # its one name (gpu_names), where it is known
    variant: Variant | None = None
    base_model: str | None = None  # for a tuned model its base, as the feed keys it
    method: str | None = None
    technique: str | None = None
    tier: str | None = None
    context_band: str | None = None  # "above 200k tokens", in one spelling for every feed
    time_window: str | None = None  # UTC: "16:30-00:30"
    region: str | None = None
    condition: str | None = None
    gpu_count: int | None = None
    effective_from: date | None = None  # only where the feed states it; may lie after observed_on
    effective_to: date | None = None
    doubt: str | None = None
    origin: str | None = None  # where the feed says that it has the figure from


@dataclass(frozen=True, kw_only=True)
class FeedLine:
    """One row of a feed: its prices, and in words what of it was not understood. One of the two is not empty."""

    line: int
    prices: tuple[FeedPrice, ...] = ()
    not_understood: tuple[str, ...] = ()


class Feed(Protocol):
    """A module of scrapers/feeds."""

    NAME: str

    def read(self, file: BinaryIO) -> Iterator[FeedLine]:
        """The rows of a file that was unpacked. Raises ScrapeError, at any row."""
        ...


@cache
def known_feeds() -> dict[str, Feed]:
    """Every feed by its name. Raises CatalogError for a module that is none."""
    found: dict[str, Feed] = {}
    for info in iter_modules(feeds.__path__):
        module = import_module(f"{feeds.__name__}.{info.name}")
        if not isinstance(getattr(module, "NAME", None), str) or not callable(getattr(module, "read", None)):
            raise CatalogError(f"scrapers/feeds/{info.name}.py needs NAME and read(file)")
        feed = cast("Feed", module)
        found[feed.NAME] = feed
    return found


def read_feed(feed: Feed, file: BinaryIO) -> Iterator[FeedLine]:
    """What a feed's module reads in a file. Raises ScrapeError, whatever goes wrong inside the module."""
    try:
        yield from feed.read(file)
    except ScrapeError:
        raise
    except Exception as error:
        raise ParseError(f"{feed.NAME} met what it did not foresee: {type(error).__name__}: {error}") from error
