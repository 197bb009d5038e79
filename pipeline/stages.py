"""The stages of a run, as plain functions over a workshop with a tick begun: look, read, keep, derive, check, publish.

The command line's light path and Dagster's assets both call them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline import demo, tick
from pipeline.errors import CommandError
from pipeline.lock import site_lock
from pipeline.looks import PageKey, read_spool, tick_id_of
from pipeline.program import program_version
from pipeline.publish.context import load, load_with_status
from pipeline.publish.downloads import DownloadFile
from pipeline.publish.folder import SiteError, discard_other_state, is_site_of, lost_files, ours_in
from pipeline.publish.render import build_site, build_status
from pipeline.publish.swap import swapped_in
from pipeline.report import News, ProviderLine, TickReport
from pipeline.settings import CONSOLE, DOWNLOADS
from pipeline.stamp import Stamp, read_stamp, state_of, write_stamp
from pipeline.workshop import Kept, Tick, Workshop
from scrapers.catalog import PageRow
from warehouse import export, ledger, state, upkeep
from warehouse.troubles import append_troubles

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a page's asset shows."""

    outcome: str
    detail: str | None = None
    sha256: str | None = None
    is_new_body: bool = False


@dataclass(frozen=True, kw_only=True)
class Built:
    """What publishing did: pages written, left as they were, removed."""

    written: int
    unchanged: int
    removed: int


def recorded_ahead(shop: Workshop) -> list[datetime]:
    """The ticks of the demonstration that were not taken in yet, oldest first.

    A tick that was killed while it recorded its looks is not over: the rest of them wait in the spool, and taken in
    with the next tick they would stand in for that tick's own looks.
    """
    with shop.warehouse() as connection:
        newest = state.newest_look(connection)
    unfinished = {look.tick_id for look in read_spool(shop.settings.looks)}
    return [
        moment
        for moment in demo.ticks_of(shop.dates)
        if newest is None or moment > newest or tick_id_of(moment) in unfinished
    ]


def begin_next(shop: Workshop) -> Tick:
    """Begin the tick that is next: now, or the demonstration's next recorded date, or its last one again."""
    if not shop.settings.is_demo:
        return tick.begin(shop, shop.now())
    ahead = recorded_ahead(shop)
    shop.stand_at(ahead[0] if ahead else demo.last_reading(shop.dates))
    return tick.begin(shop, shop.now(), forced=not ahead)


def look_at_page(shop: Workshop, row: PageRow) -> Seen:
    """Look at a page if it is due in this tick; tell what an earlier look of this tick found otherwise."""
    assert shop.tick is not None  # noqa: S101 - the resource has begun a tick
    key = (row.provider, row.page)
    if (due := shop.tick.due.get(key)) is not None:
        tick.look(shop, [due])
    look = shop.tick.looks.get(key)
    if look is None:
        return Seen(outcome="not_due")
    last = shop.tick.known.get(key)
    return Seen(
        outcome=look.outcome,
        detail=look.detail,
        sha256=look.sha256,
        is_new_body=look.sha256 is not None and (last is None or last.sha256 != look.sha256),
    )


def read_pages(shop: Workshop) -> list[ProviderLine]:
    """Parse, judge and record every look that is not in the warehouse yet."""
    tick.record_spooled(shop)
    return report_of(shop).lines()


def keep_history(shop: Workshop) -> Kept:
    """Bring history, tables and the ledger of events up to the facts, for what was touched."""
    assert shop.tick is not None  # noqa: S101 - a tick has begun
    begun = shop.tick
    with shop.warehouse() as connection:
        has_moved = upkeep.needs_refresh(connection)
        # While recorded dates are replayed nobody reads the answers between two of them.
        postponing = upkeep.ANSWERS if shop.is_replaying else ()
        told: list[ledger.Told] = []

        def tell() -> None:  # in the transaction of the history that the events come from
            told.extend(ledger.append_events(connection, tick_id=begun.id, recorded_at=begun.now))

        touched = 0
        if has_moved:
            touched = len(upkeep.refresh(connection, postponing=postponing, then=tell).series)
        else:  # a person's word, or a run that was killed, derived it before
            told += ledger.publish_events(connection, tick_id=begun.id, recorded_at=begun.now)
        pages = [(row.provider, row.page) for row in shop.rows_there()]
        append_troubles(connection, pages, tick_id=begun.id, now=begun.now)
        kept = Kept(
            has_moved=has_moved,
            data_version=upkeep.data_version(connection),
            touched=touched,
            events=len(told),
            news=[
                News(provider=event.provider, kind=event.kind, metric=event.metric, headline=event.headline)
                for event in told
                if event.is_news
            ],
            rows=upkeep.row_counts(connection),
        )
    kept.has_moved = kept.has_moved or not (shop.is_replaying or is_published(shop, kept.data_version))
    shop.tick.kept = kept
    return kept


def broken_promises(shop: Workshop) -> dict[str, list[dict[str, object]]]:
    """Every promise of the tables with the rows that break it; none is the pass."""
    with shop.warehouse() as connection:
        broken = {promise.name: upkeep.failing_rows(connection, promise) for promise in upkeep.promises()}
    if shop.tick is not None:
        shop.tick.broken_promises = [name for name, rows in broken.items() if rows]
    return broken


def words_for_broken(names: Sequence[str]) -> str:
    """What to say where promises are broken."""
    return (
        f"{'a promise' if len(names) == 1 else 'promises'} of the tables {'is' if len(names) == 1 else 'are'} broken: "
        f"{', '.join(names)}; the figures published before stand. `ftprices doctor` looks, `ftprices rebuild` derives "
        "the tables again"
    )


def is_published(shop: Workshop, data_version: str) -> bool:
    """Whether the built site shows these figures, from this state, at this address, by this program, and is all there."""
    settings = shop.settings
    name = state_of(settings.home, is_demo=settings.is_demo)
    stamp = read_stamp(settings.site)
    return (
        stamp is not None
        and (stamp.state, stamp.data_version, stamp.program) == (name, data_version, program_version())
        and stamp.site_url == settings.site_url
        and next(lost_files(settings.site, stamp=name), None) is None
        and export.is_whole(settings.published)
    )


def needs_publishing(shop: Workshop) -> bool:
    """Whether the site lags behind: by its figures, or by a day, since verified dates are published once a day."""
    with shop.warehouse() as connection:
        version = upkeep.data_version(connection)
        newest = state.newest_look(connection)
    stamp = read_stamp(shop.settings.site)
    if stamp is None or not is_published(shop, version):
        return True
    return newest is not None and stamp.as_of[:10] < newest.date().isoformat()


def publish(shop: Workshop) -> Built:
    """The downloads, then the pages, then the stamp that says both are complete.

    Raises CommandError, before anything is written, while a promise of the tables is broken: whoever asks for it, no
    figure is published that contradicts another.
    """
    if broken := [name for name, rows in broken_promises(shop).items() if rows]:
        raise CommandError(words_for_broken(broken))
    site = shop.settings.site
    with site_lock(site), swapped_in(site, ours_in) as folder:
        try:
            return _publish(shop, folder)
        except SiteError as error:  # in words that name the place people know
            raise SiteError(str(error).replace(str(folder), str(site))) from error


def _publish(shop: Workshop, site: Path) -> Built:
    """All of it into `site`, which takes the place of the site once it is whole."""
    settings = shop.settings
    name = state_of(settings.home, is_demo=settings.is_demo)
    discard_other_state(site, stamp=name)  # recorded figures never mix with live ones
    with shop.warehouse() as connection:
        version = upkeep.data_version(connection)
        newest = state.newest_look(connection)
        as_of = (newest or datetime.fromtimestamp(0, UTC)).isoformat()
        files = export.publish(connection, site / DOWNLOADS, stamp={"as_of": as_of, "state": name.partition("-")[0]})
    # The pages are made from the file that is published beside them: its tables are made already, and both say the same.
    with closing(duckdb.connect(str(site / DOWNLOADS / export.DATABASE), read_only=True)) as published:
        result = build_site(
            published,
            site,
            site_url=settings.site_url,
            is_demo=settings.is_demo,
            stamp=name,
            files=[_listed(file) for file in files],
            console=CONSOLE,
            schema="main",
        )
    write_stamp(
        site,
        Stamp(
            state=name,
            is_demo=settings.is_demo,
            data_version=version,
            as_of=as_of,
            program=program_version(),
            site_url=settings.site_url,
        ),
    )
    if shop.tick is not None:
        shop.tick.pages_written = len(result.written)
    return Built(written=len(result.written), unchanged=result.unchanged, removed=len(result.removed))


def _listed(file: export.Published) -> DownloadFile:
    """A file as the data page lists it: the same rows give the same page, so what varies is said elsewhere."""
    varies = file.path.name in {export.DATABASE, export.CHECKSUMS, "prices.metadata.json"}
    return DownloadFile(path=f"{DOWNLOADS}/{file.path.name}", size=file.size, sha256="" if varies else file.sha256)


def publish_status(shop: Workshop) -> int:
    """The status page alone: how many files were written. None where no whole site of this state stands there."""
    if read_stamp(shop.settings.site) is None:  # nor is a folder made for a lock
        return 0
    with site_lock(shop.settings.site):
        return _publish_status(shop)


def _publish_status(shop: Workshop) -> int:
    settings = shop.settings
    name = state_of(settings.home, is_demo=settings.is_demo)
    stamp = read_stamp(settings.site)
    if stamp is None or stamp.state != name or not is_site_of(settings.site, stamp=name):
        return 0
    with shop.warehouse() as connection:
        if export.is_whole(settings.published):
            with closing(duckdb.connect(str(settings.published_database), read_only=True)) as published:
                data = load_with_status(published, connection)
        else:  # the whole site is due again; until then the page says how things stand all the same
            data = load(connection)
    result = build_status(data, settings.site, site_url=settings.site_url, is_demo=settings.is_demo, stamp=name)
    return len(result.written)


def report_of(shop: Workshop) -> TickReport:
    """What the tick did so far."""
    assert shop.tick is not None  # noqa: S101 - a tick has begun
    report = TickReport(tick_id=shop.tick.id, pages=list(shop.tick.reports.values()))
    if shop.tick.kept is not None:
        report.events = shop.tick.kept.events
        report.news = shop.tick.kept.news
    report.published = shop.tick.pages_written is not None
    report.pages_written = shop.tick.pages_written or 0
    report.failed_checks = list(shop.tick.broken_promises)
    report.newest = {
        (row.provider, row.page): _newest_outcome(shop.tick, (row.provider, row.page))
        for row in shop.rows
        if not shop.tick.only or row.provider in shop.tick.only
    }
    return report


def _newest_outcome(begun: Tick, key: PageKey) -> str | None:
    """What came of the newest look at a page, in this tick or before it; None where nobody ever looked."""
    report, last = begun.reports.get(key), begun.known.get(key)
    if report is not None and report.outcome != "not_due":
        return report.outcome
    return last.outcome if last is not None else None
