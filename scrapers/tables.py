"""Find a table by its headings; rows as cells. HTML and markdown come out in one shape.

A `Table` knows the headings it stands under and its own head rows with spans expanded, so that a column is
found by its whole head path ("Supervised Fine-Tuning", "LoRA") and never by its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scrapers.errors import LayoutChanged
from scrapers.money import fold

# "| a | b \| c |": a pipe inside a cell is escaped
_CELL_EDGE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
_FENCE = re.compile(
    r"^\s*(?:```[^`]*|~~~.*)$"
)  # tables and headings inside a code block are examples, not the page's own
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "li"})
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)[^)]*\)")


@dataclass(frozen=True)
class Cell:
    """One cell: its folded text, its text as lines (one per paragraph or break), and what it came from."""

    text: str
    lines: tuple[str, ...]
    tag: Tag | None = None  # of an HTML cell
    raw: str | None = None  # a markdown cell as written: its backticks tell a name from the words around it


@dataclass(frozen=True)
class Table:
    """A table with the headings above it, outermost first, and its head rows with spans expanded."""

    headings: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    preface: str = ""  # the words between the last heading and the table: units often stand there

    @property
    def columns(self) -> tuple[str, ...]:
        """One name a column: its head path, joined by ' / ', empty and repeated steps left out."""
        width = max((len(head) for head in self.heads), default=0)
        names = []
        for index in range(width):
            steps: list[str] = []
            for head in self.heads:
                step = head[index] if index < len(head) else ""
                if step and (not steps or steps[-1] != step):
                    steps.append(step)
            names.append(" / ".join(steps))
        return tuple(names)

    def place(self, row: str, column: str) -> str:
        """Where a figure stands, in words a person can follow."""
        return " > ".join([*self.headings, f"row '{row}'", f"column '{column}'"])


def soup_of(markup: str) -> BeautifulSoup:
    """The parsed document; lxml keeps invalid nesting (a `tr` inside a `div`) as it stands."""
    return BeautifulSoup(markup, "lxml")


def text_of(tag: Tag) -> str:
    """The words of an element, white space and control characters folded."""
    return fold(tag.get_text(" "))


def lines_of(tag: Tag) -> tuple[str, ...]:
    """The words of an element, one line per block (`p`, `div`, `li`) or `br`; empty lines dropped."""
    parts: list[str] = []
    last: Tag | None = None
    for node in tag.descendants:
        if isinstance(node, Tag):
            parts.append("\n" if node.name == "br" else "")
        elif type(node) is NavigableString:  # its subclasses are comments, scripts and styles: no words
            block = next(parent for parent in node.parents if parent is tag or parent.name in _BLOCKS)
            parts.append("" if block is last else "\n")
            parts.append(node.replace("\n", " "))
            last = block
    return tuple(line for line in (fold(part) for part in "".join(parts).split("\n")) if line)


def html_table(table: Tag, headings: Sequence[str] = (), preface: str = "") -> Table:
    """Read a `table` element. Heads without `tr`, several `thead`s and column spans are all in use out there."""
    theads = table.find_all("thead")
    head_rows: list[Tag] = [row for thead in theads for row in (thead.find_all("tr") or [thead])]
    body_rows = [row for row in table.find_all("tr") if row.find_parent("thead") is None]
    if not head_rows and body_rows and body_rows[0].find("th") is not None:
        head_rows, body_rows = body_rows[:1], body_rows[1:]
    heads = _spread(head_rows)
    rows = tuple(
        tuple(Cell(text_of(cell), lines_of(cell), cell) for cell in row.find_all(["td", "th"])) for row in body_rows
    )
    return Table(tuple(headings), heads, tuple(row for row in rows if row), preface)


def _spread(rows: Sequence[Tag]) -> tuple[tuple[str, ...], ...]:
    """Head rows as a grid: a cell stands in every column and every row it spans."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row.find_all(["th", "td"]):
            while column in grid[number]:
                column += 1
            width = _span(cell, "colspan")
            for line in grid[number : number + _span(cell, "rowspan")]:
                line.update(dict.fromkeys(range(column, column + width), text_of(cell)))
            column += width
    return tuple(tuple(line.get(column, "") for column in range(max(line, default=-1) + 1)) for line in grid)


def _span(cell: Tag, name: str) -> int:
    printed = str(cell.get(name) or "1").strip()
    return max(1, min(int(printed), 1000)) if re.fullmatch(r"[0-9]{1,9}", printed) else 1  # 1000: a browser's own cap


def markdown_tables(text: str) -> list[Table]:
    """Every pipe table of a markdown text, in order, with the headings it stands under."""
    tables: list[Table] = []
    path: dict[int, str] = {}
    preface: list[str] = []
    lines = text.split("\n")
    index = 0
    is_code = False
    while index < len(lines):
        line = lines[index]
        if _FENCE.match(line):
            is_code = not is_code
        heading = _HEADING.match(line)
        if is_code:
            pass
        elif heading:
            level = len(heading[1])
            path = {depth: name for depth, name in path.items() if depth < level} | {level: plain(heading[2])}
            preface = []
        elif "|" in line and index + 1 < len(lines) and _RULE.match(lines[index + 1]):
            head = tuple(plain(cell) for cell in split_row(line))
            rows, index = _markdown_rows(lines, index + 2)
            tables.append(Table(tuple(path[depth] for depth in sorted(path)), (head,), rows, fold(" ".join(preface))))
            preface = []
            continue
        elif line.strip():
            preface.append(line)
        index += 1
    return tables


def ends_in_table(text: str) -> bool:
    """True for markdown in which no heading follows the last table row: of a page that goes on, the rest was cut off."""
    lines = [line for line in text.split("\n") if line.startswith("|") or _HEADING.match(line)]
    return bool(lines) and lines[-1].startswith("|")


def _markdown_rows(lines: Sequence[str], start: int) -> tuple[tuple[tuple[Cell, ...], ...], int]:
    rows = []
    index = start
    while index < len(lines) and "|" in lines[index]:
        rows.append(tuple(_markdown_cell(cell) for cell in split_row(lines[index])))
        index += 1
    return tuple(rows), index


def _markdown_cell(raw: str) -> Cell:
    lines = tuple(line for line in (plain(part) for part in _BREAK.split(raw)) if line)
    return Cell(" ".join(lines), lines, raw=raw)


def split_row(line: str) -> list[str]:
    """The raw cells of one markdown row, outer pipes dropped, escaped pipes kept."""
    cells = _CELL_EDGE.split(line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return [cell.strip() for cell in cells]


def plain(text: str) -> str:
    """Markdown's inline marks taken off: links leave their words, escapes leave their character."""
    without_links = _LINK.sub(r"\1", text)
    unmarked = re.sub(r"\*\*|__|`", "", without_links)
    return fold(re.sub(r"\\([\\`*_{}\[\]()<>#+\-.!$|~])", r"\1", unmarked))


def find_table(tables: Iterable[Table], *, heads: Sequence[str], where: str) -> Table:
    """The one table whose column names contain all of `heads` (case folded). Raises LayoutChanged for none or several."""
    wanted = [head.casefold() for head in heads]
    found = [
        table for table in tables if all(any(head in column.casefold() for column in table.columns) for head in wanted)
    ]
    if len(found) != 1:
        raise LayoutChanged(f"{where}: {len(found)} tables have the columns {', '.join(heads)}; one was expected")
    return found[0]


def column_of(table: Table, *steps: str) -> int:
    """The number of the column whose head path contains all `steps` (case folded). LayoutChanged for none or several."""
    wanted = [step.casefold() for step in steps]
    found = [index for index, column in enumerate(table.columns) if all(step in column.casefold() for step in wanted)]
    if len(found) != 1:
        where = " > ".join(table.headings) or "a table"
        raise LayoutChanged(
            f"{where}: {len(found)} columns are headed {' / '.join(steps)}; the heads are {', '.join(table.columns)}"
        )
    return found[0]
