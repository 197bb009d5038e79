"""What `/sql/` shows: the recipes with their answers, what can be asked about, and the console where this copy has it.

Everything is read from the published file itself, so the page shows what a reader's own DuckDB would.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from pipeline.csv_text import write_csv
from pipeline.publish import format as fmt
from pipeline.schema import Schema, schema_of
from scrapers.as_json import digits
from warehouse.export import DATABASE
from warehouse.recipes import GROUPS, Recipe, recipes

SHOWN_ROWS = 6
_SHOWN_LETTERS = 90  # of a cell; the CSV has all

# Scripts may compile WebAssembly, and the engine is read from where it was unpacked: on this page alone.
CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' blob:; "
    "style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'"
)
_GROUP_WORDS = {
    "prices": "Prices",
    "markups": "Markups and hosting",
    "changes": "Changes",
    "evidence": "Evidence",
    "decisions": "Decisions",
}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A recipe with its answer."""

    recipe: Recipe
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    @property
    def csv_path(self) -> str:
        """Where the whole answer lies, inside the site."""
        return f"sql/{self.recipe.name}.csv"

    @property
    def shown(self) -> list[list[str]]:
        """The first rows, as they are printed."""
        return [[_cell(value) for value in row] for row in self.rows[:SHOWN_ROWS]]

    @property
    def are_numbers(self) -> list[bool]:
        """For each column, whether it is set to the right."""
        return [
            any(isinstance(row[at], int | float) and not isinstance(row[at], bool) for row in self.rows)
            for at in range(len(self.columns))
        ]

    def csv(self) -> str:
        """The whole answer as CSV."""
        text = io.StringIO()
        write_csv(text, self.columns, self.rows)
        return text.getvalue()


@dataclass(frozen=True, kw_only=True)
class Console:
    """The files of the console, by name."""

    files: Mapping[str, bytes]

    @cached_property
    def version(self) -> str:
        """Changes with what the files were made from."""
        return str(json.loads(self.files["console.json"])["lock_sha256"])[:8]

    @property
    def size(self) -> str:
        """What a click loads, in words."""
        return fmt.size(sum(len(content) for name, content in self.files.items() if name in _LOADED))

    @property
    def wasm_size(self) -> str:
        """The engine alone, which is nearly all of it."""
        return fmt.size(len(self.files["duckdb.wasm.gz"]))


_LOADED = ("engine.js", "worker.js", "duckdb.wasm.gz")


@dataclass(frozen=True, kw_only=True)
class SqlPage:
    """What the page is made from; without a published file there is nothing to ask."""

    database_size: str = ""
    answered: tuple[Answered, ...] = ()
    schema: Schema | None = None
    console: Console | None = None

    @property
    def groups(self) -> Iterator[tuple[str, str, list[Answered]]]:
        """The recipes under their headings."""
        for group in GROUPS:
            listed = [one for one in self.answered if one.recipe.group == group]
            if listed:
                yield group, _GROUP_WORDS[group], listed


def console_in(folder: Path | None) -> Console | None:
    """The console's files; None where it was not made, or not to the end."""
    if folder is None or not all((folder / name).is_file() for name in (*_LOADED, "console.json", "LICENSES.txt")):
        return None
    return Console(files={path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()})


def sql_page_of(data: Path, console: Console | None) -> SqlPage:
    """What the published file in `data` answers. Raises duckdb.Error where a recipe does not fit it."""
    if not (data / DATABASE).is_file():
        return SqlPage(console=console)
    with closing(duckdb.connect(str(data / DATABASE), read_only=True)) as connection:
        return SqlPage(
            database_size=fmt.size((data / DATABASE).stat().st_size),
            answered=tuple(_answered(connection, recipe) for recipe in recipes()),
            schema=schema_of(connection),
            console=console,
        )


def _answered(connection: duckdb.DuckDBPyConnection, recipe: Recipe) -> Answered:
    cursor = connection.execute(recipe.query)
    columns = tuple(column[0] for column in cursor.description or ())
    return Answered(recipe=recipe, columns=columns, rows=cursor.fetchall())


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return digits(Decimal(repr(round(value, 6))))
        case int():
            return str(value)
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return text if len(text) <= _SHOWN_LETTERS else f"{text[: _SHOWN_LETTERS - 1]}…"
