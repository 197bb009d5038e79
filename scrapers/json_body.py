"""A page that is JSON: read strictly, with every number as it is printed.

`5e-05` stays "5e-05" until it becomes an exact amount: through a binary float it would be another price, and a reader
who looks for it in the archived body would not find it. What is not what was expected is LayoutChanged, with its place
as a JSON path.
"""

from __future__ import annotations

import json
from decimal import Decimal

from scrapers.contract import Page
from scrapers.errors import LayoutChanged

_LARGEST_EXPONENT = 18  # a price outside 1e-18 to 1e18 is none, and written out it could fill the memory


class Number(str):
    """A JSON number in the digits it is printed in."""

    __slots__ = ()


Value = str | Number | bool | None | list["Value"] | dict[str, "Value"]


def value_of(page: Page) -> Value:
    """The value a page consists of. Raises LayoutChanged where it is no JSON."""
    return value_in(page.text, page.url)


def value_in(text: str, place: str) -> Value:
    """The value a text consists of. Raises LayoutChanged where it is no JSON."""
    try:
        value: Value = json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise LayoutChanged(f"{place}: expected JSON; {error}; it begins {text[:60]!r}") from error
    return value


def object_at(value: Value, place: str) -> dict[str, Value]:
    """The value as an object. Raises LayoutChanged where it is none, or an empty one."""
    if not isinstance(value, dict) or not value:
        raise LayoutChanged(f"{place}: expected an object that is not empty; found {_short(value)}")
    return value


def list_at(value: Value, place: str) -> list[Value]:
    """The value as a list. Raises LayoutChanged where it is none, or an empty one."""
    if not isinstance(value, list) or not value:
        raise LayoutChanged(f"{place}: expected a list that is not empty; found {_short(value)}")
    return value


def text_in(entries: dict[str, Value], key: str, place: str) -> str:
    """The words under a key. Raises LayoutChanged where there are none."""
    value = entries.get(key)
    if not isinstance(value, str) or isinstance(value, Number) or not value.strip():
        raise LayoutChanged(f"{place}.{key}: expected words; found {_short(value)}")
    return value


def plain_digits(printed: str, place: str) -> str:
    """A printed number without an exponent: "5e-05" is "0.00005". Raises LayoutChanged out of all bounds."""
    try:
        number = Decimal(printed)
    except ArithmeticError as error:
        raise LayoutChanged(f"{place}: expected a number; found {printed[:40]!r}") from error
    if not number.is_finite() or (number and abs(number.adjusted()) > _LARGEST_EXPONENT):
        raise LayoutChanged(f"{place}: {printed[:40]} is out of all bounds")
    return format(number, "f")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _short(value: Value) -> str:
    return f"{str(value)[:60]!r}" if isinstance(value, str) else f"a JSON {type(value).__name__}"
