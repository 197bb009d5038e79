"""`ftprices review`: a person's judgement on what is held. It is a fact like the judge's, with a name and a reason."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Any

import duckdb

from pipeline import stages, terminal
from pipeline.errors import UsageFault
from pipeline.lock import run_lock
from pipeline.looks import tick_id_of
from pipeline.settings import Settings
from pipeline.workshop import Workshop, open_workshop, read_warehouse
from warehouse import ledger, state, upkeep
from warehouse.facts import Facts, record


def list_command(settings: Settings, *, as_json: bool) -> None:
    """Held prices, and pages that lost a section, with the ids that accept and reject take."""
    with read_warehouse(settings) as connection:
        held = [] if connection is None else state.held_rows(connection)
        lost = [] if connection is None else state.lost_sections(connection)
    if as_json:
        terminal.print_json({"prices": held, "sections": lost})
        return
    if not held and not lost:
        terminal.say("nothing is held")
        return
    if held:
        terminal.print_table(
            ("id", "seller", "model or size", "meter", "tier", "stands", "read", "since", "why"),
            (
                (
                    row["judgement_id"],
                    row["provider"],
                    " ".join(filter(None, (row["model"] or row["size_tier"], row["condition"]))),
                    " ".join(filter(None, (row["meter"], row["method"], row["technique"]))),
                    row["tier"],
                    row["accepted_amount"],
                    row["raw_text"],
                    row["held_since"],
                    f"{row['rule']}: {row['reason']}",
                )
                for row in held
            ),
        )
    if lost:
        terminal.print_table(
            ("id", "seller", "page", "section", "why"),
            ((row["id"], row["provider"], row["page"], row["section"], row["detail"]) for row in lost),
        )


def decide_command(settings: Settings, item: str, *, verdict: str, why: str, by: str | None, wait_s: float = 0) -> None:
    """Append a person's verdict, derive what it touches, publish. Raises UsageFault for an id that is not held."""
    reason = why.strip()
    if not reason:
        raise UsageFault("--why wants a reason in words: it is kept with the judgement")
    name = (by or _login()).strip()
    if not name or name == "judge":
        raise UsageFault("--by wants the name of a person")
    with run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop:
        with shop.warehouse() as connection:
            _bring_up(connection)
            row = _judgement(connection, item, verdict)
            now = datetime.now(UTC)
            record(connection, Facts(judgements=[row | {"reason": reason, "judged_by": name, "judged_at": now}]))
            _bring_up(connection)
        _publish(shop, now)
    terminal.say(f"{item} is {verdict} by {name}; the site is built again")


def _judgement(connection: duckdb.DuckDBPyConnection, item: str, verdict: str) -> dict[str, Any]:
    for held in state.held_rows(connection):
        if held["judgement_id"] == item:
            names = ("series_id", "provider", "page", "quote_id", "read_id")
            return {name: held[name] for name in names} | {
                "read_at": state.read_time(connection, held["read_id"]),
                "verdict": verdict,
                "rule": "person",
            }
    for lost in state.lost_sections(connection):
        if lost["id"] == item:
            if verdict != "accepted":
                raise UsageFault(f"{item} is a section that is not on the page: accept that, or mend the scraper")
            return {
                "series_id": state.section_series(lost["provider"], lost["page"], lost["section"]),
                "provider": lost["provider"],
                "page": lost["page"],
                "quote_id": None,
                "read_id": lost["read_id"],
                "read_at": lost["read_at"].replace(tzinfo=UTC),
                "verdict": "ended",
                "rule": state.SECTION_RULE,
            }
    raise UsageFault(f"{item!r} is not held; `ftprices review list` prints what is")


def _bring_up(connection: duckdb.DuckDBPyConnection) -> None:
    if upkeep.needs_refresh(connection):
        upkeep.refresh(connection)


def _publish(shop: Workshop, now: datetime) -> None:
    with shop.warehouse() as connection:
        ledger.publish_events(connection, tick_id=tick_id_of(now), recorded_at=now)
    stages.publish(shop)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
