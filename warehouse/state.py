"""What a tick asks before it looks, reads and judges. Reads only, except that it first derives a page's own backlog.

Times are aware UTC, since they leave the warehouse; amounts are Decimal per the meter's unit.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from warehouse import upkeep
from warehouse.database import sha16

QUERIES = Path(__file__).parent / "queries"

Row = dict[str, Any]
PageKey = tuple[str, str]

# Rules that more readings can settle; the others wait for a person or for another page.
WAITS_FOR_READINGS = ("unconfirmed", "ratio", "fall_to_zero", "storm")
SECTION_RULE = "section"
SHRINK_RULE = "shrink"
UNWATCHED_RULE = "unwatched"
TAKEN_BACK_RULE = "taken_back"
"""A word about a page: a section is gone, a parser's fewer rows are right, nobody looks at it any more; a person says
the first two, and takes them back."""


@dataclass(frozen=True, kw_only=True)
class PageState:
    """What is known of one page: its newest look, its newest good reading, and what would make it due early."""

    looked_at: datetime
    outcome: str
    etag: str | None
    last_modified: str | None
    sha256: str | None
    is_unconfirmed: bool  # a move, or what looks like an announcement taken back, waits for a second reading
    is_held: bool  # something is held that more readings release
    is_waiting: bool  # something waits for more readings: a move, a hold that they release, a row that is missing
    dates_due: tuple[datetime, ...]  # announced days after the newest look, midnight UTC


@dataclass(frozen=True, kw_only=True)
class PageBefore:
    """The newest good reading of a page, and what was suspect since."""

    read_at: datetime
    reading_id: str
    parser_version: str
    sha256: str
    sections: Mapping[str, int]
    suspects: tuple[tuple[datetime, Mapping[str, int]], ...]  # rows per section of each, the oldest first


@dataclass(frozen=True, kw_only=True)
class SeriesState:
    """What is known of one series on one page before a read."""

    accepted_amount: Decimal | None = None
    accepted_state: str | None = None  # None: nothing is accepted, or what was is gone
    accepted_seen_at: datetime | None = None
    previous_amount: Decimal | None = None  # the last price above 0 that was accepted before
    previous_seen_at: datetime | None = None
    run_amount: Decimal | None = None
    run_state: str | None = None  # None: the newest reads show the accepted value
    run_reads: tuple[datetime, ...] = ()
    run_after: datetime | None = None  # the last good read of the page before the run
    run_has_unconditional: bool = False  # whether any of them after the first was fetched unconditionally
    absent_reads: tuple[datetime, ...] = ()
    last_verdict: str | None = None
    last_rule: str | None = None
    last_amount: Decimal | None = None
    last_state: str | None = None


@dataclass(frozen=True, kw_only=True)
class AnnouncedState:
    """What is known of one announced price on one page before a read."""

    series_id: str
    effective_from: date
    amount: Decimal | None
    value_state: str
    is_believed: bool  # and neither taken back nor in force yet
    run_reads: tuple[datetime, ...]  # the newest reads in a row that announced it
    run_has_unconditional: bool
    last_verdict: str | None
    last_rule: str | None


@dataclass(frozen=True, kw_only=True)
class ReadOutcome:
    """What a recorded look came to."""

    outcome: str
    detail: str | None
    quotes: int


@dataclass(frozen=True, kw_only=True)
class StoredReading:
    """A reading that was stored before: its quotes as rows of raw.quote, its rows per section, its other facts."""

    quotes: tuple[Row, ...]
    sections: Mapping[str, int]
    facts: int


@dataclass(frozen=True, kw_only=True)
class BasePrice:
    """An accepted price of a base model, without conditions."""

    model: str
    meter: str
    tier: str | None
    amount: Decimal


def newest_look(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """When any page was last looked at; None in an empty warehouse."""
    row = con.execute("SELECT max(fetched_at) FROM raw.page_read").fetchone()
    return _aware(row[0]) if row else None


def read_outcome(con: duckdb.DuckDBPyConnection, read_id: str) -> ReadOutcome | None:
    """What a look came to, if it was recorded."""
    rows = _rows(
        con,
        """SELECT page_read.outcome, page_read.detail, coalesce(reading.quote_count, 0) AS quotes
           FROM raw.page_read AS page_read LEFT JOIN raw.reading AS reading USING (reading_id)
           WHERE page_read.read_id = $read_id""",
        read_id=read_id,
    )
    return ReadOutcome(**rows[0]) if rows else None


def reading(con: duckdb.DuckDBPyConnection, reading_id: str) -> StoredReading | None:
    """A reading that was stored before: the same body is not parsed twice."""
    found = con.execute("SELECT sections FROM raw.reading WHERE reading_id = ?", [reading_id]).fetchone()
    if found is None:
        return None
    said = con.execute("SELECT count(*) FROM raw.availability WHERE reading_id = ?", [reading_id]).fetchone()
    quotes = _rows(con, "SELECT * FROM raw.quote WHERE reading_id = $id ORDER BY quote_id", id=reading_id)
    return StoredReading(quotes=tuple(quotes), sections=json.loads(found[0]), facts=said[0] if said else 0)


def page_states(con: duckdb.DuckDBPyConnection) -> dict[PageKey, PageState]:
    """Every page that was ever looked at."""
    upkeep.bring_up(con)
    looks = _rows(
        con,
        _query("page_states"),
        waits=list(WAITS_FOR_READINGS),
    )
    due = _dates_due(con)
    return {
        (row["provider"], row["page"]): PageState(
            looked_at=_known(row["fetched_at"]),
            outcome=row["outcome"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            sha256=row["sha256"],
            is_unconfirmed=row["is_unconfirmed"],
            is_held=row["is_held"],
            is_waiting=row["is_waiting"],
            dates_due=tuple(
                _midnight(day)
                for day in due.get((row["provider"], row["page"]), ())
                if _midnight(day) > _known(row["fetched_at"])
            ),
        )
        for row in looks
    }


def _dates_due(con: duckdb.DuckDBPyConnection) -> dict[PageKey, list[date]]:
    rows = con.execute(
        """SELECT provider, page, effective_from FROM core.scheduled_price WHERE state = 'scheduled'
           UNION
           SELECT provider, page, stated_date FROM core.availability_history
           WHERE gone_at IS NULL AND stated_date IS NOT NULL
           ORDER BY ALL"""
    ).fetchall()
    due: dict[PageKey, list[date]] = {}
    for provider, page, day in rows:
        due.setdefault((provider, page), []).append(day)
    return due


def page_before(con: duckdb.DuckDBPyConnection, provider: str, page: str, before: datetime) -> PageBefore | None:
    """The newest good reading of a page before a moment; None where there is none."""
    upkeep.bring_up(con, provider, page)
    rows = _rows(con, _query("page_before"), provider=provider, page=page, before=_naive(before))
    if not rows:
        return None
    (row,) = rows
    return PageBefore(
        read_at=_known(row["read_at"]),
        reading_id=row["reading_id"],
        parser_version=row["parser_version"],
        sha256=row["sha256"],
        sections=json.loads(row["sections"]),
        suspects=tuple(
            (_known(read_at), json.loads(sections))
            for read_at, sections in zip(row["suspect_reads"], row["suspect_sections"], strict=True)
        ),
    )


def series_states(con: duckdb.DuckDBPyConnection, provider: str, page: str, before: datetime) -> dict[str, SeriesState]:
    """Every series ever shown on a page, as the reads of it before a moment leave it."""
    upkeep.bring_up(con, provider, page)
    rows = _rows(con, _query("series_states"), provider=provider, page=page, before=_naive(before))
    for row in rows:
        row |= {name: _aware(row[name]) for name in ("accepted_seen_at", "previous_seen_at", "run_after")}
        row |= {name: tuple(map(_known, row[name])) for name in ("run_reads", "absent_reads")}
    return {row.pop("series_id"): SeriesState(**row) for row in rows}


def announced_states(
    con: duckdb.DuckDBPyConnection, provider: str, page: str, before: datetime
) -> list[AnnouncedState]:
    """Every price that a page announced for a day that is still to come, or that came and is not seen in force yet."""
    upkeep.bring_up(con, provider, page)
    rows = _rows(con, _query("announced_states"), provider=provider, page=page, before=_naive(before))
    return [AnnouncedState(**row | {"run_reads": tuple(map(_known, row["run_reads"]))}) for row in rows]


def second_sources(con: duckdb.DuckDBPyConnection, provider: str) -> list[Row]:
    """What the newest of each third party's list says of a seller's prices that were read from its pages, the list that
    goes first before the others: `series_id`, `name`, `amount`, `first_seen_on`, `last_seen_on`."""
    upkeep.bring_up(con)
    return _rows(con, _query("second_sources"), provider=provider)


def left_pages(con: duckdb.DuckDBPyConnection, watched: Collection[PageKey]) -> list[Row]:
    """The newest look at each page that is not among the watched ones and that nobody has said so of yet, as the part
    of a judgement that says it (core/unwatched_page.sql)."""
    upkeep.bring_up(con)
    rows = _rows(
        con,
        """SELECT provider, page, max_by(read_id, (fetched_at, read_id)) AS read_id, max(fetched_at) AS read_at
           FROM raw.page_read ANTI JOIN core.unwatched_page USING (provider, page)
           GROUP BY provider, page ORDER BY provider, page""",
    )
    return [
        {
            "series_id": sha16("page", row["provider"], row["page"]),
            **row,
            "read_at": _known(row["read_at"]),
            "verdict": "ended",
            "rule": UNWATCHED_RULE,
            "reason": "the page is not in the catalogue any more",
        }
        for row in rows
        if (row["provider"], row["page"]) not in watched
    ]


def base_prices(con: duckdb.DuckDBPyConnection, provider: str) -> list[BasePrice]:
    """The accepted prices of a seller's base models, without conditions: what tuned prices are held against."""
    upkeep.bring_up(con)
    return [
        BasePrice(**row)
        for row in _rows(
            con,
            """SELECT model, meter, tier, max(amount) AS amount FROM core.price_span
               WHERE provider = $provider AND valid_to IS NULL AND variant = 'base' AND condition IS NULL
                 AND context_band IS NULL AND region IS NULL AND model IS NOT NULL AND amount > 0
               GROUP BY model, meter, tier ORDER BY ALL""",
            provider=provider,
        )
    ]


def held_rows(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """What is read and not believed yet, the longest waiting first."""
    upkeep.bring_up(con)
    return _rows(con, "SELECT * FROM mart.held ORDER BY held_since, provider, page, judgement_id")


def unheard_sellers(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The sellers of whom third parties' lists said something that what is held was not put to yet."""
    return frozenset(name for (name,) in con.execute("SELECT DISTINCT provider FROM core.unheard_feed").fetchall())


def forget_unheard(con: duckdb.DuckDBPyConnection) -> None:
    """What is held was put to everything that lists say."""
    con.execute("DELETE FROM core.unheard_feed")


def refused_rows(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """What a person refused and the page prints all the same, the oldest decision first."""
    upkeep.bring_up(con)
    return _rows(
        con,
        """SELECT printed.judgement_id, printed.provider, printed.page, printed.announced_for, printed.reason,
               printed.judged_by, printed.judged_at, quote.* EXCLUDE (provider, page)
           FROM mart.still_printed AS printed INNER JOIN raw.quote AS quote USING (quote_id)
           WHERE printed.verdict = 'refused'
           ORDER BY printed.judged_at, printed.provider, printed.page, printed.judgement_id""",
    )


def disagreements(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Where a seller's page and a third party's list differ, the open ones first."""
    upkeep.bring_up(con)
    return _rows(
        con,
        """SELECT * FROM mart.source_agreement WHERE NOT agrees
           ORDER BY state DESC, cause = 'unknown' DESC, provider, model, meter, tier, feed, disagreement_id""",
    )


def price_verdict(con: duckdb.DuckDBPyConnection, judgement_id: str) -> Row | None:
    """A verdict on a price by its id, with what the newest word on that reading is (`stands`: accepted, held or
    refused); None for an id that names none."""
    rows = _rows(
        con,
        """SELECT series_id, provider, page, quote_id, read_id, read_at,
               (SELECT max_by(other.verdict, other.seq) FROM core.verdict AS other
                WHERE other.provider = verdict.provider AND other.page = verdict.page
                  AND other.series_id = verdict.series_id AND other.about = verdict.about
                  AND other.value_state = verdict.value_state AND other.amount IS NOT DISTINCT FROM verdict.amount
               ) AS stands
           FROM core.verdict AS verdict WHERE judgement_id = $id AND quote_id IS NOT NULL""",
        id=judgement_id,
    )
    return {**rows[0], "read_at": _known(rows[0]["read_at"])} if rows else None


def waiting_counts(con: duckdb.DuckDBPyConnection) -> dict[PageKey, int]:
    """How much of each page waits for a person, or for more than a second reading."""
    upkeep.bring_up(con)
    found = con.execute("SELECT provider, page FROM mart.held WHERE rule <> 'unconfirmed'").fetchall()
    return dict(Counter([*found, *((row["provider"], row["page"]) for row in lost_sections(con))]))


def section_series(provider: str, page: str, section: str) -> str:
    """The name under which a person's word about a whole section is kept, among the judgements."""
    return sha16("section", provider, page, section)


def shrink_series(provider: str, page: str, parser_version: str) -> str:
    """The name under which a person's word about the fewer rows that a parser reads is kept, among the judgements."""
    return sha16("shrink", provider, page, parser_version)


def is_shrink_accepted(con: duckdb.DuckDBPyConnection, provider: str, page: str, parser_version: str) -> bool:
    """Whether a person said that a page has no more rows than this parser reads."""
    return _newest_word(con, shrink_series(provider, page, parser_version)) == SHRINK_RULE


def ended_sections(con: duckdb.DuckDBPyConnection, provider: str, page: str) -> frozenset[str]:
    """The sections of a page that a person declared gone, and that no good reading has shown since."""
    judged = con.execute(
        """SELECT series_id, max_by(read_at, seq) FROM raw.judgement
           WHERE provider = ? AND page = ? AND verdict = 'ended' AND rule IN (?, ?)
           GROUP BY series_id HAVING max_by(rule, seq) = ?""",
        [provider, page, SECTION_RULE, TAKEN_BACK_RULE, SECTION_RULE],
    ).fetchall()
    if not judged:
        return frozenset()
    shown = con.execute(
        """SELECT reading.sections, max(good_read.read_at)
           FROM core.good_read AS good_read INNER JOIN raw.reading AS reading USING (reading_id)
           WHERE good_read.provider = ? AND good_read.page = ? GROUP BY reading.sections""",
        [provider, page],
    ).fetchall()
    last_shown: dict[str, datetime] = {}
    for sections, read_at in shown:
        for name in json.loads(sections):
            last_shown[name] = max(read_at, last_shown.get(name, read_at))
    ended = dict(judged)
    return frozenset(
        name
        for name, read_at in last_shown.items()
        if (ended_at := ended.get(section_series(provider, page, name))) is not None and ended_at > read_at
    )


def lost_sections(con: duckdb.DuckDBPyConnection, *, with_decided: bool = False) -> list[Row]:
    """What the newest look did not find of the last good reading and nobody declared gone: a section, or, where
    `section` is None, a third of the rows or more with another parser. `rule` is what a person's word is kept under.
    """
    pages = _rows(
        con,
        """WITH newest AS (
               SELECT * FROM raw.page_read
               QUALIFY row_number() OVER (PARTITION BY provider, page ORDER BY fetched_at DESC, read_id DESC) = 1
           ), good AS (
               SELECT provider, page, max_by(reading_id, fetched_at) AS reading_id
               FROM raw.page_read WHERE outcome = 'good' GROUP BY provider, page
           )
           SELECT newest.provider, newest.page, newest.detail, newest.read_id, newest.fetched_at AS read_at,
               reading.sections AS found, before.sections AS expected, reading.parser_version,
               reading.parser_version <> before.parser_version AS is_new_parser
           FROM newest
           INNER JOIN raw.reading AS reading ON newest.reading_id = reading.reading_id
           INNER JOIN good ON newest.provider = good.provider AND newest.page = good.page
           INNER JOIN raw.reading AS before ON good.reading_id = before.reading_id
           ANTI JOIN core.unwatched_page AS unwatched
               ON newest.provider = unwatched.provider AND newest.page = unwatched.page
           WHERE newest.outcome = 'layout_changed'
           ORDER BY newest.provider, newest.page""",
    )
    lost: list[Row] = []
    for row in pages:
        found, expected = json.loads(row.pop("found")), json.loads(row.pop("expected"))
        parser_version, is_new_parser = row.pop("parser_version"), row.pop("is_new_parser")
        provider, page = row["provider"], row["page"]
        ended = frozenset() if with_decided else ended_sections(con, provider, page)
        expected = {name: count for name, count in expected.items() if name not in ended}
        missing = [name for name, count in expected.items() if count and name not in found]
        lost += [
            {"id": section_series(provider, page, name), "section": name, "rule": SECTION_RULE, **row}
            for name in missing
        ]
        is_shrunk = is_new_parser and not missing and sum(found.values()) < sum(expected.values())
        if is_shrunk and (with_decided or not is_shrink_accepted(con, provider, page, parser_version)):
            shrink = shrink_series(provider, page, parser_version)
            lost.append({"id": shrink, "section": None, "rule": SHRINK_RULE, **row})
    return lost


def _newest_word(con: duckdb.DuckDBPyConnection, series_id: str) -> str | None:
    found = con.execute("SELECT max_by(rule, seq) FROM raw.judgement WHERE series_id = ?", [series_id]).fetchone()
    return found[0] if found else None


@cache
def _query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def _rows(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[Row]:
    cursor = con.execute(sql, values or None)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _known(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else _known(moment)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
