"""What a tick did, in words and numbers: one line a provider and a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(kw_only=True)
class PageReport:
    """One page in one tick."""

    provider: str
    page: str
    outcome: str  # good, not_due, or why not
    detail: str | None = None
    quotes: int = 0
    facts: int = 0
    first_seen: int = 0
    moved: int = 0
    announced: int = 0  # for a later day, and believed
    held: int = 0  # new in this tick
    ended: int = 0
    released: int = 0  # of those that moved: held in an earlier tick, and a third party's list agrees now
    waiting: int = 0  # all that stands held for more than a second reading, whenever it was read
    is_new_body: bool = False
    held_because: list[str] = field(default_factory=list)  # holds that wait for more than a second reading


@dataclass(frozen=True, kw_only=True)
class News:
    """One event that readers hear of."""

    provider: str
    kind: str
    metric: str
    headline: str


@dataclass(kw_only=True)
class ProviderLine:
    """One provider in one tick."""

    provider: str
    status: str  # ok, not due, or failed
    quotes: int
    first_seen: int
    moved: int
    held: int
    ended: int
    waiting: int
    words: str


@dataclass(kw_only=True)
class TickReport:
    """One tick."""

    tick_id: str
    pages: list[PageReport] = field(default_factory=list)
    events: int = 0
    news: list[News] = field(default_factory=list)
    failed_checks: list[str] = field(default_factory=list)
    published: bool = False
    pages_written: int = 0
    alerts_sent: int = 0
    alerts_failed: int = 0
    newest: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    """What came of the newest look at each page that was asked for, in this tick or before it."""

    @property
    def looked(self) -> list[PageReport]:
        """The pages that were due."""
        return [page for page in self.pages if page.outcome != "not_due"]

    @property
    def all_failed(self) -> bool:
        """True when no page of any seller was read at its newest look: one that failed is news, not the end."""
        return bool(self.newest) and all(outcome != "good" for outcome in self.newest.values())

    def lines(self) -> list[ProviderLine]:
        """One line a provider, in the catalogue's order."""
        providers = dict.fromkeys(page.provider for page in self.pages)
        return [_line(provider, [page for page in self.pages if page.provider == provider]) for provider in providers]

    def as_json(self) -> dict[str, object]:
        """The report as one JSON document."""
        return {
            "tick": self.tick_id,
            "providers": [asdict(line) for line in self.lines()],
            "pages": [asdict(page) for page in self.pages],
            "events": self.events,
            "news": [asdict(one) for one in self.news],
            "failed_checks": self.failed_checks,
            "published": self.published,
            "pages_written": self.pages_written,
            "alerts_sent": self.alerts_sent,
            "alerts_failed": self.alerts_failed,
        }

    def summary(self) -> str:
        """One line over all."""
        looked = self.looked
        good = sum(page.outcome == "good" for page in looked)
        moved = sum(page.moved for page in self.pages)
        held = sum(page.held for page in self.pages)
        site = f"site: {self.pages_written} files written" if self.published else "site: as it was"
        if self.alerts_sent or self.alerts_failed:
            site += f"; alerts: {self.alerts_sent} sent"
            site += f", {self.alerts_failed} did not get through" if self.alerts_failed else ""
        return f"{good} of {len(looked)} pages read, {moved} prices moved, {held} held, {self.events} events; {site}"


def troubles(report: TickReport, *, most: int = 3) -> list[str]:
    """What failed and what is held in a tick, named: nobody else is held back by either."""
    lines = [
        f"{page.provider} failed: {page.outcome}, {page.detail}" for page in report.looked if page.outcome != "good"
    ]
    for page in report.looked:
        lines += [f"held: {words}" for words in page.held_because[:most]]
        if len(page.held_because) > most:
            lines.append(f"held: {len(page.held_because) - most} more at {page.provider}")
    return lines


def told(news: Sequence[News], *, most: int = 4) -> list[str]:
    """The news in few words: first sights and endings are counted, of each other kind the first few are told."""
    lines: list[str] = []
    groups: dict[tuple[str, str, str], list[News]] = {}
    for one in news:
        groups.setdefault((one.provider, one.metric, one.kind), []).append(one)
    for (provider, metric, kind), group in groups.items():
        if len(group) > most and kind in COUNTED:
            lines.append(f"{provider}: {len(group)} {COUNTED[kind] if metric == 'price' else 'facts of availability'}")
            continue
        lines += [one.headline for one in group[:most]]
        if len(group) > most:
            lines.append(f"{provider}: {len(group) - most} more like these")
    return lines


COUNTED = {"appeared": "prices first seen", "disappeared": "prices no longer listed"}


def _line(provider: str, pages: Sequence[PageReport]) -> ProviderLine:
    looked = [page for page in pages if page.outcome != "not_due"]
    failed = [page for page in looked if page.outcome != "good"]
    moved, held = sum(page.moved for page in pages), sum(page.held for page in pages)
    first, ended = sum(page.first_seen for page in pages), sum(page.ended for page in pages)
    announced, waiting = sum(page.announced for page in pages), sum(page.waiting for page in pages)
    released = sum(page.released for page in pages)
    if failed:
        status = "failed"
        words = "; ".join(f"{page.page}: {page.outcome}, {page.detail}" for page in failed)
    else:
        status = "ok" if looked else "not due"
        told = [
            f"{count} {what}"
            for count, what in (
                (first, "new"),
                (moved, "moved"),
                (announced, "announced"),
                (held, "held"),
                (ended, "ended"),
            )
            if count
        ]
        words = ("" if looked else "not due; ") + (", ".join(told) or "nothing moved")
    if released:
        words += f"; {released} that {'was' if released == 1 else 'were'} held {'stands' if released == 1 else 'stand'}: a list agrees"
    if waiting:
        words += f"; {waiting} {'waits' if waiting == 1 else 'wait'} for a person (`ftprices review list`)"
    return ProviderLine(
        provider=provider,
        status=status,
        quotes=sum(page.quotes for page in pages),
        first_seen=first,
        moved=moved,
        held=held,
        ended=ended,
        waiting=waiting,
        words=words,
    )
