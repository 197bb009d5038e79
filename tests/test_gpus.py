"""GPUs have one name whoever sells them, one unit of price, and a range outside which a price is not believed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from scrapers import money
from scrapers.contract import Evidence, Meter, Quote, ValueState
from scrapers.errors import UnreadablePrice
from scrapers.gpu_names import GPUS, gpu_name
from scrapers.gpu_prices import RANGES, doubted_outlier, per_gpu_hour


@pytest.mark.parametrize(
    ("text", "memory_gb", "name"),
    [
        ("NVIDIA H100 SXM", "80", "H100 SXM 80GB"),
        ("h100_sxm5", "80", "H100 SXM 80GB"),
        ("H100-80GB-PCIe", None, "H100 PCIe 80GB"),
        ("A100-80GB", None, "A100 80GB"),
        ("A100 (80 GB)", None, "A100 80GB"),
        ("A100 SXM", "40", "A100 SXM 40GB"),
        ("NVIDIA HGX H200", None, "H200 141GB"),
        ("B200 SXM6", "180", "B200 SXM 180GB"),
        ("L40", "48", "L40 48GB"),
        ("NVIDIA Tesla V100", "16", "V100 16GB"),
        ("Nvidia RTX PRO 6000", "96", "RTX PRO 6000 96GB"),
        ("6000 Ada", "48", "RTX 6000 Ada 48GB"),
        ("RTX6000-Ada", None, "RTX 6000 Ada 48GB"),
        ("NVIDIA A6000", "48", "RTX A6000 48GB"),
    ],
)
def test_many_spellings_are_one_name(text: str, memory_gb: str | None, name: str) -> None:
    assert gpu_name(text, memory_gb=memory_gb and Decimal(memory_gb)) == name


def test_what_is_not_printed_is_not_added_to_the_name() -> None:
    """An A100 is made with 40 and with 80 GB, and a form factor is never guessed from a seller's instance."""
    assert gpu_name("A100") == "A100"
    assert gpu_name("H100") == "H100"


@pytest.mark.parametrize(
    ("text", "memory_gb", "name"),
    [
        ("NVIDIA T4", "14", "T4 14GB"),
        ("NVIDIA T4", "16", "T4 16GB"),
        ("NVIDIA B200", "256", "B200 256GB"),
        ("A4500", "16", "RTX A4500 16GB"),
    ],
)
def test_a_printed_memory_is_kept_whatever_the_gpu_is_made_with(text: str, memory_gb: str, name: str) -> None:
    """Hugging Face prints 14 GB for a T4 and 256 for a B200, RunPod 16 for a group with an A4500: they say so."""
    assert gpu_name(text, memory_gb=Decimal(memory_gb)) == name


@pytest.mark.parametrize(
    ("text", "measured_gb", "name"),
    [
        ("H100 NVL", "93.58", "H100 NVL 94GB"),
        ("H100_SXM", "79.65", "H100 SXM 80GB"),
        ("H200", "140.4", "H200 141GB"),
        ("L40S", "44.7", "L40S 48GB"),
        ("T4", "15", "T4 16GB"),
        ("A100-80GB", "79.2", "A100 80GB"),
        ("RTX_4090", "47.99", "RTX 4090 48GB"),
    ],
)
def test_a_measured_memory_becomes_the_one_the_gpu_is_made_with(text: str, measured_gb: str, name: str) -> None:
    """And stays where none is near: on Vast there are RTX 4090s made over to 48 GB."""
    assert gpu_name(text, measured_gb=Decimal(measured_gb)) == name


@pytest.mark.parametrize("text", ["", "H100 MIG", "H100-MEGA", "NVIDIA", "1x H100 80GB", "H100 SXM PCIe", "tpu-v5p-8"])
def test_a_name_with_a_word_nobody_knows_is_no_gpu(text: str) -> None:
    assert gpu_name(text) is None


def test_no_spelling_names_two_gpus() -> None:
    with GPUS.open(encoding="utf-8", newline="") as file:
        spellings = [one for row in csv.DictReader(file) for one in row["spellings"].split("|")]
    assert len(spellings) > 20
    assert len(set(spellings)) == len(spellings)


@pytest.mark.parametrize(
    ("text", "unit", "count", "amount"),
    [
        ("$0.00116", "second", 1, "4.176"),
        ("$0.10833", "minute", 1, "6.4998"),
        ("$55.04", "hour", 8, "6.88"),
        ("$3.36", "gpu hour", 1, "3.36"),
        ("-", "hour", 8, None),
    ],
)
def test_a_price_becomes_one_per_gpu_hour(text: str, unit: str, count: int, amount: str | None) -> None:
    assert per_gpu_hour(money.parse(text, unit=unit), count) == (amount and Decimal(amount))


def test_a_price_of_tokens_is_no_price_of_a_gpu() -> None:
    with pytest.raises(UnreadablePrice, match="a GPU is paid by its time"):
        per_gpu_hour(money.parse("$3.00", unit="1M tokens"))


def quote(model: str, amount: str, currency: str = "USD") -> Quote:
    evidence = Evidence(
        quoted=amount,
        place="a row",
        url="https://example.invalid/",
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        sha256="0" * 64,
        parser_version="newco/1",
    )
    return Quote(
        provider="newco",
        model=model,
        meter=Meter.GPU_HOURS,
        value_state=ValueState.PRICED,
        amount=Decimal(amount),
        currency=currency,
        raw_text=amount,
        raw_unit="hour",
        evidence=evidence,
    )


@pytest.mark.parametrize(
    ("model", "amount"),
    [("H100 80GB", "0.69"), ("H100 SXM 80GB", "88.49"), ("A100 40GB", "0.01"), ("B200", "113.93"), ("L40S 48GB", "10")],
)
def test_a_price_no_seller_asks_is_doubted_with_the_rule_in_words(model: str, amount: str) -> None:
    """An H100 at 0.69, or a price per instance that nobody divided by its eight GPUs."""
    gpu = model.split(maxsplit=1)[0]
    doubted = doubted_outlier(quote(model, amount))
    assert doubted.doubt == (
        f"{amount} US dollars a GPU-hour for {model}; sellers ask {RANGES[gpu][0]} to {RANGES[gpu][1]}"
    )
    assert doubted.amount == Decimal(amount)


@pytest.mark.parametrize(
    ("model", "amount"), [("H100 80GB", "1.25"), ("H100 SXM 80GB", "11.06"), ("RTX 4090 24GB", "0.01")]
)
def test_ordinary_prices_and_gpus_without_a_range_are_not_doubted(model: str, amount: str) -> None:
    assert doubted_outlier(quote(model, amount)).doubt is None


def test_other_currencies_are_not_compared() -> None:
    assert doubted_outlier(quote("H100 80GB", "0.69", currency="EUR")).doubt is None
