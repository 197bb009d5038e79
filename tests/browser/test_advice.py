"""The checklist of /advise/: the verdict of every combination as SQL gives it, the ranking, and its state in the address."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.browser.conftest import Visit, served
from tests.browser.test_calculator import rows_of, workloads

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

Row = dict[str, Any]
# What the verdict is decided from: the first of them are true, false or not known, the others one of two.
THREE = ("is_used_up", "has_examples", "is_strict", "is_fast", "is_tried", "is_still", "agrees", "is_below_floor", "pays",
    "returns", "rents")  # fmt: skip
TWO = ("is_lost", "is_taught", "is_retrained")
RULES = ("losing_signs", "prompt_not_used_up", "labels_disagree", "too_few_examples", "no_reason", "base_moves",
    "answers_missing", "nothing_on_sale", "teacher_first", "cheaper_first", "teacher_writes", "lora_ground",
    "gpus_cost_less", "all_hold")  # fmt: skip
ALL_RULES = """([three, two, rules]) => {
  const letters = new Map(rules.map((rule, at) => [rule, String.fromCharCode(97 + at)]));
  const found = [];
  const count = 3 ** three.length * 2 ** (two.length + 1);
  for (let at = 0; at < count; at += 1) {
    let rest = at;
    const facts = {};
    for (const name of three) { facts[name] = [null, false, true][rest % 3]; rest = Math.floor(rest / 3); }
    for (const name of two) { facts[name] = rest % 2 === 1; rest = Math.floor(rest / 2); }
    facts.offers = rest;
    found.push(letters.get(advice.rule(facts)));
  }
  return found.join("");
}"""
ADVISED = """async (asked) => {
  const data = await (await fetch(document.getElementById("advice").dataset.offers)).json();
  const offers = economics.offersOf(data);
  const nothing = { own_usd_per_month: NaN, accuracy_gain: NaN, usd_per_error: NaN };
  return JSON.stringify(asked.map((given) => {
    const work = { ...nothing, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) };
    const plain = offers.map((offer) => ({ ...offer }));
    economics.assume = (offer) => offer; // as published
    const ranked = advice.ranking(plain, work);
    const answer = advice.advise(ranked, work, data);
    return { ...answer, ranked: ranked.map(({ offer, ...row }) => ({ ...row, offer_id: offer.offer_id })) };
  }));
}"""
RANKED = ("project_usd_low", "project_usd_high", "tuned_usd_per_month", "total_12_months_usd_low",
    "total_12_months_usd_high", "same_base_usd_per_month", "break_even_requests_low", "break_even_requests_high",
    "payback_months_low", "payback_months_high", "input_markup", "net_usd_low", "self_hosted_usd_per_month_high")  # fmt: skip
YES_OR_NO = ("prompt_exhausted", "cheaper_tried", "base_stable", "structure_first", "task_changes_weekly", "teacher")


@pytest.fixture(scope="module")
def host(decided: Path) -> Iterator[str]:
    with served(decided) as address:
        yield address


def test_every_combination_of_what_decides_leads_to_the_same_rule(
    visit: Callable[..., Visit], sql: duckdb.DuckDBPyConnection
):
    """All of them: 3^11 x 2^4, more than two million."""
    digits = [
        f"CASE (number // {3**place}) % 3 WHEN 1 THEN false WHEN 2 THEN true END AS {name}"
        for place, name in enumerate(THREE)
    ]
    rest = 3 ** len(THREE)
    digits += [f"(number // {rest * 2**place}) % 2 = 1 AS {name}" for place, name in enumerate(TWO)]
    count = rest * 2 ** (len(TWO) + 1)
    facts = f"SELECT number, {', '.join(digits)}, number // {rest * 2 ** len(TWO)} AS offers FROM range({count}) AS every (number)"
    names = "is_lost, is_used_up, has_examples, is_strict, is_fast, is_tried, is_still, agrees, is_below_floor, pays, returns, rents, offers, is_taught, is_retrained"
    sql.execute(
        f"SELECT string_agg(chr(96 + list_position($rules, advice_rule({names}))), '' ORDER BY number) FROM ({facts})",
        {"rules": list(RULES)},
    )
    (expected,) = sql.fetchone() or ("",)
    assert len(expected) == count > 2_000_000
    assert len(set(expected)) == len(RULES), "every rule decides somewhere"
    told = visit().go("advise/").evaluate(ALL_RULES, [list(THREE), list(TWO), list(RULES)])
    assert told == expected


def test_the_rules_are_those_that_are_published(sql: duckdb.DuckDBPyConnection):
    assert [row["rule"] for row in rows_of(sql, "FROM advice_rules()")] == list(RULES)


def answers(count: int) -> list[Row]:
    """Seeded workloads with answers: mostly good ones, or every verdict would be the first."""
    chance = random.Random(20260620)
    made = []
    for number, work in enumerate(workloads(count)):
        good = number % 3 > 0
        work |= {"requests": max(work["requests"], 1000), "training_tokens": chance.choice((16e6, 1e5)), "runs": 1}
        work["customer"] = chance.choice(("active", "active", "new"))
        given: Row = {
            "own_usd_per_month": chance.choice((None, None, 100.0, 1e5, 1e7)),
            "accuracy_gain": chance.choice((None, 0.04)), "usd_per_error": chance.choice((None, 0.05)),
            "expert_revisions": chance.choice((None, 2, 4)), "techniques_tried": chance.choice((None, 6, 8, 3)),
            "flat_days": chance.choice((None, 10, 30)), "examples": chance.choice((None, 100, 500, 6000, 10_000, 20_000)),
            "agreement": chance.choice((None, 0.85, 0.9)), "format_compliance": chance.choice((None, 0.99, 0.999)),
            "p50_ms": chance.choice((None, 100, 200, 500)), "months_stable": chance.choice((None, None, 2, 3)),
            **{name: chance.choice((None, True, False)) for name in YES_OR_NO},
        }  # fmt: skip
        if good:
            given |= {"prompt_exhausted": True, "expert_revisions": None, "techniques_tried": None, "flat_days": None,
                "base_stable": True, "months_stable": None, "agreement": chance.choice((0.9, 0.95)),
                "examples": chance.choice((400, 600, 12_000, 20_000)), "task_changes_weekly": False}  # fmt: skip
        made.append({**work, **given})
    return made


def near(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)


def disagreements(told: list[Row], asked: list[Row], sql: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for at, (found, given) in enumerate(zip(told, asked, strict=True)):
        parameters = ", ".join(f"{name} := ${name}" for name in given)
        verdict, *questions = rows_of(sql, f"FROM advise({parameters})", given)
        if (found["verdict"], found["rule"], found["note"]) != (verdict["measure"], verdict["unit"], verdict["note"]):
            yield f"{at}: {found['rule']} {found['note']!r} is not {verdict['unit']} {verdict['note']!r}"
        yield from (f"{at} {words}" for words in questions_that_differ(found["questions"], questions))
        named = {name: given[name] for name in given if name in RANKING}
        ranked = rows_of(sql, f"FROM ranking({', '.join(f'{name} := ${name}' for name in named)})", named)
        yield from (f"{at} {words}" for words in ranks_that_differ(found["ranked"], ranked))


def questions_that_differ(found: list[Row], questions: list[Row]) -> Iterator[str]:
    known = {(row["kind"], row["step"], row["measure"]): row for row in questions if row["kind"] != "wins"}
    for row in found:
        theirs = known.pop((row["kind"], row["step"], row["measure"]))
        if (row["passes"], row["decides"]) != (theirs["passes"], theirs["decides"]):
            yield f"{row['measure']}: {row['passes']} {row['decides']} is not {theirs['passes']} {theirs['decides']}"
        if not near(row["answer"], theirs["answer"]) or not near(row["threshold"], theirs["threshold"]):
            yield f"{row['measure']}: {row['answer']} {row['threshold']} is not {theirs['answer']} {theirs['threshold']}"
    yield from (f"not asked: {key}" for key in known)


def ranks_that_differ(found: list[Row], ranked: list[Row]) -> Iterator[str]:
    if [row["offer_id"] for row in ranked] != [row["offer_id"] for row in found]:
        yield "another order"
        return
    for ours, theirs in zip(found, ranked, strict=True):
        for name in RANKED:
            if not near(ours[name], theirs[name]):
                yield f"{theirs['model']}: {name} {ours[name]} is not {theirs[name]}"
        for name in ("availability", "words", "pays_back"):
            if ours[name] != theirs[name]:
                yield f"{theirs['model']}: {name} {ours[name]!r} is not {theirs[name]!r}"


RANKING = frozenset(workloads(1)[0]) | {"own_usd_per_month", "accuracy_gain", "usd_per_error"}


def test_verdict_questions_and_ranking_are_those_of_sql(visit: Callable[..., Visit], sql: duckdb.DuckDBPyConnection):
    asked = answers(24)
    given = [
        {
            name: {True: "yes", False: "no"}.get(value, value) if name in YES_OR_NO else value
            for name, value in one.items()
        }
        for one in asked
    ]
    told = json.loads(visit().go("advise/").evaluate(ADVISED, given))
    assert [] == list(disagreements(told, asked, sql))[:10]
    assert len({row["rule"] for row in told}) >= 8


def advised(opened: Visit, hash_: str) -> tuple[str, str]:
    page = opened.go("status/") and opened.go(f"advise/#{hash_}")
    page.locator("#advised [aria-live] h3", has_text=re.compile(r"\w")).wait_for()
    return page.locator("#advised h3").first.inner_text(), page.locator("#advised .lead").inner_text()


CLASSIFICATION = "prompt_exhausted=yes&examples=15000&agreement=0.9&cheaper_tried=yes&base_stable=yes&accuracy_gain=0.04&usd_per_error=0.05"


def test_the_worked_examples_have_their_verdicts(visit: Callable[..., Visit]):
    opened = visit()
    assert advised(opened, CLASSIFICATION)[0] == "Fine-tune."
    head, because = advised(opened, "scenario=creative&prompt_exhausted=yes&examples=1000&agreement=0.7&base_stable=no")
    assert (head, because) == (
        "Ship the prompt.",
        "Because two losing signs or more hold: a tuned model would lose money.",
    )
    assert advised(opened, f"{CLASSIFICATION.replace('cheaper_tried=yes', 'cheaper_tried=no')}")[0] == "Try LoRA first."
    head, because = advised(opened, "prompt_exhausted=maybe")
    assert head == "Not known yet."
    assert "prompt_exhausted=maybe" in opened.page.locator("#advice [role=status]").inner_text()
    assert [] == opened.complaints


def test_answering_changes_the_verdict_what_decided_and_the_address(visit: Callable[..., Visit]):
    opened = visit()
    advised(opened, CLASSIFICATION)
    page = opened.page
    decided = page.locator("#advised-questions tr.decides").all_inner_texts()
    assert any("Do fewer errors pay for it?" in row for row in decided)
    page.locator("form").get_by_label("Examples", exact=True).fill("300")
    assert page.locator("#advised h3").first.inner_text() == "Ship the prompt."
    assert "examples=300" in page.url
    (row,) = page.locator("#advised-questions tr.decides").all_inner_texts()
    assert "300" in row
    first = page.locator("#advised-ranking tbody tr").first
    assert re.search(r"\$[\d,]+", first.inner_text())
    first.get_by_role("link").click()
    page.wait_for_url("**/models/**")


def test_a_customer_who_cannot_buy_is_shown_other_sellers(visit: Callable[..., Visit]):
    opened = visit()
    advised(opened, CLASSIFICATION)
    assert "OpenAI" not in " ".join(opened.page.locator("#advised-ranking tbody th").all_inner_texts()).replace(
        "Azure OpenAI", ""
    )
    advised(opened, f"{CLASSIFICATION}&customer=active")
    assert "gpt-4.1-2025-04-14" in opened.page.locator("#advised-ranking tbody").inner_text()
