"""What a feed's key of a price says: the meter, the service tier, the length of prompt and the condition.

One spelling for every feed. LiteLLM's keys are a grammar and not a list (2 of them in 2023, 164 in 2026):

    input_cost_per_token, output_cost_per_audio_token, cache_creation_input_token_cost
      then, in any order and number:  _above_272k_tokens   a length of prompt
                                      _above_1hr           how long a cache entry lives
      then at most one of:            _batches _flex _priority ...   a service tier

A word that is none of these is not known, whatever stands before it: `input_cost_per_token_cache_hit` is no tier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from scrapers.contract import Meter, join_conditions

TIERS = {
    "batches": "batch",
    "batch": "batch",
    "batch_requests": "batch",  # litellm's word of 2024
    "flex": "flex",
    "priority": "priority",
    "ultrafast": "ultrafast",
    "balanced": "balanced",
    "decisions": "decisions",
    "standard": "standard",
}
"""A service tier by the feeds' words. A word nobody has reviewed is not one."""
KINDS = frozenset({"audio", "image", "video", "text", "reasoning"})
"""What a token holds, where a feed prices it apart: a condition of the price."""

_COST = re.compile(
    r"""(?:(?P<way>input|output)_cost_per_(?:(?P<kind>[a-z]+)_)?(?P<unit>token|character)
          |cache_(?P<cache>read|creation)_input_(?:(?P<cached>[a-z]+)_)?token_cost)
        (?P<suffixes>(?:_above_\d{1,5}(?:k_tokens|hr))*)
        (?:_(?P<tier>[a-z_]+))?""",
    re.VERBOSE | re.ASCII,
)
_SUFFIX = re.compile(r"_above_(\d{1,5})(k_tokens|hr)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Which of a model's prices it is."""

    meter: Meter
    tier: str = "standard"
    context_band: str | None = None
    condition: str | None = None


def above(tokens: int) -> str:
    """The length of prompt beyond which a price holds, in one spelling: "above 200k tokens"."""
    return f"above {tokens // 1000}k tokens" if tokens % 1000 == 0 else f"above {tokens} tokens"


@cache
def cost_key(key: str) -> Priced | None:
    """What one of LiteLLM's keys prices; None for a key of no meter of ours, or of a word nobody knows."""
    match = _COST.fullmatch(key)
    if match is None:
        return None
    tier = TIERS.get(match["tier"] or "standard")
    kind = match["kind"] or match["cached"]
    if tier is None or (kind is not None and kind not in KINDS) or (match["unit"] == "character" and kind):
        return None
    bands = [int(count) for count, unit in _SUFFIX.findall(match["suffixes"]) if unit == "k_tokens"]
    lives = [int(count) for count, unit in _SUFFIX.findall(match["suffixes"]) if unit == "hr"]
    if len(bands) > 1 or len(lives) > 1 or (lives and match["cache"] != "creation"):
        return None
    return Priced(
        meter=_meter(match),
        tier=tier,
        context_band=above(bands[0] * 1000) if bands else None,
        condition=join_conditions([*([kind] if kind else []), *(f"cache_{hours}h" for hours in lives)]),
    )


def _meter(match: re.Match[str]) -> Meter:
    if match["cache"]:
        return Meter.INFERENCE_CACHED_INPUT if match["cache"] == "read" else Meter.INFERENCE_CACHE_WRITE
    if match["unit"] == "character":
        characters = {"input": Meter.INFERENCE_INPUT_CHARACTERS, "output": Meter.INFERENCE_OUTPUT_CHARACTERS}
        return characters[match["way"]]
    return Meter.INFERENCE_INPUT if match["way"] == "input" else Meter.INFERENCE_OUTPUT


def words(*parts: object) -> str:
    """A feed's words for what is priced, joined so that no two prices of a file share them."""
    return " | ".join(str(part).replace("|", "\\|") for part in parts)
