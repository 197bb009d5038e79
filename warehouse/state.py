"""What a tick asks before it looks, reads and judges. Reads only, except that it first derives a page's own backlog.

Times are aware UTC, since they leave the warehouse; amounts are Decimal per the meter's unit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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


@dataclass(frozen=True, kw_only=True)
class PageState:
    """What is known of one page: its newest look, its newest good reading, and what would make it due early."""

    looked_at: datetime
    outcome: str
    etag: str | None
    last_modified: str | None
    sha256: str | None
    reading_id: str | None
    last_good_at: datetime | None
    last_good_reading_id: str | None
    last_good_sections: Mapping[str, int] | None
    is_unconfirmed: bool  # a move waits for a second reading
    is_waiting: bool  # something waits for more readings: a move, a hold that they release, a row that is missing
    dates_due: tuple[datetime, ...]  # announced days after the newest look, midnight UTC


@dataclass(frozen=True, kw_only=True)
class SeriesState:
    """What is known of one series on one page before a read."""

    accepted_amount: Decimal | None = None
    accepted_state: str | None = None  # None: nothing is accepted, or what was is gone
    accepted_raw_unit: str | None = None
    accepted_seen_at: datetime | None = None
    run_amount: Decimal | None = None
    run_state: str | None = None  # None: the newest reads show the accepted value
    run_reads: int = 0
    run_since: datetime | None = None
    run_has_unconditional: bool = False  # whether any of them after the first was fetched unconditionally
    absent_reads: int = 0
    last_verdict: str | None = None
    last_rule: str | None = None
    last_amount: Decimal | None = None
    last_state: str | None = None


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


def read_time(con: duckdb.DuckDBPyConnection, read_id: str) -> datetime:
    """When the page of a recorded look was fetched. Raises KeyError for a look nobody recorded."""
    row = con.execute("SELECT fetched_at FROM raw.page_read WHERE read_id = ?", [read_id]).fetchone()
    if row is None:
        raise KeyError(read_id)
    return _known(row[0])


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
            reading_id=row["reading_id"],
            last_good_at=_aware(row["last_good_at"]),
            last_good_reading_id=row["last_good_reading_id"],
            last_good_sections=None if row["sections"] is None else json.loads(row["sections"]),
            is_unconfirmed=row["is_unconfirmed"],
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


def series_states(con: duckdb.DuckDBPyConnection, provider: str, page: str, before: datetime) -> dict[str, SeriesState]:
    """Every series ever shown on a page, as the reads of it before a moment leave it."""
    upkeep.bring_up(con, provider, page)
    rows = _rows(
        con, _query("series_states"), provider=provider, page=page, before=before.astimezone(UTC).replace(tzinfo=None)
    )
    for row in rows:
        row["accepted_seen_at"], row["run_since"] = _aware(row["accepted_seen_at"]), _aware(row["run_since"])
    return {row.pop("series_id"): SeriesState(**row) for row in rows}


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


def section_series(provider: str, page: str, section: str) -> str:
    """The name under which a person's word about a whole section is kept, among the judgements."""
    return sha16("section", provider, page, section)


def ended_sections(con: duckdb.DuckDBPyConnection, provider: str, page: str) -> frozenset[str]:
    """The sections of a page that a person declared gone, and that no good reading has shown since."""
    judged = con.execute(
        """SELECT series_id, max(read_at) FROM raw.judgement
           WHERE provider = ? AND page = ? AND verdict = 'ended' AND rule = ? GROUP BY series_id""",
        [provider, page, SECTION_RULE],
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


def lost_sections(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Sections of the last good reading that the newest look did not find, and that nobody declared gone."""
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
               reading.sections AS found, before.sections AS expected
           FROM newest
           INNER JOIN raw.reading AS reading ON newest.reading_id = reading.reading_id
           INNER JOIN good ON newest.provider = good.provider AND newest.page = good.page
           INNER JOIN raw.reading AS before ON good.reading_id = before.reading_id
           WHERE newest.outcome = 'layout_changed'
           ORDER BY newest.provider, newest.page""",
    )
    lost: list[Row] = []
    for row in pages:
        found, expected = json.loads(row.pop("found")), json.loads(row.pop("expected"))
        ended = ended_sections(con, row["provider"], row["page"])
        lost += [
            {"id": section_series(row["provider"], row["page"], name), "section": name, **row}
            for name, count in expected.items()
            if count and name not in found and name not in ended
        ]
    return lost


@cache
def _query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def _rows(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[Row]:
    cursor = con.execute(sql, values or None)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _known(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else _known(moment)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
