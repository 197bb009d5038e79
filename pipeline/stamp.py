"""Whose prices a folder holds: the name of a state, and the stamp that a site built from it carries.

The stamp is written last, so that its presence says "complete".
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import UsageFault

NAME = ".ftprices-stamp.json"
SITE_LOCK = ".ftprices-site.lock"
"""Held while something is published into the site; never removed, empty between runs, in no list of the site's files."""
STATE_NAME = "state.id"
HISTORY = ("warehouse.duckdb", "archive")
"""What cannot be made again: a state folder that holds one of these must say whose it is."""
_STATE = re.compile(r"(?:live|demo)-[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """The state a site was built from and how far it had come."""

    state: str  # which installation's facts: a name that is made once and kept
    is_demo: bool
    data_version: str
    as_of: str  # the newest read the pages show, ISO, UTC
    program: str  # what rendered it: templates, styles and rendering code
    site_url: str = ""  # the address its pages and feeds name; a stamp of an older version did not say


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


def read_state(home: Path, *, is_demo: bool) -> str | None:
    """The name of this installation's state; None where there is no state yet. Makes nothing.

    Raises UsageFault where the folder holds the other kind (recorded figures never mix with live ones, whatever
    FTPRICES_HOME is set to), and where it holds history whose kind nobody can tell any more.
    """
    path = home / STATE_NAME
    try:
        name = path.read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        name = None
    except IsADirectoryError:
        name = ""
    if name is None or not _STATE.fullmatch(name):
        kept = next((home / name for name in HISTORY if (home / name).exists()), None)
        if kept is None:
            return None
        raise UsageFault(
            f"{path} is {'missing' if name is None else 'damaged'}, and {kept} is there: nobody can tell whether its prices "
            "are live or recorded. Put the file back from a backup; without one, write the one word live- with 32 hex "
            "digits behind it where they are live, and remove the folder where it is the demonstration"
        )
    if not name.startswith("demo-" if is_demo else "live-"):
        held, remedy = ("live prices", "without --demo") if is_demo else ("the demonstration", "with --demo")
        raise UsageFault(f"{home} holds {held}: run this {remedy}, or set FTPRICES_HOME to another folder")
    return name


def state_of(home: Path, *, is_demo: bool) -> str:
    """The name of this installation's state, made on first use. Raises UsageFault as `read_state` does."""
    known = read_state(home, is_demo=is_demo)
    if known is not None:
        return known
    name = f"{'demo' if is_demo else 'live'}-{uuid.uuid4().hex}"
    home.mkdir(parents=True, exist_ok=True)
    temporary = home / f"{STATE_NAME}.{os.getpid()}"
    with temporary.open("w", encoding="ascii") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())  # before the name: an empty one after a power cut would lock the installation out
    temporary.replace(home / STATE_NAME)
    return name


def discard_demo(home: Path) -> None:
    """Remove a demonstration's state; a folder that is not ours is left as it is. Raises UsageFault for live prices.

    To be called under the run lock, which stays. The facts go first and the name last: whatever stops this, what is
    left knows that it is a demonstration, and nothing is left that believes in pages that are gone.
    """
    if read_state(home, is_demo=True) is None:
        return
    folders = [home / name for name in ("looks", "archive", "dagster") if os.path.lexists(home / name)]
    for folder in folders:  # before anything goes
        if folder.is_symlink() or not folder.is_dir():
            raise UsageFault(
                f"{folder} is a link or a file, which nobody here made: move it away, then nothing is lost"
            )
    for name in ("warehouse.duckdb.wal", "warehouse.duckdb"):
        (home / name).unlink(missing_ok=True)
    for folder in folders:
        shutil.rmtree(folder)
    (home / STATE_NAME).unlink(missing_ok=True)


def check_places(home: Path, site: Path) -> None:
    """Raises UsageFault where a site would be built into, around or inside a state folder: a host serves all of it."""
    states = {home, *(Path(folder) for folder, _, files in os.walk(site) if STATE_NAME in files)}
    states |= {folder for folder in (site, *site.parents) if (folder / STATE_NAME).exists()}
    for state in sorted(states):
        if site == state or site in state.parents or state in site.parents:
            raise UsageFault(
                f"the site cannot be built at {site}: {state} holds a state, and neither may lie in the other; "
                "set FTPRICES_SITE or FTPRICES_HOME to another folder"
            )
