"""One run at a time: an advisory lock on a file of the state folder, freed by the system when its holder dies.

A second one, in the site, is held while something is published there: two states may be given one site, and each
of them removes what the other built.
The file is never removed: who waits for it holds it open, and would get the lock of a file that is no longer there.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline import terminal
from pipeline.errors import Locked
from pipeline.stamp import SITE_LOCK

POLL_S = 0.1
SITE_WAIT_S = 60.0  # publishing takes seconds


@contextmanager
def run_lock(path: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock for the block. Raises Locked, naming the holder, when it stays taken for longer than `wait_s`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_s
    is_waiting = False
    while True:
        with path.open("a+", encoding="utf-8") as file:
            holder = _take(file)
            if holder is None:
                if not _lies_at(file, path):
                    continue  # it was replaced while it was opened: that lock keeps nobody out
                file.truncate(0)
                file.write(f"process {os.getpid()}\n")
                file.flush()
                try:
                    yield
                finally:
                    file.truncate(0)  # the site's is deployed with the site: between runs it says nothing
                return
        if time.monotonic() >= deadline:
            raise Locked(f"another run holds {path} ({holder}); wait for it, or give --wait more seconds")
        if not is_waiting:
            terminal.say(f"waiting for another run to finish ({holder}), at most {wait_s:g} s")
            is_waiting = True
        time.sleep(POLL_S)


@contextmanager
def site_lock(site: Path) -> Iterator[None]:
    """Publish alone, for the block. Raises Locked when another state publishes into this site for longer than a minute."""
    with run_lock(site / SITE_LOCK, wait_s=SITE_WAIT_S):
        yield


def _take(file: IO[str]) -> str | None:
    """Take the lock of an open file; who has it, where somebody does."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        return file.read().strip() or "another process"
    return None


def _lies_at(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
