"""RunPod: pods by the hour in two clouds, serverless workers by the second."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.contract import AvailabilityKind, Page, Reading
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.providers.runpod import parse

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings" / "runpod"


def read(text: str) -> Reading:
    return parse(
        Page(
            url="https://docs.runpod.io/serverless/pricing.md",
            fetched_at=datetime(2026, 7, 20, tzinfo=UTC),
            body=text.encode(),
            media_type="text/markdown",
        )
    )


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def amounts(reading: Reading) -> dict[tuple[str | None, str | None], Decimal | None]:
    return {(quote.model, quote.condition): quote.amount for quote in reading.quotes}


def check_seconds(reading: Reading) -> None:
    found = amounts(reading)
    assert found["H100 80GB", "flex"] == Decimal("4.176")
    assert found["H100 80GB", "active"] == Decimal("3.348")
    assert found["A100 80GB", "flex"] == Decimal("2.736")
    assert found["H200 141GB", "flex"] == Decimal("5.58")
    assert found["L40S 48GB", "flex"] == found["L40 48GB", "flex"] == Decimal("1.908")
    assert {quote.product for quote in reading.quotes} == {"serverless"}
    assert {quote.raw_unit for quote in reading.quotes} == {"per second"}
    assert not [quote for quote in reading.quotes if quote.doubt]


def test_a_price_per_second_is_3600_times_as_much_per_hour() -> None:
    check_seconds(read(recorded("serverless-2025-05-14.md")))


@pytest.mark.real_pages
def test_the_real_pages_about_serverless(shared_pages: Path) -> None:
    may = read((shared_pages / "runpod" / "2025-05-14-serverless-pricing.md").read_text(encoding="utf-8"))
    assert amounts(may) == amounts(read(recorded("serverless-2025-05-14.md")))
    assert len(may.quotes) == 28
    part = (shared_pages / "runpod" / "2025-08-25-serverless-gpu-pricing-table.md").read_text(encoding="utf-8")
    august = read(f"## GPU pricing\n\n{part}\n\n## What follows it on the page\n")
    check_seconds(august)
    assert amounts(august)["B200 180GB", "flex"] == Decimal("8.64")
    july = read((shared_pages / "runpod" / "2026-07-20-serverless-pricing.md").read_text(encoding="utf-8"))
    assert not july.quotes
    (fact,) = july.availability
    assert (fact.model, fact.kind) == ("Active workers", AvailabilityKind.BY_ARRANGEMENT)


@pytest.mark.real_pages
@pytest.mark.parametrize("name", ["2026-03-11-serverless-pricing.md", "2026-07-20-pods-pricing.md"])
def test_a_page_whose_prices_a_script_puts_in_and_another_page_are_refused(shared_pages: Path, name: str) -> None:
    with pytest.raises(LayoutChanged, match="neither the prices of flex and active workers"):
        read((shared_pages / "runpod" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("(per second)", "", "no unit like 'per second'"),
        ("| 80 GB |", "| lots |", "no memory like '80 GB'"),
        ("| **Flex** |", "| **Burst** |", "0 columns are headed flex"),
    ],
)
def test_a_table_without_its_unit_memory_or_column_is_refused(old: str, new: str, words: str) -> None:
    text = recorded("serverless-2025-05-14.md")
    assert old in text
    with pytest.raises(LayoutChanged, match=words):
        read(text.replace(old, new))


def test_another_currency_is_refused() -> None:
    with pytest.raises(UnreadablePrice, match="H200 141GB: US dollars were expected"):
        read(recorded("serverless-2025-05-14.md").replace("$", "€"))


def test_a_page_that_broke_off_is_refused() -> None:
    text = recorded("serverless-2025-05-14.md")
    start, end = text.index("| A100 |"), text.index("## How billing works")
    for cut in range(start, end, 7):
        with pytest.raises(LayoutChanged):
            read(text[:cut])


def test_secure_and_community_are_conditions() -> None:
    text = recorded("skypilot-2026-11-24.test.csv")
    secure = read(text)
    assert {quote.condition for quote in secure.quotes} == {"secure"}
    assert {(quote.model, quote.tier): quote.amount for quote in secure.quotes} == {
        ("A100 PCIe 80GB", "on_demand"): Decimal("1.64"),
        ("A100 PCIe 80GB", "spot"): Decimal("0.82"),
        ("B200 180GB", "on_demand"): Decimal("5.69"),
        ("B200 180GB", "spot"): Decimal("3.59"),
        ("H100 NVL 94GB", "on_demand"): Decimal("3.07"),
        ("H100 NVL 94GB", "spot"): Decimal("1.65"),
        ("H100 SXM 80GB", "on_demand"): Decimal("2.69"),
        ("H100 SXM 80GB", "spot"): Decimal("1.75"),
        ("H200 SXM 141GB", "on_demand"): Decimal("3.59"),
        ("H200 SXM 141GB", "spot"): Decimal("2.29"),
    }
    assert {quote.condition for quote in read(text.replace("_SECURE", "_COMMUNITY")).quotes} == {"community"}
