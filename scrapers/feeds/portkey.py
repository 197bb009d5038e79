"""Portkey's `pricing/<seller>.json`: one file a seller, one entry a model, in US CENTS a token. It has training prices.

    "gpt-4o-2024-08-06": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.00025}},
                                             "finetune_config": {"pay_per_token": {"price": 0.0025}}}}

- The file does not say whose prices it holds: its name does, `openai.json` or `portkey-openai_2026-08-21.json.gz`.
- `custom_pricing` repeats the standard prices and adds batch, flex and priority, longer prompts and regions. What
  `pricing_config` has is read there; where the other place says otherwise, the price is doubted and both are named.
- `default` is a template. 0 often stands for what nobody looked up (`cache_write_input_token`), so every 0 is doubted.
- Edits leave binary dust behind: 0.7499999999999999 is 0.75.
- `finetune_config` has training per token, in cents, or per hour, in cents; it does not say by which method.
- Prices per image, search, second and routing unit are in no meter of ours. The repository is MIT-licensed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import PurePath
from typing import BinaryIO

from scrapers import feed_amounts
from scrapers.contract import Meter, Variant
from scrapers.errors import LayoutChanged
from scrapers.feed_file import document, shown
from scrapers.feed_keys import KINDS, TIERS, Priced, above, words
from scrapers.feed_prices import FeedLine, FeedPrice, NotTold, Told
from scrapers.feed_sellers import Seller, seller_of, sellers_of
from scrapers.json_body import Value

NAME = "portkey"
ASKS_SELLER = True  # the file does not name it, and its own name may not either
TEMPLATE = "default"
TUNED = "ft:"

_PRICE = re.compile(
    r"""(?P<way>request|response)_(?:(?P<kind>[a-z]+)_)?token
      |cache_(?P<cache>read|write)_(?:(?P<cached>[a-z]+)_)?input_token
      |cached_(?P<text>[a-z]+)_input_token""",
    re.VERBOSE,
)
_FILE = re.compile(r"(?:portkey-)?(?P<seller>[a-z0-9-]+?)(?:_.*)?\.json(?:\.gz)?", re.ASCII)
_BAND = re.compile(r"gt-(\d{1,5})k")  # the tier of long prompts: "gt-272k"; "lte-272k" is the plain price
_OTHER_UNITS = frozenset({"additional_units", "image", "video"})
_ZERO = "0 in this list is free, or not known"


@dataclass(frozen=True, kw_only=True)
class _Found:
    """One price where it stands."""

    place: str
    printed: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class _Slot:
    """Which of a model's prices it is."""

    priced: Priced
    region: str | None = None


@dataclass(kw_only=True)
class _Book:
    """What was found of a model so far, the first place of each price, and what contradicts it."""

    found: dict[_Slot, _Found] = field(default_factory=dict)
    others: dict[_Slot, _Found] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_snapshot(file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The models of a seller's file. Raises NotTold where nobody says whose it is, LayoutChanged for another file."""
    key = _seller_key(told)
    seller = seller_of(NAME, key)
    if seller is None:
        known = ", ".join(sorted(sellers_of(NAME)))
        raise NotTold(f"{NAME}: no known seller: {shown(key)!r}; name the file <seller>.json or say which: {known}")
    value = document(NAME, file)
    entries = value if isinstance(value, dict) else {}
    alike = sum(isinstance(one, dict) and "pricing_config" in one for one in entries.values())
    if not alike or alike * 2 < len(entries):
        raise LayoutChanged(
            f"{NAME}: an object of models, each with its pricing_config, was expected; {alike} of {len(entries)} have one"
        )
    for line, (model, about) in enumerate(entries.items(), 1):
        if model != TEMPLATE:
            yield _line(line, model, about, key, seller, told)


def _seller_key(told: Told) -> str:
    if told.seller:
        return told.seller
    match = _FILE.fullmatch(PurePath(told.file_name).name)
    return match["seller"] if match else ""


def _line(line: int, model: str, about: Value, key: str, seller: Seller, told: Told) -> FeedLine:
    config = about.get("pricing_config") if isinstance(about, dict) else None
    if not isinstance(about, dict) or not isinstance(config, dict):
        return FeedLine(line=line, not_understood=("no price",))
    book = _Book()
    _read(book, config.get("pay_as_you_go"), "pay_as_you_go", _Slot(priced=Priced(meter=Meter.INFERENCE_INPUT)))
    batch = _Slot(priced=Priced(meter=Meter.INFERENCE_INPUT, tier="batch"))
    _read(book, config.get("batch_config"), "batch_config", batch)
    _training(book, config.get("finetune_config"))
    _custom(book, about.get("custom_pricing"))
    currency = config.get("currency")
    tuned = model.startswith(TUNED)
    prices = []
    for slot, found in book.found.items():
        is_training = slot.priced.meter in {Meter.TRAINING_TOKENS, Meter.TRAINING_HOURS}
        prices.append(
            FeedPrice(
                observed_on=told.observed_on,
                provider=seller.provider,
                product=seller.product,
                model=model,
                meter=slot.priced.meter,
                variant=Variant.FINE_TUNED if tuned or is_training else Variant.BASE,
                base_model=model.removeprefix(TUNED) if tuned else None,
                tier=slot.priced.tier,
                context_band=slot.priced.context_band,
                region=slot.region,
                condition=slot.priced.condition,
                currency=currency if isinstance(currency, str) and re.fullmatch(r"[A-Z]{3}", currency) else "USD",
                amount=found.amount,
                raw_text=found.printed,
                raw_unit="hour, in cents" if slot.priced.meter is Meter.TRAINING_HOURS else "token, in cents",
                quoted=words(key, model, found.place),
                doubt=_doubt(found, book.others.get(slot)),
            )
        )
    if not prices and not book.faults:
        book.faults.append("no price")
    return FeedLine(line=line, prices=tuple(prices), not_understood=tuple(book.faults))


def _doubt(found: _Found, other: _Found | None) -> str | None:
    told = [_ZERO] if not found.amount else []
    if other is not None:
        told.append(f"{other.place} says {other.printed}")
    return "; ".join(told) or None


def _read(book: _Book, prices: Value, place: str, slot: _Slot) -> None:
    """The prices of one object, where `slot` says what its place says of them."""
    if prices is None:
        return
    if not isinstance(prices, dict):
        book.faults.append(f"no known price: {shown(place)}")
        return
    for name, value in prices.items():
        kind = _priced(name)
        if kind is None or not isinstance(value, dict):
            if name in _OTHER_UNITS and isinstance(value, dict):
                book.faults += [
                    f"no known price: {shown(unit if name == 'additional_units' else name)}" for unit in value
                ]
            else:
                book.faults.append(f"no known price: {shown(name)}")
            continue
        at = replace(slot, priced=replace(slot.priced, meter=kind.meter, condition=kind.condition))
        _note(book, at, f"{place}.{name}", value.get("price"), feed_amounts.CENTS_PER_TOKEN)


def _note(book: _Book, slot: _Slot, place: str, value: Value, factor: Decimal) -> None:
    if value is None:
        return
    printed = feed_amounts.price_in(value, factor)
    if printed is None:
        book.faults.append(f"no amount: {shown(place)} {shown(value)}")
        return
    found = _Found(place=place, printed=printed.text, amount=printed.amount)
    first = book.found.setdefault(slot, found)
    if first.amount != found.amount:
        book.others.setdefault(slot, found)


def _training(book: _Book, config: Value) -> None:
    for name, about in (config if isinstance(config, dict) else {}).items():
        price = about.get("price") if isinstance(about, dict) else None
        if name == "pay_per_token":
            slot, factor = _Slot(priced=Priced(meter=Meter.TRAINING_TOKENS)), feed_amounts.CENTS_PER_TOKEN
        elif name == "pay_per_hour":
            slot, factor = _Slot(priced=Priced(meter=Meter.TRAINING_HOURS)), feed_amounts.CENTS_PER_HOUR
        else:
            book.faults.append(f"no known price: finetune_config.{shown(name)}")
            continue
        _note(book, slot, f"finetune_config.{name}", price, factor)


def _custom(book: _Book, custom: Value) -> None:
    """What `custom_pricing` adds: the same object of prices under a region, a mode and a length of prompt."""
    regions = custom.get("regions") if isinstance(custom, dict) else None
    for region, about in (regions if isinstance(regions, dict) else {}).items():
        modes = about.get("execution_modes") if isinstance(about, dict) else None
        for mode, inner in (modes if isinstance(modes, dict) else {}).items():
            tier = TIERS.get(mode)
            if tier is None or not isinstance(inner, dict):
                book.faults.append(f"no known price: execution_modes.{shown(mode)}")
                continue
            tiers = inner.get("context_tiers")
            for band, held in (tiers if isinstance(tiers, dict) else {"": inner}).items():
                long = _BAND.fullmatch(band)
                if band and not long and not band.startswith("lte-"):
                    book.faults.append(f"no known price: context_tiers.{shown(band)}")
                    continue
                config = held.get("pricing_config") if isinstance(held, dict) else None
                slot = _Slot(
                    priced=Priced(
                        meter=Meter.INFERENCE_INPUT,
                        tier=tier,
                        context_band=above(int(long[1]) * 1000) if long else None,
                    ),
                    region=None if region == TEMPLATE else region,
                )
                place = ".".join(filter(None, ("custom_pricing", region, mode, band)))
                _read(book, config.get("pay_as_you_go") if isinstance(config, dict) else None, place, slot)


@cache
def _priced(name: str) -> Priced | None:
    match = _PRICE.fullmatch(name)
    kind = match and (match["kind"] or match["cached"] or match["text"])
    if match is None or (kind and kind not in KINDS):
        return None
    if match["way"]:
        meter = Meter.INFERENCE_INPUT if match["way"] == "request" else Meter.INFERENCE_OUTPUT
    else:
        meter = Meter.INFERENCE_CACHE_WRITE if match["cache"] == "write" else Meter.INFERENCE_CACHED_INPUT
    return Priced(meter=meter, condition=kind or None)
