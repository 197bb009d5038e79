"""One row of a price table on its way to quotes: whose words these are, where they stand, what they cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrapers import money
from scrapers.contract import Evidence, Meter, Method, Page, Quote, Technique
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gpu_prices import per_gpu_hour
from scrapers.size_tiers import SizeTier
from scrapers.table_shape import even_rows, heads_of
from scrapers.tables import Cell, Table


@dataclass(frozen=True)
class PriceColumn:
    """What a column counts, and in which unit as printed."""

    index: int
    meter: Meter
    unit: str
    method: Method | None = None
    technique: Technique | None = None


@dataclass(frozen=True)
class PriceRow:
    """One row of a table of one page, as one parser version reads it; the first cell is the label."""

    page: Page
    parser_version: str  # "together/1"
    table: Table
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        return self.cells[0].text

    def evidence(self, index: int, *, gpu_count: int | None = None) -> Evidence:
        """The words of the whole row, and the place of one of its cells."""
        return Evidence(
            quoted=" ".join(cell.text for cell in self.cells),
            place=self.table.place(self.label, self.table.columns[index]),
            url=self.page.url,
            fetched_at=self.page.fetched_at,
            sha256=self.page.sha256,
            parser_version=self.parser_version,
            gpu_count=gpu_count,
        )


def price_rows(page: Page, parser_version: str, table: Table) -> Iterator[PriceRow]:
    """The rows of a table, once it is as wide as its heads and each has a label. Raises LayoutChanged."""
    for cells in even_rows(table):
        if not cells[0].text:
            raise LayoutChanged(f"a row of the table headed {heads_of(table)} has prices and no name")
        yield PriceRow(page, parser_version, table, cells)


def quote_of(
    row: PriceRow,
    column: PriceColumn,
    *,
    model: str | None = None,
    tier: SizeTier | None = None,
    text: str | None = None,
    gpu_count: int | None = None,
) -> Quote:
    """The quote of one cell, or of the `text` that is one of several prices in it.

    A price per second, minute or hour of `gpu_count` GPUs becomes one per GPU-hour. Raises UnreadablePrice, also where the cell counts
    something else than its column.
    """
    price = money.parse(row.cells[column.index].text if text is None else text, unit=column.unit)
    amount, unit = price.amount, price.unit
    if column.meter is Meter.GPU_HOURS and unit in {"hour", "minute"} and gpu_count:
        amount, unit = per_gpu_hour(price, gpu_count), Meter.GPU_HOURS.unit
    if unit != column.meter.unit:
        raise UnreadablePrice(
            f"{row.label}: {price.raw_text!r} is per {price.unit}, and its column counts {column.meter.unit}"
        )
    return Quote(
        provider=row.parser_version.partition("/")[0],
        model=model,
        size_tier=tier.label if tier else None,
        size_min_params=tier.least if tier else None,
        size_max_params=tier.most if tier else None,
        meter=column.meter,
        method=column.method,
        technique=column.technique,
        amount=amount,
        currency=price.currency,
        value_state=price.state,
        raw_text=price.raw_text,
        raw_unit=price.raw_unit,
        evidence=row.evidence(column.index, gpu_count=gpu_count),
    )


def printed_unit(unit: re.Pattern[str], words: str, *, where: str, like: str) -> str:
    """The unit as these words print it. Raises LayoutChanged where they do not: no figure without its unit."""
    match = unit.search(words)
    if match is None:
        raise LayoutChanged(f"{where}: no unit like '{like}' is printed where it was")
    return match[0]
