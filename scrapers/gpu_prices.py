"""Prices of GPUs: from a price an instance-hour to one a GPU-hour, and which figures nobody should believe.

A doubted price is held until a person accepts it; it is never dropped. The rules are written here, each with its source.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from scrapers.contract import Meter, Quote
from scrapers.errors import UnreadablePrice
from scrapers.money import Price

# US dollars a GPU-hour, whatever the seller and the tier: half the lowest and twice the highest that a seller's own
# page, price list or offer held from 2025-03 to 2026-10. Lowest and highest met, in that order:
#   A100  0.76 (Vast, 40 GB)                    5.07 (Google a2-ultragpu, 80 GB)
#   H100  1.25 (Nebius spot)                   11.06 (Google a3-highgpu; Hugging Face on gcp 10.00)
#   H200  1.45 (Nebius spot)                   10.85 (Google a3-ultragpu)
#   B200  2.39 (Amazon p6 spot)                14.24 (Amazon p6)
#   L40S  0.60 (Vast)                           2.94 (Hugging Face, eight)
# The H100 is held below 1.00 already: a hand-kept table of 2024-02 has it at 0.69, which no seller's own page bears out.
RANGES = {
    "A100": (Decimal("0.38"), Decimal("10.20")),
    "H100": (Decimal("1.00"), Decimal("22.20")),
    "H200": (Decimal("0.72"), Decimal("21.70")),
    "B200": (Decimal("1.19"), Decimal("28.50")),
    "L40S": (Decimal("0.30"), Decimal("5.90")),
}


_EXACT = Decimal("1e-12")  # what the warehouse keeps


def exact(amount: Decimal) -> Decimal:
    """The amount as the warehouse keeps it: a third of a price is rounded, its own digits stay in `raw_text`."""
    kept = amount.quantize(_EXACT)
    return amount if amount == kept else kept


def per_gpu_hour(price: Price, gpu_count: int = 1) -> Decimal | None:
    """The amount per GPU-hour of a price per second, minute or hour of `gpu_count` GPUs, or per GPU-hour as it is.

    None where no amount is printed. Raises UnreadablePrice for a price of something else than time.
    """
    if price.unit == Meter.GPU_HOURS.unit:
        return price.amount
    minutes = {"hour": 1, "minute": 60}.get(price.unit)  # a price per second is one per hour since money.parse
    if minutes is None or gpu_count < 1:
        raise UnreadablePrice(f"{price.raw_text!r} is per {price.unit}, and a GPU is paid by its time")
    return None if price.amount is None else price.amount * minutes / gpu_count


def in_dollars(quote: Quote) -> Quote:
    """The quote as it is. Raises UnreadablePrice for another currency: these sellers ask US dollars of everybody."""
    if quote.currency != "USD":
        raise UnreadablePrice(f"{quote.model}: US dollars were expected, {quote.raw_text!r} stands there")
    return quote


def doubted_outlier(quote: Quote) -> Quote:
    """The quote, doubted where its price per GPU-hour in US dollars lies outside the range of its GPU."""
    if quote.amount is None or quote.currency != "USD":
        return quote
    words = outlier_words(quote.model or "", quote.amount)
    return quote if words is None else replace(quote, doubt="; ".join(filter(None, [quote.doubt, words])))


def outlier_words(gpu: str, amount: Decimal) -> str | None:
    """Why a price in US dollars per GPU-hour is not believed, in words; None inside the range, or where there is none."""
    least, most = RANGES.get(gpu.split(" ", maxsplit=1)[0], (amount, amount))
    if least <= amount <= most:
        return None
    return f"{amount.normalize():f} US dollars a GPU-hour for {gpu}; sellers ask {least} to {most}"
