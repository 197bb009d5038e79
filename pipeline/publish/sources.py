"""The health of every watched page, what is held back, and what became of what was, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.charts import strip_runs
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.figures import Freshness, freshness_at
from scrapers.catalog import read_catalog

STRIP_DAYS = 90
LATELY = timedelta(days=STRIP_DAYS)
# What came of a look: its words and its tone.
_OUTCOMES = {
    "good": ("read", "good"),
    "suspect": ("suspect: waits for a second look", "warn"),
    "layout_changed": ("layout changed", "bad"),
    "parse_error": ("not understood", "bad"),
    "unreachable": ("unreachable", "bad"),
    "blocked": ("blocked", "bad"),
    "redirected": ("redirected elsewhere", "bad"),
    "gone": ("gone", "bad"),
    "too_large": ("too large", "bad"),
    "wrong_content": ("wrong content", "bad"),
    "unwatched": ("no longer watched", "off"),
}
# What became of a reading that was held back: its words and its tone.
_FATES = {
    "accepted": ("accepted", "good"),
    "refused": ("refused", "bad"),
    "gone away": ("gone away", "off"),
    "unwatched": ("no longer watched", "off"),
}
# One shape and one height a letter, so that the strip can be read without its colours: (name, top, height of 16).
_MARKS = {"g": ("good", 0, 16), "s": ("suspect", 5, 11), "f": ("failed", 10, 6), "-": ("no look", 15, 1)}


@dataclass(frozen=True, kw_only=True)
class Source:
    """One watched page, as `/status/` shows it."""

    provider: str
    seller: str
    page: str
    url: str
    link: str | None
    words: str
    tone: str
    detail: str
    last_look_at: datetime | None
    last_good_at: datetime | None
    freshness: Freshness
    rows_now: int | None
    rows_expected: int | None
    held: int
    failures: int
    is_experimental: bool  # its layout was never seen in full
    paths: tuple[tuple[str, str], ...]  # name of the mark, path
    summary: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """One reading that is not published, and why."""

    anchor: str
    entry: ModelEntry | None
    seller: str
    subject: str
    detail: str
    before: str
    after: str
    unit: str
    raw_text: str
    rule: str
    reason: str
    since: datetime
    quoted: str
    link: str | None


@dataclass(frozen=True, kw_only=True)
class PastHold:
    """One reading that was held back, and what became of it."""

    anchor: str  # the one it had while it was held: links to it stay good
    entry: ModelEntry | None
    seller: str
    subject: str
    detail: str
    before: str
    after: str
    unit: str
    raw_text: str
    rule: str
    reason: str
    held_at: datetime
    words: str
    tone: str
    ended_at: datetime
    link: str | None


def sources_of(data: SiteData) -> list[Source]:
    """Every watched page, by seller and page; fictional sellers last."""
    rows = sorted(data.provider_health, key=lambda row: (row["provider"].startswith("_"), row["provider"], row["page"]))
    return [_source(row, data.as_of) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Strip:
    """How fresh all sources are, in one line: a count for each tier, and those that failed or are no longer fresh."""

    counts: tuple[tuple[Freshness, int], ...]
    failed: tuple[Source, ...]
    old: tuple[tuple[str, int, str], ...]  # seller, its stale or last known pages, the anchor of the first


def strip_of(sources: Sequence[Source]) -> Strip:
    """The sources counted by freshness, fresh first."""
    tiers = Counter(source.freshness for source in sources)
    old: dict[str, list[Source]] = {}
    for source in sources:
        if source.freshness.rank >= 2:
            old.setdefault(source.seller, []).append(source)
    return Strip(
        counts=tuple(sorted(tiers.items(), key=lambda pair: pair[0].rank)),
        failed=tuple(source for source in sources if source.tone == "bad"),
        old=tuple((seller, len(found), f"source-{found[0].provider}-{found[0].page}") for seller, found in old.items()),
    )


@cache
def experimental_pages() -> frozenset[tuple[str, str]]:
    """(seller, page) of the pages whose layout was never seen in full, as the catalogue says. Raises CatalogError."""
    return frozenset((row.provider, row.page) for row in read_catalog() if row.scope == "experimental")


def held_of(data: SiteData, entries: Entries) -> list[Held]:
    """What waits for a second look, a second source or a person; the longest waiting first."""
    rows = sorted(data.held, key=lambda row: (row["since"], row["judgement_id"]))
    return [_held(row, entries.model_of(row)) for row in rows]


def past_holds_of(data: SiteData, entries: Entries) -> list[PastHold]:
    """What was held back within the last 90 days and is so no longer; the latest end first."""
    if data.as_of is None:
        return []
    rows = [row for row in data.hold if row["became"] in _FATES and row["decided_at"] >= data.as_of - LATELY]
    rows.sort(key=lambda row: row["judgement_id"])
    rows.sort(key=lambda row: (row["decided_at"], row["held_at"]), reverse=True)
    return [_past_hold(row, entries.model_of(row)) for row in rows]


def _source(row: Row, as_of: datetime | None) -> Source:
    words, tone = _OUTCOMES.get(row["outcome"] or "", (row["outcome"] or "not looked at yet", "off"))
    strip = (row["strip"] or "")[-STRIP_DAYS:].rjust(STRIP_DAYS, "-")
    shapes: dict[str, str] = {}
    for letter, first, days in strip_runs(strip):
        name, top, height = _MARKS.get(letter, _MARKS["-"])
        width = days * 4 - (0 if name == "no look" else 1)
        shapes[name] = shapes.get(name, "") + f"M{first * 4} {top}h{width}v{height}h-{width}z"
    counts = Counter(_MARKS.get(letter, _MARKS["-"])[0] for letter in strip)
    told = [f"{counts[name]} {name}" for name, _, _ in _MARKS.values() if counts[name]]
    return Source(
        provider=row["provider"],
        seller=fmt.seller(row["provider"]),
        page=row["page"],
        url=row["url"] or "",
        link=web_address(row["url"]),
        words=words,
        tone=tone,
        detail=row["detail"] or "",
        last_look_at=row["last_look_at"],
        last_good_at=row["last_good_at"],
        freshness=freshness_at(row["last_good_at"], as_of),
        rows_now=row["rows_now"],
        rows_expected=row["rows_expected"],
        held=row["held"] or 0,
        failures=row["consecutive_failures"] or 0,
        is_experimental=(row["provider"], row["page"]) in experimental_pages(),
        paths=tuple(shapes.items()),
        summary=f"The last {STRIP_DAYS} days: {', '.join(told)}.",
    )


def _held(row: Row, entry: ModelEntry | None) -> Held:
    return Held(
        anchor=f"h-{row['judgement_id']}",
        entry=entry,
        seller=fmt.seller(row["provider"]),
        subject=_subject(row, entry),
        detail=_detail(row),
        before=_before(row),
        after=_after(row),
        unit=row["unit"] or "",
        raw_text=row["raw_text"] or "",
        rule=fmt.word(row["rule"] or ""),
        reason=row["reason"] or "",
        since=row["since"],
        quoted=row["quoted"] or "",
        link=web_address(row["source_url"]),
    )


def _past_hold(row: Row, entry: ModelEntry | None) -> PastHold:
    words, tone = _FATES[row["became"]]
    by = row["decided_by"] or ""
    if by:
        words += " after more readings" if by == "judge" else f" by {by}"
    return PastHold(
        anchor=f"h-{row['judgement_id']}",
        entry=entry,
        seller=fmt.seller(row["provider"]),
        subject=_subject(row, entry),
        detail=_detail(row),
        before=_before(row),
        after=_after(row),
        unit=row["unit"] or "",
        raw_text=row["raw_text"] or "",
        rule=fmt.word(row["rule"] or ""),
        reason=row["reason"] or "",
        held_at=row["held_at"],
        words=words,
        tone=tone,
        ended_at=row["decided_at"],
        link=web_address(row["source_url"]),
    )


def _subject(row: Row, entry: ModelEntry | None) -> str:
    """What the price is of; a model that was only ever misread has no page of its own."""
    return entry.name if entry else str(row["model"] or row["size_tier"] or row["page"])


def _detail(row: Row) -> str:
    tuned = "tuned " if row["variant"] == "fine_tuned" and row["meter"].startswith("inference_") else ""
    return ", ".join(part for part in (tuned + fmt.meter_within(row["meter"]), fmt.qualifiers(row)) if part)


def _before(row: Row) -> str:
    """The accepted figure beside what was read."""
    return fmt.amount_or_state(row["old_amount_text"], row["old_state"], row["currency"]) or "nothing yet"


def _after(row: Row) -> str:
    """What was read and not believed."""
    return fmt.amount_or_state(row["new_amount_text"], row["new_state"], row["currency"]) or str(row["raw_text"])
