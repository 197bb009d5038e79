"""Facts for the tests of the warehouse: short words for a page that was read, and what was judged of it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

from warehouse.database import connect, migrate, sha16
from warehouse.facts import Facts, quote_id_of, read_id_of, reading_id_of
from warehouse.upkeep import rebuild

NEW_YEAR = datetime(2026, 1, 1, 6, tzinfo=UTC)
Row = dict[str, object]

KEY = (
    "provider",
    "product",
    "model",
    "size_tier",
    "meter",
    "variant",
    "method",
    "technique",
    "tier",
    "context_band",
    "time_window",
    "region",
    "condition",
    "currency",
)


@contextmanager
def empty_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory, migrated, with nothing in it."""
    con = duckdb.connect(":memory:")
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET threads = 1")
        migrate(con)
        yield con
    finally:
        con.close()


@contextmanager
def built_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse with its tables and views made; a copy of one that is made once, which is quicker."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "warehouse.duckdb"
        file.write_bytes(built_file())
        con = duckdb.connect(str(file))
        try:
            con.execute("SET threads = 1")
            yield con
        finally:
            con.close()


@cache
def built_file() -> bytes:
    """An empty warehouse with its tables made, as bytes: what the first run of an installation takes a second for."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "warehouse.duckdb"
        with connect(file) as con:
            migrate(con)
            rebuild(con)
        return file.read_bytes()


def moment(days: float) -> datetime:
    """That many days into 2026, counted from six in the morning of New Year."""
    return NEW_YEAR + timedelta(days=days)


def kept(days: float) -> datetime:
    """The same moment as the warehouse keeps it: UTC without a zone."""
    return moment(days).replace(tzinfo=None)


def price(amount: str | None, **fields: object) -> Row:
    """A row of raw.quote as a parser would read it; `amount` None is not printed, "0" is free."""
    state = "not_printed" if amount is None else "free" if Decimal(amount) == 0 else "priced"
    row: Row = {
        "provider": "openai",
        "model": "m",
        "meter": "inference_input",
        "variant": "base",
        "tier": "standard",
        "currency": "USD",
        "value_state": state,
        "amount": None if amount is None else Decimal(amount),
        "raw_text": "-" if amount is None else f"${amount}",
        "raw_unit": "1M tokens",
        "derived": False,
        **fields,
    }
    return {**row, "series_id": series_of(row)}


def feed_price(amount: str = "8", **values: object) -> Row:
    """A row of raw.feed_price as an importer gives it."""
    return {
        "source": "gpu-history",
        "observed_on": date(2025, 6, 5),
        "provider": "openai",
        "model": "m",
        "meter": "inference_input",
        "variant": "base",
        "tier": "standard",
        "amount": Decimal(amount),
        "currency": "USD",
        "raw_text": amount,
        "raw_unit": "1M tokens",
        "quoted": "m | input",
        "sha256": "0" * 64,
        "line": 2,
        "imported_at": moment(0),
        **values,
    }


def series_of(row: Row) -> str:
    """The series of such a row."""
    return sha16(*(row.get(name) for name in KEY))


def statement(kind: str, stated_date: date | None = None, **fields: object) -> Row:
    """A row of raw.availability."""
    return {"provider": "openai", "kind": kind, "stated_date": stated_date, **fields}


def read(
    at: datetime,
    prices: Sequence[Row],
    *,
    said: Sequence[Row] = (),
    provider: str = "openai",
    page: str = "pricing",
    outcome: str = "good",
    parser: str = "openai/1",
    verdicts: Sequence[tuple[Row, str] | tuple[Row, str, str] | tuple[Row, str, str, str]] | str | None = "accepted",
    ended: Sequence[str] = (),
    was_conditional: bool = False,
    body: str = "",
    sha256: str | None = None,
    trust: str = "vendor",
    **of_read: object,
) -> Facts:
    """One look at one page. `verdicts`: one word for every price, announced ones too, or (price, verdict, rule, by) each.

    The archived body is made from what it shows, or is the one called `sha256`.
    """
    tick_id = at.strftime("%Y%m%dT%H%M%SZ")
    content = json.dumps([prices, said, body], default=str, sort_keys=True)
    sha256 = sha256 or hashlib.sha256(content.encode()).hexdigest()
    is_read = outcome in ("good", "suspect")
    reading_id = reading_id_of(provider, page, sha256, parser)
    read_id = read_id_of(tick_id, provider, page)
    evidence: Row = {
        "reading_id": reading_id,
        "page": page,
        "provider": provider,
        "place": "a table",
        "source_url": f"https://{provider}.test/{page}",
        "read_at": at,
        "sha256": sha256,
        "parser_version": parser,
    }
    quotes = [{**one, **evidence, "quoted": f"{one.get('model')} {one['raw_text']}"} for one in prices]
    if isinstance(verdicts, str):
        verdicts = [(one, verdicts) for one in quotes]
    judged = {"provider": provider, "page": page, "read_id": read_id, "read_at": at, "judged_at": at}
    judgements: list[Row] = [
        {
            **judged,
            "series_id": one["series_id"],
            "quote_id": quote_id_of({**one, **evidence}),
            "verdict": verdict,
            "rule": rest[0] if rest else "first_sight",
            "reason": "a test says so",
            "judged_by": rest[1] if len(rest) > 1 else "judge",
        }
        for one, verdict, *rest in verdicts or ()
    ]
    judgements += [
        {**judged, "series_id": one, "verdict": "ended", "rule": "gone", "reason": "gone", "judged_by": "judge"}
        for one in ended
    ]
    page_read = {
        "tick_id": tick_id,
        "provider": provider,
        "page": page,
        "url": f"https://{provider}.test/{page}",
        "fetched_at": at,
        "status": 200,
        "sha256": sha256 if is_read else None,
        "outcome": outcome,
        "was_conditional": was_conditional,
        "parser_version": parser,
        "reading_id": reading_id if is_read else None,
        **of_read,
    }
    reading = {
        "provider": provider,
        "page": page,
        "sha256": sha256,
        "parser_version": parser,
        "first_read_id": read_id,
        "quote_count": len(quotes),
        "sections": json.dumps({"prices": len(quotes)}),
        "anchors": "[]",
        "headings": "[]",
        "trust": trust,
        "seller": {"openai": "OpenAI", "together": "Together AI"}.get(provider),
    }
    return Facts(
        page_reads=[page_read],
        readings=[reading] if is_read else [],
        quotes=quotes if is_read else [],
        availability=[{"quoted": f"{one['kind']}", **one, **evidence} for one in said] if is_read else [],
        judgements=judgements if is_read else [],
    )


def read_again(before: Facts, prices: Sequence[Row], *, parser: str) -> Facts:
    """What another parser reads in the body of a look that was recorded before."""
    (look,) = before.page_reads
    at, page, sha256 = look["fetched_at"], str(look["page"]), str(look["sha256"])
    assert isinstance(at, datetime)
    facts = read(at, prices, page=page, parser=parser, sha256=sha256, verdicts=None)
    return replace(facts, page_reads=[])


def rows(con: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[Row]:
    """A query's rows as dicts."""
    cursor = con.execute(sql, values or None)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
