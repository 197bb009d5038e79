"""`ftprices run`, `build` and `rebuild`: what they keep, what they refuse, and the exit code they end with."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline import run, stages, tick
from pipeline.cli import exit_code
from pipeline.demo_server import DemoServer
from pipeline.errors import CommandError, Locked, UsageFault
from pipeline.lock import run_lock, site_lock
from pipeline.looks import OUR_OWN_FAULT
from pipeline.publish.folder import MANIFEST, lost_files, ours_in
from pipeline.report import TickReport
from pipeline.settings import RECORDINGS, Settings, SettingsError, read_settings
from pipeline.stamp import SITE_LOCK, STATE_NAME, check_places, discard_demo, read_state, state_of
from pipeline.workshop import Workshop, catalogue
from scrapers.contract import Reading
from scrapers.errors import LayoutChanged
from scrapers.fetch import Fetcher
from scrapers.providers import _example
from tests.warehouse_facts import built_file
from warehouse import export


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of an installation of its own."""
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    return tmp_path / "state"


@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe\x00", b"live-", b"demo\n", b"live-123\n"])
def test_history_whose_kind_nobody_can_tell_is_not_touched(
    home: Path, an_installation: Path, damage: bytes | None, capsys: pytest.CaptureFixture[str]
):
    for name in ("state", "site"):
        shutil.copytree(an_installation / name, home.parent / name)
    told = (home / STATE_NAME).read_bytes()
    (home / STATE_NAME).unlink()
    if damage is not None:
        (home / STATE_NAME).write_bytes(damage)
    before = (home / "warehouse.duckdb").read_bytes()
    for words in (["run", "--demo"], ["run", "--demo", "--fresh"], ["build"], ["rebuild"], ["build", "--demo"]):
        capsys.readouterr()
        assert exit_code(words) == 2, words
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        assert str(home / STATE_NAME) in said
        assert ("missing" if damage is None else "damaged") in said
        assert "backup" in said
    assert (home / "warehouse.duckdb").read_bytes() == before
    (home / STATE_NAME).write_bytes(told)  # what the message advises
    assert exit_code(["doctor"]) == 0


@pytest.mark.parametrize(
    ("flags", "left", "is_cut"),
    [([], "the site", False), ([], "the archive", True), (["--demo"], "the archive", False)],
)
def test_a_lost_warehouse_never_empties_the_site(
    home: Path, flags: list[str], left: str, is_cut: bool, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["build", *flags]) == 0
    site = home.parent / "site"
    if left == "the archive":
        (home / "archive" / "ab").mkdir(parents=True)
        (home / "archive" / "ab" / f"ab{'0' * 62}.gz").touch()
        (site / ".ftprices-stamp.json").unlink()
    (home / "warehouse.duckdb").write_bytes(b"") if is_cut else (home / "warehouse.duckdb").unlink()
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    for words in (["run"], ["build"], ["rebuild"]):
        capsys.readouterr()
        assert exit_code([*words, *flags]) == 2, words
        said = capsys.readouterr().err
        assert said.count("\n") == 1, said
        assert str(home / "warehouse.duckdb") in said
        assert ("--demo --fresh" if flags else "restore it from a backup") in said
    assert before == {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert exit_code(["doctor", "--json", *flags]) == 1
    found = {one["subject"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert found["warehouse"] == "wrong"


def test_a_damaged_name_of_no_history_is_made_anew(tmp_path: Path):
    (tmp_path / STATE_NAME).write_bytes(b"\x00")
    name = state_of(tmp_path, is_demo=False)
    assert name == state_of(tmp_path, is_demo=False) == read_state(tmp_path, is_demo=False)
    with pytest.raises(UsageFault, match="holds live prices"):
        state_of(tmp_path, is_demo=True)


def test_a_demonstration_that_was_half_discarded_is_still_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    state_of(tmp_path, is_demo=True)
    for name in ("archive/ab/x.gz", "looks/x.json", "warehouse.duckdb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    def stops(_path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.stamp.shutil.rmtree", stops)
    with pytest.raises(KeyboardInterrupt):
        discard_demo(tmp_path)
    monkeypatch.undo()
    assert not (tmp_path / "warehouse.duckdb").exists(), "its facts tell of pages that may be gone"
    discard_demo(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["looks", "archive", "dagster"])
def test_a_link_among_the_folders_of_a_demonstration_stops_its_removal_before_it_begins(tmp_path: Path, name: str):
    state, elsewhere = tmp_path / "state", tmp_path / "elsewhere"
    state_of(state, is_demo=True)
    (state / "warehouse.duckdb").touch()
    elsewhere.mkdir()
    (state / name).symlink_to(elsewhere)
    with pytest.raises(UsageFault, match=f"{name} is a link"):
        discard_demo(state)
    assert (state / "warehouse.duckdb").exists()
    assert elsewhere.is_dir()


@pytest.mark.parametrize("variable", ["FTPRICES_HOME", "FTPRICES_SITE"])
def test_the_folder_of_nobody_is_a_wrong_setting(variable: str):
    with pytest.raises(SettingsError, match=f"{variable} is '~nobodyxyz/a'; this machine has no such user"):
        read_settings(environment={variable: "~nobodyxyz/a"})


@pytest.mark.parametrize("user", ["me:secret@", "me@", "@"])
def test_an_address_with_a_name_and_a_password_is_refused(user: str):
    with pytest.raises(SettingsError, match="FTPRICES_SITE_URL"):
        read_settings(environment={"FTPRICES_SITE_URL": f"https://{user}example.org/"})


def test_a_fresh_demonstration_holds_the_lock_from_the_first_removal_to_the_end(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    state_of(home, is_demo=True)
    seen: list[str] = []

    @contextmanager
    def told(path: Path, *, wait_s: float = 0) -> Iterator[None]:
        seen.append("lock")
        with run_lock(path, wait_s=wait_s):
            yield

    def is_held(name: str) -> Callable[..., object]:
        def held(*_args: object, **_more: object) -> object:
            with pytest.raises(Locked), run_lock(home / "run.lock"):
                pass
            seen.append(name)
            if name == "open":
                raise KeyboardInterrupt  # far enough: no page needs to be read for this
            return discard_demo(home)

        return held

    monkeypatch.setattr("pipeline.run.run_lock", told)
    monkeypatch.setattr("pipeline.run.discard_demo", is_held("discard"))
    monkeypatch.setattr("pipeline.run.open_workshop", is_held("open"))
    assert exit_code(["run", "--demo", "--fresh"]) == 130
    assert seen == ["lock", "discard", "open"]
    assert not (home / STATE_NAME).exists()
    assert (home / "run.lock").exists()


@pytest.mark.parametrize(
    ("state", "site"),
    [("x", "x"), ("x/site/state", "x/site"), ("x", "x/site"), ("x", "x/deep/er"), ("other", "x/../other/dist")],
)
def test_a_site_is_not_built_where_a_state_lies(tmp_path: Path, state: str, site: str):
    home, folder = (tmp_path / state).resolve(), (tmp_path / site).resolve()
    with pytest.raises(UsageFault, match="FTPRICES_SITE"):
        check_places(home, folder)


def test_a_site_is_not_built_where_the_state_of_another_installation_lies(tmp_path: Path):
    site = tmp_path / "public"
    for state in (tmp_path / "public" / "theirs", tmp_path / "public" / "a" / "b" / "theirs", tmp_path):
        state_of(state, is_demo=False)
        with pytest.raises(UsageFault, match="holds a state"):
            check_places(tmp_path / "mine", site)
        (state / STATE_NAME).unlink()
    check_places(tmp_path / "mine", site)


def test_building_into_the_state_folder_removes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch):
    assert exit_code(["build"]) == 0
    held = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    monkeypatch.setenv("FTPRICES_SITE", str(home.parent))
    assert exit_code(["build"]) == 2
    assert held == {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


# Ticks on one page, with a stand-in for the graph: what sends a tick there, and what it leaves behind.

START = datetime(2026, 9, 9, 6, tzinfo=UTC)
DAY = timedelta(days=1)
Page = Callable[[str], None]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    rows = tuple(row for row in catalogue(is_demo=True) if row.provider == "_example")
    state_of(tmp_path / "state", is_demo=True)
    (tmp_path / "state" / "warehouse.duckdb").write_bytes(built_file())
    with DemoServer(tmp_path / "recordings", rows, date(2026, 12, 31)) as server:
        made = Workshop(
            settings=Settings(
                home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/", is_demo=True
            ),
            rows=rows,
            make_fetcher=lambda: Fetcher(clock=made.now, spacing_s=0, rewrite=server.local_url),
        )
        yield made


@pytest.fixture
def print_page(tmp_path: Path) -> Page:
    """Make the seller's page read so; the recording of the first day at first."""
    path = tmp_path / "recordings" / "_example" / "pricing-2026-01-01.html"
    path.parent.mkdir(parents=True)

    def printed(text: str) -> None:
        path.write_text(text, encoding="utf-8")

    printed((RECORDINGS / "_example" / "pricing-2026-09-09.html").read_text(encoding="utf-8"))
    return printed


@pytest.fixture
def graph_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ticks that went to the graph; its steps are done in their order, without Dagster."""
    ticks: list[str] = []

    def stands_in(shop: Workshop) -> None:
        assert shop.tick is not None
        ticks.append(shop.tick.id)
        stages.read_pages(shop)
        stages.publish_status(shop)
        stages.keep_history(shop)
        stages.publish(shop)

    monkeypatch.setattr("pipeline.graph.run_graph", stands_in)
    return ticks


def tick_at(shop: Workshop, moment: datetime, *, only: tuple[str, ...] = ()) -> TickReport:
    shop.stand_at(moment)
    return run.run_tick(shop, moment, only=only)


def test_a_tick_in_which_nothing_moved_does_without_the_graph(shop: Workshop, print_page: Page, graph_runs: list[str]):
    tick_at(shop, START)
    report = tick_at(shop, START + DAY)
    assert [page.outcome for page in report.looked] == ["good"]
    assert graph_runs == ["20260909T060000Z"]


def test_a_new_parser_that_refuses_a_page_nobody_changed_goes_to_the_graph(
    shop: Workshop, print_page: Page, graph_runs: list[str], monkeypatch: pytest.MonkeyPatch
):
    """Looking sees a 304 and nothing new; only reading finds out, and Dagster's check must turn red in that tick."""

    def refuses(_page: object) -> None:
        raise LayoutChanged("the heading is another one")

    tick_at(shop, START)
    monkeypatch.setattr(_example, "PARSER_VERSION", "2")
    monkeypatch.setattr(_example, "parse", refuses)
    report = tick_at(shop, START + DAY)
    assert [page.outcome for page in report.looked] == ["layout_changed"]
    assert graph_runs == ["20260909T060000Z", "20260910T060000Z"]


def test_a_new_parser_that_reads_more_in_known_bytes_makes_history_in_the_same_tick(
    shop: Workshop, print_page: Page, graph_runs: list[str], monkeypatch: pytest.MonkeyPatch
):
    real = _example.parse
    monkeypatch.setattr(_example, "parse", lambda page: fewer(real(page)))
    tick_at(shop, START)
    monkeypatch.setattr(_example, "parse", real)
    monkeypatch.setattr(_example, "PARSER_VERSION", "2")
    report = tick_at(shop, START + DAY)
    assert (report.looked[0].first_seen, len(graph_runs)) == (1, 2)
    with shop.warehouse() as connection:
        (count,) = connection.execute("SELECT count(*) FROM core.price_span").fetchone() or (0,)
        assert count == report.looked[0].quotes


def fewer(reading: Reading) -> Reading:
    """The same reading without its last quote."""
    return replace(reading, quotes=reading.quotes[:-1])


LOST = {
    "index.html": None,
    "data/prices.duckdb": None,
    "data/held.csv": b"half a",
    ".ftprices-site.json": None,
    ".ftprices-stamp.json": b"{",
}


def test_a_published_file_that_was_lost_or_cut_short_is_published_again(
    shop: Workshop, print_page: Page, graph_runs: list[str]
):
    tick_at(shop, START)
    for minutes, (name, damage) in enumerate(LOST.items(), 1):
        file = shop.settings.site / name
        size = file.stat().st_size
        file.unlink() if damage is None else file.write_bytes(damage)
        report = tick_at(shop, START + timedelta(minutes=minutes))  # nothing is due
        assert report.published, name
        assert file.stat().st_size == size, name
        assert export.is_whole(shop.settings.published)
    assert not tick_at(shop, START + timedelta(hours=1)).published


def test_two_builds_of_one_state_are_the_same_to_the_byte(
    shop: Workshop, print_page: Page, graph_runs: list[str], tmp_path: Path
):
    tick_at(shop, START)
    first, second = shop.settings.site, tmp_path / "second"
    shop.settings = replace(shop.settings, site=second)
    stages.publish(shop)
    trees = [
        {str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*") if file.is_file()}
        for site in (first, second)
    ]
    assert trees[0].keys() == trees[1].keys()
    differ = {name for name, content in trees[0].items() if trees[1][name] != content}
    # DuckDB writes what it had in memory between the values, so of the database the length is the same.
    assert differ <= {"data/prices.duckdb", "data/prices.metadata.json", "data/SHA256SUMS"}
    assert len(trees[0]["data/prices.duckdb"]) == len(trees[1]["data/prices.duckdb"])


def test_a_new_site_takes_the_place_of_the_old_one_whole(shop: Workshop, print_page: Page, graph_runs: list[str]):
    tick_at(shop, START)
    site = shop.settings.site
    opened = os.open(site, os.O_RDONLY)  # as somebody who reads it right now
    stages.publish(shop)
    assert os.fstat(opened).st_ino != site.stat().st_ino
    os.close(opened)
    assert [] == list(lost_files(site, stamp=state_of(shop.settings.home, is_demo=True)))
    assert {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()} <= ours_in(site)


def test_a_publication_that_fails_leaves_the_old_site_whole(
    shop: Workshop, print_page: Page, graph_runs: list[str], monkeypatch: pytest.MonkeyPatch
):
    tick_at(shop, START)
    before = site_of(shop)

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(stages, "write_stamp", full)
    with pytest.raises(OSError, match="no space left"):
        stages.publish(shop)
    assert before == site_of(shop)
    assert not list(shop.settings.site.parent.glob(".site*"))


def test_a_published_database_that_was_changed_in_place_is_written_again(
    shop: Workshop, print_page: Page, graph_runs: list[str]
):
    tick_at(shop, START)
    file = shop.settings.published_database
    before = file.read_bytes()
    file.write_bytes(before[:-100] + bytes(100 - 1) + b"\1")
    assert file.stat().st_size == len(before)
    assert tick_at(shop, START + timedelta(minutes=1)).published
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM current_price").fetchone() == (True,)
    assert export.is_whole(shop.settings.published)


def test_a_site_that_moves_is_published_with_its_new_address(shop: Workshop, print_page: Page, graph_runs: list[str]):
    tick_at(shop, START)
    shop.settings = replace(shop.settings, site_url="https://moved.example/")
    assert tick_at(shop, START + timedelta(minutes=1)).published
    for name in ("index.html", "sitemap.xml"):
        text = (shop.settings.site / name).read_text(encoding="utf-8")
        assert ("https://moved.example/" in text, "127.0.0.1:8000" in text) == (True, False), name
    assert not tick_at(shop, START + timedelta(minutes=2)).published


def test_a_failed_step_is_told_in_our_words_and_not_in_those_of_what_caused_them(
    shop: Workshop, print_page: Page, tmp_path: Path
):
    """Through Dagster itself: the words of its errors are what is taken apart."""
    shop.settings.site.mkdir()
    (shop.settings.site / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match="remove it with the pages beside it") as caught:
        tick_at(shop, START)
    assert "JSONDecodeError" not in str(caught.value)
    assert "SiteError" not in str(caught.value)


def break_a_promise(shop: Workshop) -> str:
    """A judgement of a quote that nobody read: a fault of the facts, which no rebuild mends. The promise it breaks."""
    with shop.warehouse() as connection:
        connection.execute(
            """INSERT INTO raw.judgement (judgement_id, seq, series_id, provider, page, quote_id, read_id, read_at,
                   verdict, rule, reason, judged_by, judged_at)
               SELECT 'x', 999999, series_id, provider, page, 'no such quote', read_id, read_at,
                   verdict, rule, reason, judged_by, judged_at FROM raw.judgement LIMIT 1"""
        )
    return "judgement_has_its_quote"


def site_of(shop: Workshop) -> dict[Path, bytes]:
    found = {path: path.read_bytes() for path in shop.settings.site.rglob("*") if path.is_file()}
    assert found
    return {path: content for path, content in found.items() if "status" not in path.parts and path.suffix != ".json"}


def test_nothing_is_published_by_a_tick_while_a_promise_is_broken(
    shop: Workshop, print_page: Page, graph_runs: list[str]
):
    tick_at(shop, START)
    promise = break_a_promise(shop)
    before = site_of(shop)
    (shop.settings.site / "index.html").unlink()
    report = tick_at(shop, START + DAY)
    assert report.failed_checks == [promise]
    assert not report.published
    assert site_of(shop).items() <= before.items()


@pytest.mark.parametrize("command", [["build"], ["rebuild"], ["run"]])
def test_every_command_that_publishes_names_the_promise_that_is_broken_and_leaves_the_site(
    command: list[str],
    home: Path,
    shop: Workshop,
    print_page: Page,
    graph_runs: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    tick_at(shop, START)
    promise = break_a_promise(shop)
    (shop.settings.site / "index.html").write_text("as it was", encoding="utf-8")
    before = site_of(shop)
    monkeypatch.setattr(run, "open_workshop", lambda _settings: nullcontext(shop))
    monkeypatch.setattr(run, "_run_demo", lambda shop, **_: [tick_at(shop, START + DAY)])
    assert exit_code([*command, "--demo"]) == 1
    said = capsys.readouterr().err
    assert f"a promise of the tables is broken: {promise}; the figures published before stand" in said
    assert before == site_of(shop)


def test_a_failed_page_is_no_failure_of_the_run_while_another_seller_was_read(
    shop: Workshop, print_page: Page, graph_runs: list[str]
):
    other = replace(shop.rows[0], page="other", url="https://example.invalid/other")
    both = shop.rows = (*shop.rows, other)
    print_page((RECORDINGS / "_example" / "pricing-2026-09-09.html").read_text(encoding="utf-8"))
    first = tick_at(shop, START)
    assert [(page.page, page.outcome) for page in first.looked] == [("pricing", "good"), ("other", "gone")]
    assert not first.all_failed
    shop.rows = (other,)
    assert tick_at(shop, START + DAY).all_failed, "the only page there is"
    shop.rows = both
    print_page("<html>nothing here</html>")
    assert not tick_at(shop, START + timedelta(hours=5)).all_failed
    assert tick_at(shop, START + DAY).all_failed
    assert tick_at(shop, START + DAY + timedelta(hours=1)).all_failed, "nothing is due, and nothing is better"


def test_what_a_page_asset_shows_is_what_looking_found_before_the_graph_was_started(
    shop: Workshop, print_page: Page, graph_runs: list[str]
):
    def looked(moment: datetime) -> stages.Seen:
        shop.stand_at(moment)
        begun = tick.begin(shop, moment)
        tick.look(shop, list(begun.due.values()))  # the command line looks before Dagster is there
        seen = stages.look_at_page(shop, shop.rows[0])
        stages.read_pages(shop)
        return seen

    assert looked(START).is_new_body
    assert looked(START + timedelta(minutes=1)).outcome == "not_due"
    assert not looked(START + DAY).is_new_body
    print_page((RECORDINGS / "_example" / "pricing-2026-09-10.html").read_text(encoding="utf-8"))
    assert looked(START + 2 * DAY).is_new_body


def test_a_damaged_note_of_the_archive_is_our_fault_in_words_and_mended_an_hour_later(
    shop: Workshop, print_page: Page, graph_runs: list[str], monkeypatch: pytest.MonkeyPatch
):
    tick_at(shop, START)
    (note,) = shop.settings.archive.rglob("*.json")
    note.write_bytes(b"\xff")
    monkeypatch.setattr(_example, "PARSER_VERSION", "2")
    (page,) = tick_at(shop, START + DAY).looked
    assert (page.outcome, (page.detail or "").startswith(OUR_OWN_FAULT)) == ("unreachable", True)
    (page,) = tick_at(shop, START + DAY + timedelta(hours=1)).looked
    assert page.outcome == "good"
    assert list(shop.archive.verify()) == []


def test_only_does_not_go_with_the_demonstration(home: Path, capsys: pytest.CaptureFixture[str]):
    """The sellers that were left out would never be seen on the dates that were played."""
    assert exit_code(["run", "--demo", "--only", "_example"]) == 2
    assert "--only does not go with --demo" in capsys.readouterr().err
    assert not (home / "warehouse.duckdb").exists()


@pytest.mark.parametrize("command", [["build"], ["rebuild"], ["review", "accept", "x", "--why", "y"]])
def test_who_publishes_waits_for_another_run_as_long_as_asked(
    command: list[str], home: Path, capsys: pytest.CaptureFixture[str]
):
    with run_lock(home / "run.lock"):
        assert exit_code([*command, "--wait", "0.2"]) == 5
    assert "at most 0.2 s" in capsys.readouterr().err


def test_two_states_do_not_publish_into_one_site_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["build"]) == 0
    site = home.parent / "site"
    monkeypatch.setattr("pipeline.lock.SITE_WAIT_S", 0.2)
    monkeypatch.setenv("FTPRICES_HOME", str(home.parent / "other"))
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file() and path.name != SITE_LOCK}
    with site_lock(site):
        assert exit_code(["build"]) == 5
    assert SITE_LOCK in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in site.rglob("*") if path.is_file() and path.name != SITE_LOCK}
    assert exit_code(["build"]) == 0
    assert (site / SITE_LOCK).read_bytes() == b"", "a host may serve it"
    assert SITE_LOCK not in (site / ".ftprices-site.json").read_text(encoding="utf-8")


def test_the_status_page_waits_for_who_publishes(
    shop: Workshop, print_page: Page, graph_runs: list[str], monkeypatch: pytest.MonkeyPatch
):
    tick_at(shop, START)
    monkeypatch.setattr("pipeline.lock.SITE_WAIT_S", 0.2)
    with site_lock(shop.settings.site), pytest.raises(Locked):
        stages.publish_status(shop)
    (shop.settings.site / ".ftprices-stamp.json").unlink()
    with site_lock(shop.settings.site):
        assert stages.publish_status(shop) == 0


def test_listing_what_is_held_makes_nothing(home: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["review", "list"]) == 0
    assert capsys.readouterr().err == "nothing is held\n"
    assert not home.exists()


def test_listing_what_is_held_waits_for_no_run(
    home: Path,
    shop: Workshop,
    print_page: Page,
    graph_runs: list[str],
    capsys: pytest.CaptureFixture[str],
):
    tick_at(shop, START)
    print_page((RECORDINGS / "_example" / "pricing-2026-09-11.html").read_text(encoding="utf-8"))
    shop.stand_at(START + DAY)
    begun = tick.begin(shop, START + DAY)
    tick.look(shop, list(begun.due.values()))
    stages.read_pages(shop)
    capsys.readouterr()
    with run_lock(home / "run.lock"):
        assert exit_code(["review", "list", "--demo", "--json"]) == 0
        printed = capsys.readouterr()
        assert "prices" in json.loads(printed.out)
        assert printed.err.count("\n") == 1
        assert "before the run that is at work" in printed.err
    assert exit_code(["review", "list", "--demo", "--json"]) == 0
    printed = capsys.readouterr()
    assert "power_of_ten" in {held["rule"] for held in json.loads(printed.out)["prices"]}
    assert printed.err == ""
