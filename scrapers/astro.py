"""The data behind an Astro page: `astro-island` elements carry their component's properties as type-tagged JSON.

The attribute `props` holds an object whose values are pairs of a tag and a value: `[0, value]` for a plain value or
an object (whose own values are tagged again), `[1, [...]]` for an array, `[0]` for undefined. Tags from 2 on (dates,
maps, sets, big integers ...) have not been met in a property that is read here.
"""

from __future__ import annotations

import json
from decimal import Decimal

from bs4 import Tag

from scrapers.errors import LayoutChanged

Value = str | bool | Decimal | None | list["Value"] | dict[str, "Value"]

_PLAIN = 0
_ARRAY = 1
_LARGEST_EXPONENT = 18  # a price outside 1e-18 to 1e18 is none, and written out it could fill the memory


def island_props(island: Tag, names: tuple[str, ...], where: str) -> dict[str, Value]:
    """The named properties of an island, decoded; numbers are exact Decimals.

    Other properties are not looked at: what they hold is the page's own business. `where` names the island in the
    message of the LayoutChanged raised when props are absent, not JSON, not tagged or without one of the names.
    """
    printed = island.get("props")
    if not printed:
        raise LayoutChanged(f"{where}: expected data in the attribute props; found none")
    try:
        props = json.loads(str(printed), parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise LayoutChanged(f"{where}: expected JSON in the attribute props; {error}") from error
    if not isinstance(props, dict):
        raise LayoutChanged(f"{where}: expected an object in the attribute props; found {str(printed)[:40]!r}")
    missing = [name for name in names if name not in props]
    if missing:
        raise LayoutChanged(f"{where}: expected props {', '.join(names)}; found {', '.join(props) or 'none'}")
    return {name: _decoded(props[name], f"{where} props.{name}") for name in names}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _decoded(tagged: object, where: str) -> Value:
    match tagged:
        case [Decimal() as tag] if tag == _PLAIN:
            return None
        case [Decimal() as tag, dict() as entries] if tag == _PLAIN:
            return {str(key): _decoded(value, f"{where}.{key}") for key, value in entries.items()}
        case [Decimal() as tag, str() | bool() | Decimal() | None as value] if tag == _PLAIN:
            if isinstance(value, Decimal) and value and abs(value.adjusted()) > _LARGEST_EXPONENT:
                raise LayoutChanged(f"{where}: {value} is out of all bounds")
            return value
        case [Decimal() as tag, list() as values] if tag == _ARRAY:
            return [_decoded(value, f"{where}[{index}]") for index, value in enumerate(values)]
    raise LayoutChanged(f"{where}: expected a value tagged 0 or 1; found {str(tagged)[:60]!r}")
