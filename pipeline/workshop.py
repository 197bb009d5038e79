"""One installation at work: its settings, its catalogue, its clock, its fetcher and its archive, live or demonstration.

Plain objects, without Dagster: the command line uses them directly, Dagster's resource hands them to assets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

import duckdb

from pipeline import terminal
from pipeline.errors import Locked, UsageFault
from pipeline.lock import run_lock
from pipeline.looks import Due, LastLook, Look, PageKey, tick_id_of
from pipeline.report import News, PageReport
from pipeline.settings import RECORDINGS, Settings, variables
from pipeline.stamp import check_places, read_stamp, read_state, state_of
from scrapers.catalog import FEED_CATALOG, PageRow, read_catalog
from scrapers.fetch import Fetcher
from warehouse import database, upkeep
from warehouse.archive import Archive


@dataclass(kw_only=True)
class Kept:
    """What keeping the history did in a tick."""

    has_moved: bool
    data_version: str
    touched: int = 0
    events: int = 0
    news: list[News] = field(default_factory=list)
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class Tick:
    """One tick: its time, what was known before it, what is due in it, and what came of each page so far."""

    now: datetime
    only: tuple[str, ...] = ()  # the sellers that a person asked for; empty: all that are due
    known: dict[PageKey, LastLook] = field(default_factory=dict)
    due: dict[PageKey, Due] = field(default_factory=dict)
    looks: dict[PageKey, Look] = field(default_factory=dict)  # taken in this tick, or left behind by a killed one
    reports: dict[PageKey, PageReport] = field(default_factory=dict)
    kept: Kept | None = None
    pages_written: int | None = None  # None: nothing was published
    broken_promises: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its name."""
        return tick_id_of(self.now)


@dataclass(kw_only=True)
class Workshop:
    """What a tick works with."""

    settings: Settings
    rows: tuple[PageRow, ...]
    make_fetcher: Callable[[], Fetcher]
    dates: tuple[date, ...] = ()  # the demonstration's recorded dates
    set_day: Callable[[date], None] = lambda _day: None
    is_there: Callable[[PageRow, date], bool] = lambda _row, _day: True  # live pages are there on every day
    tick: Tick | None = None
    environment: Mapping[str, str] = field(default_factory=variables)  # what alerts.yaml names
    is_replaying: bool = False  # more recorded dates follow at once: the site is built with the last of them
    _now: datetime | None = None

    def now(self) -> datetime:
        """The time: the demonstration's clock stands at the recorded date."""
        return self._now or datetime.now(UTC)

    def stand_at(self, moment: datetime) -> None:
        """Set the demonstration's clock and the pages it serves."""
        self._now = moment
        self.set_day(moment.date())

    def rows_there(self) -> list[PageRow]:
        """The pages that can be looked at now: the demonstration sees a page on the days it was recorded."""
        return [row for row in self.rows if self.is_there(row, self.now().date())]

    @cached_property
    def archive(self) -> Archive:
        """The page bodies."""
        return Archive(self.settings.archive)

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse, its raw tables migrated. Nobody else can read it meanwhile, so it is not held while pages are fetched."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        with database.connect(self.settings.warehouse) as connection:
            database.migrate(connection)
            yield connection


@contextmanager
def read_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The warehouse of an installation, to be read; None where there is none. Makes nothing and waits for no run.

    Where the tables lag behind the facts they are derived first, unless a run is at work, which does so itself.
    Raises UsageFault where the folder holds the other kind, WarehouseBusy where a run does not let go of the file.
    """
    read_state(settings.home, is_demo=settings.is_demo)
    if not settings.warehouse.is_file():
        yield None
        return
    _bring_up(settings)
    with database.connect(settings.warehouse, read_only=True) as connection:
        yield connection


def _bring_up(settings: Settings) -> None:
    with database.connect(settings.warehouse, read_only=True) as connection:
        is_readable = not database.pending(connection) and upkeep.is_derived(connection)
        if is_readable and not upkeep.needs_refresh(connection):
            return
    try:
        with run_lock(settings.lock), database.connect(settings.warehouse) as connection:
            database.migrate(connection)
            upkeep.catch_up(connection)
    except Locked as error:
        if not is_readable:
            raise
        terminal.say(f"this is how things stood before the run that is at work ({error})")


def catalogue(*, is_demo: bool) -> tuple[PageRow, ...]:
    """The pages an installation watches: the fictional seller is the demonstration's alone, third parties' lists live."""
    if is_demo:
        return read_catalog()
    return (*(row for row in read_catalog() if row.scope != "demo"), *read_catalog(FEED_CATALOG))


def lost_history(settings: Settings) -> str | None:
    """What to say where the warehouse is gone and something shows that there was one; None otherwise.

    A new one would be empty, and the site would be built again without a price. No body is archived before there is
    a warehouse, so one body tells; so does a site that was built from this very state. An empty file is no warehouse,
    though DuckDB would take it for a new one.
    """
    if settings.warehouse.is_file() and settings.warehouse.stat().st_size > 0:
        return None
    stamp = read_stamp(settings.site)
    state = read_state(settings.home, is_demo=settings.is_demo)
    if any(settings.archive.glob("*/*.gz")):
        shown = f"{settings.archive} holds what it read"
    elif stamp is not None and stamp.state == state:
        shown = f"{settings.site} was built from it"
    else:
        return None
    remedy = "`ftprices run --demo --fresh` makes it again"
    if not settings.is_demo:
        remedy = f"restore it from a backup, or move the state folder {settings.home} away to begin anew"
    return f"{settings.warehouse} is {'empty' if settings.warehouse.is_file() else 'missing'}, and {shown}: {remedy}"


@contextmanager
def open_workshop(settings: Settings, *, is_visit: bool = False) -> Iterator[Workshop]:
    """The workshop of an installation; a demonstration's loopback server runs for as long as it is open.

    `is_visit` makes no state folder where there is none: for looking around. Raises UsageFault where the state folder
    holds the other kind or history of no kind, where the site would share a folder with it, and, but for a visit,
    where the history was lost.
    """
    check_places(settings.home, settings.site)
    (read_state if is_visit else state_of)(settings.home, is_demo=settings.is_demo)
    if not is_visit and (lost := lost_history(settings)) is not None:
        raise UsageFault(lost)
    rows = catalogue(is_demo=settings.is_demo)
    with ExitStack() as stack:
        if not settings.is_demo:
            yield Workshop(settings=settings, rows=rows, make_fetcher=Fetcher)
            return
        from pipeline.demo_server import DemoServer, is_recorded, recorded_dates  # noqa: PLC0415 - not on the live path

        server = stack.enter_context(DemoServer(RECORDINGS, rows))
        dates = tuple(recorded_dates(RECORDINGS, rows))

        def recorded_on(row: PageRow, day: date) -> bool:
            return is_recorded(RECORDINGS, row, max((known for known in dates if known < day), default=None), day)

        shop = Workshop(
            settings=settings,
            rows=rows,
            make_fetcher=lambda: Fetcher(clock=shop.now, spacing_s=0.0, rewrite=server.local_url),
            dates=dates,
            set_day=lambda day: setattr(server, "day", day),
            is_there=recorded_on,
        )
        yield shop
