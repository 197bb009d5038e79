"""The ledger of published events: each is appended once, under an id that is kept for ever.

An event that is derived away later (a late fact, a corrected parser, a person's word) keeps its row and its page; a
row in raw.event_superseded says so and names what took its place. That row counts while core.price_change lacks the
event, so an event that is derived again later is simply valid again: nothing is deleted, nothing needs undoing.
"""

from __future__ import annotations

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
    """Append the derived events the ledger lacks, and note which of its events are no longer derived.

    The events appended, in the order in which they happened. Running it again appends nothing.
    """
    now = recorded_at.astimezone(UTC).replace(tzinfo=None)
    with transaction(con):
        fresh = con.execute(
            """SELECT event_id, kind, metric, provider, is_news, headline
               FROM core.price_change ANTI JOIN raw.event USING (event_id)
               ORDER BY observed_at, provider, model, meter, event_id"""
        ).fetchall()
        if fresh:
            con.execute(
                f"""INSERT INTO raw.event (event_id, recorded_at, tick_id, is_news, {_PAYLOAD})
                    SELECT event_id, $now, $tick_id, is_news, {_PAYLOAD}
                    FROM core.price_change ANTI JOIN raw.event USING (event_id)""",
                {"now": now, "tick_id": tick_id},
            )
        con.execute(_SUPERSEDE, {"now": now})
    return [
        Told(event_id=event_id, kind=kind, metric=metric, provider=provider, is_news=is_news, headline=headline)
        for event_id, kind, metric, provider, is_news, headline in fresh
    ]


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
