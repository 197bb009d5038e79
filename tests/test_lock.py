"""One run at a time, and a dead run holds nobody up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import Locked
from pipeline.lock import run_lock

HOLDER = """
import sys, time
from pathlib import Path
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
    with run_lock(lock):
        pass
