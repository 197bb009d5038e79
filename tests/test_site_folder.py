"""What a build writes and removes: only what differs, only what is ours, never two states in one folder."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.publish.context import load
from pipeline.publish.downloads import DownloadFile
from pipeline.publish.folder import MANIFEST, Output, SiteError, discard_other_state, lost_files, put
from pipeline.publish.render import build_status
from pipeline.stamp import Stamp, read_stamp, write_stamp
from tests.toy_site import SITE_URL, build, toy
from warehouse import database, export, upkeep


def test_a_second_build_writes_nothing(tmp_path: Path):
    first = build(toy(), tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    second = build(toy(), tmp_path)
    assert ((), (), (), len(first.written)) == (second.rendered, second.written, second.removed, second.unchanged)
    assert first.pages == second.pages > 30
    assert times == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}


def test_only_what_differs_is_written(tmp_path: Path):
    build(toy(), tmp_path)
    made = toy()
    made.tables["provider_health"][0]["detail"] = "another detail"
    made.tables["provider_health"][0]["outcome"] = "blocked"
    assert ("index.html", "status/index.html") == build(
        made, tmp_path
    ).written  # the front page counts what was not read


def test_a_damaged_page_is_repaired(tmp_path: Path):
    build(toy(), tmp_path)
    (tmp_path / "markup" / "index.html").write_text("<p>torn", encoding="utf-8")
    assert ("markup/index.html",) == build(toy(), tmp_path).written


def test_pages_that_are_no_more_are_removed_with_their_folders(tmp_path: Path):
    build(toy(), tmp_path)
    made = toy()
    for table, rows in made.tables.items():
        made.tables[table] = [row for row in rows if row.get("model") != "gpt-oss-20b"]
    removed = build(made, tmp_path).removed
    assert "models/together/gpt-oss-20b/index.html" in removed
    assert not (tmp_path / "models" / "together" / "gpt-oss-20b").exists()
    assert (tmp_path / "models" / "together").is_dir()


def test_what_is_not_ours_stays(tmp_path: Path):
    (tmp_path / "data").mkdir(parents=True)
    (tmp_path / "data" / "prices.csv").write_text("a\n", encoding="utf-8")
    (tmp_path / "CNAME").write_text("prices.example\n", encoding="utf-8")
    build(toy(), tmp_path)
    build(toy(), tmp_path)
    assert "a\n" == (tmp_path / "data" / "prices.csv").read_text(encoding="utf-8")
    assert (tmp_path / "CNAME").is_file()
    assert () == discard_other_state(tmp_path, stamp="toy")


def test_another_state_replaces_what_is_ours_and_leaves_what_is_not(tmp_path: Path):
    build(toy(), tmp_path, stamp="demo")
    theirs = [tmp_path / name for name in ("CNAME", ".git/config", "state/warehouse.duckdb", "models/notes/mine.txt")]
    for path in theirs:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("years of work", encoding="utf-8")
    made = toy()
    for table in made.tables:
        made.tables[table] = [row for row in made.tables[table] if row.get("provider") != "together"]
    removed = build(made, tmp_path, stamp="live").removed
    assert "providers/together/index.html" in removed
    assert not (tmp_path / "providers" / "together").exists()
    assert ["years of work"] * 4 == [path.read_text(encoding="utf-8") for path in theirs]
    assert "live" == json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["stamp"]


def test_downloads_of_another_state_go_before_new_ones_come(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    listed = data / "no_longer_exported.csv"  # by an older version, and on its manifest
    listed.write_text("demo\n", encoding="utf-8")
    download = DownloadFile(path="data/no_longer_exported.csv", size=5, sha256="")
    build(toy(), tmp_path, stamp="demo", files=(download,))
    write_stamp(tmp_path, Stamp(state="demo", is_demo=True, data_version="1", as_of="", program="1"))
    for name in ("prices.duckdb", "held.csv", ".held.csv.part"):  # by an export that was stopped before the pages came
        (data / name).write_text("demo\n", encoding="utf-8")
    removed = discard_other_state(tmp_path, stamp="live")
    assert {"data/prices.duckdb", "data/held.csv", "data/no_longer_exported.csv", "index.html"} <= set(removed)
    assert [] == list(tmp_path.iterdir())


def test_a_discarding_that_was_stopped_is_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    build(toy(), tmp_path, stamp="demo")
    write_stamp(tmp_path, Stamp(state="demo", is_demo=True, data_version="1", as_of="", program="1"))
    original = Path.unlink

    def stops(self: Path, *, missing_ok: bool = False) -> None:
        if self.name == "robots.txt":
            raise KeyboardInterrupt
        original(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stops)
    with pytest.raises(KeyboardInterrupt):
        discard_other_state(tmp_path, stamp="live")
    monkeypatch.undo()
    assert read_stamp(tmp_path) is None, "half a site calls itself whole"
    discard_other_state(tmp_path, stamp="live")
    assert [] == list(tmp_path.iterdir())


def test_the_names_of_the_downloads_are_known(tmp_path: Path):
    with database.connect(tmp_path / "warehouse.duckdb") as connection:
        database.migrate(connection)
        upkeep.rebuild(connection)
        written = export.publish(connection, tmp_path / "data")
    names = {file.path.name for file in written}
    assert names < export.file_names()
    # Beside them only the Parquet files of tables that are too long for CSV and JSON; here all are short.
    assert all(name.endswith(".parquet") and f"{name[:-8]}.csv" in names for name in export.file_names() - names)


def test_what_is_lost_or_cut_short_is_named(tmp_path: Path):
    build(toy(), tmp_path, files=(DownloadFile(path="data/prices.duckdb", size=3, sha256=""),))
    (tmp_path / "data" / "prices.duckdb").write_text("abc", encoding="utf-8")
    assert [] == list(lost_files(tmp_path, stamp="toy"))
    (tmp_path / "index.html").unlink()
    (tmp_path / "robots.txt").write_text("", encoding="utf-8")
    (tmp_path / "data" / "prices.duckdb").write_text("ab", encoding="utf-8")
    assert ["data/prices.duckdb", "index.html", "robots.txt"] == list(lost_files(tmp_path, stamp="toy"))
    assert [MANIFEST] == list(lost_files(tmp_path, stamp="another"))
    assert [MANIFEST] == list(lost_files(tmp_path / "nowhere", stamp="toy"))


def test_a_manifest_leads_nowhere_outside(tmp_path: Path):
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    site = tmp_path / "site"
    build(toy(), site, stamp="demo")
    held = json.loads((site / MANIFEST).read_text(encoding="utf-8"))
    held["files"] |= {str(outside): 4, "../outside.txt": 4}
    (site / MANIFEST).write_text(json.dumps(held), encoding="utf-8")
    discard_other_state(site, stamp="live")
    assert outside.is_file()


def test_a_manifest_that_does_not_say_how_long_files_are_is_still_a_list_of_ours(tmp_path: Path):
    build(toy(), tmp_path, stamp="demo")
    held = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    (tmp_path / MANIFEST).write_text(json.dumps(held | {"files": list(held["files"])}), encoding="utf-8")
    assert "index.html" in list(lost_files(tmp_path, stamp="demo"))
    discard_other_state(tmp_path, stamp="live")
    assert [] == list(tmp_path.iterdir())


def test_a_site_of_another_state_that_lost_its_list_is_not_mixed_with_this_one(tmp_path: Path):
    build(toy(), tmp_path, stamp="demo")
    write_stamp(tmp_path, Stamp(state="demo", is_demo=True, data_version="1", as_of="", program="1"))
    (tmp_path / MANIFEST).unlink()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for attempt in (lambda: discard_other_state(tmp_path, stamp="live"), lambda: build(toy(), tmp_path, stamp="live")):
        with pytest.raises(SiteError, match="another state"):
            attempt()
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    build(toy(), tmp_path, stamp="demo")  # its own state may


def test_a_folder_that_is_not_a_site_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert () == discard_other_state(tmp_path, stamp="live")
    build(toy(), tmp_path)
    assert (tmp_path / "thesis.txt").is_file()


def test_a_build_that_was_stopped_leaves_no_page_behind_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    build(toy(), tmp_path)
    original = Path.replace

    def stops(self: Path, target: Path) -> Path:
        if target.parent.name == "another":
            raise KeyboardInterrupt
        return original(self, target)

    made = toy()
    made.price("together", "training_tokens", ("2026-09-12", "1"), model="another")
    monkeypatch.setattr(Path, "replace", stops)
    with pytest.raises(KeyboardInterrupt):
        build(made, tmp_path)
    monkeypatch.undo()
    assert (tmp_path / "models" / "together" / "another").exists()
    build(toy(), tmp_path)
    assert not (tmp_path / "models" / "together" / "another").exists()
    assert [] == list(tmp_path.rglob("*.tmp"))


def test_no_path_is_written_twice_or_outside():
    output = Output()
    output.add("a/index.html", "1")
    with pytest.raises(SiteError, match="twice"):
        output.add("a/index.html", "1")
    for path in ("../a.html", "/etc/a", "a/../../b", "", "a\\..\\b", "a\0b"):
        with pytest.raises(SiteError, match="not a path inside"):
            output.add(path, "")


def test_an_unreadable_manifest_is_named(tmp_path: Path):
    (tmp_path / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(SiteError, match=MANIFEST):
        put(tmp_path, Output(), stamp="toy")


def test_a_file_in_the_way_is_named(tmp_path: Path):
    (tmp_path / "models").write_text("in the way", encoding="utf-8")
    with pytest.raises(SiteError, match="in the way"):
        build(toy(), tmp_path)


def test_the_status_page_alone(tmp_path: Path):
    build(toy(), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    made = toy()
    made.tables["provider_health"][0]["outcome"] = "blocked"
    with closing(made.connect()) as con:
        data = load(con)
    result = build_status(data, tmp_path, site_url=SITE_URL, is_demo=False, stamp="toy")
    assert ("status/index.html",) == result.written
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert {tmp_path / "status" / "index.html", tmp_path / MANIFEST} == set(changed)
    assert [] == list(lost_files(tmp_path, stamp="toy"))
    with pytest.raises(SiteError, match="whole site first"):
        build_status(data, tmp_path, site_url=SITE_URL, is_demo=False, stamp="other")
