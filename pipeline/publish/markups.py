"""Markups as readers see them: the ratio, and what it adds to a month's bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.publish import format as fmt
from pipeline.publish.context import Row
from pipeline.publish.entries import Entries, ModelEntry

# Tokens a month, in millions: from a trial to a large product.
VOLUMES = (
    (Decimal(1), "1M"),
    (Decimal(10), "10M"),
    (Decimal(100), "100M"),
    (Decimal(1_000), "1B"),
    (Decimal(5_000), "5B"),
)
_RULE = "derived by a published rule from the base price"
HOURS_A_MONTH = 730  # as in warehouse/macros/economics.sql


@dataclass(frozen=True, kw_only=True)
class Markup:
    """One meter of one tuned model against its base; `unknown_because` says why there is no ratio."""

    entry: ModelEntry
    seller: str
    base_name: str
    meter: str
    tier: str
    condition: str
    tuned: str | None
    base: str | None
    ratio: str | None
    sort: str
    extras: tuple[tuple[str, str], ...]  # (words, sort key) at each of VOLUMES
    hosting: str  # what keeping the tuned model deployed costs on top; "" where the seller bills nothing by the hour
    unknown_because: str
    tuned_series: str | None
    base_series: str | None


def markups_of(entries: Entries, rows: Iterable[Row]) -> list[Markup]:
    """Markups, the largest first; unknown ones last, fictional sellers after the rest."""
    known = []
    for row in rows:
        entry = entries.models.get((row["provider"], row["model"], None))
        if entry is not None:
            known.append(_markup(row, entry))
    return sorted(
        known,
        key=lambda item: (
            item.entry.provider.startswith("_"),
            item.ratio is None,
            -float(item.sort or 0),
            item.seller,
            item.entry.name,
            item.tier,
            item.condition,
            item.meter,
        ),
    )


def _markup(row: Row, entry: ModelEntry) -> Markup:
    tuned, base = fmt.decimal_of(row["tuned_amount_text"]), fmt.decimal_of(row["base_amount_text"])
    is_known = row["ratio"] is not None and tuned is not None and base is not None
    # From the two exact texts: a difference of DOUBLEs would print 0.30000000000000004.
    extra = tuned - base if is_known and tuned is not None and base is not None else None
    return Markup(
        entry=entry,
        seller=fmt.seller(row["provider"]),
        base_name=row["base_model"] or "unknown base",
        meter=fmt.meter(row["meter"]),
        tier=row["tier"] or "standard",
        condition=", ".join(filter(None, [fmt.qualifiers(row, skip=("tier",)), _RULE if row.get("derived") else ""])),
        tuned=None if tuned is None else fmt.money(tuned, row["currency"]),
        base=None if base is None else fmt.money(base, row["currency"]),
        ratio=fmt.ratio(row["ratio"]) if is_known else None,
        sort=f"{row['ratio']:.6g}" if is_known else "",
        extras=()
        if extra is None
        else tuple((_extra(extra * volume, row["currency"]), f"{extra * volume:f}") for volume, _ in VOLUMES),
        hosting=_hosting(row, entry),
        unknown_because="" if is_known else row["unknown_because"] or "no price to compare with",
        tuned_series=row["tuned_series_id"],
        base_series=row["base_series_id"],
    )


def _hosting(row: Row, entry: ModelEntry) -> str:
    """ "plus $1,241 a month for hosting": what the seller bills by the hour for a deployment in the same region."""
    for price in entry.prices:
        if price["meter"] == "hosting_hours" and price["value_state"] == "priced":
            where = ("region", "tier", "currency")
            amount = fmt.decimal_of(price["amount_text"])
            if amount is not None and all(price[name] == row[name] for name in where):
                return f"plus {fmt.money(amount * HOURS_A_MONTH, row['currency'])} a month for hosting"
    return ""


def _extra(amount: Decimal, currency: str) -> str:
    return fmt.money(amount, currency) if amount else "nothing"
