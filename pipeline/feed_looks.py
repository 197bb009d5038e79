"""A look at a third party's list of prices: read, and kept beside the history. Never judged, never an event.

The list's day is the day it was fetched. A body that is there already is no new day: a list that nobody moved adds nothing,
and its page says when it was last read.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import duckdb

from pipeline import looks, rows
from pipeline.feed_file import keep, read_body
from pipeline.looks import Look
from pipeline.report import PageReport
from scrapers.catalog import PageRow, provider_name
from scrapers.contract import Layout, Reading
from scrapers.errors import LayoutChanged, ScrapeError
from scrapers.feed_prices import Told, known_feeds
from warehouse import state
from warehouse.archive import Archive
from warehouse.facts import Facts, reading_id_of, record

READER_VERSION = "feed/1"  # raised when a list would be read differently: bodies that are there are read again then


def take_in(
    connection: duckdb.DuckDBPyConnection, archive: Archive, row: PageRow, spooled: Look, report: PageReport
) -> PageReport:
    """The facts of one good look at a list: its prices, and the read. Twice is once."""
    assert spooled.sha256 is not None  # noqa: S101 - a good look has a body
    reading_id = reading_id_of(row.provider, row.page, spooled.sha256, READER_VERSION)
    known = state.reading(connection, reading_id)
    readings = []
    if known is None:
        report.is_new_body = True
        try:
            report.quotes = _keep(connection, archive, row, spooled)
        except ScrapeError as error:
            report.outcome, report.detail = looks.outcome_of(error), str(error)
            failed = rows.page_read(
                spooled, outcome=report.outcome, detail=report.detail, parser_version=READER_VERSION
            )
            record(connection, Facts(page_reads=[failed]))
            return report
        read = Reading(quotes=(), layout=Layout(sections={"prices": report.quotes}))
        readings = [rows.reading(row, spooled, read, READER_VERSION) | {"quote_count": report.quotes}]
    else:
        report.quotes = known.sections.get("prices", 0)
    report.outcome = "good"
    page_read = rows.page_read(spooled, outcome="good", parser_version=READER_VERSION, reading_id=reading_id)
    record(connection, Facts(page_reads=[page_read], readings=readings))
    return report


def _keep(connection: duckdb.DuckDBPyConnection, archive: Archive, row: PageRow, spooled: Look) -> int:
    """Keep the prices of a body that is new; how many it holds. Raises ScrapeError."""
    told = Told(observed_on=spooled.fetched_at.date(), file_name=PurePosixPath(urlsplit(row.url).path).name)
    feed = known_feeds()[provider_name(row.provider)]
    understood = read_body(feed, archive.get(str(spooled.sha256)), told)
    if understood.prices < row.min_rows:
        raise LayoutChanged(
            f"{row.provider} {row.page}: {understood.prices} prices were read where at least {row.min_rows} are expected"
        )
    keep(connection, feed.NAME, understood, told, version=None, imported_at=spooled.fetched_at)
    return understood.prices


__all__ = ["READER_VERSION", "take_in"]
