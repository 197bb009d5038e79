"""A table as the grid a reader sees: a cell that spans rows and columns stands in each of them.

For tables whose rows are named by spanning cells, or whose models share a price in one cell. Tables with plain rows
need no grid: `tables.html_table` reads those.
"""

from __future__ import annotations

import re

from bs4 import Tag
from bs4.element import NavigableString

from scrapers.errors import LayoutChanged
from scrapers.money import fold
from scrapers.tables import Cell

_NOT_THE_VALUE = frozenset({"sup", "del", "s", "strike"})  # footnote marks and prices of yesterday
_MOST_COLUMNS = 100


def grid_of(table: Tag) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a `table`, all equally wide; footnote marks and struck-through words are left out of the cells.

    Raises LayoutChanged where a place of the grid is in no cell, or in two: nothing says then what stands above what.
    """
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    grid: list[dict[int, Cell]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for tag in row.find_all(["td", "th"], recursive=False):
            while column in grid[number]:
                column += 1
            cell = _cell(tag)
            for line in grid[number : number + _span(tag, "rowspan")]:
                for index in range(column, column + _span(tag, "colspan")):
                    if index in line:
                        raise LayoutChanged(f"two cells of a table overlap: {line[index].text!r} and {cell.text!r}")
                    line[index] = cell
            column += _span(tag, "colspan")
    width = max((len(line) for line in grid), default=0)
    for line in grid:
        if sorted(line) != list(range(width)):
            words = " | ".join(cell.text for cell in line.values())
            raise LayoutChanged(f"a row of a table has {len(line)} cells where {width} were expected: {words}")
    return tuple(tuple(line[index] for index in range(width)) for line in grid)


def _cell(tag: Tag) -> Cell:
    parts = [
        str(node)
        for node in tag.descendants
        if type(node) is NavigableString
        and not any(parent.name in _NOT_THE_VALUE for parent in node.parents if parent is not tag)
    ]
    text = fold(" ".join(parts))
    return Cell(text, (text,) if text else (), tag)


def _span(tag: Tag, name: str) -> int:
    printed = str(tag.get(name) or "1").strip()
    if not re.fullmatch(r"[0-9]{1,3}", printed) or not 1 <= int(printed) <= _MOST_COLUMNS:
        raise LayoutChanged(f"a cell of a table has the {name} {printed!r}")
    return int(printed)
