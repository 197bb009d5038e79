"""Vast.ai: a marketplace. Hosts set their prices, and what is read is the middle of the offers, not a price list.

Page: SkyPilot's catalogue of Vast, a third party's (scrapers/skypilot.py). Of the offers of one kind (this many of
this GPU) it prints the median of what they ask per hour as the price of each, storage of the search's default size
included, and leaves the dearer half out. gpuhunt, another such catalogue, asks Vast whenever it is
asked itself and publishes no file of it. Vast's own page has no figures in its markup, and its documentation none
either: it sends its readers to the offers of the moment.

- An instance is "2x-H100_SXM-32-65536": how many, which GPU, cores and memory of the computer, both rounded down. The
  memory in `GpuInfo` is that of all its GPUs together.
- The same price stands at each place where it can be had, so no region belongs to it. Of several computers with the
  same GPUs the cheapest is read. That it is of several GPUs is the condition ("2 GPUs").
- The column of bids for interruptible instances is 0.00 throughout: nothing is printed. Reserved instances cost up to
  half less, host by host, and are not in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapers.contract import Page, Quote, Reading
from scrapers.errors import LayoutChanged
from scrapers.gpu_names import gpu_name
from scrapers.skypilot import TIERS, Row, cheapest, quote_of, reading_of, rows_of

NAME = "Vast.ai"
PROVIDER = "vast"
PARSER_VERSION = "1"

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_INSTANCE = re.compile(r"(?P<count>[1-9]\d*)x-(?P<gpu>[^-].*)-\d+-\d+")  # "1x-RTX_6000Ada-32-65536"


def parse(page: Page) -> Reading:
    """Read the catalogue: US dollars per GPU-hour. Raises LayoutChanged and UnreadablePrice."""
    unknown: set[str] = set()
    return reading_of(_quotes(page, unknown), unknown)


def _quotes(page: Page, unknown: set[str]) -> Iterator[Quote]:
    kinds: dict[tuple[str, int], list[Row]] = {}
    for row in rows_of(page):
        gpu = _gpu(row)
        memory = row.memory_mib
        model = gpu_name(gpu, measured_gb=memory and memory / 1024 / row.gpu_count)
        if model is None:
            unknown.add(gpu)
        else:
            kinds.setdefault((model, row.gpu_count), []).append(row)
    for (model, count), offers in kinds.items():
        for column in TIERS:
            offer = cheapest(offers, column)
            if offer is not None:
                condition = f"{count} GPUs" if count > 1 else None
                yield replace(quote_of(page, _VERSION, offer, column, model=model), condition=condition)


def _gpu(row: Row) -> str:
    match = _INSTANCE.fullmatch(row["InstanceType"])
    if match is None or int(match["count"]) != row.gpu_count:
        raise LayoutChanged(
            f"line {row.number}: a name like 2x-H100_SXM-32-65536 with the number of GPUs was expected; "
            f"found {row['InstanceType']!r} with {row['AcceleratorCount']!r}"
        )
    return match["gpu"]
