"""Hugging Face: GPUs behind Inference Endpoints, Jobs and Spaces, by the hour and billed by the minute. US dollars.

Three pages of documentation, markdown, told apart by the columns of their tables. Training has no price of its own:
AutoTrain bills the minutes of the Space it runs in.

- Endpoints (docs/inference-endpoints/support/pricing): a row is an instance of a cloud ("aws", "nvidia-l40s", "x4"), with
  the number of its GPUs and the memory of all of them. The cloud is the region; several GPUs are the condition ("4 GPUs"),
  for an instance of several may be dearer per GPU (L40S: 1.80 alone, 2.94 each of eight).
- A row that is deprecated says so in the column of the architecture ("*NVIDIA H100 - Deprecated from December 2025*") and
  keeps its price and its series; that it is deprecated is a fact about the GPU. A fact has no region: its evidence names
  the cloud, for another may go on with the same GPU (Amazon's H100 is deprecated, Google's is not). A month is printed.
- Of a T4 Amazon's rows print 14 GB and Google's 16, of a B200 256 GB, which none has: the name says what is printed.
- Jobs and Spaces (docs/hub/jobs-pricing, docs/hub/spaces-gpus): "4x Nvidia A10G - large" is the number, the GPU and the
  size of the computer, which is a condition. Spaces keeps rows of hardware it took away, struck through and without
  figures ("~~Nvidia H100~~ *(removed December 2025)*"): not offered.
- Not read: rows of CPUs, of INF2 and of TPUs, the price of exposed ports, and the worked examples.
- Until 2023 there is no column Instance Type, and sizes are words ("xlarge").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Layout,
    Meter,
    Page,
    Quote,
    Reading,
    ValueState,
    join_conditions,
)
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import doubted_outlier, in_dollars
from scrapers.price_rows import PriceColumn, PriceRow, price_rows, quote_of
from scrapers.table_shape import heads_of
from scrapers.tables import Table, column_of, ends_in_table, find_table, markdown_tables

NAME = "Hugging Face"
PROVIDER = "huggingface"
PARSER_VERSION = "1"

ENDPOINTS = ("Instance Size", "Hourly rate", "GPUs", "Memory", "Architecture")
HARDWARE = ("Hardware", "GPU Memory", "Hourly Price")
PRODUCTS = {"Ephemeral Storage": "jobs", "Disk": "spaces"}  # the one column that Jobs and Spaces do not share

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_DEPRECATED = re.compile(
    r"\s*[-(]\s*(?=.*deprecated).*$", re.IGNORECASE
)  # "NVIDIA H100 - Deprecated from December 2025"
_GB = re.compile(r"(\d+) ?GB")  # "640 GB", "14GB"
# "Nvidia T4 - small", "4x Nvidia A10G - large", "Nvidia RTX PRO 6000"
_HARDWARE = re.compile(r"(?:(?P<count>[1-9]\d*)x )?(?P<gpu>.+?)(?: - (?P<size>[a-z]+))?")
_STRUCK = re.compile(r"~~(?P<name>.+?)~~.*")  # "~~8x Nvidia H100~~ *(removed December 2025)*"


def parse(page: Page) -> Reading:
    """Read one of the three pages: US dollars per GPU-hour. Raises LayoutChanged and UnreadablePrice."""
    if ends_in_table(page.text):
        raise LayoutChanged("the page breaks off in a table; a heading was expected after it")
    tables = [table for table in markdown_tables(page.text) if _is_of_gpus(table)]
    unknown: set[str] = set()
    if any("Instance Size" in table.columns for table in tables):
        product, table = "endpoints", find_table(tables, heads=ENDPOINTS, where="endpoints")
        rows = list(price_rows(page, _VERSION, table))
        quotes = [quote for row in rows for quote in _endpoint(row, unknown)]
        facts = {(fact.model, fact.kind): fact for row in rows for fact in _deprecations(row)}
    else:
        table = find_table(tables, heads=HARDWARE, where="GPU hardware")
        found = [name for column, name in PRODUCTS.items() if column in table.columns]
        if len(found) != 1:
            raise LayoutChanged(
                f"one of the columns {', '.join(PRODUCTS)} was expected; the heads are {heads_of(table)}"
            )
        (product,) = found
        rows = list(price_rows(page, _VERSION, table))
        quotes, facts = [quote for row in rows for quote in _hardware(row, product, unknown)], {}
    if not quotes:
        raise LayoutChanged(f"{product}: no row names a known GPU; there are {', '.join(sorted(unknown))[:200]}")
    headings = (*table.headings, *(f"no known GPU: {name}" for name in sorted(unknown)))
    layout = Layout(sections={product: len(rows)}, headings=headings)
    return Reading(quotes=tuple(quotes), availability=tuple(facts.values()), layout=layout)


def _is_of_gpus(table: Table) -> bool:
    """The table of GPUs stands under a heading that says so; the same heads stand over CPUs as well."""
    return bool(table.headings) and "gpu" in table.headings[-1].casefold()


def _endpoint(row: PriceRow, unknown: set[str]) -> Iterator[Quote]:
    count, name = _whole(_cell(row, "GPUs"), row), _endpoint_gpu(row)
    if name is None:
        unknown.add(_cell(row, "Architecture"))
        return
    conditions = [f"{count} GPUs"] if count > 1 else []
    quote = _price(row, "Hourly rate", name, count)
    yield replace(quote, product="endpoints", region=_cell(row, "Provider"), condition=join_conditions(conditions))


def _deprecations(row: PriceRow) -> Iterator[Availability]:
    """The GPU of a deprecated row, under the name its prices have."""
    name = _endpoint_gpu(row)
    if name and _DEPRECATED.search(_cell(row, "Architecture")):
        yield Availability(
            provider=PROVIDER,
            model=name,
            kind=AvailabilityKind.DEPRECATED,
            date=None,  # a month is printed, not a day
            variant=None,
            evidence=row.evidence(column_of(row.table, "Architecture")),
        )


def _endpoint_gpu(row: PriceRow) -> str | None:
    memory = _gigabytes(_cell(row, "Memory"), row) / _whole(_cell(row, "GPUs"), row)
    return gpu_name(_DEPRECATED.sub("", _cell(row, "Architecture")), memory_gb=memory)


def _hardware(row: PriceRow, product: str, unknown: set[str]) -> Iterator[Quote]:
    struck = _STRUCK.fullmatch(row.label)
    match = _HARDWARE.fullmatch(struck["name"] if struck else row.label)
    count = int(match["count"] or 1) if match else 1
    memory = None if struck else _gigabytes(_cell(row, "GPU Memory"), row) / count
    name = match and gpu_name(match["gpu"], memory_gb=memory)
    if not match or not name:
        unknown.add(row.label)
        return
    conditions = [f"{count} GPUs" if count > 1 else "", match["size"] or ""]
    quote = _price(row, "Hourly Price", name, count)
    if struck:
        if quote.amount is not None:
            raise UnreadablePrice(f"{row.label}: it is struck through, and a price stands beside it")
        quote = replace(quote, value_state=ValueState.NOT_OFFERED, raw_text=row.label)
    yield replace(quote, product=product, condition=join_conditions(conditions))


def _price(row: PriceRow, head: str, model: str, count: int) -> Quote:
    quote = quote_of(
        row, PriceColumn(column_of(row.table, head), Meter.GPU_HOURS, "hour"), model=model, gpu_count=count
    )
    return doubted_outlier(in_dollars(replace(quote, tier="on_demand")))


def _cell(row: PriceRow, head: str) -> str:
    """The words of a cell; italics are taken off."""
    return row.cells[column_of(row.table, head)].text.strip("*").strip()


def _whole(text: str, row: PriceRow) -> int:
    if not re.fullmatch(r"[1-9]\d*", text):
        raise LayoutChanged(f"{row.label}: a number of GPUs was expected, {text!r} stands there")
    return int(text)


def _gigabytes(text: str, row: PriceRow) -> Decimal:
    match = _GB.fullmatch(text)
    if match is None:
        raise LayoutChanged(f"{row.label}: a memory like '80 GB' was expected, {text!r} stands there")
    return Decimal(match[1])
