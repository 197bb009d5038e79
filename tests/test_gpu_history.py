"""The history of GPU prices: every row is read or accounted for, per GPU-hour, in the feed's own words."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers import feeds
from scrapers.errors import CatalogError, LayoutChanged, ParseError, ScrapeError
from scrapers.feed_prices import FeedLine, FeedPrice, known_feeds, read_feed
from scrapers.feeds import gpu_history

HEAD = ",".join(gpu_history.COLUMNS)
GOOD = "2024-05-17,gcp,a3-highgpu-8g,H100 80GB,8,us-central1,88,61.9481,x@1"


def lines_of(*rows: str, head: str = HEAD, end: str = "\n") -> list[FeedLine]:
    text = end.join([head, *rows]) + end
    return list(read_feed(gpu_history, io.BytesIO(text.encode())))


def prices_of(*rows: str) -> list[FeedPrice]:
    return [price for line in lines_of(*rows) for price in line.prices]


@pytest.fixture
def real(shared_pages: Path) -> Path:
    return shared_pages / "gpu-rental" / "gpu-price-history.csv"


@pytest.mark.real_pages
def test_every_row_of_the_real_file_is_read_or_accounted_for(real: Path):
    with real.open("rb") as file:
        lines = list(read_feed(gpu_history, file))
    with real.open(newline="", encoding="utf-8") as text:
        printed = list(csv.DictReader(text))
    assert len(lines) == len(printed) == 595
    for number, (line, row) in enumerate(zip(lines, printed, strict=True), 2):
        assert line.line == number
        cells = [row["on_demand_usd_per_hour"], row["spot_usd_per_hour"]] if row["date"] else []
        assert [price.raw_text for price in line.prices] == [cell for cell in cells if cell]
        for price in line.prices:
            assert price.amount * int(row["gpu_count"]) == Decimal(price.raw_text)
            assert (price.model, str(price.observed_on), price.origin) == (row["gpu"], row["date"], row["source"])
    assert sum(len(line.prices) for line in lines) == 1036
    assert Counter(words for line in lines for words in line.not_understood) == {
        "no date": 5,
        "no known GPU by the name: H100 PRO": 1,
        "no known GPU by the name: H200 PRO": 1,
        "no known GPU by the name: L4, A5000, 3090": 1,
        "no known GPU by the name: L40, L40S, 6000 Ada PRO": 1,
    }


@pytest.mark.real_pages
def test_the_moves_of_the_real_file_come_out_per_gpu_hour(real: Path):
    with real.open("rb") as file:
        prices = [price for line in read_feed(gpu_history, file) for price in line.prices]

    def told(product: str, tier: str, region: str) -> dict[str, str]:
        return {
            str(price.observed_on): str(price.amount.normalize())
            for price in prices
            if (price.product, price.tier, price.region) == (product, tier, region)
        }

    assert told("p5.48xlarge", "on_demand", "us-east-1") == {"2025-04-23": "12.29", "2025-06-05": "6.88"}
    on_demand, spot = (told("a3-highgpu-8g", tier, "us-central1") for tier in ("on_demand", "spot"))
    assert set(on_demand.values()) == {"10.9790625", "11.06125"}  # 87.83 on the first day, 88.49 since
    days = ("2024-05-17", "2025-05-01", "2026-07-22")
    assert [round(Decimal(spot[day]) * 8, 2) for day in days] == [
        Decimal("61.95"),
        Decimal("20.39"),
        Decimal("50.61"),
    ]
    runpod = {(price.product, price.condition) for price in prices if price.provider == "runpod"}
    assert runpod == {(None, None), ("pods", None), ("serverless", "flex")}
    doubted = {(price.provider, price.model, str(price.amount)) for price in prices if price.doubt}
    assert {("dataoorts", "H100 80GB", "0.69"), ("runpod", "A100 80GB", "0.21125")} < doubted
    assert len(doubted) == 4  # the fifth is the other H100 at 0.69, of eight


def test_a_row_is_two_prices_of_one_gpu():
    on_demand, spot = prices_of(GOOD)
    assert (on_demand.amount, on_demand.tier, on_demand.raw_text, on_demand.raw_unit) == (
        11,
        "on_demand",
        "88",
        "hour (8 GPUs)",
    )
    assert (spot.amount, spot.tier) == (Decimal("7.7435125"), "spot")
    assert (spot.provider, spot.product, spot.region, spot.gpu_count) == ("gcp", "a3-highgpu-8g", "us-central1", 8)
    assert (spot.observed_on, spot.currency, spot.origin) == (date(2024, 5, 17), "USD", "x@1")
    assert spot.quoted == "gcp | a3-highgpu-8g | H100 80GB | 8 | us-central1 | spot_usd_per_hour"


def test_nothing_printed_is_no_price_and_zero_is_one():
    (only,) = prices_of("2024-05-17,lambda,,L4 24GB,1,any,0.5,,x")
    assert (only.tier, only.product) == ("on_demand", None)
    (_, free) = prices_of("2024-05-17,lambda,,L4 24GB,1,any,0.5,0,x")
    assert (free.amount, free.raw_text) == (0, "0")
    (doubted,) = prices_of("2024-05-17,lambda,,H100 80GB,1,any,0,,x")
    assert doubted.doubt is not None


def test_the_feeds_words_for_a_gpu_are_kept_beside_its_name():
    hgx, unknown = prices_of(
        "2024-02-14,novonimbus,,H100 HGX 80GB,1,us-typical,4.78,,x", "2024-02-14,novonimbus,,H100 PRO,1,any,4.78,,x"
    )
    assert (hgx.model, hgx.gpu) == ("H100 HGX 80GB", "H100 80GB")
    assert (unknown.model, unknown.gpu, unknown.doubt) == ("H100 PRO", None, None)


def test_a_price_that_cannot_be_divided_exactly_is_rounded_where_the_warehouse_ends():
    (price,) = prices_of("2024-05-17,lambda,,L4 24GB,3,any,10,,x")
    assert price.amount == Decimal("3.333333333333")
    assert (price.raw_text, price.gpu_count) == ("10", 3)


@pytest.mark.parametrize(
    ("row", "words", "prices"),
    [
        (",gcp,i,L4 24GB,1,r,1,,x", ["no date"], 0),
        ("2024-02-30,gcp,i,L4 24GB,1,r,1,,x", ["no known date: 2024-02-30"], 0),
        ("20240217,gcp,i,L4 24GB,1,r,1,,x", ["no known date: 20240217"], 0),
        ("2024-02-17,nobody,i,L4 24GB,1,r,1,,x", ["no known seller: nobody"], 0),
        ("2024-02-17,gcp2,i,L4 24GB,1,r,1,,x", ["no known seller: gcp2"], 0),
        ("2024-02-17,,i,L4 24GB,0,r,1,,x", ["no seller", "no known number of GPUs: 0"], 0),
        ("2024-02-17,gcp,i,L4 24GB,0.5,r,1,,x", ["no known number of GPUs: 0.5"], 0),
        ("2024-02-17,gcp,i,,1,r,1,,x", ["no GPU"], 0),
        ("2024-02-17,gcp,i,L4 24GB,1,r,,,x", ["no price"], 0),
        ("2024-02-17,gcp,i,L4 24GB,1,r,-1,,x", ["no known price: -1"], 0),
        ("2024-02-17,gcp,i,L4 24GB,1,r,1e3,2,x", ["no known price: 1e3"], 1),
        ("2024-02-17,gcp,i,L4 24GB,1,r,nan,2,x", ["no known price: nan"], 1),
        ("2024-02-17,gcp,i,L4 24GB,1,r,٣,,x", ["no known price: ٣"], 0),
        ("2024-02-17,gcp,i,L9000 24GB,1,r,1,2,x", ["no known GPU by the name: L9000 24GB"], 2),
        ("2024-02-17," + "a" * 500 + ",i,L4 24GB,1,r,1,,x", ["no known seller: " + "a" * 60], 0),
    ],
)
def test_what_is_not_known_is_said_and_costs_no_other_row(row: str, words: list[str], prices: int):
    odd, good = lines_of(row, GOOD)
    assert list(odd.not_understood) == words
    assert (len(odd.prices), len(good.prices)) == (prices, 2)
    assert good.not_understood == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_are_found_by_their_names(end: str):
    heads = ["\ufeffextra", *reversed(gpu_history.COLUMNS)]
    (line,) = lines_of(",".join(["?", *reversed(GOOD.split(","))]), head=",".join(heads), end=end)
    assert line.prices == lines_of(GOOD)[0].prices


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "a column date"),
        (b"<html><body>Sign in</body></html>\n", "Sign in"),
        (b"date,provider,instance\n", "a column gpu"),
        (f"{HEAD},date\n".encode(), "a column date"),
        (f"{HEAD}\n2024-05-17,gcp,a3\n".encode(), "line 2: 3 cells under 9 heads"),
        (f'{HEAD}\n{GOOD}\n2024-05-17,"gcp'.encode(), "no row of a CSV file"),
        (f"{HEAD}\n".encode() + b"2024-05-17,\xff,a,b,1,c,1,,x\n", "no UTF-8 text"),
        (f"{HEAD}\n{GOOD}{'x' * 200_000}\n".encode(), "no row of a CSV file"),
    ],
)
def test_another_file_or_a_broken_one_is_refused(body: bytes, words: str):
    with pytest.raises(ScrapeError, match=words):
        list(read_feed(gpu_history, io.BytesIO(body)))


def test_every_module_of_the_folder_is_a_feed_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (folder,) = feeds.__path__
    modules = [file.stem for file in Path(folder).glob("*.py") if file.stem != "__init__"]
    assert len(known_feeds()) == len(modules) > 0
    (tmp_path / "no_feed.py").write_text("NAME = 'x'\n")
    monkeypatch.setattr(feeds, "__path__", [str(tmp_path)])
    with pytest.raises(CatalogError, match=r"no_feed\.py needs NAME and read"):
        known_feeds.__wrapped__()


def test_what_a_feed_did_not_foresee_ends_in_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gpu_history, "SELLERS", None)
    with pytest.raises(ParseError, match="gpu-history met what it did not foresee: AttributeError"):
        lines_of(GOOD)
    with pytest.raises(LayoutChanged):  # and what it did foresee stays what it is
        lines_of("a")
