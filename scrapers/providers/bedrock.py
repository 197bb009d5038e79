"""AWS Bedrock: what customising a model costs, and its tokens beside the base model's.

Pages: regional files of the AWS Price List, one row of the catalogue each (pricing.us-east-1.amazonaws.com, JSON, no
key). `AmazonBedrock` holds Amazon's own and most open models; `AmazonBedrockFoundationModels` holds the models sold
through the AWS Marketplace (Claude, Cohere ...), and is experimental: no copy of it was recorded. The region is in the
address; US dollars.

Not the page aws.amazon.com/bedrock/pricing: its HTML holds placeholders instead of prices, a script fills them in for
the region chosen, and a browser's copy is whole only after every tab was opened. What it printed for third-party
models (Llama 3.1 8B 1.49 to train 1M tokens, 70B 7.99, Cohere Command 4.00; gpt-oss-20b and Qwen3 32B 80 an hour of
reinforcement; 1.95 a month to store a custom model) is known from copies of its tables of 2026-05 to 2026-07.

Manners of `AmazonBedrock` (last seen 2026-09-11):
- Everything is in `usagetype`: region code, model, kind, then tier and scope, as in
  `USE1-Nova2.0Lite-input-tokens-custom-model`, `USE1-NovaPro-input-tokens-flex`.
- `inferenceType` is "Input tokens" for the base model's SKU and for a custom model's alike: the suffix `-custom-model`
  or the feature "Model Customization" tells them apart, never `inferenceType`.
- Custom models may cost less than their base: Nova 2 Lite 0.30 beside 0.33 per 1M input tokens on 2026-08-02.
- A cache write of 0.0 is *free*, a price the seller states.
- Prices are strings of ten decimals, per "1K tokens" or "1M tokens"; `effectiveDate` is a term's own.
- Titan models are named by `titanModel`, all others by `model`.
- Images, speech, guardrails and the like are not read, nor is Custom Model Import, whose SKUs were never seen.
- The whole file was never seen either, only 23 of its SKUs and 8 rows in notes. So a customisation that no rule knows,
  one in a unit nobody has met, and prices that two SKUs of one model state differently are listed among the layout's
  headings and not read; when they are more than a tenth of all customisations, the file is refused.
- Scope: `region` is the region's code, or "global" for cross-region inference.

Manners of `AmazonBedrockFoundationModels` (from public parsers of it, unseen): `servicename` names the model
("Claude Sonnet 5 (Amazon Bedrock Edition)"), the usage type the rest, in two spellings:
`USE1-MP:USE1_InputTokenCount_Global_Batch-Units`, `USE1-MP:USE1_cache_write_tokens_1h_long_ctx_global_standard-Units`.
The unit is "1M tokens". A SKU whose unit is "Units" has none and is not read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scrapers import effective, money, unclassified
from scrapers.aws_price_list import Offer, Rate, Sku, read_offer
from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Evidence,
    Layout,
    Meter,
    Method,
    Page,
    Quote,
    Reading,
    Variant,
    join_conditions,
)
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.models import base_model_of

NAME = "AWS Bedrock"
PROVIDER = "bedrock"
PARSER_VERSION = "1"

OFFER = "AmazonBedrock"
MARKETPLACE_OFFER = "AmazonBedrockFoundationModels"
CUSTOMIZATION = "Model Customization"  # the feature of every SKU that is about a customer's own model

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
# .../offers/v1.0/aws/AmazonBedrock/current/us-east-1/index.json
_REGION = re.compile(r"/current/(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)/index\.json")
# USE1-NovaLite-input-tokens-custom-model, USE1-Nova2.0Lite-Customization-Training, USE1-Nova2.0Lite-RFT-Training-Hours
_USAGE = re.compile(
    r"""[A-Z0-9]+-(?P<stem>.+?)-
        (?P<kind>input-tokens|output-tokens|cache-read-input-token-count|cache-write-input-token-count
                |customization-training|customization-storage|rft-training-hours
                |provisionedthroughput-(?P<term>nocommit|\d+month)s?-modelunits)
        (?P<rest>(?:-[a-z-]+)?)""",
    re.IGNORECASE | re.VERBOSE,
)
_MARKETPLACE_USAGE = re.compile(r"[A-Z0-9]+-(?:MP:[A-Z0-9]+_)?(?P<words>[A-Za-z0-9_]+)-Units")
_IS_CUSTOMIZATION = re.compile(r"custom(?!.?model.?import)|rft|train|fine.?tun|distill", re.IGNORECASE)
_NOT_TEXT = re.compile(r"image|video|audio|speech|sonic|embed", re.IGNORECASE)
_EDITION = re.compile(r"\s*\(Amazon Bedrock Edition\)$", re.IGNORECASE)

_KINDS: dict[str, tuple[Meter, Method | None]] = {
    "input-tokens": (Meter.INFERENCE_INPUT, None),
    "output-tokens": (Meter.INFERENCE_OUTPUT, None),
    "cache-read-input-token-count": (Meter.INFERENCE_CACHED_INPUT, None),
    "cache-write-input-token-count": (Meter.INFERENCE_CACHE_WRITE, None),
    "customization-training": (Meter.TRAINING_TOKENS, Method.SFT),
    "customization-storage": (Meter.STORAGE_MONTH, None),
    "rft-training-hours": (Meter.TRAINING_HOURS, Method.RFT),
}
_TERMS = {"nocommit": "on_demand", "1month": "reserved_1_month", "6month": "reserved_6_months"}
_SUFFIXES = {  # what may follow the kind, in any order: (tier, scope, is it a customer's own model)
    "-custom-model": (None, None, True),
    "-batch": ("batch", None, False),
    "-flex": ("flex", None, False),
    "-priority": ("priority", None, False),
    "-cross-region-global": (None, "global", False),
}
_MARKETPLACE_KINDS = {
    frozenset({"input"}): Meter.INFERENCE_INPUT,
    frozenset({"output"}): Meter.INFERENCE_OUTPUT,
    frozenset({"cache", "read"}): Meter.INFERENCE_CACHED_INPUT,
    frozenset({"cache", "write"}): Meter.INFERENCE_CACHE_WRITE,
}
_MARKETPLACE_WORDS = {"input", "output", "cache", "read", "write"}
_MARKETPLACE_NOISE = {"token", "tokens", "count", "standard"}
_MARKETPLACE_TIERS = {"batch", "flex", "priority"}
_CACHE_LIVES = {"5m": "cache_5m", "30m": "cache_30m", "1h": "cache_1h"}


@dataclass(frozen=True, kw_only=True)
class _Line:
    """What one SKU sells."""

    section: str
    model: str
    meter: Meter
    variant: Variant | None
    region: str
    tier: str | None = None
    method: Method | None = None
    context_band: str | None = None
    condition: str | None = None


def parse(page: Page) -> Reading:
    """Read one offer in one region. Raises LayoutChanged where it is another file, or sells nothing that is known."""
    match = _REGION.search(page.url)
    if match is None:
        raise LayoutChanged(f"{page.url}: expected a region's file, .../current/us-east-1/index.json")
    offer = read_offer(page, (OFFER, MARKETPLACE_OFFER), match["region"])
    found: list[tuple[Sku, Quote]] = []
    sections: dict[str, int] = defaultdict(int)
    strange: list[str] = []
    for sku in offer.skus:
        line = _line(offer, sku)
        quotes = [] if line is None else list(_quotes(page, sku, line, offer.rates(sku)))
        if line is not None and quotes:
            found += [(sku, quote) for quote in quotes]
            sections[line.section] += 1
        elif _IS_CUSTOMIZATION.search(sku.usage) or sku.attributes.get("feature") == CUSTOMIZATION:
            strange.append(sku.usage)
    clear, ambiguous = _unambiguous(found)
    if not clear:
        raise LayoutChanged(f"{offer.code} in {offer.region}: none of {len(offer.skus)} SKUs is understood")
    known = sections.get("fine_tuning", 0) + sections.get("provisioned", 0)
    headings = unclassified.headings_of(strange, known, f"{offer.code} in {offer.region}")
    return Reading(
        quotes=tuple(clear),
        availability=tuple(_on_sale(clear)),
        layout=Layout(
            sections=dict(sections),
            anchors=(offer.code, offer.region),
            headings=(*headings, *(f"stated twice: {usage}" for usage in sorted(ambiguous))),
        ),
    )


def _line(offer: Offer, sku: Sku) -> _Line | None:
    """What a SKU sells; None for what is not read here: images, speech, requests, and what no rule knows."""
    is_marketplace = offer.code == MARKETPLACE_OFFER
    return _marketplace_line(sku, offer.region) if is_marketplace else _own_line(sku, offer.region)


def _own_line(sku: Sku, region: str) -> _Line | None:
    model = sku.attributes.get("model") or sku.attributes.get("titanModel")
    match = _USAGE.fullmatch(sku.usage)
    if not model or match is None:
        return None
    kind = match["kind"].lower()
    if match["term"]:
        tier = _TERMS.get(match["term"].lower())
        if tier is None or match["rest"]:
            return None
        line = _Line(
            section="provisioned", model=model, meter=Meter.PROVISIONED_UNIT_HOURS, variant=None, region=region
        )
        return replace(line, tier=tier)
    meter, method = _KINDS[kind]
    is_inference = meter.value.startswith("inference_")
    suffixes = _suffixes(match["rest"].lower())
    if suffixes is None or (is_inference and _NOT_TEXT.search(match["stem"])) or (suffixes and not is_inference):
        return None
    tiers = [tier for tier, _, _ in suffixes if tier]
    if len(tiers) > 1:
        return None
    is_custom = (
        not is_inference
        or any(custom for _, _, custom in suffixes)
        or sku.attributes.get("feature") == CUSTOMIZATION
    )  # fmt: skip
    return _Line(
        section="fine_tuning" if is_custom else "base",
        model=model,
        meter=meter,
        variant=Variant.FINE_TUNED if is_custom else Variant.BASE,
        region=next((scope for _, scope, _ in suffixes if scope), region),
        tier=tiers[0] if tiers else "standard",
        method=method,
    )


def _suffixes(rest: str) -> list[tuple[str | None, str | None, bool]] | None:
    """What stands behind the kind of a usage type; None where something there is not known."""
    found = []
    while rest:
        suffix = next((known for known in _SUFFIXES if rest.endswith(known)), None)
        if suffix is None:
            return None
        found.append(_SUFFIXES[suffix])
        rest = rest.removesuffix(suffix)
    return found


def _marketplace_line(sku: Sku, region: str) -> _Line | None:
    match = _MARKETPLACE_USAGE.fullmatch(sku.usage)
    model = _EDITION.sub("", sku.attributes.get("servicename", ""))
    if match is None or not model or model == sku.attributes.get("servicename"):
        return None
    # InputTokenCount_Global, CacheWrite1hInputTokenCount, cache_write_tokens_1h_long_ctx_standard
    printed = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=\d)", "_", match["words"])
    words = {word.lower() for word in printed.split("_") if word} - _MARKETPLACE_NOISE
    kind = words & _MARKETPLACE_WORDS
    meter = _MARKETPLACE_KINDS.get(frozenset(kind - {"input"} if "cache" in kind else kind))
    tiers = words & _MARKETPLACE_TIERS
    is_long = {"long", "ctx"} <= words
    lives = words & _CACHE_LIVES.keys()
    left = words - kind - tiers - lives - {"global"} - ({"long", "ctx"} if is_long else set())
    if meter is None or left or len(tiers) > 1 or (lives and meter is not Meter.INFERENCE_CACHE_WRITE):
        return None
    return _Line(
        section="base",
        model=model,
        meter=meter,
        variant=Variant.BASE,
        region="global" if "global" in words else region,
        tier=next(iter(tiers), "standard"),
        context_band="long context" if is_long else None,
        condition=join_conditions([_CACHE_LIVES[life] for life in lives]),
    )


def _quotes(page: Page, sku: Sku, line: _Line, rates: list[Rate]) -> Iterator[Quote]:
    """The price that holds, and those announced; none where the unit is not the one that the meter counts."""
    dated = [(rate.effective_from, (rate.amount, rate.unit)) for rate in rates]
    places = {(rate.effective_from, rate.amount): rate.place for rate in rates}
    is_tuned = line.variant is Variant.FINE_TUNED
    for day, (amount, unit) in effective.standing(dated, page.fetched_at.date(), where=sku.usage):
        place = places[day, amount]
        meter = _meter(line.meter, unit)
        if meter is None:
            return
        price = _price(amount, meter.unit if meter is Meter.STORAGE_MONTH else unit, place)
        yield Quote(
            provider=PROVIDER,
            model=line.model,
            base_model=base_model_of(PROVIDER, line.model) if is_tuned else None,
            meter=meter,
            variant=line.variant,
            method=line.method,
            tier=line.tier if meter.value.startswith(("inference_", "provisioned_")) else None,
            context_band=line.context_band,
            region=line.region,
            condition=line.condition,
            amount=price.amount,
            currency=price.currency,
            value_state=price.state,
            raw_text=price.raw_text,
            raw_unit=unit,
            effective_from=day,
            evidence=_evidence(page, sku, amount, unit, place),
        )


def _meter(meter: Meter, unit: str) -> Meter | None:
    """The meter that is counted in a printed unit; None where the two do not go together."""
    if meter is Meter.STORAGE_MONTH:  # "per Model / month", "Model-Month": one model for one month, however spelled
        return meter if re.search(r"\bmonth$", unit, re.IGNORECASE) else None
    try:
        counted = money.canonical_unit(unit)[0]
    except UnreadablePrice:
        return None
    if meter is Meter.TRAINING_TOKENS and counted == Meter.TRAINING_IMAGES.unit:
        return Meter.TRAINING_IMAGES  # Nova Canvas is billed by the image seen
    return meter if counted == meter.unit else None


def _price(amount: str, unit: str, place: str) -> money.Price:
    try:
        return money.parse(amount, unit=unit)
    except UnreadablePrice as error:
        raise UnreadablePrice(f"{place}: {error}") from error


def _evidence(page: Page, sku: Sku, amount: str, unit: str, place: str) -> Evidence:
    words = [sku.usage, sku.attributes.get("feature", ""), amount, unit]
    return page.evidence(quoted=" | ".join(word for word in words if word), place=place, parser_version=_VERSION)


def _unambiguous(found: Iterable[tuple[Sku, Quote]]) -> tuple[list[Quote], list[str]]:
    """The quotes of series that all SKUs agree on, and the usage types of those that do not.

    Two SKUs of one model may differ in something no rule knows; which of them is the price of text, nobody says.
    """
    series: dict[tuple[object, ...], list[tuple[Sku, Quote]]] = defaultdict(list)
    for sku, quote in found:
        series[quote.series_id, None if quote.is_in_force else quote.effective_from].append((sku, quote))
    clear = [items[0][1] for items in series.values() if _agree(items)]
    return clear, [sku.usage for items in series.values() if not _agree(items) for sku, _ in items]


def _agree(items: list[tuple[Sku, Quote]]) -> bool:
    return len({quote.amount for _, quote in items}) == 1


def _on_sale(quotes: Iterable[Quote]) -> Iterator[Availability]:
    """A model is on sale to be customised where its training, or the tokens of a custom one, have a price."""
    seen: set[str | None] = set()
    for quote in quotes:
        if quote.variant is Variant.FINE_TUNED and quote.is_in_force and quote.model not in seen:
            seen.add(quote.model)
            yield Availability(
                provider=PROVIDER,
                model=quote.model,
                kind=AvailabilityKind.ON_SALE,
                date=None,
                variant=Variant.FINE_TUNED,
                evidence=quote.evidence,
            )
