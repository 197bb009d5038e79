"""`ftprices doctor`: what it finds, in words; it makes and changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli import exit_code
from pipeline.stamp import STATE_NAME
from warehouse import database, state, upkeep
from warehouse.archive import Archive
from warehouse.facts import Facts, reading_id_of, record

HOLDER = """
import sys, time, duckdb
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(60)
"""
Doctor = Callable[[], tuple[int, dict[str, tuple[str, str]]]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    return tmp_path / "state"


@pytest.fixture
def doctor(home: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Ask it: the exit code, and each subject with its state and words (of several, the last)."""

    def asked() -> tuple[int, dict[str, tuple[str, str]]]:
        before = {path: path.stat().st_mtime_ns for path in home.parent.rglob("*")}
        capsys.readouterr()
        code = exit_code(["doctor", "--json"])
        findings = {one["subject"]: (one["state"], one["words"]) for one in json.loads(capsys.readouterr().out)}
        assert before == {path: path.stat().st_mtime_ns for path in home.parent.rglob("*")}, "it changed something"
        return code, findings

    return asked


@pytest.fixture
def built(home: Path, an_installation: Path) -> Path:
    """The site of an installation with nothing wrong."""
    for name in ("state", "site"):
        shutil.copytree(an_installation / name, home.parent / name)
    return home.parent / "site"


def test_a_new_machine_is_all_right(doctor: Doctor, home: Path):
    code, found = doctor()
    assert code == 0
    assert {state for state, _ in found.values()} == {"ok", "note"}
    assert "does not exist yet" in found["state"][1]
    assert not home.exists()


def test_an_installation_that_was_built_is_all_right(doctor: Doctor, built: Path):
    code, found = doctor()
    assert code == 0
    assert {subject: state for subject, (state, _) in found.items() if state != "ok"} == {}
    assert "its promises are kept" in found["warehouse"][1]


def test_rules_that_cannot_be_used_are_found(
    doctor: Doctor, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert "the shipped example" in doctor()[1]["alerts"][1]
    rules = tmp_path / "alerts.yaml"
    monkeypatch.setenv("FTPRICES_ALERTS", str(rules))
    rule = "{id: all, match: {metric: price}, send: [team]}"
    text = f'version: 1\ntargets: {{team: {{apprise: "${{NOBODY_SET_THIS}}"}}}}\nrules: [{rule}]\n'
    rules.write_text(text, encoding="utf-8")
    code, found = doctor()
    assert (code, found["alerts"][0]) == (1, "wrong")
    assert "team lacks NOBODY_SET_THIS" in found["alerts"][1]
    monkeypatch.setenv("NOBODY_SET_THIS", "json://127.0.0.1:9/")
    assert ("ok", f"{rules}: 1 rule, 1 target") == doctor()[1]["alerts"]
    rules.write_text(text.replace("send:", "sent:"), encoding="utf-8")
    code, found = doctor()
    assert (code, found["alerts"][0]) == (1, "wrong")
    assert f"{rules}, line 3" in found["alerts"][1]


@pytest.mark.parametrize("name", ["index.html", "data/prices.duckdb", "data/held.csv", ".ftprices-site.json"])
def test_published_files_that_are_lost_or_cut_short_are_named(doctor: Doctor, built: Path, name: str):
    file = built / name
    file.unlink() if name.endswith("l") else file.write_bytes(file.read_bytes()[:-9])
    code, found = doctor()
    assert (code, found["site"][0]) == (1, "wrong")
    assert name in found["site"][1]
    assert exit_code(["build"]) == (1 if name.startswith(".") else 0)  # what it advises, but for the list itself


def test_a_published_database_that_cannot_be_read_is_found(doctor: Doctor, built: Path):
    file = built / "data" / "prices.duckdb"
    file.write_bytes(b"\0" * file.stat().st_size)
    code, found = doctor()
    assert (code, found["site"][0]) == (1, "wrong")
    assert "prices.duckdb cannot be read" in found["site"][1]
    assert exit_code(["build"]) == 0
    assert doctor()[0] == 0


def test_a_damaged_list_of_the_sites_files_is_told_in_the_words_of_building(
    doctor: Doctor, built: Path, capsys: pytest.CaptureFixture[str]
):
    (built / ".ftprices-site.json").write_text("{", encoding="utf-8")
    state, words = doctor()[1]["site"]
    assert exit_code(["build"]) == 1
    assert state == "wrong"
    assert words in capsys.readouterr().err
    for page in (built / ".ftprices-site.json", *built.rglob("*.html")):  # what both advise
        page.unlink()
    assert exit_code(["build"]) == 0
    assert doctor()[0] == 0


def test_an_archive_that_lost_bodies_is_found(doctor: Doctor, home: Path, built: Path):
    look = {
        "tick_id": "x", "provider": "openai", "page": "pricing", "url": "https://seller.test/",
        "fetched_at": datetime.now(UTC), "outcome": "layout_changed", "was_conditional": False,
    }  # fmt: skip
    body = b"<html>prices</html>"
    kept = Archive(home / "archive").put(
        body, url="https://seller.test/", fetched_at=datetime.now(UTC), media_type="text/html", charset=None
    )
    with database.connect(home / "warehouse.duckdb") as connection:
        record(connection, Facts(page_reads=[look | {"sha256": kept}]))
        upkeep.catch_up(connection)
    assert doctor()[1]["archive"][0] == "ok"
    shutil.rmtree(home / "archive")
    code, found = doctor()
    assert (code, found["archive"][0]) == (1, "wrong")
    assert "1 of 1 bodies" in found["archive"][1]
    assert "openai/pricing" in found["archive"][1]


def test_a_published_database_that_was_changed_in_place_is_found(doctor: Doctor, built: Path):
    file = built / "data" / "prices.duckdb"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    code, found = doctor()
    assert (code, found["site"][0]) == (1, "wrong")
    assert "prices.duckdb" in found["site"][1]
    assert exit_code(["build"]) == 0
    assert doctor()[0] == 0


def test_a_site_of_another_state_is_noted(doctor: Doctor, home: Path, built: Path):
    (home / STATE_NAME).write_text("live-" + "0" * 32, encoding="ascii")
    assert "from another state" in doctor()[1]["site"][1]


def test_a_damaged_name_of_the_state_is_a_finding(doctor: Doctor, home: Path, built: Path):
    (home / STATE_NAME).write_bytes(b"\xff")
    code, found = doctor()
    assert (code, found["state"][0]) == (1, "wrong")
    assert "damaged" in found["state"][1]


def test_a_site_inside_the_state_is_a_finding(doctor: Doctor, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FTPRICES_SITE", str(home / "site"))
    assert "neither may lie in the other" in doctor()[1]["state"][1]


@pytest.mark.parametrize("name", ["looks", "archive", "run.lock", "warehouse.duckdb", "state.id", "dagster"])
def test_what_is_in_the_way_is_found_before_a_run_stumbles_over_it(doctor: Doctor, home: Path, name: str):
    home.mkdir()
    (home / name).mkdir() if "." in name else (home / name).touch()
    code, found = doctor()
    assert (code, found["places"][0]) == (1, "wrong")
    assert str(home / name) in found["places"][1]


def test_a_state_folder_that_is_a_file_is_found(doctor: Doctor, home: Path):
    home.touch()
    assert str(home) in doctor()[1]["places"][1]


def test_a_broken_promise_is_found_with_its_name(doctor: Doctor, home: Path, built: Path):
    with database.connect(home / "warehouse.duckdb") as connection:
        connection.execute(
            """INSERT INTO raw.judgement (judgement_id, seq, series_id, provider, page, quote_id, read_id, read_at,
                   verdict, rule, reason, judged_by, judged_at)
               VALUES ('x', 1, 's', 'p', 'q', 'no such quote', 'r', now()::TIMESTAMP, 'held', 'ratio', 'why', 'judge',
                   now()::TIMESTAMP)"""
        )
    code, found = doctor()
    assert code == 1
    assert found["promise judgement_has_its_quote"] == ("wrong", "1 row breaks it; run `ftprices rebuild`")
    assert "its promises are kept" not in found["warehouse"][1]


def test_a_page_that_left_the_catalogue_is_nobodys_fault(doctor: Doctor, home: Path, built: Path):
    look = {
        "tick_id": "x", "provider": "openai", "page": "retired", "url": "https://seller.test/",
        "fetched_at": datetime.now(UTC), "outcome": "blocked", "was_conditional": False,
    }  # fmt: skip
    with database.connect(home / "warehouse.duckdb") as connection:
        record(connection, Facts(page_reads=[look]))
        upkeep.catch_up(connection)
    assert doctor()[1]["openai/retired"][0] == "wrong"
    with database.connect(home / "warehouse.duckdb") as connection:
        (left,) = state.left_pages(connection, [("openai", "pricing")])
        record(connection, Facts(judgements=[left | {"judged_by": "judge", "judged_at": datetime.now(UTC)}]))
        upkeep.catch_up(connection)
        assert state.left_pages(connection, []) == [], "it is said once"
    assert "openai/retired" not in doctor()[1]


def test_a_look_dated_in_the_future_is_noted(doctor: Doctor, home: Path, built: Path):
    ahead = datetime.now(UTC) + timedelta(days=400)
    look = {
        "tick_id": "x", "provider": "openai", "page": "pricing", "url": "https://seller.test/", "fetched_at": ahead,
        "outcome": "blocked", "was_conditional": False,
    }  # fmt: skip
    with database.connect(home / "warehouse.duckdb") as connection:
        record(connection, Facts(page_reads=[look]))
        upkeep.catch_up(connection)
    assert doctor()[1]["openai/pricing"][0] == "wrong", "it could not be read, and that is told first"
    good = look | {"outcome": "good", "sha256": "0" * 64, "parser_version": "openai/1", "page": "deprecations"}
    reading = {
        "provider": "openai", "page": "deprecations", "sha256": "0" * 64, "parser_version": "openai/1",
        "first_read_id": "x", "quote_count": 0, "sections": "{}", "anchors": "[]", "headings": "[]",
    }  # fmt: skip
    with database.connect(home / "warehouse.duckdb") as connection:
        record(
            connection,
            Facts(
                page_reads=[good | {"reading_id": reading_id_of("openai", "deprecations", "0" * 64, "openai/1")}],
                readings=[reading],
            ),
        )
        upkeep.catch_up(connection)
    state, words = doctor()[1]["openai/deprecations"]
    assert (state, f"{ahead:%Y-%m-%d}" in words, "to come" in words) == ("note", True, True)


def test_a_run_at_work_is_no_fault(doctor: Doctor, home: Path, built: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipeline.doctor.WAIT_S", 0.1)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home / "warehouse.duckdb")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        code, found = doctor()
    finally:
        holder.kill()
        holder.communicate()
    assert (code, found["warehouse"][0]) == (0, "note")
    assert "a run is at work" in found["warehouse"][1]
