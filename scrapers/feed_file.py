"""A feed's file, JSON or CSV; a day in it; and how a stranger's word is repeated in a report."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import BinaryIO

from scrapers import money
from scrapers.errors import LayoutChanged, WrongContent
from scrapers.json_body import Value, value_in

_SHOWN = 60  # letters
_HALF_A_LETTER = re.compile(r"\\u[dD][89a-fA-F]")  # a pair of them is one letter
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)  # fromisoformat alone takes "20241031" and "2024-W44-4" too


def document(name: str, file: BinaryIO) -> Value:
    """A feed's JSON file. Raises WrongContent where it is no text, LayoutChanged where it is no JSON."""
    try:
        text = file.read().decode("utf-8-sig")
        value = value_in(text, name)
        if _HALF_A_LETTER.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise WrongContent(f"{name}: no UTF-8 text ({error.reason})") from error
    except UnicodeEncodeError as error:  # "\ud800" is valid JSON, and no letter
        raise WrongContent(f"{name}: half a letter stands for a whole one ({error.reason})") from error
    return value


def table(what: str, file: BinaryIO, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a feed's CSV file with their line numbers, white space folded; `what` is the feed in words.

    Columns are found by their names. Raises LayoutChanged for another file or a broken one, WrongContent for no text.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        heads = next(reader, [])
        missing = [column for column in columns if heads.count(column) != 1]
        if missing:
            raise LayoutChanged(
                f"{what} has a column {', '.join(missing)}; the first line here is "
                f"{money.fold(', '.join(heads))[:200]!r}"
            )
        for cells in reader:
            if len(cells) != len(heads):
                raise LayoutChanged(f"line {reader.line_num}: {len(cells)} cells under {len(heads)} heads")
            yield reader.line_num, dict(zip(heads, map(money.fold, cells), strict=True))
    except csv.Error as error:
        raise LayoutChanged(f"line {reader.line_num}: no row of a CSV file ({error})") from error
    except UnicodeDecodeError as error:
        raise WrongContent(f"after line {reader.line_num}: no UTF-8 text ({error.reason})") from error
    finally:
        text.detach()  # the file is the caller's to close


def day_in(value: object) -> date | None:
    """A day as 2026-10-23; None for anything else, 2026-02-30 included."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def shown(value: object) -> str:
    """A stranger's word, short and on one line; of a list or an object only which it is."""
    if isinstance(value, dict | list):
        return "{...}" if isinstance(value, dict) else "[...]"
    return money.fold(str(value))[:_SHOWN]
