"""Anthropic: the markdown twin of its pricing page. Base prices; no tuned model is sold.

Page: platform.claude.com/docs/en/about-claude/pricing.md, whole pipe tables, no JavaScript. The host moved twice
(docs.anthropic.com, docs.claude.com). All figures are US dollars per million tokens ("MTok") on Anthropic's own API,
routed globally; US-only inference costs 1.1 times that and is not printed per model.

Manners:
- The model cell carries links, brackets and dates. "Claude Opus 4.1 ([retired, except on Bedrock and Google
  Cloud](..))" is still priced and says something about availability. "Claude Sonnet 5 [through August 31, 2026](..)"
  and "Claude Sonnet 5 starting September 1, 2026" (July 2026) are one series with two dated prices; the announced
  rise was called off in August, so a price for a later day is never today's.
- The cache columns follow rules the page states (1.25, 2 and 0.1 times input; batch is half); a row that breaks one
  is read as printed and carries a doubt.
- Fast mode had one table without a Model column (May 2026): the models stood in the prose only, so its rows are
  counted and not priced. So is the table of long contexts of January 2026, gone since: a heading, no quotes.
- Tables of tool tokens, multipliers and worked examples also hold models or dollars; they are no price list.
- 2025 copies escape dollars (`\\$3 / MTok`); column padding changes from day to day.
- The word fine-tuning is on no copy from January to August 2026: that is recorded as *not offered*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.tables import Cell, Table, column_of, find_table, markdown_tables, plain

NAME = "Anthropic"
PROVIDER = "anthropic"
PARSER_VERSION = "1"


@dataclass(frozen=True)
class _Section:
    """A price list of the page: the heading it stands under, and its columns as (head, meter, condition)."""

    name: str
    heading: str
    tier: str
    columns: tuple[tuple[str, Meter, str | None], ...]


MODEL_PRICING = _Section(
    "model_pricing",
    "Model pricing",
    "standard",
    (
        ("Base Input Tokens", Meter.INFERENCE_INPUT, None),
        ("5m Cache Writes", Meter.INFERENCE_CACHE_WRITE, "cache_5m"),
        ("1h Cache Writes", Meter.INFERENCE_CACHE_WRITE, "cache_1h"),
        ("Cache Hits & Refreshes", Meter.INFERENCE_CACHED_INPUT, None),
        ("Output Tokens", Meter.INFERENCE_OUTPUT, None),
    ),
)
BATCH = _Section(
    "batch",
    "Batch processing",
    "batch",
    (("Batch input", Meter.INFERENCE_INPUT, None), ("Batch output", Meter.INFERENCE_OUTPUT, None)),
)
FAST_MODE = _Section(
    "fast_mode",
    "Fast mode pricing",
    "priority",
    (("Input", Meter.INFERENCE_INPUT, None), ("Output", Meter.INFERENCE_OUTPUT, None)),
)
SECTIONS = (MODEL_PRICING, BATCH, FAST_MODE)

# What the page says of its own columns: (meter, condition, tier) is so many times the standard price of a meter.
RULES: dict[tuple[Meter, str | None, str], tuple[Decimal, Meter]] = {
    (Meter.INFERENCE_CACHE_WRITE, "cache_5m", "standard"): (Decimal("1.25"), Meter.INFERENCE_INPUT),
    (Meter.INFERENCE_CACHE_WRITE, "cache_1h", "standard"): (Decimal(2), Meter.INFERENCE_INPUT),
    (Meter.INFERENCE_CACHED_INPUT, None, "standard"): (Decimal("0.1"), Meter.INFERENCE_INPUT),
    (Meter.INFERENCE_INPUT, None, "batch"): (Decimal("0.5"), Meter.INFERENCE_INPUT),
    (Meter.INFERENCE_OUTPUT, None, "batch"): (Decimal("0.5"), Meter.INFERENCE_OUTPUT),
}

# fmt: off
_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")
# fmt: on
_DAY = re.compile(rf"(?P<month>{'|'.join(_MONTHS)}) (?P<day>\d{{1,2}}), (?P<year>\d{{4}})")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FINE_TUNING = re.compile(r"\bfine[\s_\-\u2010-\u2015]*tun(?:e|ing)", re.IGNORECASE)
# "Claude Opus 5 / Claude Opus 4.8", "Claude Opus 5, Claude Opus 4.8, and Claude Opus 4.7"
_NEXT_MODEL = re.compile(r"\s*(?:/|,\s*and\b|,|\band\b)\s*(?=Claude\b)")
# the words in brackets of "Claude Opus 4 (retired, except on Google Cloud)"
_NOTE = re.compile(r"\s*\(([^()]*)\)")
# "Claude Sonnet 5 through August 31, 2026", "Claude Sonnet 5 starting September 1, 2026"
_PERIOD = re.compile(rf"(?:^|\s+)(?P<edge>through|starting) {_DAY.pattern}$")
# any other spelling of a day, which is not to be taken for a name: "until Aug. 31", "as of 2026"
_ANY_DATE = re.compile(rf"\b(?:{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in _MONTHS)})\.? \d|\b20\d\d\b")
_NAME = re.compile(r"[A-Za-z][\w .-]*")
_NOTE_KINDS = {  # how a note starts
    "deprecated": AvailabilityKind.DEPRECATED,
    "retire": AvailabilityKind.INFERENCE_ENDS,
    "retiring": AvailabilityKind.INFERENCE_ENDS,
    "limited availability": AvailabilityKind.BY_ARRANGEMENT,
}


@dataclass(frozen=True, kw_only=True)
class _Named:
    """What one model cell says: the name, the days its price holds, and what its notes say about the model."""

    model: str
    effective_from: date | None = None
    effective_to: date | None = None
    condition: str | None = None
    standing: tuple[tuple[AvailabilityKind, date | None], ...] = ()


def parse(page: Page) -> Reading:
    """Read the pricing page. Raises LayoutChanged without its model table, UnreadablePrice for a cell that is none."""
    headings = [plain(heading) for heading in _HEADING.findall(page.text)]
    tables = markdown_tables(page.text)
    found = [section for section in SECTIONS if section.heading.casefold() in map(str.casefold, headings)]
    if MODEL_PRICING not in found:
        raise LayoutChanged(f"the heading '{MODEL_PRICING.heading}' is not on the page ({len(tables)} tables are)")
    sections: dict[str, int] = {}
    quotes: list[Quote] = []
    facts: dict[tuple[str | None, AvailabilityKind], Availability] = {}
    for section in found:
        table = _table_of(section, tables)
        sections[section.name] = len(table.rows)
        for row in table.rows if _has_models(table) else ():
            for named in _models(row[column_of(table, "Model")].text):
                quotes += _quotes(page, section, table, row, named)
                for kind, day in named.standing:
                    fact = _fact(named.model, kind, day, Variant.BASE, _evidence(page, table, row, "Model"))
                    facts.setdefault((named.model, kind), fact)
    if _FINE_TUNING.search(page.text) is None:
        words = "The words fine-tune and fine-tuning occur nowhere on the page."
        nowhere = _evidence_of(page, quoted=words, place="whole page")
        kind = AvailabilityKind.NOT_OFFERED
        facts[None, kind] = _fact(None, kind, None, Variant.FINE_TUNED, nowhere)
    else:
        headings.append("(the page speaks of fine-tuning: read it again)")
    anchors = tuple(section.heading for section in found)
    layout = Layout(sections=sections, anchors=anchors, headings=tuple(headings))
    return Reading(quotes=tuple(_doubted(quotes)), availability=tuple(facts.values()), layout=layout)


def _table_of(section: _Section, tables: Sequence[Table]) -> Table:
    """The price list of a section, whole: it has rows, and every column that holds dollars is one we know."""
    heads = [head for head, _, _ in section.columns]
    here = [table for table in tables if table.headings and table.headings[-1].casefold() == section.heading.casefold()]
    table = find_table(here, heads=heads, where=section.heading)
    if not table.rows:
        raise LayoutChanged(f"{section.heading}: the table has no rows")
    for row in table.rows:
        if len(row) != len(table.columns):
            words = " | ".join(cell.text for cell in row)
            raise LayoutChanged(f"{section.heading}: {len(row)} cells under {len(table.columns)} heads: {words}")
    if not _has_models(table):
        if section is FAST_MODE:
            return table
        raise LayoutChanged(f"{section.heading}: no column is headed Model; the heads are {', '.join(table.columns)}")
    known = {column_of(table, head) for head in [*heads, "Model"]}
    for index, column in enumerate(table.columns):
        if index not in known and any("$" in row[index].text for row in table.rows):
            raise LayoutChanged(f"{section.heading}: prices stand in a column nobody knows: {column}")
    return table


def _has_models(table: Table) -> bool:
    """False for fast mode as of May 2026: nothing on the row says whose price it is."""
    return any("model" in column.casefold() for column in table.columns)


def _models(text: str) -> Iterator[_Named]:
    """The models of a cell; one cell may name several that share a price."""
    for part in _NEXT_MODEL.split(text):
        words = _NOTE.sub("", part).rstrip("*\u2020\u2021 ")
        notes = _NOTE.findall(part)
        while period := _PERIOD.search(words):
            words = words[: period.start()]
            notes.append(period[0].strip())
        if _NAME.fullmatch(words) is None or _ANY_DATE.search(words):
            raise LayoutChanged(f"this model cell is not understood: {text!r}")
        yield _with_notes(words, notes)


def _with_notes(model: str, notes: Sequence[str]) -> _Named:
    named = _Named(model=model)
    conditions = []
    for note in notes:
        kind = next((kind for start, kind in _NOTE_KINDS.items() if note.lower().startswith(start)), None)
        period = _PERIOD.fullmatch(note)
        if kind is not None:
            day = _DAY.search(note)
            named = replace(named, standing=(*named.standing, (kind, _date(day) if day else None)))
        elif period and period["edge"] == "through":
            named = replace(named, effective_to=_date(period))
        elif period:
            named = replace(named, effective_from=_date(period))
        elif _ANY_DATE.search(note):
            raise LayoutChanged(f"{model}: a dated note is not understood: {note!r}")  # or a later price is today's
        else:
            conditions.append(note.lower().replace("+", " "))  # another price of the model, until someone reads it
    return replace(named, condition=join_conditions(conditions))


def _date(found: re.Match[str]) -> date:
    try:
        return date(int(found["year"]), _MONTHS.index(found["month"]) + 1, int(found["day"]))
    except ValueError as error:
        raise LayoutChanged(f"{found[0]!r} is not a day of the calendar") from error


def _quotes(page: Page, section: _Section, table: Table, row: Sequence[Cell], named: _Named) -> Iterator[Quote]:
    for head, meter, condition in section.columns:
        index = column_of(table, head)
        evidence = _evidence(page, table, row, table.columns[index])
        price = _price(row[index].text, meter, evidence.place)
        yield Quote(
            provider=PROVIDER,
            model=named.model,
            meter=meter,
            variant=Variant.BASE,
            tier=section.tier,
            condition=join_conditions([condition or "", named.condition or ""]),
            amount=price.amount,
            currency=price.currency,
            value_state=price.state,
            raw_text=price.raw_text,
            raw_unit=price.raw_unit,
            effective_from=named.effective_from,
            effective_to=named.effective_to,
            evidence=evidence,
        )


def _price(text: str, meter: Meter, place: str) -> money.Price:
    """One cell's price. The unit stands in every cell; a bare amount is not guessed at."""
    try:
        price = money.parse(text, unit="MTok")
    except UnreadablePrice as error:
        raise UnreadablePrice(f"{place}: {error}") from error
    if price.state is ValueState.PRICED and ("/" not in price.raw_text or price.unit != meter.unit):
        raise UnreadablePrice(f"{place}: {text!r} is not a price per {meter.unit}")
    return price


def _fact(
    model: str | None, kind: AvailabilityKind, day: date | None, variant: Variant, evidence: Evidence
) -> Availability:
    return Availability(provider=PROVIDER, model=model, kind=kind, date=day, variant=variant, evidence=evidence)


def _evidence(page: Page, table: Table, row: Sequence[Cell], column: str) -> Evidence:
    place = table.place(row[column_of(table, "Model")].text, column)
    return _evidence_of(page, quoted=" | ".join(cell.text for cell in row), place=place)


def _evidence_of(page: Page, *, quoted: str, place: str) -> Evidence:
    return Evidence(
        quoted=quoted,
        place=place,
        url=page.url,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
        parser_version=f"{PROVIDER}/{PARSER_VERSION}",
    )


def _doubted(quotes: Sequence[Quote]) -> Iterator[Quote]:
    """The quotes, with a doubt in words on each that breaks one of RULES."""
    standard: dict[tuple[object, ...], Decimal | None] = {
        (quote.model, quote.meter, quote.effective_from, quote.effective_to): quote.amount
        for quote in quotes
        if quote.tier == MODEL_PRICING.tier and quote.condition is None
    }
    for quote in quotes:
        factor, meter = RULES.get((quote.meter, quote.condition, quote.tier or ""), (None, quote.meter))
        full = standard.get((quote.model, meter, quote.effective_from, quote.effective_to))
        if factor is None or full is None or quote.amount is None:
            yield quote
            continue
        expected = factor * full
        # Printed prices are rounded: Claude Haiku 3 at $0.25 wrote the cache for $0.30 and hit it for $0.03.
        is_kept = abs(quote.amount - expected) <= max(expected * Decimal("0.05"), Decimal("0.005"))
        words = f"the seller's own rule is {factor} times the standard {meter.value} of {full:f}"
        yield quote if is_kept else replace(quote, doubt=f"{words}: {expected:f}, not {quote.amount:f}")
