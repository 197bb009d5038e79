"""The catalogue: which pages are looked at, how often, and what a look must bring. Read from catalog.csv.

A page is a row; a seller is a row and a module of the same name, `scrapers/providers/<provider>.py`. Nothing else
registers it. Third parties' lists of prices have a catalogue of their own, feed_catalog.csv, with the same columns: there the
module is `scrapers/feeds/<provider>.py`, and what is read never enters the history of prices. What is wrong with a row is a CatalogError that names file, line and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar, cast
from urllib.parse import urlsplit

from scrapers import packing
from scrapers.contract import Page, Reading
from scrapers.errors import CatalogError, ParseError, ScrapeError
from scrapers.whole_page import require_whole

CATALOG = Path(__file__).parent / "catalog.csv"
FEED_CATALOG = Path(__file__).parent / "feed_catalog.csv"
SCOPES = frozenset({"live", "experimental", "demo"})
"""live: a real page; experimental: a real page whose served form nobody has recorded yet, read where it is understood
and refused otherwise; demo: made up, never fetched live."""
FEED = "feed"
TRUSTS = frozenset({"vendor", "third_party", FEED})
"""vendor: the seller's own page or API; third_party: somebody else's list of a seller's prices; feed: somebody else's list
of many sellers' prices, kept beside the history and never in it."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_NAME = re.compile(r"_?[a-z][a-z0-9_]*")
_NAME_LINE = re.compile(r'^NAME = "(?P<name>[^"\\\n]+)"(?:  #.*)?$', re.MULTILINE)  # NAME = "Together AI"
_CURRENCY = re.compile(r"[A-Z]{3}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_HOST = re.compile(r"[a-z0-9.:-]+")
_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class PageRow:
    """One page of one seller: where it is, how often it is due, and what a good look at it has."""

    provider: str
    page: str
    url: str
    scope: str
    trust: str
    cadence_hours: int
    currency: str
    min_rows: int  # a reading with fewer quotes is not believed; 0 where a page holds availability facts only
    media_types: tuple[str, ...]
    allowed_hosts: tuple[str, ...]  # where a redirect may lead
    next_page: str | None = None  # how a list goes on: a JSON key (paging.py), or an archive (packing.py)
    terms_checked_on: date
    notes: str


COLUMNS = tuple(field.name for field in fields(PageRow))


class Parser(Protocol):
    """What a provider's module offers. `PARSER_VERSION` is raised when the same page would be read differently."""

    NAME: str
    PARSER_VERSION: str

    def parse(self, page: Page) -> Reading:
        """Read one page. Pure: no clock, no network, no database."""
        ...


def read_catalog(path: Path = CATALOG) -> tuple[PageRow, ...]:
    """The rows of the catalogue, in order, checked. Raises CatalogError with file, line and column."""
    rows: dict[tuple[str, str], PageRow] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            _check_columns(reader.fieldnames or (), path)
            for cells in reader:
                where = f"{path.name}, line {reader.line_num}"
                if None in cells or None in cells.values():
                    raise CatalogError(f"{where}: the row does not have {len(COLUMNS)} cells")
                row = _row(cells, where)
                if (row.provider, row.page) in rows:
                    raise CatalogError(f"{where}, column 'page': {row.provider} {row.page} stands twice")
                rows[row.provider, row.page] = row
        except csv.Error as error:
            raise CatalogError(f"{path.name}, line {reader.line_num}: {error}") from error
    if not rows:
        raise CatalogError(f"{path.name}: the catalogue has no rows")
    return tuple(rows.values())


def _check_columns(found: Sequence[str], path: Path) -> None:
    for column in [*found, *COLUMNS]:
        if found.count(column) != 1 or column not in COLUMNS:
            problem = "is missing" if column not in found else "is unknown or stands twice"
            raise CatalogError(f"{path.name}, line 1: the column {column!r} {problem}")


def parser_of(provider: str) -> Parser:
    """The module that reads a provider's pages, imported when asked for. Raises CatalogError where there is none."""
    if not _has_module(provider):
        raise CatalogError(f"there is no module scrapers/providers/{provider}.py")
    module = import_module(f"scrapers.providers.{provider}")
    if not callable(getattr(module, "parse", None)) or not all(
        isinstance(getattr(module, name, None), str) for name in ("NAME", "PARSER_VERSION")
    ):
        raise CatalogError(f"scrapers/providers/{provider}.py needs NAME, PARSER_VERSION and parse(page)")
    return cast("Parser", module)


def read_page(provider: str, page: Page) -> Reading:
    """What a provider's scraper reads in a page. Raises ScrapeError, whatever goes wrong inside the scraper.

    Pages are untrusted: one that no scraper foresaw must end as one seller's failure, in words, and nobody else's.
    """
    parser = parser_of(provider)
    try:
        require_whole(page)
        return parser.parse(page)
    except ScrapeError:
        raise
    except Exception as error:
        raise ParseError(
            f"{page.url}: the scraper met what it did not foresee: {type(error).__name__}: {error}"
        ) from error


@cache
def provider_name(provider: str) -> str:
    """The name readers see: the NAME of a provider's module, or its slug where there is no such module any more.

    Read from the module's text: a site is built and a message written without importing every scraper.
    """
    spec = _module(provider, "providers") or _module(provider, "feeds")
    if spec is None or spec.origin is None:
        return provider
    named = _NAME_LINE.search(Path(spec.origin).read_text(encoding="utf-8"))
    return named["name"] if named else provider


def is_feed(provider: str) -> bool:
    """Whether it is a third party's list of many sellers' prices, and no seller."""
    return not _has_module(provider) and _module(provider, "feeds") is not None


def _row(cells: Mapping[str, str], where: str) -> PageRow:
    def read(column: str, convert: Callable[[str], _Value]) -> _Value:
        try:
            return convert(cells[column])
        except ValueError as error:
            raise CatalogError(f"{where}, column {column!r}: {error}, not {cells[column]!r}") from error

    row = PageRow(
        provider=read("provider", _provider),
        page=read("page", _one(_NAME, "a page's name is lower case letters, digits and underscores")),
        url=read("url", _url),
        scope=read("scope", _scope),
        trust=read("trust", _trust),
        cadence_hours=read("cadence_hours", _at_least(1)),
        currency=read("currency", _one(_CURRENCY, "a currency is three capitals")),
        min_rows=read("min_rows", _at_least(0)),
        media_types=read("media_types", _several(_MEDIA_TYPE, "media types are like text/html, blanks between")),
        allowed_hosts=read("allowed_hosts", _several(_HOST, "hosts are lower case names, blanks between")),
        next_page=read("next_page", _key),
        terms_checked_on=read("terms_checked_on", _day),
        notes=cells["notes"],
    )
    if (row.trust == FEED) != (not _has_module(row.provider)):
        raise CatalogError(f"{where}, column 'trust': {FEED} is for modules of scrapers/feeds, not {row.provider!r}")
    host = urlsplit(row.url).hostname
    if host not in row.allowed_hosts:
        raise CatalogError(f"{where}, column 'allowed_hosts': the url's own host {host!r} is not among them")
    _check_next_page(row, where)
    return row


def _check_next_page(row: PageRow, where: str) -> None:
    if row.next_page is None:
        return
    if packing.is_packed(row.next_page):
        if packing.MEDIA_TYPE not in row.media_types:
            raise CatalogError(
                f"{where}, column 'media_types': an archive is {packing.MEDIA_TYPE}, which is not among them"
            )
    elif row.media_types != ("application/json",):
        raise CatalogError(f"{where}, column 'next_page': only a list of JSON documents has one, and nothing else")


def _provider(text: str) -> str:
    if not _has_module(text) and _module(text, "feeds") is None:
        raise ValueError("a provider has a module of its name in scrapers/providers")
    return text


def _has_module(provider: str) -> bool:
    return _module(provider, "providers") is not None


def _module(provider: str, folder: str) -> ModuleSpec | None:
    return find_spec(f"scrapers.{folder}.{provider}") if _NAME.fullmatch(provider) else None


def _url(text: str) -> str:
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or parts.username or parts.fragment or re.search(r"\s", text):
        raise ValueError("a url is https, names a host, and holds no user, fragment or blank")
    return text


def _scope(text: str) -> str:
    if text not in SCOPES:
        raise ValueError(f"a scope is one of {', '.join(sorted(SCOPES))}")
    return text


def _trust(text: str) -> str:
    if text not in TRUSTS:
        raise ValueError(f"trust is one of {', '.join(sorted(TRUSTS))}")
    return text


def _key(text: str) -> str | None:
    if not text or packing.is_packed(text):
        return text or None
    return _one(_KEY, "a JSON key is letters, digits, - and _; an archive is like {}/catalog.zip#list.csv")(text)


def _at_least(least: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise ValueError(f"a whole number of at least {least} stands here")
        return int(text)

    return convert


def _one(shape: re.Pattern[str], words: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if shape.fullmatch(text) is None:
            raise ValueError(words)
        return text

    return convert


def _several(shape: re.Pattern[str], words: str) -> Callable[[str], tuple[str, ...]]:
    def convert(text: str) -> tuple[str, ...]:
        parts = tuple(text.split())
        if not parts or any(shape.fullmatch(part) is None for part in parts):
            raise ValueError(words)
        return parts

    return convert


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("a day is written like 2026-11-23") from error
