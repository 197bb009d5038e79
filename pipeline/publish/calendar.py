"""The calendar of announced dates (iCalendar, RFC 5545): prices from a later day, sales and calls that end.

An entry is one day of one seller and one thing it says of that day, with every model it says it of. Its UID is made of
those and of nothing else, so that a calendar moves an entry instead of adding a second. What was taken back before its
day is kept as cancelled, or it would stand in calendars for ever. No clock: stamps are those of the reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.publish import format as fmt
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries
from pipeline.publish.feeds import AUTHORITY
from warehouse.database import sha16

_NAMED = 3  # models named in the title of an entry; its text names all
_OCTETS = 75  # of a line, without its end (RFC 5545, 3.1)
_SAYS = {
    "not_offered": "fine-tuning ends",
    "inference_ends": "calls end",
    "training_ends": "training ends",
    "closed_to_new": "closes to new customers",
    "closed_to_idle": "closes to customers without recent use",
    "deprecated": "deprecated",
    "by_arrangement": "sold by arrangement only",
    "on_sale": "on sale",
}


@dataclass(frozen=True, kw_only=True)
class Announced:
    """One day of one seller: what happens to which models, since when it is said, and whether it still is."""

    uid: str
    day: date
    seller: str
    title: str
    lines: tuple[str, ...]
    path: str  # of the page that tells of it
    said_at: datetime
    changed_at: datetime  # when the newest of its statements came or went
    changes: int
    is_cancelled: bool


def announced_of(data: SiteData, entries: Entries) -> list[Announced]:
    """Every day that a seller ever stated for a price or for what can be bought, earliest first."""
    said: dict[tuple[str, str, date], list[Row]] = defaultdict(list)
    for row in data.availability:
        if row["stated_date"] is not None:
            said[row["provider"], row["kind"], row["stated_date"]].append(row)
    priced: dict[tuple[str, str, str, date], list[Row]] = defaultdict(list)
    for row in data.scheduled_price:
        priced[row["provider"], row["model"] or "", row["size_tier"] or "", row["effective_from"]].append(row)
    found = [_statement(key, rows, entries) for key, rows in said.items()]
    found += [_price(key, rows, entries) for key, rows in priced.items()]
    return sorted(found, key=lambda item: (item.day, item.seller, item.title, item.uid))


def calendar(name: str, days: Iterable[Announced], *, site_url: str, is_demo: bool) -> bytes:
    """The days as an iCalendar file; the same days give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Fine-tune Prices//Announced dates//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(f'[Demonstration] {name}' if is_demo else name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    for item in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{'demo-' if is_demo else ''}{item.uid}@{AUTHORITY.partition(',')[0]}",
            f"DTSTAMP:{item.changed_at:%Y%m%dT%H%M%SZ}",
            f"CREATED:{item.said_at:%Y%m%dT%H%M%SZ}",
            f"LAST-MODIFIED:{item.changed_at:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{item.changes}",
            f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}",
            *([] if item.day == date.max else [f"DTEND;VALUE=DATE:{item.day + timedelta(days=1):%Y%m%d}"]),
            f"SUMMARY:{_escaped(item.title)}",
            f"DESCRIPTION:{_escaped(chr(10).join(item.lines))}",
            f"URL:{site_url}{item.path}",
            f"STATUS:{'CANCELLED' if item.is_cancelled else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _statement(key: tuple[str, str, date], rows: list[Row], entries: Entries) -> Announced:
    provider, kind, day = key
    words, seller = _SAYS.get(kind, kind.replace("_", " ")), fmt.seller(provider)
    names = sorted({_name(row, entries) for row in rows})
    single = entries.model_of(rows[0]) if len(names) == 1 else None
    moments = {row["first_seen_at"] for row in rows} | {row["gone_at"] for row in rows if row["gone_at"]}
    return Announced(
        uid=sha16("availability", provider, kind, day),
        day=day,
        seller=seller,
        title=f"{seller}: {words}, {_few(names)}",
        lines=(f"{seller} states: {words} on {fmt.day(day)}.", *names, *_quotes(rows)),
        path=single.path if single else entries.sellers[provider].path,
        said_at=min(moments),
        changed_at=max(moments),
        changes=len(moments) - 1,
        is_cancelled=all(row["gone_at"] is not None and row["gone_at"].date() < day for row in rows),
    )


def _price(key: tuple[str, str, str, date], rows: list[Row], entries: Entries) -> Announced:
    provider, model, size_tier, day = key
    entry, seller = entries.model_of(rows[0]), fmt.seller(provider)
    lines = []
    for row in rows:
        within = ", ".join(part for part in (fmt.meter(row["meter"]), fmt.qualifiers(row)) if part)
        per = f" per {row['unit']}" if row["unit"] and row["value_state"] == "priced" else ""
        taken_back = " (taken back)" if row["state"] == "withdrawn" else ""
        lines.append(f"{within}: {fmt.value_text(row)}{per}{taken_back}")
    moments = {row["first_seen_at"] for row in rows} | {row["withdrawn_at"] for row in rows if row["withdrawn_at"]}
    return Announced(
        uid=sha16("price", provider, model, size_tier, day),
        day=day,
        seller=seller,
        title=f"{seller}: new prices of {entry.name if entry else model or size_tier}",
        lines=(f"{seller} announced prices from {fmt.day(day)}.", *sorted(set(lines)), *_quotes(rows)),
        path=entry.path if entry else entries.sellers[provider].path,
        said_at=min(moments),
        changed_at=max(moments),
        changes=len(moments) - 1,
        is_cancelled=all(row["state"] == "withdrawn" for row in rows),
    )


def _name(row: Row, entries: Entries) -> str:
    entry = entries.model_of(row)
    return entry.name if entry else row["model"] or "everything it tunes"


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _quotes(rows: list[Row]) -> list[str]:
    """The seller's words and where they stand, once each."""
    return list(dict.fromkeys(f"“{row['quoted']}” {row['source_url']}" for row in rows))


def _escaped(text: str) -> str:
    """A text value (RFC 5545, 3.3.11): control characters left out, separators escaped, lines as \\n."""
    kept = "".join(char for char in text if char == "\n" or char.isprintable())
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, each after the first with a space in front; no character is cut."""
    part, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + char, size + width
    yield part
