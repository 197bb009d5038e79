"""What a third party's list says, read from its bytes, and keeping it: for a file that is handed over and a page that is watched."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path

import duckdb

from scrapers.feed_prices import Feed, FeedLine, FeedPrice, LongHistory, Told, read_feed, stage_feed
from warehouse.facts import feed_version_of, record_feed_prices, record_staged_feed_prices


@dataclass(kw_only=True)
class Understood:
    """What a file says: its prices, row by row or staged in a file of their own, and how often what was not understood."""

    sha256: str  # of the unpacked bytes
    lines: list[FeedLine] = field(default_factory=list)
    staged: Path | None = None
    rows: int = 0
    rows_without_price: int = 0
    prices: int = 0
    doubted: int = 0
    not_understood: Counter[str] = field(default_factory=Counter)


def read_body(feed: Feed, body: bytes, told: Told | None) -> Understood:
    """What a feed's module reads in a body, row by row. Raises ScrapeError."""
    understood = Understood(sha256=hashlib.sha256(body).hexdigest())
    for line in read_feed(feed, io.BytesIO(body), told):
        understood.rows += 1
        understood.not_understood.update(line.not_understood)
        if line.prices:
            understood.lines.append(line)
            understood.prices += len(line.prices)
            understood.doubted += sum(price.doubt is not None for price in line.prices)
        else:
            understood.rows_without_price += 1
    return understood


def read_whole(feed: LongHistory, body: bytes, folder: Path) -> Understood:
    """What a long history's module makes of a body; its prices lie in `folder`. Raises ScrapeError."""
    unpacked, staged = folder / "history", folder / "prices.parquet"
    unpacked.write_bytes(body)
    found = stage_feed(feed, unpacked, staged)
    return Understood(
        sha256=hashlib.sha256(body).hexdigest(),
        staged=staged,
        rows=found.rows,
        rows_without_price=found.rows - found.prices,
        prices=found.prices,
        doubted=found.doubted,
        not_understood=Counter(found.not_understood),
    )


def keep(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    understood: Understood,
    told: Told | None,
    *,
    version: str | None,
    imported_at: datetime,
) -> int:
    """Append what is new of what a file says; how many prices that is. Needs the tables to be caught up."""
    version = (version or "").strip() or None
    if understood.staged is not None:
        common = {"source": source, "sha256": understood.sha256, "imported_at": imported_at}
        return record_staged_feed_prices(connection, understood.staged, common)
    if told is not None:  # a file that is there keeps the version it was first told with, or it would be there twice
        known = feed_version_of(connection, source, told.observed_on, understood.sha256)
        version = known[0] if known else version
    rows = _rows(source, understood, version=version, imported_at=imported_at)
    return record_feed_prices(connection, rows, by_version=told is not None)


def _rows(
    source: str, understood: Understood, *, version: str | None, imported_at: datetime
) -> Iterator[Mapping[str, object]]:
    """The rows of raw.feed_price."""
    names = [one.name for one in fields(FeedPrice)]
    common = {
        "source": source,
        "source_version": version,
        "sha256": understood.sha256,
        "imported_at": imported_at,
    }
    for line in understood.lines:
        for price in line.prices:
            yield {name: getattr(price, name) for name in names} | common | {"line": line.line}
