"""`ftprices doctor`: what is wrong with this installation, in words, and what to do about it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from pipeline import terminal
from pipeline.alerts.config import read_alerts
from pipeline.errors import CommandError, UsageFault
from pipeline.looks import TICK
from pipeline.program import program_version
from pipeline.publish.folder import SiteError, lost_files, read_manifest
from pipeline.publish.format import plural
from pipeline.settings import Settings
from pipeline.stamp import STATE_NAME, read_stamp, read_state
from pipeline.workshop import Workshop, lost_history, open_workshop
from scrapers.errors import CatalogError
from warehouse import database, export, upkeep
from warehouse.errors import WarehouseBusy, WarehouseError

LEAST_FREE_BYTES = 500_000_000
STALE = timedelta(days=2)
WAIT_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `state` is ok, note or wrong."""

    subject: str
    state: str
    words: str


def doctor_command(settings: Settings, *, as_json: bool) -> None:
    """Look at everything that a run needs. Exit 1 when something is wrong; notes are no fault."""
    findings = list(examine(settings))
    if as_json:
        terminal.print_json([asdict(finding) for finding in findings])
    else:
        terminal.print_table(("", "what", "found"), ((one.state, one.subject, one.words) for one in findings))
    wrong = [finding for finding in findings if finding.state == "wrong"]
    if wrong:
        raise CommandError(
            f"{len(wrong)} {'thing is' if len(wrong) == 1 else 'things are'} wrong: {', '.join(finding.subject for finding in wrong)}"
        )


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which things depend on one another. Makes and changes nothing."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", "ok" if sys.version_info >= (3, 11) else "wrong", f"{version}; 3.11 or newer is needed")
    yield Finding("duckdb", "ok", duckdb.__version__)
    yield _folder(settings)
    in_the_way = list(_in_the_way(settings))
    yield from in_the_way
    if in_the_way:
        return
    try:
        with open_workshop(settings, is_visit=True) as shop:
            yield Finding(
                "catalogue", "ok", f"{len(shop.rows)} pages of {len({row.provider for row in shop.rows})} sellers"
            )
            for look in (_archive, _spool, _warehouse, _alerts, _site):
                yield from look(shop)
    except UsageFault as error:
        yield Finding("state", "wrong", str(error))
    except CatalogError as error:
        yield Finding("catalogue", "wrong", str(error))


def _folder(settings: Settings) -> Finding:
    home = settings.home
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        return Finding(
            "disk", "wrong", f"{free // 1_000_000} MB are free at {there}; make room: a run writes whole files"
        )
    if not home.exists():
        return Finding("state", "note", f"{home} does not exist yet; the first run makes it")
    return Finding("state", "ok", f"{home}, {free // 1_000_000_000} GB free")


def _in_the_way(settings: Settings) -> Iterator[Finding]:
    """Files where folders belong, and folders where files do: a run stumbles over them before it can say so."""
    home = settings.home
    for path in (home, settings.archive, settings.looks, settings.dagster_home, settings.site, settings.published):
        if path.exists() and not path.is_dir():
            yield Finding("places", "wrong", f"{path} is no folder; move it away, the next run makes one")
    for path in (home / STATE_NAME, settings.warehouse, settings.lock, settings.published_database):
        if path.exists() and not path.is_file():
            yield Finding("places", "wrong", f"{path} is no file; move it away")


def _archive(shop: Workshop) -> Iterator[Finding]:
    broken = list(shop.archive.verify()) if shop.settings.archive.is_dir() else []
    for one in broken[:5]:
        yield Finding("archive", "wrong", f"{one.path}: {one.reason}; restore it from a backup")
    if not broken:
        yield Finding("archive", "ok", "every body has its own hash" if shop.settings.archive.is_dir() else "empty")


def _spool(shop: Workshop) -> Iterator[Finding]:
    waiting = [path for path in shop.settings.looks.glob("*.json") if path.is_file()]
    words = f"{len(waiting)} looks wait; the next run takes them in" if waiting else "nothing waits"
    yield Finding("looks", "note" if waiting else "ok", words)


def _warehouse(shop: Workshop) -> Iterator[Finding]:
    if (lost := lost_history(shop.settings)) is not None:
        yield Finding("warehouse", "wrong", lost)
        return
    if not shop.settings.warehouse.is_file():
        yield Finding("warehouse", "note", "nothing was read yet; run `ftprices run`")
        return
    try:
        with database.connect(shop.settings.warehouse, read_only=True, wait_s=WAIT_S) as connection:
            yield from _tables(connection, shop)
    except WarehouseBusy as error:
        yield Finding("warehouse", "note", f"a run is at work: {error}")
    except (WarehouseError, duckdb.Error) as error:
        yield Finding("warehouse", "wrong", str(error).splitlines()[0])


def _tables(connection: duckdb.DuckDBPyConnection, shop: Workshop) -> Iterator[Finding]:
    if database.pending(connection):
        yield Finding("warehouse", "note", "it was made by an older version; the next run brings it up")
        return
    yield from _bodies(connection, shop)
    if upkeep.needs_refresh(connection):
        yield Finding("tables", "note", "they lag behind the facts; the next run derives them")
        return
    broken = {promise.name: len(upkeep.failing_rows(connection, promise)) for promise in upkeep.promises()}
    for name, rows in broken.items():
        if rows:
            yield Finding(
                f"promise {name}",
                "wrong",
                f"{rows} {'row breaks' if rows == 1 else 'rows break'} it; run `ftprices rebuild`",
            )
    kept = "some promises are broken" if any(broken.values()) else "its promises are kept"
    yield Finding("warehouse", "ok", f"{shop.settings.warehouse.stat().st_size // 1000} kB; {kept}")
    if not shop.settings.is_demo:  # a demonstration's clock stands still
        yield from _pages(connection)


def _bodies(connection: duckdb.DuckDBPyConnection, shop: Workshop) -> Iterator[Finding]:
    """Whether the body behind every read is in the archive: what is there may be sound, and most of it gone."""
    rows = connection.execute(
        "SELECT sha256, min(provider || '/' || page) FROM raw.page_read WHERE sha256 IS NOT NULL GROUP BY sha256 ORDER BY ALL"
    ).fetchall()
    missing = [(sha256, page) for sha256, page in rows if not shop.archive.holds(sha256)]
    if missing:
        (sha256, page) = missing[0]
        yield Finding(
            "archive",
            "wrong",
            f"{len(missing)} of {len(rows)} bodies that were read are missing from {shop.settings.archive}, such as "
            f"{sha256[:12]} of {page}; restore them from a backup: they are the evidence behind the figures",
        )


def _pages(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    rows = connection.execute(
        """SELECT provider, page, outcome, detail, last_good_at, last_look_at FROM pub.provider_health
           WHERE outcome <> 'unwatched' ORDER BY ALL"""
    ).fetchall()
    now = datetime.now(UTC).replace(tzinfo=None)
    for provider, page, outcome, detail, last_good, last_look in rows:
        if outcome != "good":
            since = f"last read {last_good:%Y-%m-%d}" if last_good else "never read"
            yield Finding(f"{provider}/{page}", "wrong", f"{outcome}, {since}: {detail}")
        elif last_look > now + TICK:
            words = f"its last look is dated {last_look:%Y-%m-%d %H:%M}, which is to come: was the clock wrong?"
            yield Finding(f"{provider}/{page}", "note", f"{words} It is looked at in every run until then")
        elif last_look < now - STALE:
            yield Finding(
                f"{provider}/{page}", "note", f"last looked at {last_look:%Y-%m-%d %H:%M}; is a run scheduled?"
            )


def _site(shop: Workshop) -> Iterator[Finding]:
    site = shop.settings.site
    stamp = read_stamp(site)
    if stamp is None:
        yield Finding("site", "note", f"nothing whole is built at {site}; `ftprices build` does it")
    elif stamp.is_demo != shop.settings.is_demo:
        whose = "the demonstration" if stamp.is_demo else "the live installation"
        yield Finding("site", "note", f"{site} was built from {whose}")
    elif stamp.state != read_state(shop.settings.home, is_demo=shop.settings.is_demo):
        yield Finding("site", "note", f"{site} was built from another state; the next run replaces it")
    elif (damage := _damaged_manifest(site)) is not None:
        yield Finding("site", "wrong", damage)
    elif lost := list(lost_files(site, stamp=stamp.state)):
        named = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
        yield Finding("site", "wrong", f"missing or cut short at {site}: {named}; `ftprices build` writes them again")
    elif (fault := _cannot_be_read(shop.settings)) is not None:
        yield Finding("site", "wrong", f"{fault}; `ftprices build` writes it again")
    elif not export.is_whole(shop.settings.published):
        fault = f"{shop.settings.published_database} has other bytes than were written"
        yield Finding("site", "wrong", f"{fault}; `ftprices build` writes it again")
    elif stamp.site_url != shop.settings.site_url:
        yield Finding("site", "note", f"its pages name another address; the next run writes {shop.settings.site_url}")
    elif stamp.program != program_version():
        yield Finding("site", "note", "it was rendered by another version; the next run renders it again")
    else:
        yield Finding("site", "ok", f"{site}, as of {stamp.as_of}")


def _alerts(shop: Workshop) -> Iterator[Finding]:
    """Whether the rules can be used, and whether what their targets need is in the environment."""
    try:
        alerts = read_alerts(shop.settings, shop.environment)
    except UsageFault as error:
        yield Finding("alerts", "wrong", f"{error}; what is new waits until it can be read")
        return
    lacking = [f"{target.id} lacks {', '.join(target.lacking)}" for target in alerts.targets.values() if target.lacking]
    if lacking:
        yield Finding("alerts", "wrong", f"{alerts.path}: {'; '.join(lacking)} in the environment")
    elif alerts.is_example:
        ready = f"with {', '.join(alerts.targets)}" if alerts.targets else "with no target whose variables are set"
        yield Finding("alerts", "ok", f"the shipped example stands in, {ready}; rules of your own go into alerts.yaml")
    else:
        yield Finding(
            "alerts",
            "ok",
            f"{alerts.path}: {plural(len(alerts.rules), 'rule')}, {plural(len(alerts.targets), 'target')}",
        )


def _damaged_manifest(site: Path) -> str | None:
    """What building says of a list of files that cannot be read: it does not write over it."""
    try:
        read_manifest(site)
    except SiteError as error:
        return str(error)
    return None


def _cannot_be_read(settings: Settings) -> str | None:
    """What is wrong with the published database, in words; None where readers can use it."""
    try:
        with database.connect(settings.published_database, read_only=True, wait_s=WAIT_S) as connection:
            connection.execute("SELECT count(*) FROM current_price").fetchone()
    except (WarehouseError, duckdb.Error) as error:
        return f"{settings.published_database} cannot be read ({str(error).splitlines()[0]})"
    return None
