"""Atom (RFC 4287) and JSON Feed 1.1 of the changes, written so that readers are never told anything twice.

Ids are `tag:` URIs made of the event's own id, never of an address or a build. An entry's `updated` moves only when the
event is superseded; a feed's `updated` is its newest entry, so an unchanged build gives the same bytes. A feed holds at
least 90 days or 100 entries, whichever is more; older months follow as archive documents (RFC 5005).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from xml.etree import ElementTree as ET

from pipeline.publish import format as fmt
from pipeline.publish.changes import Change

_ATOM, _HISTORY = "http://www.w3.org/2005/Atom", "http://purl.org/syndication/history/1.0"
_KEPT_DAYS, _KEPT_ENTRIES = 90, 100
AUTHORITY = "finetune-prices,2026"
_NEVER = datetime(9999, 1, 1)  # noqa: DTZ001 - naive UTC, as everywhere in the warehouse


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One feed. `slug` is its path without the ending; `home` is the page it tells of."""

    slug: str
    title: str
    home: str
    changes: Sequence[Change]
    previous: str | None = None  # the older archive document
    following: str | None = None  # the newer one; only archives have it
    current: str | None = None  # set on archives: the feed they belong to


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What all feeds of a site share; `since` dates a feed that is still empty."""

    site_url: str
    is_demo: bool
    since: datetime
    render: Callable[[Change], str]  # the HTML of an entry, with whole addresses

    @property
    def prefix(self) -> str:
        """Demonstration and live events never share an id."""
        return f"tag:{AUTHORITY}:{'demo/' if self.is_demo else ''}"


def recent(changes: Sequence[Change]) -> list[Change]:
    """The newest 90 days or 100 changes, whichever is more, by when they were told and seen from the newest one."""
    told = sorted(changes, key=lambda item: item.published_at, reverse=True)
    horizon = told[0].published_at - timedelta(days=_KEPT_DAYS) if told else _NEVER
    return [item for index, item in enumerate(told) if index < _KEPT_ENTRIES or item.published_at >= horizon]


def with_archives(feed: Feed) -> list[Feed]:
    """The feed cut to its recent entries, and its archive documents, each linked to its neighbours.

    A month's document is made once the month is over, by when changes were told: nothing can be added to it later.
    """
    told = sorted(feed.changes, key=lambda item: item.published_at, reverse=True)
    months = [(month, list(group)) for month, group in groupby(told, key=lambda item: f"{item.published_at:%Y-%m}")][1:]
    slugs = [f"feeds/archive/{feed.slug.rsplit('/', 1)[-1]}-{month}" for month, _ in months]
    head = replace(feed, changes=recent(told), previous=slugs[0] if slugs else None)
    archives = [
        Feed(
            slug=slugs[index],
            title=f"{feed.title}, {month}",
            home=feed.home,
            changes=listed,
            previous=slugs[index + 1] if index + 1 < len(slugs) else None,
            following=slugs[index - 1] if index else None,
            current=feed.slug,
        )
        for index, (month, listed) in enumerate(months)
    ]
    return [head, *archives]


def atom(feed: Feed, channel: Channel) -> bytes:
    """The feed as an Atom document."""
    url = channel.site_url
    # Written with prefixes as they stand: ElementTree's own namespace prefixes are one table for the whole process.
    root = ET.Element("feed", {"xmlns": _ATOM, "xmlns:fh": _HISTORY, "xml:lang": "en"})
    _text(root, "id", f"{channel.prefix}{feed.slug}")
    _text(root, "title", _title(feed, channel))
    _text(root, "updated", fmt.stamp(_updated(feed, channel)))
    _text(ET.SubElement(root, "author"), "name", "Fine-tune Prices")
    _link(root, "self", f"{url}{feed.slug}.atom", "application/atom+xml")
    _link(root, "alternate", f"{url}{feed.home}", "text/html")
    if feed.current:
        ET.SubElement(root, "fh:archive")
        _link(root, "current", f"{url}{feed.current}.atom", "application/atom+xml")
    for relation, slug in (("prev-archive", feed.previous), ("next-archive", feed.following)):
        if slug:
            _link(root, relation, f"{url}{slug}.atom", "application/atom+xml")
    for item in feed.changes:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", _id(item, channel))
        _text(entry, "title", _headline(item))
        _text(entry, "published", fmt.stamp(item.published_at))
        _text(entry, "updated", fmt.stamp(item.updated_at))
        _link(entry, "alternate", f"{url}{item.path}", "text/html")
        for term in _tags(item):
            ET.SubElement(entry, "category", {"term": term})
        content = ET.SubElement(entry, "content", {"type": "html"})
        content.text = channel.render(item)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def json_feed(feed: Feed, channel: Channel) -> bytes:
    """The feed as a JSON Feed 1.1 document; `_change` holds the event's fields for machines."""
    url = channel.site_url
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed, channel),
        "home_page_url": f"{url}{feed.home}",
        "feed_url": f"{url}{feed.slug}.json",
        "description": "What moved in the prices of fine-tuning and of tuned models, each with its evidence.",
        "language": "en",
        "authors": [{"name": "Fine-tune Prices", "url": url}],
        "items": [_item(item, channel) for item in feed.changes],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _item(item: Change, channel: Channel) -> dict[str, object]:
    fields = ("kind", "metric", "provider", "model", "size_tier", "meter", "variant", "method", "technique", "tier",
        "condition", "old_state", "new_state", "change_ratio", "is_superseded", "superseded_by")  # fmt: skip
    details: dict[str, object] = {name: item.row[name] for name in fields}
    details["unit"] = item.unit or None
    details["old_amount"], details["new_amount"] = item.row["old_amount_text"], item.row["new_amount_text"]
    details["observed_at"] = fmt.stamp(item.observed_at)
    for name in ("known_not_before", "stated_date"):
        value = item.row[name]
        details[name] = None if value is None else fmt.stamp(value) if isinstance(value, datetime) else fmt.day(value)
    return {
        "id": _id(item, channel),
        "url": f"{channel.site_url}{item.path}",
        "title": _headline(item),
        "content_html": channel.render(item),
        "date_published": fmt.stamp(item.published_at),
        "date_modified": fmt.stamp(item.updated_at),
        "tags": _tags(item),
        "_change": {"about": f"{channel.site_url}data/", **details},
    }


def _id(item: Change, channel: Channel) -> str:
    return f"{channel.prefix}change/{item.event_id}"


def _headline(item: Change) -> str:
    return f"Superseded: {item.headline}" if item.is_superseded else item.headline


def _title(feed: Feed, channel: Channel) -> str:
    return f"[Demonstration] {feed.title}" if channel.is_demo else feed.title


def _updated(feed: Feed, channel: Channel) -> datetime:
    return max((item.updated_at for item in feed.changes), default=channel.since)


def _tags(item: Change) -> list[str]:
    return [item.provider, item.row["kind"], item.metric]


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _link(parent: ET.Element, relation: str, href: str, media_type: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": media_type, "href": href})
