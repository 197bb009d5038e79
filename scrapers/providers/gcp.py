"""Google Cloud: what the GPU machine types A2, A3 and A4 of Compute Engine cost, in three regions of the United States.

Two pages, told apart by what they hold; both are third parties', made from Google's price list, whose own interface
needs a key.

The list of a cost calculator (scrapers/google_calculator.py): whole machines, on demand, as spot and with a commitment
of one and three years, which are the tiers reserved_1y and reserved_3y. A3 Ultra and A4 are not in it. `a100` is the GPU
of 40 GB, beside `a100-80gb`.

SkyPilot's catalogue of GCP (scrapers/skypilot.py).
- Google prices the computer and its GPUs apart, and so does the catalogue: the row of a machine type has no GPU, and
  the row of a number of GPUs has no machine type. A price is the sum of the two in one zone, divided by the GPUs. The
  row of an A4 is 0.0, its computer being in the price of the GPUs. Local disks are in neither.
- Do not trust its on-demand prices everywhere. In some regions the GPU's is the price with a commitment of three years,
  about 43 % of the full one: an H100 in us-central1 at 4.20 beside 9.80 in us-east4, an A100 80GB that costs less on
  demand than as spot. In full prices the cheapest region of the United States asks at least 0.85 of the dearest. A price
  under 0.80 of the dearest is doubted, and so is one under the spot price of the same machine; spot prices are right.
- That is why three regions are read: each GPU has its full price in one of them.
- The file names no form factor, so the name of the GPU has none. Google's prices are for the machine types, not for
  GPUs alone; commitments are not told apart in the catalogue and not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scrapers import google_calculator
from scrapers.contract import Layout, Meter, Page, Quote, Reading, ValueState
from scrapers.errors import LayoutChanged
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import doubted_outlier, exact
from scrapers.ratios import RatioRule, doubt_of
from scrapers.skypilot import TIERS, Row, quote_of, reading_of, rows_of

NAME = "Google Cloud"
PROVIDER = "gcp"
PARSER_VERSION = "1"

REGIONS = ("us-central1", "us-east4", "us-east5")
MACHINES = {  # the machine type, and the GPUs it has
    "a2-highgpu-1g": ("A100", 1),
    "a2-ultragpu-1g": ("A100-80GB", 1),
    "a3-highgpu-8g": ("H100", 8),
    "a3-ultragpu-8g": ("H200", 8),
    "a4-highgpu-8g": ("B200", 8),
}
CALCULATOR_GPUS = {"a100": "A100 40GB", "a100-80gb": "A100 80GB", "h100-80gb": "H100 80GB"}
ALL_IN_ONE = frozenset({"a4-highgpu-8g"})  # sold at one price: the row of the computer is 0.0
_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_REGION_RULE = RatioRule(
    "on demand / the dearest region of the United States", "here", "dearest", Decimal("0.80"), Decimal(1)
)
_SPOT_RULE = RatioRule("spot / on demand", "spot", "here", Decimal("0.05"), Decimal(1))


@dataclass(frozen=True)
class _Machine:
    """One machine type in one zone: the row of the computer, and that of its GPUs."""

    name: str
    computer: Row
    gpus: Row

    def total(self, column: str) -> Decimal | None:
        """US dollars per hour of the whole machine; None where a part of it has no price."""
        gpus, computer = self.gpus.price(column), self.computer.price(column)
        if self.name in ALL_IN_ONE and self.computer[column] in {"0.0", "0"}:
            computer = Decimal(0)
        return None if gpus is None or computer is None else gpus + computer


def parse(page: Page) -> Reading:
    """Read one of the lists: US dollars per GPU-hour. Raises LayoutChanged and UnreadablePrice."""
    if google_calculator.is_calculator(page):
        return _calculator(page)
    computers: dict[tuple[str, str], Row] = {}
    gpus: dict[tuple[str, int, str], Row] = {}
    for row in rows_of(page):
        if row["InstanceType"] in MACHINES:
            computers[row["InstanceType"], row["AvailabilityZone"]] = row
        elif not row["InstanceType"] and (row["AcceleratorName"], row.gpu_count) in MACHINES.values():
            gpus[row["AcceleratorName"], row.gpu_count, row["AvailabilityZone"]] = row
    return reading_of(_quotes(page, computers, gpus))


def _quotes(
    page: Page, computers: Mapping[tuple[str, str], Row], gpus: Mapping[tuple[str, int, str], Row]
) -> Iterator[Quote]:
    for name, kind in MACHINES.items():
        zones = [
            _Machine(name, computer, gpus[*kind, zone])
            for (machine, zone), computer in computers.items()
            if machine == name and (*kind, zone) in gpus
        ]
        american = [row for key, row in gpus.items() if key[:2] == kind and row["Region"].startswith("us-")]
        dearest = max((price for row in american if (price := row.price("Price"))), default=None)
        for region in REGIONS:
            here = [machine for machine in zones if machine.gpus["Region"] == region]
            yield from _region_quotes(page, here, dearest)


def _region_quotes(page: Page, zones: Sequence[_Machine], dearest: Decimal | None) -> Iterator[Quote]:
    chosen = {column: _cheapest(zones, column) for column in TIERS}
    for column, machine in chosen.items():
        if machine is None:
            continue
        quote = _quote(page, machine, column)
        if column == "Price":
            spot = chosen["SpotPrice"]
            amounts = {"here": machine.gpus.price(column), "dearest": dearest}
            totals = {"here": machine.total(column), "spot": spot.total("SpotPrice") if spot else None}
            doubts = [quote.doubt, doubt_of(amounts, [_REGION_RULE]), doubt_of(totals, [_SPOT_RULE])]
            quote = replace(quote, doubt="; ".join(filter(None, doubts)) or None)
        yield quote


def _cheapest(zones: Sequence[_Machine], column: str) -> _Machine | None:
    priced = [machine for machine in zones if machine.total(column) is not None]
    return min(priced, key=lambda machine: machine.total(column) or 0, default=None)


def _quote(page: Page, machine: _Machine, column: str) -> Quote:
    gpus, computer, total = machine.gpus, machine.computer, machine.total(column)
    memory = gpus.memory_mib
    model = gpu_name(gpus["AcceleratorName"], measured_gb=memory and memory / 1024)
    if model is None or total is None:
        raise LayoutChanged(f"{machine.name}: no GPU is called {gpus['AcceleratorName']!r}; see scrapers/gpus.csv")
    quote = quote_of(page, _VERSION, gpus, column, model=model)
    zone = gpus["AvailabilityZone"]
    evidence = replace(
        quote.evidence,
        quoted=f"{computer.words(column)} | {gpus.words(column)}",
        place=f"rows '{machine.name}, {zone}' and '{gpus['AcceleratorName']}, {gpus.gpu_count}, {zone}' > column '{column}'",
    )
    return doubted_outlier(
        replace(
            quote,
            product=machine.name,
            region=gpus["Region"],
            amount=total / gpus.gpu_count,
            raw_text=f"{computer[column]} + {gpus[column]}",
            doubt=None,
            evidence=evidence,
        )
    )


def _calculator(page: Page) -> Reading:
    machines = google_calculator.machines_of(page, MACHINES)
    quotes = [quote for machine in machines for quote in _calculator_quotes(page, machine)]
    if not quotes:
        raise LayoutChanged(f"the list holds no price of a machine with GPUs in {', '.join(REGIONS)}")
    counts = Counter(quote.tier or "" for quote in quotes)
    return Reading(quotes=tuple(quotes), layout=Layout(sections=dict(counts)))


def _calculator_quotes(page: Page, machine: google_calculator.Machine) -> Iterator[Quote]:
    """A machine's price per GPU-hour in each region and tier. Raises LayoutChanged where it has other GPUs."""
    count = MACHINES[machine.name][1]
    models = [model for key, model in CALCULATOR_GPUS.items() if machine.facts.get(key) == str(count)]
    if len(models) != 1:
        facts = ", ".join(f"{key}: {value}" for key, value in machine.facts.items())
        raise LayoutChanged(
            f"{machine.name}: {count} GPUs of {', '.join(CALCULATOR_GPUS)} were expected; found {facts}"
        )
    for region in REGIONS:
        for key, tier in google_calculator.TIERS.items():
            price = machine.hourly(region, key) if region in machine.regions else None
            if price is None:
                continue
            printed = machine.regions[region][key]
            unit = "month" if key.startswith("month") else "hour"
            evidence = page.evidence(
                quoted=f"{machine.name} | {region} | {key}: {printed}",
                place=f"compute > instance > {machine.name} > cost > {region} > {key}",
                parser_version=_VERSION,
            )
            yield doubted_outlier(
                Quote(
                    provider=PROVIDER,
                    product=machine.name,
                    model=models[0],
                    meter=Meter.GPU_HOURS,
                    tier=tier,
                    region=region,
                    value_state=ValueState.PRICED,
                    amount=exact(price / count),
                    raw_text=printed,
                    raw_unit=f"{unit} ({count} GPUs)" if count > 1 else unit,
                    evidence=replace(evidence, gpu_count=count),
                )
            )
