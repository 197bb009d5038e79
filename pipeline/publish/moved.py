"""Addresses that moved: `moved.csv` names the old and the new one, and the old one keeps a page that leads on.

Addresses are for ever. A model that gets another name gets another address; whoever changes `scrapers/names.csv` in a
way that moves one adds a line here.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from pipeline.publish.folder import SiteError

MOVED = Path(__file__).with_name("moved.csv")


def read_moved(file: Path, *, known: Collection[str]) -> list[tuple[str, str]]:
    """The (old, new) paths, like "models/openai/gpt-4.1/". A new one that is not built, with other sellers, is left out.

    Raises SiteError for a line that is none, for an old address that is a page, and for one that leads to another old one.
    """
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    found = {}
    for number, row in enumerate(rows, 2):
        old, new = row.get("old") or "", row.get("new") or ""
        if not old.endswith("/") or not new.endswith("/") or old == new or old in found:
            raise SiteError(
                f"{file.name}, line {number}: an old and a new path, each ending in '/', and each old one once"
            )
        if old in known:
            raise SiteError(f"{file.name}, line {number}: {old} is a page: what moved is not there any more")
        found[old] = new
    if chained := sorted(found.keys() & set(found.values())):
        raise SiteError(f"{file.name}: {chained[0]} moved itself: lead straight to where it is now")
    return [(old, new) for old, new in found.items() if new in known]
