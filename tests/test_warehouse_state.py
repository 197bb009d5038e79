"""What a tick asks of the warehouse before it looks, reads and judges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from tests.warehouse_facts import Row, built_warehouse, empty_warehouse, moment, price, read, statement
from warehouse import state
from warehouse.facts import Facts, record
from warehouse.state import AnnouncedState, SeriesState
from warehouse.upkeep import refresh

OPENAI = ("openai", "pricing")
FIVE = {
    "accepted_amount": Decimal(5),
    "accepted_state": "priced",
    "last_verdict": "accepted",
    "last_rule": "first_sight",
    "last_amount": Decimal(5),
    "last_state": "priced",
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def take_in(con: duckdb.DuckDBPyConnection, *facts: Facts) -> None:
    for one in facts:
        record(con, one)
    refresh(con)


def series_before(con: duckdb.DuckDBPyConnection, day: float, of: Row | None = None) -> SeriesState:
    return state.series_states(con, *OPENAI, moment(day))[str((of or price("5"))["series_id"])]


def test_an_empty_warehouse_answers():
    with empty_warehouse() as con:  # migrated and nothing more, as on the first tick
        assert state.newest_look(con) is None
        assert state.page_states(con) == {}
        assert state.series_states(con, *OPENAI, moment(0)) == {}
        assert state.base_prices(con, "openai") == []
        assert state.held_rows(con) == []
        assert state.lost_sections(con) == []
        assert state.ended_sections(con, *OPENAI) == frozenset()
        assert state.page_before(con, *OPENAI, moment(0)) is None
        assert state.announced_states(con, *OPENAI, moment(0)) == []
        assert state.refused_rows(con) == []
        assert state.waiting_counts(con) == {}
        assert state.price_verdict(con, "nothing") is None
        assert state.read_outcome(con, "nothing") is None
        assert state.reading(con, "nothing") is None


def test_a_series_that_stands(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [price("5")]), read(moment(1), [price("5")], verdicts=None))
    assert series_before(con, 2) == SeriesState(**FIVE, accepted_seen_at=moment(1))
    assert series_before(con, 1) == SeriesState(**FIVE, accepted_seen_at=moment(0))  # as that read found it
    assert state.series_states(con, *OPENAI, moment(0)) == {}


def test_a_move_that_waits(con: duckdb.DuckDBPyConnection):
    four = price("4")
    take_in(con, read(moment(0), [price("5")]), read(moment(1), [four], verdicts=[(four, "held", "unconfirmed")]))
    waiting = FIVE | {
        "accepted_seen_at": moment(0),
        "run_amount": Decimal(4),
        "run_state": "priced",
        "run_after": moment(0),
        "last_verdict": "held",
        "last_rule": "unconfirmed",
        "last_amount": Decimal(4),
    }
    assert series_before(con, 2) == SeriesState(**waiting, run_reads=(moment(1),))
    assert state.page_states(con)[OPENAI].is_unconfirmed
    take_in(con, read(moment(2), [four], verdicts=None, was_conditional=True))
    take_in(con, read(moment(3), [], verdicts=None))  # a read without the row is no other value
    take_in(con, read(moment(4), [four], verdicts=None))
    assert series_before(con, 3) == SeriesState(**waiting, run_reads=(moment(1), moment(2)))
    assert series_before(con, 5) == SeriesState(
        **waiting, run_reads=(moment(1), moment(2), moment(4)), run_has_unconditional=True
    )
    take_in(con, read(moment(5), [price("5")], verdicts=None))
    assert series_before(con, 6).run_state is None
    assert series_before(con, 6).accepted_seen_at == moment(5)
    assert not state.page_states(con)[OPENAI].is_unconfirmed


def test_the_run_is_of_the_newest_value_only(con: duckdb.DuckDBPyConnection):
    page = [price("5"), price("4"), price("3"), price("3")]
    take_in(con, *(read(moment(day), [one], verdicts="held" if day else "accepted") for day, one in enumerate(page)))
    found = series_before(con, 9)
    assert (found.run_amount, found.run_reads, found.run_after) == (Decimal(3), (moment(2), moment(3)), moment(1))


def test_a_series_that_is_missed_and_then_ended(con: duckdb.DuckDBPyConnection):
    other, series = price("9", model="n"), str(price("5")["series_id"])
    take_in(con, read(moment(0), [price("5"), other]), read(moment(1), [other], verdicts=None))
    assert series_before(con, 2).absent_reads == (moment(1),)
    assert state.page_states(con)[OPENAI].is_waiting
    take_in(con, read(moment(2), [], outcome="unreachable"), read(moment(3), [other], verdicts=None))
    assert series_before(con, 4).absent_reads == (moment(1), moment(3))
    take_in(con, read(moment(4), [other], verdicts=None, ended=[series]))
    ended = series_before(con, 5)
    assert (ended.accepted_state, ended.run_state, len(ended.absent_reads)) == (None, None, 3)
    assert (ended.previous_amount, ended.previous_seen_at) == (Decimal(5), moment(0))
    assert (ended.last_verdict, ended.last_rule, ended.last_state) == ("ended", "gone", None)
    assert not state.page_states(con)[OPENAI].is_waiting


def test_an_announced_price_is_not_yet_the_series(con: duckdb.DuckDBPyConnection):
    page = [price("5"), price("4", effective_from=date(2026, 1, 6))]
    take_in(con, read(moment(0), page), read(moment(1), page, verdicts=None))
    assert series_before(con, 2) == SeriesState(**FIVE, accepted_seen_at=moment(1))
    assert state.page_states(con)[OPENAI].dates_due == (datetime(2026, 1, 6, tzinfo=UTC),)
    take_in(con, read(moment(6), page, verdicts=None))
    assert (series_before(con, 7).run_amount, series_before(con, 7).run_reads) == (Decimal(4), (moment(6),))
    assert state.page_states(con)[OPENAI].dates_due == ()


def test_an_announcement_and_the_reads_that_made_it(con: duckdb.DuckDBPyConnection):
    coming = price("4", effective_from=date(2026, 1, 20))
    page = [price("5"), coming]
    series, key = str(coming["series_id"]), {"effective_from": date(2026, 1, 20), "value_state": "priced"}
    take_in(con, read(moment(0), [price("5")]))
    assert state.announced_states(con, *OPENAI, moment(1)) == []
    take_in(con, read(moment(1), page, verdicts=[(coming, "held", "unconfirmed")]), read(moment(2), [price("5")]))
    known = AnnouncedState(
        series_id=series, **key, amount=Decimal(4), is_believed=False, run_reads=(), run_has_unconditional=False,
        last_verdict="held", last_rule="unconfirmed",
    )  # fmt: skip
    assert state.announced_states(con, *OPENAI, moment(3)) == [known], "a read without it breaks the run"
    assert not state.page_states(con)[OPENAI].is_unconfirmed
    take_in(con, read(moment(3), page, verdicts=None), read(moment(4), page, verdicts=None, was_conditional=True))
    run = (moment(3), moment(4))
    assert state.announced_states(con, *OPENAI, moment(5)) == [replace(known, run_reads=run)]
    assert state.page_states(con)[OPENAI].is_unconfirmed
    take_in(con, read(moment(5), page, verdicts=[(coming, "accepted", "confirmed")]))
    (found,) = state.announced_states(con, *OPENAI, moment(6))
    assert (found.is_believed, found.run_has_unconditional, found.last_rule) == (True, True, "confirmed")
    assert state.page_states(con)[OPENAI].dates_due == (datetime(2026, 1, 20, tzinfo=UTC),)
    take_in(con, read(moment(20), [], page="docs"))  # the day has come, and nobody looked yet
    assert [one.is_believed for one in state.announced_states(con, *OPENAI, moment(21))] == [True]
    take_in(con, read(moment(21), [price("4")]))
    assert state.announced_states(con, *OPENAI, moment(22)) == []


def test_a_page_before_a_read_and_what_was_suspect_since(con: duckdb.DuckDBPyConnection):
    good = read(moment(0), [price("5"), price("6", model="n")])
    fewer = [read(moment(day), [price("5")], outcome="suspect", body=str(day)) for day in (1, 3)]
    take_in(con, good, fewer[0], read(moment(2), [], outcome="unreachable"), fewer[1])
    found = state.page_before(con, *OPENAI, moment(4))
    assert found is not None
    assert (found.read_at, found.reading_id) == (moment(0), good.page_reads[0]["reading_id"])
    assert (found.parser_version, found.sections) == ("openai/1", {"prices": 2})
    assert found.suspects == ((moment(1), {"prices": 1}), (moment(3), {"prices": 1}))
    earlier = state.page_before(con, *OPENAI, moment(3))
    assert earlier is not None
    assert len(earlier.suspects) == 1


def test_a_page_with_a_hold_that_readings_release_is_asked_for_whole(con: duckdb.DuckDBPyConnection):
    dear = price("50000")
    take_in(con, read(moment(0), [price("5")]), read(moment(1), [dear], verdicts=[(dear, "held", "power_of_ten")]))
    assert not state.page_states(con)[OPENAI].is_held
    take_in(con, read(moment(2), [dear], verdicts=[(dear, "held", "ratio")]))
    assert state.page_states(con)[OPENAI].is_held
    assert state.waiting_counts(con) == {OPENAI: 1}


def test_a_second_look_in_one_tick_sees_the_first(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), [price("5")]))  # and nobody derived anything yet
    assert series_before(con, 1).accepted_amount == Decimal(5)


def test_a_page_by_its_looks(con: duckdb.DuckDBPyConnection):
    good = read(moment(0), [price("5")], said=[statement("closed_to_new", date(2026, 2, 1))], etag='"a"')
    take_in(con, good, read(moment(1), [], outcome="unreachable", status=None))
    page = state.page_states(con)[OPENAI]
    assert (page.looked_at, page.outcome) == (moment(1), "unreachable")
    assert (page.etag, page.sha256) == ('"a"', good.page_reads[0]["sha256"])
    assert page.dates_due == (datetime(2026, 2, 1, tzinfo=UTC),)
    assert (page.is_unconfirmed, page.is_held, page.is_waiting) == (False, False, False)
    assert state.newest_look(con) == moment(1)


def test_a_reading_that_is_stored_needs_no_parsing(con: duckdb.DuckDBPyConnection):
    facts = read(moment(0), [price("5"), price("6", model="n")], said=[statement("on_sale")])
    record(con, facts)
    found = state.reading(con, str(facts.page_reads[0]["reading_id"]))
    assert found is not None
    assert {row["amount"] for row in found.quotes} == {Decimal(5), Decimal(6)}
    assert (found.sections, found.facts) == ({"prices": 2}, 1)
    outcome = state.read_outcome(con, "20260101T060000Z/openai/pricing")
    assert outcome == state.ReadOutcome(outcome="good", detail=None, quotes=2)


def test_base_prices_are_the_accepted_ones_without_conditions(con: duckdb.DuckDBPyConnection):
    page = [price("5"), price("4", condition="legacy"), price("8", model="t", variant="fine_tuned", base_model="m")]
    take_in(con, read(moment(0), page), read(moment(1), [price("50"), *page[1:]], verdicts="held"))
    assert state.base_prices(con, "openai") == [
        state.BasePrice(model="m", meter="inference_input", tier="standard", amount=Decimal(5))
    ]
    assert state.base_prices(con, "anthropic") == []


def test_held_rows_are_those_that_still_stand(con: duckdb.DuckDBPyConnection):
    dear, slipped = price("50"), price("0.001", model="n")
    take_in(
        con,
        read(moment(0), [price("5"), price("1", model="n")]),
        read(moment(1), [dear, slipped], verdicts=[(dear, "held", "ratio"), (slipped, "held", "power_of_ten")]),
    )
    found = {row["model"]: row for row in state.held_rows(con)}
    assert found.keys() == {"m", "n"}
    assert (found["m"]["accepted_amount"], found["m"]["amount"]) == (Decimal(5), Decimal(50))
    assert (found["m"]["rule"], found["m"]["reason"]) == ("ratio", "a test says so")
    assert state.page_states(con)[OPENAI].is_waiting
    back = read(moment(2), [dear, price("1", model="n")], verdicts=None)
    take_in(con, back)  # the slip went away by itself
    assert [row["model"] for row in state.held_rows(con)] == ["m"]
    take_in(con, read(moment(1), [dear, slipped], verdicts=[(dear, "refused", "person", "Ada")]))
    assert state.held_rows(con) == []
    assert con.execute("FROM pub.held").fetchall() == []


def test_a_section_that_is_lost_waits_for_a_person(con: duckdb.DuckDBPyConnection):
    def look(day: float, outcome: str, **sections: int) -> Facts:
        facts = read(moment(day), [price("5")], outcome=outcome, body=str(sections), detail="words")
        reading = {**facts.readings[0], "sections": json.dumps(sections)} if facts.readings else None
        if outcome == "layout_changed":  # the page was read; what was read is kept, and not believed
            good = read(moment(day), [price("5")], body=str(sections))
            reading = {**good.readings[0], "sections": json.dumps(sections)}
            read_row = {**facts.page_reads[0], "reading_id": good.page_reads[0]["reading_id"]}
            return Facts(page_reads=[read_row], readings=[reading], quotes=good.quotes)
        return Facts(
            page_reads=facts.page_reads,
            readings=[reading] if reading else [],
            quotes=facts.quotes,
            judgements=facts.judgements,
        )

    take_in(con, look(0, "good", tokens=1, hours=2, empty=0))
    assert state.lost_sections(con) == []
    take_in(con, look(1, "layout_changed", tokens=1))
    (lost,) = state.lost_sections(con)
    assert (lost["provider"], lost["page"], lost["section"], lost["detail"]) == ("openai", "pricing", "hours", "words")
    assert lost["id"] == state.section_series("openai", "pricing", "hours")
    said = {
        "series_id": lost["id"],
        "provider": "openai",
        "page": "pricing",
        "read_id": lost["read_id"],
        "read_at": lost["read_at"].replace(tzinfo=UTC),
        "verdict": "ended",
        "rule": "section",
        "reason": "the seller says so",
        "judged_by": "Ada",
        "judged_at": moment(2),
    }
    take_in(con, Facts(judgements=[said]))
    assert state.ended_sections(con, *OPENAI) == {"hours"}
    assert state.lost_sections(con) == []
    take_in(con, look(3, "good", tokens=1, hours=2))  # and it is back
    assert state.ended_sections(con, *OPENAI) == frozenset()
