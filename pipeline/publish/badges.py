"""Badges: what a tuned model costs, in a line of SVG for a README, and the same for badge services as JSON.

The date in it is that of the last look that showed the price, so a badge of an abandoned copy says how old it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from pipeline.publish import format as fmt
from pipeline.publish.context import Row
from pipeline.publish.entries import ModelEntry

_COLOURS = {"fresh": "#1f6f43", "ageing": "#7a5a00", "stale": "#8a3b12", "last_known": "#55534d"}
_LABEL, _GREY = "#33322e", "#55534d"
_HEIGHT, _PADDING, _LETTER = (
    20,
    7,
    6.4,
)  # the letter: the mean width of Verdana at 11 px, which textLength then makes so
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Badge:
    """One badge; `slug` is its path without the ending."""

    slug: str
    label: str
    message: str
    colour: str

    def svg(self) -> str:
        """The badge as a picture that needs no font, script or style of anybody's."""
        left, right = _width(self.label), _width(self.message)
        words = f"{self.label}: {self.message}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
            f'aria-label="{escape(words)}"><title>{escape(words)}</title>'
            f'<rect width="{left}" height="{_HEIGHT}" fill="{_LABEL}"/>'
            f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{self.colour}"/>'
            '<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">'
            f"{_text(self.label, _PADDING, left)}{_text(self.message, left + _PADDING, right)}</g></svg>\n"
        )

    def endpoint(self) -> str:
        """The badge as the document that badge services ask for."""
        document = {"schemaVersion": 1, "label": self.label, "message": self.message, "color": self.colour.lstrip("#")}
        return json.dumps(document, ensure_ascii=False) + "\n"


def badge_of(entry: ModelEntry) -> Badge | None:
    """The badge of a model that can be tuned, or is tuned; None for every other."""
    training, markup = _training(entry), _markup(entry)
    if training is None and markup is None:
        return None
    parts, colour = [], _GREY
    if training is not None:
        parts.append(f"training {fmt.value_text(training)}{_per(training)}")
    if markup is not None:
        parts.append(f"markup {fmt.ratio(markup['ratio'])}")
    verified = [row for row in entry.prices if row is training or row["variant"] == "fine_tuned"]
    if verified:
        oldest = min(verified, key=lambda row: row["last_verified_at"])
        parts.append(fmt.day(oldest["last_verified_at"]))
        colour = _COLOURS.get(oldest["freshness"], _GREY)
    return Badge(
        slug=entry.path.strip("/").replace("models/", "badge/", 1),
        label=_short(f"fine-tuning {entry.name}, {fmt.seller(entry.provider)}"),
        message=" · ".join(parts),
        colour=colour,
    )


def _training(entry: ModelEntry) -> Row | None:
    """The cheapest supervised training in dollars by the token, else by the hour, in the standard tier."""
    for meter in ("training_tokens", "training_hours"):
        rows = [
            row
            for row in entry.prices
            if row["meter"] == meter
            and row["value_state"] in {"priced", "free"}
            and row["currency"] == "USD"
            and row["tier"] in {None, "standard"}
            and (row["method"] in {None, "sft"} or meter == "training_hours")
        ]
        if rows:
            return min(rows, key=lambda row: (Decimal(row["amount_text"]), row["series_id"]))
    return None


def _markup(entry: ModelEntry) -> Row | None:
    rows = [
        row
        for row in entry.markup
        if row["ratio"] is not None and row["meter"] == "inference_input" and (row["tier"] or "standard") == "standard"
    ]
    return min(rows, key=lambda row: (row["condition"] is not None, row["ratio"], row["tuned_series_id"]), default=None)


def _per(row: Row) -> str:
    return "" if row["value_state"] == "free" else "/h" if row["meter"] == "training_hours" else "/M"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _width(text: str) -> int:
    return round(len(text) * _LETTER) + 2 * _PADDING


def _text(text: str, x: int, width: int) -> str:
    return f'<text x="{x}" y="14" textLength="{width - 2 * _PADDING}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
