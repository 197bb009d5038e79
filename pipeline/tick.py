"""The steps of a tick as plain functions: what is due, look, read, judge, record. The command line and Dagster's
assets both call them; nothing here knows Dagster.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import duckdb

from pipeline import feed_looks, judge, looks, page_shape, rows
from pipeline.looks import Due, LastLook, Look
from pipeline.report import PageReport
from pipeline.second_opinion import release_held, seconds_of
from pipeline.workshop import Tick, Workshop
from scrapers.catalog import FEED, PageRow, parser_of, read_page
from scrapers.contract import Page, Quote, Reading
from scrapers.errors import LayoutChanged, ScrapeError
from warehouse import state, upkeep
from warehouse.archive import Archive
from warehouse.errors import ArchiveError, BadFact
from warehouse.facts import Facts, reading_id_of, record

log = logging.getLogger(__name__)

UNKEPT = (BadFact, duckdb.DataError, duckdb.ConstraintException, UnicodeError, ValueError)
"""What is raised where something was read that the warehouse cannot keep."""


def begin(shop: Workshop, now: datetime, *, only: Sequence[str] = (), forced: bool = False) -> Tick:
    """Start a tick: find out what is due. Looks that a killed run left behind belong to this one too."""
    with shop.warehouse() as connection:
        if upkeep.needs_refresh(connection):  # a run that was killed after reading: what waits is not known without
            upkeep.refresh(connection, postponing=upkeep.ANSWERS if shop.is_replaying else ())
        known = {key: _last_look(page) for key, page in state.page_states(connection).items()}
    due = looks.due_pages(shop.rows_there(), known, now, only=only, forced=forced or bool(only))
    tick = Tick(now=now, only=tuple(only), known=known, due={(item.row.provider, item.row.page): item for item in due})
    for left_behind in looks.read_spool(shop.settings.looks):
        tick.due.pop(left_behind.key, None)
        tick.looks[left_behind.key] = left_behind
    for row in shop.rows:
        tick.reports[row.provider, row.page] = PageReport(provider=row.provider, page=row.page, outcome="not_due")
    shop.tick = tick
    return tick


def _last_look(page: state.PageState) -> LastLook:
    # A hold that readings release wants the whole page: "not modified" may be the very copy that slipped.
    return LastLook(
        looked_at=page.looked_at,
        outcome=page.outcome,
        etag=None if page.is_held else page.etag,
        last_modified=None if page.is_held else page.last_modified,
        sha256=page.sha256,
        is_unconfirmed=page.is_unconfirmed,
        is_waiting=page.is_waiting,
        dates_due=page.dates_due,
    )


def look(shop: Workshop, due: Sequence[Due]) -> list[Look]:
    """Look at pages and take them off the list of what is due; never opens the warehouse."""
    assert shop.tick is not None  # noqa: S101 - a tick has begun, or there is nothing to look at
    if not due:
        return []
    with shop.make_fetcher() as fetcher:
        found = looks.look_at(due, fetcher, shop.archive, shop.settings.looks, shop.tick.now)
    for one in found:
        shop.tick.due.pop(one.key, None)
        shop.tick.looks[one.key] = one
    return found


def record_spooled(shop: Workshop) -> None:
    """Take every spooled look into the warehouse: parse what is new, judge it, append the facts, a page at a time.

    Then what is held is put to the lists that said something new.
    """
    assert shop.tick is not None  # noqa: S101 - a tick has begun, or there is nothing to record
    catalogue = {(row.provider, row.page): row for row in shop.rows}
    now = shop.tick.now
    lists = {key for key, row in catalogue.items() if row.trust == FEED}
    spool = sorted(looks.read_spool(shop.settings.looks), key=lambda one: one.key not in lists)
    with shop.warehouse() as connection:
        for is_page, found in groupby(spool, key=lambda one: one.key not in lists):
            if is_page and state.unheard_sellers(connection):  # what lists say now, pages are judged beside
                upkeep.catch_up(connection)
            for spooled in found:
                row = catalogue.get(spooled.key)
                if row is not None:
                    shop.tick.reports[spooled.key] = _take_in_or_refuse(connection, shop.archive, row, spooled)
                looks.drop_spool(shop.settings.looks, spooled)
        left = state.left_pages(connection, catalogue.keys())  # what is held there would wait for ever
        record(connection, Facts(judgements=[one | {"judged_by": "judge", "judged_at": now} for one in left]))
        released = Counter(release_held(connection, now))
        waiting = state.waiting_counts(connection)
    for key, count in released.items():
        if (report := shop.tick.reports.get(key)) is not None:
            report.released = count
            report.moved += count
    for key, report in shop.tick.reports.items():
        report.waiting = waiting.get(key, 0)


def _take_in_or_refuse(
    connection: duckdb.DuckDBPyConnection, archive: Archive, row: PageRow, spooled: Look
) -> PageReport:
    """`take_in`; a page whose facts cannot be kept is that page's failure, in words, and holds nobody else back."""
    try:
        return take_in(connection, archive, row, spooled)
    except ArchiveError as error:  # the next look asks for the whole page, and mends the archive
        outcome, words = "unreachable", f"{looks.OUR_OWN_FAULT}: {error}"
    except UNKEPT as error:
        log.exception("%s: the facts of this page cannot be kept", spooled.read_id)
        outcome, words = "parse_error", f"what was read cannot be kept: {type(error).__name__}: {error}"
    words = words.encode("utf-8", "replace").decode()
    record(connection, Facts(page_reads=[rows.page_read(spooled, outcome=outcome, detail=words)]))
    return PageReport(provider=row.provider, page=row.page, outcome=outcome, detail=words)


def take_in(connection: duckdb.DuckDBPyConnection, archive: Archive, row: PageRow, spooled: Look) -> PageReport:
    """One look's facts, in one transaction: the read, what was parsed in it, and the judgements. Twice is once."""
    report = PageReport(provider=row.provider, page=row.page, outcome=spooled.outcome, detail=spooled.detail)
    taken = state.read_outcome(connection, spooled.read_id)
    if taken is not None:  # a repeated or a killed tick: the same read is not judged a second time
        report.outcome, report.detail, report.quotes = taken.outcome, taken.detail, taken.quotes
        return report
    if spooled.outcome != "good":
        record(connection, Facts(page_reads=[rows.page_read(spooled)]))
        return report
    if row.trust == FEED:
        return feed_looks.take_in(connection, archive, row, spooled, report)
    assert spooled.sha256 is not None  # noqa: S101 - a good look has a body
    version = parser_of(row.provider).PARSER_VERSION
    parser_version = f"{row.provider}/{version}"
    reading_id = reading_id_of(row.provider, row.page, spooled.sha256, parser_version)
    try:
        known = state.reading(connection, reading_id)
        if known is None:
            report.is_new_body = True
            reading = _parse(archive, row, spooled)
            quotes: Sequence[Quote] = reading.quotes
            sections: Mapping[str, int] = reading.layout.sections
            report.facts = len(reading.availability)
        else:
            reading = None
            quotes = [rows.quote_of(stored) for stored in known.quotes]
            sections = known.sections
            report.facts = known.facts
        report.quotes = len(quotes)
        before = state.page_before(connection, row.provider, row.page, spooled.fetched_at)
        fault = _page_fault(connection, spooled, before, reading_id, sections, parser_version)
    except ScrapeError as error:
        report.outcome, report.detail = looks.outcome_of(error), str(error)
        failed = rows.page_read(spooled, outcome=report.outcome, detail=report.detail, parser_version=parser_version)
        record(connection, Facts(page_reads=[failed]))
        return report
    outcome, detail = fault or ("good", None)
    report.outcome, report.detail = outcome, detail
    verdicts = _judge(connection, row, spooled, quotes, before) if fault is None else []
    _count(report, verdicts)
    read = rows.page_read(spooled, outcome=outcome, detail=detail, parser_version=parser_version, reading_id=reading_id)
    if fault is None and before is not None and before.parser_version != parser_version:
        _read_again(connection, archive, row, spooled, before, parser_version)
    facts = Facts() if reading is None else _facts(row, spooled, reading, parser_version)
    judgements = [rows.judgement(row, spooled, reading_id, verdict) for verdict in verdicts]
    record(connection, replace(facts, page_reads=[read], judgements=judgements))
    return report


def _facts(row: PageRow, spooled: Look, reading: Reading, parser_version: str) -> Facts:
    """What was read in a body, as rows of the warehouse."""
    reading_id = reading_id_of(row.provider, row.page, str(spooled.sha256), parser_version)
    return Facts(
        readings=[rows.reading(row, spooled, reading, parser_version)],
        quotes=[rows.quote(row.page, reading_id, one) for one in reading.quotes],
        availability=[rows.availability(row.page, reading_id, one) for one in reading.availability],
    )


def _read_again(
    connection: duckdb.DuckDBPyConnection,
    archive: Archive,
    row: PageRow,
    spooled: Look,
    before: state.PageBefore,
    parser_version: str,
) -> None:
    """Keep what this parser makes of the page as another one read it last: where they differ the seller did not move.

    Where it cannot read that body nobody can tell, and what differs is judged and told as a move.
    """
    if before.sha256 == spooled.sha256:
        return
    then = replace(spooled, fetched_at=before.read_at, sha256=before.sha256)
    try:
        record(connection, _facts(row, then, _parse(archive, row, then), parser_version))
    except (ScrapeError, ArchiveError, *UNKEPT) as error:
        log.warning("%s: the page of %s is not read again: %s", spooled.read_id, before.read_at, error)


def _parse(archive: Archive, row: PageRow, spooled: Look) -> Reading:
    assert spooled.sha256 is not None  # noqa: S101 - a good look has a body
    meta = archive.meta(spooled.sha256)
    page = Page(
        url=spooled.url,
        fetched_at=spooled.fetched_at,
        body=archive.get(spooled.sha256),
        media_type=meta.media_type,
        charset=meta.charset,
        status=200,
        page=row.page,
    )
    reading = read_page(row.provider, page)
    if len(reading.quotes) < row.min_rows:
        raise LayoutChanged(
            f"{row.provider} {row.page}: {len(reading.quotes)} quotes were read where at least {row.min_rows} are expected"
        )
    return reading


def _page_fault(
    connection: duckdb.DuckDBPyConnection,
    spooled: Look,
    before: state.PageBefore | None,
    reading_id: str,
    sections: Mapping[str, int],
    parser_version: str,
) -> tuple[str, str] | None:
    """What is wrong with the whole page beside its last good reading, unless that was settled already."""
    if before is None or before.reading_id == reading_id:
        return None
    is_other_parser = before.parser_version != parser_version
    is_accepted = is_other_parser and state.is_shrink_accepted(connection, *spooled.key, parser_version)
    ended = state.ended_sections(connection, *spooled.key)
    return page_shape.page_fault(
        sections,
        {name: count for name, count in before.sections.items() if name not in ended},
        seen_before=is_accepted or page_shape.is_seen_before(sections, before.suspects, spooled.fetched_at),
        is_other_parser=is_other_parser and not is_accepted,
    )


def _judge(
    connection: duckdb.DuckDBPyConnection,
    row: PageRow,
    spooled: Look,
    quotes: Sequence[Quote],
    before: state.PageBefore | None,
) -> list[judge.Verdict]:
    standings = {
        series_id: rows.standing(found)
        for series_id, found in state.series_states(connection, row.provider, row.page, spooled.fetched_at).items()
    }
    announced = dict(map(rows.announced, state.announced_states(connection, *spooled.key, spooled.fetched_at)))
    reader = judge.Reader(
        read_at=spooled.fetched_at,
        was_conditional=spooled.was_conditional,
        last_read_at=None if before is None else before.read_at,
    )
    bases = rows.bases(row.provider, state.base_prices(connection, row.provider))
    today = [rows.as_read(one, spooled) for one in quotes]
    is_moved = any(
        one.series_id in standings and standings[one.series_id].accepted != judge.value_of(one) for one in today
    )  # else no list is asked: it would cost every quiet tick
    seconds = seconds_of(connection, row.provider) if is_moved else {}
    return judge.judge_reading(today, standings, reader, bases, announced, seconds)


def _count(report: PageReport, verdicts: Sequence[judge.Verdict]) -> None:
    stormy = [verdict for verdict in verdicts if (verdict.verdict, verdict.rule) == ("held", "storm")]
    if stormy:  # one notice for the page, not one a price
        report.held_because.append(f"{report.provider} {report.page}, {stormy[0].reason}")
    for verdict in verdicts:
        if verdict.verdict == "held":
            report.held += 1
            if verdict.rule not in ("unconfirmed", "storm") and verdict.quote is not None:
                name = verdict.quote.model or verdict.quote.size_tier
                report.held_because.append(f"{report.provider} {name} {verdict.quote.meter}, {verdict.reason}")
        elif verdict.verdict == "ended":
            report.ended += 1
        elif verdict.announced_for is not None:
            report.announced += 1
        elif verdict.rule == "first_sight":
            report.first_seen += 1
        else:
            report.moved += 1


__all__ = ["begin", "look", "record_spooled", "take_in"]
