"""`ftprices try` and `ftprices record`: what they save, what they leave alone. Played on the demonstration's pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import recording
from pipeline.cli import exit_code
from pipeline.demo_server import recorded_dates
from scrapers.as_json import golden_text
from scrapers.catalog import read_catalog
from scrapers.errors import LayoutChanged
from scrapers.providers import _example

NEWEST = recorded_dates(recording.RECORDINGS, read_catalog())[-1]  # the day the demonstration's pages are served as of


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.setattr(recording, "RECORDINGS", tmp_path / "recordings")
    monkeypatch.setattr(recording, "GOLDEN", tmp_path / "golden")


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_page_is_saved_with_a_golden_as_the_tests_write_it(tmp_path: Path):
    assert exit_code(["record", "_example", "--demo"]) == 0
    saved = files_in(tmp_path)
    names = [f"golden/_example/pricing-{NEWEST}.json", f"recordings/_example/pricing-{NEWEST}.html"]
    assert sorted(saved) == names, "nothing else is made, no state folder either"
    golden = saved[names[0]].decode()
    assert golden == golden_text(json.loads(golden))
    assert len(json.loads(golden)["quotes"]) > 4


@pytest.mark.parametrize("kept", ["golden", "recordings"])
def test_what_was_recorded_that_day_is_not_written_over(tmp_path: Path, kept: str, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["record", "_example", "--demo"]) == 0
    for folder in ("golden", "recordings"):
        for name in files_in(tmp_path / folder):
            if folder == kept:
                (tmp_path / folder / name).write_text("reduced by hand", encoding="utf-8")
            else:
                (tmp_path / folder / name).unlink()
    before = files_in(tmp_path)
    capsys.readouterr()
    assert exit_code(["record", "_example", "--demo"]) == 2
    assert "stands there already" in capsys.readouterr().err
    assert before == files_in(tmp_path)


def test_a_page_that_is_not_understood_is_saved_without_a_golden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def refuses(_page: object) -> None:
        raise LayoutChanged("the heading is another one")

    monkeypatch.setattr(_example, "parse", refuses)
    assert exit_code(["record", "_example", "--demo"]) == 0
    assert "the heading is another one; no golden is saved" in capsys.readouterr().err
    assert list(files_in(tmp_path)) == [f"recordings/_example/pricing-{NEWEST}.html"]


def test_trying_keeps_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["try", "_example", "--demo", "--json"]) == 0
    (page,) = json.loads(capsys.readouterr().out)
    assert page["reading"]["quotes"]
    assert files_in(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []
