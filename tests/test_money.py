"""Amounts and units in every spelling met, and nothing that is not exactly one price."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import money
from scrapers.contract import Meter, ValueState
from scrapers.errors import UnreadablePrice


@pytest.mark.parametrize(
    ("text", "amount", "unit", "raw_unit"),
    [
        ("$3.00 / 1M tokens", "3", "1M tokens", "1M tokens"),
        ("$0.80 / MTok", "0.8", "1M tokens", "MTok"),
        ("$1.6 / MTok", "1.6", "1M tokens", "MTok"),
        ("\\$4.00", "4", "1M tokens", "1M tokens"),
        ("$ 0.0773", "0.0773", "1M tokens", "1M tokens"),
        ("$\u00a080.00", "80", "1M tokens", "1M tokens"),
        ("$1,234,567.5", "1234567.5", "1M tokens", "1M tokens"),
        ("3", "3", "1M tokens", "1M tokens"),
        (".05", "0.05", "1M tokens", "1M tokens"),
        ("$4.103", "4.103", "1M tokens", "1M tokens"),
        ("$0.5 / M Tokens", "0.5", "1M tokens", "M Tokens"),
        ("$0.00149 per 1,000 tokens", "1.49", "1M tokens", "per 1,000 tokens"),
        ("$0.008 / 1K tokens", "8", "1M tokens", "1K tokens"),
        ("$0.000003 / token", "3", "1M tokens", "token"),
        ("0.25$ / 1M tokens", "0.25", "1M tokens", "1M tokens"),
        ("$0.50 per 1M training tokens", "0.5", "1M tokens", "per 1M training tokens"),
        ("$0.0005 / 1k characters", "0.5", "1M characters", "1k characters"),
        ("$4.50 / 1,000,000 tokens per hour", "4.5", "1M token-hours", "1,000,000 tokens per hour"),
        ("$100.00 / hour", "100", "hour", "hour"),
        ("100 / hour", "100", "hour", "hour"),
        ("$ 1.59 /hr", "1.59", "hour", "hr"),
        ("$0.001 / second", "3.6", "hour", "second"),
        ("$0.05718 per minute", "0.05718", "minute", "per minute"),
        ("$8.00 / GPU-hour", "8", "GPU-hour", "GPU-hour"),
        ("$8.00 per GPU per hour", "8", "GPU-hour", "per GPU per hour"),
        ("$1.95 / month", "1.95", "month", "month"),
        ("$25,000 / year", "25000", "year", "year"),
        ("$0.005 / image", "0.005", "image", "image"),
        ("$4 per job", "4", "job", "per job"),
    ],
)
def test_one_price_in_its_spellings(text: str, amount: str, unit: str, raw_unit: str) -> None:
    """A cell's own unit wins over the table's, and the amount is per canonical unit."""
    price = money.parse(text, unit="1M tokens")
    assert (price.state, price.amount, price.unit) == (ValueState.PRICED, Decimal(amount), unit)
    assert price.raw_unit == raw_unit
    assert price.raw_text == money.fold(text)
    assert price.currency == "USD"


def test_the_unit_around_a_cell_counts_where_the_cell_has_none() -> None:
    """0.00799 under a head "per 1,000 tokens" is 7.99 per million."""
    price = money.parse("$ 0.00799", unit="1,000 tokens")
    assert (price.amount, price.unit, price.raw_unit) == (Decimal("7.99"), "1M tokens", "1,000 tokens")


@pytest.mark.parametrize(
    ("text", "currency"),
    [("€2.5", "EUR"), ("2.5€", "EUR"), ("US$2.5", "USD"), ("$2.5 USD", "USD"), ("2.5 CNY", "CNY"), ("2.5", "EUR")],
)
def test_the_currency_is_the_printed_one(text: str, currency: str) -> None:
    """A sign before or after the number; without one, the currency of the page."""
    assert money.parse(text, unit="hour", currency="EUR").currency == currency


def test_prices_in_yuan_per_million_tokens_are_read_as_chinese_pages_print_them() -> None:
    """The sign stands after the number; a million is a word."""
    price = money.parse("0.02元", unit="百万tokens", currency="USD")
    assert (price.amount, price.currency, price.unit) == (Decimal("0.02"), "CNY", "1M tokens")
    assert price.raw_unit == "百万tokens"


@pytest.mark.parametrize("text", ["", " ", "-", "--", "–", "—", "N/A", "null", "None"])
def test_nothing_printed_is_not_zero(text: str) -> None:
    """A dash is no price of 0."""
    price = money.parse(text, unit="1M tokens")
    assert (price.state, price.amount) == (ValueState.NOT_PRINTED, None)


@pytest.mark.parametrize("text", ["Free", "free of charge", "$0", "$0.00", "0", "$0.000 / hour", "No min price"])
def test_free_is_a_price_of_zero(text: str) -> None:
    """Said in words or printed as 0."""
    price = money.parse(text, unit="1M tokens")
    assert (price.state, price.amount) == (ValueState.FREE, Decimal(0))


def test_not_available_is_not_offered() -> None:
    """The third nothing."""
    price = money.parse("Not available", unit="1M tokens")
    assert (price.state, price.amount) == (ValueState.NOT_OFFERED, None)


@pytest.mark.parametrize(
    "text",
    [
        "Contact us",
        "$1.50 – $2",
        "$3.00 / $0.30 / $15.00",
        "$3 €",
        "-$3",
        "−3",
        "1e-3",
        "$3,75",
        "$1.2.3",
        "₩28,900 / user / month",
        "$3 / fortnight",
        "$3 / 2 hours",
        "$25.00 per user",
        "5 hours",
        "1 month",
        "16B",
        "1M tokens",
        "from $3",
        "$3*",
        "NaN",
        "Infinity",
        "$",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Ranges, several amounts, other currencies and units, lengths of time, sizes of models."""
    with pytest.raises(UnreadablePrice):
        money.parse(text, unit="1M tokens")


def test_an_unknown_unit_around_a_cell_is_refused() -> None:
    """A price without a known unit is worth nothing, even where the cell is a dash."""
    for text in ("$3", "-", "Free"):
        with pytest.raises(UnreadablePrice, match="unknown unit"):
            money.parse(text, unit="token bundle")


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        ("per 1M tokens", "1M tokens", 1),
        ("/1M tokens", "1M tokens", 1),
        ("million tokens", "1M tokens", 1),
        ("1,000,000 tokens", "1M tokens", 1),
        ("MTok", "1M tokens", 1),
        ("1K tokens", "1M tokens", 1_000),
        ("thousand tokens", "1M tokens", 1_000),
        ("tokens", "1M tokens", 1_000_000),
        ("hr", "hour", 1),
        ("min", "minute", 1),
        ("mo", "month", 1),
        ("seconds", "hour", 3600),
        ("gpu hour", "GPU-hour", 1),
    ],
)
def test_units(text: str, unit: str, factor: int) -> None:
    """Each printed unit belongs to one canonical unit, by an exact factor."""
    assert money.canonical_unit(text) == (unit, Decimal(factor))


def test_every_meter_has_a_unit_that_can_be_read() -> None:
    """What a reader is shown can be read again."""
    units = {meter.unit for meter in Meter}
    assert {money.canonical_unit(unit)[0] for unit in units} == units


@given(st.decimals(min_value="0.000001", max_value="999999999", places=6))
def test_any_printed_amount_comes_back_exactly(amount: Decimal) -> None:
    """With thousands separated or not, and whatever unit: no digit is lost."""
    for text in (f"${amount:f}", f"${amount:,f}", f"{amount:f}$ / 1M tokens"):
        assert money.parse(text, unit="1M tokens").amount == amount
    assert money.parse(f"${amount:f} / 1K tokens", unit="hour").amount == amount * 1000


@given(st.text(max_size=30))
def test_any_text_is_a_price_or_unreadable(text: str) -> None:
    """No other error, and never a negative or a nameless amount."""
    try:
        price = money.parse(text, unit="1M tokens")
    except UnreadablePrice:
        return
    assert price.amount is None or price.amount >= 0


def test_by_arrangement_is_told_from_prices() -> None:
    """On sale at a price nobody prints."""
    assert money.is_by_arrangement(" Contact  Sales ")
    assert not money.is_by_arrangement("$3")
