"""A daily log of Amazon's price list: one CSV file that a job appends a row to each day. A third party's.

raw.githubusercontent.com/amorton45/aws-gpu-price-tracker, `gpu_prices.csv`: when the list was asked (UTC), which instance,
and its price on demand, in US dollars per instance-hour, Linux, shared tenancy, US East (N. Virginia).

- The newest row of an instance is its price; the order of the file is not that of time, for its first rows were filled
  in backwards. Those rows, and one of 2025-04-23, have no price.
- A newest row without a price is no price, and not the one of the day before.
- A log whose newest row is a week old is not kept any more, or broke off.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from scrapers.contract import Page
from scrapers.errors import LayoutChanged, UnreadablePrice

HEADS = ["timestamp", "instance", "price_usd"]
OLDEST = timedelta(days=7)

_FIGURE = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True)
class Entry:
    """One row of the log: what an instance cost at one time, US dollars per hour of the whole instance."""

    stamp: str  # "2025-06-05T07:22:36", "2025-04-01"
    instance: str
    printed: str

    @property
    def words(self) -> str:
        """The row, as evidence."""
        return f"{self.stamp} | {self.instance} | {self.printed}"

    @property
    def amount(self) -> Decimal:
        """Raises UnreadablePrice where no plain figure above zero stands."""
        if not _FIGURE.fullmatch(self.printed) or not Decimal(self.printed):
            raise UnreadablePrice(
                f"row {self.stamp!r}, price_usd: a figure above zero was expected, {self.printed!r} stands there"
            )
        return Decimal(self.printed)


def is_log(page: Page) -> bool:
    """Whether a page is such a log and not another CSV file."""
    return page.text.startswith(",".join(HEADS) + "\n")


def newest(page: Page) -> list[Entry]:
    """The newest row of each instance. Raises LayoutChanged for a log that broke off or is not kept any more."""
    if not page.text.endswith("\n"):
        raise LayoutChanged("the log breaks off: its last line has no end")
    found: dict[str, tuple[datetime, Entry]] = {}
    for moment, entry in _rows(page):
        if entry.instance not in found or found[entry.instance][0] < moment:
            found[entry.instance] = moment, entry
    if not found:
        raise LayoutChanged("the log has no rows")
    last = max(moment for moment, _ in found.values())
    if page.fetched_at - last > OLDEST:
        raise LayoutChanged(f"the log ends on {last:%Y-%m-%d}: nothing has followed for {OLDEST.days} days")
    return [entry for _, entry in found.values()]


def _rows(page: Page) -> Iterator[tuple[datetime, Entry]]:
    reader = csv.reader(io.StringIO(page.text, newline=""), strict=True)
    next(reader)
    try:
        for cells in reader:
            if len(cells) != len(HEADS):
                raise LayoutChanged(f"line {reader.line_num}: {len(cells)} cells under {', '.join(HEADS)}")
            yield datetime.fromisoformat(cells[0]).replace(tzinfo=UTC), Entry(*cells)
    except (csv.Error, ValueError) as error:
        raise LayoutChanged(f"line {reader.line_num}: no row of a log ({error})") from error
