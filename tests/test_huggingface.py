"""Hugging Face: three pages of hardware, in instances of one to eight GPUs, dead rows among them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.contract import AvailabilityKind, Page, Quote, Reading, ValueState
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice
from scrapers.providers.huggingface import parse

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings" / "huggingface"
PAGES = ("endpoints-2026-05-19.md", "jobs-2026-08-21.md", "spaces-2026-07-21.md")


def read(text: str) -> Reading:
    return parse(
        Page(
            url="https://huggingface.co/docs/hub/jobs-pricing.md",
            fetched_at=datetime(2026, 8, 21, tzinfo=UTC),
            body=text.encode(),
            media_type="text/markdown",
        )
    )


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def price(reading: Reading, model: str, condition: str | None = None, region: str | None = None) -> Quote:
    found = [
        quote
        for quote in reading.quotes
        if (quote.model, quote.condition) == (model, condition) and region in {None, quote.region}
    ]
    assert len(found) == 1, [(quote.model, quote.condition) for quote in reading.quotes]
    return found[0]


def test_an_instance_is_divided_by_its_gpus_and_its_memory_too() -> None:
    reading = read(recorded("endpoints-2026-05-19.md"))
    eight = price(reading, "L40S 48GB", "8 GPUs")
    assert (eight.amount, eight.evidence.gpu_count, eight.raw_text) == (Decimal("2.9375"), 8, "$23.5")
    assert price(reading, "L40S 48GB").amount == Decimal("1.8")
    assert price(reading, "A100 80GB", "8 GPUs", "aws").amount == Decimal("2.5")
    assert price(reading, "A100 80GB", "8 GPUs", "gcp").amount == Decimal("3.6")
    assert price(reading, "H200 141GB", "8 GPUs").amount == Decimal(5)
    assert price(reading, "H100 80GB", region="gcp").amount == Decimal(10)
    assert price(reading, "T4 14GB", "4 GPUs", "aws").amount == Decimal("0.75")
    assert price(reading, "T4 16GB", region="gcp").amount == Decimal("0.5")
    assert len(reading.quotes) == reading.layout.sections["endpoints"] == 36


def test_a_deprecated_instance_keeps_its_price_and_its_series() -> None:
    """Amazon's H100s are deprecated, Google's are not; the evidence says which."""
    reading = read(recorded("endpoints-2026-05-19.md"))
    before = read(recorded("endpoints-2025-09-22.md"))
    for condition in (None, "8 GPUs"):
        deprecated = price(reading, "H100 80GB", condition, "aws")
        assert deprecated.amount == Decimal("4.5")
        assert deprecated.series_id == price(before, "H100 80GB", condition, "aws").series_id
    facts = {fact.model: fact for fact in reading.availability}
    assert set(facts) == {"H100 80GB", "B200 256GB"} <= {quote.model for quote in reading.quotes}
    assert {(fact.kind, fact.date) for fact in facts.values()} == {(AvailabilityKind.DEPRECATED, None)}
    quoted = facts["H100 80GB"].evidence.quoted
    assert "Deprecated from December 2025" in quoted
    assert "aws" in quoted
    assert not before.availability


def test_hardware_that_is_struck_through_is_not_offered() -> None:
    reading = read(recorded("spaces-2026-07-21.md"))
    for condition in (None, "8 GPUs"):
        quote = price(reading, "H100", condition)
        assert (quote.value_state, quote.amount) == (ValueState.NOT_OFFERED, None)
        assert "removed December 2025" in quote.raw_text
    assert price(reading, "A100 80GB", "4 GPUs").amount == Decimal("2.5")
    with pytest.raises(UnreadablePrice, match="struck through, and a price stands beside it"):
        read(recorded("spaces-2026-07-21.md").replace("2025)* | | | | | |", "2025)* | | | | | $4.50 |"))


def test_jobs_and_spaces_are_told_apart_and_sizes_are_conditions() -> None:
    jobs, spaces = read(recorded("jobs-2026-08-21.md")), read(recorded("spaces-2026-07-21.md"))
    assert {quote.product for quote in jobs.quotes} == {"jobs"}
    assert {quote.product for quote in spaces.quotes} == {"spaces"}
    assert price(jobs, "T4 16GB", "small").amount == Decimal("0.4")
    assert price(jobs, "T4 16GB", "medium").amount == Decimal("0.6")
    assert price(jobs, "A10G 24GB", "4 GPUs+large").amount == Decimal("1.25")
    assert price(jobs, "A100 80GB", "large").amount == Decimal("2.5")
    assert price(jobs, "H200 141GB").amount == Decimal(5)
    assert price(jobs, "L40S 48GB").amount == Decimal("1.8")
    assert price(jobs, "RTX PRO 6000 96GB", "8 GPUs").amount == Decimal("2.75")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_broke_off_is_refused(name: str) -> None:
    """Wherever it breaks off before or in the table of GPUs: never fewer rows."""
    text = recorded(name)
    whole = len(read(text).quotes)
    for cut in range(0, len(text), 97):
        try:
            reading = read(text[:cut])
        except ParseError:
            continue
        assert len(reading.quotes) == whole, f"{cut} characters of {len(text)}"


@pytest.mark.parametrize("name", PAGES)
def test_another_currency_and_another_unit_are_refused(name: str) -> None:
    text = recorded(name)
    with pytest.raises(UnreadablePrice, match="US dollars were expected"):
        read(text.replace("$", "€"))
    with pytest.raises(LayoutChanged):
        read(text.replace("Hourly", "Daily"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| 8    | 384 GB |", "| many | 384 GB |", "a number of GPUs was expected"),
        ("| 8    | 384 GB |", "| 8    | plenty |", "a memory like '80 GB' was expected"),
        ("| 8    | 384 GB |", "| 384 GB |", "different widths"),
    ],
)
def test_a_row_that_is_not_understood_refuses_the_page(old: str, new: str, words: str) -> None:
    text = recorded("endpoints-2026-05-19.md")
    assert old in text
    with pytest.raises(LayoutChanged, match=words):
        read(text.replace(old, new))


def test_a_gpu_nobody_knows_is_named_and_left_out() -> None:
    reading = read(recorded("jobs-2026-08-21.md").replace("Nvidia RTX PRO 6000", "Nvidia GX9000"))
    assert reading.layout.headings[-1] == "no known GPU: Nvidia GX9000"
    assert len(reading.quotes) == 18
    assert reading.layout.sections == {"jobs": 22}


@pytest.mark.real_pages
@pytest.mark.parametrize(
    ("real", "name"),
    [
        ("2025-09-22-inference-endpoints-pricing.md", "endpoints-2025-09-22.md"),
        ("2026-05-19-inference-endpoints-pricing.md", "endpoints-2026-05-19.md"),
        ("2026-08-21-jobs-pricing.md", "jobs-2026-08-21.md"),
        ("2026-07-21-spaces-gpus.md", "spaces-2026-07-21.md"),
    ],
)
def test_recordings_hold_the_figures_of_the_real_pages(shared_pages: Path, real: str, name: str) -> None:
    text = (shared_pages / "huggingface" / real).read_text(encoding="utf-8")
    assert [(quote.series_id, quote.amount, quote.doubt) for quote in read(text).quotes] == [
        (quote.series_id, quote.amount, quote.doubt) for quote in read(recorded(name)).quotes
    ]


@pytest.mark.real_pages
def test_older_real_pages(shared_pages: Path) -> None:
    """Sizes in words in 2023, memory without a blank in 2024, TPUs beside GPUs in 2025."""
    folder = shared_pages / "huggingface"
    old = read((folder / "2023-07-25-inference-endpoints-pricing.md").read_text(encoding="utf-8"))
    assert price(old, "A100 80GB").amount == Decimal("6.5")
    assert price(old, "A100 80GB", "8 GPUs").amount == Decimal("5.625")
    assert len(old.quotes) == 8
    later = read((folder / "2024-05-16-inference-endpoints-pricing.md").read_text(encoding="utf-8"))
    assert price(later, "H100 80GB").amount == Decimal("12.5")
    assert len(later.quotes) == 19
    june = read((folder / "2025-06-10-inference-endpoints-pricing.md").read_text(encoding="utf-8"))
    assert price(june, "H100 80GB", "8 GPUs").amount == Decimal(10)
    assert len(june.quotes) == 28


@pytest.mark.real_pages
def test_a_page_without_prices_is_refused(shared_pages: Path) -> None:
    """What AutoTrain costs is what the Space costs that it runs in."""
    with pytest.raises(LayoutChanged, match="0 tables have the columns"):
        read((shared_pages / "huggingface" / "2025-01-21-autotrain-cost.md").read_text(encoding="utf-8"))
