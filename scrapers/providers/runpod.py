"""RunPod: pods, which are rented by the hour, and serverless workers, which are paid by the second. US dollars.

Four pages, told apart by what they hold.

Pods: SkyPilot's catalogue of RunPod, a third party's (scrapers/skypilot.py).
- An instance is "1x_H100-SXM_SECURE": the number of GPUs, the GPU, and the cloud it runs in. *Secure* (data centres) and
  *community* (other people's machines) are conditions. Of 1 to 9 GPUs at one price each, the fewest are read.
- `GpuInfo` has the GPU's full name ("A100 PCIe"), and its memory in GB in the field called SizeInMiB.
- One price in all zones of all countries; a spot price for each.

Pods again: gpuhunt's catalogue of RunPod (scrapers/gpuhunt.py). An offer is named by the GPU as RunPod's interface calls it
("NVIDIA H100 80GB HBM3", which is no word about the form); it is at a data centre of the secure cloud ("EU-RO-1") or in a
country of the community cloud ("CZ"). Clusters are flagged and left out.

Serverless: docs.runpod.io/serverless/pricing, markdown.
- Until 2025 it has a table: the GPUs that share a worker class, the memory, and a price per second of *flex* workers
  (scale to zero) and *active* workers (always on). "H100 PRO": PRO is the class of the worker and not of the GPU.
- In 2026-03 the table is put in by a script that the markdown does not run; since 2026-07-20 at the latest the page
  sends its readers to www.runpod.io/pricing. It has no price then, and says that active workers are cheaper on request.

Quoted: rows of www.runpod.io/pricing, whose markup was never seen, as a study quotes them (scrapers/quoted_rows.py): "H100
SXM 80 GB VRAM 125 GB RAM 20 vCPUs $ 3.49 /hr". The page does not say which cloud they are of; neither do these prices.

Savings plans of 3 and 6 months
are sold in the console, at prices it alone shows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from scrapers import gpuhunt, quoted_rows
from scrapers.contract import Availability, AvailabilityKind, Layout, Meter, Page, Quote, Reading
from scrapers.errors import LayoutChanged
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import doubted_outlier, in_dollars
from scrapers.price_rows import PriceColumn, PriceRow, price_rows, printed_unit, quote_of
from scrapers.skypilot import TIERS, Row, grouped, reading_of, rows_of, the_same_everywhere
from scrapers.skypilot import quote_of as catalogue_quote
from scrapers.table_shape import heads_of
from scrapers.tables import Table, column_of, ends_in_table, markdown_tables

NAME = "RunPod"
PROVIDER = "runpod"
PARSER_VERSION = "1"

WORKERS = ("flex", "active")
_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_CATALOGUE = re.compile(r"\A\ufeff?InstanceType,")
_INSTANCE = re.compile(r"(?P<count>[1-9]\d*)x_[^_]+_(?P<cloud>SECURE|COMMUNITY)")  # "1x_H100-SXM_SECURE"
_FULL_NAME = re.compile(r"'Name': '([^']+)'")
_PER_SECOND = re.compile(r"\bper second\b", re.IGNORECASE)  # "Flex cost per second", "Pricing table (per second)"
_PLACES = {"secure": re.compile(r"[A-Z]{2,3}(-[A-Z]{2,3})?-\d+"), "community": re.compile(r"[A-Z]{2}")}
_NOT_THE_NAME = re.compile(r"\b(HBM\d\w?|Generation)\b")  # "NVIDIA H100 80GB HBM3", "NVIDIA RTX 6000 Ada Generation"
_GB = re.compile(r"(\d+) ?GB")


def parse(page: Page) -> Reading:
    """Read the catalogue of pods, quoted rows or the page about serverless. Raises LayoutChanged and UnreadablePrice."""
    if quoted_rows.is_quoted(page):
        return quoted_rows.reading_of(page, _VERSION, seller=NAME, product="pods")
    if gpuhunt.is_catalogue(page):
        return gpuhunt.reading_of(page, _VERSION, _offered, gpuhunt.the_same_everywhere)
    if _CATALOGUE.match(page.text):
        unknown: set[str] = set()
        return reading_of(_pods(page, unknown), unknown)
    return _serverless(page)


def _pods(page: Page, unknown: set[str]) -> Iterator[Quote]:
    for (gpu, cloud), rows in grouped(rows_of(page), _kind).items():
        least = min(row.gpu_count for row in rows)
        zones = [row for row in rows if row.gpu_count == least]
        model = gpu_name(gpu, measured_gb=zones[0].memory_mib)  # the field holds gigabytes here
        if model is None:
            unknown.add(gpu)
            continue
        for column in TIERS:
            row = the_same_everywhere(zones, column)
            if row is not None:
                quote = catalogue_quote(page, _VERSION, row, column, model=model)
                yield replace(quote, product="pods", condition=cloud)


def _offered(offer: gpuhunt.Offer) -> gpuhunt.Kind:
    """What gpuhunt's offer is of. Raises LayoutChanged for a place that is neither a data centre nor a country."""
    clouds = [cloud for cloud, place in _PLACES.items() if place.fullmatch(offer["location"])]
    if len(clouds) != 1:
        raise LayoutChanged(
            f"line {offer.number}, location: 'EU-RO-1' or 'CZ' was expected, {offer['location']!r} stands there"
        )
    model = gpu_name(_NOT_THE_NAME.sub("", offer["instance_name"]), memory_gb=offer.memory_gb)
    return gpuhunt.Kind(model, product="pods", condition=clouds[0])


def _kind(row: Row) -> tuple[str, str]:
    """The GPU by its full name, and the cloud it runs in. Raises LayoutChanged for an instance named otherwise."""
    match, name = _INSTANCE.fullmatch(row["InstanceType"]), _FULL_NAME.search(row["GpuInfo"])
    if match is None or name is None or int(match["count"]) != row.gpu_count:
        raise LayoutChanged(
            f"line {row.number}: a name like 1x_H100-SXM_SECURE with the number and name of the GPUs was expected; "
            f"found {row['InstanceType']!r} with {row['AcceleratorCount']!r} and {row['GpuInfo'][:60]!r}"
        )
    return name[1], match["cloud"].lower()


def _serverless(page: Page) -> Reading:
    if ends_in_table(page.text):
        raise LayoutChanged("serverless: the page breaks off in a table; a heading was expected after it")
    tables = markdown_tables(page.text)  # whatever tags stand in it: the page is markdown with components
    rows: Counter[str] = Counter()
    quotes: list[Quote] = []
    unknown: set[str] = set()
    facts: list[Availability] = []
    for table in tables:
        heads = " ".join(table.columns).casefold()
        if "gpu type" in heads:
            for row in price_rows(page, _VERSION, table):
                quotes += _worker_quotes(row, table, unknown)
                rows["serverless"] += 1
        elif "flex workers" in heads and "active workers" in heads:
            facts += _worker_facts(page, table)
            rows["worker_types"] += len(table.rows)
    if not quotes and not facts:
        raise LayoutChanged(
            f"neither the prices of flex and active workers nor where to ask for them are on the page; "
            f"its tables are headed {'; '.join(map(heads_of, tables))[:300] or '(there is no table)'}"
        )
    unread = (f"no known GPU: {name}" for name in sorted(unknown))
    headings = (*(table.headings[-1] for table in tables if table.headings), *unread)
    return Reading(
        quotes=tuple(quotes), availability=tuple(facts), layout=Layout(sections=dict(rows), headings=headings)
    )


def _worker_quotes(row: PriceRow, table: Table, unknown: set[str]) -> Iterator[Quote]:
    """A price per second of each kind of worker, for each of the GPUs that share the row: "L40, L40S, 6000 Ada PRO"."""
    words = " ".join([*table.columns, *table.headings, table.preface])
    unit = printed_unit(_PER_SECOND, words, where="serverless", like="per second")
    memory = _GB.fullmatch(row.cells[column_of(table, "Memory")].text)
    if memory is None:
        raise LayoutChanged(f"serverless: {row.label!r} has no memory like '80 GB' beside it")
    for printed in row.label.split(","):
        name = gpu_name(printed.strip().removesuffix(" PRO"), memory_gb=Decimal(memory[1]))
        if name is None:
            unknown.add(printed.strip())
            continue
        for worker in WORKERS:
            column = PriceColumn(column_of(table, worker), Meter.GPU_HOURS, unit)
            quote = in_dollars(quote_of(row, column, model=name, gpu_count=1))
            yield doubted_outlier(replace(quote, product="serverless", tier="on_demand", condition=worker))


def _worker_facts(page: Page, table: Table) -> Iterator[Availability]:
    """Active workers cost less on request: "Discounts available through sales inquiry"."""
    for row in price_rows(page, _VERSION, table):
        cell = row.cells[column_of(table, "Active workers")]
        if row.label.casefold() == "pricing" and "sales" in cell.text.casefold():
            yield Availability(
                provider=PROVIDER,
                model="Active workers",
                kind=AvailabilityKind.BY_ARRANGEMENT,
                date=None,
                variant=None,
                evidence=row.evidence(column_of(table, "Active workers")),
            )
