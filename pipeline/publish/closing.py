"""What is dated ahead: sellers that close, models that end, prices that were announced; the next first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.publish import availability
from pipeline.publish import format as fmt
from pipeline.publish.addresses import provider_path
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries

_WORDS = {"inference_ends": "stops answering"}
_OPENS = {"on_sale", "by_arrangement"}  # what begins; everything else closes or ends


@dataclass(frozen=True, kw_only=True)
class Closing:
    """One dated thing ahead; several models that share it are one."""

    day: date
    seller: str
    subject: str
    words: str
    tone: str
    path: str  # of the page with the evidence


def closing_of(data: SiteData, entries: Entries) -> list[Closing]:
    """Everything dated after the newest read; the next first."""
    if data.as_of is None:
        return []
    found = [*_facts(data, data.as_of, entries), *_scheduled(data, data.as_of, entries)]
    return sorted(found, key=lambda item: (item.day, item.seller, item.words, item.subject))


def _facts(data: SiteData, as_of: datetime, entries: Entries) -> Iterator[Closing]:
    alike: dict[tuple[str, str, date], list[Row]] = defaultdict(list)
    for row in data.availability:
        is_ahead = row["stated_date"] is not None and row["stated_date"] > as_of.date()
        if is_ahead and row["gone_at"] is None and row["kind"] not in _OPENS:
            alike[row["provider"], row["kind"], row["stated_date"]].append(row)
    for (provider, _, day), rows in alike.items():
        fact = availability.fact(rows[0])
        models = sorted({row["model"] for row in rows if row["model"] is not None})
        is_wide = len(models) < len({row["model"] for row in rows})
        entry = entries.model_of(rows[0])
        one = models[0] if models else ""
        subject = "everything it tunes" if is_wide else one if len(models) == 1 else f"{one} and {len(models) - 1} more"
        path = entry.path if entry is not None and len(models) == 1 and not is_wide else provider_path(provider)
        yield Closing(
            day=day,
            seller=fmt.seller(provider),
            subject=subject,
            words=_WORDS.get(fact.kind, fact.words.removesuffix(f" {fmt.day(day)}").removesuffix(" from")),
            tone=fact.tone,
            path=f"{path}#availability" if entry is not None or is_wide else path,
        )


def _scheduled(data: SiteData, as_of: datetime, entries: Entries) -> Iterator[Closing]:
    for row in data.scheduled_price:
        if row["state"] != "scheduled" or row["effective_from"] <= as_of.date():
            continue
        entry = entries.model_of(row)
        yield Closing(
            day=row["effective_from"],
            seller=fmt.seller(row["provider"]),
            subject=str(row["model"] or row["size_tier"]),
            words=f"{fmt.meter_within(row['meter'])} {fmt.value_text(row)} announced",
            tone="new",
            path=provider_path(row["provider"]) if entry is None else f"{entry.path}#s-{row['series_id']}",
        )
