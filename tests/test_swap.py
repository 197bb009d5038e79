"""A new site takes the place of the old one in one step: nobody meets parts of both, and nothing of others' is lost."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from pipeline.publish import swap
from pipeline.publish.swap import swapped_in

NAMES = ("index.html", "data/prices.csv")
OURS = frozenset({*NAMES, *(f"{name}.part" for name in NAMES)})


def ours(_folder: Path) -> frozenset[str]:
    return OURS


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with two files that belong together."""
    site = tmp_path / "www" / "site"
    (site / "data").mkdir(parents=True)
    for name in NAMES:
        (site / name).write_text("0", encoding="utf-8")
    return site


def write(folder: Path, words: str) -> None:
    """As everything here is written: beside its place, then moved there."""
    for name in NAMES:
        part = folder / f"{name}.part"
        part.write_text(words, encoding="utf-8")
        part.replace(folder / name)


def holds(site: Path) -> tuple[str, ...]:
    return tuple((site / name).read_text(encoding="utf-8") for name in NAMES)


def test_nobody_meets_parts_of_both(site: Path):
    """Whoever opened the folder finds one state in it, whichever file they come to first and however late."""
    mixed, seen, is_over = [], set(), threading.Event()

    def look() -> None:
        while not is_over.is_set():
            folder = os.open(site, os.O_RDONLY)
            try:
                found = []
                for name in NAMES:
                    file = os.open(name, os.O_RDONLY, dir_fd=folder)
                    found.append(os.read(file, 9).decode())
                    os.close(file)
            except FileNotFoundError:  # the folder it holds open was taken away: it asks again for a whole one
                continue
            finally:
                os.close(folder)
            seen.add(found[0])
            if len(set(found)) > 1:
                mixed.append(found)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 201):
        with swapped_in(site, ours) as folder:
            assert folder != site
            write(folder, str(number))
        assert str(number) == (site / "index.html").read_text(encoding="utf-8")
    is_over.set()
    for thread in threads:
        thread.join()
    assert mixed == []
    assert len(seen) > 1


@pytest.mark.parametrize("theirs", [".git/HEAD", "data/mine.csv", "CNAME", "empty/", "latest"])
def test_a_site_in_which_others_keep_something_is_worked_on_in_its_place(site: Path, theirs: str):
    """Whoever writes there meanwhile must find it where it was."""
    path = site / theirs
    path.parent.mkdir(exist_ok=True)
    if theirs == "latest":
        path.symlink_to("data/prices.csv")
    elif theirs.endswith("/"):
        path.mkdir()
    else:
        path.write_text("theirs", encoding="utf-8")
    held = path.stat().st_ino
    with swapped_in(site, ours) as folder:
        assert folder == site
        write(folder, "1")
    assert ("1", "1") == holds(site)
    assert path.is_symlink() or held == path.stat().st_ino
    assert [site] == list(site.parent.iterdir())


def test_what_others_put_there_meanwhile_is_not_lost(site: Path):
    with swapped_in(site, ours) as folder:
        write(folder, "1")
        (site / "CNAME").write_text("late", encoding="utf-8")
        (site / "new").mkdir()
        (site / "new" / "file").write_text("late", encoding="utf-8")
    assert ("1", "1") == holds(site)
    assert ["late", "late"] == [(site / name).read_text(encoding="utf-8") for name in ("CNAME", "new/file")]
    assert [site] == list(site.parent.iterdir())


def test_where_it_fails_all_stays_as_it_was(site: Path):
    def stopped() -> None:
        with swapped_in(site, ours) as folder:
            write(folder, "1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert ("0", "0") == holds(site)
    assert [site] == list(site.parent.iterdir())


def test_what_a_killed_run_left_is_in_nobodys_way(site: Path):
    left = site.with_name(".site.next")
    (left / "data").mkdir(parents=True)
    (left / "index.html").write_text("half", encoding="utf-8")
    with swapped_in(site, ours) as folder:
        write(folder, "1")
    assert ("1", "1") == holds(site)
    assert [site] == list(site.parent.iterdir())


def test_a_site_that_is_not_there_yet_is_made(tmp_path: Path):
    site = tmp_path / "new" / "site"
    with swapped_in(site, ours) as folder:
        (folder / "index.html").write_text("1", encoding="utf-8")
    assert "1" == (site / "index.html").read_text(encoding="utf-8")


def test_a_link_to_a_site_stays_a_link(site: Path):
    link = site.parent / "link"
    link.symlink_to(site.name)
    with swapped_in(link, ours) as folder:
        write(folder, "1")
    assert link.is_symlink()
    assert ("1", "1") == holds(site)


@pytest.mark.parametrize("why", ["no such call", "a mount", "a pipe"])
def test_where_it_cannot_be_had_the_site_itself_is_worked_on(site: Path, monkeypatch: pytest.MonkeyPatch, why: str):
    if why == "no such call":
        monkeypatch.setattr(swap.ctypes, "CDLL", lambda *_, **__: object())
    elif why == "a mount":
        monkeypatch.setattr(os.path, "ismount", lambda _: True)
    else:
        os.mkfifo(site / "pipe")
    with swapped_in(site, ours) as folder:
        assert folder == site
        write(folder, "1")
    assert ("1", "1") == holds(site)
    assert [site] == list(site.parent.iterdir())
