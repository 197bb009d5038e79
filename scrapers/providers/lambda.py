"""Lambda: GPU instances on demand, the same price in every region, and no spot.

Three pages, told apart by what they hold; all are third parties'. Lambda's own page, lambda.ai/service/gpu-cloud, is
rendered by the server, but its markup was never seen; its own interface needs a key.

Rows of that page as a study quotes them (scrapers/quoted_rows.py): "NVIDIA H100 SXM 80 GB 208 1800 GiB 22 TiB SSD $3.99",
each per GPU-hour. One GPU has four prices, because the tab that says how many are rented together is left out: the cores
of the computer, the first figure behind the memory, are the condition ("208 vCPUs").

gpuhunt's catalogue of Lambda, `lambdalabs` (scrapers/gpuhunt.py), and SkyPilot's (scrapers/skypilot.py), both taken from
Lambda's interface.
- The name of an instance says how many GPUs it has and, for the newer ones, the form factor ("gpu_8x_h100_sxm5"): the
  GPU is named from it. Several together are cheaper: that they are several is the condition ("8 GPUs").
- Every price is repeated for every region. One that differs is refused, since a region would then belong to the price.
- An instance with a GPU that is not in gpus.csv is named in the layout and left out.
- gpuhunt flags a computer with Arm cores, which is no other way to sell it.
- The column of spot prices is empty. One-year reservations are sold by arrangement and are not in the catalogue.
- Its copy (H100 SXM 2.99 in eights) is cheaper than the rows quoted on 2026-10-08 (3.99 with the most cores).
"""

# ruff: noqa: N999 - the seller is called by a keyword; modules of sellers are imported by name only

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapers import gpuhunt, quoted_rows
from scrapers.contract import Page, Quote, Reading
from scrapers.errors import LayoutChanged
from scrapers.gpu_names import gpu_name
from scrapers.skypilot import TIERS, Row, grouped, quote_of, reading_of, rows_of, the_same_everywhere

NAME = "Lambda"
PROVIDER = "lambda"
PARSER_VERSION = "1"

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_INSTANCE = re.compile(r"gpu_(?P<count>[1-9]\d*)x_(?P<gpu>\w+)")  # "gpu_8x_h100_sxm5", "gpu_1x_a6000"
_CORES = re.compile(r"\d+ GB (?P<cores>\d+) [\d.]+ GiB")  # "80 GB 208 1800 GiB 22 TiB SSD $3.99"


def parse(page: Page) -> Reading:
    """Read one of the lists: US dollars per GPU-hour. Raises LayoutChanged and UnreadablePrice."""
    if quoted_rows.is_quoted(page):
        return quoted_rows.reading_of(page, _VERSION, seller=NAME, condition=_cores)
    if gpuhunt.is_catalogue(page):
        return gpuhunt.reading_of(page, _VERSION, _offered, gpuhunt.the_same_everywhere, plain_flags=("lambda-arm",))
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
    memory = row.memory_mib
    return gpu_name(_named(row["InstanceType"], row.gpu_count, row.number), measured_gb=memory and memory / 1024)


def _offered(offer: gpuhunt.Offer) -> gpuhunt.Kind | None:
    """What gpuhunt's offer is of; its memory is the one Lambda prints."""
    if not offer["instance_name"].startswith("gpu_"):
        return None
    name = _named(offer["instance_name"], offer.gpu_count, offer.number)
    condition = f"{offer.gpu_count} GPUs" if offer.gpu_count > 1 else None
    return gpuhunt.Kind(gpu_name(name, memory_gb=offer.memory_gb), condition=condition)


def _named(instance: str, gpu_count: int, line: int) -> str:
    """The GPU as an instance is named by it. Raises LayoutChanged for an instance named otherwise."""
    match = _INSTANCE.fullmatch(instance)
    if match is None or int(match["count"]) != gpu_count:
        raise LayoutChanged(
            f"line {line}: a name like gpu_8x_h100_sxm5 with the number of GPUs was expected; "
            f"found {instance!r} with {gpu_count} GPUs"
        )
    return match["gpu"]


def _cores(row: quoted_rows.QuotedRow) -> str:
    """How large the rented computer is. Raises LayoutChanged where the quoted row does not say so."""
    match = _CORES.search(row.words)
    if match is None:
        raise LayoutChanged(f"line {row.number}: '80 GB 208 1800 GiB' was expected in {row.words[:120]!r}")
    return f"{match['cores']} vCPUs"
