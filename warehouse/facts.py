"""Appends facts to `raw.*`, and notes which series they touch. Never changes and never deletes a fact.

A row is a mapping from column to value; a column that is missing is null. Ids are made here from what identifies
the row, so the same fact recorded twice is one fact, and a run that was killed can simply be run again.
Times may be aware (any zone) and are kept as naive UTC; naive times are refused, since nobody knows their zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from warehouse.database import sha16, transaction
from warehouse.errors import BadFact
from warehouse.touched import Appended, mark, mark_feeds

Row = Mapping[str, object]

# Listed by hand, so that adding a field somewhere else cannot change what is kept.
PAGE_READ = {
    "read_id": "TEXT", "tick_id": "TEXT", "provider": "TEXT", "page": "TEXT", "url": "TEXT",
    "fetched_at": "TIMESTAMP", "status": "INTEGER", "etag": "TEXT", "last_modified": "TEXT", "media_type": "TEXT",
    "sha256": "TEXT", "outcome": "TEXT", "detail": "TEXT", "was_conditional": "BOOLEAN", "parser_version": "TEXT",
    "reading_id": "TEXT",
}  # fmt: skip
READING = {
    "reading_id": "TEXT", "provider": "TEXT", "page": "TEXT", "sha256": "TEXT", "parser_version": "TEXT",
    "first_read_id": "TEXT", "quote_count": "INTEGER", "sections": "TEXT", "anchors": "TEXT", "headings": "TEXT",
    "trust": "TEXT", "seller": "TEXT",
}  # fmt: skip
QUOTE = {
    "quote_id": "TEXT", "reading_id": "TEXT", "page": "TEXT", "series_id": "TEXT",
    "provider": "TEXT", "meter": "TEXT", "value_state": "TEXT", "amount": "DECIMAL(24, 12)",
    "raw_text": "TEXT", "raw_unit": "TEXT", "currency": "TEXT", "product": "TEXT", "model": "TEXT",
    "base_model": "TEXT", "size_tier": "TEXT", "size_min_params": "BIGINT", "size_max_params": "BIGINT",
    "variant": "TEXT", "method": "TEXT", "technique": "TEXT", "tier": "TEXT", "context_band": "TEXT",
    "time_window": "TEXT", "region": "TEXT", "condition": "TEXT", "effective_from": "DATE", "effective_to": "DATE",
    "derived": "BOOLEAN", "doubt": "TEXT",
    "quoted": "TEXT", "place": "TEXT", "source_url": "TEXT", "read_at": "TIMESTAMP", "sha256": "TEXT",
    "parser_version": "TEXT", "gpu_count": "INTEGER",
}  # fmt: skip
AVAILABILITY = {
    "availability_id": "TEXT", "reading_id": "TEXT", "page": "TEXT", "series_id": "TEXT", "provider": "TEXT",
    "model": "TEXT", "kind": "TEXT", "stated_date": "DATE", "variant": "TEXT",
    "quoted": "TEXT", "place": "TEXT", "source_url": "TEXT", "read_at": "TIMESTAMP", "sha256": "TEXT",
    "parser_version": "TEXT",
}  # fmt: skip
JUDGEMENT = {
    "judgement_id": "TEXT", "seq": "BIGINT", "series_id": "TEXT", "provider": "TEXT", "page": "TEXT",
    "quote_id": "TEXT", "read_id": "TEXT", "read_at": "TIMESTAMP", "verdict": "TEXT", "rule": "TEXT", "reason": "TEXT",
    "judged_by": "TEXT", "judged_at": "TIMESTAMP",
}  # fmt: skip

FEED_PRICE = {
    "feed_price_id": "TEXT", "source": "TEXT", "source_version": "TEXT", "observed_on": "DATE", "provider": "TEXT",
    "product": "TEXT", "model": "TEXT", "gpu": "TEXT", "meter": "TEXT", "variant": "TEXT", "base_model": "TEXT",
    "method": "TEXT", "technique": "TEXT", "tier": "TEXT", "context_band": "TEXT", "time_window": "TEXT",
    "effective_from": "DATE", "effective_to": "DATE", "deprecated_on": "DATE", "region": "TEXT", "condition": "TEXT",
    "gpu_count": "INTEGER", "amount": "DECIMAL(24, 12)", "currency": "TEXT", "raw_text": "TEXT", "raw_unit": "TEXT",
    "doubt": "TEXT", "quoted": "TEXT", "origin": "TEXT", "sha256": "TEXT", "line": "INTEGER", "imported_at": "TIMESTAMP",
}  # fmt: skip

EXPLANATION = {
    "explanation_id": "TEXT", "seq": "BIGINT", "disagreement_id": "TEXT", "verdict": "TEXT", "reason": "TEXT",
    "said_by": "TEXT", "said_at": "TIMESTAMP",
}  # fmt: skip

_FEED_PRICE_NAME = ("source", "observed_on", "quoted", "currency", "raw_text")
_TOKEN = {"TEXT": "VARCHAR", "DECIMAL(24, 12)": "VARCHAR"}  # a Decimal travels as its digits


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one step of a tick, or one decision of a person, adds to what is known. Any part may be empty."""

    page_reads: Sequence[Row] = ()
    readings: Sequence[Row] = ()
    quotes: Sequence[Row] = ()
    availability: Sequence[Row] = ()
    judgements: Sequence[Row] = ()


def record_feed_prices(con: duckdb.DuckDBPyConnection, rows: Iterable[Row], *, by_version: bool = False) -> int:
    """Append what is new of a third party's prices in one transaction; how many rows that is. They touch no series of
    a page, and the lists' own of each seller they name.

    `by_version` where each version of the list has rows of its own, also where nothing moved; otherwise a longer file of
    the same list adds what is new in it. Raises BadFact, before anything is written, for a row that cannot be kept.
    """
    id_of = _with_versioned_feed_price_id if by_version else _with_feed_price_id
    clean = [_clean("feed_price", row, FEED_PRICE, id_of) for row in rows]
    with transaction(con):
        new = _append(con, "feed_price", FEED_PRICE, clean)
        if new:
            mark_feeds(con, {str(row["provider"]) for row in new})
        return len(new)


def record_explanation(con: duckdb.DuckDBPyConnection, row: Row) -> None:
    """Append a person's word on a disagreement of two sources. No table is made from it but a view. Raises BadFact."""
    clean = [_clean("explanation", row, EXPLANATION, _with_explanation_id)]
    with transaction(con):
        _append(con, "explanation", EXPLANATION, clean)


def record_staged_feed_prices(con: duckdb.DuckDBPyConnection, staged: Path, common: Row) -> int:
    """`record_feed_prices` by version, for hundreds of thousands of rows in a Parquet file; `common` holds for all of them.

    The file's columns are columns of raw.feed_price, each price once. Needs the tables' macros (upkeep.catch_up).
    """
    file = con.read_parquet(str(staged))
    if unknown := {*file.columns, *common} - FEED_PRICE.keys():
        raise BadFact(f"raw.feed_price has no column {', '.join(sorted(unknown))}")
    given = {name: _plain("feed_price", name, FEED_PRICE[name], value) for name, value in common.items()}
    columns = [name for name in FEED_PRICE if name in given or name in file.columns]
    values = [f"${name}::{FEED_PRICE[name]} AS {name}" if name in given else name for name in columns]
    named = ", ".join(f"{name}::VARCHAR" for name in (*_FEED_PRICE_NAME, "source_version"))
    with transaction(con):
        row = con.execute(
            f"""INSERT INTO raw.feed_price (feed_price_id, {", ".join(columns)})
                WITH staged AS (SELECT {", ".join(values)} FROM file),
                named AS (SELECT sha16([{named}]) AS feed_price_id, * FROM staged)
                SELECT * FROM named ANTI JOIN raw.feed_price USING (feed_price_id)""",
            given,
        ).fetchone()
        added = int(row[0]) if row else 0
        if added:
            mark_feeds(con, {str(name) for (name,) in file.unique("provider").fetchall()})
    return added


def feed_version_of(
    con: duckdb.DuckDBPyConnection, source: str, observed_on: date, sha256: str
) -> tuple[str | None] | None:
    """The version, in a tuple, with which a list's file was imported for a day; None where it was not."""
    row = con.execute(
        "SELECT source_version FROM raw.feed_price WHERE source = ? AND observed_on = ? AND sha256 = ? LIMIT 1",
        [source, observed_on, sha256],
    ).fetchone()
    return None if row is None else (row[0],)


def read_id_of(tick_id: str, provider: str, page: str) -> str:
    """The name of one look at one page."""
    return f"{tick_id}/{provider}/{page}"


def reading_id_of(provider: str, page: str, sha256: str, parser_version: str) -> str:
    """The name of what one parser version reads in one body."""
    return sha16(provider, page, sha256, parser_version)


def quote_id_of(row: Row) -> str:
    """The name of a quote: its reading, its series and the dates that tell an announced price from today's."""
    return sha16(row["reading_id"], row["series_id"], row.get("effective_from"), row.get("effective_to"))


def availability_series_of(row: Row) -> str:
    """The name of a statement about availability, whenever and wherever it is read."""
    return sha16("availability", *(row.get(name) for name in ("provider", "model", "variant", "kind", "stated_date")))


def record(con: duckdb.DuckDBPyConnection, facts: Facts) -> dict[str, int]:
    """Append what is new of `facts` in one transaction; how many rows each table gained.

    Raises BadFact, before anything is written, for a row that cannot be kept as it stands.
    """
    page_reads = [_clean("page_read", row, PAGE_READ, _with_read_id) for row in facts.page_reads]
    readings = [_clean("reading", row, READING, _with_reading_id) for row in facts.readings]
    quotes = [_clean("quote", row, QUOTE, _with_quote_id) for row in facts.quotes]
    availability = [_clean("availability", row, AVAILABILITY, _with_availability_id) for row in facts.availability]
    judgements = [_clean("judgement", row, JUDGEMENT, _with_judgement_id) for row in facts.judgements]
    with transaction(con):
        new_reads = _append(con, "page_read", PAGE_READ, page_reads)
        new_readings = _append(con, "reading", READING, readings)
        new_quotes = _append(con, "quote", QUOTE, quotes)
        new_availability = _append(con, "availability", AVAILABILITY, availability)
        new_judgements = _append(con, "judgement", JUDGEMENT, judgements)
        mark(con, Appended(new_reads, new_readings, [*new_quotes, *new_availability], new_judgements))
    return {
        "page_read": len(new_reads),
        "reading": len(new_readings),
        "quote": len(new_quotes),
        "availability": len(new_availability),
        "judgement": len(new_judgements),
    }


def _with_read_id(row: Row) -> str:
    return read_id_of(str(row["tick_id"]), str(row["provider"]), str(row["page"]))


def _with_reading_id(row: Row) -> str:
    return reading_id_of(str(row["provider"]), str(row["page"]), str(row["sha256"]), str(row["parser_version"]))


def _with_quote_id(row: Row) -> str:
    return quote_id_of(row)


def _with_availability_id(row: Row) -> str:
    return sha16(row["reading_id"], row["series_id"])


def _with_feed_price_id(row: Row) -> str:
    # The feed's own words, and nothing that a rule of ours makes of them: a seller that gets another slug, or a GPU
    # another name, must not let the same file in twice.
    return sha16(*(row[name] for name in _FEED_PRICE_NAME))


def _with_versioned_feed_price_id(row: Row) -> str:
    return sha16(*(row[name] for name in (*_FEED_PRICE_NAME, "source_version")))


def _with_explanation_id(row: Row) -> str:
    return sha16(*(row[name] for name in ("disagreement_id", "verdict", "said_by", "said_at")))


def _with_judgement_id(row: Row) -> str:
    # The judge's without its moment: a step that is run again must not give the same verdict twice. A person may
    # change their mind and change it back.
    names = ["provider", "page", "series_id", "quote_id", "read_id", "verdict", "rule", "judged_by"]
    if row["judged_by"] != "judge":
        names.append("judged_at")
    return sha16(*(row.get(name) for name in names))


def _clean(table: str, row: Row, columns: Mapping[str, str], id_of: Callable[[Row], str]) -> dict[str, object]:
    if unknown := row.keys() - columns.keys():
        raise BadFact(f"raw.{table} has no column {', '.join(sorted(unknown))}")
    clean = {name: _plain(table, name, kind, row.get(name)) for name, kind in columns.items()}
    if table == "availability" and clean["series_id"] is None:
        clean["series_id"] = availability_series_of(clean)
    key = next(iter(columns))
    made = id_of(clean)
    if clean[key] not in (None, made):
        raise BadFact(f"raw.{table}: {key} {clean[key]!r} is not the one that its row makes, {made!r}")
    return {**clean, key: made}


_AS_THEY_ARE = frozenset({str, int, bool, type(None), date})


def _plain(table: str, name: str, kind: str, value: object) -> object:
    if type(value) in _AS_THEY_ARE:  # nearly all: a list has hundreds of thousands of values
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadFact(f"raw.{table}: {name} {value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -12 or value >= 10**12:
            raise BadFact(f"raw.{table}: {name} {value} does not fit {kind} exactly")
        return format(value, "f")
    if isinstance(value, float):
        raise BadFact(f"raw.{table}: {name} {value!r} is a float; money is exact")
    if isinstance(value, str):
        return str(value)  # an enum's word, not the enum
    return value


def _append(
    con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, object]]
) -> list[Mapping[str, object]]:
    """Insert the rows whose id is not there yet; those rows."""
    key = next(iter(columns))
    by_id: dict[object, Mapping[str, object]] = {}
    for row in rows:
        by_id.setdefault(row[key], row)
    if not by_id:
        return []
    there = con.execute(
        f"SELECT {key} FROM raw.{table} WHERE {key} IN (SELECT unnest($ids::VARCHAR[]))", {"ids": list(by_id)}
    ).fetchall()
    known = {name for (name,) in there}
    new = [row for name, row in by_id.items() if name not in known]
    return _insert(con, table, columns, new) if new else []


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], new: list[Mapping[str, object]]
) -> list[Mapping[str, object]]:
    if "seq" in columns:
        (last,) = con.execute(f"SELECT coalesce(max(seq), 0) FROM raw.{table}").fetchone() or (0,)
        new = [{**row, "seq": last + place} for place, row in enumerate(new, 1)]
    values = ", ".join(f"unnest(${name}::{_TOKEN.get(kind, kind)}[])::{kind}" for name, kind in columns.items())
    con.execute(
        f"INSERT INTO raw.{table} ({', '.join(columns)}) SELECT {values}",
        {name: [row[name] for row in new] for name in columns},
    )
    return new
