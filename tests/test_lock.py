"""One run at a time, and a dead run holds nobody up."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from pipeline.errors import Locked
from pipeline.lock import run_lock

HOLDER = """
import sys, time
from pathlib import Path
from typing import IO
from pipeline.lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_holds_the_lock_and_a_killed_one_frees_it(tmp_path: Path):
    lock = tmp_path / "run.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=f"process {holder.pid}"), run_lock(lock, wait_s=0.2):
            pytest.fail("two runs at once")
    finally:
        holder.kill()
        holder.communicate()
    assert lock.read_text() == f"process {holder.pid}\n", "what a killed run left"
    with run_lock(lock):
        pass
    assert lock.read_bytes() == b""


def test_a_lock_file_that_was_replaced_is_not_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Somebody removes the file between our opening it and our locking it: the next run would hold another file."""
    lock = tmp_path / "run.lock"
    real, opened = fcntl.flock, []

    def replaces_the_first(file: IO[str], how: int) -> None:
        opened.append(os.fstat(file.fileno()).st_ino)
        if len(opened) == 1:
            (tmp_path / "newer").touch()
            (tmp_path / "newer").replace(lock)
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", replaces_the_first)
    with run_lock(lock):
        assert opened[-1] == lock.stat().st_ino != opened[0]
        with pytest.raises(Locked), run_lock(lock):
            pytest.fail("two runs at once")


def test_who_waits_is_told_so_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lock = tmp_path / "run.lock"
    with run_lock(lock), pytest.raises(Locked), run_lock(lock, wait_s=0.5):
        pytest.fail("two runs at once")
    assert capsys.readouterr().err == f"waiting for another run to finish (process {os.getpid()}), at most 0.5 s\n"
