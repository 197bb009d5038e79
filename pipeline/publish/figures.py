"""A figure: one value with its unit, its state and its evidence, ready for the page that shows it.

Every figure of the site is one of these, so that none can be shown without what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.context import Row, SiteData

FRESH_DAYS, AGEING_DAYS, STALE_DAYS = 2, 7, 30
FRESHNESS = {"fresh": "fresh", "ageing": "ageing", "stale": "stale", "last known": "last-known"}
STANDINGS = {
    "vendor": "the seller’s own page",
    "derived": "derived from a rule the seller publishes",
    "third_party": "a third party’s list",
    "editorial": "an editorial source",
}


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How long ago a value was re-read: words for people, a class for the style sheet, a rank for sorting."""

    words: str
    css: str
    rank: int


def freshness_named(name: str) -> Freshness:
    """The tier of that name, as the warehouse spells it; unknown names count as the oldest."""
    words = name.replace("_", " ")
    words = words if words in FRESHNESS else "last known"
    return Freshness(words=words, css=FRESHNESS[words], rank=list(FRESHNESS).index(words))


def freshness_at(verified_at: datetime | None, as_of: datetime | None) -> Freshness:
    """The tier of a moment, seen from the newest read: fresh to 2 days, ageing to 7, stale to 30, then last known."""
    if verified_at is None or as_of is None:
        return freshness_named("last known")
    age = as_of - verified_at
    limits = zip(FRESHNESS, (FRESH_DAYS, AGEING_DAYS, STALE_DAYS), strict=False)
    return freshness_named(next((name for name, days in limits if age <= timedelta(days=days)), "last known"))


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Where a figure was read: enough for a stranger to find it again."""

    quoted: str
    place: str
    url: str
    link: str | None  # the same address, where it may be followed
    sha256: str
    read_at: datetime | None
    verified_at: datetime | None
    parser: str
    standing: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something announced or held back beside a figure, in words."""

    kind: str  # held, scheduled
    words: str
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One value of one series. `sort` is the plain number behind `value`, empty where there is none."""

    series_id: str
    meter: str
    label: str
    detail: str
    value: str
    unit: str
    sort: str
    amount: Decimal | None
    is_priced: bool
    freshness: Freshness
    trust: str  # vendor, derived or third_party
    raw: str
    change: str | None
    direction: str
    previous: str | None
    first_seen_at: datetime
    verified_at: datetime
    proof: Proof
    notices: tuple[Notice, ...]

    @property
    def anchor(self) -> str:
        """The id of this figure's evidence on its model's page."""
        return f"s-{self.series_id}"


def proof_of(row: Row) -> Proof:
    """The evidence columns of any published row; what a table does not carry stays empty."""
    return Proof(
        quoted=row.get("quoted") or "",
        place=row.get("place") or "",
        url=row.get("source_url") or "",
        link=web_address(row.get("source_url")),
        sha256=row.get("sha256") or "",
        read_at=row.get("read_at"),
        verified_at=row.get("last_verified_at"),
        parser=row.get("parser_version") or "",
        standing=STANDINGS.get(row.get("trust") or "vendor", "a source of unknown standing"),
    )


def figure(row: Row, notices: tuple[Notice, ...] = ()) -> Figure:
    """The figure of a row of `current_price`."""
    amount = fmt.decimal_of(row["amount_text"])
    previous = fmt.decimal_of(row["previous_amount"])
    return Figure(
        series_id=row["series_id"],
        meter=row["meter"],
        label=fmt.meter(row["meter"]),
        detail=fmt.qualifiers(row),
        value=fmt.value_text(row),
        unit=row["unit"],
        sort="" if amount is None else f"{amount.normalize():f}",
        amount=amount,
        is_priced=row["value_state"] == "priced",
        freshness=freshness_named(row["freshness"]),
        trust=row["trust"],
        raw=" per ".join(part for part in (row["raw_text"], row["raw_unit"]) if part),
        change=fmt.change(row["change_ratio"]),
        direction=fmt.direction(row["change_ratio"]),
        previous=None if previous is None else fmt.money(previous, row["currency"]),
        first_seen_at=row["first_seen_at"],
        verified_at=row["last_verified_at"],
        proof=proof_of(row),
        notices=notices,
    )


def notices_by_series(data: SiteData) -> dict[str, tuple[Notice, ...]]:
    """What is announced for each series, and which newer readings of it are held back."""
    found: dict[str, list[Notice]] = {}
    for row in data.scheduled_price:
        if row["state"] == "scheduled":
            words = f"{fmt.value_text(row)} from {fmt.day(row['effective_from'])}, as announced; not yet in force"
            found.setdefault(row["series_id"], []).append(Notice(kind="scheduled", words=words))
    for row in data.held:
        value = fmt.amount_or_state(row["new_amount_text"], row["new_state"], row["currency"]) or row["raw_text"]
        words = f"a newer reading of {value} is held back: {row['reason']}"
        notice = Notice(kind="held", words=words, anchor=f"h-{row['judgement_id']}")
        found.setdefault(row["series_id"], []).append(notice)
    return {series: tuple(notices) for series, notices in found.items()}
