"""What third parties' lists say of a move that is read on a seller's page: before it is judged, and when a list comes later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import duckdb

from pipeline import judge, rows
from pipeline.static_rules import static_faults
from warehouse import state
from warehouse.facts import Facts, record


def seconds_of(connection: duckdb.DuckDBPyConnection, provider: str) -> Mapping[str, list[judge.SecondSource]]:
    """What lists say now of a seller's prices, by series."""
    found: dict[str, list[judge.SecondSource]] = defaultdict(list)
    for row in state.second_sources(connection, provider):
        found[row.pop("series_id")].append(judge.SecondSource(**row))
    return found


def release_held(connection: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Accept what is held and a list that was imported since agrees with; how many prices that is.

    The verdict is the judge's, on the read it was held on. The tables lag behind afterwards.
    """
    held = [
        row
        for row in state.held_rows(connection)
        if row["rule"] in judge.SETTLED_BY_A_SECOND and row["announced_for"] is None
    ]
    judgements = []
    for provider, page in sorted({(row["provider"], row["page"]) for row in held}):
        seconds = seconds_of(connection, provider)
        standings = state.series_states(connection, provider, page, now)
        faulty = _faulty(connection, provider, page, now)
        for row in held:
            if (row["provider"], row["page"]) != (provider, page) or row["series_id"] in faulty:
                continue
            standing = rows.standing(standings[row["series_id"]])
            value = (row["amount"], row["value_state"])
            second = judge.second_source(value, standing, now, seconds.get(row["series_id"], ()))
            verdict = state.price_verdict(connection, row["judgement_id"])
            if second is None or verdict is None or standing.run_value != value:  # the page prints another since
                continue
            verdict.pop("stands")
            judgements.append(
                verdict
                | {
                    "verdict": "accepted",
                    "rule": judge.SECOND_SOURCE,
                    "reason": judge.second_words(second),
                    "judged_by": "judge",
                    "judged_at": now,
                }
            )
    if judgements:
        record(connection, Facts(judgements=judgements))
    return len(judgements)


def _faulty(connection: duckdb.DuckDBPyConnection, provider: str, page: str, now: datetime) -> Collection[str]:
    """The series whose newest reading breaks a rule of the seller's own: of those a list is no judge."""
    newest = state.page_before(connection, provider, page, now)
    stored = None if newest is None else state.reading(connection, newest.reading_id)
    if newest is None or stored is None:
        return ()
    quotes = [rows.quote_of(one) for one in stored.quotes]
    today = [replace(one, evidence=replace(one.evidence, fetched_at=newest.read_at)) for one in quotes]
    bases = rows.bases(provider, state.base_prices(connection, provider))
    return static_faults([one for one in today if one.is_in_force], bases)
