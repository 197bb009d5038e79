"""Rules: what fires, on what, how often; and the file they are written in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerts.config import Alerts, parse, read_alerts, schema
from pipeline.alerts.message import compose
from pipeline.alerts.rules import Match, Move, Rule, When, fire, matches
from pipeline.errors import UsageFault
from pipeline.settings import EXAMPLE_ALERTS, Settings, read_settings
from warehouse.outbox import Memory

NOON = datetime(2026, 9, 9, 12)  # noqa: DTZ001 - naive UTC, as the warehouse has it


def move(old: str | None, new: str | None, number: int = 0, **fields: Any) -> Move:
    """One move of one price; `number` tells it from the others."""
    known = {
        "event_id": f"e{number}", "root": f"e{number}", "ledger": "price", "metric": "price", "kind": "vendor_change",
        "series_id": "s", "provider": "openai", "page": "pricing", "observed_at": NOON, "tick_id": "t",
        "model": "gpt-4.1", "meter": "inference_input", "variant": "fine_tuned", "tier": "standard",
        "old": None if old is None else Decimal(old), "new": None if new is None else Decimal(new),
    }  # fmt: skip
    return Move(**{**known, **fields})


def rule(**when: Any) -> Rule:
    given = {name: value if name == "direction" else Decimal(value) for name, value in when.items()}
    return Rule(id="r", match=Match(metric="price"), when=When(**given), send=("team",))


def path(*values: str) -> list[Move]:
    """A price that takes these values, one after the other."""
    return [move(old, new, number) for number, (old, new) in enumerate(pairwise(values))]


def fired(one: Rule, moves: list[Move]) -> list[str]:
    return [f"{found.old}>{found.new}" for _, found in fire([one], moves, {})[0]]


@pytest.mark.parametrize(
    ("when", "values", "expected"),
    [
        ({}, ("3", "4", "3"), ["3>4", "4>3"]),
        ({"change_pct": 10}, ("100", "105", "104", "109", "110"), ["109>110"]),  # a slow drift, against what was told
        ({"change_pct": 10}, ("100", "109", "100", "109", "100"), []),  # a flap
        ({"change_pct": 10}, ("100", "110", "120", "121"), ["100>110", "120>121"]),
        ({"change_pct": 10, "direction": "up"}, ("100", "80", "100", "110"), ["80>100", "100>110"]),
        ({"change_pct": 10, "direction": "down"}, ("100", "110", "100", "90"), ["100>90"]),
        ({"change_abs": "0.5"}, ("1", "1.4", "1.5"), ["1.4>1.5"]),
        ({"change_abs": "0.5", "change_pct": 90}, ("1", "1.6", "1.9"), ["1.6>1.9"]),
        ({"crosses_below": "0.5"}, ("1", "0.4", "0.6", "0.4", "0.8", "0.4"), ["1>0.4", "0.8>0.4"]),
        ({"crosses_below": "0.5", "rearm": "0.55"}, ("1", "0.4", "0.52", "0.4", "0.55", "0.4"), ["1>0.4", "0.55>0.4"]),
        ({"crosses_below": "0.5"}, ("1", "0.5"), []),
        ({"crosses_below": "0.5"}, ("0.4", "0.3"), []),  # it was below when the rule first saw it
        ({"crosses_above": "2"}, ("1", "3", "1.5", "3", "1", "3"), ["1>3", "1>3"]),
    ],
)
def test_what_a_rule_fires_on(when: dict[str, Any], values: tuple[str, ...], expected: list[str]):
    assert fired(rule(**when), path(*values)) == expected


def test_a_correction_is_never_a_move_and_goes_to_whoever_was_told_wrongly():
    slip = [move("3", "6", 0), move("6", "3", 1, kind="correction"), move("3", "3.1", 2)]
    assert fired(rule(change_pct=10), slip) == ["3>6", "6>3"], "what was told is taken back, and the next move is small"
    assert fired(rule(change_pct=10), slip[1:]) == [], "nobody was told the wrong figure"
    assert fired(rule(), slip[1:2]) == ["6>3"], "who hears of every move hears of every correction"
    (_, told), *_ = fire([rule()], slip[1:2], {})[0]
    assert told.is_correction


def test_what_comes_and_goes_fires_only_where_any_move_does():
    came, went = move(None, "3", 0, kind="appeared"), move("3", None, 1, kind="disappeared")
    assert fired(rule(), [came, went]) == ["None>3", "3>None"]
    assert fired(rule(change_pct=1), [came, went]) == []
    assert fired(rule(crosses_below="5"), [came, went]) == ["None>3"], "a new offer below the level"


def test_an_announcement_does_not_silence_the_day_it_comes_on():
    coming, come = move("3", "6", 0, kind="scheduled"), move("3", "6", 1)
    assert fired(rule(change_pct=10), [coming, come]) == ["3>6", "3>6"]
    back = move("6", None, 2, kind="withdrawn")
    assert fired(rule(change_pct=10), [coming, back]) == ["3>6", "6>None"]
    assert fired(rule(change_pct=200), [coming, back]) == [], "who was not told of it need not hear that it is off"


def test_breaking_even_may_never_come():
    months = [move("Infinity", "14", 0), move("14", "14.5", 1), move("14.5", "Infinity", 2)]
    assert fired(rule(change_abs=1), months) == ["Infinity>14", "14.5>Infinity"]
    assert fired(rule(change_abs=1, direction="up"), months) == ["14.5>Infinity"]


@pytest.mark.parametrize(
    ("match", "fields", "expected"),
    [
        ({}, {}, True),
        ({}, {"ledger": "notice", "metric": "staleness"}, False),
        ({"metric": "staleness"}, {"ledger": "notice", "metric": "staleness"}, True),
        ({"metric": "markup"}, {}, False),
        ({"metric": "hosting"}, {}, False),
        ({"metric": "hosting"}, {"meter": "hosting_hours"}, True),
        ({"model": ("*LLAMA*",)}, {"model": "Llama-3.1-8B"}, True),
        ({"model": ("gpt-4.1",)}, {"model": "ft:gpt-4.1", "base_model": "gpt-4.1"}, True),
        ({"model": ("gpt-?.1",)}, {}, True),
        ({"model": ("Up to*",)}, {"model": None, "size_tier": "Up to 16B"}, True),
        ({"meter": ("training_*",)}, {}, False),
        ({"provider": ("together", "openai")}, {}, True),
        ({"variant": "base"}, {}, False),
        ({"tier": ("batch",)}, {}, False),
        ({"scenario": ("brand-voice",)}, {"scenario": None}, False),
    ],
)
def test_what_a_rule_looks_at(match: dict[str, Any], fields: dict[str, Any], expected: bool):
    assert matches(Match(**match), move("1", "2", **fields)) is expected


PRICES = st.lists(st.decimals("0.01", "1000", places=2), min_size=2, max_size=30)


@given(PRICES, st.sampled_from([1, 5, 10, 50]))
def test_each_alert_is_far_from_the_one_before_and_nothing_told_is_far_from_now(values: list[Decimal], least: int):
    moves = path(*map(str, values))
    told = [found.new for _, found in fire([rule(change_pct=least)], moves, {})[0]]
    base = values[0]
    for value in told:
        assert value is not None
        assert abs(value / base - 1) * 100 >= least
        base = value
    assert abs(values[-1] / base - 1) * 100 < least or values[-1] == base


@given(PRICES, st.decimals("1", "500", places=2))
def test_a_level_never_fires_twice_without_being_back(values: list[Decimal], level: Decimal):
    moves = path(*map(str, values))
    numbers = [int(found.event_id[1:]) for _, found in fire([rule(crosses_below=str(level))], moves, {})[0]]
    for first, second in pairwise(numbers):
        assert any(value >= level * Decimal("1.5") for value in values[first + 1 : second + 1])


@given(PRICES, st.integers(0, 29))
def test_two_runs_in_a_row_fire_as_one_that_saw_it_all(values: list[Decimal], cut: int):
    moves, rules = path(*map(str, values)), [rule(change_pct=5), replace(rule(crosses_above="100"), id="level")]
    whole, _ = fire(rules, moves, {})
    first, memories = fire(rules, moves[:cut], {})
    second, _ = fire(rules, moves[cut:], memories)
    assert [*first, *second] == whole


FILE = """version: 1
targets:
  team: {apprise: "${TEAM_URL}"}
  hook: {webhook: "${HOOK_URL}", secret: "${HOOK_SECRET}"}
rules:
  - id: openai-markup
    match: {provider: openai, metric: markup}
    when: {change_pct: ">=10", direction: up}
    send: [team, hook]
    instant: true
  - {id: cheap, match: {metric: price, meter: training_tokens, model: "*llama*"}, when: {crosses_below: 0.50, rearm: 0.55}, send: [team]}
"""


def refusal(text: str) -> str:
    with pytest.raises(UsageFault) as caught:
        parse(text, "alerts.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("metric: markup", "metrik: markup", "alerts.yaml, line 7: rules.0.match.metrik: this word is not known here"),
        ("metric: markup", "metric: prize", "alerts.yaml, line 7: rules.0.match.metric: Input should be 'price'"),
        ('">=10"', "ten", "alerts.yaml, line 8: rules.0.when.change_pct"),
        ('">=10"', "-3", "alerts.yaml, line 8: rules.0.when.change_pct"),
        ("direction: up", "direction: up, crosses_above: 3", "alerts.yaml, line 8: rules.0.when: either any"),
        ("rearm: 0.55", "rearm: 0.45", "alerts.yaml, line 11: rules.1.when: rearm lies above crosses_below"),
        ("send: [team, hook]", "send: [team, hok]", "alerts.yaml, line 9: no target is called 'hok'"),
        ("id: cheap", "id: openai-markup", "alerts.yaml, line 11: the rule 'openai-markup' stands twice"),
        ("id: cheap", "id: operators", "alerts.yaml, line 11: the rule 'operators' stands twice"),
        (
            '"${TEAM_URL}"',
            '"mailtos://me:hunter2@example.org"',
            "alerts.yaml, line 3: targets.team.apprise: write ${NAME}",
        ),
        (', secret: "${HOOK_SECRET}"', "", "alerts.yaml, line 4: targets.hook: a webhook has a secret"),
        ("version: 1", "version: 2", "alerts.yaml, line 1: version: Input should be 1"),
        ("instant: true", "send: [team]", "alerts.yaml, line 10: 'send' stands here twice"),
        ("rules:", "rules: [", "alerts.yaml, line "),
    ],
)
def test_a_word_that_is_wrong_is_shown_where_it_stands(old: str, new: str, expected: str):
    assert FILE.count(old) == 1
    said = refusal(FILE.replace(old, new))
    assert said.startswith(expected)
    assert "hunter2" not in said
    assert "\n" not in said


def test_an_empty_file_says_what_it_lacks():
    assert refusal("") == "alerts.yaml, line 1: version: Field required"
    assert refusal("- 1").startswith("alerts.yaml, line 1: the file: ")


def settings_for(folder: Path, text: str) -> Settings:
    (folder / "alerts.yaml").write_text(text, encoding="utf-8")
    settings = read_settings(environment={"FTPRICES_HOME": str(folder), "FTPRICES_ALERTS": str(folder / "alerts.yaml")})
    assert not settings.has_example_alerts
    return settings


def test_rules_are_read_as_they_are_written(tmp_path: Path):
    alerts = read_alerts(settings_for(tmp_path, FILE), {"TEAM_URL": "json://localhost"})
    assert alerts.rule("openai-markup").when == When(change_pct=Decimal(10), direction="up")
    assert alerts.rule("cheap").when == When(crosses_below=Decimal("0.5"), rearm=Decimal("0.55"))
    assert alerts.targets["team"].lacking == ()
    assert alerts.targets["hook"].lacking == ("HOOK_URL", "HOOK_SECRET"), "it stays: what fails is seen, not skipped"
    assert alerts.targets["team"].without_secrets("POST json://localhost failed") == "POST ${TEAM_URL} failed"
    with pytest.raises(UsageFault, match=r"no rule 'cheep'; it has openai-markup, cheap"):
        alerts.rule("cheep")


def example(environment: dict[str, str]) -> Alerts:
    settings = read_settings(is_demo=True, environment={})
    assert settings.has_example_alerts
    return read_alerts(settings, environment)


def test_the_shipped_example_takes_only_targets_that_are_there():
    assert set(example({}).targets) == {"terminal"}
    assert set(example({"ALERTS_MAILBOX": "x"}).targets) == {"terminal", "mailbox"}
    assert len(example({}).rules) > 6


def test_a_file_that_is_named_and_not_there_is_a_fault(tmp_path: Path):
    settings = read_settings(environment={"FTPRICES_ALERTS": str(tmp_path / "rules.yaml")})
    with pytest.raises(UsageFault, match=r"rules\.yaml cannot be read \(No such file"):
        read_alerts(settings, {})


def test_the_schema_knows_every_word_and_refuses_others():
    found = schema()
    assert found["additionalProperties"] is False
    for name, part in found["$defs"].items():
        assert part["additionalProperties"] is False, name
    words = json.dumps(found)
    assert all(f'"{word}"' in words for word in ("crosses_below", "snooze_until", "apprise", "operators", "digest"))
    assert parse(EXAMPLE_ALERTS.read_text(encoding="utf-8"), "alerts.example.yaml").rules


def test_a_memory_that_says_nothing_is_no_memory():
    """A rule that never looked at a series takes the old value for the one that was told."""
    known = {("r", "s"): Memory(baseline=None, is_armed=True, was_told=False)}
    assert [found for _, found in fire([rule(change_pct=10)], [move("3", "4")], known)[0]]


# Words


def test_an_answer_that_moved_behind_the_shown_digits_is_no_consequence():
    event = {
        "event_id": "e1", "metric": "price", "kind": "vendor_change", "provider": "openai", "model": "m", "size_tier": None,
        "currency": "USD", "old_amount_text": "1", "new_amount_text": "1.1", "old_state": "priced", "new_state": "priced",
        "unit": "1M tokens", "change_ratio": 1.1, "headline": "m rose", "quoted": "m $1.10", "source_url": None,
        "observed_at": NOON, "known_not_before": NOON, "stated_date": None,
    }  # fmt: skip
    answer = {
        "caused_by": "e1", "metric": "break_even", "model": "m", "size_tier": None, "tier": "standard", "condition": None,
        "region": None, "against": "prompt_same_base", "old_words": "pays", "new_words": "pays", "old_value": 9.3101,
    }  # fmt: skip
    moved = [
        {**answer, "event_id": "a", "scenario": "behind", "new_value": 9.3102},
        {**answer, "event_id": "b", "scenario": "before", "new_value": 9.4},
    ]
    (item,) = compose("id", {}, ([event], moved, []), site_url="https://prices.example/", is_demo=False).items
    assert item.break_even == (
        "m for before against prompting the same base: pays, after 9.31 months -> pays, after 9.4 months",
    )
