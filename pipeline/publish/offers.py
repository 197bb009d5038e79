"""What can be bought of a model, in the words of schema.org: an Offer with a price per unit, and who sells it.

A flat `price` would read as the price of a thing in a shop, so each has a UnitPriceSpecification with its quantity.
"""

from __future__ import annotations

import json

from markupsafe import Markup

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.context import Row
from pipeline.publish.entries import ModelEntry

_QUANTITIES = {
    "1M tokens": (1_000_000, "tokens"),
    "hour": (1, "hours"),
    "job": (1, "training jobs"),
    "image": (1, "images"),
    "month": (1, "months"),
}


def offers_document(entry: ModelEntry, seller: str) -> Markup | None:
    """JSON-LD for the page of a model that can be tuned or is tuned; None where there is nothing to offer.

    Only what the seller itself prints and what is fresh or ageing: an old price is no offer.
    """
    if not entry.was_tunable:
        return None
    offers = [
        _offer(row, seller)
        for row in entry.prices
        if row["value_state"] == "priced"
        and row["trust"] == "vendor"
        and row["freshness"] in {"fresh", "ageing"}
        and row["unit"] in _QUANTITIES
    ]
    if not offers:
        return None
    document = {
        "@context": "https://schema.org",
        "@type": "Service",
        "name": f"{entry.name} at {seller}",
        "serviceType": "Fine-tuning of a language model",
        "provider": {"@type": "Organization", "name": seller},
        "offers": offers,
    }
    # Inside a script element only "</" and "<!--" could end it: no "<" is left in, whatever a page printed.
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - just escaped


def _offer(row: Row, seller: str) -> dict[str, object]:
    value, unit = _QUANTITIES[row["unit"]]
    name = ", ".join(part for part in (fmt.meter(row["meter"]), fmt.qualifiers(row)) if part)
    address = web_address(row["source_url"])
    return {
        "@type": "Offer",
        "name": name,
        "seller": {"@type": "Organization", "name": seller},
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "price": row["amount_text"],
            "priceCurrency": row["currency"],
            "referenceQuantity": {"@type": "QuantitativeValue", "value": value, "unitText": unit},
        },
        **({"url": address} if address else {}),
    }
