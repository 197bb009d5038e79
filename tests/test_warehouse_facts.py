"""Facts: appended once, whole or not at all, exact, and never changed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import duckdb
import pytest

from scrapers.contract import EVIDENCE_FIELDS, QUOTE_FIELDS, SERIES_KEY, Meter, ValueState
from tests.warehouse_facts import KEY, Row, empty_warehouse, kept, moment, price, read, rows, statement
from warehouse.errors import BadFact
from warehouse.facts import AVAILABILITY, JUDGEMENT, PAGE_READ, QUOTE, READING, Facts, quote_id_of, record
from warehouse.upkeep import rebuild

NOTHING = {"page_read": 0, "reading": 0, "quote": 0, "availability": 0, "judgement": 0}


def changed(facts: Facts, part: str, **fields: object) -> Facts:
    """The same facts with columns of the rows of one part changed."""
    return dataclasses.replace(facts, **{part: [{**row, **fields} for row in getattr(facts, part)]})


def test_the_columns_of_a_quote_are_the_fields_of_a_quote():
    stored_as = {"url": "source_url", "fetched_at": "read_at"}
    fields = [name for name in QUOTE_FIELDS if name != "evidence"]
    evidence = [stored_as.get(name, name) for name in EVIDENCE_FIELDS]
    ours = [name for name in QUOTE if name not in ("quote_id", "reading_id", "page", "series_id")]
    assert [*fields, *evidence] == ours
    assert list(SERIES_KEY) == list(KEY)


def test_the_lists_of_columns_are_the_tables():
    with empty_warehouse() as con:
        for table, columns in {
            "page_read": PAGE_READ,
            "reading": READING,
            "quote": QUOTE,
            "availability": AVAILABILITY,
            "judgement": JUDGEMENT,
        }.items():
            described = rows(con, f"DESCRIBE raw.{table}")
            assert [row["column_name"] for row in described] == list(columns)
            types = [
                str(row["column_type"]).replace("VARCHAR", "TEXT").replace("(24,12)", "(24, 12)") for row in described
            ]
            assert types == list(columns.values()), table


def test_every_meter_has_its_unit_and_every_value_state_its_check():
    with empty_warehouse() as con:
        rebuild(con)
        units = dict(con.execute("SELECT meter, unit FROM seed.meter").fetchall())
        assert units == {meter.value: meter.unit for meter in Meter}
        words = con.execute("SELECT meter FROM seed.meter WHERE words IS NULL OR words = ''").fetchall()
        assert words == []
        for state in ValueState:
            amount = {"priced": "1", "free": "0"}.get(state.value)
            record(con, read(moment(0), [{**price(amount), "value_state": state.value, "model": state.value}]))


def test_the_same_facts_twice_are_one_fact():
    facts = read(moment(0), [price("5"), price("5"), price("8", model="n")], said=[statement("on_sale")])
    with empty_warehouse() as con:
        assert record(con, facts) == {"page_read": 1, "reading": 1, "quote": 2, "availability": 1, "judgement": 2}
        con.execute("DELETE FROM core.touched_series")
        assert record(con, facts) == NOTHING
        assert con.execute("FROM core.touched_series").fetchall() == []
        assert record(con, Facts()) == NOTHING


def test_what_is_kept_is_what_was_read_to_the_last_digit():
    with empty_warehouse() as con:
        facts = read(moment(0), [price("0.0375", effective_to=date(2026, 12, 31), size_min_params=16_000_000_000)])
        record(con, facts)
        (found,) = rows(con, "FROM raw.quote")
        given = facts.quotes[0]
        assert found["amount"] == Decimal("0.0375")
        assert found["read_at"] == kept(0)
        assert {name: found[name] for name in given.keys() - {"read_at"}} == {
            name: value for name, value in given.items() if name != "read_at"
        }
        assert found["condition"] is None
        assert found["quote_id"] == quote_id_of(given)


def test_times_are_kept_in_utc():
    there = timezone(timedelta(hours=-8))
    with empty_warehouse() as con:
        record(con, read(datetime(2026, 1, 1, 22, tzinfo=there), [price("5")]))
        assert con.execute("SELECT fetched_at FROM raw.page_read").fetchone() == (kept(1),)


@pytest.mark.parametrize(
    ("part", "fields", "words"),
    [
        ("page_reads", {"fetched_at": kept(0)}, "has no time zone"),
        ("quotes", {"amount": 5.0}, "is a float; money is exact"),
        ("quotes", {"amount": Decimal("0.0000000000001")}, "does not fit"),
        ("quotes", {"amount": Decimal(10**12)}, "does not fit"),
        ("quotes", {"price": Decimal(5)}, "raw.quote has no column price"),
        ("quotes", {"quote_id": "0123456789abcdef"}, "is not the one that its row makes"),
    ],
)
def test_a_row_that_cannot_be_kept_is_refused_before_anything_is_written(part: str, fields: Row, words: str):
    with empty_warehouse() as con:
        with pytest.raises(BadFact, match=words):
            record(con, changed(read(moment(0), [price("5")]), part, **fields))
        assert con.execute("FROM raw.page_read").fetchall() == []


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("judgements", {"verdict": "perhaps"}),
        ("quotes", {"value_state": "not_printed"}),
        ("quotes", {"raw_text": None}),
        ("page_reads", {"outcome": "fine"}),
        ("page_reads", {"reading_id": None}),
    ],
)
def test_a_row_that_the_tables_refuse_leaves_nothing_behind(part: str, fields: Row):
    with empty_warehouse() as con:
        with pytest.raises(duckdb.ConstraintException):
            record(con, changed(read(moment(0), [price("5")]), part, **fields))
        for table in ("page_read", "reading", "quote", "judgement"):
            assert con.execute(f"FROM raw.{table}").fetchall() == [], table
        assert con.execute("FROM core.touched_series").fetchall() == []


def test_verdicts_are_numbered_in_the_order_they_were_given():
    with empty_warehouse() as con:
        record(con, read(moment(1), [price("5"), price("6", model="n")]))
        record(con, read(moment(0), [price("5")]))
        assert con.execute("SELECT seq, read_at FROM raw.judgement ORDER BY seq").fetchall() == [
            (1, kept(1)),
            (2, kept(1)),
            (3, kept(0)),
        ]


def test_the_judge_says_a_thing_once_and_a_person_may_change_their_mind():
    one = price("5")
    judge = read(moment(0), [one], verdicts=[(one, "held", "ratio")])
    ada = read(moment(0), [one], verdicts=[(one, "accepted", "person", "Ada")])
    later = datetime(2026, 2, 1, tzinfo=UTC)
    with empty_warehouse() as con:
        for facts in (
            judge,
            changed(judge, "judgements", judged_at=later),
            ada,
            changed(ada, "judgements", judged_at=later),
        ):
            record(con, facts)
        assert con.execute("SELECT judged_by, count(*) FROM raw.judgement GROUP BY ALL ORDER BY ALL").fetchall() == [
            ("Ada", 2),
            ("judge", 1),
        ]


def test_a_read_that_shows_what_the_last_one_showed_touches_nothing():
    prices, said = [price("5"), price("6", model="n")], [statement("on_sale")]
    with empty_warehouse() as con:
        record(con, read(moment(0), prices, said=said))
        con.execute("DELETE FROM core.touched_series")
        record(con, read(moment(1), prices, said=said, verdicts=None))  # the same body
        record(con, read(moment(2), prices, said=said, verdicts=None, body="another date in the footer"))
        record(con, read(moment(3), [], outcome="unreachable"))
        record(con, read(moment(4), [price("9")], outcome="suspect", verdicts=None))
        assert con.execute("FROM core.touched_series").fetchall() == []
        record(con, read(moment(5), [price("5"), price("7", model="n")], said=said, verdicts=None))
        assert con.execute("SELECT DISTINCT series_id FROM core.touched_series").fetchall() == [
            (price("7", model="n")["series_id"],)
        ]
