"""The demonstration, run once for the whole test run, however many processes share it.

A file lock lets the first process that asks run it; the others wait and read what it left. Tests that change the
installation have it to themselves (tests/test_demo.py); all others look at the copy of the site as it was built.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.program import Installation, Said


@dataclass(frozen=True)
class DemoRun:
    """The installation, what its first run said, and the site as that run left it."""

    installation: Installation
    said: Said
    site: Path
    state: Path

    @property
    def folder(self) -> Path:
        """Where all of it lies, and what other processes of this test run left."""
        return self.site.parent


def demo_run_of(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """The run of this test run; made by whoever asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = Path(os.environ.get("DEMO_RUN") or shared / "demo-run")  # CI names one, for it runs the suite in two parts
    folder.mkdir(parents=True, exist_ok=True)
    installation = Installation(home=folder / "state", site=folder / "site", is_demo=True)
    with _alone(folder):
        told = folder / "said.json"
        if not told.is_file():
            said = installation.say("run")
            if installation.site.is_dir():
                shutil.copytree(installation.site, folder / "as-built")
                shutil.copytree(installation.home, folder / "state-as-built")
            told.write_text(json.dumps([said.code, said.out, said.err]), encoding="utf-8")
        code, out, err = json.loads(told.read_text(encoding="utf-8"))
    return DemoRun(
        installation=installation,
        said=Said(code, out, err),
        site=folder / "as-built",
        state=folder / "state-as-built",
    )


def backfilled_site_of(run: DemoRun, observations: Path) -> Path:
    """The site of the demonstration with three years of third parties' lists imported; made by whoever asks first."""
    whole = Installation(home=run.folder / "backfilled-state", site=run.folder / "backfilled", is_demo=True)
    with _alone(run.folder):
        told = run.folder / "backfilled.json"
        if not told.is_file():
            shutil.copytree(run.state, whole.home)
            said = whole.say("import", "observations", str(observations))
            assert said.code == 0, said.err
            told.write_text(json.dumps(said.out), encoding="utf-8")
    return whole.site


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While no other process of this test run does the same."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
