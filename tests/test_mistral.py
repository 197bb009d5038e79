"""Mistral AI: the real copies of its documentation, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.catalog import read_page
from scrapers.contract import AvailabilityKind, Meter, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice
from scrapers.providers import mistral

RECORDINGS = Path(mistral.__file__).parent.parent / "recordings" / "mistral"
SERVED = "pricing-2026-08-29.html"
OLD = "pricing-2024-02-26.test.md"
TUNING = "finetuning-2026-06-08.md"


def read(body: str, page: str | None = None) -> Reading:
    fetched_at = datetime(2026, 8, 28, 6, tzinfo=UTC)
    url = "https://docs.mistral.ai/inference/pricing"
    return read_page("mistral", Page(url=url, fetched_at=fetched_at, body=body.encode(), page=page))


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def real(folder: Path, name: str) -> str:
    return (folder / "mistral" / name).read_text(encoding="utf-8")


def edited(name: str, old: str, new: str) -> str:
    """A recording with one thing changed; a change that changes nothing tests nothing."""
    text = recorded(name)
    assert old in text, old
    return text.replace(old, new)


def of(reading: Reading, model: str, meter: Meter, currency: str = "USD") -> Quote:
    (quote,) = [
        quote
        for quote in reading.quotes
        if model in {quote.model, quote.size_tier} and quote.meter is meter and quote.currency == currency
    ]
    return quote


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("2024-06-05-docs-guide-finetuning.md", AvailabilityKind.ON_SALE, "minimum fee of $4"),
        ("2024-08-07-docs-capabilities-finetuning.md", AvailabilityKind.ON_SALE, "minimum fee of $4"),
        (
            "2026-06-08-docs-deprecated-finetuning.md",
            AvailabilityKind.DEPRECATED,
            "This feature is deprecated and is no longer actively supported.",
        ),
    ],
)
def test_the_real_pages_on_fine_tuning(shared_pages: Path, name: str, kind: AvailabilityKind, words: str) -> None:
    """4 dollars a job and 2 a model and month through two years; the product was deprecated in between."""
    reading = read(real(shared_pages, name))
    minimum = of(reading, "all models", Meter.TRAINING_MINIMUM)
    storage = of(reading, "all models", Meter.STORAGE_MONTH)
    assert (minimum.amount, minimum.raw_text, minimum.evidence.quoted) == (4, "$4", "minimum fee of $4")
    assert (storage.amount, storage.meter.unit) == (2, "month")
    assert storage.evidence.quoted == "monthly storage fee of $2 for each model"
    (fact,) = reading.availability
    assert (fact.kind, fact.model, fact.date, fact.variant) == (kind, None, None, Variant.FINE_TUNED)
    assert fact.evidence.quoted == words


@pytest.mark.real_pages
def test_the_real_prices_of_2024_in_euro(shared_pages: Path) -> None:
    """The sign stands behind the number; there were no dollar prices yet."""
    reading = read(real(shared_pages, "2024-01-03-docs-pricing.md"))
    assert {quote.currency for quote in reading.quotes} == {"EUR"}
    medium = of(reading, "mistral-medium", Meter.INFERENCE_INPUT, "EUR")
    assert (medium.amount, medium.raw_text) == (Decimal("2.5"), "2.5€ / 1M tokens")
    assert of(reading, "mistral-tiny", Meter.INFERENCE_OUTPUT, "EUR").amount == Decimal("0.42")
    assert len(reading.quotes) == 3 * 2 + 1
    later = read(real(shared_pages, "2024-02-23-docs-pricing.md"))
    assert of(later, "mistral-large-latest", Meter.INFERENCE_OUTPUT, "EUR").amount == 24
    assert {quote.currency for quote in later.quotes} == {"EUR"}


@pytest.mark.real_pages
def test_the_real_prices_of_2024_in_two_currencies(shared_pages: Path) -> None:
    """Two series a price, and neither is a conversion of the other."""
    reading = read(real(shared_pages, "2024-02-26-docs-pricing-usd.md"))
    dollars = of(reading, "open-mistral-7b", Meter.INFERENCE_INPUT)
    euros = of(reading, "open-mistral-7b", Meter.INFERENCE_INPUT, "EUR")
    assert (dollars.amount, dollars.raw_text) == (Decimal("0.25"), "0.25$ / 1M tokens")
    assert euros.amount == Decimal("0.2")
    assert dollars.series_id != euros.series_id
    assert of(reading, "mistral-medium-latest", Meter.INFERENCE_OUTPUT).amount == Decimal("8.1")
    assert of(reading, "mistral-medium-latest", Meter.INFERENCE_OUTPUT, "EUR").amount == Decimal("7.5")
    embed = [of(reading, "mistral-embed", Meter.INFERENCE_INPUT, currency).amount for currency in ("USD", "EUR")]
    assert embed == [Decimal("0.1"), Decimal("0.1")]
    assert len(reading.quotes) == 5 * 4 + 2


@pytest.mark.real_pages
def test_the_real_flagship_section_of_2026(shared_pages: Path) -> None:
    """As served: dollars, standard. The slice is cut after its second row, and closed here."""
    name = "undated-2026-docs-inference-pricing-html-slice-flagship.html"
    slice_ = real(shared_pages, name)
    reading = read(f"<html><body>{slice_}</tbody></table></section></body></html>")
    large = [of(reading, "mistral-large-3-25-12", meter).amount for meter in mistral.METERS.values()]
    assert large == [Decimal("0.5"), Decimal("0.05"), Decimal("1.5")]
    medium = [of(reading, "mistral-medium-3-5-26-04", meter).amount for meter in mistral.METERS.values()]
    assert medium == [Decimal("1.5"), Decimal("0.15"), Decimal("7.5")]
    assert reading.layout.sections == {"inference/flagship": 2}
    with pytest.raises(LayoutChanged, match="expected </html> at the end"):
        read(f"<html><body>{slice_}")


@pytest.mark.real_pages
def test_the_real_page_that_was_only_a_link_is_refused(shared_pages: Path) -> None:
    """For a year the prices were elsewhere: that is another layout, not prices that were withdrawn."""
    with pytest.raises(LayoutChanged):
        read(real(shared_pages, "2025-05-21-docs-pricing-stub.md"))


def test_what_is_not_counted_in_tokens_is_left_out() -> None:
    """Prices as marked: per page, per minute."""
    reading = read(recorded(SERVED))
    assert {quote.model for quote in reading.quotes} == {"mistral-large-3-25-12", "mistral-medium-3-5-26-04"}
    assert "Specialized models" in reading.layout.headings


def test_free_and_not_printed_are_told_apart() -> None:
    """Both occur in the same table."""
    reading = read(edited(SERVED, "<td>$0.5</td><td>$0.05</td>", "<td>Free</td><td>—</td>"))
    model = "mistral-large-3-25-12"
    assert of(reading, model, Meter.INFERENCE_INPUT).value_state is ValueState.FREE
    assert of(reading, model, Meter.INFERENCE_CACHED_INPUT).value_state is ValueState.NOT_PRINTED


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (SERVED, 'aria-pressed="true">USD', 'aria-pressed="false">USD', "currency was expected to be USD"),
        (SERVED, 'aria-pressed="false">EUR', 'aria-pressed="true">EUR', "currency was expected to be USD"),
        (SERVED, 'aria-pressed="false">Batch', 'aria-pressed="true">Batch', "mode was expected to be Standard"),
        (SERVED, 'aria-checked="false"', 'aria-checked="true"', "is checked"),
        (SERVED, "<td>$0.5</td>", "<td>€0.5</td>", "not in USD"),
        (SERVED, "<td>$0.5</td>", "<td>from $0.5</td>", "no amount"),
        (SERVED, "Prices /M Tokens", "Prices", "one table under"),
        (SERVED, "Prices /M Tokens", "Prices as marked", "no section with prices per million tokens"),
        (SERVED, "Cached input", "Batch input", "were expected; found Model, Input, Batch input"),
        (SERVED, 'href="/models/mistral-large-3-25-12"', 'href="/blog"', "does not link to a model"),
        (OLD, "| 0.25$ / 1M tokens | 0.25$ / 1M tokens |", "| 0.25€ / 1M tokens | 0.25€ / 1M tokens |", "not in USD"),
        (OLD, "| 8$ / 1M tokens |", "| 8 / 1M tokens |", "no currency is printed"),
        (OLD, "| 8$ / 1M tokens |", "", "different widths"),
        (OLD, "### Embeddings API", "### Agents API", "stands under 'Agents API'"),
        (OLD, "Output (USD)", "Fine-tuning (USD)", "the heads are"),
        (TUNING, "minimum fee of $4", "minimum fee of four dollars", "one training minimum was expected"),
        (TUNING, "monthly storage fee of $2 for each model", "no storage fee", "one storage month was expected"),
        (TUNING, "fee of $4", "fee of €4", "no price in US dollars"),
        (TUNING, "Per job a", "Per job a minimum fee of $5 or a", r"found \$5, \$4"),
    ],
)
def test_what_is_not_understood_is_refused(name: str, old: str, new: str, words: str) -> None:
    """In words that name the place, and never by fewer rows."""
    with pytest.raises((LayoutChanged, UnreadablePrice), match=words):
        read(edited(name, old, new))


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDINGS.iterdir()))
def test_a_page_that_was_cut_gives_the_whole_reading_or_none(name: str) -> None:
    """A torn transfer must not look like prices that were withdrawn."""
    body = recorded(name)
    expected = [(quote.series_id, quote.amount) for quote in read(body).quotes]
    refused = 0
    for percent in range(2, 100, 7):
        try:
            found = read(body[: len(body) * percent // 100])
        except ParseError:
            refused += 1
        else:
            assert [(quote.series_id, quote.amount) for quote in found.quotes] == expected
    assert refused > 5


@pytest.mark.parametrize(("name", "page"), [(TUNING, "pricing"), (SERVED, "finetuning"), (OLD, "finetuning")])
def test_another_of_its_pages_at_an_address_is_refused(name: str, page: str) -> None:
    """A redirect from one page to another is not a page whose prices are gone."""
    with pytest.raises(LayoutChanged, match=f"expected the {page} page"):
        read(recorded(name), page)


@pytest.mark.parametrize(
    "body", ["<form><h1>Log in</h1></form>", "<h1>Cookies</h1><p>Accept all to see our pricing.</p>", "<section id=a></section>"]
)  # fmt: skip
def test_a_wall_in_front_of_the_page_is_refused(body: str) -> None:
    """Nothing is sold there."""
    with pytest.raises(LayoutChanged):
        read(f"<html><body>{body}</body></html>")
