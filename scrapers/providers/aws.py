"""Amazon Web Services: what GPU instances of EC2 cost, Linux, shared tenancy, in US East (N. Virginia), us-east-1.

Three pages, told apart by their heads; all are third parties' and taken from Amazon's own interfaces. Amazon's own price
list is one file of several gigabytes and is not read.

A daily log of the price list (scrapers/price_log.py): p5.48xlarge, on demand. It does not name the GPUs: a p5.48xlarge
has eight H100 of 80 GB.

SkyPilot's catalogue of AWS (scrapers/skypilot.py), and gpuhunt's (scrapers/gpuhunt.py), which has one row for a region.
- Read are the instances listed here, in one region, of some 50,000 rows. An instance is sold whole: its type is the
  product, and its price is divided by its GPUs.
- The on-demand price is one for the region; the spot price is each zone's own, and the cheapest zone's is taken.
  A zone at exactly the on-demand price is ordinary: it is Amazon's ceiling for spot.
- Neither the file nor the name of an instance tells SXM from PCIe, so the name of the GPU does not either.
- Amazon lowered P4 and P5 on 2025-06-05: p5.48xlarge went from 98.32 to 55.04. p5e has no on-demand price here.
- Reserved instances and capacity blocks are not in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from scrapers import gpuhunt, price_log
from scrapers.contract import Meter, Page, Quote, Reading, ValueState
from scrapers.errors import LayoutChanged
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import doubted_outlier, exact
from scrapers.skypilot import TIERS, cheapest, grouped, quote_of, reading_of, rows_of

NAME = "Amazon Web Services"
PROVIDER = "aws"
PARSER_VERSION = "1"

REGION = "us-east-1"
INSTANCES = (  # of each GPU the smallest and the largest; G6e with one GPU is sold in five sizes of computer
    *("g6e.12xlarge", "g6e.48xlarge", "p4d.24xlarge", "p4de.24xlarge"),
    *("p5.4xlarge", "p5.48xlarge", "p5en.48xlarge", "p6-b200.48xlarge"),
)
LOGGED = {"p5.48xlarge": ("H100 80GB", 8)}  # an instance of the log, its GPU and how many it has
_VERSION = f"{PROVIDER}/{PARSER_VERSION}"


def parse(page: Page) -> Reading:
    """Read one of the lists: US dollars per GPU-hour. Raises LayoutChanged and UnreadablePrice."""
    if price_log.is_log(page):
        logged = (_logged(page, entry) for entry in price_log.newest(page) if entry.instance in LOGGED)
        return reading_of(logged)
    if gpuhunt.is_catalogue(page):
        return gpuhunt.reading_of(page, _VERSION, _offered, gpuhunt.cheapest)
    return reading_of(_quotes(page))


def _offered(offer: gpuhunt.Offer) -> gpuhunt.Kind | None:
    """What gpuhunt's offer is of; its memory is measured."""
    instance = offer["instance_name"]
    if offer["location"] != REGION or instance not in INSTANCES:
        return None
    model = _gpu(instance, offer["gpu_name"], offer.memory_gb)
    return gpuhunt.Kind(model, product=instance, region=REGION)


def _logged(page: Page, entry: price_log.Entry) -> Quote:
    model, count = LOGGED[entry.instance]
    evidence = page.evidence(
        quoted=entry.words, place=f"row '{entry.stamp}' > column 'price_usd'", parser_version=_VERSION
    )
    return doubted_outlier(
        Quote(
            provider=PROVIDER,
            product=entry.instance,
            model=model,
            meter=Meter.GPU_HOURS,
            tier="on_demand",
            region=REGION,
            value_state=ValueState.PRICED,
            amount=exact(entry.amount / count),
            raw_text=entry.printed,
            raw_unit=f"hour ({count} GPUs)",
            evidence=replace(evidence, gpu_count=count),
        )
    )


def _quotes(page: Page) -> Iterator[Quote]:
    rows = (row for row in rows_of(page) if row["Region"] == REGION and row["InstanceType"] in INSTANCES)
    for (instance,), zones in grouped(rows, lambda row: (row["InstanceType"],)).items():
        memory = zones[0].memory_mib
        model = _gpu(instance, zones[0]["AcceleratorName"], memory and memory / 1024)
        for column in TIERS:
            row = cheapest(zones, column)
            if row is not None:
                yield replace(quote_of(page, _VERSION, row, column, model=model), product=instance, region=REGION)


def _gpu(instance: str, printed: str, measured_gb: Decimal | None) -> str:
    name = gpu_name(printed, measured_gb=measured_gb)
    if name is None:
        raise LayoutChanged(f"{instance}: no GPU is called {printed!r}; see scrapers/gpus.csv")
    return name
