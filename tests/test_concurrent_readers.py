"""Readers beside the pipeline: none waits, none fails, none sees half a state.

DuckDB 2.0 reads the head of a file through one handle and the rest through another, opened by the same name: of a file
that was put there in between it says that it is broken. Whoever opens the name once has no such moment.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from pipeline import stages, tick
from pipeline.demo_server import DemoServer
from pipeline.published import private_copy
from pipeline.settings import RECORDINGS, Settings
from pipeline.stamp import state_of, write_stamp
from pipeline.workshop import Workshop, catalogue
from scrapers.fetch import Fetcher
from tests.published_site import STATE, stamp
from tests.warehouse_facts import built_warehouse, moment, price, read
from warehouse import export
from warehouse.facts import record
from warehouse.tables import tables
from warehouse.upkeep import refresh

SWAPS = 200
TICKS = 200 if os.environ.get("CI") else 20
PAGES_EVERY = 40

# Opens the file anew each time, as an analyst's script does, and asks which state it sees and whether all of it is that
# state's. `attached` and `ours` are never refused; `bare` is the plain name, which the newest DuckDB opens twice.
READER = """
import duckdb, json, sys, time
from contextlib import closing
from pathlib import Path
from pipeline.published import open_published
from pipeline.settings import read_settings
way, over, query, pause_s = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[5])
settings = read_settings(is_demo=sys.argv[4] == "demo")
path = str(settings.published_database)
def opened():
    if way == "ours":
        return open_published(settings)
    return closing(duckdb.connect(path if way == "bare" else f"duckdb:{path}", read_only=True))
reads, states, slowest, wrong, refused = 0, [], 0.0, [], []
print("reading", flush=True)
while True:
    is_last = over.exists()
    begun = time.monotonic()
    try:
        with opened() as con:
            state, is_whole = con.execute(query).fetchone()
    except (duckdb.IOException, duckdb.InternalException) as error:
        refused.append(str(error))  # what they read is not told from a damaged file: they ask again
        continue
    slowest = max(slowest, time.monotonic() - begun)
    reads += 1
    if not is_whole:
        wrong.append(state)
    if state not in states[-1:]:
        states.append(state)
    if is_last:
        break
    time.sleep(pause_s)
json.dump({"reads": reads, "states": states, "slowest": slowest, "wrong": wrong, "refused": refused}, sys.stdout)
"""
WAYS = ("attached", "ours", "bare")


@dataclass(kw_only=True)
class Heard:
    """What one reader saw from its first open to its last."""

    reads: int
    states: list[str]
    slowest: float
    wrong: list[str]
    refused: list[str] = field(default_factory=list)


def test_two_hundred_replacements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two states, each published once in full; then one after the other is put in place, as publishing does it."""
    for amount in ("5", "4"):
        with built_warehouse() as con:
            record(con, read(moment(0), [price(amount)]))
            refresh(con)
            export.publish(con, tmp_path / amount, stamp={"as_of": amount, "state": STATE.partition("-")[0]})
    settings = Settings(home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/")
    data = settings.published
    shutil.copytree(tmp_path / "5", data)
    write_stamp(settings.site, stamp())
    monkeypatch.setattr("warehouse.export.os.fsync", lambda _file: None)  # the disk is not what is asked about
    query = """SELECT words, words::DOUBLE = (SELECT max(amount) FROM current_price)
                         AND words::DOUBLE = (SELECT max(amount) FROM price_history) FROM readme WHERE topic = 'as_of'"""
    replaced = (export.DATABASE, export.PARQUET, export.CHECKSUMS)
    with readers_of(settings, query, tmp_path / "over") as heard:
        for turn in range(SWAPS):
            for name in replaced:
                shutil.copyfile(tmp_path / "45"[turn % 2] / name, export.part_of(data / name))
            export._put_in_place(data, dict.fromkeys(replaced))
    assert_nobody_minded(heard)
    for way, one in heard.items():
        assert {"4", "5"} == set(one.states), way
        assert one.states[-1] == "5", f"{way}: what was put there last is not what is read"


def test_two_hundred_ticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ticks of the pipeline on a page whose price moves every day: at 6 it is held, at 7 it is confirmed.

    Each looks, reads, judges, derives the history and publishes it, two hundred times in CI and twenty elsewhere. A whole
    site takes seconds, so that only each fortieth publishes every table and the pages, and the others the tables that
    are asked here.
    """
    asked = {"pub.price_history", "pub.price_change", "pub.current_price", "pub.held"}
    few = tuple(table for table in tables() if table.name in asked)
    no_pages = SimpleNamespace(written=[], unchanged=0, removed=[])
    with example_shop(tmp_path) as (shop, print_price):

        def tick_at(number: int) -> None:
            day, hour = (number + 1) // 2, 7 - number % 2
            print_price(f"{8 + day / 100:.2f}")
            is_whole_site = number % PAGES_EVERY == 0
            shop.stand_at(datetime(2026, 1, 9, hour, tzinfo=UTC) + timedelta(days=day))
            shop.is_replaying = not is_whole_site  # the answers that are not asked here are derived with the pages
            with shop.warehouse(), monkeypatch.context() as patched:
                if not is_whole_site:
                    patched.setattr(export, "tables", lambda: few)
                    patched.setattr(export, "macros", lambda *_, **__: [])
                    patched.setattr(stages, "broken_promises", lambda _shop: {})
                    patched.setattr(stages, "build_site", lambda *_, **__: no_pages)
                begun = tick.begin(shop, shop.now())
                tick.look(shop, list(begun.due.values()))
                stages.read_pages(shop)
                assert stages.keep_history(shop).has_moved
                stages.publish(shop)

        tick_at(0)
        with readers_of(shop.settings, WHOLE_TICK, tmp_path / "over", pause_s=0.2) as heard:
            for number in range(1, TICKS + 1):
                tick_at(number)
    assert_nobody_minded(heard)
    for way, one in heard.items():
        assert one.states == sorted(one.states), f"{way}: a state came back"
        assert len(one.states) > TICKS / 4, way
        assert datetime.fromisoformat(one.states[-1]) == shop.now(), (
            f"{way}: the last state is not the last one published"
        )


# The readme says of which tick the file is; all else follows from it: on day d the price is 8 dollars and d cents, from
# the first day on, but before 7 o'clock it is yesterday's and the new one is held.
WHOLE_TICK = """
    WITH state AS (
        SELECT words AS as_of, words::TIMESTAMP AS moment, date_diff('day', DATE '2026-01-09', moment::DATE) AS day,
            day > 0 AND hour(moment) = 6 AS is_held, day - is_held::INT AS known
        FROM readme WHERE topic = 'as_of'
    ),
    history AS (SELECT * FROM price_history WHERE model = 'example-large' AND meter = 'training_tokens'),
    moves AS (FROM price_change WHERE model = 'example-large' AND meter = 'training_tokens' AND old_amount IS NOT NULL)
    SELECT as_of,
        (SELECT count(*) FROM history) = known + 1
        AND (SELECT count(*) FROM moves) = known
        AND (SELECT max(amount) FROM history) = round(8 + known / 100, 2)
        AND (SELECT coalesce(max(new_amount), 8) FROM moves) = round(8 + known / 100, 2)
        AND (SELECT max(amount) FROM current_price WHERE meter = 'training_tokens') = round(8 + known / 100, 2)
        AND (SELECT count(*) FROM held) = is_held::INT
    FROM state"""


def assert_nobody_minded(heard: dict[str, Heard]) -> None:
    assert {way: [] for way in WAYS} == {way: one.wrong for way, one in heard.items()}
    assert heard["attached"].refused == heard["ours"].refused == []
    assert min(one.reads for one in heard.values()) > 5, "a reader read too seldom to show anything"
    assert max(one.slowest for one in heard.values()) < 30, "a reader waited"


@contextmanager
def readers_of(settings: Settings, query: str, over: Path, *, pause_s: float = 0) -> Iterator[dict[str, Heard]]:
    """A reader of each way, each in a process of its own, while the block runs; what they saw is there after it."""
    environment = os.environ | {"FTPRICES_HOME": str(settings.home), "FTPRICES_SITE": str(settings.site)}
    heard: dict[str, Heard] = {}
    kind = "demo" if settings.is_demo else "live"
    readers = {
        way: subprocess.Popen(
            [sys.executable, "-c", READER, way, str(over), query, kind, str(pause_s)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )
        for way in WAYS
    }  # fmt: skip
    try:
        for reader in readers.values():
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
        yield heard
        over.touch()
        for way, reader in readers.items():
            out, err = reader.communicate(timeout=120)
            assert reader.returncode == 0, err
            heard[way] = Heard(**json.loads(out))
    finally:
        for reader in readers.values():
            reader.kill()
            reader.wait()


@contextmanager
def example_shop(folder: Path) -> Iterator[tuple[Workshop, Callable[[str], None]]]:
    """The example seller alone, whose dearest training costs what is printed next."""
    rows = tuple(row for row in catalogue(is_demo=True) if row.provider == "_example")
    page = (RECORDINGS / "_example" / "pricing-2026-09-09.html").read_text(encoding="utf-8")
    path = folder / "recordings" / "_example" / "pricing-2026-01-01.html"
    path.parent.mkdir(parents=True)

    def print_price(amount: str) -> None:
        path.write_text(
            page.replace("<td>$8.00</td><td>$3.00</td>", f"<td>${amount}</td><td>$3.00</td>"), encoding="utf-8"
        )

    print_price("8.00")
    state_of(folder / "state", is_demo=True)
    with DemoServer(folder / "recordings", rows, date(2026, 12, 31)) as server:
        shop = Workshop(
            settings=Settings(
                home=folder / "state", site=folder / "site", site_url="http://127.0.0.1:8000/", is_demo=True
            ),
            rows=rows,
            make_fetcher=lambda: Fetcher(clock=shop.now, spacing_s=0, rewrite=server.local_url),
        )
        yield shop, print_price


@pytest.fixture(scope="module")
def two_states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two published files, one after the other."""
    folder = tmp_path_factory.mktemp("states")
    with built_warehouse() as con:
        for day, others in enumerate((0, 40)):
            record(con, read(moment(day), [price(str(5 - day)), *(price("1", model=f"m{n}") for n in range(others))]))
            refresh(con)
            export.publish(con, folder / str(day))
    return folder / "0" / export.DATABASE, folder / "1" / export.DATABASE


def test_the_head_of_one_state_never_passes_with_the_body_of_another(two_states: tuple[Path, Path], tmp_path: Path):
    """What a reader meets that opens the name twice while the file is replaced: an error, or all of the newer state.

    The head says where in the body the tables are listed; two states of one length may list theirs in the same place.
    """
    head_bytes = 3 * 4096
    for turn, (head, body) in enumerate((two_states, two_states[::-1])):
        mixed = tmp_path / f"{turn}-{export.DATABASE}"
        mixed.write_bytes(head.read_bytes()[:head_bytes] + body.read_bytes()[head_bytes:])
        assert everything_in(head) != everything_in(body)
        assert everything_in(mixed) in (None, everything_in(body))


def everything_in(file: Path) -> dict[str, list[tuple[object, ...]]] | None:
    """The rows of every table; None where DuckDB refuses the file."""
    try:
        with closing(duckdb.connect(str(file), read_only=True)) as con:
            names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()]
            return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in names}
    except (duckdb.IOException, duckdb.InternalException):
        return None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts opens with Linux's inotify")
def test_who_opens_the_file_once_cannot_meet_two_states(two_states: tuple[Path, Path], tmp_path: Path):
    settings = Settings(home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/")
    settings.published.mkdir(parents=True)
    file = settings.published_database
    shutil.copyfile(two_states[0], file)
    write_stamp(settings.site, stamp())

    def attach() -> None:
        with duckdb.connect() as con:
            con.execute(f"ATTACH '{file}' AS prices (READ_ONLY, TYPE duckdb)")
            con.execute("FROM prices.readme")

    def copy() -> None:
        with private_copy(settings):
            pass

    def connect(name: str) -> None:
        with closing(duckdb.connect(name, read_only=True)) as con:
            con.execute("FROM readme")

    assert opens_of(file, copy) == 1
    assert opens_of(file, attach) == 1
    assert opens_of(file, lambda: connect(f"duckdb:{file}")) == 1
    assert opens_of(file, lambda: connect(str(file))) > 1, "DuckDB opens a name once now: the prefix is needed no more"


def opens_of(file: Path, do: Callable[[], None]) -> int:
    """How often the file was opened meanwhile, as the kernel tells it."""
    opened, closed, event_bytes = 0x20, 0x08 | 0x10, 16  # closing parts two opens: equal events in a row are told once
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_NONBLOCK)
    try:
        assert libc.inotify_add_watch(descriptor, os.fsencode(file), opened | closed) >= 0
        do()
        events = os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
    masks = [int.from_bytes(events[at + 4 : at + 8], sys.byteorder) for at in range(0, len(events), event_bytes)]
    return sum(bool(mask & opened) for mask in masks)
