"""Baseten: GPUs by the minute as GPU-hours, two blocks that look the same, and half-read pages refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.catalog import read_page
from scrapers.contract import AvailabilityKind, Meter, Page, Reading, Variant
from scrapers.errors import ParseError

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDING = REPOSITORY / "scrapers" / "recordings" / "baseten" / "pricing-2026-08-29.html"


def read(body: str) -> Reading:
    at = datetime(2026, 8, 28, 6, tzinfo=UTC)
    return read_page("baseten", Page(url="https://www.baseten.co/pricing/", fetched_at=at, body=body.encode()))


def recorded(*swaps: tuple[str, str]) -> str:
    text = RECORDING.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return text


def amounts(reading: Reading, product: str) -> dict[str | None, str]:
    return {quote.model: str(quote.amount) for quote in reading.quotes if quote.product == product}


@pytest.mark.real_pages
def test_the_real_block_of_training(shared_pages: Path) -> None:
    """Two slices of one block, the second without the head: side by side they are the block as it is served."""
    folder = shared_pages / "baseten"
    slices = ("head", "rows-a100-h100")
    body = "".join((folder / f"undated-2026-08-pricing-html-slice-training-{name}.html").read_text() for name in slices)
    reading = read(body)
    # $0.01052, $0.06667, $0.0625 and $0.10833 a minute
    assert amounts(reading, "training") == {
        "T4 16GB": "0.63120",
        "A100 80GB": "4.00020",
        "H100 MIG 40GB": "3.7500",
        "H100 80GB": "6.49980",
    }
    h100 = next(quote for quote in reading.quotes if quote.model == "H100 80GB")
    assert (h100.meter, h100.tier, h100.variant) == (Meter.GPU_HOURS, "on_demand", None)
    assert (h100.raw_text, h100.raw_unit) == ("$0.10833", "minute")
    assert round(h100.amount or 0, 2) == Decimal("6.50")
    assert h100.evidence.quoted == "H100 | 80 GiB VRAM | $0.10833"
    (fact,) = reading.availability
    assert (fact.model, fact.kind, fact.variant) == (None, AvailabilityKind.ON_SALE, Variant.FINE_TUNED)
    assert fact.evidence.quoted == "On-demand compute, devex, and infrastructure for your training jobs."


@pytest.mark.real_pages
def test_rows_without_their_unit_are_not_read(shared_pages: Path) -> None:
    """Whether $0.10833 is by the minute or the hour stands in the head only."""
    name = "undated-2026-08-pricing-html-slice-training-rows-a100-h100.html"
    with pytest.raises(ParseError, match="expected lists of GPU Instances"):
        read((shared_pages / "baseten" / name).read_text())


def test_both_blocks_are_read_and_no_training_is_priced_by_the_token() -> None:
    reading = read(recorded())
    assert amounts(reading, "training") == amounts(reading, "dedicated")
    assert amounts(reading, "training")["B200 180GB"] == "9.97980"
    assert len(reading.quotes) == 14
    assert {quote.meter for quote in reading.quotes} == {Meter.GPU_HOURS}
    assert reading.layout.sections == {"gpus/dedicated": 7, "gpus/training": 7}


def test_prices_by_the_hour_are_read_as_such() -> None:
    swaps = (
        ('"py-1 text-black"><p class="font-mono">Minute', '"py-1 text-gray-500"><p class="font-mono">Minute'),
        ('"py-1 text-gray-500"><p class="font-mono">Hour', '"py-1 text-black"><p class="font-mono">Hour'),
        ("$0.10833", "$6.50"),
    )
    assert amounts(read(recorded(*swaps)), "training")["H100 80GB"] == "6.50"


def test_a_gpu_without_a_price_is_sold_by_arrangement() -> None:
    reading = read(recorded(("$0.16633", "Contact us")))
    facts = [fact for fact in reading.availability if fact.kind is AvailabilityKind.BY_ARRANGEMENT]
    assert {fact.model for fact in facts} == {"B200 180GB"}
    assert len(reading.quotes) == 12


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (recorded(("$0.10833", "\u20ac0.10833")), "not a price in US dollars"),
        (recorded(("$0.10833", "")), "not a price in US dollars"),
        (recorded(("$0.10833", "from $0.10833")), "no amount"),
        (recorded(("80 GiB VRAM", "large")), "expected a GPU, its memory and a price"),
        (recorded((" text-black", "")), "one of them on"),
        (recorded((">Hour<", ">Second<")), "one of them on"),
        (recorded(("GPU Instances", "TPU Instances")), "TPU Instances"),
        (recorded((">Training</p><p>infra", ">Fine-tuning</p><p>infra")), "found 'Fine-tuning'"),
        (recorded(("Price per", "Rates by")), "over 'Price per'"),
        (recorded(("</html>", "")), "</html>"),
        ("<html><title>Sign in</title><form><p>Training</p></form></html>", "expected lists of GPU Instances"),
    ],
)
def test_a_page_that_moved_is_refused_in_words(body: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read(body)


def test_a_block_that_lost_its_list_is_refused() -> None:
    head, mark, rest = recorded().rpartition("GPU Instances")
    with pytest.raises(ParseError, match="the block 'Training' is there"):
        read(f"{head}GPUs{rest}")
    assert mark
