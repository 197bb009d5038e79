"""Reads the SQL files: a folder is a schema, a file is a table or a view, its head says what it holds and promises.

    -- One sentence: what a row is.
    --
    -- kind: table | view
    -- upkeep: core.touched_series (provider, page, series_id)     tables only: which rows to derive again
    -- order: column, column                                       pub only: how the published copy is sorted
    -- columns:
    --   name: what it holds
    -- promises:
    --   name_of_a_check: what it promises

    <one query>

What depends on what is read from the names in the query, never listed by hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from warehouse.errors import BadTableFile

HERE = Path(__file__).parent
SCHEMAS = ("core", "mart", "pub")
SEEDS = HERE / "seeds"
MACROS = HERE / "macros"

_COMMENT = re.compile(r"--[^\n]*")
_STRING = re.compile(r"'(?:[^']|'')*'")
# core.price_span, and not core.sha16( or t.core.x
_NAME = re.compile(r"(?<![\w.])(raw|seed|core|mart|pub)\.([a-z_][a-z0-9_]*)\b(?!\s*\()")
_UPKEEP = re.compile(r"^(?P<touched>core\.\w+) \((?P<columns>[\w, ]+)\)$")
_PUB = re.compile(r"(?<![\w.])pub\.")
_ITEM = re.compile(r"^--   (?P<name>\w+): (?P<words>.+)$")


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """Which rows of a table are derived again: those whose `columns` are in the table or view `touched`."""

    touched: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """One SQL file: what it says of itself, and its query."""

    name: str  # core.price_span
    kind: str  # table or view
    description: str
    columns: Mapping[str, str]
    promises: Mapping[str, str]
    depends: frozenset[str]  # names of tables and views, of every schema
    query: str
    upkeep: Upkeep | None
    order: str | None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One file of `checks/`: what is promised, and the query for the rows that break it."""

    name: str
    description: str
    query: str


@cache
def promises() -> tuple[Promise, ...]:
    """Every promise of the tables, by name. Raises BadTableFile."""
    found = []
    for file in sorted((HERE / "checks").glob("*.sql")):
        head, _, query = file.read_text(encoding="utf-8").partition("\n\n")
        if not re.match(r"-- .+\.$", head):
            raise BadTableFile(f"checks/{file.name}: the first line says what is promised, in one sentence")
        found.append(Promise(name=file.stem, description=head[3:], query=query.strip()))
    return tuple(found)


@cache
def tables() -> tuple[TableFile, ...]:
    """Every table and view, each after all that it reads. Raises BadTableFile."""
    files = [file for schema in SCHEMAS for file in sorted((HERE / schema).glob("*.sql"))]
    read = {table.name: table for table in (read_table(file) for file in files)}
    return _in_order(read)


def read_table(file: Path) -> TableFile:
    """One file. Raises BadTableFile where its head or its query is not as the docstring above says."""
    name = f"{file.parent.name}.{file.stem}"
    text = file.read_text(encoding="utf-8")
    head, _, query = text.partition("\n\n")
    lines = head.splitlines()
    fields = {line[3:].partition(":")[0]: line.partition(": ")[2] for line in lines[2:] if re.match(r"-- \w+:", line)}
    kind = fields.get("kind", "")
    upkeep = _upkeep(name, fields.get("upkeep"))
    if not lines or not re.match(r"-- One row per .+\.$", lines[0]):
        raise BadTableFile(f"{name}: the first line says 'One row per ...' in one sentence")
    if kind not in ("table", "view") or (kind == "table") != (upkeep is not None):
        raise BadTableFile(f"{name}: kind is table, with its upkeep, or view, without")
    if ";" in _COMMENT.sub("", query):
        raise BadTableFile(f"{name}: one query, without a semicolon")
    return TableFile(
        name=name,
        kind=kind,
        description=lines[0][3:],
        columns=_items(name, lines, "columns"),
        promises=_items(name, lines, "promises"),
        depends=depends_on(query) - {name},
        query=query.strip(),
        upkeep=upkeep,
        order=fields.get("order"),
    )


def depends_on(query: str) -> frozenset[str]:
    """The tables and views a query names; comments and quoted words do not count."""
    bare = _STRING.sub("''", _COMMENT.sub("", query))
    return frozenset(f"{schema}.{table}" for schema, table in _NAME.findall(bare))


def _upkeep(name: str, words: str | None) -> Upkeep | None:
    if words is None:
        return None
    match = _UPKEEP.match(words)
    if match is None:
        raise BadTableFile(f"{name}: upkeep names a table and columns, 'core.touched_series (provider)', not {words!r}")
    return Upkeep(touched=match["touched"], columns=tuple(match["columns"].split(", ")))


def _items(name: str, lines: list[str], section: str) -> Mapping[str, str]:
    if f"-- {section}:" not in lines:
        raise BadTableFile(f"{name}: no '-- {section}:'")
    items: dict[str, str] = {}
    for line in lines[lines.index(f"-- {section}:") + 1 :]:
        match = _ITEM.match(line)
        if match is None:
            break
        items[match["name"]] = match["words"]
    return items


def _in_order(read: Mapping[str, TableFile]) -> tuple[TableFile, ...]:
    sorter = TopologicalSorter({name: sorted(table.depends & read.keys()) for name, table in read.items()})
    try:
        return tuple(read[name] for name in sorter.static_order())
    except CycleError as error:
        raise BadTableFile(f"tables that read each other in a circle: {' -> '.join(error.args[1])}") from error


@cache
def sql_version() -> str:
    """16 hex digits over every SQL file and seed that the derived tables are made with."""
    folders = [*(HERE / schema for schema in SCHEMAS), MACROS, SEEDS]
    return hash_of(file for folder in folders for file in sorted(folder.iterdir()) if file.suffix in (".sql", ".csv"))


def hash_of(files: Iterable[Path]) -> str:
    """16 hex digits over names and contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.parent.name}/{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def macros(where: str, *, asks_tables: bool = False) -> list[str]:
    """The statements of the macro files for `where`, warehouse or published: formulas, or questions to tables.

    Formulas come before the tables that use them, questions after those they read. A question names the published
    tables as `pub.name`; in the published copy they stand without the schema. Raises BadTableFile.
    """
    texts = []
    for file in sorted(MACROS.glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        place = re.search(r"^-- where: (both|warehouse|published)$", text, re.MULTILINE)
        if place is None:
            raise BadTableFile(f"macros/{file.name}: no '-- where: both, warehouse or published'")
        if place[1] in ("both", where) and asks_tables == ("\n-- asks: tables\n" in text):
            texts.append(_PUB.sub("", text) if where == "published" else text)
    return texts
