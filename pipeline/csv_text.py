"""Rows as CSV text, as in the downloads: numbers in plain digits, times that say UTC, text that no spreadsheet runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from pipeline import terminal
from warehouse.spreadsheet import harmless_cell


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A head, then a line a row."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(harmless_cell(column) for column in columns)
    writer.writerows([_value(value) for value in row] for row in rows)


def _value(value: object) -> object:
    match terminal.plain(value):
        case None:
            return ""
        case bool() as answer:
            return "true" if answer else "false"
        case list() | dict() as nested:
            return harmless_cell(terminal.json_text(nested, indent=None))
        case str() as text if isinstance(value, str | bytes):
            return harmless_cell(text)
        case number_or_time:
            return number_or_time
