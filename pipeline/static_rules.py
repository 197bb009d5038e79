"""The rules a price breaks by itself, whatever came before: a seller's own ratio, cached over input, tuned over its base.

Only a person lets such a price through, row by row. Pure, like the judge, whose rules these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from scrapers.contract import Meter, Quote, Variant

TUNED_OVER_BASE = 10


def base_key(quote: Quote, model: str | None) -> str:
    """What a base price is found by: the seller's model, the meter and the tier."""
    return f"{quote.provider}|{model}|{quote.meter.value}|{quote.tier}"


def static_faults(quotes: Iterable[Quote], bases: Mapping[str, Decimal]) -> dict[str, tuple[str, str]]:
    """Series held whatever came before, with rule and reason: only a person releases them, row by row."""
    listed = list(quotes)
    inputs = {
        _row_key(quote): quote.amount for quote in listed if quote.meter is Meter.INFERENCE_INPUT and quote.amount
    }
    read_bases = {
        base_key(quote, quote.model): quote.amount
        for quote in listed
        if quote.variant is Variant.BASE and quote.amount and quote.condition is None
    }
    faults: dict[str, tuple[str, str]] = {}
    for quote in listed:
        fault = _fault(quote, inputs, {**bases, **read_bases})
        if fault is not None:
            faults[quote.series_id] = fault
    return faults


def _fault(
    quote: Quote, inputs: Mapping[tuple[object, ...], Decimal], bases: Mapping[str, Decimal]
) -> tuple[str, str] | None:
    if quote.doubt is not None:
        return "doubt", quote.doubt
    if quote.amount is None:
        return None
    full = inputs.get(_row_key(quote))
    if quote.meter is Meter.INFERENCE_CACHED_INPUT and full is not None and quote.amount > full:
        return "cached_over_input", f"cached input at {quote.amount:f} is dearer than input at {full:f}"
    base = bases.get(base_key(quote, quote.base_model)) if quote.variant is Variant.FINE_TUNED else None
    if base is not None and quote.amount > TUNED_OVER_BASE * base:
        return "tuned_over_base", f"{quote.amount:f} is more than {TUNED_OVER_BASE} times its base at {base:f}"
    return None


def _row_key(quote: Quote) -> tuple[object, ...]:
    """The printed row a price stands in: everything of its key but the meter."""
    return (
        quote.provider,
        quote.product,
        quote.model,
        quote.size_tier,
        quote.variant,
        quote.method,
        quote.technique,
        quote.tier,
        quote.context_band,
        quote.time_window,
        quote.region,
        quote.condition,
        quote.currency,
    )
