"""Computed figures in their units, as readers see them: what a formula gave, never a seller's printed price."""

from __future__ import annotations

from decimal import Decimal

from pipeline.publish import format as fmt

_CENT = Decimal("0.01")
_BARE = ("share", "times")  # said by the figure itself


def quantity(value: float, unit: str) -> str:
    """One figure: 237.5 USD a month is "$237.50", a share of 0.917 "91.7 %", 3.6364 times "3.64×", 5e6 requests "5,000,000"."""
    if unit.startswith("times"):
        return fmt.ratio(value)
    if unit == "share":
        return f"{Decimal(f'{value * 100:.3g}').normalize():f} %"
    # Ten digits: what a DOUBLE is sure of; 2879.999999999999 is 2880.
    exact = Decimal(f"{value:.10g}")
    # A printed price keeps its digits; a GPU's is a machine's divided by its GPUs.
    if unit.startswith("USD per ") and unit != "USD per GPU-hour":
        return fmt.money(exact)
    if unit.startswith("USD"):
        return fmt.money(exact if abs(exact) < 1 else exact.quantize(_CENT))
    return f"{exact.normalize():,f}"


def quantities(low: float, high: float, unit: str) -> str:
    """A figure, both ends of a range, or two figures of a pair ("USD, one month and twelve")."""
    ends = quantity(low, unit), quantity(high, unit)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} {'and' if ' and ' in unit else 'to'} {ends[1]}"


def unit_words(unit: str) -> str:
    """What stands after the figure: "USD a month" is "a month", "times the base price" "of the base price"."""
    if unit.startswith("times "):
        return f"of {unit.removeprefix('times ')}"
    return "" if unit in _BARE else unit.removeprefix("USD").lstrip(", ")


def plain(value: float | None) -> str:
    """The plain number behind a figure, for sorting; empty where there is none."""
    return "" if value is None else f"{Decimal(f'{value:.10g}').normalize():f}"
