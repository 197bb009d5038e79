"""gpuhunt's catalogues: offers on demand and as spot in rows of their own become prices per GPU-hour."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from scrapers.contract import Meter, Page, Quote, Reading
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings"
NAME = "gpuhunt-2026-11-24.test.csv"
CLOUDS = sorted(path.parent.name for path in RECORDINGS.glob(f"*/{NAME}"))


def recorded(cloud: str, name: str = NAME) -> str:
    return (RECORDINGS / cloud / name).read_text(encoding="utf-8")


def read(cloud: str, text: str) -> Reading:
    page = Page(url="https://list.invalid/version", fetched_at=datetime(2026, 11, 24, tzinfo=UTC), body=text.encode())
    reading = import_module(f"scrapers.providers.{cloud}").parse(page)
    assert isinstance(reading, Reading)
    return reading


def price(reading: Reading, model: str, tier: str = "on_demand", condition: str | None = None) -> Quote:
    key = (model, tier, condition)
    (found,) = [quote for quote in reading.quotes if (quote.model, quote.tier, quote.condition) == key]
    return found


def test_there_are_catalogues() -> None:
    assert CLOUDS == ["aws", "lambda", "runpod"]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_price_is_per_gpu_hour_and_says_by_what_it_was_divided(cloud: str) -> None:
    for quote in read(cloud, recorded(cloud)).quotes:
        assert quote.meter is Meter.GPU_HOURS
        assert quote.tier in {"on_demand", "spot"}
        assert quote.evidence.gpu_count
        assert quote.evidence.gpu_count == 1 or f"({quote.evidence.gpu_count} GPUs)" in quote.raw_unit
        assert quote.doubt is None


def test_amazons_prices_are_those_of_the_other_catalogue() -> None:
    """Both are made from Amazon's interface: the same series at the same prices."""
    found, other = (read("aws", recorded("aws", name)).quotes for name in (NAME, "skypilot-2026-11-24.test.csv"))
    assert {(quote.series_id, quote.amount) for quote in found} == {(quote.series_id, quote.amount) for quote in other}


def test_runpods_gpus_forms_and_clouds_are_told_apart() -> None:
    text = recorded("runpod")
    reading = read("runpod", text)
    assert price(reading, "A100 PCIe 80GB", condition="secure").amount == Decimal("1.64")
    assert price(reading, "H100 80GB", condition="secure").amount == Decimal("2.69")
    assert price(reading, "H100 80GB", "spot", "secure").amount == Decimal("1.75")
    assert price(reading, "H100 NVL 94GB", condition="secure").amount == Decimal("3.07")
    assert {quote.product for quote in reading.quotes} == {"pods"}
    assert {
        quote.condition for quote in read("runpod", text.replace("CA-MTL-1", "CA").replace("EU-CZ-1", "CZ")).quotes
    } == {"community"}
    with pytest.raises(LayoutChanged, match="location: 'EU-RO-1' or 'CZ' was expected, 'somewhere' stands there"):
        read("runpod", text.replace("EU-CZ-1", "somewhere"))


def test_what_is_sold_in_another_way_is_left_out() -> None:
    """A cluster of RunPod's has a price of its own; Lambda's flag for Arm cores is no other way to sell."""
    text = recorded("runpod")
    assert "runpod-cluster" in text
    assert not [quote for quote in read("runpod", text).quotes if quote.raw_text == "21.52"]
    assert price(read("lambda", recorded("lambda")), "GH200 96GB").amount == Decimal("1.49")


def test_lambdas_gpus_rented_together_are_a_condition() -> None:
    reading = read("lambda", recorded("lambda"))
    assert price(reading, "H100 SXM 80GB", condition="8 GPUs").amount == Decimal("2.99")
    assert price(reading, "A100 40GB", condition="8 GPUs").amount == Decimal("1.29")
    with pytest.raises(UnreadablePrice, match="gpu_8x_h100_sxm5, on_demand: one price was expected everywhere"):
        read("lambda", recorded("lambda").replace("us-west-1,23.92", "us-west-1,24.92"))
    with pytest.raises(LayoutChanged, match="found 'gpu_8x_b200_sxm6' with 4 GPUs"):
        read("lambda", recorded("lambda").replace("39.92,0,0.0,8,", "39.92,0,0.0,4,"))


def test_a_gpu_that_is_not_in_the_vocabulary_is_counted_and_not_guessed() -> None:
    reading = read("runpod", recorded("runpod").replace("NVIDIA B200", "NVIDIA B900"))
    assert reading.layout.headings == ("no known GPU: NVIDIA B900",)
    assert len(reading.quotes) == 8


@pytest.mark.parametrize(("asked", "held"), [("5.52", True), ("55.04", False), ("440.32", True)])
def test_an_h100_at_069_and_a_price_that_was_not_divided_are_held(asked: str, held: bool) -> None:
    reading = read("aws", recorded("aws").replace(",55.04,", f",{asked},"))
    (quote,) = [quote for quote in reading.quotes if quote.raw_text == asked]
    assert (bool(quote.doubt), quote.amount) == (held, Decimal(asked) / 8)


@pytest.mark.parametrize("figure", ["€55.04", "n/a", "-55.04", "5.5e1"])
def test_a_price_that_is_no_plain_figure_is_refused(figure: str) -> None:
    with pytest.raises(UnreadablePrice, match="price: a figure was expected"):
        read("aws", recorded("aws").replace(",55.04,", f",{figure},"))


def test_neither_on_demand_nor_spot_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="spot: True or False was expected, 'maybe' stands there"):
        read("aws", recorded("aws").replace(",True,", ",maybe,"))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_another_schema_another_cloud_and_a_file_that_broke_off_are_refused(cloud: str) -> None:
    text = recorded(cloud)
    with pytest.raises(LayoutChanged, match="no column price"):
        read(cloud, text.replace(",price,", ",usd,", 1))
    for other in CLOUDS:
        if other != cloud:
            with pytest.raises(LayoutChanged):
                read(cloud, recorded(other))
    for cut in range(1, len(text), max(1, len(text) // 150)):
        if text[cut - 1] != "\n":
            with pytest.raises(ParseError):
                read(cloud, text[:cut])
    with pytest.raises(LayoutChanged):
        read(cloud, text[: text.index("\n") + 1])
