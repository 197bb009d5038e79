"""What third parties' lists said of prices before these were read at their sellers, as spans that can be asked as of a date.

The rule is that of `feed_price_as_of` (warehouse/macros/lookups.sql): a list speaks until the price was first read at the
seller; of a price that was never read, until the seller was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from pipeline.publish import format as fmt
from pipeline.publish.context import Row, SiteData


@dataclass(frozen=True, kw_only=True)
class ListedSpan:
    """A price, or a ratio of two, that one list showed over some time; `until` is None where it still does."""

    series_id: str
    feed: str
    place: int  # which list goes first; a ratio that is unknown goes behind every one that is known
    key: str
    since: datetime
    until: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    shown: str  # empty where a ratio is unknown
    unit: str


_UNKNOWN = 1000  # lists have places below that


def listed_spans(data: SiteData) -> list[ListedSpan]:
    """The prices, in the order in which the last word between two that are alike in everything else is the list's name."""
    ends = _Ends(data)
    found = []
    for row in data.feed_history:
        if row["series_id"] is None:
            continue
        state = "priced" if fmt.decimal_of(row["amount_text"]) else "free"
        found.append(
            ListedSpan(
                series_id=row["series_id"],
                feed=row["feed"],
                place=row["feed_place"],
                key=row["model"],
                since=_midnight(row["valid_from"] or row["first_seen_on"]),
                until=ends.until(row),
                first_seen_at=_midnight(row["first_seen_on"]),
                last_seen_at=_midnight(row["last_seen_on"]),
                shown=fmt.value_text({**row, "value_state": state}),
                unit=row["unit"] if state == "priced" else "",
            )
        )
    return _in_order(found)


def listed_ratios(data: SiteData) -> list[ListedSpan]:
    """The markups of tuned prices over their bases, both by the same list."""
    ends = _Ends(data)
    found = [
        ListedSpan(
            series_id=row["series_id"],
            feed=row["feed"],
            place=row["feed_place"] + (_UNKNOWN if row["ratio"] is None else 0),
            key=row["model"],
            since=_midnight(row["valid_from"]),
            until=ends.until(row),
            first_seen_at=_midnight(row["valid_from"]),
            last_seen_at=_midnight(row["last_seen_on"]),
            shown="" if row["ratio"] is None else fmt.ratio(row["ratio"]),
            unit="",
        )
        for row in data.feed_markup_history
        if row["series_id"] is not None
    ]
    return _in_order(found)


def never_read(rows: Iterable[Row]) -> list[Row]:
    """One row a series that only lists know, in the words of `price_history`: what may answer where nothing was read."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["first_seen_on"], row["feed_place"], row["feed_series_id"])):
        if row["series_id"] is not None and not row["is_read"]:
            found[row["series_id"]] = {
                **row,
                "product": None,
                "method": row["tracked_method"],
                "condition": row["tracked_condition"],
                "context_band": row["tracked_band"],
                "region": row["tracked_region"],
            }
    return [row for row in found.values() if row["currency"] == "USD" and row["tier"] in {None, "standard"}]


class _Ends:
    """Until when a list speaks of a price."""

    def __init__(self, data: SiteData) -> None:
        self.series: dict[str, datetime] = {}
        self.sellers: dict[str, datetime] = {}
        for row in data.price_history:
            since = row["valid_from"] or row["first_seen_at"]
            self.series[row["series_id"]] = min(since, self.series.get(row["series_id"], since))
            first = row["first_seen_at"]
            self.sellers[row["provider"]] = min(first, self.sellers.get(row["provider"], first))

    def until(self, row: Row) -> datetime | None:
        read = self.series.get(row["series_id"], self.sellers.get(row["provider"]))
        ends = [read] if read is not None else []
        if row["valid_to"] is not None:
            ends.append(_midnight(row["valid_to"]))
        return min(ends, default=None)


def _in_order(spans: list[ListedSpan]) -> list[ListedSpan]:
    there: Iterator[ListedSpan] = (span for span in spans if span.until is None or span.since < span.until)
    return sorted(there, key=lambda span: (span.series_id, span.feed, span.since, span.key))


def _midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())
