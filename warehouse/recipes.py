"""Named questions to the published tables: a file is a question, its head says what it answers.

    -- A title
    --
    -- group: prices | markups | changes | evidence | decisions
    -- answers: What the rows say, in one sentence.

    <one query over the published copy; ordered whole, without a clock, without an extension>;

The name is the file's: `cheapest-training`. What belongs here is what a reader would want to change and run again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.errors import BadTableFile

RECIPES = Path(__file__).parent / "recipes"
GROUPS = ("prices", "markups", "changes", "evidence", "decisions")

_HEAD = re.compile(
    r"-- (?P<title>\S[^\n]*[^.\n])\n--\n-- group: (?P<group>\w+)\n-- answers: (?P<answers>[^\n]+\.)\n\n(?P<query>[^;]+);\s*"
)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One named question: `query` is one statement with its semicolon."""

    name: str
    title: str
    group: str
    answers: str
    query: str


@cache
def recipes() -> tuple[Recipe, ...]:
    """Every recipe, by group and name. Raises BadTableFile for a head that is not as the docstring above says."""
    found = [_read(file) for file in RECIPES.glob("*.sql")]
    return tuple(sorted(found, key=lambda recipe: (GROUPS.index(recipe.group), recipe.name)))


def _read(file: Path) -> Recipe:
    match = _HEAD.fullmatch(file.read_text(encoding="utf-8"))
    if match is None or match["group"] not in GROUPS:
        raise BadTableFile(
            f"recipes/{file.name}: a title, '-- group: {' | '.join(GROUPS)}', '-- answers: ... .', a blank line, one query;"
        )
    return Recipe(
        name=file.stem,
        title=match["title"],
        group=match["group"],
        answers=match["answers"],
        query=f"{match['query'].strip()};\n",
    )
