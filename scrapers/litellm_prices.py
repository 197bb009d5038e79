"""LiteLLM's table of prices, `model_prices_and_context_window.json`, and whoever copies it: one object, one entry a model.

    "ft:gpt-4o-2024-08-06": {"litellm_provider": "openai", "input_cost_per_token": 3.75e-06,
                             "output_cost_per_token_batches": 1.25e-05, "deprecation_date": "2027-01-14", ...}

- US dollars a token, most in e-notation, some with the dust of a binary float; keys of prices are a grammar (feed_keys).
- `sample_spec` is a template: first, last or not there at all.
- `litellm_provider` is the route to the seller; the copies of early 2024 have none, and are told by their key's beginning.
- `ft:` before a key is a tuned model; its base is the key without it. No other seller's tuned models are in the file.
- Bedrock's and Azure's keys carry the region: `eu.anthropic...`, `bedrock/us-east-1/...`, `azure/us/...`.
- 0 for input and output both is free or not known: nobody can tell, so it is doubted.
- `source` is an address, or prose: that of `ft:gpt-4-0613` says that the base model's price stands in for the real one.
- `tiered_pricing` holds the prices by length of prompt, `off_peak_pricing` those of some hours, each with keys of its own.
- `input_cost_per_token_cache_hit` repeats `cache_read_input_token_cost` and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from scrapers import feed_amounts, money
from scrapers.contract import Meter, Variant
from scrapers.errors import LayoutChanged
from scrapers.feed_file import day_in, document, shown
from scrapers.feed_keys import Priced, above, cost_key, words
from scrapers.feed_prices import FeedLine, FeedPrice, Told
from scrapers.feed_sellers import Seller, seller_of
from scrapers.json_body import Number, Value

TEMPLATE = "sample_spec"
TUNED = "ft:"

# How a key begins, where the entry names no route: read by a person in the copies of 2024-02 and in LiteLLM's own file of
# 2023-12, which has both the key and the route. Longest first; another key is counted and not guessed.
_ROUTES = {
    "ft:": "openai", "gpt-3.5": "openai", "gpt-4": "openai", "text-embedding-3": "openai",
    "text-embedding-ada": "openai", "babbage-002": "openai", "davinci-002": "openai",
    "claude-": "anthropic", "azure/": "azure", "mistral/": "mistral", "gemini/": "gemini", "palm/": "palm",
    "gemini-pro": "vertex_ai", "text-bison": "vertex_ai", "text-unicorn": "vertex_ai", "chat-bison": "vertex_ai",
    "code-bison": "vertex_ai", "code-gecko": "vertex_ai", "codechat-bison": "vertex_ai",
    "bedrock/": "bedrock", "amazon.": "bedrock", "anthropic.": "bedrock", "ai21.": "bedrock", "cohere.": "bedrock",
    "meta.": "bedrock", "together-ai-": "together_ai", "command": "cohere", "openrouter/": "openrouter",
}  # fmt: skip

_REGION_WORDS = r"us|eu|global|apac|us-gov|au|jp|in|ca|sa"
_REGIONS = {  # where a route's keys carry a region
    "bedrock": re.compile(rf"(?:bedrock(?:_mantle)?/)?(?P<region>{_REGION_WORDS})\.|bedrock(?:_mantle)?/(?P<zone>[a-z]+(?:-[a-z]+)+-\d)/"),
    "azure": re.compile(rf"azure/(?P<region>{_REGION_WORDS}|global-standard)/"),
}  # fmt: skip
_HOURS = re.compile(r"\d\d:\d\d-\d\d:\d\d", re.ASCII)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LEAST_SHARE = 2  # one entry in two has to look like one, or it is another file


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What holds for every price of an entry."""

    line: int
    key: str
    seller: Seller
    region: str | None
    told: Told
    deprecated_on: date | None
    doubt: str | None


def read_entries(name: str, file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The entries of the table. Raises LayoutChanged for another file, or a broken one; `name` is the feed's."""
    entries = entries_in(name, file)
    for line, (key, entry) in enumerate(entries.items(), 1):
        if key == TEMPLATE:
            continue
        yield _line(line, key, entry, told)


def entries_in(name: str, file: BinaryIO) -> Mapping[str, Value]:
    """The object of entries. Raises LayoutChanged where most of what it holds are none."""
    value = document(name, file)
    entries = value if isinstance(value, dict) else {}
    alike = sum(map(_is_entry, entries.values()))
    if not alike or alike * _LEAST_SHARE < len(entries):
        raise LayoutChanged(
            f"{name}: an object of models with input_cost_per_token or litellm_provider was expected; "
            f"{alike} of {len(entries)} entries are like that"
        )
    return entries


def _is_entry(value: Value) -> bool:
    return isinstance(value, dict) and ("litellm_provider" in value or "input_cost_per_token" in value)


def _line(line: int, key: str, value: Value, told: Told) -> FeedLine:
    if not isinstance(value, dict) or not key.strip():
        return FeedLine(line=line, not_understood=(f"no entry: {shown(key)}",))
    route = _route(key, value)
    seller = seller_of("litellm", route) if route else None
    if seller is None:
        return FeedLine(line=line, not_understood=(f"no known seller: {shown(route or key)}",))
    entry = _Entry(
        line=line,
        key=key,
        seller=seller,
        region=region_in(seller.provider, key),
        told=told,
        deprecated_on=day_in(value.get("deprecation_date")),
        doubt=_doubt(value),
    )
    faults: list[str] = []
    prices = [*_prices(entry, value, "", Priced(meter=Meter.INFERENCE_INPUT), None, faults)]
    prices += _tiered(entry, value.get("tiered_pricing"), faults)
    prices += _off_peak(entry, value.get("off_peak_pricing"), faults)
    if not prices and not faults:
        faults.append("no price")
    return FeedLine(line=line, prices=tuple(prices), not_understood=tuple(faults))


def _prices(
    entry: _Entry,
    holder: Mapping[str, Value],
    within: str,
    base: Priced,
    time_window: str | None,
    faults: list[str],
) -> Iterator[FeedPrice]:
    """The prices of an object of cost keys; `base` carries the length of prompt that its place says."""
    for name, value in holder.items():
        if "cost" not in name:
            continue
        priced = cost_key(name)
        if priced is None:
            if value is not None and not (name.endswith("_cache_hit") and "cache_read_input_token_cost" in holder):
                faults.append(f"no known price: {shown(name)}")
            continue
        if value is None:  # printed as nothing
            continue
        printed = feed_amounts.price_in(value, feed_amounts.PER_TOKEN)
        if printed is None:
            faults.append(f"no amount: {shown(name)} {shown(value)}")
            continue
        unit = "character" if priced.meter.unit == Meter.INFERENCE_INPUT_CHARACTERS.unit else "token"
        tuned = entry.key.startswith(TUNED)
        yield FeedPrice(
            observed_on=entry.told.observed_on,
            provider=entry.seller.provider,
            product=entry.seller.product,
            model=entry.key,
            meter=priced.meter,
            variant=Variant.FINE_TUNED if tuned else Variant.BASE,
            base_model=entry.key.removeprefix(TUNED) if tuned else None,
            tier=priced.tier,
            context_band=priced.context_band or base.context_band,
            time_window=time_window,
            region=entry.region,
            condition=priced.condition,
            amount=printed.amount,
            raw_text=printed.text,
            raw_unit=unit,
            quoted=words(entry.key, within + name),
            deprecated_on=entry.deprecated_on,
            doubt=entry.doubt,
        )


def _tiered(entry: _Entry, tiers: Value, faults: list[str]) -> Iterator[FeedPrice]:
    """Prices by length of prompt: the tier from 0 on is the model's plain price."""
    if tiers is None:
        return
    for place, tier in enumerate(tiers if isinstance(tiers, list) else [None]):
        bounds = tier.get("range") if isinstance(tier, dict) else None
        start = _tokens(bounds[0]) if isinstance(bounds, list) and bounds else None
        if not isinstance(tier, dict) or start is None:
            faults.append("no known price: tiered_pricing")
            continue
        band = replace(Priced(meter=Meter.INFERENCE_INPUT), context_band=above(start) if start else None)
        yield from _prices(entry, tier, f"tiered_pricing[{place}].", band, None, faults)


def _off_peak(entry: _Entry, value: Value, faults: list[str]) -> Iterator[FeedPrice]:
    """Prices of some hours of the week: the model's other prices hold in all other hours."""
    if value is None:
        return
    window = _window(value.get("windows")) if isinstance(value, dict) else None
    if not isinstance(value, dict) or window is None:
        faults.append("no known price: off_peak_pricing")
        return
    yield from _prices(entry, value, "off_peak_pricing.", Priced(meter=Meter.INFERENCE_INPUT), window, faults)


def _window(windows: Value) -> str | None:
    """[{"weekdays": [1, 2], "hours_utc": ["00:00-01:00", "04:00-06:00"]}] is "Mon-Tue 00:00-01:00, 04:00-06:00"."""
    told = []
    for window in windows if isinstance(windows, list) else []:
        if not isinstance(window, dict):
            return None
        listed = window.get("hours_utc")
        hours = [listed] if isinstance(listed, str) else listed
        if (
            not isinstance(hours, list)
            or not hours
            or not all(isinstance(one, str) and _HOURS.fullmatch(one) for one in hours)
        ):
            return None
        weekdays = _weekdays(window.get("weekdays"))
        if weekdays is None:
            return None
        told.append(" ".join(filter(None, [weekdays, ", ".join(str(one) for one in hours)])))
    return "; ".join(told) or None


def _weekdays(value: Value) -> str | None:
    """[1, 2, 3] is "Mon-Wed", [6] "Sat"; "" where none are printed, None where they are no weekdays."""
    if value is None:
        return ""
    days = (
        [int(one) for one in value if isinstance(one, Number) and one in "1234567"] if isinstance(value, list) else []
    )
    if not isinstance(value, list) or not days or len(days) != len(value):
        return None
    names = [_WEEKDAYS[day - 1] for day in days]
    in_a_row = len(days) > 1 and days == list(range(days[0], days[0] + len(days)))
    return f"{names[0]}-{names[-1]}" if in_a_row else ", ".join(names)


def _route(key: str, entry: Mapping[str, Value]) -> str | None:
    route = entry.get("litellm_provider")
    if isinstance(route, str) and route:
        return route
    return next((_ROUTES[start] for start in sorted(_ROUTES, key=len, reverse=True) if key.startswith(start)), None)


def region_in(provider: str, key: str) -> str | None:
    """The region that a key of the table carries, in its words; None where it carries none."""
    pattern = _REGIONS.get(provider)
    match = pattern.match(key) if pattern else None
    return next((found for found in match.groups() if found), None) if match else None


def _doubt(entry: Mapping[str, Value]) -> str | None:
    source = entry.get("source")
    if isinstance(source, str) and "default" in source.lower() and not source.startswith("http"):
        return f"the list says of it: {money.fold(source)[:200]}"
    both = [entry.get("input_cost_per_token"), entry.get("output_cost_per_token")]
    if all(isinstance(one, Number) and feed_amounts.amount_of(one, feed_amounts.PER_TOKEN) == 0 for one in both):
        return "0 for input and output: free, or not known"
    return None


def _tokens(value: Value) -> int | None:
    """256000.0 is 256000."""
    digits = feed_amounts.digits_in(value)
    amount = None if digits is None else feed_amounts.amount_of(digits, feed_amounts.CENTS_PER_HOUR)
    return None if amount is None else int(amount * 100)
