"""`ftprices run`, `build` and `rebuild`: what they keep, what they refuse, and the exit code they end with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.cli import exit_code
from pipeline.errors import Locked, UsageFault
from pipeline.lock import run_lock
from pipeline.stamp import STATE_NAME, check_places, discard_demo, read_state, state_of

LIVE = "live-" + "0" * 32


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of an installation of its own."""
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    return tmp_path / "state"


@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe\x00", b"live-", b"demo\n", b"live-123\n"])
def test_history_whose_kind_nobody_can_tell_is_not_touched(
    home: Path, damage: bytes | None, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["build"]) == 0
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
    (home / STATE_NAME).write_text(LIVE, encoding="ascii")  # what the message advises
    assert exit_code(["build"]) == 0


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
    for state in (tmp_path / "public" / "theirs", tmp_path):
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
