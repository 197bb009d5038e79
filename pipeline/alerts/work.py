"""What a run does for the alerts at its end, and what it may skip: the one door that does not import the rest."""

from __future__ import annotations

from datetime import datetime

from pipeline.looks import tick_id_of
from pipeline.workshop import Workshop
from warehouse import outbox
from warehouse.troubles import append_troubles


def match(shop: Workshop, now: datetime) -> None:
    """Note what began or ended at the sources, and hold the rules against every new event.

    Raises UsageFault where alerts.yaml cannot be used: what is new then waits for its repair.
    """
    pages = [(row.provider, row.page) for row in shop.rows_there()]
    with shop.warehouse() as connection:
        append_troubles(connection, pages, tick_id=tick_id_of(now), now=now)
        if not outbox.has_unmatched(connection):
            return
    from pipeline.alerts.config import read_alerts  # noqa: PLC0415 - only where something is new
    from pipeline.alerts.dispatch import match_events  # noqa: PLC0415

    match_events(shop, read_alerts(shop.settings, shop.environment), now)


def is_due(shop: Workshop, now: datetime) -> bool:
    """Whether anything waits to be matched or sent."""
    with shop.warehouse() as connection:
        return outbox.has_unmatched(connection) or outbox.has_due(connection, now)


def deliver(shop: Workshop, now: datetime) -> tuple[int, int]:
    """Match what is left over and send what is due: how many messages got through, and how many did not."""
    if not is_due(shop, now):
        return 0, 0
    from pipeline.alerts.config import read_alerts  # noqa: PLC0415 - only where something is due
    from pipeline.alerts.dispatch import match_events, send_due  # noqa: PLC0415

    alerts = read_alerts(shop.settings, shop.environment)
    match_events(shop, alerts, now)
    done = send_due(shop, alerts.targets, now)
    if done.dead:  # operators hear of it at once
        match_events(shop, alerts, now)
        again = send_due(shop, alerts.targets, now)
        done.sent, done.failed = done.sent + again.sent, done.failed + again.failed
    return done.sent, done.failed
