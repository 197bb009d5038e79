"""The template seller: what a small provider file does, and the story its recordings tell."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.contract import Meter, Page, Quote, ValueState, Variant
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.providers import _example

RECORDINGS = Path(_example.__file__).parent.parent / "recordings" / "_example"


def page_of(day: int, *replacements: tuple[str, str]) -> Page:
    (path,) = RECORDINGS.glob(f"pricing-2026-09-{day:02}.*")
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    fetched_at = datetime(2026, 9, day, 6, tzinfo=UTC)
    return Page(url="https://example.invalid/pricing", fetched_at=fetched_at, body=text.encode())


def amounts(page: Page) -> dict[tuple[str | None, Meter, Variant | None], Decimal | None]:
    return {(quote.model, quote.meter, quote.variant): quote.amount for quote in _example.parse(page).quotes}


LARGE_INPUT = ("example-large", Meter.INFERENCE_INPUT, Variant.FINE_TUNED)
SMALL_OUTPUT = ("example-small", Meter.INFERENCE_OUTPUT, Variant.FINE_TUNED)


def test_every_cell_of_the_table_becomes_a_quote():
    reading = _example.parse(page_of(9))

    assert len(reading.quotes) == 10
    assert reading.layout.sections == {"fine_tuning": 2}
    assert amounts(page_of(9)) == {
        ("example-large", Meter.TRAINING_TOKENS, Variant.FINE_TUNED): Decimal(8),
        ("example-large", Meter.INFERENCE_INPUT, Variant.FINE_TUNED): Decimal(3),
        ("example-large", Meter.INFERENCE_OUTPUT, Variant.FINE_TUNED): Decimal(12),
        ("example-large", Meter.INFERENCE_INPUT, Variant.BASE): Decimal(2),
        ("example-large", Meter.INFERENCE_OUTPUT, Variant.BASE): Decimal(8),
        ("example-small", Meter.TRAINING_TOKENS, Variant.FINE_TUNED): Decimal(1),
        ("example-small", Meter.INFERENCE_INPUT, Variant.FINE_TUNED): Decimal("0.3"),
        ("example-small", Meter.INFERENCE_OUTPUT, Variant.FINE_TUNED): Decimal("1.2"),
        ("example-small", Meter.INFERENCE_INPUT, Variant.BASE): Decimal("0.2"),
        ("example-small", Meter.INFERENCE_OUTPUT, Variant.BASE): Decimal("0.8"),
    }


def test_tuned_prices_know_their_base_and_base_prices_have_none():
    quotes = _example.parse(page_of(9)).quotes

    assert {(quote.model, quote.base_model) for quote in quotes if quote.variant is Variant.FINE_TUNED} == {
        ("example-large", "example-large"),
        ("example-small", "example-small"),
    }
    assert {quote.base_model for quote in quotes if quote.variant is Variant.BASE} == {None}


def test_the_evidence_leads_back_to_the_cell():
    quote: Quote = _example.parse(page_of(9)).quotes[1]

    assert quote.raw_text == "$3.00"
    assert quote.raw_unit == "1M tokens"
    assert quote.evidence.quoted == "example-large | $8.00 | $3.00 | $12.00 | $2.00 | $8.00"
    assert quote.evidence.place == "Fine-tuning prices > row 'example-large' > column 'Tuned / Input'"
    assert quote.evidence.parser_version == "_example/1"
    assert quote.evidence.sha256 == page_of(9).sha256


def test_the_story_of_five_days():
    first, moved, slipped, recovered = (amounts(page_of(day)) for day in (9, 10, 11, 13))

    assert moved == first | {LARGE_INPUT: Decimal("4.50")}
    assert slipped == moved | {SMALL_OUTPUT: first[SMALL_OUTPUT] * 1000}
    assert recovered == moved
    with pytest.raises(LayoutChanged, match="section#fine-tuning has no table"):
        _example.parse(page_of(12))


def test_a_column_more_or_moved_changes_no_price():
    head, cell = "<th>Training</th>", "<td>$8.00</td><td>$3.00</td>"
    wider = page_of(
        9,
        (head, "<th>Context</th>" + head),
        ("<tr><th></th>", "<tr><th></th><th></th>"),
        (cell, "<td>128K</td>" + cell),
        ("<td>$1.00</td>", "<td>32K</td><td>$1.00</td>"),
    )

    assert amounts(wider) == amounts(page_of(9))


def test_the_printed_unit_counts():
    per_thousand = page_of(9, ("per 1M tokens", "per 1K tokens"))

    assert amounts(per_thousand)[LARGE_INPUT] == Decimal(3000)


def test_free_and_not_printed_are_two_things():
    reading = _example.parse(page_of(9, ("<td>$8.00</td><td>$3.00</td>", "<td>Free</td><td>-</td>")))

    free, not_printed = reading.quotes[:2]
    assert (free.value_state, free.amount) == (ValueState.FREE, 0)
    assert (not_printed.value_state, not_printed.amount) == (ValueState.NOT_PRINTED, None)


@pytest.mark.parametrize(
    "change",
    [
        ('<p class="unit">US dollars per 1M tokens</p>', ""),
        ('id="fine-tuning"', 'id="plans"'),
        ("<th>Training</th>", "<th>Learning</th>"),
        ("<td>$1.00</td>", ""),
    ],
)
def test_what_is_not_understood_raises(change):
    with pytest.raises(LayoutChanged):
        _example.parse(page_of(9, change))


def test_a_table_without_rows_raises():
    text = page_of(9).text
    body = text[: text.index("<tbody>")] + text[text.index("</tbody>") :]

    with pytest.raises(LayoutChanged, match="no rows"):
        _example.parse(Page(url="https://example.invalid/", fetched_at=page_of(9).fetched_at, body=body.encode()))


@pytest.mark.parametrize("change", [("$3.00", "from $3"), ("$3.00", "$3.00 / hour")])
def test_a_cell_that_is_no_price_raises(change):
    with pytest.raises(UnreadablePrice):
        _example.parse(page_of(9, change))
