"""Model names as cells print them: several in one cell, or with a word that is not theirs."""

from __future__ import annotations

import re

from scrapers.tables import Cell, text_of


def models_in(cell: Cell) -> list[str]:
    """The models that share a cell: one `p` each, or run together by a flattened copy.

    "GLM-4.6 GLM-4.7" is cut where its family, the first word up to a hyphen or a blank, begins again.
    """
    paragraphs = [text_of(tag) for tag in cell.tag.find_all("p")] if cell.tag else []
    return [name for line in (paragraphs or cell.lines) for name in _apart(line)]


def _apart(line: str) -> list[str]:
    family = re.split(r"[-\s]", line, maxsplit=1)[0]
    return re.split(rf"\s+(?={re.escape(family)}(?:[-\s]|$))", line) if family else []


def without_family(name: str) -> str:
    """A flattened copy glues the family to the name: "gpt-oss-120B GPT-OSS", "Kimi K2.5 Kimi"."""
    rest, _, family = name.rpartition(" ")
    return rest if rest.casefold().startswith(family.casefold()) else name
