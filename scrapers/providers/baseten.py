"""Baseten: GPUs by the minute, for training jobs and for dedicated deployments. No price a token of training exists.

Page: www.baseten.co/pricing, one public page, US dollars, the same prices everywhere. On demand; volume discounts are
"available", without figures.

Manners (the one copy seen is undated, of August 2026):
- There is no `table`. A block begins with a `p` that is its heading ("Training", "Dedicated Deployments"), a sentence,
  and "Price per" beside two buttons, Minute and Hour; the one that is on is known by its class `text-black` alone.
  Pressed, it is a script that computes the other prices: an hour costs 60 minutes as printed, rounding and all
  (H100: 60 x $0.10833 = $6.4998, which the page would round to $6.50).
- Then lists, each under the words "GPU Instances" or "CPU Instances": `div.grid` rows of three `p`: name, memory
  ("24 GiB VRAM", and "16 GiB VM" for the same), price. CPU instances are not read.
- The two blocks look the same and cost the same; what tells them apart is the heading, not the button ("Deploy",
  "Start Training").
- "H100 MIG" is half an H100 (40 GiB), and is no GPU of the vocabulary: it keeps its printed name.
- Classes are Tailwind's and change freely, so everything is found by its words, `grid` and `text-black` apart.
- Not read: Model APIs, per-token prices of open models, whose cells stand in the page twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bs4 import BeautifulSoup, Tag

from scrapers import money
from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Evidence,
    Layout,
    Meter,
    Page,
    Quote,
    Reading,
    ValueState,
    Variant,
)
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gpu_names import gpu_name
from scrapers.gpu_prices import doubted_outlier, per_gpu_hour
from scrapers.tables import soup_of, text_of

NAME = "Baseten"
PROVIDER = "baseten"
PARSER_VERSION = "1"

BLOCKS = {"Training": "training", "Dedicated Deployments": "dedicated"}
GPUS, CPUS = "GPU Instances", "CPU Instances"

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_MEMORY = re.compile(r"(?P<gib>\d+) GiB V(?:RA)?M")


@dataclass(frozen=True)
class _Block:
    """What stands over a list: the product, the sentence that describes it, the unit of its prices."""

    heading: str
    sentence: str
    unit: str


def parse(page: Page) -> Reading:
    """Read both blocks' GPUs. Raises LayoutChanged and UnreadablePrice."""
    soup = soup_of(page.text)
    rows: dict[str, int] = {}
    quotes: list[Quote] = []
    facts: list[Availability] = []
    for heads in _list_heads(soup):
        block = _block_over(heads)
        found = list(_gpus(page, block, heads))
        name = f"gpus/{BLOCKS[block.heading]}"
        if name in rows:
            raise LayoutChanged(f"{block.heading}: expected one list of {GPUS}; found several")
        rows[name] = len(found)
        quotes += [item for item in found if isinstance(item, Quote)]
        facts += [item for item in found if isinstance(item, Availability)]
        if block.heading == "Training":
            evidence = page.evidence(quoted=block.sentence, place=block.heading, parser_version=_VERSION)
            facts.append(_fact(None, AvailabilityKind.ON_SALE, Variant.FINE_TUNED, evidence))
    if not quotes:
        words = [text_of(tag) for tag in soup.find_all(["h1", "h2", "h3"])][:6]
        raise LayoutChanged(
            f"{page.url}: expected lists of {GPUS} under {' and '.join(BLOCKS)}; found the headings {words or 'none'}"
        )
    announced = [name for name in BLOCKS if f"gpus/{BLOCKS[name]}" not in rows and _is_announced(soup, name)]
    if announced:
        raise LayoutChanged(f"the block '{announced[0]}' is there, and its list of {GPUS} was not found")
    return Reading(
        quotes=tuple(quotes),
        availability=tuple(facts),
        layout=Layout(sections=rows, headings=tuple(text_of(tag) for tag in soup.find_all(["h1", "h2", "h3"]))),
    )


def _list_heads(soup: BeautifulSoup) -> Iterator[Tag]:
    """The head row of each list of GPUs. A list of a kind nobody knows is refused, or its rows would go unnoticed."""
    for words in soup.find_all("p"):
        label = text_of(words)
        if not label.endswith(" Instances"):
            continue
        row = words.find_parent(class_="grid")
        if label not in {GPUS, CPUS} or row is None or _words_in(row) != [label, "Price"]:
            raise LayoutChanged(f"expected the head row '{GPUS}', 'Price' or '{CPUS}', 'Price'; found {label!r}")
        if label == GPUS:
            yield row


def _block_over(heads: Tag) -> _Block:
    above = [(text_of(words), words) for words in heads.find_all_previous("p")]
    texts = [text for text, _ in above]
    at = texts.index("Price per") if "Price per" in texts else len(texts)
    sentence, heading = [*texts[at + 1 : at + 3], "", ""][:2]
    if heading not in BLOCKS:
        raise LayoutChanged(f"{GPUS}: expected the heading {' or '.join(BLOCKS)} over 'Price per'; found {heading!r}")
    beside = above[at][1].parent
    buttons = beside.find_all("button") if beside else []
    active = [text_of(button) for button in buttons if "text-black" in (button.get("class") or ())]
    if len(active) != 1 or sorted(map(text_of, buttons)) != ["Hour", "Minute"]:
        raise LayoutChanged(f"{heading}: expected the buttons Minute and Hour, one of them on; on are {active}")
    return _Block(heading, sentence, active[0].lower())


def _gpus(page: Page, block: _Block, heads: Tag) -> Iterator[Quote | Availability]:
    rows = [row for row in heads.find_next_siblings("div") if "grid" in (row.get("class") or ())]
    if not rows:
        raise LayoutChanged(f"{block.heading}: the list of {GPUS} has no rows")
    for row in rows:
        words = _words_in(row)
        memory = _MEMORY.fullmatch(words[1]) if len(words) == 3 else None
        if memory is None:
            raise LayoutChanged(f"{block.heading}: expected a GPU, its memory and a price; found {' | '.join(words)}")
        evidence = page.evidence(
            quoted=" | ".join(words),
            place=f"{block.heading} > {GPUS} > row '{words[0]}' > Price per {block.unit}",
            parser_version=_VERSION,
        )
        gpu = gpu_name(words[0], memory_gb=Decimal(memory["gib"])) or f"{words[0]} {memory['gib']}GB"
        if money.is_by_arrangement(words[2]):
            yield _fact(gpu, AvailabilityKind.BY_ARRANGEMENT, None, evidence)
        else:
            yield _quote(block, gpu, words[2], evidence)


def _quote(block: _Block, gpu: str, words: str, evidence: Evidence) -> Quote:
    price = money.parse(words, unit=block.unit)
    if price.currency != "USD" or price.state is not ValueState.PRICED:
        raise UnreadablePrice(f"{evidence.place}: {words!r} is not a price in US dollars")
    quote = Quote(
        provider=PROVIDER,
        product=BLOCKS[block.heading],
        model=gpu,
        meter=Meter.GPU_HOURS,
        tier="on_demand",
        amount=per_gpu_hour(price),
        currency=price.currency,
        value_state=price.state,
        raw_text=price.raw_text,
        raw_unit=price.raw_unit,
        evidence=evidence,
    )
    return doubted_outlier(quote)


def _fact(model: str | None, kind: AvailabilityKind, variant: Variant | None, evidence: Evidence) -> Availability:
    return Availability(provider=PROVIDER, model=model, kind=kind, date=None, variant=variant, evidence=evidence)


def _is_announced(soup: BeautifulSoup, heading: str) -> bool:
    """True where a heading has its "Price per" two sentences on; a link in a menu has none."""
    for words in soup.find_all("p"):
        if text_of(words) == heading and "Price per" in [text_of(after) for after in words.find_all_next("p", limit=2)]:
            return True
    return False


def _words_in(row: Tag) -> list[str]:
    return [text_of(words) for words in row.find_all("p")]
