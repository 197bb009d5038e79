"""`advise`: the seven questions, what the prices say, the verdict, and every model that could be tuned, in the terminal.

The logic is SQL (warehouse/macros/economics_verdict.sql). A question that nobody answered stays unknown, and the verdict says
what is missing.
"""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import typer

from pipeline import terminal
from pipeline.errors import UsageFault
from pipeline.published import Answer, named, open_published
from pipeline.readers import WIDTH, check_seller
from pipeline.settings import Settings
from pipeline.workload import MOST, Workload, check, workloads

Value = float | bool | str | None

VERDICTS = {
    "ship_the_prompt": "Ship the prompt.",
    "try_lora": "Try LoRA first.",
    "fine_tune": "Fine-tune.",
    "distil": "Distil.",
    "self_host": "Fine-tune, and host it yourself.",
    "unknown": "Not known yet.",
}
_SHARES = frozenset({"agreement", "format_compliance", "accuracy_gain"})
ROWS = 15  # of the ranking, unless all are asked for


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What is called today, what an error costs, and the answers; None is not answered. In the order of the parameters."""

    own_provider: str | None = None
    own_model: str | None = None
    own_usd_per_month: float | None = None
    accuracy_gain: float | None = None
    usd_per_error: float | None = None
    prompt_exhausted: bool | None = None
    expert_revisions: float | None = None
    techniques_tried: float | None = None
    flat_days: float | None = None
    examples: float | None = None
    agreement: float | None = None
    format_compliance: float | None = None
    p50_ms: float | None = None
    cheaper_tried: bool | None = None
    base_stable: bool | None = None
    months_stable: float | None = None
    structure_first: bool | None = None
    task_changes_weekly: bool | None = None
    teacher: bool | None = None


_YES_OR_NO = frozenset(field.name for field in fields(Answers) if "bool" in str(field.type))
_TEXTS = frozenset({"own_provider", "own_model", "method", "customer"})

QUESTIONS = (
    (
        "prompt_exhausted",
        "1 Is the prompt used up: revised by experts, most techniques tried, flat for a month? (yes/no)",
    ),
    ("examples", "2 How many examples are there?"),
    ("agreement", "2 What share of them do two annotators label alike? (0 to 1)"),
    ("format_compliance", "3 What share of answers must have the right format? (0 to 1)"),
    ("p50_ms", "4 In how many milliseconds must half of the answers arrive?"),
    ("own_usd_per_month", "5 What does calling the base model cost a month, USD?"),
    ("cheaper_tried", "6 Was LoRA or a distilled student tried first? (yes/no)"),
    ("base_stable", "7 Will the base model stand still for three months? (yes/no)"),
)


def advise_command(
    settings: Settings,
    given: Workload,
    answers: Answers,
    *,
    scenario: str | None,
    file: Path | None,
    everything: bool,
    as_json: bool,
) -> None:
    """The verdict, what decided it, and the ranking. Raises UsageFault for a workload or an answer that is none."""
    if file is not None:
        given, answers, scenario = _with_file(file, given, answers, scenario)
    elif answers == Answers() and sys.stdin.isatty() and not as_json:
        answers = ask()
    check(given)
    _check(answers)
    with open_published(settings) as connection:
        check_seller(connection, answers.own_provider)
        if scenario == "all":
            raise UsageFault("advice is for one workload: --scenario NAME, or the workload's own figures")
        ((name, parameters),) = workloads(connection, scenario, given).items()
        told = list(asdict(answers).values())
        ranked = named(connection, "ranking", [*parameters, *told[:5]])
        rows = named(connection, "advise", [*parameters, *told])
    verdict, *questions = rows.dicts()
    if as_json:
        terminal.print_json(
            {
                "verdict": verdict["measure"],
                "because": verdict["unit"],
                "words": verdict["note"],
                "scenario": name,
                "questions": questions,
                "ranking": ranked.dicts(),
            }
        )
        return
    terminal.print_line(f"{VERDICTS.get(str(verdict['measure']), str(verdict['measure']))} Because {verdict['note']}.")
    terminal.print_line("")
    _print_questions(questions)
    terminal.print_line("")
    _print_ranking(ranked, everything=everything)


def ask() -> Answers:
    """The seven questions, one by one; an empty line leaves one unanswered."""
    terminal.say("Seven questions; an empty line leaves one open.")
    told: dict[str, Any] = {}  # value_of gives each name its kind
    for name, question in QUESTIONS:
        while True:
            text = typer.prompt(question, default="", show_default=False, err=True).strip()
            if not text:
                break
            try:
                told[name] = value_of(name, text)
                break
            except UsageFault as error:
                terminal.say(str(error))
    return Answers(**told)


def value_of(name: str, text: str) -> Value:
    """An answer as it was typed. Raises UsageFault for what is none."""
    if name in _TEXTS:
        return text
    if name in _YES_OR_NO:
        word = text.lower()
        if word in ("yes", "y", "true"):
            return True
        if word in ("no", "n", "false"):
            return False
        raise UsageFault(f"{name.replace('_', '-')} is {text!r}; it is yes or no")
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        raise UsageFault(f"{name.replace('_', '-')} is {text!r}; it is a number") from None
    return number


def yes_or_no(option: str, text: str | None) -> bool | None:
    """The answer to an option that is yes or no; None where it was not given. Raises UsageFault."""
    return None if text is None else bool(value_of(option, text))


def _with_file(
    file: Path, given: Workload, answers: Answers, scenario: str | None
) -> tuple[Workload, Answers, str | None]:
    """What a TOML file says, and over it what the options say. Raises UsageFault, naming the key, for what it is not."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageFault(f"{file}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file} is no TOML: {terminal.one_line(str(error))}") from error
    known = {"workload": Workload, "answers": Answers}
    for key in document.keys() - {"scenario", *known}:
        raise UsageFault(f"{file}: nothing is called {key!r}; there are scenario, [workload] and [answers]")
    said: dict[str, dict[str, Any]] = {
        table: _table(file, table, document.get(table, {}), kind) for table, kind in known.items()
    }
    named_scenario = document.get("scenario")
    if named_scenario is not None and not isinstance(named_scenario, str):
        raise UsageFault(f"{file}: scenario is {named_scenario!r}; it is a name")
    return (
        Workload(**{**said["workload"], **_given(given)}),
        Answers(**{**said["answers"], **_given(answers)}),
        scenario or named_scenario,
    )


def _given(of: Workload | Answers) -> dict[str, Any]:
    return {name: value for name, value in asdict(of).items() if value is not None}


def _table(file: Path, table: str, said: object, kind: type[Workload] | type[Answers]) -> dict[str, Any]:
    if not isinstance(said, Mapping):
        raise UsageFault(f"{file}: {table} is a table, [{table}]")
    names = [field.name for field in fields(kind)]
    for key, value in said.items():
        if key not in names:
            raise UsageFault(f"{file}: [{table}] has nothing called {key!r}; there are {', '.join(names)}")
        expected: type | tuple[type, ...] = bool if key in _YES_OR_NO else str if key in _TEXTS else (int, float)
        if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
            word = "yes or no: true or false" if key in _YES_OR_NO else "a text" if key in _TEXTS else "a number"
            raise UsageFault(f"{file}: {key} is {value!r}; it is {word}")
    return dict(said)


def _check(answers: Answers) -> None:
    for name, value in asdict(answers).items():
        if isinstance(value, bool) or not isinstance(value, float | int):
            continue
        option = f"--{name.replace('_', '-')}"
        if not 0 <= value <= MOST or math.isnan(value):
            raise UsageFault(f"{option} is {value:g}; it must be at least 0")
        if name in _SHARES and value > 1:
            raise UsageFault(f"{option} is {value:g}; it is a share, from 0 to 1")


def _print_questions(questions: list[dict[str, object]]) -> None:
    rows = []
    for row in questions:
        if row["kind"] in ("wins", "loses"):
            continue
        passes = "unknown" if row["passes"] is None else "yes" if row["passes"] else "no"
        rows.append(
            [
                "*" if row["decides"] else "",
                row["question"],
                "" if row["answer"] is None else _figure(row["answer"]),
                _threshold(row),
                passes,
            ]
        )
    terminal.print_table(["", "question", "answer", "passes", "holds"], rows, most=WIDTH)
    for kind, words in (("wins", "signs that tuning wins"), ("loses", "signs that it loses")):
        signs: dict[object, list[object]] = {}
        for row in questions:
            if row["kind"] == kind:
                signs.setdefault(row["question"], []).append(row["passes"])
        held = [str(question) for question, passes in signs.items() if all(one is True for one in passes)]
        terminal.print_line(f"{words}: {len(held)} of {len(signs)}{': ' + ', '.join(held) if held else ''}")


def _threshold(row: Mapping[str, object]) -> str:
    words = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below", "is": "is"}
    if row["threshold"] is None or row["unit"] == "yes or no":
        return "yes" if row["unit"] == "yes or no" else ""
    return f"{words.get(str(row['compares']), str(row['compares']))} {_figure(row['threshold'])} {row['unit']}"


def _figure(value: object) -> str:
    number = float(str(value)) if not isinstance(value, bool) else float(value)
    return f"{number:,.0f}" if abs(number) >= 1000 or number == int(number) else f"{number:.3g}"


def _print_ranking(ranked: Answer, *, everything: bool) -> None:
    rows = ranked.dicts()
    shown = rows if everything else [row for row in rows if row["availability"] in ("for_sale", "retires_first")][:ROWS]
    table = [
        [
            row["place"],
            row["provider"],
            row["model"] or row["size_tier"],
            _usd(row["project_usd_low"], row["project_usd_high"]),
            _usd(row["tuned_usd_per_month"], row["tuned_usd_per_month"]),
            _usd(row["total_12_months_usd_low"], row["total_12_months_usd_high"]),
            "" if row["input_markup"] is None else f"{row['input_markup']:.3g}x",
            row["words"],
            "" if row["retires_on"] is None else f"{row['retires_on']}",
        ]
        for row in shown
    ]
    if table:
        heads = ["", "seller", "model", "once $", "a month $", "12 months $", "markup", "", "retires"]
        terminal.print_table(heads, table, most=WIDTH)
    else:
        terminal.print_line("Nothing with a known price is on sale to this customer.")
    closed = [row for row in rows if row["availability"] == "not_for_sale"]
    if closed and not everything:
        reasons = dict.fromkeys(f"{row['seller']}: {row['words']}" for row in closed)
        terminal.print_line(f"Not for sale ({len(closed)}): {'; '.join(reasons)}")
    if len(rows) > len(shown):
        terminal.say(
            f"{len(rows) - len(shown)} of {len(rows)} models are not shown: --all shows them, --json says all of each"
        )


def _usd(low: object, high: object) -> str:
    if low is None or high is None:
        return "unknown"
    ends = [f"{float(str(end)):,.0f}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
