"""The ledger of published events: each is appended once, under an id that is kept for ever.

An event that is derived away later (a late fact, a corrected parser, a person's word) keeps its row and its page; a
row in raw.event_superseded says so and names what took its place. That row counts while core.price_change lacks the
event, so an event that is derived again later is simply valid again: nothing is deleted, nothing needs undoing.

What people are to hear of goes on the list raw.unmatched_event in the same transaction; the rules of the alerts are
held against that list. Backfills are kept in silence: they are on no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from warehouse.database import transaction

# By hand: the ledger's columns do not move when a column of the table does.
_PAYLOAD = """kind, metric, provider, page, series_id, product, model, base_model, size_tier, meter, unit, variant,
    method, technique, tier, context_band, time_window, region, condition, currency, old_amount, new_amount,
    old_state, new_state, change_ratio, observed_at, known_not_before, stated_date, headline, quote_id,
    availability_id, raw_text, quoted, place, source_url, read_at, sha256, parser_version"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event that was published for the first time."""

    event_id: str
    kind: str
    metric: str
    provider: str
    is_news: bool
    headline: str


def publish_events(con: duckdb.DuckDBPyConnection, *, tick_id: str, recorded_at: datetime) -> list[Told]:
    """`append_events` in a transaction of its own, for what was derived before."""
    with transaction(con):
        return append_events(con, tick_id=tick_id, recorded_at=recorded_at)


def append_events(
    con: duckdb.DuckDBPyConnection, *, tick_id: str, recorded_at: datetime, silent_before: datetime | None = None
) -> list[Told]:
    """Append the derived events the ledger lacks, in the caller's transaction, and note which are no longer derived.

    Those that happened before `silent_before` are a backfill, and nobody is to hear of them. The events appended, in
    the order in which they happened. Running it again appends nothing.
    """
    now = recorded_at.astimezone(UTC).replace(tzinfo=None)
    fresh = con.execute(
        """SELECT event_id, kind, metric, provider, is_news, headline
           FROM core.price_change ANTI JOIN raw.event USING (event_id)
           ORDER BY observed_at, provider, model, meter, event_id"""
    ).fetchall()
    given = {"now": now, "tick_id": tick_id, "silent_before": silent_before or datetime.min}  # noqa: DTZ901 - naive UTC
    written = []
    if fresh:
        written = con.execute(
            f"""INSERT INTO raw.event (event_id, recorded_at, tick_id, is_news, notify, {_PAYLOAD})
                SELECT event_id, $now, $tick_id, is_news, {_NOTIFY}, {_PAYLOAD}
                FROM core.price_change AS change ANTI JOIN raw.event USING (event_id) RETURNING event_id, notify""",
            given,
        ).fetchall()
    written += con.execute(_DERIVED, {name: given[name] for name in ("now", "tick_id")}).fetchall()
    list_unmatched(con, [event_id for event_id, notify in written if notify])
    con.execute(_SUPERSEDE, {"now": now})
    return [
        Told(event_id=event_id, kind=kind, metric=metric, provider=provider, is_news=is_news, headline=headline)
        for event_id, kind, metric, provider, is_news, headline in fresh
    ]


def list_unmatched(con: duckdb.DuckDBPyConnection, event_ids: Sequence[str]) -> None:
    """Put events on the list that the rules of the alerts are held against, in the caller's transaction."""
    if event_ids:
        con.execute(
            "INSERT INTO raw.unmatched_event SELECT unnest($ids::VARCHAR[]) EXCEPT FROM raw.unmatched_event",
            {"ids": list(event_ids)},
        )


CORRECTIONS = ("correction", "unit_slip", "placeholder", "alias_repointed")
"""Kinds that say that we were wrong: told as that, never as a move."""

# News, and corrections of a seller's own page; what somebody else's list says alone is nobody's news.
_NOTIFY = f"""observed_at >= $silent_before AND (
    is_news OR (
        kind IN {CORRECTIONS} AND EXISTS (
            FROM raw.quote AS quote INNER JOIN raw.reading AS reading USING (reading_id)
            WHERE quote.quote_id = change.quote_id AND coalesce(reading.trust, 'vendor') = 'vendor'
        )
    )
)"""

# What the events moved in turn; told with them, and on its own to whoever asked for that.
_DERIVED = """
INSERT INTO raw.derived_event BY NAME
SELECT
    move.* EXCLUDE (is_news), $now AS recorded_at, $tick_id AS tick_id,
    cause.notify AND cause.tick_id = $tick_id AS notify -- late to its event: with it, but no news of its own
FROM (FROM mart.markup_move UNION ALL BY NAME FROM mart.break_even_move) AS move
INNER JOIN raw.event AS cause ON move.caused_by = cause.event_id
ANTI JOIN raw.derived_event AS known ON move.event_id = known.event_id
WHERE cause.is_news OR cause.notify
RETURNING event_id, notify
"""

# What took its place: the derived event of the same series and kind whose time is nearest.
# Written again only where that answer changed.
_SUPERSEDE = """
INSERT INTO raw.event_superseded
WITH lost AS (
    SELECT event_id, provider, page, series_id, kind, observed_at
    FROM raw.event ANTI JOIN core.price_change USING (event_id)
),
successor AS (
    SELECT lost.event_id, change.event_id AS superseded_by
    FROM lost LEFT JOIN core.price_change AS change
        ON lost.provider = change.provider AND lost.page = change.page AND lost.series_id = change.series_id
        AND lost.kind = change.kind
    QUALIFY row_number() OVER (
        PARTITION BY lost.event_id
        ORDER BY abs(epoch(change.observed_at) - epoch(lost.observed_at)) NULLS LAST, change.event_id
    ) = 1
),
noted AS (
    SELECT event_id, superseded_by FROM raw.event_superseded
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY recorded_at DESC) = 1
)
SELECT successor.event_id, successor.superseded_by, $now
FROM successor LEFT JOIN noted USING (event_id)
WHERE noted.event_id IS NULL OR noted.superseded_by IS DISTINCT FROM successor.superseded_by
"""
