"""A history of OpenRouter's prices since 2024-09-21, kept twice a day by a third party: `data/history/prices.json`.

    {"as_of": ..., "models": {"openai/o1-mini": {"points": [["2024-09-21", 3.0, 12.0], ["2025-02-01", 1.1, 4.4]]}}}

A point is a day, and what a prompt and a completion cost from then on in US dollars per 1M tokens; null is not printed. It
is what the aggregator asked, never the vendor's price. The repository is MIT-licensed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scrapers import feed_amounts
from scrapers.contract import Meter, Variant
from scrapers.errors import LayoutChanged
from scrapers.feed_file import day_in, document, shown
from scrapers.feed_keys import words
from scrapers.feed_prices import FeedLine, FeedPrice
from scrapers.feeds.openrouter import SELLER, tier_of
from scrapers.json_body import Value

NAME = "openrouter-history"

_COLUMNS = (("prompt", Meter.INFERENCE_INPUT), ("completion", Meter.INFERENCE_OUTPUT))


def read(file: BinaryIO) -> Iterator[FeedLine]:
    """The points of every model. Raises LayoutChanged for another file, or a broken one."""
    value = document(NAME, file)
    models = value.get("models") if isinstance(value, dict) else None
    if not isinstance(models, dict) or not any(isinstance(one, dict) and "points" in one for one in models.values()):
        raise LayoutChanged(f"{NAME}: an object of models, each with its points, was expected")
    line = 0
    for model, about in models.items():
        points = about.get("points") if isinstance(about, dict) else None
        for point in points if isinstance(points, list) else [None]:
            line += 1
            yield _line(line, model, point)


def _line(line: int, model: str, point: Value) -> FeedLine:
    cells = point if isinstance(point, list) and len(point) == 1 + len(_COLUMNS) else None
    day = day_in(cells[0]) if cells else None
    if cells is None or day is None:
        return FeedLine(line=line, not_understood=(f"no known point: {shown(point)}",))
    prices, faults = [], []
    for (name, meter), value in zip(_COLUMNS, cells[1:], strict=True):
        if value is None:
            continue
        printed = feed_amounts.price_in(value, feed_amounts.PER_MTOK)
        if printed is None:
            faults.append(f"no amount: {name} {shown(value)}")
            continue
        prices.append(
            FeedPrice(
                observed_on=day,
                provider=SELLER,
                model=model,
                meter=meter,
                variant=Variant.BASE,
                tier=tier_of(model),
                amount=printed.amount,
                raw_text=printed.text,
                raw_unit="1M tokens",
                quoted=words(model, name),
            )
        )
    if not prices and not faults:
        faults.append("no price")
    return FeedLine(line=line, prices=tuple(prices), not_understood=tuple(faults))
