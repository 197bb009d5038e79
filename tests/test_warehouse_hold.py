"""What was held back for more than a second look, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from tests.warehouse_facts import Row, built_warehouse, kept, moment, price, read, rows
from warehouse.facts import Facts, record
from warehouse.upkeep import failing_rows, promises, refresh

FIVE, SLIP = price("5"), price("5000")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in which 5 stood for three days, and 5000 was read on the fourth and held."""
    with built_warehouse() as con:
        take_in(con, read(moment(0), [FIVE]), look(2, FIVE), held(3, SLIP))
        yield con


def take_in(con: duckdb.DuckDBPyConnection, *facts: Facts) -> None:
    for one in facts:
        record(con, one)
    refresh(con)
    assert [] == [promise.name for promise in promises() if failing_rows(con, promise)]


def look(day: float, *shown: Row) -> Facts:
    """A read that calls for no verdict."""
    return read(moment(day), shown, verdicts=None)


def held(day: float, one: Row, rule: str = "power_of_ten") -> Facts:
    return read(moment(day), [one], verdicts=[(one, "held", rule)])


def person(day: float, one: Row, verdict: str, of: float) -> Facts:
    """Ada's word, given on a day, about what was read on another."""
    facts = read(moment(of), [one], verdicts=[(one, verdict, "person", "Ada")])
    return Facts(judgements=[{**row, "judged_at": moment(day)} for row in facts.judgements])


def fates(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None, datetime | None]]:
    """What became of each hold, by whom and when; the oldest hold first."""
    return con.execute("SELECT became, decided_by, decided_at FROM pub.hold ORDER BY held_at").fetchall()


def test_a_hold_that_stands_says_what_was_read_and_what_stood(con: duckdb.DuckDBPyConnection):
    take_in(con, look(4, SLIP))
    (row,) = rows(con, "FROM pub.hold")
    assert (row["became"], row["decided_by"], row["decided_at"]) == ("held", None, None)
    assert (row["new_amount"], row["new_amount_text"], row["new_state"]) == (5000.0, "5000", "priced")
    assert (row["old_amount"], row["old_amount_text"], row["old_state"]) == (5.0, "5", "priced")
    assert (row["rule"], row["reason"], row["held_at"]) == ("power_of_ten", "a test says so", kept(3))
    assert (row["provider"], row["model"], row["meter"], row["unit"]) == ("openai", "m", "inference_input", "1M tokens")
    assert (row["page"], row["quoted"], row["source_url"]) == ("pricing", "m $5000", "https://openai.test/pricing")
    assert con.execute("SELECT judgement_id, sha256 FROM pub.held").fetchall() == [(row["judgement_id"], row["sha256"])]


@pytest.mark.parametrize("shown", [[FIVE], [price("9", model="n")]], ids=["another value", "not the row"])
def test_a_hold_goes_away_when_the_page_prints_something_else_or_nothing(
    con: duckdb.DuckDBPyConnection, shown: list[Row]
):
    take_in(con, look(4, SLIP), read(moment(5), [], outcome="unreachable"))
    assert fates(con) == [("held", None, None)]  # a look that failed says nothing
    take_in(con, look(6, *shown), look(7, *shown))
    assert fates(con) == [("gone away", None, kept(6))]
    assert con.execute("FROM pub.held").fetchall() == []


def test_a_hold_that_readings_release_is_accepted_by_the_judge(con: duckdb.DuckDBPyConnection):
    take_in(con, look(4, SLIP), read(moment(5), [SLIP], verdicts=[(SLIP, "accepted", "ratio_released")]))
    assert fates(con) == [("accepted", "judge", kept(5))]
    take_in(con, look(6, SLIP), read(moment(7), [FIVE]))  # and it moves on: that verdict stays
    assert fates(con) == [("accepted", "judge", kept(5))]
    assert con.execute("SELECT old_amount FROM pub.hold").fetchall() == [(5.0,)]  # not its own span


@pytest.mark.parametrize("verdict", ["accepted", "refused"])
def test_a_person_decides_on_the_day_they_do(con: duckdb.DuckDBPyConnection, verdict: str):
    take_in(con, look(4, SLIP), person(4.5, SLIP, verdict, of=3))
    assert fates(con) == [(verdict, "Ada", kept(4.5))]
    take_in(con, look(6, FIVE))
    assert fates(con) == [(verdict, "Ada", kept(4.5))]
    assert con.execute("SELECT old_amount FROM pub.hold").fetchall() == [(5.0,)]


def test_the_newest_word_counts(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(4), [SLIP], verdicts=[(SLIP, "accepted", "ratio_released")]))
    take_in(con, person(6, SLIP, "refused", of=4))
    assert fates(con) == [("refused", "Ada", kept(6))]


def test_a_second_look_is_no_hold():
    with built_warehouse() as con:
        four = price("4")
        take_in(con, read(moment(0), [FIVE]), held(1, four, "unconfirmed"), read(moment(2), [four]))
        assert fates(con) == []
        take_in(con, held(3, FIVE, "unconfirmed"))
        assert con.execute("SELECT count(*) FROM pub.held").fetchone() == (1,)
        assert fates(con) == []


def test_each_value_has_its_own_fate(con: duckdb.DuckDBPyConnection):
    dear = price("50000")
    take_in(con, held(4, dear))
    assert fates(con) == [("gone away", None, kept(4)), ("held", None, None)]
    take_in(con, held(5, SLIP))  # and back: another verdict, another row
    assert fates(con) == [("gone away", None, kept(4)), ("gone away", None, kept(5)), ("held", None, None)]
    take_in(con, read(moment(6), [SLIP], verdicts=[(SLIP, "accepted", "ratio_released")]))
    assert [became for became, *_ in fates(con)] == ["gone away", "gone away", "accepted"]
    assert con.execute("SELECT DISTINCT old_amount FROM pub.hold").fetchall() == [(5.0,)]


def test_a_reading_held_by_two_rules_has_one_fate(con: duckdb.DuckDBPyConnection):
    take_in(con, held(4, SLIP, "storm"))
    assert fates(con) == [("held", None, None)] * 2
    assert con.execute("SELECT rule FROM pub.held").fetchall() == [("storm",)]
    take_in(con, read(moment(5), [SLIP], verdicts=[(SLIP, "accepted", "storm_released")]))
    assert fates(con) == [("accepted", "judge", kept(5))] * 2
    assert con.execute("SELECT DISTINCT old_amount FROM pub.hold").fetchall() == [(5.0,)]


def test_a_slip_that_comes_back_is_held_again_by_the_same_verdict(con: duckdb.DuckDBPyConnection):
    take_in(con, look(4, FIVE))
    assert fates(con) == [("gone away", None, kept(4))]
    take_in(con, look(5, SLIP))  # the judge does not say the same twice
    assert fates(con) == [("held", None, None)]
    take_in(con, look(6, FIVE))
    assert fates(con) == [("gone away", None, kept(6))]


def test_nothing_stood_before_the_first_sight_or_after_the_end(con: duckdb.DuckDBPyConnection):
    odd, other = price("7", model="n"), price("9", model="o")
    ended = read(moment(7), [other], verdicts=None, ended=[str(FIVE["series_id"])])
    first = read(moment(1), [odd], page="docs", verdicts=[(odd, "held", "doubt")])
    take_in(con, first, look(4, other), look(5, other), look(6, other), ended, held(8, price("6"), "doubt"))
    found = {row["held_at"]: row for row in rows(con, "FROM mart.hold")}
    assert found.keys() == {kept(1), kept(3), kept(8)}
    assert [found[kept(day)]["accepted_amount"] for day in (1, 3, 8)] == [None, Decimal(5), None]
    assert [found[kept(day)]["accepted_state"] for day in (1, 3, 8)] == [None, "priced", None]


def test_a_free_reading_is_held_as_free():
    with built_warehouse() as con:
        take_in(con, read(moment(0), [FIVE]), held(1, price("0"), "fall_to_zero"), held(2, price(None), "storm"))
        found = con.execute("SELECT new_state, new_amount_text, became, decided_at FROM pub.hold ORDER BY held_at")
        assert found.fetchall() == [("free", "0", "gone away", kept(2)), ("not_printed", None, "held", None)]


def test_a_verdict_on_a_reading_that_was_not_believed_waits_for_the_next():
    """A page that was suspect as a whole is no good read, and nothing is known of what came after."""
    with built_warehouse() as con:
        suspect = read(moment(1), [SLIP], outcome="suspect", verdicts=[(SLIP, "held", "power_of_ten")])
        take_in(con, read(moment(0), [FIVE]), suspect)
        assert fates(con) == [("held", None, None)]
        take_in(con, look(2, FIVE))
        assert fates(con) == [("gone away", None, kept(2))]


def test_an_announced_price_is_held_beside_the_one_in_force(con: duckdb.DuckDBPyConnection):
    day = moment(30).date()
    coming = price("5", effective_from=day)  # as much as what holds today
    take_in(con, read(moment(4), [SLIP, coming], verdicts=[(coming, "held", "doubt")]))
    held_now = "SELECT rule, announced_for, new_amount, old_amount FROM pub.held ORDER BY rule"
    assert con.execute(held_now).fetchall() == [("doubt", day, 5.0, 5.0), ("power_of_ten", None, 5000.0, 5.0)]
    assert fates(con) == [("held", None, None)] * 2
    take_in(con, look(5, SLIP))
    assert fates(con) == [("held", None, None), ("gone away", None, kept(5))]
    assert con.execute("SELECT announced_for FROM pub.hold ORDER BY held_at").fetchall() == [(None,), (day,)]
