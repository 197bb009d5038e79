"""Lambda: GPU instances on demand, the same price in every region, and no spot.

Page: SkyPilot's catalogue of Lambda, a third party's (scrapers/skypilot.py), which takes it from Lambda's own
interface; that needs a key. Lambda's page, lambda.ai/service/gpu-cloud, is rendered by the server, but its markup was
never seen: third parties quote rows of it ("NVIDIA H100 SXM | 80 GB | 208 | 1800 GiB | 22 TiB SSD | $3.99"), in which
one GPU has four prices because the tab that says how many are rented together is left out. It is not read.

- The name of an instance says how many GPUs it has and, for the newer ones, the form factor ("gpu_8x_h100_sxm5"): the
  GPU is named from it. Several together are cheaper: that they are several is the condition ("8 GPUs").
- Every price is repeated for every region. One that differs is refused, since a region would then belong to the price.
- An instance with a GPU that is not in gpus.csv is named in the layout and left out.
- The column of spot prices is empty. One-year reservations are sold by arrangement and are not in the catalogue.
- The rows quoted on 2026-10-08 (H100 SXM 3.99 in eights to 4.29 alone) are dearer than the copy (2.99 and 3.09).
"""

# ruff: noqa: N999 - the seller is called by a keyword; modules of sellers are imported by name only

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapers.contract import Page, Quote, Reading
from scrapers.errors import LayoutChanged
from scrapers.gpu_names import gpu_name
from scrapers.skypilot import TIERS, Row, grouped, quote_of, reading_of, rows_of, the_same_everywhere

NAME = "Lambda"
PROVIDER = "lambda"
PARSER_VERSION = "1"

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_INSTANCE = re.compile(r"gpu_(?P<count>[1-9]\d*)x_(?P<gpu>\w+)")  # "gpu_8x_h100_sxm5", "gpu_1x_a6000"


def parse(page: Page) -> Reading:
    """Read the catalogue: US dollars per GPU-hour. Raises LayoutChanged and UnreadablePrice."""
    unknown: set[str] = set()
    return reading_of(_quotes(page, unknown), unknown)


def _quotes(page: Page, unknown: set[str]) -> Iterator[Quote]:
    rows = (row for row in rows_of(page) if row["InstanceType"].startswith("gpu_"))
    for (instance,), regions in grouped(rows, lambda row: (row["InstanceType"],)).items():
        model = _gpu(regions[0])
        if model is None:
            unknown.add(instance)
            continue
        for column in TIERS:
            row = the_same_everywhere(regions, column)
            if row is not None:
                condition = f"{row.gpu_count} GPUs" if row.gpu_count > 1 else None
                yield replace(quote_of(page, _VERSION, row, column, model=model), condition=condition)


def _gpu(row: Row) -> str | None:
    """The name of the GPU, None where the vocabulary has none. Raises LayoutChanged for an instance named otherwise."""
    match, memory = _INSTANCE.fullmatch(row["InstanceType"]), row.memory_mib
    if match is None or int(match["count"]) != row.gpu_count:
        raise LayoutChanged(
            f"line {row.number}: a name like gpu_8x_h100_sxm5 with the number of GPUs was expected; "
            f"found {row['InstanceType']!r} with {row['AcceleratorCount']!r}"
        )
    return gpu_name(match["gpu"], measured_gb=memory and memory / 1024)
