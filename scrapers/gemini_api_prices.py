"""The Gemini API's price list: one table a model and tier, its rows the kinds of price. Read by providers/google.py.

ai.google.dev/gemini-api/docs/pricing, whole as of 2026-08-13, and copies of 2025 in markdown:
- A model is a `div.models-section` with an `h2` and the API's names in `code` (two or three may share a price; Gemma
  has none, and goes by the anchor of its heading). Its tables follow as siblings, up to the next `h2`, one a
  `section` whose `h3` is the tier (told by its text: the ids are numbered), or a single one without a tier.
- Columns are "Free Tier" and "Paid Tier, per 1M tokens in USD": the unit stands in the head only. Tables per image,
  per second and per request are not read, and neither are models that draw, whose output is priced in pictures.
- A cell holds several prices, by length of prompt, by modality, by day (scrapers/gemini_cells.py). "Free of charge"
  is a price of zero of the free tier: everything in that column has the condition `free_tier`, so that it is never
  taken for what paying customers pay. "Not available" is *not offered*.
- "Tuning price" said until mid-2025 "Token prices are the same for tuned models / Tuning service is free of charge."
  (Gemini 1.5 Flash): training is free, and the tuned prices are those of the rows above, derived by that rule. Since
  then it says "Not available" where it stands at all (Gemini 2.0 and Gemma, as late as August 2026).
- Batch is half of standard for input and output; its cache is not, for most models: read as printed, never derived.
- A model that was shut down keeps its prices; the warning above them says since when.
- The page says that the Agent Platform's (Vertex AI's) prices may differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scrapers import money
from scrapers.contract import (
    Availability,
    AvailabilityKind,
    Evidence,
    Layout,
    Meter,
    Page,
    Quote,
    Reading,
    ValueState,
    Variant,
    join_conditions,
)
from scrapers.dates import printed_date
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.gemini_api_models import PAID, PricedModel, models_of
from scrapers.gemini_cells import PricePart, price_parts, without_footnotes
from scrapers.table_shape import even_rows
from scrapers.tables import Cell, Table, column_of

COLUMNS = (("Free Tier", "free_tier"), ("Paid Tier", None))
METERS = (  # how a row's label starts, the most telling first
    ("context caching (storage)", Meter.CACHE_STORAGE_TOKEN_HOURS),
    ("context caching price", Meter.INFERENCE_CACHED_INPUT),
    ("input price", Meter.INFERENCE_INPUT),
    ("output price", Meter.INFERENCE_OUTPUT),
    ("tuning price", Meter.TRAINING_TOKENS),
)
NOT_READ = ("grounding with", "used to improve", "image generation pric", "live api")  # tools, terms and pictures
NOT_IN_TOKENS = frozenset({"Image", "second", "request"})

_PICTURES = re.compile(r"\bper (?:[\w./]+ )*image\b")  # "$0.039 per image", "$0.0336 per 1K resolution image"
_SHUT_DOWN = re.compile(r"shut down (?:on )?(?P<day>[A-Z][a-z]+ \d{1,2}, \d{4})")
_SAME_PRICES = re.compile(r"token prices are the same for tuned models", re.IGNORECASE)
_FREE_TUNING = re.compile(r"tuning service is free of charge", re.IGNORECASE)


def is_price_list(text: str) -> bool:
    """True for a body that has the list's paid column or one of its models."""
    return "Paid Tier, per" in text or "models-section" in text


def read(page: Page, *, provider: str, parser_version: str) -> Reading:
    """The base prices, and what is said of tuning. Raises LayoutChanged and UnreadablePrice."""
    models = models_of(page.text)
    rows: Counter[str] = Counter()
    quotes: list[Quote] = []
    facts: dict[tuple[str | None, Variant | None, AvailabilityKind], Availability] = {}
    for model in models:
        for tier, table in model.tables:
            cells = list(_cells(page, provider, parser_version, tier, table))
            rows[f"inference/{tier}"] += len({cell.label for cell in cells})
            for name in model.names:
                base = [quote for cell in cells if not cell.is_tuning for quote in cell.prices(name)]
                quotes += base
                for cell in cells:
                    if cell.is_tuning:
                        tuned = list(cell.tuning(name, base))
                        quotes += tuned
                        if cell.condition is None:
                            _note(facts, _tuning_fact(tuned[0]))
        if any(quote.model in model.names for quote in quotes):  # not of models that draw, film or sing
            for fact in _warnings(page, provider, parser_version, model):
                _note(facts, fact)
    if not quotes:
        raise LayoutChanged(
            f"{page.url}: expected the columns Free Tier and Paid Tier, per 1M tokens in USD, under models' headings; "
            f"found {len(models)} models and none of their prices"
        )
    return Reading(
        quotes=tuple(quotes),
        availability=tuple(facts.values()),
        layout=Layout(
            sections={name: count for name, count in rows.items() if count},
            anchors=tuple(name for name in ("models-section", "pricing-table") if name in page.text),
            headings=tuple(model.heading for model in models),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _PriceCell:
    """One cell of one row, with what its row and column say: what is counted, for which tier, under which condition."""

    provider: str
    tier: str
    meter: Meter
    label: str
    cell: Cell
    unit: str
    condition: str | None
    evidence: Evidence

    @property
    def is_tuning(self) -> bool:
        return self.meter is Meter.TRAINING_TOKENS

    def prices(self, model: str) -> Iterator[Quote]:
        """The prices of the base model that stand in the cell, or which kind of nothing does."""
        words = without_footnotes(self.cell.text)
        state = _state_of(words)
        if state is not None:
            yield self._quote(model, state, Decimal(0) if state is ValueState.FREE else None)
            return
        for part, price in self._parts():
            yield replace(
                self._quote(model, price.state, price.amount),
                meter=Meter.CACHE_STORAGE_TOKEN_HOURS if part.is_storage else self.meter,
                raw_text=part.line,
                raw_unit=price.raw_unit,
                context_band=part.context_band,
                condition=join_conditions([self.condition or "", part.condition or ""]),
                effective_from=part.effective_from,
                effective_to=part.effective_to,
            )

    def _parts(self) -> list[tuple[PricePart, money.Price]]:
        try:
            parts = [(part, money.parse(part.text, unit=self.unit)) for part in price_parts(self.cell.lines)]
        except UnreadablePrice as error:
            raise UnreadablePrice(f"{self.evidence.place}: {error}") from error
        stored = [part.line for part, _ in parts if part.is_storage]
        if stored and self.meter not in {Meter.INFERENCE_CACHED_INPUT, Meter.CACHE_STORAGE_TOKEN_HOURS}:
            raise UnreadablePrice(f"{self.evidence.place}: {stored[0]!r} is the price of storing a cache")
        return parts

    def tuning(self, model: str, base: Sequence[Quote]) -> Iterator[Quote]:
        """What training costs, first; and where tuned models cost what the base costs, those prices, derived."""
        words = without_footnotes(self.cell.text)
        is_sold = _SAME_PRICES.search(words) is not None and _FREE_TUNING.search(words) is not None
        if not is_sold and _state_of(words) is not ValueState.NOT_OFFERED:
            raise UnreadablePrice(f"{self.evidence.place}: {words!r} is not how the price of tuning was ever said")
        state, amount = (ValueState.FREE, Decimal(0)) if is_sold else (ValueState.NOT_OFFERED, None)
        yield replace(self._quote(model, state, amount), variant=Variant.FINE_TUNED)
        for quote in base if is_sold else ():
            is_free = quote.condition == "free_tier"
            is_tokens = quote.meter in {Meter.INFERENCE_INPUT, Meter.INFERENCE_OUTPUT}
            if is_tokens and is_free == (self.condition == "free_tier"):
                evidence = replace(
                    quote.evidence,
                    quoted=f"{self.evidence.quoted} | {quote.evidence.quoted}",
                    place=f"{self.evidence.place}; {quote.evidence.place}",
                )
                yield replace(quote, variant=Variant.FINE_TUNED, base_model=model, derived=True, evidence=evidence)

    def _quote(self, model: str, state: ValueState, amount: Decimal | None) -> Quote:
        return Quote(
            provider=self.provider,
            model=model,
            meter=self.meter,
            variant=Variant.BASE,
            tier=self.tier,
            condition=self.condition,
            value_state=state,
            amount=amount,
            raw_text=self.cell.text,
            raw_unit=self.unit,
            evidence=self.evidence,
        )


def _cells(page: Page, provider: str, parser_version: str, tier: str, table: Table) -> Iterator[_PriceCell]:
    """The cells of a table that are read. None of a table, or of a model, that counts something else than tokens."""
    unit = _unit(table)
    rows = [(meter, row) for row in even_rows(table) if (meter := _meter(table, row[0].text, unit)) is not None]
    if unit in NOT_IN_TOKENS or any(_PICTURES.search(cell.text) for _, row in rows for cell in row):
        return
    if not any(meter is Meter.INFERENCE_INPUT for meter, _ in rows):
        raise LayoutChanged(f"{' > '.join(table.headings)}: expected a row like 'Input price'; found none")
    for meter, row in rows:
        for head, condition in COLUMNS:
            column = column_of(table, head)
            yield _PriceCell(
                provider=provider,
                tier=tier,
                meter=meter,
                label=row[0].text,
                cell=row[column],
                unit=unit,
                condition=condition,
                evidence=page.evidence(
                    quoted=" | ".join(cell.text for cell in row),
                    place=table.place(row[0].text, table.columns[column]),
                    parser_version=parser_version,
                ),
            )


def _unit(table: Table) -> str:
    where = " > ".join(table.headings)
    paid = PAID.fullmatch(table.columns[column_of(table, "Paid Tier")])
    if paid is None or paid["unit"] not in NOT_IN_TOKENS | {"1M tokens"}:
        expected = "'Paid Tier, per 1M tokens in USD'"
        raise LayoutChanged(f"{where}: expected the head {expected}; the heads are {', '.join(table.columns)}")
    return paid["unit"]


def _meter(table: Table, label: str, unit: str) -> Meter | None:
    """What a row counts; None for a row that is not read. Raises LayoutChanged for a label nobody knows."""
    words = without_footnotes(label).lower()
    for start, meter in METERS:
        if words.startswith(start):
            return meter
    if words.endswith("input price"):  # "Image input price": of embeddings, by modality
        return Meter.INFERENCE_INPUT
    if unit in NOT_IN_TOKENS or words.startswith(NOT_READ):
        return None
    raise LayoutChanged(f"{' > '.join(table.headings)}: the row {label!r} is none of the known ones")


def _state_of(words: str) -> ValueState | None:
    """ "Free of charge, up to 1 million tokens of storage per hour" is free too, within limits."""
    lowered = words.lower()
    if lowered.startswith("free of charge"):
        return ValueState.FREE
    return ValueState.NOT_OFFERED if lowered == "not available" else None


def _tuning_fact(quote: Quote) -> Availability:
    is_sold = quote.value_state is ValueState.FREE
    return Availability(
        provider=quote.provider,
        model=quote.model,
        kind=AvailabilityKind.ON_SALE if is_sold else AvailabilityKind.NOT_OFFERED,
        date=None,
        variant=Variant.FINE_TUNED,
        evidence=quote.evidence,
    )


def _warnings(page: Page, provider: str, parser_version: str, model: PricedModel) -> Iterator[Availability]:
    """ "Gemini 2.0 Flash is deprecated and has been shut down June 1, 2026." """
    for words in model.warnings:
        evidence = page.evidence(quoted=words, place=f"{model.heading} > warning", parser_version=parser_version)
        shut_down = _SHUT_DOWN.search(words)
        if "shut down" in words and shut_down is None:
            raise LayoutChanged(f"{evidence.place}: expected the day of the shutdown; found {words!r}")
        standing = [(AvailabilityKind.DEPRECATED, None)] if "deprecated" in words else []
        ended = [(AvailabilityKind.INFERENCE_ENDS, printed_date(shut_down["day"]))] if shut_down else []
        for name in model.names:
            for kind, day in (*standing, *ended):
                yield Availability(
                    provider=provider, model=name, kind=kind, date=day, variant=Variant.BASE, evidence=evidence
                )


def _note(facts: dict[tuple[str | None, Variant | None, AvailabilityKind], Availability], fact: Availability) -> None:
    facts.setdefault((fact.model, fact.variant, fact.kind), fact)  # a model says it in every tier
