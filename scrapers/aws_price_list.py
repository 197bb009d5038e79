"""A regional file of the AWS Price List: what it sells, joined to what it costs.

    {"offerCode": ..., "products": {SKU: {"attributes": {"usagetype", "regionCode", "model" ...}}},
     "terms": {"OnDemand": {SKU: {TERM: {"effectiveDate", "priceDimensions": {RATE: {"unit", "pricePerUnit": {"USD"}}}}}}}}

`description` is free text in several spellings ("$ 0.000035 per ..."): amounts come from `pricePerUnit` only. A SKU has
a term for each day from which a price holds; what a term without a day means is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from scrapers.contract import Page
from scrapers.dates import timestamp_day
from scrapers.errors import LayoutChanged, UnreadablePrice
from scrapers.json_body import Value, object_at, text_in, value_of

CURRENCY = "USD"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One price of one SKU, as printed: "0.0000600000" per "1K tokens"."""

    effective_from: date | None
    unit: str
    amount: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Sku:
    """One thing that is sold, with the words that say which."""

    code: str
    attributes: Mapping[str, str]

    @property
    def usage(self) -> str:
        """The usage type: the one name that tells two things apart."""
        return self.attributes.get("usagetype", "")


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One offer in one region."""

    code: str
    region: str
    skus: tuple[Sku, ...]
    terms: Mapping[str, Value]

    def rates(self, sku: Sku) -> list[Rate]:
        """What a SKU costs, each with the day from which it does. Raises LayoutChanged or UnreadablePrice."""
        place = f"$.terms.OnDemand.{sku.code}"
        return [
            rate
            for name, term in object_at(self.terms.get(sku.code), place).items()
            for rate in _rates(object_at(term, f'{place}["{name}"]'), f'{place}["{name}"]')
        ]


def read_offer(page: Page, codes: tuple[str, ...], region: str) -> Offer:
    """The offer a page consists of, as sold in one region. Raises LayoutChanged where it is another offer, or none."""
    document = object_at(value_of(page), "$")
    code = text_in(document, "offerCode", "$")
    if code not in codes:
        raise LayoutChanged(f"$.offerCode: expected {' or '.join(codes)}; found {code!r}")
    terms = object_at(object_at(document.get("terms"), "$.terms").get("OnDemand"), "$.terms.OnDemand")
    skus = []
    for name, product in object_at(document.get("products"), "$.products").items():
        place = f"$.products.{name}.attributes"
        attributes = object_at(object_at(product, f"$.products.{name}").get("attributes"), place)
        words = {key: value.strip() for key, value in attributes.items() if isinstance(value, str)}
        if words.get("regionCode") == region:
            text_in(attributes, "usagetype", place)
            skus.append(Sku(code=name, attributes=words))
    if not skus:
        raise LayoutChanged(f"$.products: expected SKUs of the region {region}; found none")
    return Offer(code=code, region=region, skus=tuple(skus), terms=terms)


def _rates(term: dict[str, Value], place: str) -> Iterator[Rate]:
    day = timestamp_day(text_in(term, "effectiveDate", place)) if "effectiveDate" in term else None
    dimensions = object_at(term.get("priceDimensions"), f"{place}.priceDimensions")
    if len(dimensions) != 1:
        raise UnreadablePrice(f"{place}: expected one price; found {len(dimensions)}, by the amount used")
    for name, dimension in dimensions.items():
        where = f'{place}.priceDimensions["{name}"]'
        entries = object_at(dimension, where)
        prices = object_at(entries.get("pricePerUnit"), f"{where}.pricePerUnit")
        if set(prices) != {CURRENCY}:
            raise UnreadablePrice(f"{where}.pricePerUnit: expected {CURRENCY}; found {', '.join(prices)}")
        yield Rate(
            effective_from=day,
            unit=text_in(entries, "unit", where),
            amount=text_in(prices, CURRENCY, f"{where}.pricePerUnit"),
            place=f"{where}.pricePerUnit.{CURRENCY}",
        )
