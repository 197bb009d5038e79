"""genai-prices' `prices/new_data/v2/data.json`: a list of sellers, each with its models, in US dollars per 1M tokens.

    {"id": "o3", "match": {...}, "prices": [{"prices": {"input_mtok": 10}},
                                            {"constraint": {"start_date": "2025-06-10"}, "prices": {"input_mtok": 2}}]}

- `prices` is one object, or a list of which the last that matches wins. What wins on the day of the file is read, and
  what is announced for later; what was overtaken before is history, and left out.
- A price is a number, or `{"base": 3, "tiers": [{"start": 200000, "price": 6}]}`: dearer beyond so long a prompt.
- Hours without dates (`start_time`, `end_time`) hold every day; the entry before them in all other hours.
- An id stands for every name that its `match` accepts. `ft:gpt-4o` is all tuned copies of gpt-4o's snapshots.
- 0 is free where the id says so, and else free or not known.
- The first version's file (`prices/data.json`) was frozen with a cancelled increase in it: it has none of the newer kinds
  of prices and is refused. The file is MIT-licensed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import BinaryIO

from scrapers import feed_amounts
from scrapers.contract import Meter, Variant, join_conditions
from scrapers.errors import LayoutChanged
from scrapers.feed_file import day_in, document, shown
from scrapers.feed_keys import KINDS, Priced, above, words
from scrapers.feed_prices import FeedLine, FeedPrice, Told
from scrapers.feed_sellers import Seller, seller_of
from scrapers.json_body import Value

NAME = "genai-prices"
TUNED = "ft:"

_KEY = re.compile(
    r"""(?P<way>input|output)_(?:(?P<kind>[a-z]+)_)?mtok
      |cache_(?:(?P<cached>[a-z]+)_)?(?P<cache>read|write)_(?:(?P<life>5m|1h)_)?mtok""",
    re.VERBOSE,
)
_FIRST_VERSION = frozenset(
    [
        "input_mtok",
        "cache_write_mtok",
        "cache_read_mtok",
        "output_mtok",
        "input_audio_mtok",
        "cache_audio_read_mtok",
        "output_audio_mtok",
        "requests_kcount",
    ]
)
_MANY = 200  # models: a list of that length without one newer kind of price is the frozen one
_TIME = re.compile(r"(\d\d:\d\d):\d\d(?:\.0+)?(?:Z|\+00:00)", re.ASCII)
_FREE_OR_UNKNOWN = "0 for input and output: free, or not known"


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One object of prices and when it holds."""

    place: str
    prices: Mapping[str, Value]
    start: date | None = None
    end: date | None = None
    window: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Model:
    """What holds for every price of a model."""

    told: Told
    key: str
    seller: Seller
    name: str
    base_model: str | None


def read_snapshot(file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The models of the list. Raises LayoutChanged for another file, the frozen one, or a broken one."""
    value = document(NAME, file)
    sellers = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    if not sellers or not all(
        isinstance(one.get("models"), list) and isinstance(one.get("id"), str) for one in sellers
    ):
        raise LayoutChanged(f"{NAME}: a list of sellers, each with an id and its models, was expected")
    models = [(str(one["id"]), about) for one in sellers for about in _models(one)]
    if len(models) >= _MANY and not any(_price_names(about) - _FIRST_VERSION for _, about in models):
        raise LayoutChanged(
            f"{NAME}: this is the first version's list, which is frozen and holds a cancelled increase; "
            "take prices/new_data/v2/data.json"
        )
    ids = {(key, _id(about)) for key, about in models}
    for line, (key, about) in enumerate(models, 1):
        yield _line(line, key, about, told, frozenset(name for one, name in ids if one == key and name))


def _models(seller: Mapping[str, Value]) -> list[Value]:
    models = seller["models"]
    return models if isinstance(models, list) else []


def _id(about: Value) -> str | None:
    name = about.get("id") if isinstance(about, dict) else None
    return name if isinstance(name, str) and name.strip() else None


def _price_names(about: Value) -> set[str]:
    prices = about.get("prices") if isinstance(about, dict) else None
    held = (
        [one.get("prices") if isinstance(one, dict) else None for one in prices]
        if isinstance(prices, list)
        else [prices]
    )
    return {name for one in held if isinstance(one, dict) for name in one}


def _line(line: int, key: str, about: Value, told: Told, ids: frozenset[str]) -> FeedLine:
    seller, name = seller_of(NAME, key), _id(about)
    if seller is None:
        return FeedLine(line=line, not_understood=(f"no known seller: {shown(key)}",))
    if name is None or not isinstance(about, dict):
        return FeedLine(line=line, not_understood=("no model with a price",))
    faults: list[str] = []
    model = _Model(told=told, key=key, seller=seller, name=name, base_model=_base(name, ids))
    entries = _in_force(_entries(about.get("prices"), faults), told.observed_on)
    prices = [price for entry in entries for price in _prices(model, entry, faults)]
    if not prices and not faults:
        faults.append("no price")
    return FeedLine(line=line, prices=tuple(prices), not_understood=tuple(faults))


def _base(name: str, ids: frozenset[str]) -> str | None:
    """The base of a tuned model, where the list has it: ids are beginnings of names, "ft:gpt-3.5-turbo-"."""
    if not name.startswith(TUNED):
        return None
    told = name.removeprefix(TUNED)
    return next((one for one in (told, told.rstrip("-")) if one in ids), None)


def _entries(prices: Value, faults: list[str]) -> list[_Entry]:
    """Every object of prices in the order of the list."""
    if isinstance(prices, dict):
        return [_Entry(place="", prices=prices)]
    entries = []
    for number, one in enumerate(prices if isinstance(prices, list) else [None]):
        held = one.get("prices") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(held, dict):
            faults.append("no known price: prices")
            continue
        entry = _constrained(f"prices[{number}].", held, one.get("constraint"))
        if entry is None:
            faults.append(f"no known constraint: {shown(one.get('constraint'))}")
        else:
            entries.append(entry)
    return entries


def _constrained(place: str, prices: Mapping[str, Value], constraint: Value) -> _Entry | None:
    if constraint is None:
        return _Entry(place=place, prices=prices)
    if not isinstance(constraint, dict):
        return None
    if constraint.keys() == {"start_date"}:
        start = day_in(constraint["start_date"])
        return None if start is None else _Entry(place=place, prices=prices, start=start)
    if constraint.keys() == {"start_time", "end_time"}:
        start_time, end_time = _time(constraint["start_time"]), _time(constraint["end_time"])
        if start_time and end_time:
            return _Entry(place=place, prices=prices, window=f"{start_time}-{end_time}")
    return None


def _in_force(entries: Sequence[_Entry], day: date) -> Iterator[_Entry]:
    """What wins on a day, the hours that differ then, and what is announced for later: the last that matches wins.

    Where none matches the first is used, as the list's own program does.
    """
    plain = [number for number, one in enumerate(entries) if one.window is None]
    begun = [number for number in plain if (entries[number].start or date.min) <= day]
    winner = begun[-1] if begun else plain[0] if plain else -1
    later = [number for number in plain if number > winner]
    for number, one in enumerate(entries):
        if one.window is not None and number > winner:
            yield one
        elif number == winner or number in later:
            overtaken = [entries[other].start or date.min for other in later if other > number]
            yield replace(one, end=min(overtaken) - timedelta(days=1) if overtaken else None)


def _prices(model: _Model, entry: _Entry, faults: list[str]) -> Iterator[FeedPrice]:
    zero = all(feed_amounts.digits_in(entry.prices.get(name)) in {"0", "0.0"} for name in ("input_mtok", "output_mtok"))
    doubt = _FREE_OR_UNKNOWN if zero and not model.name.endswith(":free") else None
    for name, value in entry.prices.items():
        if value is None:
            continue
        priced = _priced(name)
        if priced is None:
            faults.append(f"no known price: {shown(name)}")
            continue
        for part, band, held in _steps(value):
            printed = feed_amounts.price_in(held, feed_amounts.PER_MTOK)
            if printed is None:
                faults.append(f"no amount: {shown(name + part)} {shown(held)}")
                continue
            yield FeedPrice(
                observed_on=model.told.observed_on,
                provider=model.seller.provider,
                product=model.seller.product,
                model=model.name,
                meter=priced.meter,
                variant=Variant.FINE_TUNED if model.name.startswith(TUNED) else Variant.BASE,
                base_model=model.base_model,
                tier=priced.tier,
                context_band=band,
                time_window=entry.window,
                condition=priced.condition,
                amount=printed.amount,
                raw_text=printed.text,
                raw_unit="1M tokens",
                quoted=words(model.key, model.name, entry.place + name + part),
                effective_from=entry.start,
                effective_to=entry.end,
                doubt=doubt,
            )


def _steps(value: Value) -> Iterator[tuple[str, str | None, Value]]:
    """A price's parts: its place, the length of prompt beyond which it holds, and what is printed."""
    if not isinstance(value, dict):
        yield "", None, value
        return
    yield ".base", None, value.get("base")
    tiers = value.get("tiers")
    for number, tier in enumerate(tiers if isinstance(tiers, list) else []):
        start = feed_amounts.digits_in(tier.get("start")) if isinstance(tier, dict) else None
        is_known = isinstance(tier, dict) and start is not None and start.isdigit()
        band = above(int(start)) if is_known and start else None
        yield f".tiers[{number}]", band, tier.get("price") if isinstance(tier, dict) and band else tier


@cache
def _priced(name: str) -> Priced | None:
    match = _KEY.fullmatch(name)
    kind = match and (match["kind"] or match["cached"])
    if match is None or (kind and kind not in KINDS):
        return None
    if match["cache"]:
        meter = Meter.INFERENCE_CACHED_INPUT if match["cache"] == "read" else Meter.INFERENCE_CACHE_WRITE
    else:
        meter = Meter.INFERENCE_INPUT if match["way"] == "input" else Meter.INFERENCE_OUTPUT
    life = f"cache_{match['life']}" if match["life"] else ""
    return Priced(meter=meter, condition=join_conditions([kind or "", life]))


def _time(value: Value) -> str | None:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None
