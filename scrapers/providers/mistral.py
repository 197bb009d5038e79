"""Mistral AI: base prices, and what is left of a fine-tuning product that is no longer sold.

Pages, told by their content:
- `pricing`: docs.mistral.ai/inference/pricing (HTML, since 2026-08). In 2024 the documentation's pricing page was
  markdown with pipe tables, at another address; both forms are read. Between 2025-05 and 2026 it was a link.
- `finetuning`: docs.mistral.ai/resources/deprecated/finetuning.md. Deprecated since 2026-05 or -06 (the day is not
  printed), and it still states a minimum per job and a storage fee per model and month.

Manners
- No training rate per token was ever in the documentation; rates that others tell are not repeated here.
- The HTML page is served in US dollars and standard mode. Euro, batch, priority and regional prices are computed in the
  browser and stand nowhere in it: a page whose buttons say another currency or mode is refused.
- The unit stands over each section. "Prices as marked" (per page, minute, character) is counted in no tokens and left
  out. The model is the slug of its link ("mistral-large-3-25-12"): names repeat.
- Markdown of 2024: the currency stands behind the number ("0.25$ / 1M tokens", "2.5€"); euro only until 2024-02-23,
  then columns for both. A euro price is no conversion of the dollar price (2.7$ = 2.5€, and 0.1$ = 0.1€): both are kept,
  and are never compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from bs4 import Tag

from scrapers import money
from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Layout,
    Meter,
    Page,
    Quote,
    Reading,
    ValueState,
    Variant,
)
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.money import fold
from scrapers.price_rows import PriceColumn, price_rows, quote_of
from scrapers.size_tiers import ALL_MODELS
from scrapers.table_shape import heads_of
from scrapers.tables import Table, html_table, markdown_tables, plain, soup_of, text_of

NAME = "Mistral AI"
PROVIDER = "mistral"
PARSER_VERSION = "1"

METERS = {
    "Input": Meter.INFERENCE_INPUT,
    "Cached input": Meter.INFERENCE_CACHED_INPUT,
    "Output": Meter.INFERENCE_OUTPUT,
}
STATES = {"Pricing currency": "USD", "Pricing mode": "Standard"}  # the pressed button of each group
PER_TOKEN, AS_MARKED = "Prices /M Tokens", "Prices as marked"

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_MARKUP = re.compile(r"<(?:html|body|section|table)\b", re.IGNORECASE)
_TUNING = re.compile(r"^(?:# |title: )Fine-tuning\s*$", re.MULTILINE)
_MINIMUM = re.compile(r"\bminimum fee of (?P<amount>\S\d+(?:\.\d+)?)(?=[\s,.])")
_STORAGE = re.compile(r"\bmonthly storage fee of (?P<amount>\S\d+(?:\.\d+)?) for each model\b")
_DEPRECATED = re.compile(r"^:::warning\[Deprecated\]\s*\n(?P<words>[^\n:]+)$", re.MULTILINE)
_SLUG = re.compile(r"/models/(?P<slug>[a-z0-9][a-z0-9.-]*)/?")
_OLD_HEAD = re.compile(r"^(?P<name>Input|Output)(?: \((?P<currency>[A-Z]{3})\))?$")  # "Input", "Output (EUR)"
_OLD_SECTIONS = ("Chat Completions API", "Embeddings API")
_OLD_END = "Rate limits"  # the section behind the prices: without it the page was cut


def parse(page: Page) -> Reading:
    """Read either page. Raises LayoutChanged and UnreadablePrice."""
    is_markup = _MARKUP.search(page.text) is not None
    kind = "finetuning" if not is_markup and _TUNING.search(page.text) else "pricing"
    if page.page not in {None, kind}:
        raise LayoutChanged(f"expected the {page.page} page at {page.url}; what is there reads like {kind}")
    if kind == "finetuning":
        return _read_tuning(page)
    return _read_html(page) if is_markup else _read_markdown(page)


def _read_tuning(page: Page) -> Reading:
    """The two fees, which hold for all models, and whether the product is deprecated."""
    quotes = []
    fees = ((_MINIMUM, Meter.TRAINING_MINIMUM, "job"), (_STORAGE, Meter.STORAGE_MONTH, "month"))
    for pattern, meter, unit in fees:
        found = {match["amount"]: match for match in pattern.finditer(page.text)}
        if len(found) != 1:
            raise LayoutChanged(
                f"fine-tuning: one {meter.value.replace('_', ' ')} was expected in words like 'minimum fee of $4' or "
                f"'monthly storage fee of $2 for each model'; found {', '.join(found) or 'none'}"
            )
        ((amount, match),) = found.items()
        price = money.parse(amount, unit=unit)
        if price.currency != "USD" or price.state is not ValueState.PRICED:
            raise UnreadablePrice(f"fine-tuning: {match[0]!r} is no price in US dollars")
        quotes.append(
            Quote(
                provider=PROVIDER,
                size_tier=ALL_MODELS.label,
                size_min_params=ALL_MODELS.least,
                size_max_params=ALL_MODELS.most,
                meter=meter,
                variant=Variant.FINE_TUNED,
                value_state=price.state,
                amount=price.amount,
                currency=price.currency,
                raw_text=price.raw_text,
                raw_unit=price.raw_unit,
                evidence=page.evidence(
                    quoted=fold(match[0]), place="Fine-tuning > note on fees", parser_version=_VERSION
                ),
            )
        )
    warning = _DEPRECATED.search(page.text)
    fact = Availability(
        provider=PROVIDER,
        model=None,
        kind=AvailabilityKind.DEPRECATED if warning else AvailabilityKind.ON_SALE,
        date=None,
        variant=Variant.FINE_TUNED,
        evidence=replace(
            quotes[0].evidence,
            quoted=plain(warning["words"]) if warning else quotes[0].evidence.quoted,
            place="Fine-tuning > warning" if warning else quotes[0].evidence.place,
        ),
    )
    return Reading(
        quotes=tuple(quotes),
        availability=(fact,),
        layout=Layout(sections={"fine_tuning/fees": len(quotes)}, headings=("Fine-tuning",)),
    )


def _read_html(page: Page) -> Reading:
    """Every section that is priced per token. Raises LayoutChanged where none is, or one has no table."""
    quotes: list[Quote] = []
    sections: Counter[str] = Counter()
    titles = []
    for section in soup_of(page.text).select("section[id]"):
        units = {text_of(span) for span in section.find_all("span")} & {PER_TOKEN, AS_MARKED}
        tables = section.select("table")
        if not units and not tables:
            continue
        name, heading = str(section["id"]), section.find("h2")
        title = text_of(heading) if heading else name
        if len(units) != 1 or len(tables) != 1:
            raise LayoutChanged(
                f"{title}: one table under '{PER_TOKEN}' or '{AS_MARKED}' was expected; "
                f"{len(tables)} tables and {len(units)} of these lines are there"
            )
        titles.append(title)
        if units == {PER_TOKEN}:
            _require_state(section, title)
            of_section = list(_rows(page, html_table(tables[0], (title,), PER_TOKEN)))
            quotes += of_section
            sections[f"inference/{name}"] += len({quote.model for quote in of_section})
    if not quotes:
        raise LayoutChanged(f"no section with prices per million tokens is on the page: {', '.join(titles) or 'none'}")
    return Reading(
        quotes=tuple(quotes),
        layout=Layout(sections=dict(sections), anchors=tuple(sections), headings=tuple(titles)),
    )


def _require_state(section: Tag, title: str) -> None:
    """The amounts are those of the pressed buttons: US dollars, standard, not regional."""
    for group, expected in STATES.items():
        pressed = section.select(f'[aria-label="{group}"] button[aria-pressed="true"]')
        found = [text_of(button) for button in pressed]
        if found != [expected]:
            raise LayoutChanged(f"{title}: the {group.lower()} was expected to be {expected}; pressed is {found}")
    if section.select('[role="checkbox"]:not([aria-checked="false"])'):
        raise LayoutChanged(f"{title}: a box such as Regional inference is checked, and the prices are others")


def _rows(page: Page, table: Table) -> Iterator[Quote]:
    if sorted(table.columns) != sorted(["Model", *METERS]) or table.columns[0] != "Model":
        raise LayoutChanged(f"{table.headings[0]}: Model, {', '.join(METERS)} were expected; found {heads_of(table)}")
    for row in price_rows(page, _VERSION, table):
        tag = row.cells[0].tag
        link = tag.find("a") if tag else None
        slug = _SLUG.fullmatch(str(link.get("href"))) if link else None
        if slug is None:
            raise LayoutChanged(f"{table.headings[0]}: the row {row.label!r} does not link to a model")
        for head, meter in METERS.items():
            column = PriceColumn(table.columns.index(head), meter, "M Tokens")
            yield _base(quote_of(row, column, model=slug["slug"]), "USD")


def _base(quote: Quote, currency: str) -> Quote:
    if quote.currency != currency:
        raise UnreadablePrice(f"{quote.evidence.place}: {quote.raw_text!r} is not in {currency}")
    return replace(quote, variant=Variant.BASE, tier="standard")


def _read_markdown(page: Page) -> Reading:
    """The documentation of 2024: two tables, each cell with its currency and its unit."""
    headings = [plain(line.lstrip("# ")) for line in page.text.split("\n") if line.startswith("#")]
    if _OLD_END not in headings:
        raise LayoutChanged(f"the section '{_OLD_END}' that ends the price list is not there; found {headings}")
    quotes: list[Quote] = []
    sections: Counter[str] = Counter()
    for table in markdown_tables(page.text):
        name = table.headings[-1] if table.headings else ""
        if name not in _OLD_SECTIONS:
            raise LayoutChanged(f"a table stands under {name!r}; {' and '.join(_OLD_SECTIONS)} were expected")
        quotes += _old_rows(page, table)
        sections[f"inference/{name}"] += len(table.rows)
    if set(sections) != {f"inference/{name}" for name in _OLD_SECTIONS}:
        raise LayoutChanged(f"tables under {' and '.join(_OLD_SECTIONS)} were expected; found {list(sections)}")
    return Reading(quotes=tuple(quotes), layout=Layout(sections=dict(sections), headings=tuple(headings)))


def _old_rows(page: Page, table: Table) -> Iterator[Quote]:
    heads = [_OLD_HEAD.fullmatch(column) for column in table.columns]
    labels = [column for column, head in zip(table.columns, heads, strict=True) if head is None]
    if labels not in (["Model"], ["Model", "Endpoint"]) or not any(heads):
        raise LayoutChanged(f"{table.headings[-1]}: the heads are {heads_of(table)}")
    for row in price_rows(page, _VERSION, table):
        for index, head in enumerate(heads):
            if head is None:
                continue
            quote = quote_of(
                row, PriceColumn(index, METERS[head["name"]], "1M tokens"), model=row.cells[len(labels) - 1].text
            )
            if quote.value_state is ValueState.PRICED and not set(quote.raw_text) & set("$€"):
                raise UnreadablePrice(f"{quote.evidence.place}: no currency is printed in {quote.raw_text!r}")
            yield _base(quote, head["currency"] or quote.currency)
