"""Azure's meter names, word by word: which model, what is counted, in which scope and tier.

A meter has no other name, and there are at least six spellings: `gpt-4.1-mini FT Training global Tokens`,
`4.1 mini ft training Dz Tokens`, `gpt-4o-mini-0718-FT-Trng-regnl Tokens`, `Ministral 3bFTregnl Deployment Hosting Unit`,
`Az-Davinci-002-Fine Tuned-Input Tokens`, `GPT-OSS-20b-IN-FT Tokens`. A name is cut into words; each word must be in the
vocabulary, and what is left must be a model of the product's own table. Otherwise the name is not classified: half a
name understood is a price in the wrong place.

Here: names only. What they cost, where and since when is the scraper's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scrapers.contract import Meter, Method, Variant

GLOBAL, DATA_ZONE, REGIONAL = "global", "data_zone", "regional"

_NOISE = frozenset({"tokens", "token", "tkn", "unit", "deployment", "model", "mdl", "mdel", "az"})
_TUNED = frozenset({"ft", "rft", "finetuned"})
_TRAINING = frozenset({"training", "trng"})
_HOSTING = frozenset({"hosting", "hstng"})
_GRADER = frozenset({"grader", "grdr"})
_CACHED = frozenset({"cached", "cched", "cchd", "cd"})
_DIRECTIONS = {
    **dict.fromkeys(("input", "inpt", "inp", "in"), Meter.INFERENCE_INPUT),
    **dict.fromkeys(("output", "outp", "opt", "out"), Meter.INFERENCE_OUTPUT),
}
_SCOPES = {
    **dict.fromkeys(("global", "glbl", "glb", "gl"), GLOBAL),
    **dict.fromkeys(("datazone", "dzone", "dz"), DATA_ZONE),
    **dict.fromkeys(("regional", "regnl", "rgnl"), REGIONAL),
}
_TIERS = {"dev": "developer", "batch": "batch", "pp": "priority"}
_BASE = "base"  # "davinci-002-base-glbl": tokens in and out at one price

# What the words that are left over are, in the documented spelling of the model's id. Short names are a product's own:
# "20b" is gpt-oss-20b only where nothing but gpt-oss is sold.
_OPENAI = {
    "gpt-4.1": "gpt-4.1",
    "gpt-4.1-mini": "gpt-4.1-mini",
    "gpt-4.1-nano": "gpt-4.1-nano",
    "gpt-4o": "gpt-4o",
    "gpt-4o-0806": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini",
    "gpt-4o-mini-0718": "gpt-4o-mini-2024-07-18",
    "o1": "o1",
    "o3": "o3",
    "o3-mini": "o3-mini",
    "o3-mini-0131": "o3-mini-2025-01-31",
    "o4-mini": "o4-mini",
    "o4-mini-0416": "o4-mini-2025-04-16",
    "gpt-4-8k": "gpt-4-8k",
    "gpt-35-turbo4k": "gpt-35-turbo-4k",
    "gpt-35-turbo-4k": "gpt-35-turbo-4k",
    "gpt-35-turbo16k": "gpt-35-turbo-16k",
    "gpt-35-turbo-16k": "gpt-35-turbo-16k",
    "babbage-002": "babbage-002",
    "davinci-002": "davinci-002",
    "text-embedding-3-large": "text-embedding-3-large",
}
_PRODUCTS: dict[str, dict[str, str]] = {
    "Azure OpenAI": _OPENAI,
    "Azure OpenAI Reasoning": _OPENAI,
    "Azure OpenAI GPT5": _OPENAI,
    "Azure OpenAI PP FT GPT4s": {
        "4.1": "gpt-4.1",
        "4.1-mini": "gpt-4.1-mini",
        "4.1-nano": "gpt-4.1-nano",
        "4o-0806": "gpt-4o-2024-08-06",
        "4o-mini-0718": "gpt-4o-mini-2024-07-18",
    },
    "Azure OpenAI OSS Models": dict.fromkeys(("gpt-oss-20b", "oss-20b", "20b"), "gpt-oss-20b"),
    "Azure Llama Models": dict.fromkeys(
        ("llama-3.3-70b", "llama3.3-70b", "llama3.3", "3.3-70b"), "llama-3.3-70b"
    ),
    "Azure Mistral Models": dict.fromkeys(("ministral-3b", "mnstrl-3b"), "ministral-3b"),
}  # fmt: skip
# The meters of these models that name no scope stand beside others that name the data zone and the region, so they are
# the third and only other scope that Azure sells.
_UNMARKED_IS_GLOBAL = frozenset({"gpt-oss-20b", "llama-3.3-70b", "ministral-3b"})

_GLUED_FT = re.compile(r"(?<=[a-z0-9])FT(?=[a-z])")  # "3bFTregnl"
_GLUED_WORDS = re.compile(r"\b(?:data zone|fine tuned)\b")


@dataclass(frozen=True, kw_only=True)
class MeterName:
    """What a meter's name says; an inference meter may count more than one thing at one price."""

    model: str
    meters: tuple[Meter, ...]
    variant: Variant
    tier: str
    scope: str | None
    method: Method | None = None
    condition: str | None = None


def is_about_tuning(name: str) -> bool:
    """Whether a meter has to do with fine-tuning, whatever else its name says."""
    return not (_TUNED | _TRAINING | _HOSTING | _GRADER).isdisjoint(_words(name))


def classified(product: str, name: str, unit: str) -> MeterName | None:
    """What the name of a meter says; None where a word of it is not known. `unit` is canonical."""
    words = [word for word in _words(name) if word not in _NOISE]
    kinds = {word for word in words if word in _TUNED | _TRAINING | _HOSTING | _GRADER}
    left = [word for word in words if word not in kinds]
    directions = {_DIRECTIONS[word] for word in left if word in _DIRECTIONS}
    scopes = {_SCOPES[word] for word in left if word in _SCOPES}
    tiers = {_TIERS[word] for word in left if word in _TIERS}
    is_cached = not _CACHED.isdisjoint(left)
    is_base = _BASE in left
    known = _DIRECTIONS.keys() | _SCOPES.keys() | _TIERS.keys() | _CACHED | {_BASE}
    model = _PRODUCTS.get(product, {}).get("-".join(word for word in left if word not in known))
    if model is None or max(len(directions), len(scopes), len(tiers)) > 1 or (is_base and kinds):
        return None
    direction = next(iter(directions), None)
    if is_cached:
        direction = Meter.INFERENCE_CACHED_INPUT if direction is Meter.INFERENCE_INPUT else None
    scope = next(iter(scopes), GLOBAL if kinds and model in _UNMARKED_IS_GLOBAL else None)
    found = _counted(kinds, direction, unit, is_cached=is_cached, is_base=is_base)
    if found is None:
        return None
    meters, method, condition = found
    is_tuned = bool(kinds) and Meter.GRADER_TOKENS not in meters
    return MeterName(
        model=model,
        meters=meters,
        variant=Variant.FINE_TUNED if is_tuned else Variant.BASE,
        tier=next(iter(tiers), "standard"),
        scope=scope,
        method=method,
        condition=condition,
    )


def _counted(
    kinds: set[str], direction: Meter | None, unit: str, *, is_cached: bool, is_base: bool
) -> tuple[tuple[Meter, ...], Method | None, str | None] | None:
    """What is counted, by which method of tuning, under which condition; None where the words do not go together."""
    is_rft = "rft" in kinds
    is_tokens = unit == Meter.INFERENCE_INPUT.unit
    if is_cached and direction is None:
        return None
    if kinds & _GRADER:
        side = direction and direction.value.removeprefix("inference_")
        return ((Meter.GRADER_TOKENS,), None, side) if is_tokens and not kinds & (_TRAINING | _HOSTING) else None
    if kinds & _HOSTING:
        fits = unit == Meter.HOSTING_HOURS.unit and direction is None and not kinds & _TRAINING
        return ((Meter.HOSTING_HOURS,), None, None) if fits else None
    if direction is not None:
        return ((direction,), None, None) if is_tokens and not kinds & _TRAINING else None
    if kinds:  # "3.3 70b FT Tokens" is training: nothing else is counted without a direction
        if unit == Meter.TRAINING_HOURS.unit and kinds & _TRAINING:
            return (Meter.TRAINING_HOURS,), Method.RFT if is_rft else Method.SFT, None
        return ((Meter.TRAINING_TOKENS,), Method.SFT, None) if is_tokens and not is_rft else None
    return ((Meter.INFERENCE_INPUT, Meter.INFERENCE_OUTPUT), None, None) if is_base and is_tokens else None


def _words(name: str) -> list[str]:
    spaced = re.sub(r"[\s_-]+", " ", _GLUED_FT.sub(" FT ", name)).strip().lower()
    return _GLUED_WORDS.sub(lambda match: match[0].replace(" ", ""), spaced).split()
