"""A feed's file that is JSON, and how a stranger's word is repeated in a report."""

from __future__ import annotations

from typing import BinaryIO

from scrapers import money
from scrapers.errors import WrongContent
from scrapers.json_body import Value, value_in

_SHOWN = 60  # letters


def document(name: str, file: BinaryIO) -> Value:
    """A feed's JSON file. Raises WrongContent where it is no text, LayoutChanged where it is no JSON."""
    try:
        return value_in(file.read().decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise WrongContent(f"{name}: no UTF-8 text ({error.reason})") from error


def shown(value: object) -> str:
    """A stranger's word, short and on one line; of a list or an object only which it is."""
    if isinstance(value, dict | list):
        return "{...}" if isinstance(value, dict) else "[...]"
    return money.fold(str(value))[:_SHOWN]
