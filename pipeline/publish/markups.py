"""Markups as readers see them: the ratio, and what it adds to a month's bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.publish import format as fmt
from pipeline.publish.break_even import VERDICTS, sort_key, usd_range
from pipeline.publish.context import Row
from pipeline.publish.entries import Entries, ModelEntry

# Tokens a month, from a trial to a large product, as in warehouse/pub/markup_at_volume.sql.
VOLUMES = {1_000_000: "1M", 10_000_000: "10M", 100_000_000: "100M", 1_000_000_000: "1B", 5_000_000_000: "5B"}
# What `break_even_seller` is asked for where nothing is said: the tokens of the first reference workload.
SELLER_WORKLOAD = "5,000,000 requests a month, each with 200 tokens in and 5 out"
_RULE = "derived by a published rule from the base price"
_KEY = ("product", "meter", "tier", "condition", "region", "context_band", "tuned_series_id", "base_series_id")


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


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One tuned model at two sellers: both bills, and the tokens a month at which they are equal; "" is not known."""

    entry: ModelEntry | None
    name: str
    seller: str
    way: str
    elsewhere: str
    verdict: str
    tone: str
    words: str
    takes: str
    month: str
    month_sort: str
    fixed: str
    other: str
    other_sort: str
    other_fixed: str
    ratio: str
    ratio_sort: str
    tokens: str
    tokens_sort: str


def sellers_compared(rows: Iterable[Row], entries: Entries) -> list[Compared]:
    """Hosting against markup, what costs less than elsewhere first, unknown ones last."""
    ranks = list(VERDICTS)
    ordered = sorted(
        rows,
        key=lambda row: (
            ranks.index(str(row["verdict"])),
            row["monthly_ratio"] is None,
            row["monthly_ratio"] or 0,
            fmt.seller(row["provider"]),
            row["model"] or "",
            row["tier"] or "",
            row["condition"] or "",
            row["region"] or "",
            row["against_provider"],
        ),
    )
    return [_compared(row, entries) for row in ordered]


def _compared(row: Row, entries: Entries) -> Compared:
    entry = entries.models.get((row["provider"], row["model"], None))
    word, tone = VERDICTS[str(row["verdict"])]
    tokens = row["hosting_break_even_tokens"]
    return Compared(
        entry=entry,
        name=entry.name if entry else str(row["model"]),
        seller=fmt.seller(row["provider"]),
        way=", ".join(
            fmt.word(str(row[name]))
            for name in ("tier", "condition", "region")
            if row[name] and row[name] != "standard"
        ),
        elsewhere=fmt.seller(row["against_provider"]),
        verdict={"pays": "costs less", "never": "costs more"}.get(str(row["verdict"]), word),
        tone=tone,
        words=str(row["verdict_words"]),
        takes=str(row["would_take"]),
        month=usd_range(row["tuned_usd_per_month"], row["tuned_usd_per_month"]),
        month_sort=sort_key(row["tuned_usd_per_month"]),
        fixed=usd_range(row["tuned_fixed_usd_per_month"], None) if row["tuned_fixed_usd_per_month"] else "",
        other=usd_range(row["against_usd_per_month"], row["against_usd_per_month"]),
        other_sort=sort_key(row["against_usd_per_month"]),
        other_fixed=usd_range(row["against_fixed_usd_per_month"], None) if row["against_fixed_usd_per_month"] else "",
        ratio="" if row["monthly_ratio"] is None else fmt.ratio(row["monthly_ratio"]),
        ratio_sort=sort_key(row["monthly_ratio"]),
        tokens="" if tokens is None else f"{tokens:,.0f}",
        tokens_sort=sort_key(tokens),
    )


def _markup(row: Row, entry: ModelEntry) -> Markup:
    tuned, base = fmt.decimal_of(row["tuned_amount_text"]), fmt.decimal_of(row["base_amount_text"])
    is_known = row["ratio"] is not None and tuned is not None and base is not None
    billed = _billed(row, entry) if is_known else {}
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
        extras=tuple(_extra(billed.get(volume)) for volume in VOLUMES) if is_known else (),
        hosting=_hosting(billed),
        unknown_because="" if is_known else row["unknown_because"] or "no price to compare with",
        tuned_series=row["tuned_series_id"],
        base_series=row["base_series_id"],
    )


def _billed(row: Row, entry: ModelEntry) -> dict[int, Row]:
    """What a markup comes to at each volume; nothing for one that is not in US dollars."""
    wanted = [row[name] for name in _KEY]
    return {item["tokens_per_month"]: item for item in entry.volumes if [item[name] for name in _KEY] == wanted}


def _hosting(billed: dict[int, Row]) -> str:
    """ "plus $1,241 a month for hosting": what the seller bills by the hour for a deployment in the same region."""
    for item in billed.values():
        amount = fmt.decimal_of(item["hosting_usd_per_month_text"])
        if amount is not None:
            return f"plus {fmt.money(amount)} a month for hosting"
    return ""


def _extra(item: Row | None) -> tuple[str, str]:
    extra = None if item is None else fmt.decimal_of(item["extra_usd_per_month_text"])
    if extra is None:
        return ("unknown", "")
    return (fmt.money(extra) if extra else "nothing", f"{extra:f}")
