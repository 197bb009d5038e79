"""The price list of a cost calculator for Google Cloud: a YAML file of machine types. A third party's, made by its jobs.

raw.githubusercontent.com/Cyclenerd/google-cloud-pricing-cost-calculator, `pricing.yml`, plain text of some 4 MB, made
anew every week or so from Google's own price list, whose interface needs a key. US dollars per hour of a whole machine,
its GPUs and local disks included; `about: generated:` says when it was made.

    compute:
      instance:
        a3-highgpu-8g:
          cost:
            us-central1:
              hour: 88.4899999025753
              hour_spot: 50.6095408219178
              month: 64597.69992888
              month_1y: 44810.08066464
          h100-80gb: 8

- A machine writes it: maps in maps, two blanks a level, one entry a line. That much of YAML is read and no more.
- `month` is 730 hours on demand; `month_1y` and `month_3y` are such a month with a commitment of one and three years.
  Where Google sells none they are left out; until 2024 the file repeated `month` there, which is no price of a commitment.
- Its last section is `storage`: a file without one broke off.
- A file that has not been made for two months is no list of today's prices.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from scrapers.contract import Page
from scrapers.errors import LayoutChanged, UnreadablePrice

TIERS = {"hour": "on_demand", "hour_spot": "spot", "month_1y": "reserved_1y", "month_3y": "reserved_3y"}
HOURS_A_MONTH = 730
OLDEST = timedelta(days=60)

_SECTION = ("compute:", "  instance:")
_ENTRY = re.compile(r"(?P<blanks>(?:  )+)(?P<key>[\w.-]+):(?: (?P<value>[\w.+-].*))?")
_FIGURE = re.compile(r"\d+(\.\d+)?")
_GENERATED = re.compile(r"^  generated: (?P<moment>\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})$", re.MULTILINE)
_NEAR = Decimal("1e-6")  # the file rounds to fifteen digits
_MACHINE, _FACT, _REGION, _COST = 2, 3, 4, 5  # levels: `compute` is on level 0


@dataclass(frozen=True)
class Machine:
    """A machine type: its facts ("h100-80gb": "8") and the figures it costs in each region, as printed."""

    name: str
    facts: dict[str, str] = field(default_factory=dict)
    regions: dict[str, dict[str, str]] = field(default_factory=dict)

    def hourly(self, region: str, key: str) -> Decimal | None:
        """US dollars per hour of the whole machine under a key of TIERS; None where nothing of the kind is printed.

        Raises UnreadablePrice for what is no plain figure, and LayoutChanged where a month is no 730 hours any more.
        """
        figure = self._figure(region, key)
        if not key.startswith("month"):
            return figure
        hour, month = self._figure(region, "hour"), self._figure(region, "month")
        if figure is None or figure == month:
            return None
        if hour is None or month is None or abs(month / HOURS_A_MONTH - hour) > hour * _NEAR:
            raise LayoutChanged(f"{self.name}, {region}: a month of {HOURS_A_MONTH} hours at {hour} is not {month}")
        return figure / HOURS_A_MONTH

    def _figure(self, region: str, key: str) -> Decimal | None:
        text = self.regions[region].get(key)
        if text is None:
            return None
        if not _FIGURE.fullmatch(text) or not Decimal(text):
            raise UnreadablePrice(
                f"{self.name} > {region} > {key}: a figure above zero was expected, {text!r} stands there"
            )
        return Decimal(text)


def is_calculator(page: Page) -> bool:
    """Whether a page is this file and not another catalogue."""
    return "\n".join(["", *_SECTION, ""]) in page.text


def machines_of(page: Page, names: Collection[str]) -> list[Machine]:
    """The machine types of these names, in the order of the file. Raises LayoutChanged for another file, or an old one."""
    _require_fresh(page)
    machines: list[Machine] = []
    region: dict[str, str] = {}
    for level, key, value in _entries(page):
        if level == _MACHINE:
            machines.append(Machine(key))
        elif level == _FACT and value is not None:
            machines[-1].facts[key] = value
        elif level == _REGION:
            region = machines[-1].regions.setdefault(key, {})
        elif level == _COST and value is not None:
            region[key] = value
    found = [machine for machine in machines if machine.name in names]
    if not found:
        raise LayoutChanged(f"none of the {len(machines)} machine types is one of {', '.join(sorted(names))}")
    return found


def _entries(page: Page) -> Iterator[tuple[int, str, str | None]]:
    """Level, key and value of each line of `compute: instance:`; the value is None where a map follows."""
    before = 1
    for number, line in _section(page.text.split("\n")):
        match = _ENTRY.fullmatch(line)
        level = len(match["blanks"]) // 2 if match else 0
        if match is None or not _MACHINE <= level <= min(before + 1, _COST):
            raise LayoutChanged(f"line {number}: an entry like 'hour: 88.49' was expected; found {line.strip()[:80]!r}")
        yield level, match["key"], match["value"]
        before = level if match["value"] is None else level - 1


def _section(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    start = next((n for n, line in enumerate(lines) if tuple(lines[n : n + 2]) == _SECTION), None)
    if start is None or "storage:" not in lines[start:] or lines[-1]:
        raise LayoutChanged(
            "the list has no section `compute: instance:`, or breaks off before its last one, `storage`"
        )
    for number, line in enumerate(lines[start + 2 :], start + 3):
        if not line.startswith("    "):
            return
        yield number, line


def _require_fresh(page: Page) -> None:
    match = _GENERATED.search(page.text)
    if match is None:
        raise LayoutChanged(
            "the list does not say when it was made: `generated: Wed Jul 22 14:16:48 2026` was expected"
        )
    try:
        made = datetime.strptime(match["moment"], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError as error:
        raise LayoutChanged(f"the list says it was made on {match['moment']!r}, which is no date") from error
    if page.fetched_at - made > OLDEST:
        raise LayoutChanged(f"the list was made on {made:%Y-%m-%d}, and nothing has followed for {OLDEST.days} days")
