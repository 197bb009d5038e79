"""`ftprices`: every command calls one function that lives elsewhere, prints what it gives and sets the exit code.

Exit codes: 0 done and the published site is current; 1 unexpected error; 2 usage, missing file, bad SQL;
3 nothing published, or every provider failed; 4 a page or a list was not understood; 5 another run holds the lock.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import terminal
from pipeline.errors import CommandError, QueryFault, UsageFault
from pipeline.settings import SettingsError, is_debugging, read_settings

app = typer.Typer(
    name="ftprices",
    help="What fine-tuning a language model costs at every seller, with the evidence and the history.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
review_app = typer.Typer(
    help="What waits for a person: prices that are held, sources that disagree.", no_args_is_help=True
)
app.add_typer(review_app, name="review")
alerts_app = typer.Typer(
    help="Alert rules: try them, tune them on the history, see what got through.", no_args_is_help=True
)
app.add_typer(alerts_app, name="alerts")

Demo = Annotated[bool, typer.Option("--demo", help="Use the demonstration's own state instead of the live one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
Provider = Annotated[str | None, typer.Option("--provider", "-p", help="Only this seller, by its slug.")]
Wait = Annotated[float, typer.Option("--wait", help="Seconds to wait for another run to finish.", min=0)]
Model = Annotated[str | None, typer.Option("--model", "-m", help="Only models whose name contains this.")]


@app.command(epilog="Examples: ftprices run   ·   ftprices run --only openai   ·   ftprices run --demo")
def run(
    only: Annotated[list[str] | None, typer.Option("--only", help="Look at this seller now; may be repeated.")] = None,
    wait: Wait = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="With --demo: from the first recorded date again.")] = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """One tick: look at what is due, read, judge, keep the history, publish."""
    from pipeline.run import run_command  # noqa: PLC0415 - imports stay out of commands that do not need them

    run_command(read_settings(is_demo=demo), only=tuple(only or ()), wait_s=wait, is_fresh=fresh, as_json=as_json)


@app.command(epilog="Example: ftprices parse openai pricing-2026-08-27.html --json")
def parse(
    provider: Annotated[str, typer.Argument(help="The seller's slug.")],
    file: Annotated[Path, typer.Argument(help="A saved page; its kind is recognised from its content.")],
    url: Annotated[str | None, typer.Option(help="The address it was saved from.")] = None,
    fetched_at: Annotated[
        str | None, typer.Option("--fetched-at", help="When it was saved; else the date in its name, else its mtime.")
    ] = None,
    facts: Annotated[bool, typer.Option("--facts", help="Availability facts and layout as well as quotes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read one saved page and print the quotes with their evidence."""
    from pipeline.parsing import parse_command  # noqa: PLC0415

    parse_command(provider, file, url=url, fetched_at=fetched_at, with_facts=facts, as_json=as_json)


@app.command(name="try", epilog="Example: ftprices try together")
def try_(
    provider: Annotated[str, typer.Argument(help="The seller's slug.")], demo: Demo = False, as_json: AsJson = False
) -> None:
    """A live look at one seller: fetch and read its pages, keep nothing."""
    from pipeline.recording import try_command  # noqa: PLC0415

    try_command(read_settings(is_demo=demo), provider, as_json=as_json)


@app.command(epilog="Example: ftprices record together")
def record(provider: Annotated[str, typer.Argument(help="The seller's slug.")], demo: Demo = False) -> None:
    """Save today's pages of one seller as recordings to be reduced, and write their goldens."""
    from pipeline.recording import record_command  # noqa: PLC0415

    record_command(read_settings(is_demo=demo), provider)


@app.command(
    name="import",
    epilog="Examples: ftprices import litellm model_prices.json --observed-on 2026-11-12 --version 1.109.1   ·   "
    "ftprices import observations price_observations.parquet",
)
def import_(
    feed: Annotated[
        str,
        typer.Argument(
            help="The list's name. Of one day each: litellm, tokencost, models.dev, openrouter, genai-prices, portkey. "
            "Histories: openrouter-history, llm-pricing-history, gpu-history, observations."
        ),
    ],
    file: Annotated[Path, typer.Argument(help="Its file, plain or gzip.")],
    observed_on: Annotated[
        str | None, typer.Option("--observed-on", help="The day of a file that does not print one, as 2026-11-12.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", help="The list's own version, kept with its prices.")
    ] = None,
    seller: Annotated[
        str | None, typer.Option("--seller", help="Whose prices they are, where portkey's file name does not say.")
    ] = None,
    wait: Wait = 60,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """Keep what a third party's list of prices says, apart from the sellers' own, and publish."""
    from pipeline.importing import Given, import_command  # noqa: PLC0415

    given = Given(file=file, version=version, observed_on=observed_on, seller=seller)
    import_command(read_settings(is_demo=demo), feed, given, wait_s=wait, as_json=as_json)


@app.command(epilog="Example: ftprices prices --provider openai --model gpt-4.1 --as-of 2026-08-01")
def prices(
    provider: Provider = None,
    model: Model = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As known at the end of this day (UTC), or at this time.")
    ] = None,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """The prices in force, or those known on a date."""
    from pipeline.readers import prices_command  # noqa: PLC0415

    prices_command(read_settings(is_demo=demo), provider=provider, model=model, as_of=as_of, as_json=as_json)


@app.command(
    epilog="Examples: ftprices markup --provider openai   ·   ftprices markup --tokens-in 1e8 --tokens-out 1e7"
)
def markup(
    provider: Provider = None,
    model: Model = None,
    tokens_in: Annotated[float | None, typer.Option("--tokens-in", help="Tokens read a month: the bill, too.")] = None,
    tokens_out: Annotated[float | None, typer.Option("--tokens-out", help="Tokens written a month.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As known at the end of this day (UTC), or at this time.")
    ] = None,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """What calling a tuned model costs beside its base, per token or for a month; now, or as known on a date."""
    from pipeline.readers import markup_command  # noqa: PLC0415

    settings = read_settings(is_demo=demo)
    markup_command(
        settings,
        provider=provider,
        model=model,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        as_of=as_of,
        as_json=as_json,
    )


@app.command(epilog="Example: ftprices changes --since 2026-08-01 --json")
def changes(
    since: Annotated[
        str | None, typer.Option("--since", help="Only changes first seen on or after this day (UTC), or time.")
    ] = None,
    provider: Provider = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was there when a page was first read.")] = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """What changed, in time order."""
    from pipeline.readers import changes_command  # noqa: PLC0415

    settings = read_settings(is_demo=demo)
    changes_command(settings, since=since, provider=provider, everything=everything, as_json=as_json)


@app.command(
    name="training-cost",
    epilog="Examples: ftprices training-cost --examples 10000 --tokens 500 --epochs 3   ·   "
    "ftprices training-cost --hours 4 --method rft   ·   ftprices training-cost --dataset-tokens 5e6 --params 70B --json",
)
def training_cost(
    *,
    examples: Annotated[float | None, typer.Option(help="How many examples the data set has.")] = None,
    tokens: Annotated[float | None, typer.Option(help="Tokens in one example.")] = None,
    dataset_tokens: Annotated[
        float | None, typer.Option("--dataset-tokens", help="All its tokens, instead of the two above.")
    ] = None,
    epochs: Annotated[float, typer.Option(help="How often training goes through the data set.")] = 3,
    eval_tokens: Annotated[float, typer.Option("--eval-tokens", help="Tokens of all evaluations together.")] = 0,
    prompt_share: Annotated[
        float | None, typer.Option("--prompt-share", help="The share of prompts in the tokens, 0 to 1.")
    ] = None,
    hours: Annotated[
        float | None, typer.Option(help="Hours of training, for prices by the hour; GPU-hours where those are sold.")
    ] = None,
    images: Annotated[float | None, typer.Option(help="Images seen in training, for prices by the image.")] = None,
    grader_input_tokens: Annotated[
        float, typer.Option("--grader-input-tokens", help="Tokens that a grading model reads (rft).")
    ] = 0,
    grader_output_tokens: Annotated[
        float, typer.Option("--grader-output-tokens", help="Tokens that a grading model writes (rft).")
    ] = 0,
    runs: Annotated[int, typer.Option(help="How many runs the total is for.", min=1, max=1_000_000)] = 1,
    params: Annotated[
        str | None, typer.Option(help="The model's size (8B): only the size tiers that it falls in.")
    ] = None,
    method: Annotated[str | None, typer.Option(help="sft, dpo, rft or distillation.")] = None,
    technique: Annotated[str | None, typer.Option(help="lora or full.")] = None,
    provider: Provider = None,
    model: Model = None,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """What training on your data set costs at every seller, cheapest first."""
    from pipeline.training_cost import Job, params_of, training_cost_command  # noqa: PLC0415

    job = Job(
        examples=examples,
        tokens=tokens,
        dataset_tokens=dataset_tokens,
        epochs=epochs,
        eval_tokens=eval_tokens,
        prompt_share=prompt_share,
        hours=hours,
        images=images,
        runs=runs,
        params=params_of(params),
        grader_input_tokens=grader_input_tokens,
        grader_output_tokens=grader_output_tokens,
        method=method,
        technique=technique,
    )
    training_cost_command(read_settings(is_demo=demo), job, provider=provider, model=model, as_json=as_json)


Requests = Annotated[float | None, typer.Option(help="Requests a month.")]
PromptTokens = Annotated[
    float | None, typer.Option("--prompt-tokens", help="Static tokens of a request: instructions and examples.")
]
TunedPromptTokens = Annotated[
    float | None, typer.Option("--tuned-prompt-tokens", help="What is left of them once the model is tuned.")
]
InputTokens = Annotated[float | None, typer.Option("--input-tokens", help="Tokens of a request that vary.")]
OutputTokens = Annotated[float | None, typer.Option("--output-tokens", help="Tokens of an answer.")]
CacheHitRate = Annotated[
    float | None, typer.Option("--cache-hit-rate", help="The share of the static tokens that a cache serves, 0 to 1.")
]
Horizon = Annotated[float | None, typer.Option(help="Months within which the project has to pay back.")]
TrainingTokens = Annotated[
    float | None, typer.Option("--training-tokens", help="Tokens of one run: the data set times epochs.")
]
TuningMethod = Annotated[str | None, typer.Option("--method", help="sft or dpo.")]
Runs = Annotated[float | None, typer.Option(help="How many training runs it takes.")]
DataUsd = Annotated[
    str | None, typer.Option("--data-usd", help="Data and evaluation, USD: an amount or a range, 5000:9000.")
]
RetrainEvery = Annotated[float | None, typer.Option("--retrain-every", help="Months after which it is trained again.")]
Customer = Annotated[str | None, typer.Option(help="new, idle or active: what closing dates mean for you.")]
Scenario = Annotated[
    str | None, typer.Option(help="The reference scenario that fills in the rest; ticket-classification.")
]


@app.command(
    name="break-even",
    epilog="Examples: ftprices break-even --scenario brand-voice   ·   "
    "ftprices break-even --requests 2e6 --prompt-tokens 1500 --customer active --against prompt_same_base",
)
def break_even(
    *,
    scenario: Annotated[str | None, typer.Option(help="A reference scenario, or all; ticket-classification.")] = None,
    requests: Requests = None,
    prompt_tokens: PromptTokens = None,
    tuned_prompt_tokens: TunedPromptTokens = None,
    input_tokens: InputTokens = None,
    output_tokens: OutputTokens = None,
    cache_hit_rate: CacheHitRate = None,
    horizon: Horizon = None,
    training_tokens: TrainingTokens = None,
    method: TuningMethod = None,
    runs: Runs = None,
    data_usd: DataUsd = None,
    retrain_every: RetrainEvery = None,
    customer: Customer = None,
    provider: Provider = None,
    model: Model = None,
    against: Annotated[
        str | None, typer.Option(help="prompt_same_base, prompt_larger_base, managed or self_hosted.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what has nothing to be compared with.")] = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """When tuning pays for a workload: against the prompt, another seller, and GPUs of one's own."""
    from pipeline.break_even import break_even_command  # noqa: PLC0415
    from pipeline.workload import Workload, usd_range  # noqa: PLC0415

    low, high = usd_range(data_usd)
    given = Workload(
        requests=requests,
        prompt_tokens=prompt_tokens,
        tuned_prompt_tokens=tuned_prompt_tokens,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_hit_rate=cache_hit_rate,
        horizon_months=horizon,
        training_tokens=training_tokens,
        method=method,
        runs=runs,
        data_usd_low=low,
        data_usd_high=high,
        retrain_every_months=retrain_every,
        customer=customer,
    )
    break_even_command(
        read_settings(is_demo=demo),
        given,
        scenario=scenario,
        provider=provider,
        model=model,
        against=against,
        everything=everything,
        as_json=as_json,
    )


@app.command(
    epilog="Examples: ftprices advise --file workload.toml   ·   ftprices advise --prompt-exhausted yes --examples 15000 "
    "--agreement 0.9 --cheaper-tried yes --base-stable yes --accuracy-gain 0.04 --usd-per-error 0.05",
)
def advise(
    *,
    file: Annotated[
        Path | None, typer.Option(help="A TOML file with scenario, [workload] and [answers]; options go before it.")
    ] = None,
    scenario: Scenario = None,
    requests: Requests = None,
    prompt_tokens: PromptTokens = None,
    tuned_prompt_tokens: TunedPromptTokens = None,
    input_tokens: InputTokens = None,
    output_tokens: OutputTokens = None,
    cache_hit_rate: CacheHitRate = None,
    horizon: Horizon = None,
    training_tokens: TrainingTokens = None,
    method: TuningMethod = None,
    runs: Runs = None,
    data_usd: DataUsd = None,
    retrain_every: RetrainEvery = None,
    customer: Customer = None,
    own_provider: Annotated[str | None, typer.Option("--own-provider", help="Who serves today's model.")] = None,
    own_model: Annotated[str | None, typer.Option("--own-model", help="What is called today.")] = None,
    own_usd_per_month: Annotated[
        float | None, typer.Option("--base-spend-usd", help="Question 5: what calling it costs a month.")
    ] = None,
    accuracy_gain: Annotated[
        float | None, typer.Option("--accuracy-gain", help="Points of accuracy that tuning wins, as a share: 0.04.")
    ] = None,
    usd_per_error: Annotated[float | None, typer.Option("--usd-per-error", help="What one wrong answer costs.")] = None,
    prompt_exhausted: Annotated[
        str | None, typer.Option("--prompt-exhausted", help="Question 1: is the prompt used up? yes or no.")
    ] = None,
    expert_revisions: Annotated[float | None, typer.Option("--expert-revisions", help="Question 1, counted.")] = None,
    techniques_tried: Annotated[float | None, typer.Option("--techniques-tried", help="Question 1: of eight.")] = None,
    flat_days: Annotated[float | None, typer.Option("--flat-days", help="Question 1: days without progress.")] = None,
    examples: Annotated[float | None, typer.Option(help="Question 2: how many examples there are.")] = None,
    agreement: Annotated[float | None, typer.Option(help="Question 2: the share that is labelled alike.")] = None,
    format_compliance: Annotated[
        float | None, typer.Option("--format-compliance", help="Question 3: the share of right formats needed.")
    ] = None,
    p50_ms: Annotated[
        float | None, typer.Option("--p50-ms", help="Question 4: half of the answers within, ms.")
    ] = None,
    cheaper_tried: Annotated[
        str | None, typer.Option("--cheaper-tried", help="Question 6: LoRA or distillation tried? yes or no.")
    ] = None,
    base_stable: Annotated[
        str | None, typer.Option("--base-stable", help="Question 7: will the base stand still? yes or no.")
    ] = None,
    months_stable: Annotated[float | None, typer.Option("--months-stable", help="Question 7, in months.")] = None,
    structure_first: Annotated[
        str | None, typer.Option("--structure-first", help="Form counts for more than cleverness: yes or no.")
    ] = None,
    task_changes_weekly: Annotated[str | None, typer.Option("--task-changes-weekly", help="yes or no.")] = None,
    teacher: Annotated[str | None, typer.Option(help="A larger model does the task well: yes or no.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model, for sale or not.")] = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """Should this be fine-tuned? Seven questions, today's prices, a verdict and a ranking."""
    from pipeline.advise import Answers, advise_command, yes_or_no  # noqa: PLC0415
    from pipeline.workload import Workload, usd_range  # noqa: PLC0415

    low, high = usd_range(data_usd)
    given = Workload(
        requests=requests,
        prompt_tokens=prompt_tokens,
        tuned_prompt_tokens=tuned_prompt_tokens,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cache_hit_rate=cache_hit_rate,
        horizon_months=horizon,
        training_tokens=training_tokens,
        method=method,
        runs=runs,
        data_usd_low=low,
        data_usd_high=high,
        retrain_every_months=retrain_every,
        customer=customer,
    )
    answers = Answers(
        own_provider=own_provider,
        own_model=own_model,
        own_usd_per_month=own_usd_per_month,
        accuracy_gain=accuracy_gain,
        usd_per_error=usd_per_error,
        prompt_exhausted=yes_or_no("prompt_exhausted", prompt_exhausted),
        expert_revisions=expert_revisions,
        techniques_tried=techniques_tried,
        flat_days=flat_days,
        examples=examples,
        agreement=agreement,
        format_compliance=format_compliance,
        p50_ms=p50_ms,
        cheaper_tried=yes_or_no("cheaper_tried", cheaper_tried),
        base_stable=yes_or_no("base_stable", base_stable),
        months_stable=months_stable,
        structure_first=yes_or_no("structure_first", structure_first),
        task_changes_weekly=yes_or_no("task_changes_weekly", task_changes_weekly),
        teacher=yes_or_no("teacher", teacher),
    )
    advise_command(
        read_settings(is_demo=demo),
        given,
        answers,
        scenario=scenario,
        file=file,
        everything=everything,
        as_json=as_json,
    )


@app.command(
    epilog="Examples: ftprices sql \"SELECT model, amount FROM current_price WHERE meter = 'training_tokens'\"   ·   "
    "ftprices sql --recipe cheapest-training --format csv   ·   ftprices sql --file mine.sql"
)
def sql(
    *,
    query: Annotated[str | None, typer.Argument(help="SQL; '-' reads it from standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A file with the query.")] = None,
    recipe: Annotated[str | None, typer.Option(help="One of the named queries.")] = None,
    list_recipes: Annotated[bool, typer.Option("--recipes", help="List the named queries.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the tables, columns and functions.")] = False,
    style: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; parquet needs it.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds the query may take.", min=0.001, max=86400)] = 60,
    demo: Demo = False,
) -> None:
    """Read-only SQL on the published copy: one SELECT, or EXPLAIN of one."""
    from pipeline.sql import Question, sql_command  # noqa: PLC0415

    question = Question(text=query, file=file, recipe=recipe, lists_recipes=list_recipes, shows_schema=schema)
    sql_command(read_settings(is_demo=demo), question, style=style, output=output, timeout_s=timeout)


@review_app.command("list", epilog="Example: ftprices review list")
def review_list(demo: Demo = False, as_json: AsJson = False) -> None:
    """Everything that is held, and why; and where a seller's page and a list differ."""
    from pipeline.review import list_command  # noqa: PLC0415

    list_command(read_settings(is_demo=demo), as_json=as_json)


ReviewId = Annotated[str, typer.Argument(help="The id that `review list` prints.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the judgement.")]
Who = Annotated[str | None, typer.Option("--by", help="Who decides; the login name by default.")]


@review_app.command(
    "accept", epilog='Example: ftprices review accept 3f2a91c04d5e6f70 --why "the announcement says so"'
)
def review_accept(
    item: ReviewId,
    why: Why,
    kind: Annotated[
        str | None,
        typer.Option(
            "--as", help="What it is instead of a move: correction, unit_slip, placeholder or alias_repointed."
        ),
    ] = None,
    by: Who = None,
    wait: Wait = 60,
    demo: Demo = False,
) -> None:
    """Believe a held price, or explain a disagreement, until one of its values moves; the site is built again."""
    from pipeline.review import decide_command  # noqa: PLC0415

    decide_command(read_settings(is_demo=demo), item, verdict="accepted", why=why, by=by, kind=kind, wait_s=wait)


@review_app.command("reject", epilog='Example: ftprices review reject 3f2a91c04d5e6f70 --why "a slipped unit"')
def review_reject(item: ReviewId, why: Why, by: Who = None, wait: Wait = 60, demo: Demo = False) -> None:
    """Refuse a held price: the last good one stands until the page prints something else. Or open a disagreement again."""
    from pipeline.review import decide_command  # noqa: PLC0415

    decide_command(read_settings(is_demo=demo), item, verdict="refused", why=why, by=by, wait_s=wait)


RuleId = Annotated[str, typer.Argument(help="The rule's id in alerts.yaml.")]


@alerts_app.command("test", epilog="Example: ftprices alerts test openai-markup --target team")
def alerts_test(
    rule: RuleId,
    target: Annotated[str | None, typer.Option("--target", help="Only this target; else all of the rule.")] = None,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """Send the newest event that a rule looks at, marked TEST, and say what each target answered."""
    from pipeline.alerts.commands import test_command  # noqa: PLC0415

    test_command(read_settings(is_demo=demo), rule, target_id=target, as_json=as_json)


@alerts_app.command("preview", epilog="Example: ftprices alerts preview --since 2026-08-01")
def alerts_preview(
    since: Annotated[str, typer.Option("--since", help="From this day (UTC), or time, on.")],
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule.")] = None,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """What the rules would have told of the published history; nothing is sent."""
    from pipeline.alerts.commands import preview_command  # noqa: PLC0415

    preview_command(read_settings(is_demo=demo), since=since, rule_id=rule, as_json=as_json)


@alerts_app.command("status")
def alerts_status(demo: Demo = False, as_json: AsJson = False) -> None:
    """Rules, targets, and how far every message got."""
    from pipeline.alerts.commands import status_command  # noqa: PLC0415

    status_command(read_settings(is_demo=demo), as_json=as_json)


@alerts_app.command("retry")
def alerts_retry(wait: Wait = 60, demo: Demo = False, as_json: AsJson = False) -> None:
    """Try again now what did not get through, also what was given up."""
    from pipeline.alerts.commands import retry_command  # noqa: PLC0415

    retry_command(read_settings(is_demo=demo), wait_s=wait, as_json=as_json)


@alerts_app.command("mute", epilog="Example: ftprices alerts mute cheap-train --until 2026-12-24")
def alerts_mute(
    rule: RuleId,
    until: Annotated[str | None, typer.Option("--until", help="The day on which it speaks again.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Let it speak again.")] = False,
    wait: Wait = 60,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """Record what a rule fires on and send nothing."""
    from pipeline.alerts.commands import mute_command  # noqa: PLC0415

    mute_command(read_settings(is_demo=demo), rule, until=until, is_off=off, wait_s=wait, as_json=as_json)


@app.command()
def build(wait: Wait = 0, demo: Demo = False) -> None:
    """Build the site and the published data from the warehouse as it stands, even an empty one."""
    from pipeline.run import build_command  # noqa: PLC0415

    build_command(read_settings(is_demo=demo), wait_s=wait)


@app.command()
def rebuild(wait: Wait = 0, demo: Demo = False) -> None:
    """Derive every table again from the facts, and publish."""
    from pipeline.run import rebuild_command  # noqa: PLC0415

    rebuild_command(read_settings(is_demo=demo), wait_s=wait)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 8000,
    demo: Demo = False,
) -> None:
    """Serve the built site on this machine, to look at it."""
    from pipeline.serve import serve_command  # noqa: PLC0415

    serve_command(read_settings(is_demo=demo), port=port)


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="The port of Dagster's UI.", min=1, max=65535)] = 3000, demo: Demo = False
) -> None:
    """Dagster's UI and daemon, the hourly schedule on."""
    from pipeline.dev import dev_command  # noqa: PLC0415

    dev_command(read_settings(is_demo=demo), port=port)


@app.command()
def doctor(demo: Demo = False, as_json: AsJson = False) -> None:
    """What is wrong with this installation, in words."""
    from pipeline.doctor import doctor_command  # noqa: PLC0415

    doctor_command(read_settings(is_demo=demo), as_json=as_json)


def main(arguments: list[str] | None = None) -> None:
    """The entry point: exceptions become one clear line and the documented exit code."""
    sys.exit(exit_code(arguments))


def _is_known(error: Exception) -> bool:
    """Whether an error is the world's fault and says so itself: a full disk, a broken database file, a locked one."""
    import duckdb  # noqa: PLC0415 - only where something went wrong

    from pipeline.publish.folder import SiteError  # noqa: PLC0415
    from scrapers.errors import ScrapeError  # noqa: PLC0415
    from warehouse.errors import WarehouseError  # noqa: PLC0415

    return isinstance(error, (OSError, duckdb.Error, SiteError, ScrapeError, WarehouseError))


_NO_OPTION = re.compile(r"--(?!\Z|[\w-]+(?:=|\Z))")
"""What a query may begin with, `-- why` and a line break: neither -- nor --format nor --format=csv."""


def exit_code(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code; what went wrong is said in one line on standard error."""
    terminal.make_streams_lenient()
    given = sys.argv[1:] if arguments is None else arguments
    words = [f" {word}" if _NO_OPTION.match(word) else word for word in given]
    try:
        outcome: Any = app(args=words, prog_name="ftprices", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        said = getattr(error, "format_message", error.__str__)()
        if "\n" in said:  # a group without a command: its help
            sys.stderr.write(said + "\n")
        else:
            terminal.say(f"ftprices: {said} (`ftprices --help` lists the commands)")
        return UsageFault.exit_code
    except SettingsError as error:
        terminal.say(f"ftprices: {error}")
        return UsageFault.exit_code
    except CommandError as error:
        _tell(error)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        terminal.say("ftprices: stopped")
        return 130
    except (BrokenPipeError, SystemExit) as error:
        if not isinstance(error, BrokenPipeError) and not isinstance(error.__context__, BrokenPipeError):
            raise  # typer makes an exit of a broken pipe
        # Whoever read us has enough. The interpreter would complain when it flushes what nobody takes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        terminal.say(f"ftprices: {_words_of(error)}")
        if is_debugging():
            traceback.print_exception(error)
        return CommandError.exit_code
    return outcome if isinstance(outcome, int) else 0


def _tell(error: CommandError) -> None:
    terminal.say(f"ftprices: {error}")
    if isinstance(error, QueryFault):
        for line in error.place:
            terminal.say(f"  {line}")


def _words_of(error: Exception) -> str:
    """What the world did, in its own words; or that this is a fault of ours, and what a repair needs to know."""
    words = terminal.one_line(str(error)) or "without words"
    if _is_known(error):
        return f"{type(error).__name__}: {words}"
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"this is a fault of the program: {type(error).__name__}: {words} "
        f"({Path(place.filename).name}, line {place.lineno}); please report this line, the command, "
        "and what it prints with FTPRICES_DEBUG=1"
    )
