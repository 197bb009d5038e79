"""Other people's lists of prices: what one of their rows gives, and which of them can be read.

A feed is a module of scrapers/feeds with its NAME and one pure function that gives one row after the other, without clock,
network or database. What differs is who says when a price was seen:

    read(file)              a history: its rows carry their days
    read_snapshot(file, told)  a file of one day that does not print it: whoever hands it over tells the day
    stage(file, into)       a history too long to go row by row: every row at once, as a Parquet file of the same columns

A feed is a third party's word. It stands beside the history that is read from the sellers' pages and never in it.

What a row says that nobody knows (a seller, a unit, a name) is said in words and counted; it is never guessed, and never
a reason to lose the other rows. A file that is another file, or broke off, is a ScrapeError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import BinaryIO, Protocol, TypeGuard

from scrapers import feeds
from scrapers.contract import Meter, Variant
from scrapers.errors import CatalogError, ParseError, ScrapeError


@dataclass(frozen=True, kw_only=True, slots=True)
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
    deprecated_on: date | None = None  # the day from which the feed calls the model deprecated
    doubt: str | None = None
    origin: str | None = None  # where the feed says that it has the figure from


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedLine:
    """One row of a feed: its prices, and in words what of it was not understood. One of the two is not empty."""

    line: int
    prices: tuple[FeedPrice, ...] = ()
    not_understood: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What whoever hands a file over says of it, because the file itself does not."""

    observed_on: date
    file_name: str = ""  # portkey's files are told apart by their names alone
    seller: str | None = None  # the feed's own key of the seller, where the name does not tell it


@dataclass(frozen=True, kw_only=True)
class Staged:
    """What a long history holds, counted; its prices lie in a Parquet file with the columns of `FeedPrice` and `line`."""

    rows: int
    prices: int
    doubted: int
    not_understood: Mapping[str, int]


class Feed(Protocol):
    """A module of scrapers/feeds: one of the three kinds below."""

    NAME: str


class History(Feed, Protocol):
    """A feed whose rows carry their days."""

    def read(self, file: BinaryIO) -> Iterator[FeedLine]:
        """The rows of a file that was unpacked. Raises ScrapeError, at any row."""
        ...


class Snapshot(Feed, Protocol):
    """A feed whose file is of one day."""

    def read_snapshot(self, file: BinaryIO, told: Told) -> Iterator[FeedLine]:
        """The rows of a file that was unpacked. Raises ScrapeError, at any row; NotTold where `told` is too little."""
        ...


class LongHistory(Feed, Protocol):
    """A feed whose rows carry their days, hundreds of thousands of them."""

    def stage(self, file: Path, into: Path) -> Staged:
        """Write the prices of an unpacked file into a new Parquet file. Raises ScrapeError, and leaves nothing then."""
        ...


class NotTold(ScrapeError):
    """The file does not say something that whoever hands it over must say."""


def is_history(feed: Feed) -> TypeGuard[History]:
    """Whether its rows carry their days, one after the other."""
    return callable(getattr(feed, "read", None))


def is_snapshot(feed: Feed) -> TypeGuard[Snapshot]:
    """Whether its file is of one day, which has to be told."""
    return callable(getattr(feed, "read_snapshot", None))


def is_long_history(feed: Feed) -> TypeGuard[LongHistory]:
    """Whether it is read as a whole."""
    return callable(getattr(feed, "stage", None))


@cache
def known_feeds() -> dict[str, Feed]:
    """Every feed by its name. Raises CatalogError for a module that is none."""
    found: dict[str, Feed] = {}
    for info in iter_modules(feeds.__path__):
        module = import_module(f"{feeds.__name__}.{info.name}")
        kinds = (is_history(module), is_snapshot(module), is_long_history(module))
        if not isinstance(getattr(module, "NAME", None), str) or sum(kinds) != 1:
            raise CatalogError(
                f"scrapers/feeds/{info.name}.py needs NAME and read(file), read_snapshot(file, told) or stage(file, into)"
            )
        feed: Feed = module
        found[feed.NAME] = feed
    return found


def read_feed(feed: Feed, file: BinaryIO, told: Told | None = None) -> Iterator[FeedLine]:
    """What a feed's module reads in a file. Raises ScrapeError, whatever goes wrong inside the module.

    Raises NotTold for a file of one day without `told`.
    """
    if is_snapshot(feed) and told is None:
        raise NotTold(f"a file of {feed.NAME} does not print its day: say when it was seen")
    try:
        if is_snapshot(feed) and told is not None:
            yield from feed.read_snapshot(file, told)
        elif is_history(feed):
            yield from feed.read(file)
    except ScrapeError:
        raise
    except Exception as error:
        raise ParseError(f"{feed.NAME} met what it did not foresee: {type(error).__name__}: {error}") from error


def stage_feed(feed: LongHistory, file: Path, into: Path) -> Staged:
    """What a feed's module makes of a whole file. Raises ScrapeError, whatever goes wrong inside the module."""
    try:
        return feed.stage(file, into)
    except ScrapeError:
        raise
    except Exception as error:
        raise ParseError(f"{feed.NAME} met what it did not foresee: {type(error).__name__}: {error}") from error
