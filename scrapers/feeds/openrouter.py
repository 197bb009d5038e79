"""OpenRouter's own list of models, as its API serves it: `{"data": [{"id": ..., "pricing": {...}}]}`.

    {"id": "openai/gpt-5.5", "pricing": {"prompt": "0.000005", "completion": "0.00003",
        "overrides": [{"min_prompt_tokens": 272000, "prompt": "0.00001"}]}}

- Prices are strings, US dollars a token. They are what this aggregator asks, for one route of several: never the vendor's.
- "-1" is the price of a router that picks a model: it varies, and is no price.
- `:free` costs 0 and means it; `:batch` is the batch tier; other suffixes and a leading `~` are names.
- `overrides` hold for long prompts (`min_prompt_tokens`), or some hours (`utc_start`, `utc_end`: 100 is 01:00, and 1000 to
  100 wraps midnight), or both.
- `image` is per token of one model and per image of another, so it is left out. No data licence was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from scrapers import feed_amounts
from scrapers.contract import Meter, Variant
from scrapers.errors import LayoutChanged
from scrapers.feed_file import document, shown
from scrapers.feed_keys import above, words
from scrapers.feed_prices import FeedLine, FeedPrice, Told
from scrapers.json_body import Value

NAME = "openrouter"
SELLER = "openrouter"

KEYS: Mapping[str, tuple[Meter, str | None]] = {
    "prompt": (Meter.INFERENCE_INPUT, None),
    "completion": (Meter.INFERENCE_OUTPUT, None),
    "input_cache_read": (Meter.INFERENCE_CACHED_INPUT, None),
    "input_cache_write": (Meter.INFERENCE_CACHE_WRITE, None),
    "input_cache_write_1h": (Meter.INFERENCE_CACHE_WRITE, "cache_1h"),
    "internal_reasoning": (Meter.INFERENCE_OUTPUT, "reasoning"),
    "audio": (Meter.INFERENCE_INPUT, "audio"),
    "input_audio_cache": (Meter.INFERENCE_CACHED_INPUT, "audio"),
    "audio_output": (Meter.INFERENCE_OUTPUT, "audio"),
}
_CONDITIONS = {"min_prompt_tokens", "utc_start", "utc_end"}
_VARIABLE = "-1"
_LAST_HOUR = 24


def read_snapshot(file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The models of the list. Raises LayoutChanged for another file, or a broken one."""
    value = document(NAME, file)
    models = value.get("data") if isinstance(value, dict) else None
    if not isinstance(models, list) or not any(isinstance(one, dict) and "pricing" in one for one in models):
        raise LayoutChanged(f"{NAME}: an object with a list of models, data[].pricing, was expected")
    for line, model in enumerate(models, 1):
        yield _line(line, model, told)


def tier_of(model: str) -> str:
    """The service tier that a model's id says."""
    return "batch" if model.endswith(":batch") else "standard"


def _line(line: int, about: Value, told: Told) -> FeedLine:
    name = about.get("id") if isinstance(about, dict) else None
    pricing = about.get("pricing") if isinstance(about, dict) else None
    if not isinstance(name, str) or not name.strip() or not isinstance(pricing, dict):
        return FeedLine(line=line, not_understood=("no model with a price",))
    faults: list[str] = []
    prices = [*_prices(told, name, pricing, "", faults)]
    overrides = pricing.get("overrides")
    for place, override in enumerate(overrides if isinstance(overrides, list) else []):
        if isinstance(override, dict):
            prices += _prices(told, name, override, f"overrides[{place}].", faults)
        else:
            faults.append("no known price: overrides")
    if not prices and not faults:
        faults.append("no price")
    return FeedLine(line=line, prices=tuple(prices), not_understood=tuple(faults))


def _prices(
    told: Told, model: str, pricing: Mapping[str, Value], within: str, faults: list[str]
) -> Iterator[FeedPrice]:
    band, window = _band(pricing), _window(pricing)
    if ("min_prompt_tokens" in pricing and band is None) or (
        _CONDITIONS - {"min_prompt_tokens"} & pricing.keys() and window == ""
    ):
        faults.append("no known condition of an override")
        return
    for name, value in pricing.items():
        if name in _CONDITIONS or name == "overrides" or value is None:
            continue
        if name not in KEYS:
            faults.append(f"no known price: {shown(name)}")
            continue
        if feed_amounts.digits_in(value) == _VARIABLE:
            faults.append("no price: it varies (-1)")
            continue
        printed = feed_amounts.price_in(value, feed_amounts.PER_TOKEN)
        if printed is None:
            faults.append(f"no amount: {shown(name)} {shown(value)}")
            continue
        meter, condition = KEYS[name]
        yield FeedPrice(
            observed_on=told.observed_on,
            provider=SELLER,
            model=model,
            meter=meter,
            variant=Variant.BASE,
            tier=tier_of(model),
            context_band=band,
            time_window=window or None,
            condition=condition,
            amount=printed.amount,
            raw_text=printed.text,
            raw_unit="token",
            quoted=words(model, within + name),
        )


def _band(pricing: Mapping[str, Value]) -> str | None:
    tokens = feed_amounts.digits_in(pricing.get("min_prompt_tokens"))
    return above(int(tokens)) if tokens is not None and tokens.isdigit() else None


def _window(pricing: Mapping[str, Value]) -> str | None:
    """1000 to 100 is "10:00-01:00"; None where no hours are printed, "" where they are none."""
    if "utc_start" not in pricing and "utc_end" not in pricing:
        return None
    start, end = _clock(pricing.get("utc_start")), _clock(pricing.get("utc_end"))
    return "" if start is None or end is None or start == end else f"{start}-{end}"


def _clock(value: Value) -> str | None:
    digits = feed_amounts.digits_in(value)
    if digits is None or not digits.isdigit() or len(digits) > 4:
        return None
    hours, minutes = divmod(int(digits), 100)
    return f"{hours % _LAST_HOUR:02}:{minutes:02}" if hours <= _LAST_HOUR and minutes < 60 else None
