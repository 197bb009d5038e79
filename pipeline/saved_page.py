"""A page from a saved file: `ftprices parse`, recordings and goldens read pages the same way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

from pipeline.errors import NotUnderstood, UsageFault
from scrapers.contract import Page

MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".json": "application/json",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".yml": "text/plain",
    ".jsonl": "text/plain",
}
_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")  # "pricing-2026-08-27.html"


def page_from_file(path: Path, *, url: str, fetched_at: datetime | None = None) -> Page:
    """The page in a file. Its time is `fetched_at`, else the date in its name, else when it was last written.

    Raises UsageFault for a file that is missing or cannot be read, NotUnderstood for one with nothing in it.
    """
    try:
        body = path.read_bytes()
        written = path.stat().st_mtime
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    if not body.strip():
        raise NotUnderstood(f"{path}: the file is empty, and a page is not")
    moment = fetched_at or _day_in(path.name) or datetime.fromtimestamp(int(written), UTC)
    return Page(url=url, fetched_at=moment, body=body, media_type=MEDIA_TYPES.get(path.suffix.lower(), "text/html"))


def _day_in(name: str) -> datetime | None:
    match = _DAY.search(name)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment_of(text: str) -> datetime:
    """A time given by a person: a date, or a date and time; UTC unless it says otherwise. Raises UsageFault."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the second: no year 0 or 10000 in UTC
        raise UsageFault(f"{text!r} is not a date or a time such as 2026-08-27 or 2026-08-27T06:00Z") from error


def last_moment_of(text: str) -> datetime:
    """As `moment_of`, where a bare date means all of that day: its last moment. Raises UsageFault."""
    moment = moment_of(text)
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:  # it says the hour
        return moment
