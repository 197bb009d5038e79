"""Whose prices a built site holds: a small file that is written last, so that its presence says "complete"."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import UsageFault

NAME = ".ftprices-stamp.json"
STATE_NAME = "state.id"


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """The state a site was built from and how far it had come."""

    state: str  # which installation's facts: a name that is made once and kept
    is_demo: bool
    data_version: str
    as_of: str  # the newest read the pages show, ISO, UTC
    program: str  # what rendered it: templates, styles and rendering code


def read_stamp(site: Path) -> Stamp | None:
    """The stamp of a built site; None where there is none or it cannot be read, and all is to be built again."""
    try:
        return Stamp(**json.loads((site / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(site: Path, stamp: Stamp) -> None:
    """Say that the site is complete; atomic."""
    temporary = site / f"{NAME}.tmp"
    temporary.write_text(json.dumps(asdict(stamp), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(site / NAME)


def state_of(home: Path, *, is_demo: bool) -> str:
    """The name of this installation's state, made on first use. Raises UsageFault where the folder holds the other kind.

    Recorded figures never mix with live ones, whatever FTPRICES_HOME is set to.
    """
    path = home / STATE_NAME
    kind = "demo" if is_demo else "live"
    if not path.is_file():
        home.mkdir(parents=True, exist_ok=True)
        temporary = home / f"{STATE_NAME}.{os.getpid()}"
        temporary.write_text(f"{kind}-{uuid.uuid4().hex}\n", encoding="utf-8")
        temporary.replace(path)
    name = path.read_text(encoding="utf-8").strip()
    if not name.startswith(f"{kind}-"):
        held, remedy = ("live prices", "without --demo") if is_demo else ("the demonstration", "with --demo")
        raise UsageFault(f"{home} holds {held}: run this {remedy}, or set FTPRICES_HOME to another folder")
    return name


def discard_demo(home: Path) -> None:
    """Remove a demonstration's state; a folder that is not ours is left as it is. Raises UsageFault for live prices."""
    if (home / STATE_NAME).is_file():
        state_of(home, is_demo=True)
        for name in ("archive", "looks", "dagster"):
            shutil.rmtree(home / name, ignore_errors=True)
        for path in (home / "warehouse.duckdb.wal", home / "warehouse.duckdb", home / STATE_NAME):
            path.unlink(missing_ok=True)
