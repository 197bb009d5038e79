"""Money, ratios, dates and addresses in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish import format as fmt
from pipeline.publish.addresses import distinct_slugs, root_of, slug, web_address
from scrapers.contract import Meter
from tests.toy_site import at


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3", "$3.00"),
        ("0.8", "$0.80"),
        ("0.075", "$0.075"),
        ("2.225", "$2.225"),
        ("0.003", "$0.003"),
        ("25", "$25.00"),
        ("12.5", "$12.50"),
        ("100", "$100.00"),
        ("1241", "$1,241"),
        ("1234567.125", "$1,234,567.125"),
        ("0.300000000000", "$0.30"),
        ("-0.4", "−$0.40"),
        ("0", "$0.00"),
        ("2.75954630137", "$2.7595"),  # a month's price over 730 hours and 8 GPUs
        ("7.999999999", "$8.00"),
        ("0.00012345678", "$0.000123"),
        ("0.0000001", "$0.0000001"),
    ],
)
def test_money_keeps_its_digits(amount: str, words: str):
    assert words == fmt.money(Decimal(amount))


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_no_printed_digit_of_an_amount_is_lost(amount: Decimal):
    assert amount == Decimal(fmt.money(amount).removeprefix("$").replace(",", ""))


def test_a_currency_without_a_sign_is_named():
    assert ["€2.50", "CHF 2.50"] == [fmt.money(Decimal("2.5"), currency) for currency in ("EUR", "CHF")]


@pytest.mark.parametrize(
    ("state", "text", "words"),
    [
        ("priced", "0.075", "$0.075"),
        ("free", "0", "free"),
        ("not_offered", None, "not offered"),
        ("not_printed", None, "not printed"),
    ],
)
def test_a_value_says_what_it_is(state: str, text: str | None, words: str):
    assert words == fmt.value_text({"value_state": state, "amount_text": text, "currency": "USD"})


@pytest.mark.parametrize(
    ("value", "words"), [(1.5, "1.5×"), (2.0, "2×"), (3.6363636, "3.64×"), (12.0, "12×"), (1000.0, "1000×")]
)
def test_ratios_have_three_digits(value: float, words: str):
    assert words == fmt.ratio(value)


@pytest.mark.parametrize(
    ("value", "words", "direction"),
    [
        (0.7, "−30%", "down"),
        (1.125, "+12.5%", "up"),
        (6.25, "×6.25", "up"),
        (0.2666666, "−73.3%", "down"),
        (1.0, "+0%", ""),
        (None, None, ""),
    ],
)
def test_changes_in_words(value: float | None, words: str | None, direction: str):
    assert (words, direction) == (fmt.change(value), fmt.direction(value))


def test_a_meter_within_a_list_keeps_its_capitals_where_it_is_one_word_of_them():
    assert [fmt.meter_within(name) for name in ("gpu_hours", "inference_cached_input")] == ["GPU", "cached input"]


def test_every_meter_has_words():
    assert {meter.value for meter in Meter} == set(fmt.METERS)


def test_a_gap_is_an_interval():
    row = {"observed_at": at("2026-08-27"), "known_not_before": at("2026-07-15"), "stated_date": None, "metric": "price", "kind": "vendor_change"}  # fmt: skip
    assert "between 2026-07-15 and 2026-08-27" == fmt.when(row)
    assert "2026-08-27, between 05:00 and 06:00 UTC" == fmt.when(row | {"known_not_before": at("2026-08-27", 5)})
    assert "first seen 2026-08-27" == fmt.when(row | {"known_not_before": None})
    assert "dated 2026-08-20 by the seller" == fmt.when(row | {"stated_date": date(2026, 8, 20)})


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("gpt-4.1-2025-04-14", "gpt-4.1-2025-04-14"),
        ("Qwen/Qwen3.5-9B", "qwen-qwen3.5-9b"),
        ("Claude Haiku 4.5", "claude-haiku-4.5"),
        ("H100 SXM 80GB", "h100-sxm-80gb"),
        ("../../etc/passwd", "etc-passwd"),
        ("_example", "_example"),
    ],
)
def test_slugs(name: str, address: str):
    assert address == slug(name)


@given(st.text(max_size=200))
def test_no_name_climbs_out(name: str):
    address = slug(name)
    assert address
    assert set(address) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert not address.startswith(".")
    assert ".." not in address
    assert len(address) < 100


def test_who_was_first_keeps_the_address():
    names = [(at("2026-09-10"), "GPT 4", "gpt-4"), (at("2026-09-09"), "gpt-4", "gpt-4"), (at("2026-09-11"), "gpt/4", "gpt-4")]  # fmt: skip
    slugs = distinct_slugs(names)
    assert "gpt-4" == slugs["gpt-4"]
    assert 3 == len(set(slugs.values()))
    assert slugs == distinct_slugs(reversed(names))


def test_the_way_up():
    assert ["./", "../", "../../../"] == [root_of(path) for path in ("", "changes/", "models/openai/gpt-4.1/")]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://a.example", "", None, "http://[", "/a"]
)
def test_only_web_addresses_are_followed(url: str | None):
    assert web_address(url) is None
