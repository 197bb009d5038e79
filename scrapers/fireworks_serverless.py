"""Fireworks AI's serverless price list (docs, HTML): base models by name, and others by size.

The field notes are in scrapers/providers/fireworks.py. US dollars per million tokens. Rows have a price triple a tier
("$3.00 / $0.30 / $15.00"), whose order stands in the paragraph above the table only; "—" under Priority means that
the tier is not sold. "Fast" and "US" rows are models of their own, and share their links with the plain ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapers.contract import Layout, Meter, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.fireworks_pricing import base_prices
from scrapers.fireworks_sizes import model_size
from scrapers.price_rows import PriceColumn, price_rows, printed_unit, quote_of
from scrapers.sections import Section, document_of
from scrapers.table_shape import heads_of
from scrapers.tables import Table

MODELS = "Text and vision models"
SIZES = "Other base models"  # "Other base models — by size and architecture"
METERS = (Meter.INFERENCE_INPUT, Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_OUTPUT)
TIERS = {"standard": "standard", "priority": "priority"}

_PAGE = re.compile(r"""<h2\b[^>]*\bid="text-and-vision-models""", re.IGNORECASE)
_ORDER = re.compile(r"input / cached input / output \(USD per (?P<unit>1M tokens)\)", re.IGNORECASE)
_ONE_PRICE = re.compile(r"\buniformly to input and output\b|\bboth input and output\b", re.IGNORECASE)
_VERSION = re.compile(r" \((\d{4})\)$")
_CONDITION = re.compile(r"^(?P<model>.+?) \((?P<note>[A-Za-z][A-Za-z ]*)\)$")  # "(Preview)"


def is_price_list(text: str) -> bool:
    """True for a body with the heading of the first price table."""
    return _PAGE.search(text) is not None


def read_price_list(page: Page, version: str) -> Reading:
    """Read the page. Raises LayoutChanged where either table, or the order of the prices in its cells, is not there."""
    sections = document_of(page.text).sections
    models, sizes = _table_under(sections, MODELS), _table_under(sections, SIZES)
    by_model = list(_by_model(page, version, models))
    if _ONE_PRICE.search(sizes.preface) is None or any(model_size(row[0].text) is None for row in sizes.rows):
        raise LayoutChanged(f"{SIZES}: sizes with one price for input and output were expected: {sizes.preface!r}")
    return Reading(
        quotes=(*by_model, *base_prices(page, version, sizes)),
        layout=Layout(
            sections={"base/models": len(models.rows), "base/sizes": len(sizes.rows)},
            anchors=("text-and-vision-models",),
            headings=tuple(section.heading for section in sections if section.heading),
        ),
    )


def _table_under(sections: tuple[Section, ...], heading: str) -> Table:
    found = [table for section in sections if section.heading.startswith(heading) for table in section.tables]
    if len(found) != 1:
        raise LayoutChanged(f"one table was expected under the heading '{heading}'; {len(found)} are there")
    return found[0]


def _by_model(page: Page, version: str, table: Table) -> Iterator[Quote]:
    heads = [head.casefold() for head in table.columns]
    if not heads or heads[0] != "model" or sorted(heads[1:]) != sorted(TIERS):
        raise LayoutChanged(f"{MODELS}: Model, Standard and Priority were expected; the heads are {heads_of(table)}")
    printed_unit(_ORDER, table.preface, where=MODELS, like="input / cached input / output (USD per 1M tokens)")
    for row in price_rows(page, version, table):
        match = _CONDITION.match(row.label)
        # "(0731)" is a version, which the price list of the training API prints without brackets
        plain = _VERSION.sub(r" \1", row.label)
        model, condition = (match["model"], match["note"].lower()) if match else (plain, None)
        for index, head in enumerate(heads[1:], start=1):
            texts = row.cells[index].text.split(" / ")
            is_not_sold = head == "priority" and texts == ["—"]
            if len(texts) != len(METERS) and not is_not_sold:
                raise UnreadablePrice(f"{row.label}, {head}: three prices were expected, not {row.cells[index].text!r}")
            for meter, text in zip(METERS, texts * 3 if is_not_sold else texts, strict=True):
                quote = quote_of(row, PriceColumn(index, meter, "1M tokens"), model=model, text=text)
                state = ValueState.NOT_OFFERED if is_not_sold else quote.value_state
                yield replace(quote, variant=Variant.BASE, tier=TIERS[head], condition=condition, value_state=state)
