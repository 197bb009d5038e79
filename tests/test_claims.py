"""The guide audited: its claims by the formulas in SQL, its prices beside pages, its examples at today's prices."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipeline.publish.quantities import quantities, quantity, unit_words
from tests.warehouse_facts import Row, built_warehouse, moment, price, read, rows
from warehouse.facts import record
from warehouse.upkeep import refresh

REPOSITORY = Path(__file__).resolve().parent.parent
SEEDS = REPOSITORY / "warehouse" / "seeds"
GUIDE = REPOSITORY.parent / "shared" / "guide"

# What the guide's own inputs give, by hand: low, high, verdict.
GOLDEN = {
    "classification-prompt-monthly": (237.50, 237.50, "differs"),
    "classification-fine-tuned-monthly": (356.25, 356.25, "differs"),
    "classification-training-run": (400, 400, "holds"),
    "classification-year-one": (12_216, 12_216, "holds"),
    "classification-benefit": (120_000, 120_000, "holds"),
    "voice-prompt-per-million": (150, 150, "off_by_factor"),
    "voice-prompt-50m": (7_500, 7_500, "holds"),
    "voice-overhead-drop": (550 / 600, 550 / 600, "holds"),
    "creative-inference-year": (2_880, 14_400, "holds"),
    "creative-year-one": (7_880, 24_400, "holds"),
    "creative-editor": (60_000, 60_000, "holds"),
    "small-tuned-vs-large-base": (0.775, 0.775, "holds"),
    "markup-5b-month": (7_500, 90_000, "holds"),
    "tuned-gpt54-vs-sonnet": (1, 1, "differs"),
    "data-prep-share": (20, 20, "differs"),
    "labelling-10k": (8_000, 30_000, "holds"),
    "synthetic-total": (1_300, 3_600, "holds"),
    "honest-budget": (10_800, 10_800, "holds"),
    "distillation-closed-total": (1_500, 5_000, "differs"),
    "distillation-payback": (2, 3.2, "holds"),
    "lora-share": (40 / 300, 60 / 300, "holds"),
    "adapters-50-tenants": (2_500, 20_000, "holds"),
}
# The second reading that some claims have.
BESIDE = {"classification-year-one": 9_825, "data-prep-share": 5, "labelling-10k": 16_000}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


@pytest.fixture(scope="module")
def claims() -> dict[str, Row]:
    with built_warehouse() as con:
        return {str(row["claim"]): row for row in rows(con, "FROM pub.claims_audit")}


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    file = GUIDE / "guide-facts.yaml"
    if not file.exists():
        pytest.skip("the guide's figures as data are not beside this repository")
    return {row["id"]: row for row in yaml.safe_load(file.read_text(encoding="utf-8"))["claims"]}


def test_every_claim_is_there(claims: dict[str, Row]) -> None:
    assert len(claims) == 22
    assert list(claims) == list(GOLDEN)


@pytest.mark.parametrize("claim", GOLDEN)
def test_a_claim_is_recomputed_and_judged(claims: dict[str, Row], claim: str) -> None:
    row = claims[claim]
    low, high, verdict = GOLDEN[claim]
    assert (row["recomputed_low"], row["recomputed_high"]) == pytest.approx((low, high), rel=1e-9)
    assert row["verdict"] == verdict
    assert row["factor"] == (1000 if verdict == "off_by_factor" else None)
    assert row["beside"] == (pytest.approx(BESIDE[claim], rel=1e-9) if claim in BESIDE else None)
    assert row["formula"]


@pytest.mark.parametrize("claim", GOLDEN)
def test_a_claim_is_the_guides(claims: dict[str, Row], facts: dict[str, Any], claim: str) -> None:
    """Against the guide as data, where it is beside the repository."""
    assert facts.keys() == GOLDEN.keys()
    fact, row = facts[claim], claims[claim]
    assert str(row["verdict"]).split("_", maxsplit=1)[0] == re.split(r"[ ,]", fact["verdict"])[0]
    given = fact["recomputed"]
    if given != "equal":
        ends = given if isinstance(given, list) else [given]
        expected = [float(f"{end:.3g}") for end in (ends[0], ends[-1])]
        found = [float(f"{row[name]:.3g}") for name in ("recomputed_low", "recomputed_high")]
        assert found == pytest.approx(expected, rel=6e-3)
    claimed = fact["claimed"]
    if not isinstance(claimed, str):
        ends = claimed if isinstance(claimed, list) else [claimed]
        assert (row["claimed_low"], row["claimed_high"]) == (ends[0], ends[-1])
    if "recomputed_from_prices" in fact:
        assert row["beside"] == fact["recomputed_from_prices"]


@pytest.mark.parametrize("claim", GOLDEN)
def test_the_inputs_are_the_guides(facts: dict[str, Any], claim: str) -> None:
    """Every figure it is computed from stands in the seed, at one end or the other."""
    with (SEEDS / "claim_input.csv").open(encoding="utf-8", newline="") as file:
        seeded = {float(row[end]) for row in csv.DictReader(file) if row["claim"] == claim for end in ("low", "high")}
    given = [
        one for value in facts[claim]["inputs"].values() for one in (value if isinstance(value, list) else [value])
    ]
    # Two claims are computed from what these inputs were themselves computed from.
    derived = {
        "classification-year-one": {8000, 318, 12},
        "creative-year-one": {2880, 14400},
        "classification-benefit": {60e6},
    }
    derived |= {"labelling-10k": set(), "honest-budget": {8000}, "synthetic-total": set()}
    assert {float(one) for one in given} - derived.get(claim, set()) <= seeded


def test_a_slipped_price_makes_the_claim_differ(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "UPDATE seed.claim_input SET low = '40', high = '40' WHERE claim = 'honest-budget' AND input = 'run_usd'"
    )
    (row,) = rows(con, "SELECT recomputed_low, verdict FROM mart.claims_audit WHERE claim = 'honest-budget'")
    assert row == {"recomputed_low": 9_360, "verdict": "differs"}


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("as_printed(0.775, 0.01)", 0.78),  # 0.775 / 0.01 is 77.49999999999999
        ("as_printed(12216, 100)", 12_200),
        ("as_printed(2879.999999999999, 1)", 2_880),
        ("power_of_ten(10)", 10),
        ("power_of_ten(2.5 / 0.25)", 10),
        ("power_of_ten(0.001)", 0.001),
        ("power_of_ten(1)", None),
        ("power_of_ten(20)", None),
        ("power_of_ten(0)", None),
        ("power_of_ten(NULL)", None),
        ("project_usd(400, runs := 4, labelling_hours := 200, labelling_usd_per_hour := 40, eval_usd := 1200)", 10_800),
        ("project_usd(NULL, labelling_hours := 200, labelling_usd_per_hour := 40)", None),
        ("project_usd(400, teacher_usd := NULL)", None),
        ("first_year_usd(8400, 356.25, 237.50)", 9_825),
        ("first_year_usd(8400, NULL, 237.50)", None),
        ("accuracy_benefit_usd(5000000, 0.04, 0.05)", 120_000),
        ("accuracy_return_usd(5000000, 0.04, 0.05, 8400, 356.25, 237.50)", 110_175),
        ("accuracy_return_usd(5000000, 0.04, 0.05, NULL, 356.25, 237.50)", None),
        ("work_usd(50000000, 600)", 3e10),  # over 32 bits
        ("saved_share(0.80, 0.18)", 0.775),
        ("saved_share(0, 1)", None),
        ("ratio_of(1, 0)", None),
        ("bill_markup_usd(1200, 2, months := 12)", 14_400),
    ],
)
def test_the_formulas_of_a_project(con: duckdb.DuckDBPyConnection, formula: str, answer: float | None) -> None:
    (found,) = con.execute(f"SELECT {formula}").fetchone() or ("nothing",)
    assert found == (None if answer is None else pytest.approx(answer, rel=1e-9))


# The guide's prices beside pages


def tuned(amount: str, **fields: object) -> Row:
    return price(amount, **{"variant": "fine_tuned", "model": "gpt-4o-2024-08-06", "base_model": "gpt-4o", **fields})


OPENAI: list[Row] = [
    price("0.25", model="gpt-5-mini"),
    price("2.00", model="gpt-5-mini", meter="inference_output"),
    price("2.50", model="gpt-5.4", context_band="<272K context length"),
    price("2.50", model="gpt-4o"),
    price("1.25", model="gpt-4o", tier="batch"),
    price("0.40", model="gpt-4.1-mini"),
    price("1.60", model="gpt-4.1-mini", meter="inference_output"),
    tuned("3.75"),
    tuned("25", meter="training_tokens", method="sft"),
    tuned("0.80", model="gpt-4.1-mini-2025-04-14", base_model="gpt-4.1-mini"),
    tuned("3.20", model="gpt-4.1-mini-2025-04-14", base_model="gpt-4.1-mini", meter="inference_output"),
    tuned("5", model="gpt-4.1-mini-2025-04-14", base_model="gpt-4.1-mini", meter="training_tokens", method="sft"),
]
TOGETHER = [
    price(amount, provider="together", model=None, size_tier="Up to 16B", tier=None, variant="fine_tuned", **fields)
    for amount, fields in (
        ("0.48", {"meter": "training_tokens", "method": "sft", "technique": "lora"}),
        ("0.54", {"meter": "training_tokens", "method": "sft", "technique": "full"}),
        ("1.20", {"meter": "training_tokens", "method": "dpo", "technique": "lora"}),
        ("4", {"meter": "training_minimum"}),
    )
]


def anthropic(haiku: str = "1") -> list[Row]:
    prices = {"Claude Haiku 4.5": (haiku, "5"), "Claude Opus 4.7": ("5", "25"), "Claude Sonnet 4.6": ("3", "15")}
    meters = ("inference_input", "inference_output")
    return [
        price(amount, provider="anthropic", model=model, meter=meter)
        for model, amounts in prices.items()
        for meter, amount in zip(meters, amounts, strict=True)
    ]


def sell(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    record(con, read(moment(0), OPENAI))
    record(con, read(moment(1), TOGETHER, provider="together"))
    record(con, read(moment(2), anthropic(), provider="anthropic"))
    refresh(con)
    return con


@pytest.fixture
def sold(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    return sell(con)


@pytest.fixture(scope="module")
def audit() -> dict[tuple[object, ...], Row]:
    with built_warehouse() as con:
        return audited(sell(con))


def audited(con: duckdb.DuckDBPyConnection) -> dict[tuple[object, ...], Row]:
    found = rows(con, "FROM pub.guide_audit WHERE verdict <> 'no_price'")
    return {(row["provider"], row["model"], row["metric"], row["variant"]): row for row in found}


AUDIT = {
    # the page's figure, over the guide's
    ("openai", "gpt-4o", "inference_input", "base"): ("off_by_factor", (2.5, 2.5), (10, 10)),
    ("openai", "gpt-4o", "inference_input", "fine_tuned"): ("off_by_factor", (3.75, 3.75), (10, 10)),
    ("openai", "gpt-4o", "training_tokens", None): ("agrees", (25, 25), (1, 1)),
    ("openai", "gpt-4o", "training_run", None): ("agrees", (200, 200), (1, 1)),
    ("openai", "gpt-4o", "markup", "fine_tuned"): ("agrees", (1.5, 1.5), (1, 1)),
    ("openai", "gpt-4o", "monthly_markup", "fine_tuned"): ("off_by_factor", (125, 125), (10, 10)),
    ("openai", "gpt-5.4", "inference_input", "base"): ("differs", (2.5, 2.5), (2.5 / 1.5, 2.5 / 1.5)),
    ("openai", "gpt-5-mini", "inference_input", "base"): ("agrees", (0.25, 0.25), (1, 1)),
    ("bedrock", "claude-haiku-4.5", "inference_input", "base"): ("differs", (1, 1), (1.25, 1.25)),
    ("anthropic", "claude-sonnet-4.6", "inference_input", "base"): ("agrees", (3, 3), (1, 1)),
    ("anthropic", "claude-opus-4.7", "call_ratio", "base"): ("differs", (5, 5), (5 / 30, 5 / 30)),
    ("anthropic", "claude-sonnet-4.6", "monthly_bill", "base"): ("differs", (72, 72), (0.06, 0.06)),
    ("together", "llama-4-8b", "training_minimum", None): ("differs", (4, 4), (0.08, 0.08)),
    # 8M tokens at $0.48 are below the minimum; both ends of both ranges count
    ("together", "llama-4-8b", "training_run", None): ("differs", (4, 4.32), (4 / 500, 4.32 / 50)),
    (None, None, "markup", "fine_tuned"): ("differs", (1, 2), (1 / 3, 2 / 1.5)),
}


@pytest.mark.parametrize("figure", AUDIT, ids=str)
def test_a_price_of_the_guide_beside_the_sellers_own(
    audit: dict[tuple[object, ...], Row], figure: tuple[object, ...]
) -> None:
    verdict, ends, ratios = AUDIT[figure]
    row = audit[figure]
    assert row["verdict"] == verdict
    assert (row["seller_low"], row["seller_high"]) == pytest.approx(ends)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx(ratios)
    if figure[0] is not None:
        assert row["source_url"]
        assert row["verified_on"] in {date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)}
        assert row["series_id"]
        assert row["span_id"]


def test_what_no_page_lists_says_so(sold: duckdb.DuckDBPyConnection) -> None:
    found = audited(sold)
    for model in ("gpt-5-mini", "gpt-5.4"):
        for metric, variant in (("inference_input", "fine_tuned"), ("training_tokens", None), ("markup", "fine_tuned")):
            row = found["openai", model, metric, variant]
            assert (row["verdict"], row["seller_low"], row["ratio_low"], row["source_url"]) == (
                "unlisted",
                None,
                None,
                None,
            )
            assert row["words"] == "no page lists it: OpenAI’s list of tuned models has no gpt-5 model"
    assert len(rows(sold, "FROM pub.guide_audit")) == len(rows(sold, "FROM pub.guide_figure")) > 50


def test_a_model_is_known_by_the_reviewed_names_alone(con: duckdb.DuckDBPyConnection) -> None:
    """gpt-5-mini-next and a batch price are not gpt-5-mini; a tuned model that the alias table gives that base is."""
    page = [price("9", model="gpt-5-mini-next"), price("0.1", model="gpt-5-mini", tier="batch")]
    named = {"model": "gpt-5-mini-2026-10-01", "base_model": "gpt-5-mini"}
    record(con, read(moment(0), [*page, tuned("0.5", **named)]))
    refresh(con)
    found = audited(con)
    assert found["openai", "gpt-5-mini", "inference_input", "base"]["verdict"] == "unlisted"
    row = found["openai", "gpt-5-mini", "inference_input", "fine_tuned"]
    assert (row["seller_model"], row["seller_low"], row["verdict"]) == ("gpt-5-mini-2026-10-01", 0.5, "differs")
    assert "no gpt-5 model" not in str(row["words"])


def test_every_model_of_the_guide_has_a_reviewed_name(con: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT DISTINCT figure.provider, figure.model FROM seed.guide_figure AS figure
        WHERE figure.model IS NOT NULL AND NOT EXISTS (SELECT 1 FROM seed.guide_model AS named
            WHERE named.model = figure.model AND named.provider IS NOT DISTINCT FROM figure.provider)"""
    assert rows(con, query) == []
    assert rows(con, "FROM seed.guide_model WHERE reviewed_on IS NULL") == []


# The worked examples


def lines(con: duckdb.DuckDBPyConnection, example: str, basis: str) -> dict[object, tuple[object, object]]:
    found = rows(con, f"FROM pub.guide_example WHERE example = '{example}' AND basis = '{basis}'")
    return {row["line"]: (row["low"], row["high"]) for row in found}


def test_sorting_tickets_at_each_set_of_prices(sold: duckdb.DuckDBPyConnection) -> None:
    guide = {"base_bill": 237.50, "tuned_bill": 356.25, "training_run": 400, "project": 8_400, "year_one": 9_825}
    guide |= {"benefit": 120_000, "net": 110_175}
    assert lines(sold, "classification", "guide") == {line: pytest.approx((usd, usd)) for line, usd in guide.items()}
    today = lines(sold, "classification", "today")
    assert today["base_bill"] == pytest.approx((237.50, 237.50))
    assert {line for line, ends in today.items() if ends == (None, None)} == guide.keys() - {"base_bill", "benefit"}
    stand_in = {"base_bill": 340, "tuned_bill": 680, "training_run": 80, "project": 8_080, "year_one": 12_160}
    stand_in |= {"benefit": 120_000, "net": 107_840}
    assert lines(sold, "classification", "stand_in") == {line: pytest.approx((usd, usd)) for line, usd in stand_in.items()}  # fmt: skip


def test_writing_drafts_keeps_its_ranges(sold: duckdb.DuckDBPyConnection) -> None:
    guide = lines(sold, "creative", "guide")
    assert guide["tuned_bill"] == pytest.approx((1_440, 2_400))
    assert guide["year_one"] == pytest.approx((7_880, 24_400))
    assert guide["editor_bill"] == (60_000, 60_000)
    today = lines(sold, "creative", "today")
    assert today["base_bill"] == pytest.approx((72, 72))
    assert today["year_one"] == (None, None)
    missing = "SELECT DISTINCT unknown_because FROM pub.guide_example WHERE example = 'creative' AND low IS NULL"
    assert [row["unknown_because"] for row in rows(sold, f"{missing} AND basis = 'today'")] == [
        "no page lists the tuned price: OpenAI’s list of tuned models has no gpt-5 model"
    ]


def test_the_drafts_are_the_reference_scenarios(con: duckdb.DuckDBPyConnection) -> None:
    """What is assumed of a draft here is what the break-even of the same workload is computed with."""
    names = ("requests", "prompt_tokens", "tuned_prompt_tokens", "input_tokens", "output_tokens")
    (scenario,) = rows(con, f"SELECT {', '.join(names)} FROM seed.scenario WHERE scenario = 'creative'")
    assumed = rows(con, "SELECT input, low FROM seed.guide_example_input WHERE example = 'creative'")
    given = {row["input"]: float(str(row["low"])) for row in assumed}
    assert {name: given[name] for name in names} == {name: float(str(scenario[name])) for name in names}


def test_a_price_that_moves_moves_only_the_lines_that_rest_on_it(sold: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT example, basis, line, low, high FROM pub.guide_example ORDER BY ALL"
    before = sold.execute(query).fetchall()
    dearer = [tuned("1.00", model="gpt-4.1-mini-2025-04-14", base_model="gpt-4.1-mini"), *OPENAI]
    dearer = list({str(row["series_id"]): row for row in reversed(dearer)}.values())
    record(sold, read(moment(5), dearer))
    refresh(sold)
    moved = {row[:3] for row in sold.execute(query).fetchall()} - {
        row[:3] for row in before if row in sold.execute(query).fetchall()
    }
    assert moved == {("classification", "stand_in", line) for line in ("tuned_bill", "year_one", "net")} | {
        ("voice", "stand_in", "short_prompt_bill")
    }


def test_no_price_makes_a_line_unknown_and_never_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, "FROM pub.guide_example WHERE low = 0") == []
    empty = lines(con, "classification", "today")
    assert empty["base_bill"] == (None, None)
    assert empty["benefit"] == (120_000, 120_000)


def test_what_lora_costs_of_a_full_run(sold: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(sold, "FROM pub.lora_share")
    assert (row["provider"], row["size_tier"], row["method"]) == ("together", "Up to 16B", "sft")
    assert row["share"] == pytest.approx(0.48 / 0.54)


def test_what_each_seller_asks(sold: duckdb.DuckDBPyConnection) -> None:
    found = {row["provider"]: row for row in rows(sold, "FROM pub.seller_tuning")}
    together = found["together"]
    assert (together["training_low"], together["training_high"], together["minimum_low"]) == (0.48, 0.54, 4)
    assert (found["openai"]["markup_low"], found["openai"]["markup_high"]) == (1.5, 2)
    assert (found["bedrock"]["turnaround_low_hours"], found["bedrock"]["training_low"]) == (336, None)


def test_the_checklist_is_the_guides(con: duckdb.DuckDBPyConnection) -> None:
    def thresholds(kind: str) -> dict[object, float]:
        return {row["measure"]: row["threshold"] for row in rows(con, f"FROM pub.checklist WHERE kind = '{kind}'")}

    steps = rows(con, "SELECT DISTINCT step FROM pub.checklist WHERE kind = 'checklist'")
    assert sorted(row["step"] for row in steps) == list(range(1, 8))
    asked = thresholds("checklist")
    assert asked["examples"] == 10_000
    assert asked["agreement"] == 0.85
    assert asked["format_compliance"] == 0.995
    assert asked["p50_ms"] == 200
    assert asked["base_usd_per_month"] == 5_000
    assert asked["months_stable"] == 3
    assert (asked["expert_revisions"], asked["techniques_tried"], asked["flat_days"]) == (3, 6, 30)
    assert thresholds("wins")["base_usd_per_1k_requests"] == 0.5
    assert thresholds("loses")["examples"] == 5_000
    assert thresholds("rule") == {"wins_needed": 5, "loses_needed": 2}


# Words


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (237.5, 237.5, "USD a month", "$237.50"),
        (2879.999999999999, 14400, "USD a year", "$2,880 to $14,400"),
        (7500, 90000, "USD, one month and twelve", "$7,500 and $90,000"),
        (2.225, 2.225, "USD per 1M tokens", "$2.225"),
        (0.0375, 0.0375, "USD a month", "$0.0375"),
        (4.540104575342, 6.32619260274, "USD per GPU-hour", "$4.54 to $6.33"),
        (-108, -108, "USD", "−$108.00"),
        (550 / 600, 550 / 600, "share", "91.7 %"),
        (1, 1.0001, "times", "1×"),
        (2, 3.2, "months", "2 to 3.2"),
        (5e6, 5e6, "requests", "5,000,000"),
    ],
)
def test_a_figure_in_its_unit(low: float, high: float, unit: str, words: str) -> None:
    assert quantities(low, high, unit) == words


def test_what_stands_after_a_figure() -> None:
    units = ("USD a month", "USD", "USD, one month and twelve", "share", "times", "times the base price", "hours")
    assert [unit_words(unit) for unit in units] == ["a month", "", "one month and twelve", "", "", "of the base price", "hours"]  # fmt: skip
    assert quantity(30, "times the price of claude-haiku-4.5") == "30×"


def test_nothing_is_told_in_the_guides_words() -> None:
    """No six words in a row, on the pages or in the seeds, are the guide's."""
    file = GUIDE / "fine-tuning-roi-by-model-2026.txt"
    if not file.exists():
        pytest.skip("the guide's text is not beside this repository")
    theirs = set(_runs(file.read_text(encoding="utf-8")))
    assert len(theirs) > 5_000
    templates = [REPOSITORY / "templates" / name for name in ("guide.html", "claims.html")]
    ours = [*templates, *(REPOSITORY / "templates" / "partials").glob("*.html"), *SEEDS.glob("*.csv")]
    assert len(ours) > 15
    for source in ours:
        text = re.sub(r"<[^>]+>|\{[%{#].*?[%}#]\}", " ", source.read_text(encoding="utf-8"))
        assert theirs.intersection(_runs(text)) == set(), source.name


def _runs(text: str, length: int = 6) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9$%.-]+", text.lower())
    return zip(*(words[start:] for start in range(length)), strict=False)
