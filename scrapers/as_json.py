"""A reading as plain JSON: the keys are the contract's field names, the order is the contract's and the page's.

Amounts are strings of plain digits ("0.75"): a JSON number would pass through binary floats in most readers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from scrapers.contract import (
    AVAILABILITY_FIELDS,
    EVIDENCE_FIELDS,
    QUOTE_FIELDS,
    Availability,
    Evidence,
    Quote,
    Reading,
)


def quote_json(quote: Quote) -> dict[str, Any]:
    """One quote; every field is there, null where it does not apply. `amount` is per the meter's canonical unit."""
    return {name: _plain(getattr(quote, name)) for name in QUOTE_FIELDS}


def availability_json(fact: Availability) -> dict[str, Any]:
    """One availability fact; every field is there."""
    return {name: _plain(getattr(fact, name)) for name in AVAILABILITY_FIELDS}


def reading_json(reading: Reading) -> dict[str, Any]:
    """A whole reading, in the order of the page."""
    return {
        "quotes": [quote_json(quote) for quote in reading.quotes],
        "availability": [availability_json(fact) for fact in reading.availability],
        "layout": {
            "sections": dict(reading.layout.sections),
            "anchors": list(reading.layout.anchors),
            "headings": list(reading.layout.headings),
        },
    }


def digits(amount: Decimal) -> str:
    """All its digits and no others: 0.750 is "0.75", 1E+3 is "1000"."""
    printed = format(amount, "f")  # not normalize(), which rounds to the context's 28 digits
    return printed.rstrip("0").rstrip(".") if "." in printed else printed


def golden_text(outcome: Mapping[str, Any]) -> str:
    """The JSON of a golden file, with one quote or fact a line: a diff then shows which price moved."""
    parts = []
    for key, value in outcome.items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in value)
            parts.append(f'"{key}": [\n{lines}\n]' if value else f'"{key}": []')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False, indent=1)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _plain(value: object) -> object:
    match value:
        case Evidence():
            return {name: _plain(getattr(value, name)) for name in EVIDENCE_FIELDS}
        case StrEnum():
            return value.value
        case Decimal():
            return digits(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return value
