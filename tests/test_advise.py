"""`break-even`, `advise` and a month's `markup`: what they answer, in words and as JSON, and what they refuse."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline import advise
from pipeline.cli import exit_code
from pipeline.stamp import STATE_NAME, write_stamp
from tests.published_site import STATE, stamp
from tests.warehouse_facts import Row, built_warehouse, moment, price, read, statement
from warehouse import export
from warehouse.facts import record
from warehouse.upkeep import refresh

CLASSIFICATION = (  # the guide's first worked example, answered as it tells it
    *("--prompt-exhausted", "yes", "--examples", "15000", "--agreement", "0.9", "--cheaper-tried", "yes"),
    *("--base-stable", "yes", "--accuracy-gain", "0.04", "--usd-per-error", "0.05"),
)


def calls(model: str, into: str, out: str, **fields: object) -> list[Row]:
    return [price(into, model=model, **fields), price(out, model=model, meter="inference_output", **fields)]


def seller(provider: str, tuned_model: str, ratio: float, **fields: object) -> list[Row]:
    """gpt-4.1-mini and gpt-4.1, tuned at so many times the base, training at $5 and $25."""
    rows: list[Row] = []
    for model, into, out, run in (("gpt-4.1-mini", 0.4, 1.6, "5"), ("gpt-4.1", 2, 8, "25")):
        named = {"provider": provider, "base_model": model, "variant": "fine_tuned", **fields}
        tuned = tuned_model.format(model)
        rows += calls(model, f"{into}", f"{out}", provider=provider, **fields)
        rows += calls(tuned, f"{into * ratio:g}", f"{out * ratio:g}", **named)
        rows.append(price(run, model=tuned, meter="training_tokens", method="sft", **named))
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OpenAI, closed to new customers since May, and Azure, which sells the same models with $1.70 an hour of hosting."""
    root = tmp_path_factory.mktemp("decided")
    (root / "state").mkdir()
    (root / "state" / STATE_NAME).write_text(f"{STATE}\n", encoding="utf-8")
    closed = [statement("closed_to_new", date(2026, 5, 7), variant="fine_tuned")]
    theirs = seller("azure", "{}", 1.0, region="global")
    hosting = {"provider": "azure", "variant": "fine_tuned", "meter": "hosting_hours", "region": "global"}
    theirs += [price("1.70", model=model, base_model=model, **hosting) for model in ("gpt-4.1-mini", "gpt-4.1")]
    named = price("1", model="evil\x1b[2Jname", base_model="gpt-4.1", variant="fine_tuned")
    with built_warehouse() as con:
        record(con, read(moment(200), [*seller("openai", "{}-2025-04-14", 2.0), named], said=closed))
        record(con, read(moment(200), theirs, provider="azure", parser="azure/1"))
        refresh(con)
        export.publish(con, root / "site" / "data")
    write_stamp(root / "site", stamp())
    return root


@pytest.fixture(autouse=True)
def installed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTPRICES_HOME", str(made / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(made / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert exit_code(list(words)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def document(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(told(capsys, *words, "--json"))


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert exit_code(list(words)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


# -- break-even ---------------------------------------------------------------------------------------------------------


def test_break_even_has_the_golden_figures_of_a_scenario(capsys: pytest.CaptureFixture[str]):
    rows = document(
        capsys, "break-even", "--customer", "active", "--against", "prompt_same_base", "--model", "gpt-4.1-2025"
    )
    (row,) = rows
    assert (row["scenario"], row["provider"], row["verdict"]) == ("ticket-classification", "openai", "pays")
    assert row["project_usd_low"] == row["project_usd_high"] == pytest.approx(4 * 400 + 8000 + 1200)
    saved = (750 * 2 + 5 * 8 - 200 * 4 - 5 * 16) / 1e6
    assert row["break_even_requests_high"] == pytest.approx(10_800 / 12 / saved)
    assert row["payback_months_high"] == pytest.approx(10_800 / (5e6 * saved))


def test_break_even_takes_a_workload_of_its_own(capsys: pytest.CaptureFixture[str]):
    asked = ("break-even", "--customer", "active", "--provider", "openai", "--against", "prompt_same_base")
    few = document(capsys, *asked, "--requests", "1000", "--horizon", "6", "--data-usd", "1000:3000")
    assert {row["verdict"] for row in few if row["model"] == "gpt-4.1-2025-04-14"} == {"beyond_horizon"}
    (row,) = [row for row in few if row["model"] == "gpt-4.1-2025-04-14"]
    assert (row["horizon_months"], row["requests"]) == (6, 1000)
    assert row["project_usd_high"] - row["project_usd_low"] == pytest.approx(2000)
    assert row["payback_months_low"] < row["payback_months_high"]


def test_every_scenario_can_be_asked_at_once(capsys: pytest.CaptureFixture[str]):
    rows = document(capsys, "break-even", "--scenario", "all")
    assert len({row["scenario"] for row in rows}) == 7


def test_the_table_says_what_has_nothing_to_be_compared_with(capsys: pytest.CaptureFixture[str]):
    assert exit_code(["break-even", "--provider", "azure"]) == 0
    said = capsys.readouterr()
    assert "comparisons more have nothing to be compared with: --all shows why" in said.err
    assert "own GPUs" not in said.out
    assert max(map(len, said.out.splitlines())) <= 120
    shown = told(capsys, "break-even", "--provider", "azure", "--all")
    assert "own GPUs" in shown


def test_a_scraped_name_moves_no_cursor(capsys: pytest.CaptureFixture[str]):
    assert "\x1b" not in told(capsys, "break-even", "--all")
    assert "\x1b" not in told(capsys, "advise", "--all", "--examples", "1")


# -- advise -------------------------------------------------------------------------------------------------------------


def test_sorting_tickets_is_tuned_where_an_error_costs_money(capsys: pytest.CaptureFixture[str]):
    advice = document(capsys, "advise", *CLASSIFICATION)
    assert (advice["verdict"], advice["because"], advice["scenario"]) == (
        "fine_tune",
        "all_hold",
        "ticket-classification",
    )
    (benefit,) = {row["benefit_usd"] for row in advice["ranking"] if row["benefit_usd"] is not None}
    assert benefit == pytest.approx(120_000)
    decided = {row["measure"] for row in advice["questions"] if row["decides"]}
    assert {"examples", "agreement", "net_usd", "cheaper_tried"} <= decided


def test_writing_drafts_ships_the_prompt(capsys: pytest.CaptureFixture[str]):
    answers = ("--prompt-exhausted", "yes", "--examples", "1000", "--agreement", "0.7", "--base-stable", "no")
    advice = document(capsys, "advise", "--scenario", "creative", *answers)
    assert (advice["verdict"], advice["because"]) == ("ship_the_prompt", "losing_signs")
    assert "Ship the prompt." in told(capsys, "advise", "--scenario", "creative", *answers)


def test_a_customer_who_cannot_buy_from_openai_is_offered_others(capsys: pytest.CaptureFixture[str]):
    ranking = document(capsys, "advise", *CLASSIFICATION)["ranking"]
    assert {row["provider"] for row in ranking if row["availability"] == "for_sale"} == {"azure"}
    closed = [row for row in ranking if row["provider"] == "openai"]
    assert {row["availability"] for row in closed} == {"not_for_sale"}
    assert {row["closed_on"] for row in closed} == {"2026-05-07"}
    assert min(row["place"] for row in closed) > max(row["place"] for row in ranking if row["provider"] == "azure")
    said = told(capsys, "advise", *CLASSIFICATION)
    assert "OpenAI: closed to new customers since 2026-05-07" in said
    active = document(capsys, "advise", *CLASSIFICATION, "--customer", "active")["ranking"]
    assert active[0]["provider"] == "openai"


def test_what_was_not_answered_stays_unknown_and_is_named(capsys: pytest.CaptureFixture[str]):
    advice = document(capsys, "advise", "--prompt-exhausted", "yes", "--format-compliance", "0.999")
    assert (advice["verdict"], advice["because"]) == ("unknown", "answers_missing")
    assert "Was something cheaper tried first?" in advice["words"]


def test_a_file_holds_workload_and_answers_and_options_go_before_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "workload.toml"
    file.write_text(
        'scenario = "creative"\n[workload]\nrequests = 5000000\ncustomer = "active"\n[answers]\nexamples = 1000\n'
        "task_changes_weekly = true\n",
        encoding="utf-8",
    )
    advice = document(capsys, "advise", "--file", str(file))
    assert (advice["scenario"], advice["verdict"]) == ("creative", "ship_the_prompt")
    assert {row["provider"] for row in advice["ranking"] if row["availability"] == "for_sale"} == {"azure", "openai"}
    answered = {row["measure"]: row["answer"] for row in advice["questions"] if row["kind"] == "checklist"}
    assert answered["examples"] == 1000
    advice = document(capsys, "advise", "--file", str(file), "--examples", "20000")
    answered = {row["measure"]: row["answer"] for row in advice["questions"] if row["kind"] == "checklist"}
    assert answered["examples"] == 20_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "nothing is called 'x'; there are scenario, [workload] and [answers]"),
        ("[answers]\nexampels = 1", "[answers] has nothing called 'exampels'; there are own_provider"),
        ("[answers]\nexamples = true", "examples is True; it is a number"),
        ("[answers]\nteacher = 1", "teacher is 1; it is yes or no: true or false"),
        ("[workload]\ncustomer = 3", "customer is 3; it is a text"),
        ("workload = 1", "workload is a table, [workload]"),
        ("[answers", "is no TOML: "),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "workload.toml"
    file.write_text(text, encoding="utf-8")
    said = refused(capsys, "advise", "--file", str(file))
    assert words in said
    assert str(file) in said


def test_the_questions_are_asked_one_by_one_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    typed = iter(["perhaps", "yes", "15,000", "0.9", "", "", "", "no", "yes"])
    monkeypatch.setattr(advise.typer, "prompt", lambda *_words, **_more: next(typed))
    answers = advise.ask()
    assert next(typed, None) is None
    assert "prompt-exhausted is 'perhaps'; it is yes or no" in capsys.readouterr().err
    assert (answers.prompt_exhausted, answers.examples, answers.agreement) == (True, 15_000, 0.9)
    assert (answers.p50_ms, answers.cheaper_tried, answers.base_stable) == (None, False, True)


# -- markup and refusals ------------------------------------------------------------------------------------------------


def test_a_month_s_markup_has_both_bills_and_the_hosting(capsys: pytest.CaptureFixture[str]):
    rows = document(capsys, "markup", "--tokens-in", "1e8", "--tokens-out", "1e7")
    found = {(row["provider"], row["model"]): row for row in rows}
    ours, theirs = found["openai", "gpt-4.1-2025-04-14"], found["azure", "gpt-4.1"]
    assert (ours["base_usd_per_month"], ours["extra_usd_per_month"]) == (pytest.approx(280), pytest.approx(280))
    assert (theirs["extra_usd_per_month"], theirs["hosting_usd_per_month"]) == (pytest.approx(0), pytest.approx(1241))
    assert "1241" in told(capsys, "markup", "--tokens-in", "1e8", "--provider", "azure")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["break-even", "--requests", "0"], "--requests is 0; it must be more than 0"),
        (["break-even", "--prompt-tokens", "-1"], "--prompt-tokens is -1; it must be at least 0"),
        (["break-even", "--output-tokens", "nan"], "--output-tokens is nan"),
        (["break-even", "--runs", "inf"], "--runs is inf"),
        (["break-even", "--cache-hit-rate", "2"], "it is a share, from 0 to 1"),
        (["break-even", "--method", "rft"], "runs are priced by their tokens for sft and dpo"),
        (["break-even", "--customer", "vip"], "there are new, idle, active"),
        (["break-even", "--against", "prompt"], "there are prompt_same_base"),
        (["break-even", "--scenario", "nope"], "no scenario is called 'nope'; there are brand-voice"),
        (["break-even", "--data-usd", "9:1"], "it is an amount, 9200, or a range, 5000:9000"),
        (["break-even", "--provider", "nobody"], "no seller is called 'nobody'"),
        (["advise", "--scenario", "all"], "advice is for one workload"),
        (["advise", "--agreement", "90"], "--agreement is 90; it is a share, from 0 to 1"),
        (["advise", "--examples", "-5"], "--examples is -5; it must be at least 0"),
        (["advise", "--base-stable", "perhaps"], "base-stable is 'perhaps'; it is yes or no"),
        (["advise", "--file", "no-such-file.toml"], "no-such-file.toml: No such file or directory"),
        (["markup", "--tokens-in", "-1"], "--tokens-in is -1; it must be at least 0"),
    ],
)
def test_what_makes_no_question_is_refused_in_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    assert said in refused(capsys, *words)
