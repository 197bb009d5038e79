"""`ftprices review`: a person's judgement on what is held, and a person's word on sources that disagree.

Both are facts, with a name and a reason. A word on a disagreement holds until one of the two values moves.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping, Sequence
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
from warehouse.facts import Facts, record, record_explanation

MOST_DISAGREEMENTS = 40  # that the terminal lists


def list_command(settings: Settings, *, as_json: bool) -> None:
    """What is held or refused and still printed, pages that lost rows, and open disagreements of a page and a list, with
    the ids that accept and reject take."""
    with read_warehouse(settings) as connection:
        held = [] if connection is None else state.held_rows(connection)
        refused = [] if connection is None else state.refused_rows(connection)
        lost = [] if connection is None else state.lost_sections(connection)
        differing = [] if connection is None else state.disagreements(connection)
    opened = [row for row in differing if row["state"] == "open"]
    if as_json:
        terminal.print_json({"prices": held, "refused": refused, "sections": lost, "disagreements": differing})
        return
    if not held and not refused and not lost:
        terminal.say("nothing is held")
    if held or refused:
        terminal.print_table(
            ("id", "seller", "model or size", "meter", "tier", "stands", "read", "since", "why"),
            (
                *(
                    (
                        *_named(row),
                        row["accepted_amount"],
                        row["raw_text"],
                        row["held_since"],
                        f"{row['rule']}: {row['reason']}",
                    )
                    for row in held
                ),
                *(
                    (
                        *_named(row),
                        None,
                        row["raw_text"],
                        row["judged_at"],
                        f"refused by {row['judged_by']}: {row['reason']}",
                    )
                    for row in refused
                ),
            ),
        )
    if lost:
        terminal.print_table(
            ("id", "seller", "page", "section", "why"),
            (
                (row["id"], row["provider"], row["page"], row["section"] or "(fewer rows)", row["detail"])
                for row in lost
            ),
        )
    if opened:
        _print_disagreements(opened)


def _print_disagreements(opened: Sequence[Mapping[str, Any]]) -> None:
    terminal.print_table(
        ("id", "seller", "model", "meter", "tier", "page", "list", "the list's", "why, probably"),
        (
            (
                row["disagreement_id"],
                row["provider"],
                " ".join(filter(None, (row["model"], row["condition"]))),
                " ".join(filter(None, (row["meter"], "tuned" if row["variant"] == "fine_tuned" else None))),
                row["tier"],
                row["amount"],
                f"{row['feed']} of {row['feed_observed_on']}",
                row["feed_amount"],
                row["cause_words"],
            )
            for row in opened[:MOST_DISAGREEMENTS]
        ),
    )
    if len(opened) > MOST_DISAGREEMENTS:
        terminal.say(f"and {len(opened) - MOST_DISAGREEMENTS} more; `--json` has all of them")


def decide_command(
    settings: Settings,
    item: str,
    *,
    verdict: str,
    why: str,
    by: str | None,
    kind: str | None = None,
    wait_s: float = 0,
) -> None:
    """Append a person's verdict, derive what it touches, publish; the newest word counts, also against their own.

    `kind` says that an accepted price is no move of the seller's, but what we or the page had wrong before. Raises
    UsageFault for an id that names nothing to decide.
    """
    if kind is not None and kind not in ledger.CORRECTIONS:
        raise UsageFault(f"--as is one of {', '.join(ledger.CORRECTIONS)}")
    reason = why.strip()
    if not reason:
        raise UsageFault("--why wants a reason in words: it is kept with the judgement")
    name = (by or _login()).strip()
    if not name or name == "judge":
        raise UsageFault("--by wants the name of a person")
    with run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop:
        with shop.warehouse() as connection:
            _bring_up(connection)
            now = datetime.now(UTC)
            word = _word_on_disagreement(connection, item, verdict)
            if word is not None:
                if kind is not None:
                    raise UsageFault(f"{item} is a disagreement of a page and a list: --as is for prices")
                record_explanation(connection, word | {"reason": reason, "said_by": name, "said_at": now})
                done = f"{item} is {'explained' if word['verdict'] == 'explained' else 'open again'}"
            else:
                row = _judgement(connection, item, verdict)
                if kind is not None and row["quote_id"] is None:
                    raise UsageFault(f"{item} is a page that lost rows: --as is for prices")
                row |= {"rule": kind} if kind is not None else {}
                record(connection, Facts(judgements=[row | {"reason": reason, "judged_by": name, "judged_at": now}]))
                done = f"{item} is {verdict}"
            _bring_up(connection)
        _publish(shop, now)
    terminal.say(f"{done} by {name}; the site is built again")


def decide_recorded(
    connection: duckdb.DuckDBPyConnection, decisions: Iterable[Mapping[str, str]], now: datetime
) -> None:
    """A person's words of the demonstration, on what they name and is held: recorded as its pages are, and played so."""
    for one in decisions:
        for held in state.held_rows(connection):
            if all(held[name] == one[name] for name in ("provider", "model", "meter", "variant")):
                row = _judgement(connection, held["judgement_id"], one["verdict"]) | {"rule": one["rule"]}
                said = {"reason": one["why"], "judged_by": one["by"], "judged_at": now}
                record(connection, Facts(judgements=[row | said]))


def _named(row: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        row["judgement_id"],
        row["provider"],
        " ".join(filter(None, (row["model"] or row["size_tier"], row["condition"]))),
        " ".join(filter(None, (row["meter"], row["method"], row["technique"]))),
        row["tier"],
    )


def _judgement(connection: duckdb.DuckDBPyConnection, item: str, verdict: str) -> dict[str, Any]:
    """What a person's word is kept as: on a reading, also one that was decided before, or on a page that lost rows."""
    price = state.price_verdict(connection, item)
    if price is not None:
        if price.pop("stands") == verdict:
            raise UsageFault(f"{item} is {verdict} already")
        return price | {"verdict": verdict, "rule": "person"}
    undecided = {lost["id"] for lost in state.lost_sections(connection)}
    for lost in state.lost_sections(connection, with_decided=True):
        if lost["id"] == item:
            return _word_on_page(lost, verdict, is_decided=item not in undecided)
    raise UsageFault(f"{item!r} is not held; `ftprices review list` prints what is")


def _word_on_disagreement(connection: duckdb.DuckDBPyConnection, item: str, verdict: str) -> dict[str, Any] | None:
    """A person's word on two sources that differ: accepting explains it, rejecting takes that back. None for another id."""
    for row in state.disagreements(connection):
        if row["disagreement_id"] == item:
            said = "explained" if verdict == "accepted" else "open"
            if row["state"] == said:
                raise UsageFault(f"{item} is {said} already")
            return {"disagreement_id": item, "verdict": said}
    return None


def _word_on_page(lost: Mapping[str, Any], verdict: str, *, is_decided: bool) -> dict[str, Any]:
    item, what = lost["id"], f"section {lost['section']}" if lost["section"] else "rows"
    if is_decided == (verdict == "accepted"):
        raise UsageFault(
            f"{item} is accepted already"
            if is_decided
            else f"the {what} behind {item} cannot be put back on the page: accept the loss, or mend the scraper"
        )
    return {
        "series_id": item,
        "provider": lost["provider"],
        "page": lost["page"],
        "quote_id": None,
        "read_id": lost["read_id"],
        "read_at": lost["read_at"].replace(tzinfo=UTC),
        "verdict": "ended",
        "rule": state.TAKEN_BACK_RULE if is_decided else lost["rule"],
    }


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
