"""A look at a page: what is due, the look itself, and the spool that keeps it until the warehouse has it.

Looking writes files only (the archive, the spool); nothing here opens the warehouse. The command line and Dagster's
page assets call the same functions.

**When a page is due.** Time is cut into slots as long as the page's cadence; they begin at 06:00 UTC and go on from
there (a daily page: 06:00; every 12 hours: 06:00 and 18:00; every 2 hours: the even hours). A page is due once a slot: at
the first tick after its slot began, unless it was looked at in the slot already. So a page keeps its hour: a move
that is confirmed at 07:00 belongs to the slot of 06:00 and shifts nothing, and a day that was missed is made up for at the
next tick, after which 06:00 is its hour again. Ticks stray by minutes, so both times count as the full hour nearest to them:
a tick at 05:58 is the one of 06:00. Whoever runs a tick at other hours than the full ones, once a day at 06:30 say, would
stray over that border; so a page is also due when its cadence has passed but for half an hour.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapers import errors
from scrapers.catalog import PageRow
from scrapers.fetch import Fetched, Fetcher, FetchRequest
from warehouse.archive import Archive
from warehouse.facts import read_id_of

log = logging.getLogger(__name__)

TICK = timedelta(hours=1)
FIRST_HOUR = 6
"""The hour, UTC, at which slots begin: the whole catalogue is looked at in one tick, before Europe's working day."""
PageKey = tuple[str, str]
_FIRST_SLOT = datetime(1970, 1, 1, FIRST_HOUR, tzinfo=UTC)

OUTCOMES: Mapping[type[errors.ScrapeError], str] = {
    errors.Blocked: "blocked",
    errors.Redirected: "redirected",
    errors.Gone: "gone",
    errors.TooLarge: "too_large",
    errors.WrongContent: "wrong_content",
    errors.LayoutChanged: "layout_changed",
    errors.ParseError: "parse_error",
    errors.Unreachable: "unreachable",
}
"""What a failure is called in `raw.page_read`, most telling class first."""

RETRIED_NEXT_TICK = frozenset({"unreachable", "suspect"})
"""An hour may mend these; a page that blocks or has changed is asked again at its own cadence."""

OUR_OWN_FAULT = "the seller answered, and our own archive failed"
"""How the detail begins where nobody but us is at fault. The outcome stays a word that an hour may mend."""


@dataclass(frozen=True, kw_only=True)
class LastLook:
    """What the warehouse knows of a page before a look."""

    looked_at: datetime
    outcome: str
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    is_unconfirmed: bool = False  # a move on it waits for a second reading
    is_waiting: bool = False  # something on it waits for more readings: a move, a hold, a row that is missing
    dates_due: tuple[datetime, ...] = ()  # when something it announced falls due


@dataclass(frozen=True, kw_only=True)
class Due:
    """A page to look at now, and why."""

    row: PageRow
    reason: str
    last: LastLook | None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look found: the body is in the archive under `sha256`; times are aware UTC."""

    read_id: str
    tick_id: str
    provider: str
    page: str
    url: str
    fetched_at: datetime
    outcome: str  # "good" until it is parsed and judged, else why no page was had
    detail: str | None
    was_conditional: bool
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    media_type: str | None = None
    charset: str | None = None
    sha256: str | None = None

    @property
    def key(self) -> PageKey:
        """Which page."""
        return (self.provider, self.page)


def tick_id_of(now: datetime) -> str:
    """The name of a tick: its time in UTC."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def due_pages(
    rows: Iterable[PageRow],
    last_looks: Mapping[PageKey, LastLook],
    now: datetime,
    *,
    only: Sequence[str] = (),
    forced: bool = False,
) -> list[Due]:
    """The pages to look at in the tick at `now`, each with the reason in words."""
    due = []
    for row in rows:
        if only and row.provider not in only:
            continue
        last = last_looks.get((row.provider, row.page))
        reason = "asked for" if forced else _reason(row, last, now)
        if reason is not None:
            due.append(Due(row=row, reason=reason, last=last))
    return due


def _reason(row: PageRow, last: LastLook | None, now: datetime) -> str | None:
    if last is None:
        return "never looked at"
    if last.looked_at - now > TICK:  # the clock was wrong then, or is now: waiting until that day would be silence
        return f"the last look is dated {last.looked_at:%Y-%m-%d %H:%M}, which is to come"
    if now <= last.looked_at:
        return None
    if last.outcome in RETRIED_NEXT_TICK:
        return f"the last look ended with {last.outcome}"
    if last.is_unconfirmed:
        return "a move waits for a second reading"
    if any(last.looked_at < day <= now for day in last.dates_due):
        return "an announced date has come"
    cadence = timedelta(hours=row.cadence_hours)
    if _slot(now, cadence) > _slot(last.looked_at, cadence) or now - last.looked_at >= cadence - TICK / 2:
        return f"due every {row.cadence_hours} hours"
    return None


def _slot(moment: datetime, cadence: timedelta) -> int:
    """The number of the slot that a time lies in, taken to the nearest full hour."""
    return (moment + TICK / 2 - _FIRST_SLOT) // cadence


def look_at(due: Sequence[Due], fetcher: Fetcher, archive: Archive, spool: Path, now: datetime) -> list[Look]:
    """Look at pages, hosts side by side; archive each body before anyone reads it; spool what was found."""
    requests = {(item.row.provider, item.row.page): _request(item) for item in due}
    answers = fetcher.fetch_all(requests)
    looks = []
    for item in due:
        key = (item.row.provider, item.row.page)
        look = _look(item, answers[key], archive, now)
        write_spool(spool, look)
        looks.append(look)
    return looks


def _request(item: Due) -> FetchRequest:
    # A move is confirmed by an unconditional reading, and a failed look has no body to be the same as.
    last = item.last
    ask_whole = last is None or last.is_unconfirmed or last.sha256 is None or last.outcome != "good"
    return FetchRequest(
        url=item.row.url,
        media_types=item.row.media_types,
        allowed_hosts=item.row.allowed_hosts,
        next_page=item.row.next_page,
        etag=None if ask_whole or last is None else last.etag,
        last_modified=None if ask_whole or last is None else last.last_modified,
    )


def _look(item: Due, answer: Fetched | errors.FetchError, archive: Archive, now: datetime) -> Look:
    row, request, tick_id = item.row, _request(item), tick_id_of(now)
    look = Look(
        read_id=read_id_of(tick_id, row.provider, row.page),
        tick_id=tick_id,
        provider=row.provider,
        page=row.page,
        url=row.url,
        fetched_at=now,
        outcome="good",
        detail=None,
        was_conditional=request.etag is not None or request.last_modified is not None,
    )
    if isinstance(answer, errors.FetchError):
        return replace(look, outcome=outcome_of(answer), detail=str(answer))
    look = replace(
        look,
        fetched_at=answer.fetched_at,
        status=answer.status,
        etag=answer.etag,
        last_modified=answer.last_modified,
        sha256=item.last.sha256 if item.last else None,
    )
    page = answer.page
    if page is None:  # 304: the body is the one of the last look
        return look
    sha256 = archive.put(
        page.body, url=row.url, fetched_at=page.fetched_at, media_type=page.media_type, charset=page.charset
    )
    return replace(look, sha256=sha256, media_type=page.media_type, charset=page.charset)


def outcome_of(error: errors.ScrapeError) -> str:
    """The word for a failure in `raw.page_read`."""
    return next((word for kind, word in OUTCOMES.items() if isinstance(error, kind)), "unreachable")


def write_spool(spool: Path, look: Look) -> None:
    """Keep a look until the warehouse has it; atomic, and the same look twice is one file."""
    spool.mkdir(parents=True, exist_ok=True)
    path = spool / f"{look.read_id.replace('/', '~')}.json"
    temporary = path.with_suffix(".tmp")
    packed = asdict(look) | {"fetched_at": look.fetched_at.isoformat()}
    temporary.write_text(json.dumps(packed, indent=1, sort_keys=True), encoding="utf-8")
    temporary.replace(path)


def read_spool(spool: Path) -> list[Look]:
    """The looks not yet in the warehouse, oldest first. A file that was cut short is dropped: its page is due again."""
    looks = []
    for path in sorted(spool.glob("*.json")):
        if not path.is_file():
            log.warning("%s is no spooled look and is left alone; move it away", path)
            continue
        try:
            packed = json.loads(path.read_text(encoding="utf-8"))
            looks.append(Look(**packed | {"fetched_at": datetime.fromisoformat(packed["fetched_at"])}))
        except (ValueError, TypeError, KeyError) as error:
            log.warning("a spooled look cannot be read and is dropped: %s (%s)", path, error)
            path.unlink()
    return sorted(looks, key=lambda look: (look.fetched_at, look.read_id))


def drop_spool(spool: Path, look: Look) -> None:
    """Forget a look that the warehouse has."""
    (spool / f"{look.read_id.replace('/', '~')}.json").unlink(missing_ok=True)
