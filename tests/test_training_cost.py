"""What training on a data set costs: the golden figures, the sellers' own rules, and never a zero where nobody knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli import exit_code
from pipeline.stamp import STATE_NAME, write_stamp
from tests.published_site import STATE, stamp
from tests.warehouse_facts import built_warehouse, moment, price, read, rows, statement
from warehouse import export
from warehouse.facts import record
from warehouse.upkeep import refresh

TIERS = {"Up to 16B": (0, 16e9, "0.48"), "17B-69B": (17e9, 69e9, "1.5"), "70-100B": (70e9, 100e9, "2.9")}
BANDS = {"16.1B - 80B": (16.1e9, 80e9, "3"), "80B - 300B": (80e9, 300e9, "6")}


def way(amount: str | None, model: str | None, **fields: object) -> dict[str, object]:
    return price(amount, **{"model": model, "meter": "training_tokens", "variant": "fine_tuned", "method": "sft", **fields})  # fmt: skip


def sized(label: str, least: float, most: float | None, amount: str, **fields: object) -> dict[str, object]:
    tier = {"size_tier": label, "size_min_params": int(least), "size_max_params": None if most is None else int(most)}
    return way(amount, None, tier=None, **tier, **fields)


OPENAI = [
    way("25", "gpt-4.1-2025-04-14"),
    way(None, "gpt-unpriced"),
    way("0", "gpt-free"),
    way("100", "o4-mini-2025-04-16", meter="training_hours", method="rft"),
    way("9", "gpt-euro", currency="EUR"),
    way("2", "canvas", meter="training_images"),
    way("50", "by-the-job", meter="training_run"),
    way("0.4", "babbage-002"),
]
SAID = [
    statement("closed_to_new", date(2025, 5, 7), variant="fine_tuned"),
    statement("training_ends", date(2027, 1, 6), variant="fine_tuned"),
    statement("training_ends", date(2024, 10, 28), variant="fine_tuned", model="babbage-002"),
    statement("on_sale", variant="fine_tuned"),
]
TOGETHER = [
    *(sized(label, *bounds, technique="lora") for label, bounds in TIERS.items()),
    *(sized(label, *bounds[:2], "4", meter="training_minimum", method=None) for label, bounds in TIERS.items()),
    way("2.5", "gpt-oss-120B", tier=None, technique="lora"),
    way("6", "gpt-oss-120B", tier=None, meter="training_minimum", method=None),
    way("6", "no-minimum", tier=None, technique="lora"),
    way("0", "no-minimum", tier=None, meter="training_minimum", method=None),
]
FIREWORKS = [
    *(sized(label, *bounds) for label, bounds in BANDS.items()),
    way("8", "H100 80GB", meter="gpu_hours", method="rft", tier="on_demand", variant=None, product="managed"),
]
AZURE = [
    way("25", "gpt-4.1"),
    way("12.5", "gpt-4.1", tier="developer"),
    way("100", "o4-mini", meter="training_hours", method="rft"),
    way("2.2", "gpt-4.1", meter="grader_tokens", method=None, variant="base", condition="input"),
    way("8.8", "gpt-4.1", meter="grader_tokens", method=None, variant="base", condition="output"),
]
GOOGLE = [way("3", "gemini", method="dpo", tier=None), way("3", "gemini", method="rft", tier=None)]
MISTRAL = [sized("all models", 0, None, "4", meter="training_minimum", method=None)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published installation with one of every kind of price of training."""
    root = tmp_path_factory.mktemp("training")
    (root / "state").mkdir()
    (root / "state" / STATE_NAME).write_text(f"{STATE}\n", encoding="utf-8")
    dearer = [way("30", "gpt-4.1-2025-04-14"), way("7", "gone"), *OPENAI[1:]]
    with built_warehouse() as con:
        record(con, read(moment(0), dearer, said=SAID))
        gone = [str(dearer[1]["series_id"])]
        record(con, read(moment(9), OPENAI, said=SAID, ended=gone))
        sellers = {"together": TOGETHER, "fireworks": FIREWORKS, "azure": AZURE, "google": GOOGLE, "mistral": MISTRAL}
        for provider, quotes in sellers.items():
            renamed = [price_of(provider, quote) for quote in quotes]
            record(con, read(moment(9), renamed, provider=provider))
        refresh(con)
        export.publish(con, root / "site" / "data")
    write_stamp(root / "site", stamp())
    return root


def price_of(provider: str, quote: dict[str, object]) -> dict[str, object]:
    """The same price at another seller."""
    amount = quote.pop("amount")
    return price(None if amount is None else str(amount), **{**quote, "provider": provider, "raw_text": str(amount)})


@pytest.fixture(scope="module")
def published(site: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(site / "site" / "data" / "prices.duckdb"), read_only=True) as con:
        con.execute("SET threads = 1")
        yield con


def cost(con: duckdb.DuckDBPyConnection, job: str, where: str = "true") -> list[dict[str, Any]]:
    return rows(con, f"SELECT * FROM training_cost({job}) WHERE {where}")


def one(con: duckdb.DuckDBPyConnection, job: str, model: str, where: str = "true") -> dict[str, Any]:
    (row,) = cost(con, job, f"coalesce(model, size_tier) = '{model}' AND {where}")
    return row


RUNS = (
    ("dataset_tokens := 16000000, epochs := 1", "gpt-4.1-2025-04-14", 400.0),
    ("examples := 10000, tokens_per_example := 500, epochs := 3", "gpt-4.1-2025-04-14", 375.0),
    ("examples := 50000000, tokens_per_example := 600, epochs := 1", "gpt-4.1-2025-04-14", 750_000.0),  # over 32 bits
    ("dataset_tokens := 16000000, epochs := 1", "gpt-unpriced", None),
    ("dataset_tokens := 16000000, epochs := 1", "gpt-euro", None),
    ("dataset_tokens := 16000000, epochs := 1", "gpt-free", 0.0),
    ("dataset_tokens := 1000, epochs := 1", "Up to 16B", 4.0),
    ("dataset_tokens := 8000000, epochs := 1", "Up to 16B", 4.0),  # 8 x 0.48 is 3.84
    ("dataset_tokens := 8000000, epochs := 1", "70-100B", 23.2),
    ("dataset_tokens := 8000000, epochs := 1", "gpt-oss-120B", 20.0),
    ("dataset_tokens := 1000, epochs := 1", "no-minimum", 0.006),
    ("training_hours := 4", "o4-mini-2025-04-16", 400.0),
    ("training_hours := 4", "H100 80GB", 32.0),
    ("training_hours := 4", "o4-mini", 400.0),
    ("training_hours := 60", "o4-mini", 5000.0),
    ("training_hours := 60", "o4-mini-2025-04-16", 6000.0),
    ("images := 30", "canvas", 60.0),
    ("", "by-the-job", 50.0),
    ("", "gpt-4.1-2025-04-14", None),
    ("dataset_tokens := 'nan'::DOUBLE", "gpt-4.1-2025-04-14", None),
    ("dataset_tokens := -1", "gpt-4.1-2025-04-14", None),
    ("dataset_tokens := 1000, epochs := 0", "gpt-4.1-2025-04-14", None),
    ("dataset_tokens := 5e6", "all models", None),
)  # fmt: skip


@pytest.mark.parametrize(("job", "model", "usd"), RUNS)
def test_a_run_costs_what_the_arithmetic_says(
    published: duckdb.DuckDBPyConnection, job: str, model: str, usd: float | None
):
    row = one(published, job, model)
    assert row["run_usd"] == (None if usd is None else pytest.approx(usd, rel=1e-12))
    assert (row["run_usd"] is None) == bool(row["unknown_because"])


WORDS = (
    ("dataset_tokens := 1e6", "gpt-unpriced", "no price is printed"),
    ("dataset_tokens := 1e6", "gpt-euro", "priced in EUR"),
    ("dataset_tokens := 1e6", "o4-mini", "by the hour, and no hours"),
    ("dataset_tokens := 1e6", "H100 80GB", "by the GPU-hour, and no hours"),
    ("dataset_tokens := 1e6", "canvas", "by the image, and no images"),
    ("training_hours := 1", "gpt-4.1-2025-04-14", "no size of the data set"),
    ("dataset_tokens := 1e6, epochs := 0", "gpt-4.1-2025-04-14", "no number of epochs"),
    ("dataset_tokens := 1e6", "all models", "a minimum charge is printed, and no price"),
    ("training_hours := 1, grader_input_tokens := 1e6", "o4-mini-2025-04-16", "the tokens of the model that grades"),
)


@pytest.mark.parametrize(("job", "model", "words"), WORDS)
def test_what_cannot_be_told_says_why(published: duckdb.DuckDBPyConnection, job: str, model: str, words: str):
    row = one(published, job, model)
    assert words in row["unknown_because"]
    assert (row["run_usd"], row["total_usd"], row["is_ranked"]) == (None, None, False)


def test_the_sellers_own_rules_decide_what_is_billed(published: duckdb.DuckDBPyConnection):
    job = "dataset_tokens := 1e6, epochs := 2, evaluation_tokens := 1e5"
    together, azure = one(published, job, "gpt-oss-120B"), one(published, job, "gpt-4.1", "tier = 'standard'")
    openai = one(published, job, "gpt-4.1-2025-04-14")
    assert (together["billed_tokens"], azure["billed_tokens"], openai["billed_tokens"]) == (2.1e6, 2e6, 2e6)
    assert together["rests_on"] == "minimum charge; evaluation billed"
    assert azure["rests_on"] == "evaluation not billed"
    assert openai["rests_on"] == "evaluation left out: no rule known; epochs counted: no rule known"


def test_preference_tuning_counts_prompts_twice_where_the_seller_says_so(published: duckdb.DuckDBPyConnection):
    half = one(published, "dataset_tokens := 1e6, epochs := 1, prompt_tokens_share := 0.5", "gemini", "method = 'dpo'")
    assert (half["billed_tokens"], half["run_usd"]) == (1.5e6, 4.5)
    untold = one(published, "dataset_tokens := 1e6, epochs := 1", "gemini", "method = 'dpo'")
    assert untold["run_usd"] is None
    assert "their share was not given" in untold["unknown_because"]
    generated = one(published, "dataset_tokens := 1e6", "gemini", "method = 'rft'")
    assert "which no data set tells" in generated["unknown_because"]


def test_a_capped_job_says_so_and_a_grading_model_comes_on_top(published: duckdb.DuckDBPyConnection):
    graded = "training_hours := 60, grader_input_tokens := 5e6, grader_output_tokens := 1e6"
    row = one(published, graded, "o4-mini")
    assert row["run_usd"] == pytest.approx(5000 + 11 + 8.8)
    assert "capped at $5,000, more if resumed" in row["rests_on"]
    plain = one(published, "training_hours := 4", "o4-mini")
    assert plain["rests_on"] == "a grading model comes on top"


@pytest.mark.parametrize(
    ("params", "tiers"),
    [
        ("8e9", {"Up to 16B"}),
        ("16e9", {"Up to 16B"}),
        ("16.5e9", {"16.1B - 80B"}),
        ("70e9", {"70-100B", "16.1B - 80B"}),
        ("80e9", {"70-100B", "16.1B - 80B"}),  # two bands end and begin there: it belongs to the lower one
        ("120e9", {"80B - 300B"}),
        ("1e12", set()),
    ],
)
def test_a_size_tier_prices_the_models_that_fall_in_it(
    published: duckdb.DuckDBPyConnection, params: str, tiers: set[str]
):
    found = cost(published, f"dataset_tokens := 1e6, model_params := {params}", "size_tier <> 'all models'")
    assert tiers == {row["size_tier"] for row in found}


def test_a_model_that_no_size_tier_holds_has_a_row_that_says_so(published: duckdb.DuckDBPyConnection):
    for params, words in (
        ("16.5e9", "no size tier holds a model of 16.5B: one ends at 16B, one begins at 17B"),
        ("1e12", "no size tier holds a model of 1000B: one ends at 100B"),
    ):
        found = cost(
            published, f"dataset_tokens := 1e6, model_params := {params}", "provider = 'together' AND model IS NULL"
        )
        assert [row["unknown_because"] for row in found if row["size_tier"] is None] == [words]
        assert {row["run_usd"] for row in found} == {None}
    held = cost(published, "dataset_tokens := 1e6, model_params := 8e9", "provider = 'together' AND model IS NULL")
    assert all(row["size_tier"] for row in held)


def test_the_cheapest_comes_first_and_what_cannot_be_bought_is_not_ranked(published: duckdb.DuckDBPyConnection):
    found = cost(published, "dataset_tokens := 5e6, epochs := 1, training_hours := 1, images := 1")
    ranked = [row["run_usd"] for row in found if row["is_ranked"]]
    assert ranked == sorted(ranked) != []
    assert [row["is_ranked"] for row in found] == sorted((row["is_ranked"] for row in found), reverse=True)
    unranked = {(row["model"], row["tier"]): row["unranked_because"] for row in found if row["unranked_because"]}
    assert unranked == {
        ("gpt-4.1", "developer"): "a developer tier, without guarantees",
        ("babbage-002", "standard"): "not on sale",
    }
    known = [row["run_usd"] is not None for row in found]
    assert known == sorted(known, reverse=True)


def test_what_can_be_bought_stands_beside_it(published: duckdb.DuckDBPyConnection):
    job = "dataset_tokens := 1e6"
    wide = "training ends 2027-01-06; closed to new customers since 2025-05-07"
    assert one(published, job, "gpt-4.1-2025-04-14")["availability"] == wide
    own = one(published, job, "babbage-002")["availability"]
    assert own == "training ended 2024-10-28; closed to new customers since 2025-05-07"


def test_the_evidence_is_that_of_the_price(published: duckdb.DuckDBPyConnection):
    row = one(published, "dataset_tokens := 1e6", "gpt-oss-120B")
    spans = {row["span_id"]: row for row in rows(published, "FROM current_price")}
    assert (spans[row["span_id"]]["amount"], spans[row["minimum_span_id"]]["amount"]) == (2.5, 6.0)
    assert row["source_url"] == "https://together.test/pricing"


def test_prices_and_words_of_a_past_day(published: duckdb.DuckDBPyConnection):
    job = "dataset_tokens := 1e6, epochs := 1"
    assert one(published, f"{job}, as_of := '2026-01-02'", "gpt-4.1-2025-04-14")["run_usd"] == 30.0
    assert one(published, job, "gpt-4.1-2025-04-14")["run_usd"] == 25.0
    assert one(published, f"{job}, as_of := '2026-01-02'", "gone")["run_usd"] == 7.0
    assert cost(published, job, "model = 'gone'") == []
    then = cost(published, f"{job}, as_of := '2026-01-02'")
    assert {row["provider"] for row in then} == {"openai"}
    early = one(published, f"{job}, as_of := '2026-01-02'", "babbage-002")
    assert early["availability"].startswith("training ended")
    assert cost(published, f"{job}, as_of := '2025-01-01'") == []


def test_runs_make_the_total(published: duckdb.DuckDBPyConnection):
    row = one(published, "dataset_tokens := 16e6, epochs := 1, runs := 4", "gpt-4.1-2025-04-14")
    assert (row["run_usd"], row["total_usd"]) == (400.0, 1600.0)


TOKENS = st.floats(min_value=1, max_value=1e13, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(fewer=TOKENS, more=TOKENS, epochs=st.integers(1, 20), evaluation=st.floats(0, 1e9))
def test_more_tokens_never_cost_less_and_nothing_costs_less_than_the_minimum(
    published: duckdb.DuckDBPyConnection, fewer: float, more: float, epochs: int, evaluation: float
):
    ask = """SELECT series.provider, coalesce(series.model, size_tier) AS name, series.method, series.tier, run_usd, minimum_usd,
        price, currency, meter, unknown_because
        FROM training_cost(dataset_tokens := ?, epochs := ?, evaluation_tokens := ?, prompt_tokens_share := 0.5) AS series"""
    sizes = sorted((fewer, more))
    small, large = (
        {(row["provider"], row["name"], row["method"], row["tier"]): row for row in _ask(published, ask, size, epochs, evaluation)}
        for size in sizes
    )  # fmt: skip
    assert small.keys() == large.keys() != set()
    for key, row in small.items():
        assert (row["run_usd"] is None) == (large[key]["run_usd"] is None) == bool(row["unknown_because"])
        if row["meter"] == "training_tokens" and key[:3] != ("google", "gemini", "rft"):
            assert (row["run_usd"] is None) == (row["price"] is None or row["currency"] != "USD"), key
        if row["run_usd"] is not None:
            assert 0 <= row["run_usd"] <= large[key]["run_usd"]
            assert row["run_usd"] >= (row["minimum_usd"] or 0)


def _ask(con: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[dict[str, Any]]:
    cursor = con.execute(sql, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_the_sample_runs_are_the_same_figures(published: duckdb.DuckDBPyConnection):
    found = rows(published, "FROM sample_run")
    assert {row["training_tokens"] for row in found} == {2_000_000, 8_000_000, 50_000_000}
    for row in found:
        (asked,) = rows(
            published,
            """SELECT run_usd, starts_with(coalesce(rests_on, ''), 'minimum charge') AS is_minimum
            FROM training_cost(dataset_tokens := $tokens, epochs := 1, prompt_tokens_share := 0) AS cost
            INNER JOIN current_price AS price ON cost.span_id = price.span_id WHERE price.series_id = $series""",
            tokens=row["training_tokens"],
            series=row["series_id"],
        )
        if row["method"] != "rft":  # the tokens of a job, not those of a data set
            assert (row["run_usd"], row["is_minimum"]) == (pytest.approx(asked["run_usd"]), asked["is_minimum"])
        assert float(row["run_usd_text"]) == pytest.approx(row["run_usd"])


def test_an_empty_installation_prices_nothing(tmp_path: Path):
    with built_warehouse() as con:
        export.publish(con, tmp_path)
    with duckdb.connect(str(tmp_path / "prices.duckdb"), read_only=True) as con:
        assert con.execute("FROM training_cost(dataset_tokens := 1e6)").fetchall() == []


@pytest.fixture
def command(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTPRICES_HOME", str(site / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(site / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)


JOB = ("training-cost", "--examples", "10000", "--tokens", "500")


@pytest.mark.usefixtures("command")
def test_the_command_prints_the_ranking(capsys: pytest.CaptureFixture[str]):
    assert exit_code([*JOB, "--hours", "2", "--eval-tokens", "1e5"]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert max(map(len, lines)) <= 120
    (first,) = [line for line in lines if "Up to 16B" in line]
    assert first.split()[:2] == ["together", "Up"]
    assert "7.248" in first
    assert [line for line in lines if "closed to new customers" in line]
    assert [line for line in lines if "gpt-unpriced" in line and "no price is printed" in line]
    assert lines.index(first) < next(index for index, line in enumerate(lines) if "gpt-unpriced" in line)
    assert "5,000,000 tokens, 3 epochs: 15,000,000 training tokens a run" in printed.err


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(
    ("flags", "models"),
    [
        (["--model", "OSS"], {"gpt-oss-120B"}),
        (["--model", "OSS", "--params", "70B"], {"gpt-oss-120B", "70-100B", "16.1B - 80B", "all models"}),
        (["--provider", "mistral"], {"all models"}),
        (["--provider", "azure", "--method", "sft"], {"gpt-4.1"}),
        (["--provider", "together", "--technique", "full"], set()),
        (["--provider", "google", "--method", "dpo"], {"gemini"}),
        (["--model", "nothing of the kind"], set()),
    ],
)
def test_the_command_asks_for_a_part(flags: list[str], models: set[str], capsys: pytest.CaptureFixture[str]):
    assert exit_code([*JOB, *flags, "--json"]) == 0
    printed = capsys.readouterr()
    assert models == {row["model"] or row["size_tier"] for row in json.loads(printed.out)}
    assert printed.err == ""


FIELDS = {"provider", "model", "size_tier", "method", "technique", "tier", "condition", "region", "product", "billed_tokens",
    "price", "unit", "minimum_usd", "run_usd", "total_usd", "rests_on", "unknown_because", "availability", "source_url",
    "last_verified_at", "span_id"}  # fmt: skip


@pytest.mark.usefixtures("command")
def test_the_commands_json_has_every_field(capsys: pytest.CaptureFixture[str]):
    assert exit_code([*JOB, "--runs", "4", "--model", "gpt-4.1-2025", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row.keys() >= FIELDS
    assert (row["run_usd"], row["total_usd"]) == (375.0, 1500.0)
    assert row["last_verified_at"] == "2026-01-10T06:00:00Z"


WRONG = (
    (["--examples", "-1", "--tokens", "5"], "--examples is -1"),
    (["--examples", "0", "--tokens", "5"], "--examples is 0"),
    (["--examples", "nan", "--tokens", "5"], "--examples is nan"),
    (["--examples", "1e300", "--tokens", "5"], "--examples is 1e+300"),
    (["--examples", "many", "--tokens", "5"], "--examples"),
    (["--examples", "5"], "go together"),
    (["--dataset-tokens", "5", "--examples", "5", "--tokens", "5"], "twice"),
    ([], "how large is the job?"),
    (["--hours", "inf"], "--hours is inf"),
    (["--hours", "1", "--runs", "0"], "--runs"),
    (["--hours", "1", "--epochs", "0"], "--epochs is 0"),
    (["--hours", "1", "--eval-tokens", "-1"], "--eval-tokens is -1"),
    (["--hours", "1", "--prompt-share", "2"], "--prompt-share is 2"),
    (["--hours", "1", "--params", "big"], "8B"),
    (["--hours", "1", "--params", f"{'9' * 400}B"], "--params is inf"),
    (["--hours", "1", "--method", "x"], "sft, dpo, rft, distillation"),
    (["--hours", "1", "--technique", "x"], "lora, full"),
    (["--hours", "1", "--provider", "nobody"], "'nobody'"),
)


@pytest.mark.usefixtures("command")
@pytest.mark.parametrize(("flags", "words"), WRONG)
def test_a_job_that_is_none_is_told_in_one_line(flags: list[str], words: str, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["training-cost", *flags]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert words in printed.err


def test_without_a_publication_there_is_nothing_to_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    assert exit_code(list(JOB)) == 3
    assert "ftprices run" in capsys.readouterr().err
