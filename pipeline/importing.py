"""`ftprices import`: a third party's list of prices from a file, kept as what it is and published.

The whole file is understood before anything is opened: a file that is refused leaves no trace.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline import stages, terminal
from pipeline.errors import NotUnderstood, UsageFault
from pipeline.feed_file import Understood, keep, read_body, read_whole
from pipeline.lock import run_lock
from pipeline.looks import tick_id_of
from pipeline.second_opinion import release_held
from pipeline.settings import Settings
from pipeline.workshop import open_workshop
from scrapers.errors import ScrapeError
from scrapers.feed_file import day_in
from scrapers.feed_prices import (
    Feed,
    NotTold,
    Told,
    is_long_history,
    is_snapshot,
    known_feeds,
)
from warehouse import ledger, upkeep

MOST_BYTES = 256 * 1024**2  # unpacked; the largest list that is known has 4 MB
_GZIP = b"\x1f\x8b"
_NAMED = 8  # things not understood that the summary names; `--json` has them all


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the command line says of a file."""

    file: Path
    version: str | None = None
    observed_on: str | None = None
    seller: str | None = None


def import_command(settings: Settings, name: str, given: Given, *, wait_s: float = 0, as_json: bool = False) -> None:
    """Keep what is new of a third party's list, and publish. What is known already is not kept twice."""
    found = known_feeds().get(name)
    if found is None:
        raise UsageFault(f"no feed is called {name!r}; there are {', '.join(sorted(known_feeds()))}")
    told = _told(found, given)
    with tempfile.TemporaryDirectory(prefix="ftprices-") as folder:
        understood = _understood(found, given.file, told, Path(folder))
        with (
            run_lock(settings.lock, wait_s=wait_s),
            open_workshop(settings) as shop,
            shop.warehouse() as connection,
        ):
            upkeep.catch_up(connection)
            now = shop.now()
            added = keep(connection, found.NAME, understood, told, version=given.version, imported_at=now)
            released = len(release_held(connection, now))
            upkeep.catch_up(connection)
            if released:
                ledger.publish_events(connection, tick_id=tick_id_of(now), recorded_at=now)
            report = _report(found.NAME, understood, added, released)
            if not as_json:  # before the site is built, which takes longer than the list
                terminal.print_line(_summary(report))
            if not stages.is_published(shop, upkeep.data_version(connection)):
                stages.publish(shop)
    if as_json:
        told_words = {"file": str(given.file), "version": given.version, "observed_on": given.observed_on}
        terminal.print_json({**report, **told_words})


def _told(feed: Feed, given: Given) -> Told | None:
    """The day of a file that does not print one, and whose it is. Raises UsageFault where too little or too much is told."""
    if is_snapshot(feed):
        if given.observed_on is None:
            raise UsageFault(f"a file of {feed.NAME} does not print its day: add --observed-on, as 2026-11-12")
        if given.seller is not None and not getattr(feed, "ASKS_SELLER", False):
            raise UsageFault(f"a file of {feed.NAME} names its sellers: leave --seller out")
        return Told(observed_on=_day(given.observed_on), file_name=given.file.name, seller=given.seller)
    if given.observed_on is not None:
        raise UsageFault(f"the rows of {feed.NAME} carry their own dates: leave --observed-on out")
    if given.seller is not None:
        raise UsageFault(f"the rows of {feed.NAME} name their sellers: leave --seller out")
    if is_long_history(feed) and given.version is not None:
        raise UsageFault(f"the rows of {feed.NAME} carry their own versions: leave --version out")
    return None


def _day(text: str) -> date:
    day = day_in(text)
    if day is None:
        raise UsageFault(f"--observed-on is a day as 2026-11-12, not {text!r}")
    if day > datetime.now(UTC).date():
        raise UsageFault(f"--observed-on {text} has not come yet")
    return day


def _understood(feed: Feed, file: Path, told: Told | None, folder: Path) -> Understood:
    """What the feed's module reads in the file. Raises UsageFault where there is none, NotUnderstood."""
    body = _unpacked(file)
    try:
        understood = read_whole(feed, body, folder) if is_long_history(feed) else read_body(feed, body, told)
    except NotTold as error:
        raise UsageFault(f"{file}: {error}; --seller says whose it is") from error
    except ScrapeError as error:
        raise NotUnderstood(f"{file}: {type(error).__name__}: {error}") from error
    if not understood.prices:
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


def _report(source: str, understood: Understood, added: int, released: int) -> dict[str, Any]:
    return {
        "feed": source,
        "sha256": understood.sha256,
        "rows": understood.rows,
        "rows_without_price": understood.rows_without_price,
        "prices": understood.prices,
        "added": added,
        "known": understood.prices - added,
        "released": released,  # held prices of sellers' pages that it agrees with
        "doubted": understood.doubted,
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
