"""The guide's claims and prices beside what the same inputs and the sellers' pages give, for `/claims/`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.guide import GuideFigure, figure_of
from pipeline.publish.quantities import plain, quantities, quantity, unit_words

# The themes in the order in which they are shown, with their headings.
THEMES = {
    "classification": "Worked example: sorting tickets",
    "creative": "Worked example: creative writing",
    "prompt": "What a prompt costs",
    "markup": "Markup",
    "data": "Preparing data",
    "distillation": "Distillation",
    "lora": "LoRA and adapters",
}
# Words and tone of each verdict.
_VERDICTS = {
    "holds": ("holds", "good"),
    "agrees": ("agrees", "good"),
    "differs": ("differs", "bad"),
    "unlisted": ("no page lists it", "off"),
    "no_price": ("no seller’s price", "off"),
}
# Units that an input's name says already: "requests a month 5,000,000".
_SAID_BY_NAME = frozenset({"requests", "tokens", "months", "drafts", "runs", "tenants"})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One arithmetic claim; `given` and `beside` are empty where there is nothing to show."""

    anchor: str
    theme: str
    name: str
    says: str
    claimed: str
    given: str
    unit: str
    words: str
    tone: str
    formula: str
    inputs: tuple[tuple[str, str], ...]  # what it is, the figure with its unit
    beside: str
    beside_words: str
    note: str


@dataclass(frozen=True, kw_only=True)
class PagePrice:
    """One figure of the guide beside a seller's page; `value` is empty where no page lists it."""

    figure: GuideFigure
    said: str
    unit: str
    entry: ModelEntry | None
    anchor: str  # of the evidence on the model's page; empty where it is not there
    seller: str
    named: str
    value: str
    sort: str
    ratio: str
    ratio_sort: str
    words: str
    tone: str
    how: str
    verified_on: date | None
    link: str | None


def claims_of(data: SiteData) -> list[Claim]:
    """Every claim, in the guide's order."""
    inputs: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(data.claim_input, key=lambda row: (row["claim"], row["place"])):
        inputs[row["claim"]].append(row)
    return [_claim(row, inputs[row["claim"]]) for row in sorted(data.claims_audit, key=lambda row: row["place"])]


def by_theme(claims: Iterable[Claim]) -> list[tuple[str, str, list[Claim]]]:
    """(slug, heading, claims) of each theme that has any."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.theme].append(claim)
    return [(slug, THEMES.get(slug, slug), found[slug]) for slug in [*THEMES, *sorted(found.keys() - THEMES.keys())] if found[slug]]  # fmt: skip


def tally(words: Iterable[str]) -> str:
    """ "16 hold, 5 differ, 1 is off by a factor of 1,000": how often each verdict was given, the most frequent first."""
    plural = {"holds": "hold", "agrees": "agree", "differs": "differ"}
    told = []
    for verdict, count in sorted(Counter(words).items(), key=lambda item: (-item[1], item[0])):
        if verdict.startswith("off by"):
            told.append(f"{count} {'is' if count == 1 else 'are'} {verdict}")
        else:
            told.append(f"{count} {verdict if count == 1 else plural.get(verdict, verdict)}")
    return ", ".join(told)


def page_prices(data: SiteData, entries: Entries) -> list[PagePrice]:
    """The guide's figures about sellers, by seller and model; those about people and waiting are no seller's."""
    rows = [row for row in data.guide_audit if row["verdict"] != "no_price"]
    found = [_page_price(row, entries) for row in rows]
    return sorted(found, key=lambda item: (not item.figure.model, item.figure.seller.lower(), item.figure.model, item.figure.what))  # fmt: skip


def verdict(name: str | None, factor: float | None) -> tuple[str, str]:
    """Words and tone of a verdict."""
    if name == "off_by_factor" and factor is not None:
        times = factor if factor >= 1 else 1 / factor
        return f"off by a factor of {quantity(times, '')}", "bad"
    return _VERDICTS.get(name or "", ("unknown", "off"))


def _claim(row: Row, inputs: list[Row]) -> Claim:
    unit = row["unit"]
    words, tone = verdict(row["verdict"], row["factor"])
    is_known = row["recomputed_low"] is not None and row["recomputed_high"] is not None
    given = quantities(row["recomputed_low"], row["recomputed_high"], unit) if is_known else ""
    if row["claimed_low"] is None:
        claimed = row["claimed_words"] or ""
        given = "equal" if given == "1×" else given
    else:
        claimed = quantities(row["claimed_low"], row["claimed_high"], unit)
    return Claim(
        anchor=row["claim"],
        theme=row["theme"],
        name=row["name"],
        says=row["says"],
        claimed=claimed,
        given=given,
        unit=unit_words(unit),
        words=words,
        tone=tone,
        formula=row["formula"],
        inputs=tuple((item["words"], _input(item)) for item in inputs),
        beside="" if row["beside"] is None else quantity(row["beside"], unit),
        beside_words=row["beside_words"] or "",
        note=row["note"] or "",
    )


def _input(row: Row) -> str:
    shown = quantities(row["low"], row["high"], row["unit"])
    unit = unit_words(row["unit"])
    return f"{shown} {unit}" if unit and unit not in _SAID_BY_NAME else shown


def _page_price(row: Row, entries: Entries) -> PagePrice:
    is_listed = row["seller_low"] is not None
    factor = row["ratio_low"] if row["verdict"] == "off_by_factor" else None
    words, tone = verdict(row["verdict"], factor)
    entry = entries.models.get((row["seller"], row["seller_model"], None if row["seller_model"] else row["size_tier"]))
    shown = {price["series_id"] for price in entry.prices} if entry else set()
    return PagePrice(
        figure=figure_of(row),
        said=quantities(row["low"], row["high"], row["unit"]),
        unit=unit_words(row["unit"]),
        entry=entry,
        anchor=f"s-{row['series_id']}" if row["series_id"] in shown else "",
        seller=fmt.seller(row["seller"]) if row["seller"] else "",
        named=row["seller_model"] or row["size_tier"] or "",
        value=quantities(row["seller_low"], row["seller_high"], row["unit"]) if is_listed else "",
        sort=plain(row["seller_low"]),
        ratio=quantities(row["ratio_low"], row["ratio_high"], "times") if is_listed else "",
        ratio_sort=plain(row["ratio_high"]),
        words=words,
        tone=tone,
        how=(row["words"] or "").removeprefix("no page lists it: "),
        verified_on=row["verified_on"],
        link=web_address(row["source_url"]),
    )
