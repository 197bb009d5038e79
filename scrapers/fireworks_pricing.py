"""Fireworks AI's pricing page: tables found by their heads, in HTML or in a text copy.

The field notes are in scrapers/providers/fireworks.py. US dollars; training per million training tokens (tokens of
the data times epochs), GPUs per GPU-hour, billed per second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

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
from scrapers.dates import printed_date
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.fireworks_sizes import model_size
from scrapers.models import base_model_of
from scrapers.price_rows import PriceColumn, price_rows, printed_unit, quote_of
from scrapers.ratios import RatioRule, doubt_of
from scrapers.sections import document_of
from scrapers.size_tiers import ALL_MODELS
from scrapers.table_shape import heads_of
from scrapers.tables import Table

MANAGED, TRAINING_API, GPUS, BASE = "managed_training", "serverless_training", "on_demand_gpus", "base"
METHODS = {"sft": Method.SFT, "supervised": Method.SFT, "dpo": Method.DPO, "preference": Method.DPO}
TECHNIQUES = {"lora": Technique.LORA, "full": Technique.FULL}
TRAINING_METERS = {
    "prefill": Meter.TRAINING_PREFILL_TOKENS,
    "cached prefill": Meter.TRAINING_CACHED_PREFILL_TOKENS,
    "sample": Meter.TRAINING_SAMPLE_TOKENS,
    "train": Meter.TRAINING_TOKENS,
}
BASE_METERS = {
    "input": Meter.INFERENCE_INPUT,
    "cached input": Meter.INFERENCE_CACHED_INPUT,
    "output": Meter.INFERENCE_OUTPUT,
}

_SFT_LORA, _SFT_FULL, _DPO_LORA, _DPO_FULL = product((Method.SFT, Method.DPO), (Technique.LORA, Technique.FULL))
_TWICE = (Decimal("1.95"), Decimal("2.05"))
PATTERN = (
    RatioRule("DPO / SFT (LoRA)", _DPO_LORA, _SFT_LORA, *_TWICE),
    RatioRule("DPO / SFT (full)", _DPO_FULL, _SFT_FULL, *_TWICE),
    RatioRule("full / LoRA (SFT)", _SFT_FULL, _SFT_LORA, *_TWICE),
    RatioRule("full / LoRA (DPO)", _DPO_FULL, _DPO_LORA, *_TWICE),
)

_MARKUP = re.compile(r"<(?:html|body|table)\b", re.IGNORECASE)
_TRAINING_UNIT = re.compile(r"\bper 1M training tokens\b", re.IGNORECASE)
_TOKEN_UNIT = re.compile(r"\b1M tokens\b", re.IGNORECASE)  # "$ / 1M tokens"
_API_UNIT = re.compile(r"\bper 1M(?: tokens)?\b", re.IGNORECASE)  # "Train per 1M"
_HOUR = re.compile(r"\bhour\b", re.IGNORECASE)  # "$ / hour (billed per second)"
_GPU = re.compile(r"^(?:NVIDIA )?(?P<name>[A-Z]+\d+) (?P<memory>\d+) ?GB(?: GPU)?$")  # "H100 80 GB GPU"
_CONTEXT = re.compile(r"^\d+[KM]$")  # "262K"
# "$ / hour up to Aug 31", "from Sep 1", "until August 31, 2026"
_DATED = re.compile(
    r"\b(?P<edge>up to|until|through|from|starting)\s+(?P<day>[A-Z][a-z]{2,8}\.? \d{1,2})(?:, (?P<year>\d{4}))?",
    re.IGNORECASE,
)
_NAMED_PRICE = re.compile(
    r"(?P<price>\$\S+) (?P<kind>cached input|input|output)(?:, |$)"
)  # "$0.56 input, $1.68 output"
_SAME_PRICE = re.compile(r"\b(?:serve )?fine-tuned models\b[^.]*\bsame price as base models\b", re.IGNORECASE)
_RFT_RULE = re.compile(
    r"\breinforcement fine[- ]tuning[^.]*\bper GPU hour\b[^.]*\bsame price as\b[^.]*\bon-demand\b", re.IGNORECASE
)


def read_pricing(page: Page, version: str) -> Reading:
    """Read the page. Raises LayoutChanged without a table of managed training, whatever else is on it."""
    document = document_of(page.text)
    words = " ".join(section.words for section in document.sections)
    rows: Counter[str] = Counter()
    quotes: list[Quote] = []
    for table in (table for section in document.sections for table in section.tables):
        kind = _kind_of(table)
        if kind:
            quotes += _quotes(page, version, table, kind, words)
            rows[kind] += len(table.rows)
    managed = next((quote for quote in quotes if quote.meter is Meter.TRAINING_TOKENS and quote.size_tier), None)
    if managed is None:
        heads = "; ".join(heads_of(table) for section in document.sections for table in section.tables)
        raise LayoutChanged(f"no table of managed training is on the page; its tables are headed {heads or '(none)'}")
    on_sale = Availability(
        provider=managed.provider,
        model=None,
        kind=AvailabilityKind.ON_SALE,
        date=None,
        variant=Variant.FINE_TUNED,
        evidence=managed.evidence,
    )
    return Reading(
        quotes=(*quotes, *_same_price_claim(page, version, words, managed)),
        availability=(on_sale,),
        layout=Layout(
            # Base prices moved to a page of their own: that they are gone here is not another layout.
            sections={kind: count for kind, count in rows.items() if kind != BASE},
            headings=tuple(section.heading for section in document.sections if section.heading and section.tables),
        ),
    )


def _kind_of(table: Table) -> str | None:
    """Which list a table is, by its heads; None for pictures, audio, embeddings and whatever else is sold there."""
    label, *heads = [head.casefold() for head in table.columns] or [""]
    if label == "gpu type":
        return GPUS
    if label != "base model":
        return None
    if any(word in head for head in heads for word in METHODS):
        return MANAGED
    if any(head.startswith("prefill") for head in heads):
        return TRAINING_API
    return BASE if len(heads) == 1 and "token" in heads[0] else None


def _quotes(page: Page, version: str, table: Table, kind: str, words: str) -> Iterable[Quote]:
    match kind:
        case "managed_training":
            return _managed(page, version, table)
        case "serverless_training":
            return _training_api(page, version, table)
        case "on_demand_gpus":
            return _gpus(page, version, table, words)
        case _:
            return base_prices(page, version, table)


def _around(table: Table) -> str:
    return " ".join([table.preface, *table.columns])


def _managed(page: Page, version: str, table: Table) -> list[Quote]:
    unit = printed_unit(_TRAINING_UNIT, _around(table), where=MANAGED, like="per 1M training tokens")
    columns = [_managed_column(index, head, unit) for index, head in enumerate(table.columns) if index]
    kinds = [(column.method, column.technique) for column in columns]
    if sorted(map(str, kinds)) != sorted(
        map(str, product((Method.SFT, Method.DPO), {technique for _, technique in kinds}))
    ):
        raise LayoutChanged(f"{MANAGED}: methods and techniques do not pair up in the heads {heads_of(table)}")
    quotes = []
    for row in price_rows(page, version, table):
        tier = model_size(row.label)
        if tier is None or not row.label.startswith("Models "):
            raise LayoutChanged(f"{MANAGED}: {row.label!r} stands where a size like 'Models up to 16B' belongs")
        of_row = [quote_of(row, column, tier=tier) for column in columns]
        amounts = {
            (quote.method, quote.technique): quote.amount for quote in of_row if quote.method and quote.technique
        }
        doubt = doubt_of(amounts, PATTERN)
        quotes += [replace(quote, product="managed", variant=Variant.FINE_TUNED, doubt=doubt) for quote in of_row]
    return quotes


def _managed_column(index: int, head: str, unit: str) -> PriceColumn:
    words = head.casefold()
    methods = {method for word, method in METHODS.items() if word in words}
    techniques = {technique for word, technique in TECHNIQUES.items() if word in words} or {Technique.LORA}
    if len(methods) != 1 or len(techniques) != 1:
        raise LayoutChanged(f"{MANAGED}: the column {head!r} does not name one method and one technique")
    return PriceColumn(index, Meter.TRAINING_TOKENS, unit, methods.pop(), techniques.pop())


def _training_api(page: Page, version: str, table: Table) -> list[Quote]:
    printed_unit(_API_UNIT, _around(table), where=TRAINING_API, like="per 1M tokens")
    heads = [_API_UNIT.sub("", head).strip().casefold() for head in table.columns]
    if sorted(heads) != sorted(["base model", "context", *TRAINING_METERS]):
        raise LayoutChanged(f"{TRAINING_API}: the heads are {heads_of(table)}")
    columns = [PriceColumn(heads.index(head), meter, "per 1M tokens") for head, meter in TRAINING_METERS.items()]
    quotes = []
    for row in price_rows(page, version, table):
        context = row.cells[heads.index("context")].text
        if _CONTEXT.fullmatch(context) is None:
            raise LayoutChanged(f"{TRAINING_API}: {row.label}: a context like 262K was expected, not {context!r}")
        quotes += [
            replace(
                quote_of(row, column, model=row.label),
                product="serverless_training",
                variant=Variant.FINE_TUNED,
                base_model=base_model_of(version.partition("/")[0], row.label),
                context_band=context,
            )
            for column in columns
        ]
    return quotes


def _gpus(page: Page, version: str, table: Table, words: str) -> list[Quote]:
    """On-demand prices, and each once more for reinforcement tuning where a sentence says that it costs as much."""
    printed_unit(_HOUR, _around(table), where=GPUS, like="$ / hour")
    rule = _RFT_RULE.search(words)
    quotes = []
    for index, head in enumerate(table.columns[1:], start=1):
        first, last = _dates_of(head, page.fetched_at.date())
        for row in price_rows(page, version, table):
            gpu = _GPU.match(row.label)
            if gpu is None:
                raise LayoutChanged(f"{GPUS}: no GPU is named by {row.label!r}")
            name = f"{gpu['name']} {gpu['memory']}GB"
            quote = replace(
                quote_of(row, PriceColumn(index, Meter.GPU_HOURS, "hour"), model=name, gpu_count=1),
                product="dedicated",
                tier="on_demand",
                effective_from=first,
                effective_to=last,
            )
            quotes.append(quote)
            if rule:
                evidence = replace(quote.evidence, quoted=f"{rule[0]} | {quote.evidence.quoted}")
                quotes.append(replace(quote, product="managed", method=Method.RFT, derived=True, evidence=evidence))
    return quotes


def _dates_of(head: str, read_on: date) -> tuple[date | None, date | None]:
    """The first and the last day of a column's prices. A day without a year is the one nearest to the day of the read."""
    first, last = None, None
    for match in _DATED.finditer(head):
        years = [int(match["year"])] if match["year"] else [read_on.year + step for step in (-1, 0, 1)]
        days = [printed_date(f"{match['day']}, {year}") for year in years]
        day = min(days, key=lambda candidate: abs(candidate - read_on))
        if match["edge"].casefold() in {"from", "starting"}:
            first = day
        else:
            last = day
    return first, last


def base_prices(page: Page, version: str, table: Table) -> list[Quote]:
    """Base models and sizes with one price for input and output ("$0.20") or one for each ("$0.56 input, ...")."""
    unit = printed_unit(_TOKEN_UNIT, table.columns[-1], where=BASE, like="$ / 1M tokens")
    quotes = []
    for row in price_rows(page, version, table):
        tier = model_size(row.label)
        for meter, text in _prices_of(row.cells[1].text, row.label):
            for model in [None] if tier else row.label.split(", "):  # "Kimi K2 Instruct, Kimi K2 Thinking"
                quote = quote_of(row, PriceColumn(1, meter, unit), model=model, tier=tier, text=text)
                quotes.append(replace(quote, variant=Variant.BASE, tier="standard"))
    return quotes


def _prices_of(text: str, label: str) -> Sequence[tuple[Meter, str]]:
    named = list(_NAMED_PRICE.finditer(text))
    if not named:
        return [(Meter.INFERENCE_INPUT, text), (Meter.INFERENCE_OUTPUT, text)]
    prices = {BASE_METERS[match["kind"]]: match["price"] for match in named}
    is_whole = "".join(match[0] for match in named) == text and len(prices) == len(named)
    if not is_whole or not {Meter.INFERENCE_INPUT, Meter.INFERENCE_OUTPUT} <= set(prices):
        raise UnreadablePrice(f"{label}: prices like '$0.56 input, $1.68 output' were expected, not {text!r}")
    return list(prices.items())


def _same_price_claim(page: Page, version: str, words: str, like: Quote) -> Iterable[Quote]:
    """ "The same price as base models" is no amount: the claim is kept, under the serving mode it needs."""
    claim = _SAME_PRICE.search(words)
    if claim is None:
        return
    evidence = page.evidence(
        quoted=claim[0].strip(), place="above the table of managed training", parser_version=version
    )
    for meter in (Meter.INFERENCE_INPUT, Meter.INFERENCE_OUTPUT):
        yield Quote(
            provider=like.provider,
            product="serverless",
            size_tier=ALL_MODELS.label,
            size_min_params=ALL_MODELS.least,
            size_max_params=ALL_MODELS.most,
            meter=meter,
            variant=Variant.FINE_TUNED,
            tier="standard",
            value_state=ValueState.NOT_PRINTED,
            amount=None,
            raw_text="same price as base models",
            raw_unit="1M tokens",
            evidence=evidence,
        )
