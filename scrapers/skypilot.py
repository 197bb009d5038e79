"""SkyPilot's catalogue of one cloud: a CSV file of instances and their prices. A third party's, made by its own jobs.

raw.githubusercontent.com/skypilot-org/skypilot-catalog, `catalogs/v8/<cloud>/vms.csv`, plain text of up to 3 MB; the
schema's version is in the path, and a new one appears every year or so. US dollars per instance-hour.

- Columns are found by name: their order differs between clouds, and a cloud without zones has no such column.
- A cell without a figure, and 0.0 where a cloud has no spot price, are *not printed*: such a cell makes no quote.
- A region's price is that of its cheapest zone: on demand they are all alike, and a spot buyer may choose the zone.
- The size of the memory stands in `GpuInfo`, a Python dictionary; what it counts differs, and the seller's file says how.
- A file that broke off does not end with a line end, or has a row that is too short.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from scrapers import money
from scrapers.contract import Layout, Meter, Page, Quote, Reading, ValueState
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gpu_prices import doubted_outlier, per_gpu_hour

COLUMNS = ("InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "SpotPrice", "Region", "GpuInfo")
TIERS = {"Price": "on_demand", "SpotPrice": "spot"}  # the column, and the tier it prices
_FIGURE = re.compile(r"\d+(\.\d+)?")
_COUNT = re.compile(r"([1-9]\d*)(?:\.0)?")  # "8", "8.0"; fractions of a GPU are not read
_MEMORY = re.compile(
    r"'SizeInMiB': (\d+(?:\.\d+)?)"
)  # "{'Gpus': [{'Name': 'H100', ..., 'MemoryInfo': {'SizeInMiB': 81920}}], ...}"


@dataclass(frozen=True)
class Row:
    """One row of the catalogue: an instance in a region, in one zone of it where the cloud has zones."""

    number: int  # its line in the file
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def gpu_count(self) -> int:
        """How many GPUs the instance has; 0 where the row does not say a whole number."""
        match = _COUNT.fullmatch(self["AcceleratorCount"])
        return int(match[1]) if match else 0

    @property
    def memory_mib(self) -> Decimal | None:
        """The first figure of memory in `GpuInfo`."""
        match = _MEMORY.search(self["GpuInfo"])
        return Decimal(match[1]) if match else None

    def price(self, column: str) -> Decimal | None:
        """US dollars per hour; None where nothing is printed. Raises UnreadablePrice for what is no plain figure."""
        text = self[column]
        if text and not _FIGURE.fullmatch(text):
            raise UnreadablePrice(f"line {self.number}, {column}: a figure was expected, {text!r} stands there")
        return Decimal(text) if text and Decimal(text) else None

    def words(self, *columns: str) -> str:
        """Some cells, as evidence."""
        named = ("InstanceType", "AcceleratorName", "AcceleratorCount", "Region", "AvailabilityZone", *columns)
        return " | ".join(self.cells[name] for name in named if self.cells.get(name))


def rows_of(page: Page) -> Iterator[Row]:
    """The rows of a catalogue, one by one. Raises LayoutChanged for another file, or one that broke off."""
    if not page.text.endswith("\n"):
        raise LayoutChanged("the catalogue breaks off, or is another page: its last line has no end")
    reader = csv.reader(io.StringIO(page.text, newline=""), strict=True)
    try:
        heads = next(reader, [])
        missing = [column for column in COLUMNS if heads.count(column) != 1]
        if missing:
            raise LayoutChanged(f"the catalogue has no column {', '.join(missing)}; it has {', '.join(heads)[:200]}")
        for cells in reader:
            if len(cells) != len(heads):
                raise LayoutChanged(f"line {reader.line_num}: {len(cells)} cells under {len(heads)} heads")
            yield Row(reader.line_num, dict(zip(heads, map(money.fold, cells), strict=True)))
    except csv.Error as error:
        raise LayoutChanged(f"line {reader.line_num}: no row of a catalogue ({error})") from error


def cheapest(rows: Iterable[Row], column: str) -> Row | None:
    """The row with the lowest price in a column, None where none is printed; of several the first."""
    priced = [row for row in rows if row.price(column) is not None]
    return min(priced, key=lambda row: row.price(column) or 0, default=None)


def the_same_everywhere(rows: Collection[Row], column: str) -> Row | None:
    """The first priced row, where all that are priced ask the same. Raises UnreadablePrice where they do not."""
    asked = {row.price(column) for row in rows} - {None}
    if len(asked) > 1:
        name = next(iter(rows))["InstanceType"]
        raise UnreadablePrice(f"{name}, {column}: one price was expected in all regions, there are {len(asked)}")
    return cheapest(rows, column)


def quote_of(page: Page, parser_version: str, row: Row, column: str, *, model: str) -> Quote:
    """A row's price per GPU-hour in one column, doubted where no seller asks as much or as little.

    Raises UnreadablePrice where the row prints no price.
    """
    amount = row.price(column)
    if amount is None or not row.gpu_count:
        raise UnreadablePrice(f"line {row.number}, {column}: no price of a number of GPUs stands there")
    price = money.parse(row[column], unit="hour")
    where = ", ".join(filter(None, [row["InstanceType"], row["Region"], row.cells.get("AvailabilityZone")]))
    evidence = page.evidence(
        quoted=row.words(column), place=f"row '{where}' > column '{column}'", parser_version=parser_version
    )
    return doubted_outlier(
        Quote(
            provider=parser_version.partition("/")[0],
            model=model,
            meter=Meter.GPU_HOURS,
            tier=TIERS[column],
            value_state=ValueState.PRICED,
            amount=per_gpu_hour(price, row.gpu_count),
            raw_text=price.raw_text,
            raw_unit=f"hour ({row.gpu_count} GPUs)" if row.gpu_count > 1 else "hour",
            evidence=replace(evidence, gpu_count=row.gpu_count),
        )
    )


def reading_of(quotes: Iterable[Quote], unknown: Collection[str] = ()) -> Reading:
    """The reading of a catalogue: its sections are the tiers, its headings the names no GPU is known by.

    `unknown` may still grow while the quotes are made. Raises LayoutChanged where no price was found.
    """
    found = tuple(quotes)
    if not found:
        names = f"; it has {', '.join(sorted(unknown))[:200]}" if unknown else ""
        raise LayoutChanged(f"the catalogue holds no price of the GPUs that are looked for{names}")
    counts = {tier: sum(quote.tier == tier for quote in found) for tier in TIERS.values()}
    layout = Layout(
        sections={tier: count for tier, count in counts.items() if count},
        headings=tuple(f"no known GPU: {name}" for name in sorted(unknown)),
    )
    return Reading(quotes=found, layout=layout)


def grouped(rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]]) -> dict[tuple[str, ...], list[Row]]:
    """Rows by a key, in the order of the file."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
