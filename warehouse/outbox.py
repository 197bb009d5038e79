"""The outbox of the alerts: which event goes to which target by which rule, and how far it got.

A delivery is written in one transaction with the rule's memory and with the event leaving the list of those that no
rule was held against. Sending is claim, send, mark: whoever dies after the claim leaves a row that is due again, under
the message id it had. Times are aware UTC outside and naive UTC inside, as everywhere in the warehouse.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from warehouse.database import sha16, transaction
from warehouse.ledger import list_unmatched

BACKOFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""How long after each failed attempt the next one is due; after the last of them a delivery is dead."""
UNMATCHED_COLUMNS = """event_id, caused_by, ledger, metric, kind, series_id, provider, page, model, base_model, size_tier, meter,
    variant, tier, scenario, against, old_value, new_value, old_words, new_words, observed_at, tick_id"""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event for one target by one rule; `message_id` is shared by those that go out together."""

    event_id: str
    rule_id: str
    target_id: str
    message_id: str
    tick_id: str
    state: str  # waiting, muted or snoozed
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What a rule remembers of a series."""

    baseline: str | None
    is_armed: bool
    was_told: bool


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One message that is being sent: its deliveries as (event id, rule id), and which attempt this is."""

    message_id: str
    target_id: str
    tick_id: str
    attempt: int
    deliveries: tuple[tuple[str, str], ...]


def has_unmatched(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether an event waits for the rules."""
    return con.execute("SELECT 1 FROM raw.unmatched_event LIMIT 1").fetchone() is not None


def has_due(con: duckdb.DuckDBPyConnection, now: datetime) -> bool:
    """Whether a delivery is due, or a dead run left one."""
    query = f"SELECT 1 FROM raw.delivery WHERE {_DUE} OR state = 'sending' LIMIT 1"
    return con.execute(query, {"now": _naive(now)}).fetchone() is not None


def unmatched(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The events that no rule was held against yet, in the order in which they happened."""
    return _rows(
        con,
        f"""SELECT {UNMATCHED_COLUMNS} FROM ({_EVENTS}) SEMI JOIN raw.unmatched_event USING (event_id)
            ORDER BY observed_at, ledger DESC, provider, page, series_id, event_id""",
    )


def memories(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Memory]:
    """What every rule remembers, by rule and series."""
    rows = con.execute("SELECT rule_id, series_id, baseline, is_armed, was_told FROM raw.rule_state").fetchall()
    return {(row[0], row[1]): Memory(baseline=row[2], is_armed=row[3], was_told=row[4]) for row in rows}


def settle(
    con: duckdb.DuckDBPyConnection,
    event_ids: Sequence[str],
    deliveries: Sequence[Delivery],
    remembered: Mapping[tuple[str, str], Memory],
    *,
    now: datetime,
) -> None:
    """Take events off the list, write what they call for and what the rules remember: all of it or none of it."""
    with transaction(con):
        for one in deliveries:
            con.execute(
                """INSERT INTO raw.delivery VALUES ($event, $rule, $target, $message, $tick, $state, 0,
                   CASE WHEN $state = 'waiting' THEN $due::TIMESTAMP END, NULL, $now, $now) ON CONFLICT DO NOTHING""",
                {
                    "event": one.event_id, "rule": one.rule_id, "target": one.target_id, "message": one.message_id,
                    "tick": one.tick_id, "state": one.state, "due": _naive(one.due_at), "now": _naive(now),
                },
            )  # fmt: skip
        for (rule_id, series_id), memory in remembered.items():
            con.execute(
                "INSERT OR REPLACE INTO raw.rule_state VALUES (?, ?, ?, ?, ?)",
                [rule_id, series_id, memory.baseline, memory.is_armed, memory.was_told],
            )
        con.execute(
            "DELETE FROM raw.unmatched_event WHERE event_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"ids": list(event_ids)},
        )


def due(con: duckdb.DuckDBPyConnection, now: datetime) -> list[tuple[str, str]]:
    """(target, message) of what is due, oldest first."""
    rows = con.execute(
        f"""SELECT target_id, message_id FROM raw.delivery WHERE {_DUE}
            GROUP BY ALL ORDER BY min(created_at), min(next_attempt_at), target_id, message_id""",
        {"now": _naive(now)},
    ).fetchall()
    return [(target_id, message_id) for target_id, message_id in rows]


def claim(con: duckdb.DuckDBPyConnection, target_id: str, message_id: str, now: datetime) -> Claim | None:
    """Say that this message is being sent: a run that dies leaves it so, and the next one takes it up."""
    with transaction(con):
        rows = con.execute(
            f"""SELECT event_id, rule_id, tick_id, attempts FROM raw.delivery
                WHERE target_id = $target AND message_id = $message AND {_DUE} ORDER BY event_id, rule_id""",
            {"target": target_id, "message": message_id, "now": _naive(now)},
        ).fetchall()
        if not rows:
            return None
        attempt = max(row[3] for row in rows) + 1
        _update(con, target_id, message_id, "sending", now, attempts=attempt, next_attempt_at=now)
    return Claim(
        message_id=message_id,
        target_id=target_id,
        tick_id=rows[0][2],
        attempt=attempt,
        deliveries=tuple((row[0], row[1]) for row in rows),
    )


def release(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Give back what a dead run was sending: whoever holds the lock of a run is the only sender there is.

    What nobody survived sending for all its attempts is given up as well.
    """
    con.execute(
        """UPDATE raw.delivery SET
               state = CASE WHEN attempts > $most THEN 'dead' ELSE 'waiting' END,
               next_attempt_at = $now, last_error = 'the run that sent it died', updated_at = $now
           WHERE state = 'sending'""",
        {"most": len(BACKOFF), "now": _naive(now)},
    )


def mark_sent(con: duckdb.DuckDBPyConnection, done: Claim, now: datetime) -> None:
    """The target has it; where the target was dead, that is over."""
    with transaction(con):
        _update(con, done.target_id, done.message_id, "sent", now, attempts=done.attempt)
        if _is_dead(con, done.target_id):
            words = f"The channel {done.target_id} takes messages again"
            append_notices(con, [_channel_notice(done, words, now, is_over=True)])


def mark_failed(con: duckdb.DuckDBPyConnection, done: Claim, error: str, now: datetime) -> bool:
    """It did not get through, in words without secrets. True where that was the last attempt: operators hear of it."""
    is_dead = done.attempt > len(BACKOFF)
    with transaction(con):
        next_at = None if is_dead else now + BACKOFF[done.attempt - 1]
        state = "dead" if is_dead else "waiting"
        _update(
            con,
            done.target_id,
            done.message_id,
            state,
            now,
            attempts=done.attempt,
            next_attempt_at=next_at,
            error=error,
        )
        if is_dead and not _is_dead(con, done.target_id):
            words = f"The channel {done.target_id} is dead: {done.attempt} attempts failed"
            append_notices(con, [_channel_notice(done, words, now, is_over=False, detail=error)])
    return is_dead


def retry(con: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Make everything that is dead or waits for another attempt due now, with its attempts before it; how much that is."""
    row = con.execute(
        """UPDATE raw.delivery SET state = 'waiting', attempts = 0, next_attempt_at = $now, updated_at = $now
           WHERE state IN ('dead', 'sending') OR (state = 'waiting' AND attempts > 0) RETURNING event_id""",
        {"now": _naive(now)},
    ).fetchall()
    return len(row)


def mute(con: duckdb.DuckDBPyConnection, rule_id: str, *, is_muted: bool, until: date | None, now: datetime) -> None:
    """A person's word that a rule be silent, or speak again."""
    con.execute("INSERT INTO raw.rule_mute VALUES (?, ?, ?, ?)", [rule_id, is_muted, until, _naive(now)])


def muted(con: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, date | None]:
    """The rules that a person muted, with the day on which each speaks again."""
    rows = con.execute(
        """SELECT rule_id, until FROM raw.rule_mute
           QUALIFY row_number() OVER (PARTITION BY rule_id ORDER BY recorded_at DESC) = 1
               AND is_muted AND coalesce(until > $today::DATE, true) ORDER BY rule_id""",
        {"today": now.date()},
    ).fetchall()
    return dict(rows)


def append_notices(con: duckdb.DuckDBPyConnection, notices: Sequence[Row]) -> list[str]:
    """Append what operators are to hear of, in the caller's transaction; the ids of those that are new."""
    fresh = []
    for row in notices:
        known = con.execute("SELECT 1 FROM raw.notice WHERE event_id = ?", [row["event_id"]]).fetchone()
        if known is None:
            con.execute(
                """INSERT INTO raw.notice (event_id, recorded_at, tick_id, kind, is_over, provider, page, observed_at,
                       headline, detail)
                   VALUES ($event_id, $recorded_at, $tick_id, $kind, $is_over, $provider, $page, $observed_at,
                       $headline, $detail)""",
                row,
            )
            fresh.append(row["event_id"])
    list_unmatched(con, fresh)
    return fresh


def events(con: duckdb.DuckDBPyConnection, event_ids: Collection[str]) -> tuple[list[Row], list[Row], list[Row]]:
    """What a message tells: the published events, what they moved in turn, and the notices. A derived event brings
    the one that caused it, and an event all that it caused."""
    ids = {"ids": sorted(event_ids)}
    published = _rows(
        con,
        """SELECT event.*, amount_text(old_amount) AS old_amount_text, amount_text(new_amount) AS new_amount_text
           FROM raw.event AS event
           WHERE event_id IN (SELECT unnest($ids::VARCHAR[]))
              OR event_id IN (SELECT caused_by FROM raw.derived_event WHERE event_id IN (SELECT unnest($ids::VARCHAR[])))
           ORDER BY observed_at, provider, model, meter, event_id""",
        ids,
    )
    causes = {"causes": [row["event_id"] for row in published]}
    derived = _rows(
        con,
        """SELECT * FROM raw.derived_event WHERE caused_by IN (SELECT unnest($causes::VARCHAR[]))
           ORDER BY metric DESC, provider, model, meter, tier, scenario, against, event_id""",
        causes,
    )
    notices = _rows(
        con,
        "SELECT * FROM raw.notice WHERE event_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY observed_at, event_id",
        ids,
    )
    return published, derived, notices


def counts(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """How many messages each rule has for each target in each state, with the newest trouble."""
    return _rows(
        con,
        """SELECT rule_id, target_id, state, count(DISTINCT message_id) AS messages, count(*) AS events,
               max(attempts) AS attempts, min(next_attempt_at) AS next_attempt_at, max(updated_at) AS updated_at,
               max_by(last_error, updated_at) FILTER (state <> 'sent') AS last_error
           FROM raw.delivery GROUP BY ALL ORDER BY rule_id, target_id, state""",
    )


def newest_events(con: duckdb.DuckDBPyConnection, most: int = 5000) -> list[Row]:
    """The newest events that anybody could hear of, newest first."""
    return _rows(
        con,
        f"""SELECT {UNMATCHED_COLUMNS} FROM ({_EVENTS}) WHERE notify
            ORDER BY observed_at DESC, ledger DESC, event_id LIMIT {most:d}""",
    )


_DUE = "state = 'waiting' AND next_attempt_at <= $now"

# The three ledgers as one; an amount that cannot be is null, months that never come are Infinity.
_EVENTS = """
    SELECT
        event_id, event_id AS caused_by, 'price' AS ledger, metric, kind, notify, tick_id,
        sha16([provider, series_id]) AS series_id, provider, page, model, base_model, size_tier, meter, variant, tier,
        NULL AS scenario, NULL AS against, amount_text(old_amount) AS old_value, amount_text(new_amount) AS new_value,
        old_state AS old_words, new_state AS new_words, observed_at
    FROM raw.event
    UNION ALL
    SELECT
        derived.event_id, caused_by, 'derived', derived.metric, cause.kind, derived.notify, derived.tick_id,
        derived.series_id, derived.provider, cause.page, derived.model, derived.base_model, derived.size_tier, derived.meter,
        'fine_tuned', derived.tier, scenario, against,
        CASE WHEN derived.metric = 'markup' OR old_value IS NOT NULL THEN old_value::VARCHAR ELSE 'Infinity' END,
        CASE WHEN derived.metric = 'markup' OR new_value IS NOT NULL THEN new_value::VARCHAR ELSE 'Infinity' END,
        old_words, new_words, derived.observed_at
    FROM raw.derived_event AS derived INNER JOIN raw.event AS cause ON derived.caused_by = cause.event_id
    UNION ALL
    SELECT
        event_id, event_id, 'notice', kind, CASE WHEN is_over THEN 'over' ELSE 'begun' END, true, tick_id,
        sha16([kind, provider, page]), provider, page, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, observed_at
    FROM raw.notice"""


def _channel_notice(done: Claim, words: str, now: datetime, *, is_over: bool, detail: str | None = None) -> Row:
    return {
        "event_id": sha16("dead_channel", done.target_id, done.message_id, is_over, _naive(now)),
        "recorded_at": _naive(now), "tick_id": done.tick_id, "kind": "dead_channel", "is_over": is_over,
        "provider": done.target_id, "page": "", "observed_at": _naive(now), "headline": words, "detail": detail,
    }  # fmt: skip


def _is_dead(con: duckdb.DuckDBPyConnection, target_id: str) -> bool:
    """Whether operators heard that the channel is dead, and not yet that this is over."""
    row = con.execute(
        """SELECT max_by(is_over, (recorded_at, is_over)) FROM raw.notice WHERE kind = 'dead_channel' AND provider = ?""",
        [target_id],
    ).fetchone()
    return row is not None and row[0] is False


def _update(
    con: duckdb.DuckDBPyConnection,
    target_id: str,
    message_id: str,
    state: str,
    now: datetime,
    *,
    attempts: int,
    next_attempt_at: datetime | None = None,
    error: str | None = None,
) -> None:
    con.execute(
        """UPDATE raw.delivery SET state = $state, attempts = $attempts, next_attempt_at = $next, last_error = $error,
               updated_at = $now
           WHERE target_id = $target AND message_id = $message AND state IN ('waiting', 'sending')""",
        {
            "state": state, "attempts": attempts, "next": None if next_attempt_at is None else _naive(next_attempt_at),
            "error": error, "now": _naive(now), "target": target_id, "message": message_id,
        },
    )  # fmt: skip


def _rows(con: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
    cursor = con.execute(query, parameters) if parameters else con.execute(query)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
