"""A log of what moved in OpenRouter's and LiteLLM's lists since 2026-08-09, kept daily by a third party: `data/history.csv`.

    date,event,source,provider,model,field,old,new
    2026-08-10,changed,openrouter,deepseek,deepseek/deepseek-v3.2,input_usd_per_mtok,0.26,0.269
    2026-08-11,added,openrouter,meta,meta/muse-glimmer-30b,,,0.35/1.5

- `source` is the list that was read. Of OpenRouter's the price is the aggregator's, whatever `provider` says.
- A `changed` row prices one field; an empty new value is a price that went, an empty old one a price that came.
- An `added` row has input and output in one cell, a `removed` one what they were last: no price of its day.
- What a price was before its first row is in `old`, and nobody says since when: it is left out. CC BY 4.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO

from scrapers import feed_amounts
from scrapers.contract import Meter, Variant
from scrapers.feed_file import day_in, shown, table
from scrapers.feed_keys import words
from scrapers.feed_prices import FeedLine, FeedPrice
from scrapers.feed_sellers import Seller, seller_of
from scrapers.feeds.openrouter import SELLER, tier_of

NAME = "llm-pricing-history"

COLUMNS = ("date", "event", "source", "provider", "model", "field", "old", "new")
_INPUT, _OUTPUT = "input_usd_per_mtok", "output_usd_per_mtok"
_FIELDS: Mapping[str, Meter] = {
    _INPUT: Meter.INFERENCE_INPUT,
    _OUTPUT: Meter.INFERENCE_OUTPUT,
    "cache_read_usd_per_mtok": Meter.INFERENCE_CACHED_INPUT,
    "cache_write_usd_per_mtok": Meter.INFERENCE_CACHE_WRITE,
}
_TUNED = "ft:"


def read(file: BinaryIO) -> Iterator[FeedLine]:
    """The rows of the log. Raises LayoutChanged for another file, or a broken one."""
    for number, row in table("a log of prices", file, COLUMNS):
        yield _line(number, row)


def _line(number: int, row: Mapping[str, str]) -> FeedLine:
    day = day_in(row["date"])
    if day is None or not row["model"]:
        return FeedLine(line=number, not_understood=(f"no known {'model' if day else 'date'}: {shown(row['date'])}",))
    if row["source"] not in {"openrouter", "litellm"}:
        return FeedLine(line=number, not_understood=(f"no known source: {shown(row['source'])}",))
    seller = (
        Seller(provider=SELLER, product=None)
        if row["source"] == "openrouter"
        else seller_of("litellm", row["provider"])
    )
    if seller is None:
        return FeedLine(line=number, not_understood=(f"no known seller: {shown(row['provider'])}",))
    faults: list[str] = []
    prices = [
        price
        for field, printed in _printed(row, faults)
        if (price := _price(row, day, seller, field, printed, faults)) is not None
    ]
    return FeedLine(line=number, prices=tuple(prices), not_understood=tuple(faults))


def _printed(row: Mapping[str, str], faults: list[str]) -> Iterator[tuple[str, str]]:
    """The fields that a row prices, and what it prints for them."""
    match row["event"]:
        case "changed" if row["field"] not in _FIELDS:
            faults.append(f"no known field: {shown(row['field'])}")
        case "changed" if not row["new"]:
            faults.append("no price: it went")
        case "changed":
            yield row["field"], row["new"]
        case "added":
            pair = row["new"].split("/")
            if len(pair) == 2:
                yield from zip((_INPUT, _OUTPUT), pair, strict=True)
            else:
                faults.append(f"no known pair of prices: {shown(row['new'])}")
        case "removed":
            faults.append("no price: the model went")
        case event:
            faults.append(f"no known event: {shown(event)}")


def _price(
    row: Mapping[str, str], day: date, seller: Seller, field: str, cell: str, faults: list[str]
) -> FeedPrice | None:
    printed = feed_amounts.price_in(cell, feed_amounts.PER_MTOK)
    if printed is None:
        faults.append(f"no amount: {shown(field)} {shown(cell)}")
        return None
    tuned = row["model"].startswith(_TUNED)
    return FeedPrice(
        observed_on=day,
        provider=seller.provider,
        product=seller.product,
        model=row["model"],
        meter=_FIELDS[field],
        variant=Variant.FINE_TUNED if tuned else Variant.BASE,
        base_model=row["model"].removeprefix(_TUNED) if tuned else None,
        tier=tier_of(row["model"]),
        amount=printed.amount,
        raw_text=printed.text,
        raw_unit="1M tokens",
        quoted=words(row["source"], row["provider"], row["model"], field),
        origin=row["source"],
    )
