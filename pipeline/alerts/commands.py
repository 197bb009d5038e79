"""`ftprices alerts`: try a rule, tune it on the history, look at the outbox, try again, silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from pipeline import terminal
from pipeline.alerts import channels, dispatch
from pipeline.alerts.config import Alerts, read_alerts
from pipeline.alerts.message import Message
from pipeline.alerts.rules import Move, Rule, fire, matches, move_of
from pipeline.errors import CommandError, NothingRead, UsageFault
from pipeline.lock import run_lock
from pipeline.publish import format as fmt
from pipeline.published import named, open_published
from pipeline.saved_page import moment_of
from pipeline.settings import Settings, variables
from pipeline.workshop import open_workshop, read_warehouse
from warehouse import outbox
from warehouse.database import sha16

_SHOWN_OF_A_LOOK = 4  # moves of one look at one seller that a preview names; `--json` has all


def test_command(settings: Settings, rule_id: str, *, target_id: str | None, as_json: bool) -> None:
    """Send the newest event that the rule looks at, marked as a test; the result of each target.

    Raises UsageFault for a rule or a target there is not, NothingRead where no event was ever like that, CommandError
    where a target did not take it.
    """
    with _rules(settings) as alerts:
        message, results = _send_test(settings, alerts, rule_id, target_id)
    if as_json:
        terminal.print_json({"rule": rule_id, "subject": message.subject, "text": message.text, "targets": results})
    else:
        terminal.say(f"{message.subject}")
        for result in results:
            terminal.print_line(f"{result['target']}: {'sent' if result['sent'] else result['error']}")
    if failed := [str(result["target"]) for result in results if not result["sent"]]:
        raise CommandError(f"it did not get through to {', '.join(failed)}")


def _send_test(
    settings: Settings, alerts: Alerts, rule_id: str, target_id: str | None
) -> tuple[Message, list[dict[str, object]]]:
    rule = alerts.rule(rule_id)
    wanted = [target_id] if target_id is not None else [name for name in rule.send if name in alerts.targets]
    for name in wanted:
        if name not in alerts.targets:
            raise UsageFault(
                f"no target is called {name!r} or its variable is not set; there are {_listed(alerts.targets)}"
            )
    if not wanted:
        raise UsageFault(f"no target of rule {rule_id!r} can be used: set their variables, or name one with --target")
    now = datetime.now(UTC)
    with read_warehouse(settings) as connection:
        rows = [] if connection is None else outbox.newest_events(connection)
        looked_at = [one.match for one in alerts.rules if one.id == rule_id]  # the operators' rule has one a metric
        moves = (move_of(row) for row in rows)
        move = next((one for one in moves if any(matches(match, one) for match in looked_at)), None)
        if connection is None or move is None:
            raise NothingRead(f"no event was ever one that rule {rule_id!r} looks at: there is nothing to show")
        claim = outbox.Claim(
            message_id=f"test-{sha16(move.event_id, rule_id, now)}", target_id="", tick_id=move.tick_id, attempt=1,
            deliveries=((move.event_id, rule_id),),
        )  # fmt: skip
        message = dispatch.message_of(
            connection, claim, site_url=settings.site_url, is_demo=settings.is_demo, is_test=True
        )
    results = []
    for name in wanted:
        target, error = alerts.targets[name], None
        try:
            channels.send(target, message, now)
        except channels.NotDelivered as refused:
            error = str(refused)
        results.append({"target": name, "kind": target.kind, "sent": error is None, "error": error})
    return message, results


def preview_command(settings: Settings, *, since: str, rule_id: str | None, as_json: bool) -> None:
    """What the rules would have told since a day, from the published copy alone; nothing is sent and nothing kept."""
    with _rules(settings) as alerts:
        rules = alerts.rules if rule_id is None else (alerts.rule(rule_id),)
    start = moment_of(since).replace(tzinfo=None)
    with open_published(settings) as connection:
        rows = named(connection, "alert_events").dicts()
    told = would_tell(rules, rows, start)
    if as_json:
        terminal.print_json(told)
        return
    for (_, _, provider), group in groupby(told, key=_look):
        listed = list(group)
        for one in listed[:_SHOWN_OF_A_LOOK]:
            silent = f" ({one['silent']})" if one["silent"] else ""
            terminal.print_line(f"{one['observed_at']:%Y-%m-%d %H:%M}  {one['rule']}{silent}  {one['headline']}")
        if len(listed) > _SHOWN_OF_A_LOOK:
            more = len(listed) - _SHOWN_OF_A_LOOK
            terminal.print_line(f"{'':16}  and {more} more at {fmt.seller(provider)}, in the same message")
    messages = len({(one["observed_at"], one["provider"]) for one in told})
    terminal.say(f"{len(told)} events would have been told, of {messages} looks at a seller, since {start:%Y-%m-%d}")


def would_tell(rules: Sequence[Rule], rows: Sequence[Mapping[str, Any]], start: datetime) -> list[dict[str, Any]]:
    """What rules would have told of a history, from `start` on; what came before fills their memory."""
    headlines = {row["event_id"]: row["headline"] for row in rows}
    fired, _ = fire(rules, [move_of(row) for row in rows], {})
    told = [
        {
            "observed_at": move.observed_at,
            "rule": rule.id,
            "silent": _silence(rule, move),
            "metric": move.metric,
            "kind": move.kind,
            "provider": move.provider,
            "model": move.model or move.size_tier,
            "headline": headlines[move.event_id],
            "event_id": move.event_id,
            "targets": list(rule.send),
        }
        for rule, move in fired
        if move.observed_at >= start
    ]
    return sorted(told, key=lambda one: (*_look(one), one["headline"], one["event_id"]))


def _look(one: Mapping[str, Any]) -> tuple[datetime, str, str]:
    """What one message is made of: a rule's moves of one look at one seller."""
    return one["observed_at"], one["rule"], one["provider"]


def _silence(rule: Rule, move: Move) -> str | None:
    if rule.mute:
        return "muted"
    return "snoozed" if rule.snooze_until is not None and move.observed_at.date() < rule.snooze_until else None


def status_command(settings: Settings, *, as_json: bool) -> None:
    """The rules with their targets, and how far what they called for got."""
    with _rules(settings) as alerts, read_warehouse(settings) as connection:
        counts = [] if connection is None else outbox.counts(connection)
        silent = {} if connection is None else outbox.muted(connection, datetime.now(UTC))
        waiting = 0 if connection is None else len(outbox.unmatched(connection))
    document = {
        "file": str(alerts.path),
        "is_example": alerts.is_example,
        "unmatched_events": waiting,
        "targets": [
            {"id": name, "kind": target.kind, "lacking": list(target.lacking)}
            for name, target in alerts.targets.items()
        ],
        "rules": [
            {
                "id": rule_id,
                "targets": list(
                    dict.fromkeys(target for rule in alerts.rules if rule.id == rule_id for target in rule.send)
                ),
                "muted": rule_id in silent or any(rule.mute for rule in alerts.rules if rule.id == rule_id),
                "muted_until": silent.get(rule_id),
                "snooze_until": next((rule.snooze_until for rule in alerts.rules if rule.id == rule_id), None),
            }
            for rule_id in dict.fromkeys(rule.id for rule in alerts.rules)
        ],
        "deliveries": counts,
    }
    if as_json:
        terminal.print_json(document)
        return
    terminal.say(f"rules: {alerts.path}{' (the shipped example: copy it to alerts.yaml)' if alerts.is_example else ''}")
    for name, target in alerts.targets.items():
        terminal.say(f"target {name}: {channels.shown(target)}")
    for rule_id, until in silent.items():
        terminal.say(f"rule {rule_id} is muted{f' until {until}' if until else ''}")
    if waiting:
        terminal.say(f"{waiting} events wait for the next run")
    if counts:
        columns = ("rule_id", "target_id", "state", "messages", "events", "attempts", "next_attempt_at", "last_error")
        terminal.print_table(columns, ([row[name] for name in columns] for row in counts))
    else:
        terminal.say("no rule has fired yet")


def retry_command(settings: Settings, *, wait_s: float, as_json: bool) -> None:
    """Try again now what did not get through, dead or waiting. Raises CommandError where it fails again."""
    now = datetime.now(UTC)
    with _rules(settings) as alerts, run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop:
        with shop.warehouse() as connection:
            deliveries = outbox.retry(connection, now)
        done = dispatch.send_due(shop, alerts.targets, now)
    if as_json:
        terminal.print_json({"deliveries": deliveries, "sent": done.sent, "failed": done.failed})
    else:
        terminal.say(f"{deliveries} deliveries are tried again: {done.sent} messages sent, {done.failed} failed")
    if done.failed:
        raise CommandError(f"{done.failed} messages did not get through; `ftprices alerts status` says why")


def mute_command(
    settings: Settings, rule_id: str, *, until: str | None, is_off: bool, wait_s: float, as_json: bool
) -> None:
    """Record and send nothing by this rule from now on, or speak again."""
    with _rules(settings) as alerts:
        alerts.rule(rule_id)
    if until is not None and is_off:
        raise UsageFault("--until says how long it is muted, --off that it no longer is")
    day = _day(until)
    with run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop, shop.warehouse() as connection:
        outbox.mute(connection, rule_id, is_muted=not is_off, until=day, now=datetime.now(UTC))
    if as_json:
        terminal.print_json({"rule": rule_id, "is_muted": not is_off, "until": day})
    elif is_off:
        terminal.say(f"rule {rule_id} speaks again")
    else:
        terminal.say(
            f"rule {rule_id} is muted{f' until {day}' if day else ''}: what it fires on is kept and sent to nobody"
        )


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageFault(f"{text!r} is no day such as 2026-12-24") from error


@contextmanager
def _rules(settings: Settings) -> Iterator[Alerts]:
    """The rules of this installation; the demonstration's channels are there for as long as they are used."""
    if not settings.is_demo:
        yield read_alerts(settings, variables())
        return
    from pipeline.alerts.demo_receiver import demo_channels  # noqa: PLC0415 - not on the live path

    with demo_channels(settings.home) as environment:
        yield read_alerts(settings, environment)


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none"
