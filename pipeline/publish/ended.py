"""Series that are no longer for sale, with the last price each had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.publish import format as fmt
from pipeline.publish.context import SiteData
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.figures import Figure, figure


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The last known figure of a series that its seller no longer prints."""

    entry: ModelEntry
    seller: str
    who: str
    figure: Figure
    words: str
    ended_at: datetime


def ended_of(data: SiteData, entries: Entries) -> list[Ended]:
    """Every ended series, the latest end first; not what a parser of ours had read where the seller printed none."""
    misread = {
        (row["series_id"], row["observed_at"])
        for row in data.price_change
        if row["kind"] == "correction" and row["new_state"] is None and not row["is_superseded"]
    }
    current = {row["series_id"] for row in data.current_price}
    last = {
        row["series_id"]: row
        for row in sorted(data.price_history, key=lambda row: row["first_seen_at"])
        if row["series_id"] not in current and row["valid_to"] is not None
    }
    found = []
    for row in last.values():
        entry = entries.model_of(row)
        if entry is None or (row["series_id"], row["valid_to"]) in misread:
            continue
        seen, end = row["last_verified_at"], row["valid_to"]
        found.append(
            Ended(
                entry=entry,
                seller=fmt.seller(row["provider"]),
                who=fmt.word(row["variant"]) if row["variant"] else "",
                figure=figure({**row, "freshness": "last known", "previous_amount": None, "change_ratio": None}),
                words=f"last seen {fmt.day(seen)}, no longer printed at the look of {fmt.day(end)}",
                ended_at=end,
            )
        )
    return sorted(found, key=lambda item: (-item.ended_at.timestamp(), item.entry.path, item.figure.series_id))
