"""When tuning pays: the golden figures, the verdicts with their dates, and what holds for every workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse_facts import Row, built_warehouse, moment, price, read, rows, statement
from warehouse.facts import Facts, record
from warehouse.tables import tables
from warehouse.upkeep import ANSWERS, data_version, failing_rows, needs_refresh, promises, rebuild, refresh

NEW_YEARS_DAY = moment(0).date()
TICKETS = "ticket-classification"
DERIVED = ("mart.offer_history", "mart.break_even_history")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def calls(model: str, into: str | None, out: str | None, **fields: object) -> list[Row]:
    """What a call costs: input and output."""
    named = {"model": model, **fields}
    return [price(into, **named), price(out, **{**named, "meter": "inference_output"})]


def tuned_calls(into: str | None, out: str | None, model: str = "gpt-5-mini-tuned", **fields: object) -> list[Row]:
    return calls(model, into, out, **{"variant": "fine_tuned", "base_model": "gpt-5-mini", **fields})


def training(amount: str | None, model: str = "gpt-5-mini-tuned", **fields: object) -> Row:
    named = {"variant": "fine_tuned", "base_model": "gpt-5-mini", "meter": "training_tokens", "method": "sft"}
    return price(amount, **{**named, "model": model, **fields})


def guide_page() -> list[Row]:
    """gpt-5-mini at the prices of the guide of 2026-06-20."""
    return [*calls("gpt-5-mini", "0.25", "2"), *tuned_calls("0.375", "3"), training("25")]


Answer = dict[str, Any]


def answers(con: duckdb.DuckDBPyConnection, where: str = "true", scenario: str = TICKETS) -> list[Answer]:
    return rows(
        con,
        f"FROM mart.break_even_history WHERE valid_to IS NULL AND scenario = $scenario AND {where} ORDER BY ALL",
        scenario=scenario,
    )


def answer(con: duckdb.DuckDBPyConnection, where: str = "true", scenario: str = TICKETS) -> Answer:
    (row,) = answers(con, f"against = 'prompt_same_base' AND {where}", scenario)
    return row


def one(con: duckdb.DuckDBPyConnection, expression: str) -> object:
    (found,) = con.execute(f"SELECT {expression}").fetchone() or (None,)
    return found


# -- golden figures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1e6 * request_usd(600, 150, 5, 0.25, 2)", 197.5),
        ("1e6 * request_usd(50, 150, 5, 0.375, 3)", 90),
        ("break_even_requests(10800, 12, 0, 107.5e-6)", 8_372_093.02),
        ("payback_months(10800, 5e6 * 107.5e-6)", 20.093023),
        ("prompt_tokens_to_break_even(50, 150, 5, 0.25, 2, 0.375, 3)", 170),
        # Every static token cached at a tenth of the price: arithmetic that no seller's cache allows for so short a prompt.
        ("1e6 * request_usd(600, 150, 5, 0.25, 2, cached_input_usd_per_mtok := 0.025, cache_hit_rate := 1)", 62.5),
        ("1e6 * request_usd(50, 150, 5, 0.375, 3, cached_input_usd_per_mtok := 0.0375, cache_hit_rate := 1)", 73.125),
        (
            (
                "1e6 * request_usd(600, 150, 5, 0.25, 2, cached_input_usd_per_mtok := 0.025, cache_hit_rate := 1, "
                "cache_minimum_tokens := 1024)"
            ),
            197.5,
        ),
        # Half of 2,000 static tokens hit at 0.5; the rest is written at 6.25.
        (
            (
                "1e6 * request_usd(2000, 0, 0, 5, 25, cached_input_usd_per_mtok := 0.5, cache_write_usd_per_mtok := 6.25, "
                "cache_hit_rate := 0.5)"
            ),
            1000 * 0.5 + 1000 * 6.25,
        ),
        ("hosting_usd_per_month(1.70)", 1241),
        ("whole_months('2026-10-08', '2027-01-08')", 3),
        ("whole_months('2026-10-09', '2027-01-08')", 2),
        ("whole_months('2027-01-09', '2027-01-08')", 0),
        ("gpus_for_load(2, 50000, 3, 20000)", 8),
        ("gpus_for_load(2, 10, 3, 20000)", 2),
    ],
)
def test_golden_figures_of_the_formulas(con: duckdb.DuckDBPyConnection, expression: str, expected: float):
    assert one(con, expression) == pytest.approx(expected, rel=1e-6)


def test_an_unknown_price_gives_no_figure(con: duckdb.DuckDBPyConnection):
    for expression in (
        "request_usd(600, 150, 5, NULL, 2)",
        "request_usd(600, 150, 5, 0.25, NULL)",
        "prompt_tokens_to_break_even(50, 150, 5, NULL, 2, 0.375, 3)",
        "whole_months('2026-01-01', NULL)",
        "gpus_for_load(1, 10, 3, 0)",
        "gpus_at_break_even(1, 3000, 2000, 0, 1e-4, 1e6)",
    ):
        assert one(con, expression) is None, expression


def test_the_guide_s_own_case_pays_back_in_twenty_months(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), guide_page()))
    refresh(con)
    row = answer(con)
    assert row["project_usd_low"] == row["project_usd_high"] == pytest.approx(10_800)
    assert row["run_usd"] == pytest.approx(400)
    assert row["break_even_requests_high"] == pytest.approx(8_372_093.02, abs=0.01)
    assert row["payback_months_high"] == pytest.approx(20.093, abs=0.001)
    assert row["prompt_tokens_to_break_even"] == pytest.approx(170)
    assert row["verdict"] == "beyond_horizon"
    assert row["verdict_words"] == "pays back in 20.1 months; the horizon is 12"
    assert row["would_take"] == "more than 8,372,094 requests a month"


def test_what_markup_adds_to_tokens_alone(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), guide_page()))
    refresh(con)
    for scenario, base, extra in (("input-100M", 25, 12.5), ("input-5B", 1250, 625)):
        row = answer(con, scenario=scenario)
        assert row["against_usd_per_month_low"] == pytest.approx(base)
        assert row["tuned_usd_per_month"] == pytest.approx(base + extra)
        assert row["project_usd_high"] == 0
        assert row["verdict"] == "never"


def test_a_range_stays_a_range(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), guide_page()))
    refresh(con)
    row = answer(con, scenario="latency-distilled")
    assert row["project_usd_low"] == pytest.approx(3 * 13.2 * 25 + 500 + 20 * 40 + 1200)
    assert row["project_usd_high"] == pytest.approx(3 * 13.2 * 25 + 2000 + 40 * 40 + 1200)
    assert row["payback_months_low"] < row["payback_months_high"]
    assert " to " in str(row["verdict_words"])


QUESTIONS = (
    (
        (
            "FROM distillation_payback(teacher_usd_low := 5000, teacher_usd_high := 8000, student_runs_usd_low := 0, "
            "student_runs_usd_high := 0)"
        ),
        {"payback_months_low": 2.0, "payback_months_high": 3.2},
    ),
    ("FROM distillation_payback()", {"project_usd_low": 1500, "project_usd_high": 5000}),
    ("FROM lora_or_full()", {"adapters_usd_high": 2500, "full_models_usd": 20_000}),
    (
        "FROM lora_or_full(tenants := 1, lora_run_usd_low := 40, lora_run_usd_high := 60, full_run_usd := 300)",
        {"lora_share_low": 0.1333, "lora_share_high": 0.2},
    ),
    ("FROM accuracy_return()", {"benefit_usd_low": 120_000, "cost_usd": 9_825, "net_usd_high": 110_175}),
    (
        "FROM accuracy_return(project_usd := 8400, tuned_usd_per_month := 530, base_usd_per_month := 212)",
        {"cost_usd": 12_216},
    ),
)


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_golden_figures_of_the_questions(con: duckdb.DuckDBPyConnection, question: str, expected: dict[str, float]):
    (found,) = rows(con, question)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-3), name


# -- what it is compared with -------------------------------------------------------------------------------------------


def at_azure(rows_of: Sequence[Row]) -> list[Row]:
    return [price(_amount(row), **_fields(row, provider="azure", region="global")) for row in rows_of]


def _amount(row: Row) -> str | None:
    return None if row["amount"] is None else str(row["amount"])


def _fields(row: Row, **others: object) -> Row:
    kept = ("model", "base_model", "meter", "variant", "method", "technique", "tier", "condition")
    return {**{name: row[name] for name in kept if name in row}, **others}


def two_sellers(con: duckdb.DuckDBPyConnection) -> None:
    """gpt-4.1 tuned at 1.5x without hosting, and at 1.0x with $1.70 an hour: the real figures of August 2026."""
    ours = [
        *calls("gpt-4.1", "2", "8"),
        *calls("gpt-4.1-2025-04-14", "3", "12", variant="fine_tuned", base_model="gpt-4.1"),
        training("25", "gpt-4.1-2025-04-14", base_model="gpt-4.1"),
    ]
    theirs = at_azure(
        [
            *calls("gpt-4.1", "2", "8"),
            *calls("gpt-4.1", "2", "8", variant="fine_tuned", base_model="gpt-4.1"),
            training("25", "gpt-4.1", base_model="gpt-4.1"),
            price("1.70", model="gpt-4.1", base_model="gpt-4.1", variant="fine_tuned", meter="hosting_hours"),
        ]
    )
    record(con, read(moment(0), ours))
    record(con, read(moment(1), theirs, provider="azure", parser="azure/1"))
    refresh(con)


def test_hosting_against_markup(con: duckdb.DuckDBPyConnection):
    two_sellers(con)
    azure = answer(con, "provider = 'azure'")
    assert azure["tuned_fixed_usd_per_month"] == pytest.approx(1241)
    assert azure["break_even_requests_high"] == pytest.approx((10_800 / 12 + 1241) / 1100e-6, rel=1e-9)
    found: dict[object, Answer] = {row["provider"]: row for row in rows(con, "FROM break_even_seller()")}
    assert found["azure"]["hosting_break_even_requests"] == pytest.approx(1241 / 220e-6)
    assert found["azure"]["hosting_break_even_tokens"] == pytest.approx(1241 / 220e-6 * 205)
    assert found["azure"]["hosting_break_even_tokens"] == found["openai"]["hosting_break_even_tokens"]
    assert (found["azure"]["verdict"], found["openai"]["verdict"]) == ("never", "pays")
    assert found["azure"]["verdict_words"] == "OpenAI costs as much or less at this volume", "a name, not a slug"
    assert found["azure"]["monthly_ratio"] == pytest.approx((1241 + 5e6 * 440e-6) / (5e6 * 660e-6))
    many = {row["provider"]: row for row in rows(con, "FROM break_even_seller(requests := 10000000)")}
    assert (many["azure"]["verdict"], many["openai"]["verdict"]) == ("pays", "never")
    assert {row["against_provider"] for row in many.values()} == {"azure", "openai"}


def test_a_larger_model_is_what_a_small_one_is_tuned_instead_of(con: duckdb.DuckDBPyConnection):
    prices = [
        *calls("gpt-4.1-mini", "0.40", "1.60"),
        *calls("gpt-4.1", "2", "8"),
        *tuned_calls("0.80", "3.20", "gpt-4.1-mini-2025-04-14", base_model="gpt-4.1-mini"),
        training("5", "gpt-4.1-mini-2025-04-14", base_model="gpt-4.1-mini"),
    ]
    record(con, read(moment(0), prices))
    refresh(con)
    (row,) = answers(con, "against = 'prompt_larger_base'")
    assert (row["against_model"], row["verdict"]) == ("gpt-4.1", "pays")
    assert row["saved_usd_per_request"] == pytest.approx((750 * 2 + 5 * 8 - 200 * 0.8 - 5 * 3.2) / 1e6)
    assert answer(con)["against_model"] == "gpt-4.1-mini"


LLAMA: Row = {"provider": "azure", "model": "llama-3.3-70b", "base_model": "llama-3.3-70b", "region": "global"}


def open_weights(con: duckdb.DuckDBPyConnection, gpu: str | None = "2.00", call: str = "5.00") -> None:
    prices = [
        price(call, **LLAMA, variant="fine_tuned"),
        price(call, **LLAMA, variant="fine_tuned", meter="inference_output"),
        price("4.50", **LLAMA, variant="fine_tuned", meter="training_tokens", method="sft"),
    ]
    record(con, read(moment(0), prices, provider="azure", parser="azure/1"))
    if gpu is not None:
        rented = price(gpu, provider="runpod", model="H100 SXM 80GB", meter="gpu_hours", variant=None, tier="on_demand")
        record(con, read(moment(0), [rented], provider="runpod", parser="runpod/1"))
    refresh(con)


def test_own_gpus_are_counted_for_the_volume_at_which_they_break_even(con: duckdb.DuckDBPyConnection):
    """The capacity of the fewest GPUs would not serve it: the answer is worked out again with as many as it takes."""
    open_weights(con)
    (row,) = answers(con, "against = 'self_hosted'")
    per_request = 205 * 5.00 / 1e6
    assert row["tuned_usd_per_request"] == pytest.approx(per_request)
    for end, rent, operations, tokens, peak, fewest in (
        ("low", 2.0, 2000, 6477 * 0.6, 2, 2),
        ("high", 2.0, 15_000, 2165.109375 * 0.3, 4, 2),
    ):
        capacity = tokens / peak * 730 * 3600 / 205
        volume = row[f"break_even_requests_{end}"]
        if per_request * capacity <= rent * 730:
            assert volume is None, end
            continue
        gpus = fewest
        while gpus * capacity < (gpus * rent * 730 + operations) / per_request:
            gpus += 1
        assert volume == pytest.approx((gpus * rent * 730 + operations) / per_request), end
        assert volume <= gpus * capacity
    assert row["break_even_tokens_low"] == pytest.approx(row["break_even_requests_low"] * 205)
    assert row["measured_model"] == "Llama 3.3 70B"


def test_tokens_that_a_gpu_serves_for_less_than_its_rent_never_break_even(con: duckdb.DuckDBPyConnection):
    open_weights(con, call="0.05")
    (row,) = answers(con, "against = 'self_hosted'")
    assert (row["verdict"], row["best_verdict"], row["would_take"]) == ("never", "never", "another price")
    assert row["break_even_requests_low"] is None


def test_what_has_nothing_to_be_compared_with_has_a_row_that_says_so(con: duckdb.DuckDBPyConnection):
    open_weights(con, gpu=None)
    found = {row["against"]: (row["verdict"], row["verdict_words"]) for row in answers(con)}
    assert found == {
        "prompt_same_base": ("unknown_price", "no matching price of llama-3.3-70b was read"),
        "prompt_larger_base": ("nothing_to_compare", "no larger model was chosen to compare with"),
        "managed": ("nothing_to_compare", "no other seller of this model is read"),
        "self_hosted": ("nothing_to_compare", "no price of an H100 on demand was known"),
    }


# -- unknown, closed, retired -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "because"),
    [
        (tuned_calls("0.375", "3"), "no matching price of gpt-5-mini was read"),
        ([*tuned_calls("0.375", "3", base_model=None)], "no base model is known for gpt-5-mini-tuned"),
        ([*calls("gpt-5-mini", "0.25", "2"), *tuned_calls("0.375", None)], "a call of the tuned model is not printed"),
        ([*calls("gpt-5-mini", "0.25", "2"), *tuned_calls("0.375", "3")], "no page prints what training costs"),
        (
            [*calls("gpt-5-mini", "0.25", "2"), *tuned_calls("0.375", "3"), training("100", meter="training_hours")],
            "training is priced by the hour, and nobody prints how long it takes",
        ),
        ([training("25")], "no page prints what calling the tuned model costs"),
    ],
)
def test_a_missing_price_is_unknown_and_never_nothing(con: duckdb.DuckDBPyConnection, page: list[Row], because: str):
    record(con, read(moment(0), page))
    refresh(con)
    row = answer(con)
    assert (row["verdict"], row["verdict_words"], row["would_take"]) == ("unknown_price", because, "a price")
    assert row["payback_months_low"] is None is row["break_even_requests_low"]


def test_a_price_that_is_gone_says_since_when(con: duckdb.DuckDBPyConnection):
    page = guide_page()
    record(con, read(moment(0), page))
    gone = [
        str(row["series_id"]) for row in page if row["variant"] == "fine_tuned" and "inference" in str(row["meter"])
    ]
    for day in (1, 2, 3):
        rest = [row for row in page if row["series_id"] not in gone]
        record(con, read(moment(day), rest, verdicts=None, ended=gone if day == 3 else ()))
    refresh(con)
    row = answer(con)
    assert row["verdict"] == "unknown_price"
    assert row["verdict_words"] == "the price of calling the tuned model is gone since 2026-01-02"


@pytest.mark.parametrize(
    ("kind", "customer", "verdict", "words"),
    [
        ("closed_to_new", "new", "not_for_sale", "closed to new customers since 2025-12-01"),
        ("closed_to_new", "active", "beyond_horizon", "pays back in 20.1 months; the horizon is 12"),
        ("closed_to_idle", "idle", "not_for_sale", "closed to idle customers since 2025-12-01"),
        ("closed_to_idle", "new", "beyond_horizon", "pays back in 20.1 months; the horizon is 12"),
        ("training_ends", "active", "not_for_sale", "training ended on 2025-12-01"),
        ("not_offered", "active", "not_for_sale", "tuning is not offered, as its page said on 2025-12-01"),
    ],
)
def test_what_cannot_be_bought_says_since_when_and_for_whom(
    con: duckdb.DuckDBPyConnection, kind: str, customer: str, verdict: str, words: str
):
    said = [statement(kind, date(2025, 12, 1), variant="fine_tuned")]
    record(con, read(moment(0), guide_page(), said=said))
    refresh(con)
    (row,) = rows(con, f"FROM break_even(customer := '{customer}') WHERE against = 'prompt_same_base'")
    assert (row["verdict"], row["verdict_words"]) == (verdict, words)


def test_a_closing_day_to_come_closes_nothing_yet(con: duckdb.DuckDBPyConnection):
    said = [statement("closed_to_new", date(2026, 2, 1), variant="fine_tuned")]
    record(con, read(moment(0), guide_page(), said=said))
    refresh(con)
    assert answer(con)["verdict"] == "beyond_horizon"
    record(con, read(moment(31), guide_page(), said=said))
    refresh(con)
    assert answer(con)["verdict"] == "not_for_sale"
    history = rows(
        con,
        f"FROM mart.break_even_history WHERE scenario = '{TICKETS}' AND against = 'prompt_same_base' ORDER BY valid_from",
    )
    assert [(row["verdict"], str(row["valid_from"])[:10]) for row in history] == [
        ("beyond_horizon", "2026-01-01"),
        ("not_for_sale", "2026-02-01"),
    ]


def test_a_model_that_retires_cuts_the_horizon(con: duckdb.DuckDBPyConnection):
    """$2 a million cheaper on the input makes it pay within a year; the model answers for seven whole months."""
    prices = [*calls("gpt-5-mini", "2.25", "2"), *tuned_calls("0.375", "3"), training("25")]
    said = [statement("inference_ends", date(2026, 8, 15), model="gpt-5-mini", variant="base")]
    record(con, read(moment(0), prices, said=said))
    refresh(con)
    row = answer(con)
    assert (row["horizon_months"], row["verdict"]) == (7, "pays")
    assert row["break_even_requests_high"] == pytest.approx(10_800 / 7 / row["saved_usd_per_request"])
    scarce = answer(con, scenario="brand-voice")
    assert scarce["horizon_months"] == 7
    (slow,) = rows(con, "FROM break_even(requests := 800000) WHERE against = 'prompt_same_base'")
    assert slow["verdict"] == "retires_first"
    assert slow["verdict_words"] == "it answers until 2026-08-15, 7 whole months, and needs 8.4 months to pay back"


def test_every_month_that_passes_is_one_less_to_pay_back_in(con: duckdb.DuckDBPyConnection):
    """No price and no statement moves: the day alone is due, and upkeep gives what a rebuild gives."""
    said = [statement("inference_ends", date(2026, 4, 15), model="gpt-5-mini", variant="base")]
    left = []
    for day in (0, 14, 15, 60, 103, 104, 105):  # 15 January is the last day with three whole months ahead
        record(con, read(moment(day), guide_page(), said=said))
        if needs_refresh(con):
            refresh(con)
        left.append(answer(con)["horizon_months"])
    assert left == [3, 3, 2, 1, 0, 0, 0]
    assert answer(con)["verdict"] == "retires_first"
    before = data_version(con)
    rebuild(con)
    assert data_version(con) == before


def test_only_the_rows_that_depend_on_a_price_move(con: duckdb.DuckDBPyConnection):
    two_sellers(con)
    before = {_key(row): row for row in _everything(con)}
    page = [
        *calls("gpt-4.1", "2", "8"),
        *calls("gpt-4.1-2025-04-14", "3.30", "12", variant="fine_tuned", base_model="gpt-4.1"),
        training("25", "gpt-4.1-2025-04-14", base_model="gpt-4.1"),
    ]
    record(con, read(moment(2), page))
    refresh(con)
    after = {_key(row): row for row in _everything(con)}
    scenarios = 7
    new = after.keys() - before.keys()
    # OpenAI's own comparisons with a price on both sides, and Azure's comparison with OpenAI; each of them in every scenario.
    assert {(key[1], key[2]) for key in new} == {
        ("prompt_same_base", "openai"), ("prompt_larger_base", "openai"), ("managed", "openai"), ("managed", "azure"),
        ("self_hosted", "openai"),
    }  # fmt: skip
    assert len(new) == 5 * scenarios
    assert before.keys() <= after.keys()
    moved = {key for key in before if before[key] != after[key]}
    assert {(key[1], key[2]) for key in moved} == {(key[1], key[2]) for key in new}  # their intervals were closed
    assert all({name for name in before[key] if before[key][name] != after[key][name]} == {"valid_to"} for key in moved)


def _everything(con: duckdb.DuckDBPyConnection) -> list[Row]:
    return rows(con, "FROM mart.break_even_history ORDER BY ALL")


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("scenario", "against", "provider", "offer_id", "valid_from"))


# -- what holds for every workload --------------------------------------------------------------------------------------

tokens = st.integers(0, 20_000)
usd = st.sampled_from((0.05, 0.25, 0.4, 1.1, 2.0, 3.0, 12.0))
workload = st.fixed_dictionaries(
    {
        "requests": st.integers(1, 100_000_000),
        "prompt_tokens": tokens,
        "tuned_prompt_tokens": st.integers(0, 500),
        "input_tokens": tokens,
        "output_tokens": st.integers(1, 4_000),
        "horizon_months": st.integers(1, 36),
        "training_tokens": st.integers(1, 10**9),
        "runs": st.integers(1, 6),
        "data_usd_low": st.integers(0, 20_000),
    }
)


def asked(con: duckdb.DuckDBPyConnection, work: dict[str, int], **more: object) -> Answer:
    named = {"data_usd_high": work["data_usd_low"], **work, **more}
    words = ", ".join(f"{name} := {value}" for name, value in named.items())
    (row,) = rows(con, f"FROM break_even({words}) WHERE against = 'prompt_same_base' AND provider = 'openai'")
    return row


@pytest.fixture(scope="module")
def guide() -> Iterator[duckdb.DuckDBPyConnection]:
    """The guide's prices, for questions that change nothing."""
    with built_warehouse() as con:
        record(con, read(moment(0), guide_page()))
        refresh(con)
        yield con


@given(work=workload)
@settings(max_examples=40, deadline=None)
def test_the_laws_of_breaking_even(guide: duckdb.DuckDBPyConnection, work: dict[str, int]):
    row = asked(guide, work)
    even = row["break_even_requests_high"]
    # Both sides cost the same at the break-even volume.
    if even is not None:
        ours = (
            even * row["tuned_usd_per_request"]
            + row["tuned_fixed_usd_per_month"]
            + row["project_usd_high"] / row["horizon_months"]
        )
        assert ours == pytest.approx(even * row["against_usd_per_request"], rel=1e-9)
    # A longer prompt is easier to beat.
    longer = asked(guide, work | {"prompt_tokens": work["prompt_tokens"] + 500})["break_even_requests_high"]
    assert even is None or longer < even
    # A range contains what lies inside it.
    wide = asked(guide, work, data_usd_high=work["data_usd_low"] + 5_000)
    inside = asked(guide, work | {"data_usd_low": work["data_usd_low"] + 2_000})
    for name in ("break_even_requests", "payback_months"):
        low, high, point = wide[f"{name}_low"], wide[f"{name}_high"], inside[f"{name}_high"]
        assert (point is None) == (high is None) == (low is None)
        assert point is None or low <= point <= high
    # At the dear end it never pays sooner.
    order = ("pays", "beyond_horizon", "retires_first", "never")
    assert order.index(str(wide["best_verdict"])) <= order.index(str(wide["verdict"]))


@given(
    base=usd, markup=st.floats(1, 6), more=st.floats(0.01, 3), scale=st.sampled_from((0.001, 10.0, 1000.0)), into=tokens
)
@settings(max_examples=60, deadline=None)
def test_markup_is_scale_free_and_delays_the_break_even(
    guide: duckdb.DuckDBPyConnection, base: float, markup: float, more: float, scale: float, into: int
):
    def even(factor: float, unit: float = 1.0) -> float | None:
        price, tuned = base * unit, base * unit * factor
        query = f"""SELECT break_even_requests({10_800 * unit}, 12, 0,
            request_usd(3000, {into}, 5, {price}, {price}) - request_usd(50, {into}, 5, {tuned}, {tuned}))"""
        return (guide.execute(query).fetchone() or (None,))[0]

    first, dearer, scaled = even(markup), even(markup + more), even(markup, scale)
    assert dearer is None or (first is not None and first < dearer)
    assert (first is None) == (scaled is None)
    assert first is None or first == pytest.approx(scaled, rel=1e-6)


reads = st.lists(
    st.tuples(
        st.sampled_from(("openai", "azure", "runpod")),
        st.sampled_from(("3", "2", "2.5", None)),
        st.sampled_from(("25", "30", None)),
        st.sampled_from((None, "closed_to_new", "training_ends", "inference_ends")),
        st.integers(0, 3),  # days until the next
    ),
    min_size=1,
    max_size=7,
)


@given(history=reads)
@settings(max_examples=12, deadline=None)
def test_upkeep_and_rebuild_give_the_same_answers(history: list[tuple[str, str | None, str | None, str | None, int]]):
    with built_warehouse() as con:
        day = 0.0
        for provider, call, run, kind, days in history:
            day += days + 0.1
            record(con, _read_of(provider, call, run, kind, day))
            if needs_refresh(con):
                refresh(con)
        upkept = {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in DERIVED}
        assert {table.name for table in tables() if table.kind == "table"} >= set(DERIVED)
        for promise in promises():
            assert failing_rows(con, promise) == [], promise.name
        rebuild(con)
        for name, found in upkept.items():
            assert con.execute(f"FROM {name} ORDER BY ALL").fetchall() == found, name


def test_answers_that_were_postponed_are_made_with_the_next_refresh(con: duckdb.DuckDBPyConnection):
    record(con, read(moment(0), guide_page()))
    refresh(con, postponing=ANSWERS)
    assert answers(con) == []
    assert needs_refresh(con)
    record(con, read(moment(1), [*guide_page(), price("9", model="another")]))
    refresh(con)
    assert not needs_refresh(con)
    assert len(answers(con)) == 4
    before = data_version(con)
    rebuild(con)
    assert data_version(con) == before


def _read_of(provider: str, call: str | None, run: str | None, kind: str | None, day: float) -> Facts:
    if provider == "runpod":
        shown = [
            price(call, provider="runpod", model="H100 SXM 80GB", meter="gpu_hours", variant=None, tier="on_demand")
        ]
        return read(moment(day), shown, provider="runpod", parser="runpod/1")
    fields: Row = {"provider": provider, **({"region": "global"} if provider == "azure" else {})}
    model = "gpt-4.1" if provider == "azure" else "gpt-4.1-2025-04-14"
    shown = [
        *calls("gpt-4.1", "2", "8", **fields),
        *calls(model, call, "12", variant="fine_tuned", base_model="gpt-4.1", **fields),
        training(run, model, base_model="gpt-4.1", **fields),
    ]
    stated = NEW_YEARS_DAY + timedelta(days=40 if kind == "inference_ends" else 5)
    said = [] if kind is None else [statement(kind, stated, provider=provider, variant="fine_tuned")]
    return read(moment(day), shown, said=said, provider=provider, parser=f"{provider}/1")
