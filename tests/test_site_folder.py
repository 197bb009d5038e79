"""What a build writes and removes: only what differs, only what is ours, never two states in one folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.publish.folder import MANIFEST, Output, SiteError, discard_other_state, put
from pipeline.publish.render import build_status
from tests.toy_site import SITE_URL, build, toy


def test_a_second_build_writes_nothing(tmp_path: Path):
    first = build(toy(), tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    second = build(toy(), tmp_path)
    assert ((), (), len(first.written)) == (second.written, second.removed, second.unchanged)
    assert first.pages == second.pages > 30
    assert times == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}


def test_only_what_differs_is_written(tmp_path: Path):
    build(toy(), tmp_path)
    made = toy()
    made.tables["provider_health"][0]["detail"] = "another detail"
    made.tables["provider_health"][0]["outcome"] = "blocked"
    assert ("status/index.html",) == build(made, tmp_path).written


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


def test_another_state_replaces_the_whole_folder(tmp_path: Path):
    build(toy(), tmp_path, stamp="demo")
    (tmp_path / "left-over.html").write_text("old", encoding="utf-8")
    made = toy()
    for table in made.tables:
        made.tables[table] = [row for row in made.tables[table] if row.get("provider") != "together"]
    removed = build(made, tmp_path, stamp="live").removed
    assert "left-over.html" in removed
    assert not (tmp_path / "providers" / "together").exists()
    assert "live" == json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["stamp"]


def test_downloads_of_another_state_go_before_new_ones_come(tmp_path: Path):
    build(toy(), tmp_path, stamp="demo")
    (tmp_path / "data" / "prices.csv").write_text("demo\n", encoding="utf-8")
    removed = discard_other_state(tmp_path, stamp="live")
    assert "data/prices.csv" in removed
    assert "index.html" in removed
    assert [] == list(tmp_path.iterdir())


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
        put(tmp_path, {"index.html": b""}, stamp="toy")


def test_a_file_in_the_way_is_named(tmp_path: Path):
    (tmp_path / "models").write_text("in the way", encoding="utf-8")
    with pytest.raises(SiteError, match="in the way"):
        build(toy(), tmp_path)


def test_the_status_page_alone(tmp_path: Path):
    build(toy(), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    made = toy()
    made.tables["provider_health"][0]["outcome"] = "blocked"
    con = made.connect()
    result = build_status(con, tmp_path, site_url=SITE_URL, is_demo=False, stamp="toy")
    assert ("status/index.html",) == result.written
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert [tmp_path / "status" / "index.html"] == changed
    with pytest.raises(SiteError, match="whole site first"):
        build_status(con, tmp_path, site_url=SITE_URL, is_demo=False, stamp="other")
    con.close()
