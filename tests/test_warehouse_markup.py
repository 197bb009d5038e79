"""The economics: every formula against its golden figure, and markups of real prices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from tests.warehouse_facts import Row, built_warehouse, kept, moment, price, read, rows
from warehouse.facts import record
from warehouse.upkeep import failing_rows, refresh

# The seller's page as recorded on 2026-08-27: base and tuned, input and output, USD per 1M tokens; markup of each.
OPENAI = (
    ("gpt-4.1-2025-04-14", "gpt-4.1", ("2.00", "8.00"), ("3.00", "12.00"), (1.5, 1.5)),
    ("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini", ("0.40", "1.60"), ("0.80", "3.20"), (2, 2)),
    ("gpt-4.1-nano-2025-04-14", "gpt-4.1-nano", ("0.10", "0.40"), ("0.20", "0.80"), (2, 2)),
    ("gpt-4o-2024-08-06", "gpt-4o", ("2.50", "10.00"), ("3.75", "15.00"), (1.5, 1.5)),
    ("gpt-4o-mini-2024-07-18", "gpt-4o-mini", ("0.15", "0.60"), ("0.30", "1.20"), (2, 2)),
    ("o4-mini-2025-04-16", "o4-mini", ("1.10", "4.40"), ("4.00", "16.00"), (3.636, 3.636)),
    ("gpt-3.5-turbo", "gpt-3.5-turbo", ("0.50", "1.50"), ("3.00", "6.00"), (6, 4)),
    ("davinci-002", "davinci-002", ("2.00", "2.00"), ("12.00", "12.00"), (6, 6)),
    ("babbage-002", "babbage-002", ("0.40", "0.40"), ("1.60", "1.60"), (4, 4)),
)
METERS = ("inference_input", "inference_output")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def openai_page() -> list[Row]:
    prices = []
    for tuned, base, base_prices, tuned_prices, _ in OPENAI:
        for meter, base_price, tuned_price in zip(METERS, base_prices, tuned_prices, strict=True):
            prices.append(price(base_price, model=base, meter=meter))
            prices.append(price(tuned_price, model=tuned, base_model=base, meter=meter, variant="fine_tuned"))
    for meter, shared in zip(METERS, ("2.00", "8.00"), strict=True):
        fields = {"model": "o4-mini-2025-04-16", "base_model": "o4-mini", "variant": "fine_tuned"}
        prices.append(price(shared, meter=meter, condition="data_sharing", **fields))
    return prices


def test_the_markups_of_the_recorded_page(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), openai_page()))
    refresh(con)
    found = {(row["model"], row["meter"], row["condition"]): row["ratio"] for row in rows(con, "FROM mart.markup")}
    expected = {
        (tuned, meter, None): pytest.approx(ratio, abs=5e-4)
        for tuned, _, _, _, ratios in OPENAI
        for meter, ratio in zip(METERS, ratios, strict=True)
    }
    shared = {("o4-mini-2025-04-16", meter, "data_sharing"): pytest.approx(1.818, abs=5e-4) for meter in METERS}
    assert expected | shared == found
    assert failing_rows(con, "tuned_within_ten_times_base") == []


def tuned(amount: str | None, **fields: object) -> Row:
    return price(amount, **{"model": "t", "base_model": "m", "variant": "fine_tuned", **fields})


def only_markup(con: duckdb.DuckDBPyConnection) -> Row:
    (row,) = rows(con, "SELECT base_amount, ratio, extra_usd_per_mtok, unknown_because, first_seen_at FROM mart.markup")
    return row


UNKNOWN = {"base_amount": None, "ratio": None, "extra_usd_per_mtok": None, "first_seen_at": kept(0)}


@pytest.mark.parametrize(
    ("page", "because"),
    [
        ([tuned("8")], "no matching price of the base model m was read"),
        ([tuned("8", base_model=None), price("4")], "no base model is known for t"),
        ([tuned(None), price("4")], "the tuned price is not printed"),
        ([tuned("8"), price(None)], "the base price of m is not printed"),
        ([tuned("8"), price("4", tier="batch")], "no matching price of the base model m was read"),
        ([tuned("8"), price("4", region="eu")], "no matching price of the base model m was read"),
        ([tuned("8"), price("4", product="managed")], "no matching price of the base model m was read"),
        ([tuned("8"), price("4", condition="legacy")], "no matching price of the base model m was read"),
        ([tuned("8"), price("4", currency="EUR")], "no matching price of the base model m was read"),
        ([tuned("8"), price("4", context_band="long")], "no matching price of the base model m was read"),
    ],
)
def test_a_markup_that_is_unknown_says_why(con: duckdb.DuckDBPyConnection, page: list[Row], because: str):
    record(con, read(moment(0), page))
    refresh(con)
    row = only_markup(con)
    assert row["unknown_because"] == because
    assert row["ratio"] is None
    assert row["extra_usd_per_mtok"] is None
    assert failing_rows(con, "markup_is_known_or_says_why") == []


def test_a_free_base_has_no_ratio(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), [tuned("8"), price("0")]))
    refresh(con)
    assert only_markup(con) == UNKNOWN | {
        "base_amount": Decimal(0),
        "extra_usd_per_mtok": 8.0,
        "unknown_because": "the base model m is free",
    }


def test_a_base_that_is_gone_makes_the_markup_unknown(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), [tuned("8"), price("4")]))
    refresh(con)
    assert only_markup(con) == UNKNOWN | {
        "base_amount": Decimal(4),
        "ratio": 2.0,
        "extra_usd_per_mtok": 4.0,
        "unknown_because": None,
    }
    for day in (1, 2, 3):
        gone = [str(price("4")["series_id"])] if day == 3 else []
        record(con, read(moment(day), [tuned("8")], verdicts=None, ended=gone))
    refresh(con)
    assert only_markup(con) == UNKNOWN | {"unknown_because": "the base price of m is gone since 2026-01-02"}


def test_the_base_of_the_same_band_goes_before_the_one_without(con: duckdb.DuckDBPyConnection):
    page = [tuned("8", context_band="long"), price("2"), price("4", context_band="long")]
    record(con, read(moment(0), page))
    refresh(con)
    assert only_markup(con)["ratio"] == 2.0


def test_a_base_price_that_moves_moves_the_markup_and_its_history(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), [tuned("8"), price("4")]))
    record(con, read(moment(2), [tuned("8"), price("2")]))
    refresh(con)
    record(con, read(moment(3), [tuned("10"), price("2")], verdicts=[(tuned("10"), "accepted")]))
    assert len(refresh(con).series) == 1
    assert only_markup(con)["ratio"] == 5.0
    assert only_markup(con)["first_seen_at"] == kept(3)
    assert con.execute(
        "SELECT ratio, valid_from, valid_to FROM mart.markup_history ORDER BY valid_from"
    ).fetchall() == [
        (2.0, kept(0), kept(2)),
        (4.0, kept(2), kept(3)),
        (5.0, kept(3), None),
    ]


def test_a_tuned_price_on_two_pages_has_the_markup_of_the_one_that_is_shown(con: duckdb.DuckDBPyConnection):
    """And follows it when that page is not read any more, though nothing moved."""
    shown = "SELECT ratio FROM pub.markup WHERE tuned_series_id IS NOT NULL"
    record(con, read(moment(0), [tuned("8"), price("4")]))
    record(con, read(moment(1), [tuned("12")], page="guide"))
    refresh(con)
    assert con.execute(shown).fetchall() == [(3.0,)]
    for day in (5, 11):
        record(con, read(moment(day), [tuned("8"), price("4")], verdicts=None))
    refresh(con)
    assert con.execute(shown).fetchall() == [(2.0,)]
    assert failing_rows(con, "one_markup") == []


def test_another_base_in_the_alias_table_is_another_markup_without_a_verdict(con: duckdb.DuckDBPyConnection):
    others = [price("4"), price("2", model="n")]
    record(con, read(moment(0), [tuned("8"), *others]))
    refresh(con)
    assert only_markup(con)["ratio"] == 2.0
    record(con, read(moment(1), [tuned("8", base_model="n"), *others], verdicts=None, parser="openai/2"))
    refresh(con)
    assert only_markup(con)["ratio"] == 4.0
    assert len(rows(con, "FROM core.price_span")) == 3


def test_a_tuned_price_over_ten_times_its_base_needs_a_person(con: duckdb.DuckDBPyConnection):
    dear = tuned("50")
    record(con, read(moment(0), [dear, price("4")]))
    refresh(con)
    assert [row["ratio"] for row in failing_rows(con, "tuned_within_ten_times_base")] == [12.5]
    record(con, read(moment(0), [dear, price("4")], verdicts=[(dear, "accepted", "person", "Ada")]))
    refresh(con)
    assert failing_rows(con, "tuned_within_ten_times_base") == []


TICKETS = "1e6, 600, 150, 5, 0.25, 2.00"
TICKETS_TUNED = "1e6, 50, 150, 5, 0.375, 3.00"
GOLDENS = (
    (f"monthly_inference_usd({TICKETS})", 197.50),
    (f"monthly_inference_usd({TICKETS_TUNED})", 90.00),
    (f"monthly_inference_usd({TICKETS}, cached_input_usd_per_mtok := 0.025, cache_hit_rate := 1)", 62.50),
    (f"monthly_inference_usd({TICKETS_TUNED}, cached_input_usd_per_mtok := 0.0375, cache_hit_rate := 1)", 73.125),
    (f"monthly_inference_usd({TICKETS}, cache_hit_rate := 1)", 197.50),  # no cached price means no discount
    ("monthly_inference_usd(1e6, 0, 150, 5, NULL, 2)", None),
    ("monthly_inference_usd(1e6, 0, 150, 5, 0.25, NULL)", None),
    ("monthly_inference_usd(50000000, 600, 300, 200, 0.25, 2.00)", 31_250.0),  # over 32 bits on the way
    ("markup_usd(100000000, 0.25, 0.375)", 12.50),
    ("markup_usd(100000000, NULL, 0.375)", None),
    ("training_run_usd(16000000, 25)", 400.0),
    ("training_run_usd(16000000, NULL)", None),
    ("training_run_usd(16000000, NULL, minimum_usd := 4)", None),
    ("training_run_usd(1000000, 0.48, minimum_usd := 4)", 4.0),
    ("training_run_usd(16000000, 25::DECIMAL(24, 12), minimum_usd := NULL)", 400.0),
    ("training_run_usd(16000000, 25) * 4 + 8000 + 1200", 10_800.0),
    (f"break_even_requests(10800, 12, 0, monthly_inference_usd({TICKETS}) / 1e6 - monthly_inference_usd({TICKETS_TUNED}) / 1e6)", 8_372_093.02),
    ("break_even_requests(10800, 12, 0, -0.1)", None),
    ("break_even_requests(10800, 12, 0, 0)", None),
    ("break_even_requests(10800, 0, 0, 0.1)", None),
    ("payback_months(5000, 2500)", 2.0),
    ("payback_months(8000, 2500)", 3.2),
    ("payback_months(10800, 107.5 * 5)", 10_800 / 537.5),
    ("payback_months(8000, 0)", None),
    ("payback_months(8000, -1)", None),
    ("break_even_tokens(1460, 0.5)", 2.92e9),
    ("break_even_tokens(1460, 0)", None),
    ("break_even_tokens(1460, NULL)", None),
)  # fmt: skip


def test_the_formulas_give_the_golden_figures(con: duckdb.DuckDBPyConnection):
    for formula, golden in GOLDENS:
        (answer,) = con.execute(f"SELECT {formula}").fetchone() or ("nothing",)
        assert answer == (None if golden is None else pytest.approx(golden, rel=1e-9)), formula


def test_every_formula_says_what_it_is(con: duckdb.DuckDBPyConnection):
    said = dict(con.execute("SELECT function_name, comment FROM duckdb_functions() WHERE function_type = 'macro' AND NOT internal").fetchall())  # fmt: skip
    assert {"markup_usd", "monthly_inference_usd", "training_run_usd"} < said.keys()
    assert [name for name, comment in said.items() if not comment] == []
