"""Cohere: every rate of the real page, in the unit of its term, and half-read pages refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.contract import AvailabilityKind, Meter, Page, Reading, ValueState, Variant
from scrapers.errors import ParseError
from scrapers.providers import cohere

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDING = REPOSITORY / "scrapers" / "recordings" / "cohere" / "model_vault-2026-08-07.md"

# by the hour, the month and the year, in dollars an instance
RATES = {
    ("Embed 4", "performance_small"): ("4", "2500", "25000"),
    ("Embed 4", "performance_medium"): ("5", "3250", "32500"),
    ("Rerank 3.5", "performance_medium"): ("5", "3250", "32500"),
    ("Rerank 4 Fast", "performance_medium"): ("5", "3250", "32500"),
    ("Rerank 4 Pro", "performance_medium"): ("5", "3250", "32500"),
    ("Rerank 4 Pro", "performance_large"): ("10", "6500", "65000"),
}
# by the hour, and by the hour of an XL instance
GENERATIVE = {
    "Command A": ("40", "48"),
    "Command A Vision": ("40", "48"),
    "Command A Translate": ("40", "48"),
    "Command A Reasoning": ("48", "57.5"),
    "Command A+": (None, "57.5"),
    "North Large": (None, "57.5"),
    "North Mini Code": (None, "57.5"),
}
TERMS = (
    (Meter.PROVISIONED_UNIT_HOURS, "on_demand"),
    (Meter.PROVISIONED_UNIT_MONTHS, "reserved_1_month"),
    (Meter.PROVISIONED_UNIT_YEARS, "reserved_1_year"),
)


def read(body: str) -> Reading:
    at = datetime(2026, 8, 7, 6, tzinfo=UTC)
    return cohere.parse(Page(url="https://example.invalid/pricing.mdx", fetched_at=at, body=body.encode()))


def recorded(*swaps: tuple[str, str]) -> str:
    text = RECORDING.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.real_pages
def test_every_rate_of_the_real_page(shared_pages: Path) -> None:
    """A month is not 730 hours and a year not 12 months: each term is priced in its own unit."""
    reading = read((shared_pages / "cohere" / "2026-08-07-model-vault-standard-pricing.md").read_text(encoding="utf-8"))
    expected = {
        (model, meter, tier, condition): Decimal(amount)
        for (model, condition), amounts in RATES.items()
        for (meter, tier), amount in zip(TERMS, amounts, strict=True)
    } | {
        (model, *TERMS[0], condition): amount and Decimal(amount)
        for model, amounts in GENERATIVE.items()
        for condition, amount in zip((None, "performance_xl"), amounts, strict=True)
    }
    found = {(quote.model, quote.meter, quote.tier, quote.condition): quote.amount for quote in reading.quotes}
    assert len(reading.quotes) == len(expected) == 32
    assert found == expected
    assert {(quote.product, quote.variant, quote.currency) for quote in reading.quotes} == {
        ("dedicated", Variant.BASE, "USD")
    }
    assert [quote.value_state for quote in reading.quotes if quote.raw_text == "--"] == [ValueState.NOT_PRINTED] * 3


@pytest.mark.real_pages
def test_who_can_buy_what(shared_pages: Path) -> None:
    """Nothing is said of tuned models: "customized models are also available" is no word about tuning."""
    text = (shared_pages / "cohere" / "2026-08-07-model-vault-standard-pricing.md").read_text(encoding="utf-8")
    reading = read(text)
    kinds = {fact.model: fact.kind for fact in reading.availability}
    assert kinds["Embed 4"] is AvailabilityKind.ON_SALE
    assert kinds["Command A+"] is AvailabilityKind.BY_ARRANGEMENT
    assert "customized models" in text
    assert {fact.variant for fact in reading.availability} == {Variant.BASE}
    assert not any(quote.meter.value.startswith("training") for quote in reading.quotes)


def test_customized_models_are_not_taken_for_tuned_ones() -> None:
    body = recorded(("## Performance Tiers", "Customized models are also available.\n\n## Performance Tiers"))
    assert {fact.variant for fact in read(body).availability} == {Variant.BASE}


@pytest.mark.real_pages
def test_the_page_of_billing_rules_has_no_amounts(shared_pages: Path) -> None:
    with pytest.raises(ParseError, match="expected a table of rates"):
        read((shared_pages / "cohere" / "2026-08-06-how-does-pricing-work.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (recorded(("$40.00", "\u20ac40.00")), "not a rate in US dollars"),
        (recorded(("$40.00", "$40.00 / minute")), "is per minute"),
        (recorded(("$4.00", "$0.00")), "not a rate in US dollars"),
        (recorded(("$4.00", "from $4.00")), "no amount"),
        (recorded(("Annual rate", "Rate")), "the heads are"),
        (recorded(("| Small |", "| Tiny |")), "performance tier of"),
        (recorded(("per instance", "per vault")), "per instance"),
        (recorded(("## Generative models", "## Large models")), "under 'Generative models'"),
        (recorded(("typically through a waitlist", "at once")), "waitlist"),
        (recorded(("## Performance Tiers", "Sizes")), "cut short"),
    ],
)
def test_a_page_that_moved_is_refused_in_words(body: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read(body)


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.95])
def test_a_page_cut_short_is_refused(share: float) -> None:
    text = recorded()
    with pytest.raises(ParseError):
        read(text[: int(text.index("## Performance Tiers") * share)])
