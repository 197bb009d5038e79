"""Where each model of the Gemini API's price list begins and ends: its names, its warnings, its tables by tier.

The field notes are in scrapers/gemini_api_prices.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup

from scrapers.errors import LayoutChanged
from scrapers.tables import Table, html_table, markdown_tables, soup_of, text_of

TIERS = ("standard", "batch", "flex", "priority")
PAID = re.compile(r"Paid Tier, per (?P<unit>.+) in USD")
LAST_NOTE = "Google AI Studio usage is free of charge"

_TITLE = re.compile(r"^# ", re.MULTILINE)  # a piece of a page has none


@dataclass
class PricedModel:
    """One model's part of the page: the names that share it, the warnings over it, its tables with their tiers."""

    heading: str
    names: tuple[str, ...]
    tables: list[tuple[str, Table]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def models_of(text: str) -> list[PricedModel]:
    """The models of a page, in order. Raises LayoutChanged for one without a name, a table or a known tier."""
    soup = soup_of(text)
    models = list(_html_models(soup) if soup.find("table") else _markdown_models(text))
    for model in models:
        if not model.tables or not all(model.names):
            raise LayoutChanged(f"{model.heading}: expected the API's name and a table of prices under the heading")
        unknown = [tier for tier, _ in model.tables if tier not in TIERS]
        if unknown:
            raise LayoutChanged(f"{model.heading}: expected a tier of {', '.join(TIERS)}; found {unknown[0]!r}")
    return models


def _html_models(soup: BeautifulSoup) -> Iterator[PricedModel]:
    model: PricedModel | None = None
    for tag in soup.find_all(["h2", "aside", "table"]):
        if tag.name == "h2":
            if model is not None:
                yield model
            section = tag.find_parent(class_="models-section")  # other headings are of tools, agents and notes
            codes = [text_of(code) for code in section.find_all("code")] if section else []
            model = PricedModel(text_of(tag), tuple(codes) or (str(tag.get("id") or ""),)) if section else None
        elif model is not None and tag.name == "aside":
            model.warnings.append(text_of(tag))
        elif model is not None:
            pane = tag.find_parent("section")
            tier = pane.find("h3") if pane else None
            headings = [model.heading] + ([text_of(tier)] if tier else [])
            model.tables.append((text_of(tier).lower() if tier else "standard", html_table(tag, headings)))
    if model is not None:
        yield model


def _markdown_models(text: str) -> Iterator[PricedModel]:
    """A copy in markdown lacks the API's names; the anchor that the site gives a heading is the name."""
    if _TITLE.search(text) and LAST_NOTE not in text:
        raise LayoutChanged(f"expected the note '{LAST_NOTE}' at the end; found none: the copy is cut short")
    models: dict[str, PricedModel] = {}
    for table in markdown_tables(text):
        if any(PAID.match(column) for column in table.columns) and table.headings:
            *path, last = table.headings
            is_tier = last.lower() in TIERS
            heading = path[-1] if is_tier and path else last
            anchor = re.sub(r"[^\w.]+", "-", heading.lower()).strip("-")
            model = models.setdefault(anchor, PricedModel(heading, (anchor,)))
            model.tables.append((last.lower() if is_tier else "standard", table))
    yield from models.values()
