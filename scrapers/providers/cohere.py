"""Cohere: what an instance of a model costs in its Standard Model Vault. No price of training is printed.

Page: docs.cohere.com/docs/model-vault/standard/pricing, read from its markdown source in Cohere's own public
repository (the `.mdx` is what the site is made from). US dollars per instance; one price list, no regions.

Manners (the one copy seen is of 2026-08-07):
- Embed and Rerank have rates by the hour, the month and the year, a row each performance tier (Small, Medium, Large).
  A month is cheaper than 730 hours and a year cheaper than 12 months, so each is kept in its own unit: the terms are
  commitments, not conversions.
- Generative models have an hourly rate and one of an XL instance, under a heading of their own. "--" is *not printed*.
  Their monthly and annual rates are to be asked for, and there is a waitlist: sold by arrangement.
- The first table of the page compares the plans (Fixed, Flex) and holds no price.
- The words fine-tune and training stand nowhere. "Customized models are also available" does not say who customizes
  them, nor how: nothing is made of it. The page on billing (how-does-cohere-pricing-work) has rules and no amounts;
  cohere.com/pricing was not recorded.
- The page links to its own last section (#performance-tiers): without it, it was cut short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapers.contract import Availability, AvailabilityKind, Layout, Meter, Page, Quote, Reading, ValueState, Variant
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.price_rows import PriceColumn, PriceRow, price_rows, printed_unit, quote_of
from scrapers.sections import Document, Section, document_of
from scrapers.table_shape import heads_of

NAME = "Cohere"
PROVIDER = "cohere"
PARSER_VERSION = "1"

RATES, GENERATIVE = "dedicated/rates", "dedicated/generative"
LAST = "Performance Tiers"
COLUMNS = {  # a column's head: what is counted, its unit, the term, and the performance tier where the head names it
    "hourly rate": (Meter.PROVISIONED_UNIT_HOURS, "hour", "on_demand", None),
    "xl hourly rate": (Meter.PROVISIONED_UNIT_HOURS, "hour", "on_demand", "performance_xl"),
    "monthly rate": (Meter.PROVISIONED_UNIT_MONTHS, "month", "reserved_1_month", None),
    "annual rate": (Meter.PROVISIONED_UNIT_YEARS, "year", "reserved_1_year", None),
}
TIERS = {"Small": "performance_small", "Medium": "performance_medium", "Large": "performance_large"}

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_PER_INSTANCE = re.compile(r"All rates are per instance\b", re.IGNORECASE)
_SELF_SERVE = re.compile(r"[^.]*\bavailable self-serve\b")
_WAITLIST = re.compile(r"\btypically through a waitlist\b")


def parse(page: Page) -> Reading:
    """Read the rates per instance. Raises LayoutChanged and UnreadablePrice."""
    document = document_of(page.text)
    rows: dict[str, int] = {}
    quotes: list[Quote] = []
    for section in document.sections:
        for table in section.tables:
            if "hourly rate" in (head.casefold() for head in table.columns):
                read = [quote for row in price_rows(page, _VERSION, table) for quote in _quotes(row)]
                printed_unit(_PER_INSTANCE, section.words, where="the rates", like="per instance")
                rows[GENERATIVE if section.is_headed("Generative models") else RATES] = len(table.rows)
                quotes += read
    if sorted(rows) != sorted([RATES, GENERATIVE]):
        tables = "; ".join(heads_of(table) for section in document.sections for table in section.tables)
        raise LayoutChanged(
            f"{page.url}: expected a table of rates and one under 'Generative models'; found the heads {tables or 'none'}"
        )
    if not any(section.is_headed(LAST) for section in document.sections):
        raise LayoutChanged(f"{page.url}: expected the section '{LAST}' that it links to; found none: it was cut short")
    return Reading(
        quotes=tuple(quotes),
        availability=tuple(_standing(page, document, quotes)),
        layout=Layout(
            sections=rows, headings=tuple(section.heading for section in document.sections if section.heading)
        ),
    )


def _quotes(row: PriceRow) -> Iterator[Quote]:
    heads = [head.casefold() for head in row.table.columns]
    unknown = [head for head in heads if head not in COLUMNS and head not in {"model", "performance tier"}]
    if heads[0] != "model" or unknown:
        raise LayoutChanged(f"expected Model, Performance Tier and rates; the heads are {heads_of(row.table)}")
    size = _performance_tier(row, heads)
    for index, head in enumerate(heads):
        if head in COLUMNS:
            meter, unit, tier, condition = COLUMNS[head]
            quote = quote_of(row, PriceColumn(index, meter, unit), model=row.label)
            if quote.currency != "USD" or quote.value_state is ValueState.FREE:
                raise UnreadablePrice(f"{row.label}: {quote.raw_text!r} is not a rate in US dollars")
            yield replace(quote, product="dedicated", variant=Variant.BASE, tier=tier, condition=condition or size)


def _performance_tier(row: PriceRow, heads: list[str]) -> str | None:
    if "performance tier" not in heads:
        return None
    printed = row.cells[heads.index("performance tier")].text
    if printed not in TIERS:
        raise LayoutChanged(f"{row.label}: expected a performance tier of {', '.join(TIERS)}; found {printed!r}")
    return TIERS[printed]


def _standing(page: Page, document: Document, quotes: list[Quote]) -> Iterator[Availability]:
    """Who can buy what: Embed and Rerank at once, generative models after a wait."""
    section = next(section for section in document.sections if section.is_headed("Generative models"))
    generative = {quote.model for quote in quotes if "Generative models" in quote.evidence.place}
    others = {quote.model for quote in quotes} - generative
    yield from _facts(page, section, _SELF_SERVE, AvailabilityKind.ON_SALE, sorted(map(str, others)))
    yield from _facts(page, section, _WAITLIST, AvailabilityKind.BY_ARRANGEMENT, sorted(map(str, generative)))


def _facts(
    page: Page, section: Section, words: re.Pattern[str], kind: AvailabilityKind, models: list[str]
) -> Iterator[Availability]:
    match = words.search(section.words)
    if match is None:
        raise LayoutChanged(
            f"'{section.heading}': expected words like {words.pattern!r}; found {section.words[:200]!r}"
        )
    evidence = page.evidence(quoted=match[0].strip(), place=section.heading, parser_version=_VERSION)
    for model in models:
        yield Availability(
            provider=PROVIDER, model=model, kind=kind, date=None, variant=Variant.BASE, evidence=evidence
        )
