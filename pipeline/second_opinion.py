"""What third parties' lists say of a move that is read on a seller's page: before it is judged, and when a list comes later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

import duckdb

from pipeline import judge, rows
from pipeline.looks import PageKey
from pipeline.static_rules import static_faults
from warehouse import state, upkeep
from warehouse.facts import Facts, record


def seconds_of(connection: duckdb.DuckDBPyConnection, provider: str) -> Mapping[str, list[judge.SecondSource]]:
    """What lists say now of a seller's prices, by series."""
    found: dict[str, list[judge.SecondSource]] = defaultdict(list)
    for row in state.second_sources(connection, provider):
        found[row.pop("series_id")].append(judge.SecondSource(**row))
    return found


def release_held(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[PageKey]:
    """Accept what is held and a list that came since agrees with: the page of each such price.

    Only sellers of whom a list said something new are asked about, once. The verdict is the judge's, on the read it was
    held on; the tables lag behind it afterwards.
    """
    unheard = state.unheard_sellers(connection)
    if not unheard:
        return []
    upkeep.catch_up(connection)
    held = [
        row
        for row in state.held_rows(connection)
        if row["provider"] in unheard and row["rule"] in judge.SETTLED_BY_A_SECOND and row["announced_for"] is None
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
    record(connection, Facts(judgements=judgements))
    state.forget_unheard(connection)  # killed before this, the next run asks again and finds nothing held
    return [(row["provider"], row["page"]) for row in judgements]


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
