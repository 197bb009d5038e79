"""A feed's number to an amount: exact decimals from the printed digits, per the meter's unit, without binary dust.

Feeds print per token, per million tokens, in dollars or in cents, as JSON numbers that went through a binary float now
and then: `2.9999900000000002e-06`, `5.999999999999999e-05`. No seller asks a price of more than ten digits, so an amount is
rounded to ten: that moves it by less than 1e-9 of itself, and two feeds that print the same price agree. The
printed text is kept beside it.
"""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from typing import NamedTuple

from scrapers.json_body import Number, Value

PER_TOKEN = Decimal(1_000_000)
CENTS_PER_TOKEN = Decimal(10_000)
PER_MTOK = Decimal(1)
CENTS_PER_HOUR = Decimal("0.01")
MOST = Decimal(100_000)
"""US dollars per 1M tokens, or an hour: ten times the dearest that any feed printed from 2023 to 2026 (9,710). Above it
stands a price in another unit than the feed's."""

_KEPT = Decimal("1e-12")  # what the warehouse keeps
_TEN_DIGITS = Context(prec=10)
_WIDE = Context(prec=40, traps=[InvalidOperation])
_LONGEST = 40  # digits and signs of a number that can be a price: 2.9999900000000002e-06


def amount_of(printed: str, factor: Decimal) -> Decimal | None:
    """The amount per the meter's unit; None for what is no price: negative, out of all bounds, no number.

    A price that is not 0 never becomes 0: what is smaller than the warehouse keeps is no price.
    """
    if len(printed) > _LONGEST:
        return None
    try:
        number = Decimal(printed)
        if not number.is_finite() or number < 0 or abs(number.adjusted()) > _LONGEST:
            return None
        exact = _WIDE.multiply(number, factor)
    except ArithmeticError:
        return None
    if exact > MOST:
        return None
    amount = _TEN_DIGITS.plus(exact)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -12:
        amount = amount.quantize(_KEPT)
    return None if number and not amount else amount


class Printed(NamedTuple):
    """A price as it is printed, and what it is per the meter's unit."""

    text: str
    amount: Decimal


def price_in(value: Value, factor: Decimal) -> Printed | None:
    """The price that a JSON value is; None where it is none."""
    digits = digits_in(value)
    amount = None if digits is None else amount_of(digits, factor)
    return None if digits is None or amount is None else Printed(digits, amount)


def digits_in(value: Value) -> str | None:
    """The digits of a JSON number, or of a number in a JSON string; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    if isinstance(value, Number):
        return str(value)
    text = value.strip()
    return text if text.isascii() and text.replace(".", "", 1).removeprefix("-").isdigit() else None
