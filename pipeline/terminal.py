"""How things are shown in a terminal: tables, money, dates, one JSON document. Scraped text is made harmless here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

NUMERIC = (int, float, Decimal)


def harmless(text: str) -> str:
    """The text without control characters, so that a scraped name cannot move the cursor or colour the screen."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def shown(value: object) -> str:
    """One value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return harmless(str(value))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table on standard output; wide enough for its cells when the output is not a terminal."""
    listed = [list(row) for row in rows]
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        is_number = any(isinstance(row[index], NUMERIC) and not isinstance(row[index], bool) for row in listed)
        table.add_column(harmless(column), justify="right" if is_number else "left", overflow="fold")
    for row in listed:
        table.add_row(*(Text(shown(value)) for value in row))
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, width=220)
    console.print(table)
    sys.stdout.flush()


def plain_json(value: object) -> object:
    """What JSON has no word for: money as exact decimal strings, times in ISO."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat() + ("Z" if value.tzinfo is None else "")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_json(document: object) -> None:
    """Exactly one JSON document on standard output."""
    json.dump(document, sys.stdout, indent=2, default=plain_json, ensure_ascii=False)
    sys.stdout.write("\n")


def print_line(line: str) -> None:
    """One line on standard output, however long."""
    sys.stdout.write(harmless(line) + "\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """One line for a person, on standard error, so that standard output stays a document."""
    sys.stderr.write(harmless(line) + "\n")


def row_dicts(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Mapping[str, Any]]:
    """Rows as objects in the columns' order."""
    return [dict(zip(columns, row, strict=True)) for row in rows]
