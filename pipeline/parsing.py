"""`ftprices parse`: one scraper on one saved page."""

from __future__ import annotations

from pathlib import Path

from pipeline import terminal
from pipeline.errors import NotUnderstood, UsageFault
from pipeline.saved_page import moment_of, page_from_file
from scrapers.as_json import quote_json, reading_json
from scrapers.catalog import PageRow, read_catalog, read_page
from scrapers.contract import Page, Reading
from scrapers.errors import ScrapeError


def rows_of(provider: str) -> list[PageRow]:
    """The catalogue's pages of a seller. Raises UsageFault, naming the sellers there are, for an unknown one."""
    rows = read_catalog()
    found = [row for row in rows if row.provider == provider]
    if not found:
        known = ", ".join(dict.fromkeys(row.provider for row in rows))
        raise UsageFault(f"no seller is called {provider!r}; the catalogue has {known}")
    return found


def understood(provider: str, page: Page) -> Reading:
    """What the seller's scraper reads in a page. Raises NotUnderstood with its words."""
    try:
        return read_page(provider, page)
    except ScrapeError as error:
        raise NotUnderstood(f"{type(error).__name__}: {error}") from error


def parse_command(
    provider: str, file: Path, *, url: str | None, fetched_at: str | None, with_facts: bool, as_json: bool
) -> None:
    """Print what a saved page holds."""
    row = rows_of(provider)[0]
    moment = moment_of(fetched_at) if fetched_at else None
    reading = understood(provider, page_from_file(file, url=url or row.url, fetched_at=moment))
    if as_json:
        terminal.print_json(reading_json(reading) if with_facts else [quote_json(quote) for quote in reading.quotes])
        return
    terminal.print_table(
        (
            "model or size",
            "variant",
            "meter",
            "method",
            "tier",
            "condition",
            "amount",
            "per",
            "state",
            "as printed",
            "doubt",
        ),
        (
            (
                quote.model or quote.size_tier,
                quote.variant,
                quote.meter,
                " ".join(filter(None, (quote.method, quote.technique))),
                quote.tier,
                " ".join(filter(None, (quote.condition, quote.context_band))),
                quote.amount,
                f"{quote.currency} / {quote.meter.unit}",
                quote.value_state,
                quote.raw_text,
                quote.doubt,
            )
            for quote in reading.quotes
        ),
    )
    if with_facts or not reading.quotes:
        terminal.print_table(
            ("availability of", "variant", "fact", "date", "quoted"),
            (
                (fact.model or "everything", fact.variant, fact.kind, fact.date, fact.evidence.quoted)
                for fact in reading.availability
            ),
        )
    sections = ", ".join(f"{name} {rows}" for name, rows in reading.layout.sections.items())
    terminal.say(f"{len(reading.quotes)} quotes, {len(reading.availability)} availability facts; rows: {sections}")
