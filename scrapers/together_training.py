"""Together AI's fine-tuning section: size tiers by method and technique, and named models with a minimum charge.

The field notes are in scrapers/providers/together.py. Prices are US dollars per million tokens processed (training
tokens times epochs, and validation tokens times evaluations); minimums are per job.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product

from scrapers import money
from scrapers.contract import Meter, Method, Page, Quote, Technique, Variant
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.model_names import models_in
from scrapers.models import base_model_of
from scrapers.price_rows import PriceColumn, PriceRow, price_rows, printed_unit, quote_of
from scrapers.ratios import RatioRule, doubt_of
from scrapers.sections import Section
from scrapers.size_tiers import SizeTier, size_tier
from scrapers.table_shape import heads_of, releveled
from scrapers.tables import Table

METHODS = {"supervised": Method.SFT, "preference": Method.DPO}
TECHNIQUES = {"lora": Technique.LORA, "full": Technique.FULL}

_SFT_LORA, _SFT_FULL, _DPO_LORA, _DPO_FULL = product((Method.SFT, Method.DPO), (Technique.LORA, Technique.FULL))
_FULL_TO_LORA = (Decimal("1.05"), Decimal("1.25"))
_DPO_TO_SFT = (Decimal("2.2"), Decimal("2.8"))
PATTERN = (
    RatioRule("full / LoRA (SFT)", _SFT_FULL, _SFT_LORA, *_FULL_TO_LORA),
    RatioRule("full / LoRA (DPO)", _DPO_FULL, _DPO_LORA, *_FULL_TO_LORA),
    RatioRule("DPO / SFT (LoRA)", _DPO_LORA, _SFT_LORA, *_DPO_TO_SFT),
    RatioRule("DPO / SFT (full)", _DPO_FULL, _SFT_FULL, *_DPO_TO_SFT),
)

_TOKEN_UNIT = re.compile(r"\bper 1M tokens\b", re.IGNORECASE)
# "Each job is subject to a minimum charge of $4.00.", whatever words without a full stop stand before it
_JOB_MINIMUM = re.compile(r"(?:[A-Z][^.A-Z]*)?\bminimum charge of (?P<amount>\$?\d[\d,]*(?:\.\d+)?)(?!\S*\d)")


def is_training_table(table: Table) -> bool:
    """True for a table with a tuning method in its heads, wherever it stands."""
    return any(word in column.casefold() for column in table.columns for word in METHODS)


def training_quotes(page: Page, parser_version: str, section: Section, table: Table) -> Iterator[list[Quote]]:
    """The quotes of each row. A row that breaks the seller's pattern carries the doubt in all of them."""
    table = releveled(table, {"size", "model"})
    columns = _columns(table, printed_unit(_TOKEN_UNIT, section.words, where="fine-tuning", like="per 1M tokens"))
    # The table of models, LoRA only, is headed "Size" as well; in the other one this head means what it says.
    has_tiers_only = "size" in table.columns[0].casefold() and any(
        column.technique is Technique.FULL for column in columns
    )
    for row in price_rows(page, parser_version, table):
        tier = size_tier(row.label)
        if tier is None and has_tiers_only:
            raise LayoutChanged(f"fine-tuning: {row.label!r} stands where a size tier belongs")
        quotes = list(_row_quotes(row, columns, tier))
        amounts = {
            (quote.method, quote.technique): quote.amount for quote in quotes if quote.method and quote.technique
        }
        doubt = doubt_of(amounts, PATTERN)
        yield [replace(quote, doubt=doubt) for quote in quotes]


def _columns(table: Table, unit: str) -> list[PriceColumn]:
    columns = []
    for index, head in enumerate(table.columns[1:], start=1):
        words = head.casefold()
        methods = [method for word, method in METHODS.items() if word in words]
        techniques = [technique for word, technique in TECHNIQUES.items() if word in words]
        if "minimum" in words:
            columns.append(PriceColumn(index, Meter.TRAINING_MINIMUM, "job"))
        elif len(methods) == len(techniques) == 1:
            columns.append(PriceColumn(index, Meter.TRAINING_TOKENS, unit, methods[0], techniques[0]))
        else:
            raise LayoutChanged(f"fine-tuning: the column {head!r} does not name one method and one technique")
    priced = sorted((column.method, column.technique) for column in columns if column.method and column.technique)
    if not priced or priced != sorted(product(METHODS.values(), {technique for _, technique in priced})):
        raise LayoutChanged(f"fine-tuning: methods and techniques do not pair up in the heads {heads_of(table)}")
    return columns


def _row_quotes(row: PriceRow, columns: Iterable[PriceColumn], tier: SizeTier | None) -> Iterator[Quote]:
    for model in [None] if tier else models_in(row.cells[0]):
        base = model and base_model_of(row.parser_version.partition("/")[0], model)
        for column in columns:
            yield replace(quote_of(row, column, model=model, tier=tier), base_model=base, variant=Variant.FINE_TUNED)


def job_minimums(section: Section, quotes: Iterable[Quote]) -> Iterator[Quote]:
    """The note under the size tiers as one quote a tier: the minimum holds for each, whatever the method."""
    tiers = {quote.size_tier: quote for quote in quotes if quote.size_tier}
    note = _JOB_MINIMUM.search(section.words)
    if note is None:
        if tiers and "minimum charge of" in section.words:
            raise UnreadablePrice("fine-tuning: a minimum charge is noted, and no amount follows the words")
        return
    price = money.parse(note["amount"], unit="job")
    for quote in tiers.values():
        yield replace(
            quote,
            meter=Meter.TRAINING_MINIMUM,
            method=None,
            technique=None,
            amount=price.amount,
            currency=price.currency,
            value_state=price.state,
            raw_text=price.raw_text,
            raw_unit=price.raw_unit,
            doubt=None,
            evidence=replace(
                quote.evidence,
                quoted=note[0],
                place=f"{section.heading or 'fine-tuning'} > note under the size tiers",
            ),
        )
