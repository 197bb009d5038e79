"""Third parties' lists of GPU prices beside SkyPilot's: a calculator's list, a daily log, and rows a study quotes."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from scrapers.contract import Page, Reading
from scrapers.errors import LayoutChanged, ParseError, UnreadablePrice

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings"
CALCULATOR = "gcp/calculator-2026-07-22.yml"
LOG = "aws/price_log-2025-06-05.csv"
LISTS = [CALCULATOR, LOG, "lambda/quoted-2026-10-08.jsonl", "runpod/quoted-2026-10-08.jsonl"]


def recorded(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def read(name: str, text: str | None = None, *, on: date | None = None) -> Reading:
    """What is read in a recording, or in a bent one, as fetched at six on its day or another."""
    day = on or date.fromisoformat(Path(name).stem[-10:])
    body = (recorded(name) if text is None else text).encode()
    page = Page(url="https://list.invalid/", fetched_at=datetime.combine(day, time(6), UTC), body=body)
    reading = import_module(f"scrapers.providers.{name.partition('/')[0]}").parse(page)
    assert isinstance(reading, Reading)
    return reading


def prices(reading: Reading) -> dict[tuple[str | None, str | None, str | None, str | None], Decimal | None]:
    return {(quote.model, quote.tier, quote.region, quote.condition): quote.amount for quote in reading.quotes}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_broke_off_is_refused(name: str) -> None:
    text = recorded(name)
    end = text.index("storage:\n") if name == CALCULATOR else len(text)
    for cut in range(1, end, max(1, end // 150)):
        if text[cut - 1] != "\n" or name == CALCULATOR:
            with pytest.raises(ParseError):
                read(name, text[:cut])


@pytest.mark.parametrize(
    ("name", "last", "words"),
    [
        (CALCULATOR, date(2026, 9, 20), "was made on 2026-07-22, and nothing has followed for 60 days"),
        (LOG, date(2025, 6, 12), "the log ends on 2025-06-05: nothing has followed for 7 days"),
        ("lambda/quoted-2026-10-08.jsonl", date(2026, 11, 7), "were quoted on 2026-10-08, more than 30 days before"),
    ],
)
def test_a_list_that_is_not_kept_up_gives_no_price_of_today(name: str, last: date, words: str) -> None:
    """Read again every day, an old list would look like a price that never moves."""
    assert read(name, on=last).quotes
    with pytest.raises(LayoutChanged, match=words):
        read(name, on=date.fromordinal(last.toordinal() + 1))


# --- the calculator's list of Google's machines --------------------------------------------------------------------


def test_a_commitment_is_a_tier_of_its_own_per_gpu_hour() -> None:
    """A month of 730 hours, eight GPUs: 44810.08 is 7.67 a GPU-hour."""
    found = prices(read(CALCULATOR))
    assert found["H100 80GB", "on_demand", "us-central1", None] == Decimal("11.061249987822")
    assert found["H100 80GB", "spot", "us-central1", None] == Decimal("6.326192602740")
    assert found["H100 80GB", "reserved_1y", "us-central1", None] == Decimal("7.672959017918")
    assert found["H100 80GB", "reserved_3y", "us-central1", None] == Decimal("4.858047639370")
    assert found["A100 40GB", "reserved_3y", "us-east4", None] == Decimal("1.382558065000")
    assert found["A100 80GB", "on_demand", "us-east4", None] == Decimal("5.707732479452")


def test_spot_moved_while_on_demand_did_not() -> None:
    days = ("2024-05-21", "2025-03-06", "2026-07-22")
    found = [prices(read(f"gcp/calculator-{day}.yml")) for day in days]
    spot = [one["H100 80GB", "spot", "us-central1", None] for one in found]
    assert [round((price or 0) * 8, 4) for price in spot] == [
        Decimal("62.5473"),
        Decimal("35.3957"),
        Decimal("50.6095"),
    ]
    assert len({one["H100 80GB", "on_demand", "us-central1", None] for one in found}) == 1


def test_a_month_that_is_repeated_is_no_price_of_a_commitment() -> None:
    """Until 2024 the list printed what a month costs on demand where Google sells no commitment."""
    assert "month_3y: 3700.22246\n" in recorded("gcp/calculator-2024-05-21.yml")
    tiers = {quote.tier for quote in read("gcp/calculator-2024-05-21.yml").quotes if quote.model == "A100 80GB"}
    assert tiers == {"on_demand", "spot"}


def test_a_month_of_other_hours_and_other_gpus_are_refused() -> None:
    text = recorded(CALCULATOR)
    with pytest.raises(LayoutChanged, match=r"a month of 730 hours at 88\.48\d+ is not 63533\.8"):
        read(CALCULATOR, text.replace("month: 64597.69992888", "month: 63533.8", 1))
    with pytest.raises(LayoutChanged, match=r"a3-highgpu-8g: 8 GPUs of .* were expected; found cpu: 208, h100-80gb: 4"):
        read(CALCULATOR, text.replace("h100-80gb: 8", "h100-80gb: 4"))


@pytest.mark.parametrize("figure", ["free", "0", "-1.5", "1,5", "1e3"])
def test_a_cost_that_is_no_figure_is_refused(figure: str) -> None:
    with pytest.raises(UnreadablePrice, match="us-central1 > hour_spot: a figure above zero was expected"):
        read(CALCULATOR, recorded(CALCULATOR).replace("hour_spot: 50.6095408219178", f"hour_spot: {figure}"))


@pytest.mark.parametrize(
    "line", ["      - list", "        us-central1: &anchor", "      cost: {hour: 1}", "\tcpu: 12", "   x: 1"]
)
def test_more_of_yaml_than_maps_is_refused(line: str) -> None:
    """Nothing in a stranger's file is followed: no anchors, tags or inline maps."""
    bent = recorded(CALCULATOR).replace("    a2-ultragpu-1g:\n", f"    a2-ultragpu-1g:\n{line}\n")
    with pytest.raises(ParseError):
        read(CALCULATOR, bent)


# --- the log of Amazon's price list ---------------------------------------------------------------------------------


def test_the_newest_row_of_the_log_is_the_price() -> None:
    before, after = read("aws/price_log-2025-05-14.csv").quotes, read(LOG).quotes
    assert [quote.amount for quote in before] == [Decimal("12.29")]
    assert [quote.amount for quote in after] == [Decimal("6.88")]
    (quote,) = after
    assert (quote.model, quote.product, quote.region) == ("H100 80GB", "p5.48xlarge", "us-east-1")
    assert (quote.raw_text, quote.raw_unit, quote.evidence.gpu_count) == ("55.04", "hour (8 GPUs)", 8)


def test_a_newest_row_without_a_price_is_not_the_price_of_the_day_before() -> None:
    with pytest.raises(UnreadablePrice, match="row '2025-06-05T07:22:36', price_usd: a figure above zero was expected"):
        read(LOG, recorded(LOG).replace(",55.04", ","))


@pytest.mark.real_pages
def test_the_real_log(shared_pages: Path) -> None:
    text = (shared_pages / "gpu-rental" / "2026-08-22-aws-p5-pricelist-daily.csv").read_text(encoding="utf-8")
    assert [quote.amount for quote in read(LOG, text, on=date(2026, 8, 22)).quotes] == [Decimal("6.88")]
    lines = text.splitlines(keepends=True)
    for name in ("aws/price_log-2025-05-14.csv", LOG, "aws/price_log-2026-08-21.csv"):
        kept = recorded(name).splitlines(keepends=True)
        assert [line for line in lines if line in kept] == kept, "rows of the real log, in its order"


# --- rows of pages that a study quotes -------------------------------------------------------------------------------


def test_lambda_has_four_prices_of_one_gpu_by_the_size_of_the_computer() -> None:
    found = prices(read("lambda/quoted-2026-10-08.jsonl"))
    h100 = {cores: price for (model, _, _, cores), price in found.items() if model == "H100 SXM 80GB"}
    assert h100 == {
        "208 vCPUs": Decimal("3.99"),
        "104 vCPUs": Decimal("4.09"),
        "52 vCPUs": Decimal("4.19"),
        "26 vCPUs": Decimal("4.29"),
    }
    assert found["H100 PCIe 80GB", "on_demand", None, "26 vCPUs"] == Decimal("3.29")
    assert found["A100 SXM 40GB", "on_demand", None, "124 vCPUs"] == Decimal("1.99")


def test_runpods_quoted_rows_say_nothing_of_the_cloud() -> None:
    reading = read("runpod/quoted-2026-10-08.jsonl")
    found = prices(reading)
    assert found["H100 SXM 80GB", "on_demand", None, None] == Decimal("3.49")
    assert found["H100 NVL 94GB", "on_demand", None, None] == Decimal("3.19")
    assert found["H200 141GB", "on_demand", None, None] == Decimal("4.59")
    assert reading.layout.headings == ("no known GPU: Pro 6000 MIG 24GB",)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"value":4.29', '"value":42.9'), ("SSD $4.29", "SSD €4.29"), ("SSD $4.29", "SSD $4.29 or $3.99"), ("$4.29", "")],
)
def test_a_figure_that_its_quoted_row_does_not_bear_out_is_refused(old: str, new: str) -> None:
    text = recorded("lambda/quoted-2026-10-08.jsonl")
    assert old in text
    with pytest.raises(UnreadablePrice, match="US dollars are said to stand in"):
        read("lambda/quoted-2026-10-08.jsonl", text.replace(old, new))


@pytest.mark.real_pages
@pytest.mark.parametrize("slug", ["lambda", "runpod"])
def test_the_real_quoted_rows(shared_pages: Path, slug: str) -> None:
    """The shared copy has the rows in another form, and some of them only; each is one of the recording."""
    (copy,) = (shared_pages / slug).glob("2026-10-08-*.csv")
    words = [quote.evidence.quoted for quote in read(f"{slug}/quoted-2026-10-08.jsonl").quotes]
    with copy.open(encoding="utf-8", newline="") as file:
        rows = [f"{row['row_label']} {row['cells_in_page_order']}".replace(" | ", " ") for row in csv.DictReader(file)]
    assert len(rows) > 10
    assert [row for row in rows if not any(f"{quoted} ".startswith(f"{row} ") for quoted in words)] == []
