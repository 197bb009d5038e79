"""What operators are told of sources: each trouble once when it begins, once when it is over. Kept as facts.

A trouble is over when it no longer stands; what the ledger says last of a page and a kind is what operators know.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb

from warehouse.database import sha16, transaction
from warehouse.outbox import Row, append_notices

FAILURES = 3
STALE_DAYS = 7
_QUERY = Path(__file__).parent / "queries" / "troubles.sql"
_BEGUN = {
    "failing": "{page} of {provider} was not had in {number} looks in a row",
    "changed_shape": "{page} of {provider} changed its shape: nothing is taken from it until it is understood",
    "stale": "{page} of {provider} was not verified for {days} days: its prices stand, with their age",
    "held": "{page} of {provider} has readings that are held back ({number})",
}
_OVER = {
    "failing": "{page} of {provider} is read again",
    "changed_shape": "{page} of {provider} is understood again",
    "stale": "{page} of {provider} is verified again",
    "held": "{page} of {provider} has nothing held back any more",
}


def append_troubles(
    con: duckdb.DuckDBPyConnection, pages: Collection[tuple[str, str]], *, tick_id: str, now: datetime
) -> list[str]:
    """Append what began and what is over since the ledger was written last; the ids of those notices."""
    naive = now.astimezone(UTC).replace(tzinfo=None)
    watched = sorted(f"{provider}/{page}" for provider, page in pages)
    given = {"pages": watched, "now": naive, "failures": FAILURES, "stale_days": STALE_DAYS}
    standing = {(row[0], row[1], row[2]): row[3:] for row in con.execute(_query(), given).fetchall()}
    known = {
        (kind, provider, page)
        for kind, provider, page, is_over in con.execute(
            """SELECT kind, provider, page, max_by(is_over, (recorded_at, is_over)) FROM raw.notice
               WHERE kind <> 'dead_channel' GROUP BY ALL"""
        ).fetchall()
        if not is_over and f"{provider}/{page}" in watched
    }
    notices: list[Row] = []
    for key in [*sorted(standing.keys() - known), *sorted(known - standing.keys())]:
        kind, provider, page = key
        begun_at, detail, number = standing.get(key, (naive, None, None))
        is_over = key not in standing
        words = (_OVER if is_over else _BEGUN)[kind].format(
            page=page, provider=provider, number=number, days=STALE_DAYS
        )
        notices.append({
            "event_id": sha16(kind, provider, page, is_over, naive if is_over else begun_at),
            "recorded_at": naive, "tick_id": tick_id, "kind": kind, "is_over": is_over, "provider": provider,
            "page": page, "observed_at": begun_at, "headline": words, "detail": detail,
        })  # fmt: skip
    if not notices:
        return []
    with transaction(con):
        return append_notices(con, notices)


@cache
def _query() -> str:
    return _QUERY.read_text(encoding="utf-8")
