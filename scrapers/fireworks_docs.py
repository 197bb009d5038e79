"""Fireworks AI's documentation in markdown: the cost estimator, the catalogue of tunable models, a billing FAQ.

The field notes are in scrapers/providers/fireworks.py. The first two are code of a component with literal JSON in it:
- `"managedRates": [{"maxParams": 16000000000, "sft": 0.5, "dpo": 1}, ...]`, US dollars per million training tokens;
  maxParams null is the last tier. The estimator takes the first tier that is null or not smaller than the model's
  paramCount, so the price of each of its models follows: derived. Rates for the competitor Tinker stand beside them.
- The tiers are those that the pricing page calls by name; a bound it has no name for is refused until a person has
  seen what it is called there.
- `TRAINING_SHAPES_CATALOG = {"generatedAt": ..., "models": [...]}` has no prices: which models are tunable, and how.
The flags of both, managedSft and managedSftLora, are of the same models: the rates are those of LoRA.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Layout,
    Meter,
    Method,
    Page,
    Quote,
    Reading,
    Technique,
    ValueState,
    Variant,
)
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.fireworks_pricing import PATTERN
from scrapers.fireworks_sizes import model_size
from scrapers.models import base_model_of
from scrapers.money import fold
from scrapers.ratios import doubt_of
from scrapers.size_tiers import ALL_MODELS

PROVIDER = "fireworks"
METHODS = {"sft": Method.SFT, "dpo": Method.DPO}
TIER_NAMES = {  # by the largest number of parameters, as the pricing page calls them
    16 * 10**9: "up to 16B",
    80 * 10**9: "16.1B - 80B",
    300 * 10**9: "80B - 300B",
    None: ">300B",
}
TUNED_BY = (  # the flags of a catalogue entry that say it can be tuned, whatever the product
    "managedSftLora",
    "managedDpoLora",
    "rftLoraManaged",
    "apiLora",
    "apiFull",
)

_ESTIMATOR = re.compile(r"\bTrainingCostEstimator\b")
_RATES = re.compile(r'"managedRates":\s*(?=\[)')
_MODEL = re.compile(
    r'"id":\s*"(?P<id>[^"\\]+)",\s*"label":\s*"(?P<label>[^"\\]+)",\s*"paramCount":\s*(?P<size>\d+),'
    r'\s*"managed":\s*(?:true|false),\s*"managedSft":\s*(?P<sft>true|false),\s*"managedDpo":\s*(?P<dpo>true|false)'
)
_CATALOGUE = re.compile(r"\bTRAINING_SHAPES_CATALOG\s*=\s*(?=\{)")
_FAQ = re.compile(r"^# Are there extra fees for serving fine-tuned models\?\s*$", re.MULTILINE)
_FREE_LIST = re.compile(r"^\*\*What's free\*\*:\s*\n(?P<items>(?:\s*\* .+\n)+)", re.MULTILINE)
_FREE_HOSTING = re.compile(r"\* (?P<words>Hosting [^\n]*\bon serverless\b[^\n]*)")
_SOME_MODELS = re.compile(r"\blimited set of models\b[^.]*\bserverless\b")
_PAID_HOSTING = re.compile(r"on-demand deployments,[^.]*\bhourly hosting costs\b")


def is_estimator(text: str) -> bool:
    """True for the training cost estimator; the one for reinforcement tuning is another component."""
    return _ESTIMATOR.search(text) is not None


def is_catalogue(text: str) -> bool:
    """True for the catalogue of tunable models."""
    return "TRAINING_SHAPES_CATALOG" in text


def is_faq(text: str) -> bool:
    """True for the question about the cost of serving tuned models."""
    return _FAQ.search(text) is not None


@dataclass(frozen=True)
class _Tier:
    """One entry of managedRates: up to `most` parameters, its rates by method, and how it is written."""

    label: str
    least: int
    most: int | None
    rates: Mapping[str, Decimal]
    number: int

    @property
    def written(self) -> str:
        most = "null" if self.most is None else self.most
        rates = ", ".join(f'"{name}": {rate}' for name, rate in self.rates.items())
        return f'"maxParams": {most}, {rates}'

    @property
    def doubt(self) -> str | None:
        return doubt_of({(method, Technique.LORA): self.rates[name] for name, method in METHODS.items()}, PATTERN)


def read_estimator(page: Page, version: str) -> Reading:
    """The rates of the tiers, and of each model by its number of parameters. Raises LayoutChanged."""
    if "<TrainingCostEstimator" not in page.text:
        raise LayoutChanged("the estimator's code is not followed by its use: the page was cut")
    tiers = list(_tiers(page.text))
    models = list(_MODEL.finditer(page.text))
    if not models or len(models) != page.text.count('"managedSft":'):
        raise LayoutChanged(
            f"{page.text.count(chr(34) + 'managedSft' + chr(34) + ':')} models have a flag managedSft, "
            f"and {len(models)} of them have an id, a label and a paramCount before it"
        )
    quotes = [_rate(page, version, tier, name) for tier in tiers for name in METHODS]
    for model in models:
        size = int(model["size"])
        tier = next(tier for tier in tiers if tier.most is None or size <= tier.most)
        quotes += [_rate(page, version, tier, name, model) for name in METHODS if model[name] == "true"]
    return Reading(
        quotes=tuple(quotes),
        layout=Layout(
            sections={"managed_rates": len(tiers), "models": len(models)}, anchors=("TrainingCostEstimator",)
        ),
    )


def _tiers(text: str) -> Iterator[_Tier]:
    starts = list(_RATES.finditer(text))
    if len(starts) != 1:
        raise LayoutChanged(f'one list "managedRates" was expected; {len(starts)} are there')
    entries = _json_at(text, starts[0].end(), "managedRates")
    if not isinstance(entries, list) or not entries:
        raise LayoutChanged("managedRates is no list of tiers")
    least = 0
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict) or set(entry) != {"maxParams", *METHODS}:
            raise LayoutChanged(f"managedRates[{number}]: maxParams, sft and dpo were expected, not {entry!r}")
        most = entry["maxParams"]
        is_last = number == len(entries) - 1
        if (most is None) != is_last or most not in TIER_NAMES or (most is not None and most <= least):
            raise LayoutChanged(
                f"managedRates[{number}]: the tiers were expected to end at "
                f"{', '.join(str(bound) for bound in TIER_NAMES)}, not at {most!r}"
            )
        rates = {name: entry[name] for name in METHODS}
        if any(isinstance(rate, bool) or not isinstance(rate, Decimal | int) or rate <= 0 for rate in rates.values()):
            raise UnreadablePrice(f"managedRates[{number}]: {entry!r} has a rate that is no price")
        # Its bounds are those of its name, as on the pricing page: "16.1B - 80B" begins at 16.1 billion.
        tier = model_size(TIER_NAMES[most])
        if tier is None or tier.most != most:
            raise LayoutChanged(f"managedRates[{number}]: {TIER_NAMES[most]!r} is no name of a tier up to {most!r}")
        yield _Tier(tier.label, tier.least, most, {name: Decimal(rate) for name, rate in rates.items()}, number)
        least = most or least


def _rate(page: Page, version: str, tier: _Tier, name: str, model: re.Match[str] | None = None) -> Quote:
    place = f"managedRates[{tier.number}].{name}"
    quoted = tier.written
    if model:
        place = f"model {model['id']}, paramCount {model['size']}: {place}"
        quoted = f'"id": "{model["id"]}", "label": "{model["label"]}", "paramCount": {model["size"]} | {quoted}'
    return Quote(
        provider=PROVIDER,
        product="managed",
        model=model["label"] if model else None,
        base_model=base_model_of(PROVIDER, model["label"]) if model else None,
        size_tier=None if model else tier.label,
        size_min_params=None if model else tier.least,
        size_max_params=None if model else tier.most,
        meter=Meter.TRAINING_TOKENS,
        variant=Variant.FINE_TUNED,
        method=METHODS[name],
        technique=Technique.LORA,
        value_state=ValueState.PRICED,
        amount=tier.rates[name],
        raw_text=f'"{name}": {tier.rates[name]}',
        raw_unit="per 1M training tokens",
        derived=model is not None,
        doubt=tier.doubt,
        evidence=page.evidence(quoted=quoted, place=place, parser_version=version),
    )


def read_catalogue(page: Page, version: str) -> Reading:
    """Which models can be tuned: availability facts, no prices. Raises LayoutChanged."""
    start = _CATALOGUE.search(page.text)
    catalogue = _json_at(page.text, start.end(), "TRAINING_SHAPES_CATALOG") if start else None
    models = catalogue.get("models") if isinstance(catalogue, dict) else None
    if not isinstance(models, list) or not models:
        raise LayoutChanged("TRAINING_SHAPES_CATALOG has no list of models")
    facts = []
    for number, entry in enumerate(models):
        where = f"models[{number}]"
        if not isinstance(entry, dict) or not {"model", "id", "paramCount", *TUNED_BY} <= set(entry):
            raise LayoutChanged(f"{where}: a model with its id, paramCount and flags was expected")
        name, ways = entry["model"], [flag for flag in TUNED_BY if entry[flag] is True]
        if not isinstance(name, str) or not name.strip():
            raise LayoutChanged(f"{where}: a model's name was expected, not {name!r}")
        words = " | ".join([f'"model": "{name}"', *(f'"{flag}": {json.dumps(entry[flag])}' for flag in TUNED_BY)])
        facts.append(
            Availability(
                provider=PROVIDER,
                model=fold(name),
                kind=AvailabilityKind.ON_SALE if ways else AvailabilityKind.NOT_OFFERED,
                date=None,
                variant=Variant.FINE_TUNED,
                evidence=page.evidence(quoted=words, place=where, parser_version=version),
            )
        )
    return Reading(
        quotes=(),
        availability=tuple(facts),
        layout=Layout(sections={"models": len(models)}, anchors=("TRAINING_SHAPES_CATALOG",)),
    )


def read_faq(page: Page, version: str) -> Reading:
    """Hosting a tuned model: free on serverless for listed models, by the hour when deployed on demand.

    Raises LayoutChanged where one of the two is not said any more: the answer has changed then.
    """
    free = _FREE_LIST.search(page.text)
    hosting = free and _FREE_HOSTING.search(free["items"])
    paid = _PAID_HOSTING.search(page.text)
    if free is None or hosting is None or paid is None:
        raise LayoutChanged("the FAQ was expected to say that serverless hosting is free and on-demand hosting is not")
    is_limited = _SOME_MODELS.search(page.text) is not None
    modes = (
        ("serverless", ValueState.FREE, Decimal(0), "What's free", hosting["words"]),
        ("dedicated", ValueState.NOT_PRINTED, None, "hourly hosting costs", paid[0]),
    )
    return Reading(
        quotes=tuple(
            Quote(
                provider=PROVIDER,
                product=product,
                size_tier=ALL_MODELS.label,
                size_min_params=ALL_MODELS.least,
                size_max_params=ALL_MODELS.most,
                meter=Meter.HOSTING_HOURS,
                variant=Variant.FINE_TUNED,
                condition="listed_models" if is_limited and state is ValueState.FREE else None,
                value_state=state,
                amount=amount,
                raw_text=raw_text,
                raw_unit="hour",
                evidence=page.evidence(
                    quoted=fold(words), place=f"extra fees for serving > {product}", parser_version=version
                ),
            )
            for product, state, amount, raw_text, words in modes
        ),
        layout=Layout(sections={"hosting": len(modes)}, headings=("extra fees for serving",)),
    )


def _json_at(text: str, start: int, where: str) -> object:
    """The JSON value that begins at a place of the text, numbers exact."""
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)
    try:
        return decoder.raw_decode(text, start)[0]
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise LayoutChanged(f"{where} is no literal JSON: {error}") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
