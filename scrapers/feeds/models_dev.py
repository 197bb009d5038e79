"""models.dev's `api.json`: sellers, each with its models, each with a `cost` in US dollars per 1M tokens, or none.

    {"openai": {"models": {"gpt-4.1": {"cost": {"input": 2, "output": 8, "cache_read": 0.5}}}}}

- A model's id may hold a `/`; it is unique within its seller. `last_updated` is the model's day and not the price's.
- `tiers` and the older `context_over_200k` say the same thing; the second is read only where the first is missing.
- 0 is printed for what is free and for what nobody looked up: doubted where input and output are both 0.
- `experimental.modes` holds what a faster service costs; `service_tier` says which one where it is a tier.
- No fine-tuned model and no training price is in it. The file is MIT-licensed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from scrapers import feed_amounts
from scrapers.contract import Meter, Variant
from scrapers.errors import LayoutChanged
from scrapers.feed_file import document, shown
from scrapers.feed_keys import TIERS, above, words
from scrapers.feed_prices import FeedLine, FeedPrice, Told
from scrapers.feed_sellers import Seller, seller_of
from scrapers.json_body import Value

NAME = "models.dev"

# A key of `cost`: what is counted, and the condition.
_KEYS: Mapping[str, tuple[Meter, str | None]] = {
    "input": (Meter.INFERENCE_INPUT, None),
    "output": (Meter.INFERENCE_OUTPUT, None),
    "cache_read": (Meter.INFERENCE_CACHED_INPUT, None),
    "cache_write": (Meter.INFERENCE_CACHE_WRITE, None),
    "reasoning": (Meter.INFERENCE_OUTPUT, "reasoning"),
    "input_audio": (Meter.INFERENCE_INPUT, "audio"),
    "output_audio": (Meter.INFERENCE_OUTPUT, "audio"),
}
_OLD_TIER = "context_over_200k"
_FREE_OR_UNKNOWN = "0 for input and output: free, or not known"


@dataclass(frozen=True, kw_only=True)
class _Place:
    """What holds for the prices of one object."""

    told: Told
    key: str
    seller: Seller
    model: str
    within: str = ""
    tier: str = "standard"
    context_band: str | None = None
    condition: str | None = None
    doubt: str | None = None


def read_snapshot(file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The models of the file. Raises LayoutChanged for another file, or a broken one."""
    value = document(NAME, file)
    sellers = value if isinstance(value, dict) else {}
    if not sellers or not all(
        isinstance(one, dict) and isinstance(one.get("models"), dict) for one in sellers.values()
    ):
        raise LayoutChanged(f"{NAME}: an object of sellers, each with its models, was expected")
    line = 0
    for key, entry in sellers.items():
        models = entry["models"] if isinstance(entry, dict) else None
        for model, about in (models if isinstance(models, dict) else {}).items():
            line += 1
            yield _line(line, key, model, about, told)


def _line(line: int, key: str, model: str, about: Value, told: Told) -> FeedLine:
    seller = seller_of(NAME, key)
    if seller is None:
        return FeedLine(line=line, not_understood=(f"no known seller: {shown(key)}",))
    cost = about.get("cost") if isinstance(about, dict) else None
    if not isinstance(about, dict) or not isinstance(cost, dict) or not model.strip():
        return FeedLine(line=line, not_understood=("no price",))
    faults: list[str] = []
    zero = all(feed_amounts.digits_in(cost.get(name)) in {"0", "0.0"} for name in ("input", "output"))
    place = _Place(told=told, key=key, seller=seller, model=model, doubt=_FREE_OR_UNKNOWN if zero else None)
    prices = [*_prices(place, cost, faults), *_tiers(place, cost, faults), *_modes(place, about, faults)]
    if not prices and not faults:
        faults.append("no price")
    return FeedLine(line=line, prices=tuple(prices), not_understood=tuple(faults))


def _prices(place: _Place, cost: Mapping[str, Value], faults: list[str]) -> Iterator[FeedPrice]:
    for name, value in cost.items():
        if name in {"tiers", "tier", _OLD_TIER} or value is None:
            continue
        if name not in _KEYS:
            faults.append(f"no known price: {shown(name)}")
            continue
        meter, condition = _KEYS[name]
        printed = feed_amounts.price_in(value, feed_amounts.PER_MTOK)
        if printed is None:
            faults.append(f"no amount: {shown(name)} {shown(value)}")
            continue
        yield FeedPrice(
            observed_on=place.told.observed_on,
            provider=place.seller.provider,
            product=place.seller.product,
            model=place.model,
            meter=meter,
            variant=Variant.BASE,
            tier=place.tier,
            context_band=place.context_band,
            condition="+".join(sorted(filter(None, (condition, place.condition)))) or None,
            amount=printed.amount,
            raw_text=printed.text,
            raw_unit="1M tokens",
            quoted=words(place.key, place.model, place.within + name),
            doubt=place.doubt,
        )


def _tiers(place: _Place, cost: Mapping[str, Value], faults: list[str]) -> Iterator[FeedPrice]:
    """What a longer prompt costs."""
    tiers = cost.get("tiers")
    if isinstance(tiers, list) and tiers:
        for number, tier in enumerate(tiers):
            about = tier.get("tier") if isinstance(tier, dict) else None
            size = feed_amounts.digits_in(about.get("size")) if isinstance(about, dict) else None
            kind = about.get("type") if isinstance(about, dict) else None
            if not isinstance(tier, dict) or kind != "context" or size is None or not size.isdigit():
                faults.append("no known price: tiers")
                continue
            yield from _prices(
                _within(place, f"{place.within}tiers[{number}].", context_band=above(int(size))), tier, faults
            )
        return
    old = cost.get(_OLD_TIER)
    if isinstance(old, dict):
        yield from _prices(_within(place, f"{place.within}{_OLD_TIER}.", context_band=above(200_000)), old, faults)


def _modes(place: _Place, about: Mapping[str, Value], faults: list[str]) -> Iterator[FeedPrice]:
    """What a faster service of the same model costs."""
    experimental = about.get("experimental")
    modes = experimental.get("modes") if isinstance(experimental, dict) else None
    for name, mode in (modes if isinstance(modes, dict) else {}).items():
        cost = mode.get("cost") if isinstance(mode, dict) else None
        if not isinstance(mode, dict) or not isinstance(cost, dict):
            continue
        within = f"experimental.modes.{name}."
        tier = _service_tier(mode)
        inner = (
            _within(place, within, condition=f"{shown(name)}_mode")
            if tier is None
            else _within(place, within, tier=tier)
        )
        yield from _prices(inner, cost, faults)
        yield from _tiers(inner, cost, faults)


def _service_tier(mode: Mapping[str, Value]) -> str | None:
    provider = mode.get("provider")
    body = provider.get("body") if isinstance(provider, dict) else None
    tier = body.get("service_tier") if isinstance(body, dict) else None
    return TIERS.get(tier) if isinstance(tier, str) else None


def _within(
    place: _Place,
    within: str,
    *,
    tier: str | None = None,
    context_band: str | None = None,
    condition: str | None = None,
) -> _Place:
    return _Place(
        told=place.told,
        key=place.key,
        seller=place.seller,
        model=place.model,
        within=within,
        tier=tier or place.tier,
        context_band=context_band or place.context_band,
        condition=condition or place.condition,
        doubt=place.doubt,
    )
