"""From events to messages on their way: hold the rules against what is new, and send what is due.

Called at the end of every run and by Dagster's sensor, under the lock of a run. Nothing here is imported in a tick in
which nothing is new and nothing is due.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import duckdb

from pipeline.alerts import channels
from pipeline.alerts.config import Alerts, Target
from pipeline.alerts.message import STORM, Message, compose
from pipeline.alerts.rules import Move, Rule, fire, move_of
from pipeline.workshop import Workshop
from warehouse import outbox
from warehouse.database import sha16
from warehouse.outbox import Claim, Delivery

log = logging.getLogger(__name__)

Fired = tuple[Rule, Move]


@dataclass(kw_only=True)
class Sent:
    """What sending did: messages that got through, those that did not, and of them those that are dead."""

    sent: int = 0
    failed: int = 0
    dead: int = 0


def match_events(shop: Workshop, alerts: Alerts, now: datetime) -> int:
    """Hold the rules against every event on the list; how many deliveries that calls for."""
    with shop.warehouse() as connection:
        return match_unmatched(connection, alerts, now)


def match_unmatched(con: duckdb.DuckDBPyConnection, alerts: Alerts, now: datetime) -> int:
    """`match_events` over an open warehouse."""
    moves = [move_of(row) for row in outbox.unmatched(con)]
    fired, remembered = fire(alerts.rules, moves, outbox.memories(con))
    muted = set(outbox.muted(con, now))
    found = deliveries_of(fired, alerts, now, muted=muted)
    outbox.settle(con, [move.event_id for move in moves], found, remembered, now=now)
    return len(found)


def deliveries_of(
    fired: Sequence[Fired], alerts: Alerts, now: datetime, *, muted: Iterable[str] = ()
) -> list[Delivery]:
    """One delivery for every event, rule and target, gathered into messages."""
    silent = set(muted)
    found: list[Delivery] = []
    loud: dict[str, dict[tuple[str, str], Fired]] = defaultdict(dict)  # by target; an event and a rule once
    for rule, move in fired:
        is_snoozed = rule.snooze_until is not None and now.date() < rule.snooze_until
        for target in rule.send:
            if target not in alerts.targets:  # of the example, what has no variable
                continue
            if move.metric == "delivery" and move.provider == target:  # a dead channel cannot say that it is dead
                continue
            if rule.mute or rule.id in silent or is_snoozed:
                state = "snoozed" if is_snoozed else "muted"
                found.append(_delivery(rule, move, target, "", now, state=state))
            else:
                loud[target][move.event_id, rule.id] = (rule, move)
    for target, pairs in loud.items():
        for group, due_at in messages_of(list(pairs.values()), now):
            message_id = _message_id(target, group) if due_at <= now else sha16(target, "day", now.date())
            found += [_delivery(rule, move, target, message_id, due_at) for rule, move in group]
    return found


def messages_of(fired: Sequence[Fired], now: datetime) -> list[tuple[list[Fired], datetime]]:
    """What one target is told by one run, as messages with the moment each is due.

    What one look at one page brought is one message where a rule is instant; everything else is one message a run, or a
    day. One moved price is told once, with what it moved in turn. A storm is one message, whatever the rules say.
    """
    notices = [one for one in fired if one[1].ledger == "notice"]
    news = [one for one in fired if one[1].ledger != "notice"]
    groups: dict[tuple[object, ...], list[Fired]] = defaultdict(list)
    if notices:
        groups[("notices",)] = notices
    if len({move.root for _, move in news}) > STORM:
        groups[("run",)] = news
    else:
        instant = {move.root for rule, move in news if rule.instant}
        hurried = {move.root for rule, move in news if rule.digest == "run"}
        for rule, move in news:
            if move.root in instant:
                groups["look", *move.look].append((rule, move))
            elif move.root in hurried:
                groups[("run",)].append((rule, move))
            else:
                groups[("day",)].append((rule, move))
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
    return [(group, tomorrow if key == ("day",) else now) for key, group in groups.items()]


def _message_id(target: str, group: Sequence[Fired]) -> str:
    """Of what the message tells: the same again for the same, another for anything else."""
    if len(group) == 1:
        rule, move = group[0]
        return f"{move.event_id}.{rule.id}"
    return sha16(target, *sorted(f"{move.event_id}.{rule.id}" for rule, move in group))


def _delivery(
    rule: Rule, move: Move, target: str, message_id: str, due_at: datetime, *, state: str = "waiting"
) -> Delivery:
    return Delivery(
        event_id=move.event_id, rule_id=rule.id, target_id=target, message_id=message_id, tick_id=move.tick_id,
        state=state, due_at=due_at,
    )  # fmt: skip


def send_due(shop: Workshop, targets: Mapping[str, Target], now: datetime) -> Sent:
    """Send everything that is due, a message a channel at a time and all channels at once.

    A channel that fails is left alone until the next run, with what else is due on it: no other waits for it longer
    than for one attempt.
    """
    done = Sent()
    results: list[tuple[Claim, str | None]] = []
    failed: set[str] = set()
    with shop.warehouse() as connection:
        outbox.release(connection, now)
    with ThreadPoolExecutor() as pool:
        while True:
            with shop.warehouse() as connection:  # never open while anything is on its way
                for claim, error in results:
                    _mark(connection, claim, error, done, now)
                batch = _claim_next(connection, shop, failed, now)
            if not batch:
                return done
            attempts = [
                pool.submit(_attempt, targets.get(claim.target_id), claim.target_id, message, now)
                for claim, message in batch
            ]
            results = [(claim, attempt.result()) for (claim, _), attempt in zip(batch, attempts, strict=True)]
            failed |= {claim.target_id for claim, error in results if error is not None}


def _claim_next(
    con: duckdb.DuckDBPyConnection, shop: Workshop, failed: Collection[str], now: datetime
) -> list[tuple[Claim, Message]]:
    """The oldest due message of each channel that did not fail in this run."""
    oldest: dict[str, str] = {}
    for target_id, message_id in outbox.due(con, now):
        if target_id not in failed:
            oldest.setdefault(target_id, message_id)
    batch = []
    for target_id, message_id in oldest.items():
        claim = outbox.claim(con, target_id, message_id, now)
        if claim is not None:
            message = message_of(con, claim, site_url=shop.settings.site_url, is_demo=shop.settings.is_demo)
            batch.append((claim, message))
    return batch


def _mark(con: duckdb.DuckDBPyConnection, claim: Claim, error: str | None, done: Sent, now: datetime) -> None:
    if error is None:
        outbox.mark_sent(con, claim, now)
        done.sent += 1
        return
    done.dead += outbox.mark_failed(con, claim, error, now)
    done.failed += 1
    log.warning("an alert for %s did not get through (attempt %d): %s", claim.target_id, claim.attempt, error)


def _attempt(target: Target | None, target_id: str, message: Message, now: datetime) -> str | None:
    if target is None:
        return f"alerts.yaml has no target {target_id!r} any more"
    try:
        channels.send(target, message, now)
    except channels.NotDelivered as error:
        return str(error)
    return None


def message_of(
    con: duckdb.DuckDBPyConnection, claim: Claim, *, site_url: str, is_demo: bool, is_test: bool = False
) -> Message:
    """The message of some deliveries, from the ledgers alone."""
    rules: dict[str, set[str]] = defaultdict(set)
    for event_id, rule_id in claim.deliveries:
        rules[event_id].add(rule_id)
    ledgers = outbox.events(con, rules.keys())
    return compose(claim.message_id, rules, ledgers, site_url=site_url, is_demo=is_demo, is_test=is_test)
