"""Reading the published copy: the terminal's tables and `ftprices sql` see what the site's readers see, no more.

DuckDB opens a copy of our own in a folder that is removed afterwards, read-only, without access to other files or to
extensions, with its configuration locked: whatever file a query may touch, the published one is not among them.
"""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import CommandError, NothingRead, QueryFault, UsageFault
from pipeline.settings import Settings
from pipeline.stamp import STATE_NAME, read_stamp, read_state
from pipeline.terminal import one_line, pointed, say

QUERIES = Path(__file__).parent / "queries"
MEMORY_LIMIT = "1GB"
SPILL_LIMIT = "2GB"
PROCESS_LIMIT = 4 << 30  # bytes beyond those in use: DuckDB counts neither one huge value nor Python's objects
TIMEOUT_S = 60.0
GRACE_S = 3.0  # from the interrupt to the end of the process
BATCH = 1000  # rows fetched at a time

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """A result: column names and rows, in order."""

    columns: tuple[str, ...]
    rows: list[Row]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as objects, in the columns' order."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@contextmanager
def open_published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published figures, safe to hand a stranger's query. Raises NothingRead as `private_copy` does."""
    with private_copy(settings) as copy, fenced(copy) as connection:
        check_kind(settings, connection)
        yield connection


_temporary: set[Path] = set()


@contextmanager
def temporary(path: Path) -> Iterator[None]:
    """A file or folder that is to go even where a query listens to nothing and the process has to be ended."""
    _temporary.add(path)
    try:
        yield
    finally:
        _temporary.discard(path)


def _end_process(words: str) -> None:
    for path in _temporary:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    say(f"ftprices: {words}")
    os._exit(CommandError.exit_code)


@contextmanager
def bounded() -> Iterator[None]:
    """Let the block take no more of the machine's memory than `PROCESS_LIMIT`, where the kernel can see to it (Linux).

    Raises CommandError where it needs more, UsageFault for values nested deeper than Python goes.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    in_use = Path("/proc/self/statm")
    if in_use.exists():
        limit = int(in_use.read_text().split()[5]) * resource.getpagesize() + PROCESS_LIMIT
        others = [other for other in (soft, hard) if other != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min([limit, *others]), hard))
    try:
        yield
    except MemoryError as error:
        raise CommandError("the answer needs more memory than a query may take; ask for less") from error
    except RecursionError as error:
        raise UsageFault("the answer holds values that are nested too deep to be shown") from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def private_copy(settings: Settings) -> Iterator[Path]:
    """A copy of the published database, alone in a folder of its own that goes when the block ends.

    DuckDB always allows a query the file it opened, its log and its spill folder, whatever else is closed: none of
    them may lie in the site. Raises NothingRead when nothing is published, or what is published is not this state's.
    """
    _check_ours(settings)
    with tempfile.TemporaryDirectory(prefix="ftprices-") as folder:
        copy = Path(folder) / settings.published_database.name
        shutil.copyfile(settings.published_database, copy)  # opens it once: it may be replaced meanwhile
        _check_ours(settings)  # another state that publishes takes the stamp away before anything else
        with temporary(copy.parent):
            yield copy


def _check_ours(settings: Settings) -> None:
    """Refuse figures nobody vouches for, and those of another state: they would pass as this one's."""
    path, site = settings.published_database, settings.site
    flag = " --demo" if settings.is_demo else ""
    if not path.is_file():
        raise NothingRead(f"nothing is published at {path}; run `ftprices run{flag}` first")
    stamp = read_stamp(site)
    if stamp is None:
        raise NothingRead(
            f"nothing says whose figures the site at {site} holds (its stamp is missing or damaged); "
            f"`ftprices build{flag}` builds it again"
        )
    if stamp.is_demo != settings.is_demo:
        built, asked = ("the demonstration", "live prices") if stamp.is_demo else ("live prices", "the demonstration")
        remedy = "add --demo" if stamp.is_demo else "drop --demo"
        raise NothingRead(f"the site at {site} holds {built}, not {asked}; {remedy}, or build it again")
    state = settings.home / STATE_NAME
    if not state.exists():
        return  # a machine that has the site and no state only reads
    try:
        name = state.read_bytes().decode(errors="replace").strip()
    except OSError as error:
        raise CommandError(f"{state} cannot be read ({error.strerror or error})") from error
    if name != stamp.state:
        read_state(
            settings.home, is_demo=settings.is_demo
        )  # of a damaged name it says what to do; building would refuse
        raise NothingRead(
            f"the site at {site} was built from another state than {settings.home}; "
            f"`ftprices build{flag}` builds it from this one, FTPRICES_SITE and FTPRICES_HOME choose others"
        )


@contextmanager
def fenced(copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private copy, open read-only; a query reaches nothing outside the copy's folder. Raises CommandError."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(copy.with_name("spill")),
        "max_temp_directory_size": SPILL_LIMIT,
    }
    try:
        connection = duckdb.connect(
            f"duckdb:{copy}", read_only=True, config=config
        )  # whatever its first bytes look like
    except duckdb.Error as error:
        raise CommandError(
            f"the published database cannot be opened ({one_line(str(error))}); `ftprices build` writes it again"
        ) from error
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET python_enable_replacements = false")  # or a query could read our own variables
        connection.execute("SET allowed_directories = [?]", [str(copy.parent)])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def check_kind(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a database that says itself that it is of the other kind, whatever the stamp beside it says."""
    try:
        said = connection.execute("SELECT words FROM readme WHERE topic = 'state'").fetchone()
    except duckdb.Error:
        return  # another version's: the question will tell
    if said is not None and said[0] != (kind := "demo" if settings.is_demo else "live"):
        raise NothingRead(
            f"{settings.published_database} holds {said[0]} prices and the stamp beside it says {kind}; `ftprices build"
            f"{' --demo' if settings.is_demo else ''}` builds the site again"
        )


class Watch:
    """The time a query has left: what is spent waiting for whoever takes the rows does not count.

    With `counts_writing` it does: nobody has to be waited for where the rows go into a file.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S, *, counts_writing: bool = False) -> None:
        self._timeout_s = self._left_s = timeout_s
        self._counts_writing = counts_writing
        self._last_done: float | None = None
        self._words = f"the query ran for more than {timeout_s:g} s and was stopped"

    def _stop(self, connection: duckdb.DuckDBPyConnection, is_over: threading.Event) -> None:
        connection.interrupt()
        if not is_over.wait(GRACE_S):  # levenshtein() of two long texts is one step, and an interrupt waits for its end
            _end_process(self._words)

    @contextmanager
    def over(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Interrupt what runs in the block when the time is up; DuckDB's errors become ours, in its own words."""
        begun = time.monotonic()
        if self._counts_writing and self._last_done is not None:
            self._left_s -= begun - self._last_done
            if self._left_s <= 0:  # rows that are there already would be handed out in spite of an interrupt
                raise CommandError(self._words)
        is_over = threading.Event()
        timer = threading.Timer(max(self._left_s, 0.0), self._stop, [connection, is_over])
        timer.daemon = True
        timer.start()
        try:
            yield
        except duckdb.InterruptException as error:
            raise CommandError(self._words) from error
        except duckdb.OutOfMemoryException as error:
            raise CommandError(f"the query needs more than {MEMORY_LIMIT} and was stopped; ask for less") from error
        except (duckdb.IOException, duckdb.InternalException, duckdb.FatalException) as error:
            raise CommandError(f"the published database: {one_line(str(error))}") from error
        except duckdb.Error as error:
            raise QueryFault(*pointed(str(error))) from error
        finally:
            timer.cancel()
            is_over.set()
            self._last_done = time.monotonic()
            self._left_s -= self._last_done - begun


def stream(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] | None = None, *, watch: Watch
) -> tuple[tuple[str, ...], Iterator[list[Row]]]:
    """One query's columns, and its rows in batches as they come; UsageFault with DuckDB's own words, at either."""
    with watch.over(connection):
        cursor = connection.execute(sql, parameters)
        columns = told_apart([column[0] for column in cursor.description or ()])

    def batches() -> Iterator[list[Row]]:
        while True:
            with watch.over(connection):
                rows = cursor.fetchmany(BATCH)
            if not rows:
                return
            yield rows

    return columns, batches()


def told_apart(columns: Sequence[str]) -> tuple[str, ...]:
    """Column names without repeats, as DuckDB itself writes them to a file: "a, a" is "a, a_1"."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name.casefold() in {known.casefold() for known in names}:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return tuple(names)


def named(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | None = None) -> Answer:
    """The answer of one of our own queries, by the name of its file."""
    sql = (QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    try:
        columns, batches = stream(connection, sql, parameters, watch=Watch())
        return Answer(columns, [row for rows in batches for row in rows])
    except UsageFault as error:
        raise CommandError(
            f"the published database is another version's ({error}); `ftprices build` writes it again"
        ) from error
