"""The calculator of /break-even/: the same answers as SQL for hundreds of workloads, its state in the address, its manners."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, served
from tests.browser.test_accessibility import VIOLATIONS
from tests.decided_site import EVIL

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

Row = dict[str, Any]
GUIDE = "customer=active&model=gpt-5-mini-tuned&against=prompt_same_base"
NUMBERS = (
    "requests", "horizon_months", "run_usd", "project_usd_low", "project_usd_high", "tuned_usd_per_request",
    "against_usd_per_request", "saved_usd_per_request", "tuned_fixed_usd_per_month", "against_fixed_usd_per_month_low",
    "against_fixed_usd_per_month_high", "tuned_usd_per_month", "against_usd_per_month_low", "against_usd_per_month_high",
    "break_even_requests_low", "break_even_requests_high", "break_even_tokens_low", "break_even_tokens_high",
    "payback_months_low", "payback_months_high", "prompt_tokens_to_break_even", "tuned_usd_per_mtok_blended", "gpus_low",
    "gpus_high",
)  # fmt: skip
WORDS = ("verdict", "best_verdict", "verdict_words", "would_take", "closed_on")
ANSWERS = """async ([works, assumed]) => {
  const found = await (await fetch(document.getElementById("calculator").dataset.offers)).json();
  return JSON.stringify(works.map((work) => economics.offersOf(found).map((given) => {
    const offer = assumed ? economics.assume(given, assumed) : given;
    const answer = economics.breakEven(offer, work);
    return { ...answer, would_take: wouldTake(offer, work, answer), offer_id: offer.offer_id, against: offer.against,
      against_provider: offer.against_provider };
  })));
}"""


@pytest.fixture(scope="module")
def host(decided: Path) -> Iterator[str]:
    with served(decided) as address:
        yield address


def workloads(count: int) -> list[Row]:
    """Seeded: plain ones, empty ones and monstrous ones."""
    chance = random.Random(20260829)
    tokens = (0, 0, 1, 50, 150, 600, 1023, 1024, 4000, 100_000)
    made = []
    for _ in range(count):
        low = chance.choice((0, 0, 9200, chance.uniform(0, 1e5)))
        made.append({
            "requests": chance.choice((1, 2000, 5e6, 5e7, 1e12, math.exp(chance.uniform(0, 25)))),
            "prompt_tokens": chance.choice(tokens), "tuned_prompt_tokens": chance.choice(tokens),
            "input_tokens": chance.choice(tokens), "output_tokens": chance.choice(tokens),
            "cache_hit_rate": chance.choice((0, 0, 1, chance.random())),
            "horizon_months": chance.choice((0.5, 1, 3, 12, 12, 36, 120.5)),
            "training_tokens": chance.choice((0, 1, 1e5, 16e6, 1e12)), "method": chance.choice(("sft", "sft", "dpo")),
            "runs": chance.choice((0, 1, 4, 2.5)), "data_usd_low": low,
            "data_usd_high": low + chance.choice((0, 0, 3000, chance.uniform(0, 1e6))),
            "retrain_every_months": chance.choice((None, None, 0.5, 3, 12)),
            "customer": chance.choice(("new", "idle", "active", "active")),
        })  # fmt: skip
    return made


def rows_of(sql: duckdb.DuckDBPyConnection, query: str, parameters: Row | None = None) -> list[Row]:
    cursor = sql.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put(sql: duckdb.DuckDBPyConnection, made: list[Row]) -> None:
    """The workloads as a table, named by their place."""
    columns = "scenario VARCHAR, " + ", ".join(
        f"{name} {'VARCHAR' if name in ('method', 'customer') else 'DOUBLE'}" for name in made[0]
    )
    sql.execute(f"CREATE OR REPLACE TEMP TABLE works ({columns})")
    marks = ", ".join("?" for _ in range(len(made[0]) + 1))
    sql.executemany(f"INSERT INTO works VALUES ({marks})", [[str(at), *work.values()] for at, work in enumerate(made)])


def differences(told: list[list[Row]], expected: list[Row]) -> list[str]:
    """Where the two tell of other figures or in other words, one line each."""
    known = {
        (int(row["scenario"]), row["offer_id"], row["against"], row["against_provider"]): row
        for row in expected
        if row["verdict"] != "nothing_to_compare"
    }
    found = []
    for at, answers in enumerate(told):
        for answer in answers:
            row = known.pop((at, answer["offer_id"], answer["against"], answer["against_provider"]))
            name = f"{at} {row['provider']} {row['model'] or row['size_tier']} {row['against']}"
            for field in NUMBERS:
                ours, theirs = answer[field], row[field]
                if (ours is None) != (theirs is None) or (
                    ours is not None and not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-18)
                ):
                    found.append(f"{name}: {field} {ours} is not {theirs}")
            for field in WORDS:
                theirs = None if row[field] is None else str(row[field])
                if answer[field] != theirs:
                    found.append(f"{name}: {field} {answer[field]!r} is not {theirs!r}")
    return found + [f"not answered: {key}" for key in known]


def test_the_browser_and_sql_answer_three_hundred_workloads_alike(
    visit: Callable[..., Visit], sql: duckdb.DuckDBPyConnection
):
    made = workloads(300)
    put(sql, made)
    sql.execute("CREATE OR REPLACE TEMP VIEW offers AS SELECT *, NULL::TIMESTAMP AS valid_to FROM offer_comparison")
    expected = rows_of(sql, "FROM break_even_over('offers', 'works')")
    told = json.loads(visit().go("break-even/").evaluate(ANSWERS, [made, None]))
    assert [] == differences(told, expected)[:10]
    assert {row["verdict"] for row in expected} == {
        "pays", "beyond_horizon", "retires_first", "never", "not_for_sale", "unknown_price", "nothing_to_compare",
    }  # fmt: skip
    assert any(row["gpus_high"] is not None and row["gpus_high"] > 2 for row in expected)
    assert len({re.sub(r"[\d,.]+", "#", str(row["would_take"])) for row in expected}) > 10


def test_the_browser_and_the_macro_itself_agree(visit: Callable[..., Visit], sql: duckdb.DuckDBPyConnection):
    made = workloads(8)
    expected = []
    for at, work in enumerate(made):
        given = ", ".join(f"{name} := ${name}" for name in work)
        expected += [{**row, "scenario": at} for row in rows_of(sql, f"FROM break_even({given})", work)]
    assert [] == differences(json.loads(visit().go("break-even/").evaluate(ANSWERS, [made, None])), expected)


def test_assumptions_that_a_reader_changed_are_those_of_sql_with_other_columns(
    visit: Callable[..., Visit], sql: duckdb.DuckDBPyConnection
):
    made = workloads(40)
    put(sql, made)
    assumed = {
        "gpu_utilisation_low": 0.2, "gpu_utilisation_high": 0.7, "min_gpus_low": 1, "min_gpus_high": 3,
        "peak_to_average_low": 1.5, "peak_to_average_high": 6, "operations_usd_per_month_low": 0,
        "operations_usd_per_month_high": 20_000, "gpu_usd_per_hour_low": 1.1, "gpu_usd_per_hour_high": 3.3,
        "cache_minimum_tokens_low.openai": 64, "tokens_per_second_per_gpu_low.Llama 3.3 70B": 3000.5,
        "tokens_per_second_per_gpu_high.Llama 3.3 70B": 9000, "tokens_per_second_per_gpu_low.Llama 3.1 8B": 10_000,
        "tokens_per_second_per_gpu_high.Llama 3.1 8B": 30_000,
    }  # fmt: skip
    speeds = ", ".join(
        f"CASE measured_model WHEN 'Llama 3.3 70B' THEN {large} WHEN 'Llama 3.1 8B' THEN {small} END AS tokens_per_second_{end}"
        for end, large, small in (("low", 3000.5 * 0.2, 10_000 * 0.2), ("high", 9000 * 0.7, 30_000 * 0.7))
    )
    sql.execute(f"""CREATE OR REPLACE TEMP VIEW assumed AS SELECT * REPLACE (
        CASE WHEN provider = 'openai' THEN 64.0 ELSE cache_minimum_tokens END AS cache_minimum_tokens, {speeds},
        CASE WHEN measured_gpus IS NOT NULL THEN greatest(1, measured_gpus)::DOUBLE END AS min_gpus_low,
        CASE WHEN measured_gpus IS NOT NULL THEN greatest(3, measured_gpus)::DOUBLE END AS min_gpus_high,
        CASE WHEN measured_gpus IS NOT NULL THEN 1.5 END AS peak_low, CASE WHEN measured_gpus IS NOT NULL THEN 6.0 END AS peak_high,
        CASE WHEN measured_gpus IS NOT NULL THEN 0.0 END AS operations_low,
        CASE WHEN measured_gpus IS NOT NULL THEN 20000.0 END AS operations_high,
        CASE WHEN measured_gpus IS NOT NULL THEN 1.1 END AS gpu_usd_per_hour_low,
        CASE WHEN measured_gpus IS NOT NULL THEN 3.3 END AS gpu_usd_per_hour_high
    ), NULL::TIMESTAMP AS valid_to FROM offer_comparison""")
    expected = rows_of(sql, "FROM break_even_over('assumed', 'works')")
    assert [] == differences(json.loads(visit().go("break-even/").evaluate(ANSWERS, [made, assumed])), expected)[:10]


def calculated(page: Page) -> Page:
    """The page once its answers stand."""
    page.locator("#calculated > p", has_text=re.compile(r"\w")).first.wait_for()
    return page


def first_row(page: Page) -> list[str]:
    cells = page.locator("#calculated-rows tbody tr").first.locator("th, td").all()
    return [re.sub(r"\s+", " ", cell.inner_text()).strip() for cell in cells]


def test_the_guide_s_own_case_stands_on_the_page_with_its_golden_figures(visit: Callable[..., Visit]):
    """$197.50 against $90.00 a million requests, $10,800 of project: 8,372,093 requests a month, 20.1 months."""
    page = calculated(visit().go(f"break-even/#{GUIDE}"))
    assert page.locator("#calculated-rows tbody tr").count() == 1
    name, against, verdict, once, million, month, even, payback, takes = first_row(page)
    assert name.startswith("gpt-5-mini-tuned OpenAI")
    assert (against, once, even, payback) == ("the prompt on gpt-5-mini", "$10,800", "8,372,093", "20.1 months")
    assert million == "$90.00 against $197.50"
    assert month == "$450 against $988"
    assert verdict == "too slow pays back in 20.1 months; the horizon is 12"
    assert takes == "more than 8,372,094 requests a month"
    assert "8,372,093 requests" in str(page.locator("#calculated-chart svg.wide .crossing").text_content())


def test_the_crossing_that_is_drawn_lies_on_both_lines(visit: Callable[..., Visit]):
    page = calculated(visit().go(f"break-even/#{GUIDE}&requests=9000000"))
    chart = page.locator("#calculated-chart svg.wide")
    circle = chart.locator(".crossing circle")
    x, y = float(circle.get_attribute("cx") or ""), float(circle.get_attribute("cy") or "")
    for line in ("l1", "l2"):
        x0, y0, x1, y1 = map(float, re.findall(r"[\d.]+", chart.locator(f".{line} .sure").get_attribute("d") or ""))
        assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0), abs=0.3)
    assert chart.locator("title").text_content() == "gpt-5-mini-tuned at OpenAI: what a month costs"


def test_the_state_is_in_the_address_and_comes_back_from_it(visit: Callable[..., Visit]):
    opened = visit()
    page = calculated(opened.go("break-even/"))
    assert page.url.endswith("break-even/"), "what stands at its default is left out"
    page.locator("form").get_by_label("Requests a month").fill("7.5M")
    page.locator("form").get_by_label("Customer of the seller").select_option("active")
    assert page.url.endswith("#requests=7500000&customer=active")
    page.locator("summary", has_text="What no seller prints").click()
    page.locator("form").get_by_label("Peak over average load, to").fill("5")
    assert page.url.endswith("&peak_to_average_high=5")
    answer = page.locator("#calculated p").first.inner_text()
    again = calculated(visit().go("break-even/" + page.url.partition("break-even/")[2]))
    assert again.locator("form").get_by_label("Requests a month").input_value() == "7,500,000"
    assert again.locator("#calculated p").first.inner_text() == answer
    page.goto(opened.base + "markup/")
    page.go_back()
    calculated(page)
    assert page.locator("form").get_by_label("Requests a month").input_value() == "7,500,000"
    page.get_by_role("button", name="Start over").click()
    assert page.url.endswith("break-even/")
    assert page.locator("form").get_by_label("Requests a month").input_value() == "5,000,000"


def test_another_workload_to_begin_with_brings_its_own_defaults(visit: Callable[..., Visit]):
    page = calculated(visit().go("break-even/#scenario=creative&requests=3000"))
    assert page.locator("form").get_by_label("Prompt, the same in each request").input_value() == "4,000"
    assert page.locator("form").get_by_label("Requests a month").input_value() == "3,000"
    page.locator("form").get_by_label("Requests a month").fill("2000")
    assert page.url.endswith("#scenario=creative")
    page.evaluate("() => { location.hash = 'scenario=brand-voice'; }")
    expect(page.locator("[name=requests]")).to_have_value("50,000,000")


@pytest.mark.parametrize(
    ("hash_", "left"),
    [
        ("requests=0", "requests=0"),
        ("requests=-5&runs=2", "requests=-5"),
        ("cache_hit_rate=2", "cache_hit_rate=2"),
        ("method=rft", "method=rft"),
        ("nonsense=1", "nonsense=1"),
        ("scenario=nope", "scenario=nope"),
        ("scenario=__proto__&constructor=1", "constructor=1"),
        ("retrain_every_months=1e-320", "retrain_every_months=1e-320"),
        ("output_tokens=<b>x</b>", "output_tokens=<b>x</b>"),
        ("data_usd_low=9&data_usd_high=1", "data_usd_high=1"),
        ("%E0%A4%A=%", ""),
    ],
)
def test_what_makes_no_workload_is_left_out_and_said(visit: Callable[..., Visit], hash_: str, left: str):
    opened = visit()
    page = calculated(opened.go(f"break-even/#{hash_}"))
    said = page.locator("#calculator [role=status]").inner_text()
    assert said.startswith("Left out of the address, because it makes no workload:")
    assert left in said
    assert page.locator("form").get_by_label("Requests a month").input_value() == "5,000,000"
    assert [] == opened.complaints


def test_a_figure_that_is_none_is_told_beside_the_last_answer(visit: Callable[..., Visit]):
    page = calculated(visit().go("break-even/"))
    before, field = (
        page.locator("#calculated p").first.inner_text(),
        page.locator("form").get_by_label("Requests a month"),
    )
    field.fill("many")
    assert "Requests a month: it is a number more than 0." in page.locator("#calculator [role=status]").inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator("#calculated p").first.inner_text() == before
    assert page.url.endswith("break-even/")
    field.fill("2000")
    assert page.locator("#calculator [role=status]").inner_text() == ""
    assert field.get_attribute("aria-invalid") is None


def test_it_is_worked_by_keyboard(visit: Callable[..., Visit]):
    page = calculated(visit().go("break-even/"))
    page.locator("form").get_by_label("Requests a month").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "calculated"
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Draw gpt-4.1 at Azure OpenAI").first.focus()
    page.keyboard.press("Enter")
    assert "gpt-4.1 at Azure OpenAI: what a month costs" in page.locator("#calculated-chart").inner_text()


def test_a_seller_s_name_is_text_whatever_it_holds(visit: Callable[..., Visit]):
    opened = visit()
    page = calculated(opened.go(f"break-even/#customer=active&model={quote('<script')}"))
    assert EVIL in page.locator("#calculated-rows").inner_text()
    assert [] == opened.complaints


def test_without_scripts_the_page_says_so_and_shows_its_tables(visit: Callable[..., Visit]):
    page = visit(scripts=False).go("break-even/")
    assert page.get_by_text("The calculator needs JavaScript").is_visible()
    assert not page.locator("#calculator").is_visible()
    assert page.locator("svg.wide").first.is_visible()
    advise = visit(scripts=False).go("advise/")
    assert advise.get_by_text("Answering here needs JavaScript").is_visible()
    assert not advise.locator("#advice").is_visible()
    assert advise.locator("table", has_text="Ticket classification").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_open_and_answered_it_is_accessible_quiet_and_keeps_to_itself(
    visit: Callable[..., Visit], axe: str, width: int, scheme: str
):
    opened = visit(width=width, scheme=scheme)
    for path in (
        f"break-even/#{GUIDE}&requests=abc",
        "break-even/#customer=active",
        "advise/#examples=15000&teacher=yes",
    ):
        page = opened.go("status/") and opened.go(path)
        page.locator("#calculated-rows tbody tr, #advised-ranking tbody tr").first.wait_for()
        page.evaluate("() => document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], path
        page.evaluate(f"{axe};0")
        assert [] == page.evaluate(VIOLATIONS), path
    assert [] == [url for url in opened.requests if not url.startswith(opened.base)]
    assert [] == opened.complaints
