"""One run at a time: an advisory lock on a file of the state folder, freed by the system when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import Locked

POLL_S = 0.1


@contextmanager
def run_lock(path: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock for the block. Raises Locked, naming the holder, when it stays taken for longer than `wait_s`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.seek(0)
                    holder = file.read().strip() or "another process"
                    raise Locked(
                        f"another run holds {path} ({holder}); wait for it, or give --wait more seconds"
                    ) from None
                time.sleep(POLL_S)
        file.truncate(0)
        file.write(f"process {os.getpid()}\n")
        file.flush()
        yield
