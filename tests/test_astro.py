"""The data of an Astro island: exact, and refused where it is not understood."""

from __future__ import annotations

import html
from decimal import Decimal

import pytest
from bs4 import Tag

from scrapers.astro import Value, island_props
from scrapers.errors import LayoutChanged
from scrapers.tables import soup_of


def props_of(printed: str, *names: str) -> dict[str, Value]:
    island = soup_of(f'<astro-island props="{html.escape(printed)}"></astro-island>').find("astro-island")
    assert isinstance(island, Tag)
    return island_props(island, names, "here")


def test_values_are_decoded() -> None:
    """Arrays, objects, holes and exact numbers."""
    printed = (
        '{"rows": [1, [[1, [[0, "a <b>"], [0, 0.1], [0, 4], [0, null], [0, true]]]]], "cell": [0, {"k": [0, "v"]}]}'
    )
    assert props_of(printed, "rows", "cell") == {
        "rows": [["a <b>", Decimal("0.1"), Decimal(4), None, True]],
        "cell": {"k": "v"},
    }
    assert props_of('{"tooltip": [0]}', "tooltip") == {"tooltip": None}


def test_other_properties_are_the_pages_own_business() -> None:
    """A date in a property nobody asks for breaks nothing."""
    assert props_of('{"rows": [0, 1], "since": [3, "2026-01-01"]}', "rows") == {"rows": Decimal(1)}


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("", "found none"),
        ("{rows", "expected JSON"),
        ("[]", "expected an object"),
        ('{"lines": [0, 1]}', "expected props rows; found lines"),
        ("{}", "expected props rows; found none"),
        ('{"rows": 4}', "tagged 0 or 1"),
        ('{"rows": [3, "2026-01-01"]}', r"props\.rows: expected a value tagged 0 or 1"),
        ('{"rows": [1, [[0, 1], [6, "5"]]]}', r"props\.rows\[1\]"),
        ('{"rows": [0, [1, 2]]}', "tagged 0 or 1"),
        ('{"rows": [1, 2]}', "tagged 0 or 1"),
        ('{"rows": [false, 2]}', "tagged 0 or 1"),
        ('{"rows": [0, NaN]}', "expected JSON"),
        ('{"rows": [0, 1e999999999]}', "out of all bounds"),
        ('{"rows": [0, 1e99999999999999999999]}', "expected JSON|out of all bounds"),
        ("[" * 100_000, "expected JSON"),
    ],
)
def test_what_is_not_understood_is_refused(printed: str, words: str) -> None:
    """With the place and what stands there."""
    with pytest.raises(LayoutChanged, match=f"here.*(?:{words})"):
        props_of(printed, "rows")
