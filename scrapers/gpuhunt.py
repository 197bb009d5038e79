"""gpuhunt's catalogue of one cloud: a CSV file of offers, on demand and as spot in rows of their own. A third party's.

dstack-gpu-pricing.s3.eu-west-1.amazonaws.com/v3/<cloud>: `version` names the newest one, `<version>/catalog.zip` holds
`<cloud>.csv` (scrapers/packing.py). Made every hour by dstack's jobs from the clouds' own interfaces. US dollars per hour of a
whole instance. What the columns mean is known from gpuhunt's source; the served file was never seen.

- Columns are found by name; new ones are added at the end. `gpu_memory` is the memory of one GPU in GB.
- `spot` is True or False: the same instance stands in one row on demand, in another as spot.
- An empty price is *not printed*. A row without GPUs, or with half a one, is no row of this table.
- A row with flags is sold in a way of its own (clusters, calendars): it is left out, unless the seller's file knows better.
- Its prices of Google do not agree with Google's: an A3 at half of it. They are not read. Of Vast it publishes nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from scrapers import money
from scrapers.contract import Layout, Meter, Page, Quote, Reading, ValueState
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gpu_prices import doubted_outlier, exact

COLUMNS = ("instance_name", "location", "price", "gpu_count", "gpu_name", "gpu_memory", "spot")
TIERS = {"False": "on_demand", "True": "spot"}

_FIGURE = re.compile(r"\d+(\.\d+)?")
_COUNT = re.compile(r"[1-9]\d*")


@dataclass(frozen=True)
class Offer:
    """One row of the catalogue: an instance at a place, on demand or as spot."""

    number: int  # its line in the file
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def tier(self) -> str:
        """Raises LayoutChanged where `spot` is neither True nor False."""
        tier = TIERS.get(self["spot"])
        if tier is None:
            raise LayoutChanged(f"line {self.number}, spot: True or False was expected, {self['spot']!r} stands there")
        return tier

    @property
    def gpu_count(self) -> int:
        """How many GPUs the instance has; 0 where the row does not say a whole number."""
        return int(self["gpu_count"]) if _COUNT.fullmatch(self["gpu_count"]) else 0

    @property
    def memory_gb(self) -> Decimal | None:
        """The memory of one GPU; None where no figure is printed."""
        text = self["gpu_memory"]
        return Decimal(text) if _FIGURE.fullmatch(text) and Decimal(text) else None

    @property
    def per_gpu(self) -> Decimal | None:
        """US dollars per GPU-hour; None where nothing is printed. Raises UnreadablePrice for what is no plain figure."""
        text = self["price"]
        if text and not _FIGURE.fullmatch(text):
            raise UnreadablePrice(f"line {self.number}, price: a figure was expected, {text!r} stands there")
        return exact(Decimal(text) / self.gpu_count) if text and Decimal(text) and self.gpu_count else None


@dataclass(frozen=True)
class Kind:
    """What sets the prices of a seller apart, besides the tier. Without a model it is a GPU that nobody knows."""

    model: str | None
    product: str | None = None
    region: str | None = None
    condition: str | None = None


def is_catalogue(page: Page) -> bool:
    """Whether a page is such a catalogue and not another CSV file."""
    return page.text.startswith("instance_name,")


def offers_of(page: Page, *, plain_flags: Collection[str] = ()) -> Iterator[Offer]:
    """The rows with GPUs and a price, without those of other ways to sell. Raises LayoutChanged, UnreadablePrice."""
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
            offer = Offer(reader.line_num, dict(zip(heads, map(money.fold, cells), strict=True)))
            flags = set(offer.cells.get("flags", "").split())
            if offer.per_gpu is not None and flags <= set(plain_flags):
                yield offer
    except csv.Error as error:
        raise LayoutChanged(f"line {reader.line_num}: no row of a catalogue ({error})") from error


def cheapest(offers: Collection[Offer]) -> Offer:
    """The offer with the lowest price per GPU; of several the first."""
    return min(offers, key=lambda offer: offer.per_gpu or 0)


def the_same_everywhere(offers: Collection[Offer]) -> Offer:
    """The first offer, where all ask the same per GPU. Raises UnreadablePrice where they do not."""
    asked = {offer.per_gpu for offer in offers}
    first = next(iter(offers))
    if len(asked) > 1:
        raise UnreadablePrice(
            f"{first['instance_name']}, {first.tier}: one price was expected everywhere, there are {len(asked)}"
        )
    return first


def reading_of(
    page: Page,
    parser_version: str,
    kind_of: Callable[[Offer], Kind | None],
    chosen: Callable[[Collection[Offer]], Offer],
    *,
    plain_flags: Collection[str] = (),
) -> Reading:
    """A price per kind and tier: of the offers of a kind with the fewest GPUs the one that is `chosen`.

    `kind_of` gives None for an offer that is not read. Raises LayoutChanged where none is.
    """
    kinds: dict[Kind, list[Offer]] = {}
    for offer in offers_of(page, plain_flags=plain_flags):
        kind = kind_of(offer)
        if kind is not None:
            kinds.setdefault(kind, []).append(offer)
    unknown = sorted({offers[0]["instance_name"] for kind, offers in kinds.items() if kind.model is None})
    quotes = [quote for kind, offers in kinds.items() for quote in _quotes(page, parser_version, kind, offers, chosen)]
    if not quotes:
        names = f"; it has {', '.join(unknown)[:200]}" if unknown else ""
        raise LayoutChanged(f"the catalogue holds no price of the GPUs that are looked for{names}")
    headings = tuple(f"no known GPU: {name}" for name in unknown)
    counts = Counter(quote.tier or "" for quote in quotes)
    return Reading(quotes=tuple(quotes), layout=Layout(sections=dict(counts), headings=headings))


def _quotes(
    page: Page,
    parser_version: str,
    kind: Kind,
    offers: Collection[Offer],
    chosen: Callable[[Collection[Offer]], Offer],
) -> Iterator[Quote]:
    if kind.model is None:
        return
    fewest = min(offer.gpu_count for offer in offers)
    for tier in TIERS.values():
        found = [offer for offer in offers if offer.gpu_count == fewest and offer.tier == tier]
        if found:
            quote = quote_of(page, parser_version, chosen(found), model=kind.model)
            yield replace(quote, product=kind.product, region=kind.region, condition=kind.condition)


def quote_of(page: Page, parser_version: str, offer: Offer, *, model: str) -> Quote:
    """An offer's price per GPU-hour, doubted where no seller asks as much or as little."""
    evidence = page.evidence(
        quoted=" | ".join(offer[column] for column in COLUMNS if offer[column]),
        place=f"row '{offer['instance_name']}, {offer['location']}, spot {offer['spot']}' > column 'price'",
        parser_version=parser_version,
    )
    return doubted_outlier(
        Quote(
            provider=parser_version.partition("/")[0],
            model=model,
            meter=Meter.GPU_HOURS,
            tier=offer.tier,
            value_state=ValueState.PRICED,
            amount=offer.per_gpu,
            raw_text=offer["price"],
            raw_unit=f"hour ({offer.gpu_count} GPUs)" if offer.gpu_count > 1 else "hour",
            evidence=replace(evidence, gpu_count=offer.gpu_count),
        )
    )
