"""Azure OpenAI and the open models Azure tunes: training, hosting, tuned and base tokens, by scope and region.

Pages: the Retail Prices API (prices.azure.com/api/retail/prices, JSON, no key), asked for USD, one query a family:
`openai` (every product whose name has "Azure OpenAI" in it), `llama`, `mistral`. A query is answered in documents of up
to 1,000 rows (`Items`), each with the address of the next (`NextPageLink`); they are fetched as one list
(scrapers/paging.py), and a single document that is the whole list is read as well. Not azure.microsoft.com: its page
prints "$-" and a script fills the prices in.

Manners (copy of 2026-08-11):
- What a row sells is in `meterName` only, in at least six spellings: scrapers/azure_meters.py. A fine-tuning meter that
  it cannot read is listed among the layout's headings; when they are more than a tenth, the list is refused. Other
  meters are read where they are the base of something tuned (aliases.csv), and passed over otherwise.
- One product, "Azure OpenAI PP FT GPT4s", mixes priority base rows ("pp") with tuned rows ("ft").
- Tuned tokens cost what the base model's do; the surcharge is an hour of hosting (1.70). The developer tier trains at
  half price, has no hosting, and pays the global rate per token. These are the seller's words (Learn, "Cost management
  for fine-tuning", 2026-02-11), so a tuned price off its base by more than a third is doubted: on 2026-08-11 the six
  token meters of `gpt 4o dev` and `gpt 4o mini dev`, cached input at 44 among them. The numbers of that article are
  examples and are not read.
- Tokens a grading model uses in reinforcement tuning are meters of their own ("mdl grdr"); their side (input, output ...)
  is their condition, for they are billed as one kind of thing.
- Three open models name no scope where they mean the global one. Graders name none, and have none here.
- `effectiveStartDate` is a row's own. Old prices may stand beside new ones: the latest that has begun counts; one that
  is to begin is announced. A scope's price has held since the first day of any of the regions that share it.
- `type` may be Consumption, DevTestConsumption or Reservation: the first alone is a price list's price.
- A last document that is full (1,000 rows, no next address) is a list broken off: it happened on 2023-03-10.

Regions: a price stands in up to 43 of them. `region` is the scope (global, data_zone, regional) for the price that most
of a scope's regions share, and "regional northeurope" for a region that differs, or is the only one; without a scope,
null and "northeurope". So gpt-4.1's regional training is three series, not eight. A region that differs in one price of
a base model and its tuned ones, in a scope and tier, has all of them under its own name, hosting included, so that each
way of buying is whole (scrapers/azure_regions.py). Base prices are read in the regions where the tuned model has one:
those of other regions would be compared with nothing, and would say of the scope what is not true of the regions that
count (o4-mini's data zone: 9 of 23 regions are dearer, and tuned models are sold in none of them).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scrapers import money, unclassified
from scrapers.azure_meters import GLOBAL, REGIONAL, MeterName, classified, is_about_tuning
from scrapers.azure_regions import Listed, Spread, differing, spread
from scrapers.contract import Availability, AvailabilityKind, Layout, Meter, Page, Quote, Reading, Variant
from scrapers.dates import timestamp_day
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.json_body import Number, Value, list_at, object_at, plain_digits, text_in, value_of
from scrapers.models import base_model_of, bases_of
from scrapers.ratios import RatioRule, doubt_of

NAME = "Azure OpenAI"
PROVIDER = "azure"
PARSER_VERSION = "1"

CURRENCY = "USD"
FULL_DOCUMENT = 1000  # rows; a document that has so many is never the last one
UNITS = {"1K": "1K tokens", "1M": "1M tokens", "1 Hour": "hour", "1/Hour": "hour"}
TOKENS = (Meter.INFERENCE_INPUT, Meter.INFERENCE_CACHED_INPUT, Meter.INFERENCE_OUTPUT)
EVERYWHERE = "Global"  # what the oldest meters print in place of a region

_VERSION = f"{PROVIDER}/{PARSER_VERSION}"
_TRAINING = (Meter.TRAINING_TOKENS, Meter.TRAINING_HOURS)
# Tuned tokens at the base's rate, rounded to six decimals per thousand, and a move that reached one of the two first.
_SAME_RATE = RatioRule("the tuned price over the base's", "tuned", "base", Decimal("0.75"), Decimal("1.34"))


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One row of the list, as printed, and what it sells."""

    what: MeterName
    name: str
    unit: str
    price: str
    place: str
    listed: Listed


@dataclass(frozen=True, kw_only=True)
class _Series:
    """One thing that is sold, in all its regions."""

    what: MeterName
    meter: Meter
    rows: tuple[_Row, ...]

    @property
    def listed(self) -> list[Listed]:
        return [row.listed for row in self.rows]

    @property
    def bought_with(self) -> tuple[str, str | None, str]:
        """What it is bought and compared with: a base model and its tuned ones, in one scope and tier."""
        is_tuned = self.what.variant is Variant.FINE_TUNED
        base = base_model_of(PROVIDER, self.what.model) if is_tuned else None
        return base or self.what.model, self.what.scope, self.what.tier


def parse(page: Page) -> Reading:
    """Read one list. Raises LayoutChanged where it is no list, is not whole, or sells nothing that is known."""
    rows: list[_Row] = []
    strange: set[str] = set()
    bases = bases_of(PROVIDER)
    for place, item in _items(page):
        name = text_in(item, "meterName", place)
        is_tuning = is_about_tuning(name)
        what = _classified(item, name, place)
        if what is not None and (is_tuning or what.model in bases):
            rows.append(_row(item, what, place))
        elif is_tuning:
            strange.add(name)
    names = {True: set[str](), False: set[str]()}
    for row in rows:
        names[is_about_tuning(row.name)].add(row.name)
    if not names[True]:
        raise LayoutChanged(f"{page.url}: no fine-tuning meter is among the rows")
    headings = unclassified.headings_of(sorted(strange), len(names[True]), "meterName")
    quotes = tuple(_doubted(_quotes(page, list(_series(rows)))))
    return Reading(
        quotes=quotes,
        availability=tuple(_on_sale(quotes)),
        layout=Layout(
            sections={"fine_tuning": len(names[True])} | ({"base": len(names[False])} if names[False] else {}),
            anchors=("Items", "NextPageLink"),
            headings=headings,
        ),
    )


def _documents(page: Page) -> list[tuple[str, dict[str, Value]]]:
    """The documents of the list with their places. Raises LayoutChanged where one is missing, or not in dollars."""
    value = value_of(page)
    entries = (
        [("$", value)]
        if isinstance(value, dict)
        else [(f"$[{n}]", entry) for n, entry in enumerate(list_at(value, "$"))]
    )
    documents = [(place, object_at(entry, place)) for place, entry in entries]
    for place, document in documents:
        currency = text_in(document, "BillingCurrency", place)
        if currency != CURRENCY:
            raise LayoutChanged(f"{place}.BillingCurrency: expected {CURRENCY}; found {currency!r}")
        if "NextPageLink" not in document:
            raise LayoutChanged(f"{place}: expected NextPageLink, the address of the next document or null")
        count, rows = document.get("Count"), len(list_at(document.get("Items"), f"{place}.Items"))
        if count is not None and count != str(rows):
            raise LayoutChanged(f"{place}.Count: {count} rows were announced; {rows} are there")
    place, last = documents[-1]
    if last["NextPageLink"] or len(list_at(last["Items"], f"{place}.Items")) >= FULL_DOCUMENT:
        raise LayoutChanged(f"{place}: the list goes on after this document, and is not whole")
    return documents


def _items(page: Page) -> Iterator[tuple[str, dict[str, Value]]]:
    """The rows that are a price of the list, with their places. Raises LayoutChanged for another currency."""
    for document_place, document in _documents(page):
        for number, entry in enumerate(list_at(document["Items"], f"{document_place}.Items")):
            place = f"{document_place}.Items[{number}]"
            item = object_at(entry, place)
            if text_in(item, "type", place) != "Consumption":
                continue
            currency = text_in(item, "currencyCode", place)
            if currency != CURRENCY:
                raise LayoutChanged(f"{place}.currencyCode: expected {CURRENCY}; found {currency!r}")
            yield place, item


def _classified(item: dict[str, Value], name: str, place: str) -> MeterName | None:
    unit = UNITS.get(text_in(item, "unitOfMeasure", place))
    from_the_first = item.get("tierMinimumUnits", Number("0"))
    if unit is None or not isinstance(from_the_first, Number) or Decimal(from_the_first) != 0:
        return None  # a rate for those who use more is no price of its own
    return classified(text_in(item, "productName", place), name, money.canonical_unit(unit)[0])


def _row(item: dict[str, Value], what: MeterName, place: str) -> _Row:
    printed = item.get("retailPrice")
    if not isinstance(printed, Number):
        raise UnreadablePrice(f"{place}.retailPrice: expected a number; found {printed!r}")
    unit, region = text_in(item, "unitOfMeasure", place), text_in(item, "armRegionName", place)
    price = _price(printed, unit, f"{place}.retailPrice")
    assert price.amount is not None  # noqa: S101 - digits are an amount
    return _Row(
        what=replace(what, scope=GLOBAL) if what.scope is None and region == EVERYWHERE else what,
        name=text_in(item, "meterName", place),
        unit=unit,
        price=str(printed),
        place=f"{place}.retailPrice",
        listed=Listed(
            region=region,
            effective_from=timestamp_day(text_in(item, "effectiveStartDate", place)),
            amount=price.amount,
        ),
    )


def _price(printed: str, unit: str, place: str) -> money.Price:
    try:
        return money.parse(plain_digits(printed, place), unit=UNITS[unit])
    except UnreadablePrice as error:
        raise UnreadablePrice(f"{place}: {error}") from error


def _series(rows: Iterable[_Row]) -> Iterator[_Series]:
    """The rows of each thing that is sold; of base models, those of the regions where their tuned ones are."""
    series: dict[tuple[MeterName, Meter], list[_Row]] = defaultdict(list)
    regions: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for row in rows:
        for meter in row.what.meters:
            series[replace(row.what, meters=(meter,)), meter].append(row)
            if row.what.variant is Variant.FINE_TUNED and meter in TOKENS:
                regions[base_model_of(PROVIDER, row.what.model), row.what.scope].add(row.listed.region)
    for (what, meter), listed in series.items():
        if what.variant is Variant.BASE and meter in TOKENS:
            counted = [row for row in listed if row.listed.region in regions[what.model, what.scope]]
        else:
            counted = listed
        if counted:
            yield _Series(what=what, meter=meter, rows=tuple(counted))


def _quotes(page: Page, series: Sequence[_Series]) -> list[Quote]:
    today = page.fetched_at.date()
    apart: dict[tuple[str, str | None, str], frozenset[str]] = defaultdict(frozenset)
    for item in series:
        names_a_lone_region = item.what.scope in {None, REGIONAL}
        apart[item.bought_with] |= differing(
            item.listed, today, names_a_lone_region=names_a_lone_region, where=item.rows[0].name
        )
    return [
        _quote(page, item, held)
        for item in series
        for held in spread(item.listed, today, apart=apart[item.bought_with], where=item.rows[0].name)
    ]


def _quote(page: Page, series: _Series, held: Spread) -> Quote:
    what = series.what
    row = next(row for row in series.rows if row.listed is held.row)
    price = _price(row.price, row.unit, row.place)
    return Quote(
        provider=PROVIDER,
        model=what.model,
        base_model=base_model_of(PROVIDER, what.model) if what.variant is Variant.FINE_TUNED else None,
        meter=series.meter,
        variant=what.variant,
        method=what.method,
        tier=what.tier,
        region=" ".join(filter(None, (what.scope, held.region))) or None,
        condition=what.condition,
        amount=price.amount,
        currency=CURRENCY,
        value_state=price.state,
        raw_text=row.price,
        raw_unit=row.unit,
        effective_from=held.row.effective_from,
        evidence=page.evidence(
            quoted=f"{row.name} | {row.price} | {row.unit} | {held.row.region}",
            place=row.place + (f", for {held.count} of {held.total} regions" if held.count > 1 else ""),
            parser_version=_VERSION,
        ),
    )


def _doubted(quotes: Sequence[Quote]) -> Iterator[Quote]:
    """Tuned token prices that are not the base's, which this seller says they are, with the reason."""
    bases = {
        (quote.model, quote.meter, quote.region): quote.amount
        for quote in quotes
        if quote.variant is Variant.BASE and quote.tier == "standard" and quote.is_in_force and quote.condition is None
    }
    for quote in quotes:
        if quote.variant is not Variant.FINE_TUNED or quote.meter not in TOKENS:
            yield quote
            continue
        scope = quote.region.partition(" ")[0] if quote.region else None
        own = bases.get((quote.base_model, quote.meter, quote.region))
        base = bases.get((quote.base_model, quote.meter, scope)) if own is None else own
        yield replace(quote, doubt=doubt_of({"tuned": quote.amount, "base": base}, [_SAME_RATE]))


def _on_sale(quotes: Iterable[Quote]) -> Iterator[Availability]:
    """A model is on sale to be tuned where its training has a price; from the day on which the first one holds."""
    first: dict[str | None, Quote] = {}
    for quote in quotes:
        if quote.meter in _TRAINING and quote.is_in_force:
            first.setdefault(quote.model, quote)
    for model, quote in first.items():
        yield Availability(
            provider=PROVIDER,
            model=model,
            kind=AvailabilityKind.ON_SALE,
            date=None,
            variant=Variant.FINE_TUNED,
            evidence=quote.evidence,
        )
