"""`ftprices import`: a third party's list of prices from a file, kept as what it is and published.

The whole file is understood before anything is opened: a file that is refused leaves no trace.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline import stages, terminal
from pipeline.errors import NotUnderstood, UsageFault
from pipeline.lock import run_lock
from pipeline.looks import tick_id_of
from pipeline.second_opinion import release_held
from pipeline.settings import Settings
from pipeline.workshop import open_workshop
from scrapers.errors import ScrapeError
from scrapers.feed_prices import Feed, FeedLine, FeedPrice, known_feeds, read_feed
from warehouse import ledger, upkeep
from warehouse.facts import record_feed_prices

MOST_BYTES = 256 * 1024**2  # unpacked; the largest list that is known has 4 MB
_GZIP = b"\x1f\x8b"
_NAMED = 8  # things not understood that the summary names; `--json` has them all


@dataclass(kw_only=True)
class Understood:
    """What a file says: its rows with prices, and how often what was not understood."""

    sha256: str  # of the unpacked bytes
    lines: list[FeedLine] = field(default_factory=list)
    rows: int = 0
    not_understood: Counter[str] = field(default_factory=Counter)

    @property
    def prices(self) -> list[FeedPrice]:
        """Every price, in the order of the file."""
        return [price for line in self.lines for price in line.prices]


def import_command(
    settings: Settings, name: str, file: Path, *, version: str | None, wait_s: float = 0, as_json: bool = False
) -> None:
    """Keep what is new of a third party's list, and publish. What is known already is not kept twice."""
    found = known_feeds().get(name)
    if found is None:
        raise UsageFault(f"no feed is called {name!r}; there are {', '.join(sorted(known_feeds()))}")
    understood = _understood(found, file)
    with run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop:
        now = shop.now()
        rows = _rows(found.NAME, understood, version=(version or "").strip() or None, imported_at=now)
        with shop.warehouse() as connection:
            added = record_feed_prices(connection, rows)
            upkeep.catch_up(connection)
            released = release_held(connection, now) if added else 0
            if released:
                upkeep.catch_up(connection)
                ledger.publish_events(connection, tick_id=tick_id_of(now), recorded_at=now)
            data_version = upkeep.data_version(connection)
        if not stages.is_published(shop, data_version):
            stages.publish(shop)
    report = _report(found.NAME, understood, added, released)
    if as_json:
        terminal.print_json({**report, "file": str(file), "version": version})
    else:
        terminal.print_line(_summary(report))


def _understood(feed: Feed, file: Path) -> Understood:
    """What the feed's module reads in the file. Raises UsageFault where there is none, NotUnderstood."""
    body = _unpacked(file)
    understood = Understood(sha256=hashlib.sha256(body).hexdigest())
    try:
        for line in read_feed(feed, io.BytesIO(body)):
            understood.rows += 1
            understood.not_understood.update(line.not_understood)
            if line.prices:
                understood.lines.append(line)
    except ScrapeError as error:
        raise NotUnderstood(f"{file}: {type(error).__name__}: {error}") from error
    if not understood.lines:
        why = f": {_named(understood.not_understood)}" if understood.not_understood else ""
        raise NotUnderstood(f"{file}: no price of {feed.NAME} is in its {understood.rows} rows{why}")
    return understood


def _unpacked(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            is_packed = opened.read(2) == _GZIP
            opened.seek(0)
            body = (gzip.GzipFile(fileobj=opened) if is_packed else opened).read(MOST_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NotUnderstood(f"{file}: the gzip file is broken ({error})") from error
    except (OSError, ValueError) as error:  # the second: a NUL in the name
        raise UsageFault(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    if len(body) > MOST_BYTES:
        raise NotUnderstood(f"{file}: more than {MOST_BYTES // 1024**2} MB are no list of prices")
    return body


def _rows(
    source: str, understood: Understood, *, version: str | None, imported_at: datetime
) -> Iterator[Mapping[str, object]]:
    """The rows of raw.feed_price."""
    for line in understood.lines:
        for price in line.prices:
            yield {one.name: getattr(price, one.name) for one in fields(price)} | {
                "source": source,
                "source_version": version,
                "sha256": understood.sha256,
                "line": line.line,
                "imported_at": imported_at,
            }


def _report(source: str, understood: Understood, added: int, released: int) -> dict[str, Any]:
    prices = understood.prices
    return {
        "feed": source,
        "sha256": understood.sha256,
        "rows": understood.rows,
        "rows_without_price": understood.rows - len(understood.lines),
        "prices": len(prices),
        "added": added,
        "known": len(prices) - added,
        "released": released,  # held prices of sellers' pages that it agrees with
        "doubted": sum(price.doubt is not None for price in prices),
        "not_understood": dict(understood.not_understood.most_common()),
    }


def _summary(report: Mapping[str, Any]) -> str:
    unread = Counter(report["not_understood"])
    released = f"it agrees with {report['released']} held, which stand now; " if report["released"] else ""
    return (
        f"{report['feed']}: {report['added']} prices added, {report['known']} known already, {report['doubted']} doubted; "
        f"{report['rows_without_price']} of {report['rows']} rows gave none; "
        f"{released}"
        f"not understood: {_named(unread) if unread else 'nothing'}"
    )


def _named(unread: Counter[str]) -> str:
    named = [f"{words} ({count})" for words, count in unread.most_common(_NAMED)]
    more = len(unread) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")
