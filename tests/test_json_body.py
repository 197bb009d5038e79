"""JSON pages: numbers as printed, and a plain word for everything that is not what was expected."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.contract import Page
from scrapers.errors import LayoutChanged
from scrapers.json_body import Number, list_at, object_at, plain_digits, text_in, value_of


def page_of(body: str) -> Page:
    return Page(url="https://seller.test/prices", fetched_at=datetime(2026, 11, 23, tzinfo=UTC), body=body.encode())


def test_numbers_keep_their_digits():
    value = object_at(value_of(page_of('{"a": 5e-05, "b": 1.70, "c": 3, "d": "3", "e": true}')), "$")

    assert value == {"a": "5e-05", "b": "1.70", "c": "3", "d": "3", "e": True}
    assert [isinstance(item, Number) for item in value.values()] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("printed", "digits"), [("5e-05", "0.00005"), ("5E-05", "0.00005"), ("1.70", "1.70"), ("3", "3"), ("1e2", "100")]
)
def test_an_exponent_is_written_out(printed, digits):
    assert plain_digits(printed, "$.a") == digits


@pytest.mark.parametrize("printed", ["1e999999", "1e-400", "soon", "Infinity", "nan", ""])
def test_a_number_out_of_all_bounds_is_refused(printed):
    with pytest.raises(LayoutChanged, match=r"\$\.a: "):
        plain_digits(printed, "$.a")


@pytest.mark.parametrize("body", ["", "<html></html>", '{"a": ', '{"a": NaN}', "[" * 200_000])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(LayoutChanged, match=r"https://seller\.test/prices: expected JSON"):
        value_of(page_of(body))


def test_what_stands_in_the_wrong_place_is_named():
    with pytest.raises(LayoutChanged, match=r"\$\.a: expected an object that is not empty; found a JSON list"):
        object_at([], "$.a")
    with pytest.raises(LayoutChanged, match=r"\$\.a: expected a list that is not empty; found a JSON dict"):
        list_at({}, "$.a")
    for value in (None, " ", Number("3"), True):
        with pytest.raises(LayoutChanged, match=r"\$\.name: expected words"):
            text_in({"name": value}, "name", "$")
