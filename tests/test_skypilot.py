"""SkyPilot's catalogues: prices per instance become prices per GPU, and a file that is not whole is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from scrapers.contract import Meter, Page, Quote, Reading
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings"
NAME = "skypilot-2026-11-24.test.csv"
CLOUDS = sorted(path.parent.name for path in RECORDINGS.glob(f"*/{NAME}"))


def recorded(cloud: str) -> str:
    return (RECORDINGS / cloud / NAME).read_text(encoding="utf-8")


def read(cloud: str, text: str) -> Reading:
    page = Page(
        url="https://raw.githubusercontent.com/skypilot-org/skypilot-catalog/master/catalogs/v8/vms.csv",
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        body=text.encode(),
        media_type="text/plain",
    )
    reading = import_module(f"scrapers.providers.{cloud}").parse(page)
    assert isinstance(reading, Reading)
    return reading


def price(reading: Reading, model: str, tier: str = "on_demand", **key: str | None) -> Quote:
    found = [
        quote
        for quote in reading.quotes
        if quote.model == model
        and quote.tier == tier
        and all(getattr(quote, name) == value for name, value in key.items())
    ]
    assert len(found) == 1, [quote.model for quote in reading.quotes]
    return found[0]


def test_there_are_catalogues() -> None:
    assert {"aws", "gcp", "lambda", "runpod", "vast"} <= set(CLOUDS)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_price_is_per_gpu_hour_and_says_by_what_it_was_divided(cloud: str) -> None:
    for quote in read(cloud, recorded(cloud)).quotes:
        assert quote.meter is Meter.GPU_HOURS
        assert quote.variant is None
        assert quote.tier in {"on_demand", "spot"}
        assert quote.evidence.gpu_count
        assert quote.evidence.gpu_count == 1 or f"({quote.evidence.gpu_count} GPUs)" in quote.raw_unit


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_file_that_broke_off_is_refused(cloud: str) -> None:
    """Wherever it broke: in a row, in a figure, before the last line end."""
    text = recorded(cloud)
    for cut in range(1, len(text), max(1, len(text) // 150)):
        if text[cut - 1] != "\n":
            with pytest.raises(ParseError):
                read(cloud, text[:cut])
    with pytest.raises(LayoutChanged):
        read(cloud, text[: text.index("\n") + 1])


@pytest.mark.parametrize("cloud", CLOUDS)
def test_another_schema_and_another_cloud_are_refused(cloud: str) -> None:
    with pytest.raises(LayoutChanged, match="no column Price"):
        read(cloud, recorded(cloud).replace(",Price", ",PricePerHour", 1))
    for other in CLOUDS:
        if other != cloud:
            with pytest.raises(LayoutChanged):
                read(cloud, recorded(other))


@pytest.mark.parametrize("figure", ["€55.04", "55,04", "n/a", "-55.04", "5.5e1"])
def test_a_price_that_is_no_plain_figure_is_refused(figure: str) -> None:
    with pytest.raises(UnreadablePrice, match="a figure was expected"):
        read("aws", recorded("aws").replace(",55.04,", f',"{figure}",'))


def test_amazon_divides_an_instance_by_its_gpus_and_takes_the_cheapest_zone() -> None:
    reading = read("aws", recorded("aws"))
    p5 = price(reading, "H100 80GB", product="p5.48xlarge")
    assert (p5.amount, p5.region, p5.evidence.gpu_count) == (Decimal("6.88"), "us-east-1", 8)
    assert (p5.raw_text, p5.raw_unit) == ("55.04", "hour (8 GPUs)")
    spot = price(reading, "H100 80GB", "spot")
    assert spot.amount == Decimal("14.246") / 8
    assert spot.evidence.place == "row 'p5.48xlarge, us-east-1, use1-az5' > column 'SpotPrice'"
    assert price(reading, "H200 141GB").amount == Decimal("7.912")
    assert price(reading, "B200 180GB").amount == Decimal("14.2416")
    assert price(reading, "A100 40GB").amount == Decimal("21.957642") / 8
    assert price(reading, "A100 80GB").amount == Decimal("27.44705") / 8
    assert price(reading, "L40S 48GB").amount == Decimal("2.62316")
    assert reading.layout.sections == {"on_demand": 7, "spot": 6}


def test_a_spot_price_that_is_not_printed_is_no_price() -> None:
    """p5.4xlarge is there in six zones, and none has a spot price; that is not a price of zero."""
    reading = read("aws", recorded("aws"))
    assert not [quote for quote in reading.quotes if quote.product == "p5.4xlarge" and quote.tier == "spot"]


@pytest.mark.parametrize(("asked", "held"), [("5.52", True), ("55.04", False), ("440.32", True)])
def test_an_h100_at_069_and_a_price_that_was_not_divided_are_held(asked: str, held: bool) -> None:
    quote = price(read("aws", recorded("aws").replace(",55.04,", f",{asked},")), "H100 80GB", product="p5.48xlarge")
    assert bool(quote.doubt) is held
    assert quote.amount == Decimal(asked) / 8


def test_google_sums_the_computer_and_its_gpus() -> None:
    reading = read("gcp", recorded("gcp"))
    h100 = price(reading, "H100 80GB", region="us-east4")
    assert h100.amount == (Decimal("9.46006") + Decimal("78.37241")) / 8
    assert (h100.product, h100.raw_text, h100.doubt) == ("a3-highgpu-8g", "9.46006 + 78.37241", None)
    assert h100.evidence.quoted == (
        "a3-highgpu-8g | us-east4 | us-east4-a | 9.46006 | H100 | 8 | us-east4 | us-east4-a | 78.37241"
    )
    assert price(reading, "H100 80GB", "spot", region="us-central1").amount == Decimal("3.1941575")
    assert price(reading, "H200 141GB", region="us-central1").amount == Decimal("10.84499")
    assert price(reading, "A100 40GB").amount == Decimal("3.67339")
    assert price(reading, "A100 80GB", region="us-east5").amount == Decimal("5.52382")
    # the computer of an A4 stands at 0.0: it is in the price of its GPUs, and the machine is not free
    assert price(reading, "B200 180GB", region="us-central1").amount == Decimal("11.277")


def test_the_price_of_a_commitment_among_googles_on_demand_prices_is_held() -> None:
    """In some regions the catalogue prints what three years cost; the spot price of the same machine is in order."""
    reading = read("gcp", recorded("gcp"))
    doubted = {(quote.product, quote.region, quote.tier) for quote in reading.quotes if quote.doubt}
    assert doubted == {
        ("a2-ultragpu-1g", "us-central1", "on_demand"),
        ("a2-ultragpu-1g", "us-east4", "on_demand"),
        ("a3-highgpu-8g", "us-central1", "on_demand"),
        ("a3-ultragpu-8g", "us-east5", "on_demand"),
        ("a4-highgpu-8g", "us-east4", "on_demand"),
    }
    assert price(reading, "H100 80GB", region="us-central1").doubt == (
        "on demand / the dearest region of the United States is 0.38, and this seller keeps to 0.80 to 1"
    )


def test_an_on_demand_price_under_the_spot_price_is_held() -> None:
    asked = recorded("gcp").replace("us-central1-b,90.216,32.6064", "us-central1-b,90.216,92.0")
    quote = price(read("gcp", asked), "B200 180GB", region="us-central1")
    assert quote.doubt == "spot / on demand is 1.02, and this seller keeps to 0.05 to 1"


def test_a_computer_at_zero_is_free_of_charge_only_where_it_is_known_to_be() -> None:
    """An A3 without the price of its computer has no price at all, rather than too low a one."""
    asked = recorded("gcp").replace("us-east4-a,9.46006,", "us-east4-a,0.0,")
    assert price(read("gcp", asked), "H100 80GB", region="us-east4").amount == Decimal("10.97905875")


def test_lambda_is_named_by_a_keyword_and_its_gpus_by_their_instances() -> None:
    reading = read("lambda", recorded("lambda"))
    assert price(reading, "H100 SXM 80GB", condition="8 GPUs").amount == Decimal("2.99")
    assert price(reading, "H100 SXM 80GB", condition="4 GPUs").amount == Decimal("3.09")
    assert price(reading, "B200 SXM 180GB", condition="2 GPUs").amount == Decimal("5.19")
    assert price(reading, "A100 40GB", condition="8 GPUs").amount == Decimal("1.29")
    assert price(reading, "GH200 96GB", condition=None).amount == Decimal("1.49")
    assert reading.layout.sections == {"on_demand": 9}


def test_a_gpu_that_is_not_in_the_vocabulary_is_counted_and_not_guessed() -> None:
    asked = recorded("lambda").replace("gpu_1x_gh200", "gpu_1x_gx9000")
    reading = read("lambda", asked)
    assert reading.layout.headings == ("no known GPU: gpu_1x_gx9000",)
    assert len(reading.quotes) == 8


def test_a_price_that_differs_by_region_is_refused_where_one_was_promised() -> None:
    asked = recorded("lambda").replace("23.92,us-west-1", "24.92,us-west-1")
    with pytest.raises(UnreadablePrice, match=r"gpu_8x_h100_sxm5, Price: one price was expected .* there are 2"):
        read("lambda", asked)


def test_an_instance_whose_name_contradicts_its_count_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="found 'gpu_8x_b200_sxm6' with 4 GPUs"):
        read("lambda", recorded("lambda").replace("gpu_8x_b200_sxm6,B200,8.0", "gpu_8x_b200_sxm6,B200,4.0"))


def test_vast_prints_the_median_of_its_offers_for_as_many_gpus() -> None:
    reading = read("vast", recorded("vast"))
    assert price(reading, "H100 SXM 80GB", condition=None).amount == Decimal("1.93")
    assert price(reading, "H100 SXM 80GB", condition="2 GPUs").amount == Decimal("1.87")
    assert price(reading, "H100 SXM 80GB", condition="8 GPUs").amount == Decimal(2)
    assert price(reading, "H100 NVL 94GB", condition=None).amount == Decimal("1.87")
    assert price(reading, "H200 141GB", condition="4 GPUs").amount == Decimal("2.5875")
    assert price(reading, "A100 SXM 40GB", condition=None).amount == Decimal("0.76")
    assert price(reading, "A100 PCIe 80GB", condition=None).amount == Decimal("0.87")
    assert price(reading, "L40S 48GB", condition=None).amount == Decimal("0.6")
    assert price(reading, "B200 180GB", condition="2 GPUs").amount == Decimal("4.705")
    assert {quote.region for quote in reading.quotes} == {None}
    assert not [quote for quote in reading.quotes if quote.doubt]


def test_a_bid_of_zero_is_not_printed_and_a_card_made_over_to_more_memory_is_another() -> None:
    reading = read("vast", recorded("vast"))
    assert reading.layout.sections == {"on_demand": 23}
    assert reading.layout.headings == ("no known GPU: RTX_3070",)
    assert price(reading, "RTX 4090 24GB").amount == price(reading, "RTX 4090 48GB").amount == Decimal("0.4")


def test_control_characters_do_not_reach_a_reader() -> None:
    reading = read("vast", recorded("vast").replace("x-RTX_3070", "x-RTX\x1b3070").replace("Spain", "Sp\x07ain"))
    assert reading.layout.headings == ("no known GPU: RTX 3070",)
    assert (
        price(reading, "RTX 5090 32GB").evidence.quoted == "1x-RTX_5090-32-65536 | RTX5090 | 1 | Sp ain, ES, EU | 0.51"
    )
