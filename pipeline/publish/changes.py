"""Changes as readers see them: what moved, from what to what, and between which two looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pipeline.publish import format as fmt
from pipeline.publish.addresses import event_path
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries
from pipeline.publish.figures import Proof, proof_of
from pipeline.publish.model_page import sparkline_of

# kind: (one word for the label, tone for the style sheet)
_KINDS = {
    "appeared": ("new", "new"),
    "vendor_change": ("moved", "moved"),
    "correction": ("corrected", "corrected"),
    "unit_slip": ("unit slip", "corrected"),
    "placeholder": ("placeholder", "corrected"),
    "disappeared": ("gone", "gone"),
    "scheduled": ("announced", "new"),
    "withdrawn": ("withdrawn", "gone"),
    "alias_repointed": ("renamed", "corrected"),
}
# What is said about availability appears and disappears as a statement; a stated day comes.
_STATEMENTS = {
    "appeared": ("stated", "new"),
    "disappeared": ("no longer stated", "gone"),
    "vendor_change": ("in effect", "moved"),
}
_MOVES = {"vendor_change", "scheduled", "withdrawn"}  # the kinds whose two amounts are a rise or a fall


LISTED = 80  # changes that one page lists


@dataclass(frozen=True, kw_only=True)
class Change:
    """One published event. `before` and `after` are None where there is no amount on that side."""

    event_id: str
    path: str
    kind: str
    tone: str
    headline: str
    seller: str
    provider: str
    subject: str
    detail: str
    page: str | None  # the path of its model's page; None for what is said about everything a seller has
    metric: str
    before: str | None
    after: str | None
    unit: str
    change: str | None
    direction: str
    when: str
    observed_at: datetime
    published_at: datetime
    updated_at: datetime  # moves only when another event supersedes this one
    series_id: str | None
    spark: str | None  # the small chart beside it, where its series ever moved
    is_superseded: bool
    superseded_by: str | None  # the event that took its place, where that has a page
    proof: Proof
    row: Row

    @property
    def place(self) -> int:
        """Training before calling, input before output: the order in which meters are listed everywhere."""
        meters = list(fmt.METERS)
        return meters.index(self.row["meter"]) if self.row["meter"] in fmt.METERS else len(meters)


@dataclass(frozen=True, kw_only=True)
class Move:
    """What one look at one page brought: a single change, or several told as one."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The change that stands for all of them."""
        return self.changes[0]

    @property
    def rest(self) -> int:
        """How many more there are."""
        return len(self.changes) - 1


def changes_of(data: SiteData, entries: Entries, rows: Iterable[Row]) -> list[Change]:
    """Events in words, newest first; those of one look in the order of a table of contents."""
    times = {row["event_id"]: _published_at(row) for row in data.price_change}
    listed = list(rows)
    pages = {row["event_id"] for row in listed}
    found = [_change(row, entries, times, pages) for row in listed]
    found.sort(
        key=lambda item: (item.provider, item.metric, item.kind, item.subject, item.place, item.detail, item.event_id)
    )
    return sorted(found, key=lambda item: item.observed_at, reverse=True)


def moves_of(changes: list[Change]) -> list[Move]:
    """Neighbouring changes of one seller, kind and look as one move, so that a price day does not fill the page."""
    grouped = groupby(changes, key=lambda item: (item.observed_at, item.provider, item.kind, item.metric))
    return [Move(changes=tuple(group)) for _, group in grouped]


def looks_of(changes: list[Change]) -> list[list[Change]]:
    """Neighbouring changes that one look at one seller brought, whatever their kind."""
    grouped = groupby(changes, key=lambda item: (item.observed_at, item.provider, item.when))
    return [list(group) for _, group in grouped]


def months_of(changes: list[Change]) -> list[tuple[str, list[Change]]]:
    """Changes by the UTC month they were observed in ("2026-09"), newest first."""
    return [(month, list(group)) for month, group in groupby(changes, key=lambda item: f"{item.observed_at:%Y-%m}")]


@dataclass(frozen=True, kw_only=True)
class Archive:
    """One page of the changes of one month; a month of many changes has several."""

    path: str
    month: str
    part: int  # from 1
    parts: int
    changes: tuple[Change, ...]


def newest_of(changes: list[Change]) -> list[Change]:
    """The changes that `/changes/` lists itself."""
    return changes[:LISTED]


def archives_of(changes: list[Change]) -> list[Archive]:
    """The pages of the months before the newest one, and of the newest where `/changes/` does not list all of it."""
    found = []
    for index, (month, told) in enumerate(months_of(changes)):
        if index == 0 and len(told) <= LISTED:
            continue
        parts = [told[start : start + LISTED] for start in range(0, len(told), LISTED)]
        for part, listed in enumerate(parts, 1):
            path = f"changes/archive/{month}/" + (f"{part}/" if part > 1 else "")
            found.append(Archive(path=path, month=month, part=part, parts=len(parts), changes=tuple(listed)))
    return found


def places_of(changes: list[Change]) -> dict[str, str]:
    """The page that lists each change, by the event's id: `/changes/` for the newest, then the month's."""
    places = {item.event_id: archive.path for archive in archives_of(changes) for item in archive.changes}
    return places | {item.event_id: "changes/" for item in newest_of(changes)}


def _published_at(row: Row) -> datetime:
    """When the event was first told. A late, back-dated one is told late: a feed must not hide it among the old."""
    told: datetime = row["recorded_at"] or row["observed_at"]
    return told


def _change(row: Row, entries: Entries, times: dict[str, datetime], pages: set[str]) -> Change:
    is_price = row["metric"] == "price"
    kinds = _KINDS if is_price else _KINDS | _STATEMENTS
    kind, tone = kinds.get(row["kind"], (row["kind"].replace("_", " "), "corrected"))
    entry = entries.model_of(row)
    moved = row["change_ratio"] if row["kind"] in _MOVES and not row["is_superseded"] else None
    currency = row["currency"] or "USD"
    label = ""
    if is_price and row["meter"]:
        tuned = "tuned " if row["variant"] == "fine_tuned" and not row["meter"].startswith("training_") else ""
        unusual = fmt.qualifiers(row, skip=("tier",) if row["tier"] == "standard" else ())
        label = ", ".join(part for part in (tuned + fmt.meter_within(row["meter"]), unusual) if part)
    return Change(
        event_id=row["event_id"],
        path=event_path(row["event_id"]),
        kind=kind,
        tone=tone,
        headline=row["headline"],
        seller=fmt.seller(row["provider"]),
        provider=row["provider"],
        subject=entry.name if entry else "everything it tunes",
        detail=label,
        page=entry.path if entry else None,
        metric=row["metric"],
        before=fmt.amount_or_state(row["old_amount_text"], row["old_state"], currency) if is_price else None,
        after=fmt.amount_or_state(row["new_amount_text"], row["new_state"], currency) if is_price else None,
        unit=(row["unit"] or "") if is_price else "",
        change=fmt.change(moved),
        direction=fmt.direction(moved),
        when=fmt.when(row),
        observed_at=row["observed_at"],
        published_at=_published_at(row),
        updated_at=max(_published_at(row), times.get(row["superseded_by"] or "", _published_at(row))),
        series_id=row["series_id"],
        spark=sparkline_of(entry, row["series_id"]),
        is_superseded=bool(row["is_superseded"]),
        superseded_by=row["superseded_by"] if row["superseded_by"] in pages else None,
        proof=proof_of(row),
        row=row,
    )
