"""A history of GPU prices that was put together from public repositories: one CSV file, `gpu-price-history.csv`.

Each row is a day, a seller's instance in a region, and what it cost an hour, on demand and as spot, in US dollars for the
whole instance; `source` names the repository, file and commit that the row is from.

- A row is written when one of its two prices differs from the version before, so the other one is repeated in it. The
  day is that of the commit: the seller may have moved up to one sampling gap before.
- An empty cell is *not printed*; 0 would be a printed 0. Rows without a day (an undated catalogue) are no history.
- The seller's column holds 22 keys; four of them are Runpod. `any` and `us-typical` are the file's words for a region.
- GPUs are spelled as each source spelled them; "H100 PRO" and "L4, A5000, 3090" are classes of workers and no GPUs.
- The rows of 2022 to 2024 with `us-typical` are a hand-kept table: an H100 at 0.69, eight A100 at 1.69 together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from scrapers.contract import Meter
from scrapers.feed_file import day_in, table
from scrapers.feed_prices import FeedLine, FeedPrice
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import exact, outlier_words

NAME = "gpu-history"

IDENTITY = ("provider", "instance", "gpu", "gpu_count", "region")
TIERS = {"on_demand_usd_per_hour": "on_demand", "spot_usd_per_hour": "spot"}  # the column, and the tier it prices
COLUMNS = ("date", *IDENTITY, *TIERS, "source")


class _Seller(NamedTuple):
    provider: str
    product: str | None = None  # None: the instance
    condition: str | None = None


_SAME = (
    "aws azure baseten cr8dl datacrunch dataoorts fireworks fluidstack gcp jarvislabs lambda nebius novonimbus "
    "oblivus-cloud oracle-cloud ovhcloud paperspace runpod together"
)
# Every key of the file, read by a person; another one is counted and not guessed.
SELLERS: Mapping[str, _Seller] = {key: _Seller(key) for key in _SAME.split()} | {
    "runpod.io": _Seller("runpod"),
    "runpod-pods": _Seller("runpod", "pods"),
    "runpod-serverless-flex": _Seller("runpod", "serverless", "flex"),
}

_COUNT = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_FIGURE = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)  # "98.32"
_SHOWN = 60  # letters of a cell that are repeated when it is not understood


def read(file: BinaryIO) -> Iterator[FeedLine]:
    """The rows of the file, each with its prices per GPU-hour. Raises LayoutChanged for another file, or a broken one."""
    for number, row in table("a history of GPU prices", file, COLUMNS):
        yield _line(number, row)


def _line(number: int, row: Mapping[str, str]) -> FeedLine:
    day, seller = day_in(row["date"]), SELLERS.get(row["provider"])
    count = int(row["gpu_count"]) if _COUNT.fullmatch(row["gpu_count"]) else None
    faults = []
    if day is None:
        faults.append(_fault("date", row["date"]))
    if seller is None:
        faults.append(_fault("seller", row["provider"]))
    if count is None:
        faults.append(_fault("number of GPUs", row["gpu_count"]))
    if not row["gpu"]:
        faults.append(_fault("GPU", ""))
    faults += [_fault("price", row[column]) for column in TIERS if row[column] and not _FIGURE.fullmatch(row[column])]
    printed = [column for column in TIERS if _FIGURE.fullmatch(row[column])]
    if not any(row[column] for column in TIERS):
        faults.append(_fault("price", ""))
    if day is None or seller is None or count is None or not row["gpu"]:
        return FeedLine(line=number, not_understood=tuple(faults))
    if gpu_name(row["gpu"]) is None:
        faults.append(_fault("GPU by the name", row["gpu"]))
    prices = tuple(_price(row, column, day, seller, count) for column in printed)
    return FeedLine(line=number, prices=prices, not_understood=tuple(faults))


def _price(row: Mapping[str, str], column: str, day: date, seller: _Seller, count: int) -> FeedPrice:
    amount, gpu = exact(Decimal(row[column]) / count), gpu_name(row["gpu"])
    return FeedPrice(
        observed_on=day,
        provider=seller.provider,
        product=seller.product or row["instance"] or None,
        model=row["gpu"],
        gpu=gpu,
        meter=Meter.GPU_HOURS,
        tier=TIERS[column],
        region=row["region"] or None,
        condition=seller.condition,
        gpu_count=count,
        amount=amount,
        raw_text=row[column],
        raw_unit=f"hour ({count} GPUs)" if count > 1 else "hour",
        quoted=" | ".join([*(row[name].replace("|", "\\|") for name in IDENTITY), column]),
        doubt=outlier_words(gpu or "", amount),
        origin=row["source"] or None,
    )


def _fault(what: str, found: str) -> str:
    return f"no known {what}: {found[:_SHOWN]}" if found else f"no {what}"
