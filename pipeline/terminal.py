"""How things are shown in a terminal: tables, money, dates, one JSON document. Scraped text is made harmless here."""

from __future__ import annotations

import io
import itertools
import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scrapers.as_json import digits

NUMERIC = (int, float, Decimal)
_CARET = re.compile(r"\s*[\^~]+\s*")  # DuckDB's "     ^^^^" under the place of an error


def harmless(text: str) -> str:
    """The text without control characters, so that a scraped name cannot move the cursor or colour the screen."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def one_line(text: str) -> str:
    """A message of several lines as one; the line that only points at a place of another one is left out."""
    lines = (line.strip() for line in text.splitlines() if not _CARET.fullmatch(line))
    return "; ".join(line for line in lines if line)


def pointed(message: str) -> tuple[str, tuple[str, ...]]:
    """DuckDB's message in one line, and apart from it the line of the query it is about with the marks under the spot."""
    lines = message.splitlines()
    for index, (line, marks) in enumerate(itertools.pairwise(lines)):
        if line.startswith("LINE ") and _CARET.fullmatch(marks):
            rest = one_line("\n".join([*lines[:index], *lines[index + 2 :]]))
            return rest, (harmless(line.replace("\t", " ")), _under(line, marks))
    return one_line(message), ()


def _under(line: str, marks: str) -> str:
    """The marks, moved: DuckDB counts a tab as no letter, and it is shown as one."""
    column = len(marks) - len(marks.lstrip())
    letters = [index for index, letter in enumerate(line) if letter != "\t"]
    start = letters[column] if column < len(letters) else column
    return " " * start + marks.strip()


def make_streams_lenient() -> None:
    """Let a terminal without the letter print its code: a name with an accent is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def shown(value: object) -> str:
    """One value as a person reads it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{value:.6g}"
        case Decimal():
            return digits(value)
        case Mapping() | list() | tuple():
            return harmless(json.dumps(plain(value), ensure_ascii=False))
        case _:
            return harmless(str(value))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, most: int | None = None) -> None:
    """A table on standard output, at most `most` columns wide; else as wide as the terminal, or as its cells where there is none."""
    listed = [list(row) for row in rows]
    table = Table(header_style="bold", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        is_number = any(isinstance(row[index], NUMERIC) and not isinstance(row[index], bool) for row in listed)
        table.add_column(harmless(column), justify="right" if is_number else "left", overflow="fold")
    for row in listed:
        table.add_row(*(Text(shown(value)) for value in row))
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, width=220)
    if most is not None:
        console.width = min(console.width, most)
    console.print(table)
    sys.stdout.flush()


def plain(value: object) -> object:
    """A value in JSON's words. What JSON has no word for is a string: exact decimals, ISO times (UTC), NaN, Infinity."""
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return _plain_one(value)


def _plain_one(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else _NO_NUMBER[str(value)]
        case Decimal():
            return digits(value)
        case datetime():
            return value.isoformat().removesuffix("+00:00") + ("" if value.utcoffset() else "Z")
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case _:
            return str(value)


_NO_NUMBER = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def json_text(document: object, *, is_ascii: bool = False, indent: int | None = 2) -> str:
    """A document as JSON in which every letter is printed as itself or, where a terminal would obey it, as its code."""
    text = json.dumps(plain(document), indent=indent, ensure_ascii=is_ascii, allow_nan=False)
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text)


def is_ascii_only() -> bool:
    """Whether standard output cannot take every letter; JSON has codes for them."""
    return not (sys.stdout.encoding or "").lower().startswith("utf")


def print_json(document: object) -> None:
    """Exactly one JSON document on standard output."""
    sys.stdout.write(json_text(document, is_ascii=is_ascii_only()) + "\n")


def print_line(line: str) -> None:
    """One line on standard output, however long."""
    sys.stdout.write(harmless(line) + "\n")
    sys.stdout.flush()


def say(line: str) -> None:
    """One line for a person, on standard error, so that standard output stays a document."""
    sys.stderr.write(harmless(re.sub(r"\s*\n\s*", " ", line)) + "\n")
