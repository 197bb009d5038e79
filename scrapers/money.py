"""Text to money: the only file that reads amounts and units.

Sellers print one thing in many spellings: "$3.00 / 1M tokens", "$0.80 / MTok", "$ 80.00", "\\$4.00", "0.25$",
"0.02元", "$100.00 / hour", "Free", "-", "No min price". `parse` gives the amount per canonical unit and keeps the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from scrapers.contract import ValueState
from scrapers.errors import UnreadablePrice

NOTHING_PRINTED = frozenset({"", "-", "--", "–", "—", "n/a", "na", "none", "null", "tbd"})
FREE_WORDS = frozenset({"free", "free of charge", "$0", "$0.00", "no charge", "no min price", "no minimum", "included"})
NOT_OFFERED_WORDS = frozenset({"not available", "not offered", "not supported", "unavailable"})
BY_ARRANGEMENT_WORDS = frozenset({"contact us", "contact sales", "custom", "custom pricing", "talk to us"})

CURRENCY_SIGNS = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "cny": "CNY",
    "元": "CNY",
}

# "1M tokens", "1,000,000 tokens", "MTok", "M Tokens", "1K tokens", "1M training tokens", "百万tokens",
# "1,000,000 tokens per hour", "hour", "GPU-hour", "month"
_UNIT = re.compile(
    r"""^(?:per|/)?\s*
        (?P<count>1[,\s]?000[,\s]?000|1[,\s]?000|1m|1k|1|m|million|thousand|百万)?\s*
        (?:training\s+)?(?P<thing>mtok|tokens\sper\shour|token-hours?|tokens?|tkn|characters?|chars?|gpu[\s-]?hours?
                  |gpu\s+per\s+hour|hours?|hr|h|minutes?|min|months?|mo|years?|images?|jobs?|seconds?)$""",
    re.IGNORECASE | re.VERBOSE,
)
_PER_MILLION = {
    "1000000": Decimal(1),
    "1m": Decimal(1),
    "m": Decimal(1),
    "million": Decimal(1),
    "百万": Decimal(1),
    "1000": Decimal(1000),
    "1k": Decimal(1000),
    "thousand": Decimal(1000),
    "1": Decimal(1_000_000),
    None: Decimal(1_000_000),
}
_THINGS = {  # how the printed word starts, most telling first
    "mtok": ("1M tokens", Decimal(1)),
    "tokens per": ("1M token-hours", Decimal(1)),
    "token-hour": ("1M token-hours", Decimal(1)),
    "token": ("1M tokens", Decimal(1)),
    "tkn": ("1M tokens", Decimal(1)),
    "char": ("1M characters", Decimal(1)),
    "gpu": ("GPU-hour", Decimal(1)),
    "sec": ("hour", Decimal(3600)),
    "min": ("minute", Decimal(1)),
    "mo": ("month", Decimal(1)),
    "year": ("year", Decimal(1)),
    "image": ("image", Decimal(1)),
    "job": ("job", Decimal(1)),
    "h": ("hour", Decimal(1)),
}
# "$3.00", "$ 80.00", "0.25$", "US$1,234.50", "3"; never a range and never two amounts
_AMOUNT = re.compile(
    r"""^(?P<before>us\$|[$€£¥]|usd|eur|cny)?\s*
        (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
        \s*(?P<after>[$€£¥元]|usd|eur|cny)?\s*(?P<unit>.*)$""",
    re.IGNORECASE | re.VERBOSE,
)

_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one cell says: an amount per canonical unit, or which kind of nothing."""

    state: ValueState
    amount: Decimal | None
    currency: str
    raw_text: str
    raw_unit: str
    unit: str  # canonical: "1M tokens", "hour", "month", "job", "image", "minute", "GPU-hour", "1M characters"


def fold(text: str) -> str:
    """White space folded to single blanks, no-break spaces and markdown's escaped dollars included.

    Control characters are white space too: they have no business in a name, and two figures are not one without them.
    """
    return _BLANK.sub(" ", text.replace("\\$", "$")).strip()


def canonical_unit(text: str) -> tuple[str, Decimal]:
    """The canonical unit a printed unit belongs to, and the factor that brings an amount to it.

    "1K tokens" gives ("1M tokens", 1000): a price per thousand is a thousand times larger per million.
    Raises UnreadablePrice for a unit nobody has met.
    """
    match = _UNIT.match(fold(text))
    if match is None:
        raise UnreadablePrice(f"unknown unit {text!r}")
    count = match["count"] and re.sub(r"[,\s]", "", match["count"]).lower()
    thing = match["thing"].lower()
    unit, factor = next(known for start, known in _THINGS.items() if thing.startswith(start))
    if thing == "mtok":
        return unit, factor
    if unit.startswith("1M "):
        return unit, _PER_MILLION[count]
    if count not in (None, "1"):
        raise UnreadablePrice(f"unknown unit {text!r}")
    return unit, factor


def parse(text: str, *, unit: str, currency: str = "USD") -> Price:
    """Read one cell. `unit` is the unit printed around it (a table's head); the cell's own unit wins.

    "-", "N/A" and an empty cell are *not printed*; "Free" and "No min price" are *free*; "Not available" is
    *not offered*. Raises UnreadablePrice for anything else that is not exactly one amount.
    """
    words = fold(text)
    lowered = words.lower()

    def nothing(state: ValueState, amount: Decimal | None = None) -> Price:
        return Price(
            state=state, amount=amount, currency=currency, raw_text=words, raw_unit=unit, unit=canonical_unit(unit)[0]
        )

    if lowered in NOTHING_PRINTED:
        return nothing(ValueState.NOT_PRINTED)
    if lowered in FREE_WORDS:
        return nothing(ValueState.FREE, Decimal(0))
    if lowered in NOT_OFFERED_WORDS:
        return nothing(ValueState.NOT_OFFERED)
    match = _AMOUNT.match(words)
    if match is None:
        raise UnreadablePrice(f"no amount in {text!r}")
    signs = {CURRENCY_SIGNS[sign.lower()] for sign in (match["before"], match["after"]) if sign}
    own_unit = fold(match["unit"])
    # "$3 €" names two currencies; "5 hours" is a length of time, and "5 / hour" a price
    if len(signs) > 1 or (own_unit and not signs and not re.match(r"/|per\b", own_unit, re.IGNORECASE)):
        raise UnreadablePrice(f"no amount in {text!r}")
    raw_unit = own_unit.removeprefix("/").strip() if own_unit else unit
    name, factor = canonical_unit(raw_unit)
    amount = Decimal(match["number"].replace(",", "")) * factor
    return Price(
        state=ValueState.PRICED if amount else ValueState.FREE,
        amount=amount,
        currency=signs.pop() if signs else currency,
        raw_text=words,
        raw_unit=raw_unit,
        unit=name,
    )


def is_by_arrangement(text: str) -> bool:
    """True for "Contact us" and its kin: on sale, at a price nobody prints."""
    return fold(text).lower() in BY_ARRANGEMENT_WORDS
