"""The cells of the Gemini API's price tables: several prices in one, told apart by their words.

One line (`<br>`) is one price: "$1.25, prompts <= 200k tokens", "$1.00 (audio)", "$3.00 or $0.005/min (audio)",
"$4.50 / 1,000,000 tokens per hour (storage price)", "$0.75 through December 31, 2026.", "Thinking: $3.50".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scrapers.contract import join_conditions
from scrapers.dates import printed_date
from scrapers.errors import UnreadablePrice
from scrapers.money import fold

STORAGE = "tokens per hour"

_FOOTNOTE = re.compile(r"\s*\*+")
_REMARK = re.compile(r"same as standard", re.IGNORECASE)  # stands over prices that are printed all the same
_LINE = re.compile(
    r"""(?:(?P<mode>(?:Non-)?thinking):\ )?
        (?P<amount>\$[\d,]*\.?\d+)
        (?:\ /\ (?P<unit>1,000,000\ tokens(?:\ per\ hour)?)|(?P<hourly>\ per\ hour))?
        (?:\ or\ \$[\d.]+/min)?                             # the same price by the clock
        (?:,\ prompts\ (?P<band>(?:<=|>)\ \d+k)(?:\ tokens?)?)?
        (?:\ \((?P<note>[^()]+)\))?
        (?:\ (?P<edge>through|starting)\ (?P<day>[A-Z][a-z]+\ \d{1,2},\ \d{4}))?
        [.,]?""",
    re.IGNORECASE | re.VERBOSE,
)
_MODALITIES = {"text": "text", "image": "image", "images": "image", "video": "video", "audio": "audio"}
_BETWEEN_MODALITIES = re.compile(r"\s*(?:/|,|\band\b)\s*")


@dataclass(frozen=True, kw_only=True)
class PricePart:
    """One price of a cell. `text` is the amount, with a unit where the line has its own."""

    text: str
    line: str
    is_storage: bool
    context_band: str | None
    condition: str | None
    effective_from: date | None
    effective_to: date | None


def price_parts(lines: Sequence[str]) -> list[PricePart]:
    """The prices of a cell's lines, in order. Raises UnreadablePrice for a line that is none, and for no lines."""
    parts = [_part(line) for line in map(without_footnotes, lines) if _REMARK.fullmatch(line) is None]
    if not parts:
        raise UnreadablePrice("an empty cell stands where prices belong")
    return parts


def without_footnotes(text: str) -> str:
    """The words without the stars of footnotes, which are glued to labels, prices and states alike."""
    return fold(_FOOTNOTE.sub("", text))


def _part(line: str) -> PricePart:
    match = _LINE.fullmatch(line)
    if match is None:
        raise UnreadablePrice(f"no price like '$1.25, prompts <= 200k tokens' in {line!r}")
    is_storage = bool(match["hourly"]) or (match["unit"] or "").endswith(STORAGE) or match["note"] == "storage price"
    # "$1.00 per hour" stands under a head that says per 1M tokens
    unit = f"1,000,000 {STORAGE}" if is_storage else match["unit"]
    day = printed_date(match["day"]) if match["day"] else None
    edge = (match["edge"] or "").lower()
    return PricePart(
        text=f"{match['amount']} / {unit}" if unit else match["amount"],
        line=line,
        is_storage=is_storage,
        context_band=f"prompts {match['band']} tokens" if match["band"] else None,
        condition=join_conditions([_mode(match["mode"]), *_modalities(match["note"], line)]),
        effective_from=day if edge == "starting" else None,
        effective_to=day if edge == "through" else None,
    )


def _mode(printed: str | None) -> str:
    return (printed or "").lower().replace("-", "_")


def _modalities(note: str | None, line: str) -> list[str]:
    """What a price is for. Where text is among it, it is the price: text is what tuned models are compared in."""
    if note is None or note == "storage price":
        return []
    words = [word for word in _BETWEEN_MODALITIES.split(note.lower()) if word != "thinking"]
    if not words or any(word not in _MODALITIES for word in words):
        raise UnreadablePrice(f"the note of {line!r} names no text, image, video or audio")
    return [] if "text" in words else [_MODALITIES[word] for word in words]
