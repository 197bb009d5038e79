"""`training-cost`: what training on a data set costs at every seller, from the published copy, in the terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline import terminal
from pipeline.errors import UsageFault
from pipeline.published import named, open_published
from pipeline.readers import WIDTH, check_seller
from pipeline.settings import Settings
from scrapers.contract import Method, Technique

MOST = 1e15  # of anything: no data set, no run and no model has more
_SCALE = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMBT]?)", re.IGNORECASE)  # "8B", "0.5b", "70000000000"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be trained. A number that was not given is None: what it decides is unknown, in words."""

    examples: float | None = None
    tokens: float | None = None  # in one example
    dataset_tokens: float | None = None
    epochs: float = 3
    eval_tokens: float = 0  # over all evaluations
    prompt_share: float | None = None  # of the tokens, from 0 to 1
    hours: float | None = None
    images: float | None = None
    runs: int = 1
    params: float | None = None
    grader_input_tokens: float = 0
    grader_output_tokens: float = 0
    method: str | None = None
    technique: str | None = None


def training_cost_command(
    settings: Settings, job: Job, *, provider: str | None, model: str | None, as_json: bool
) -> None:
    """One row a way to train one model, cheapest first, unknown ones last. Raises UsageFault for a job that is none."""
    _check(job)
    with open_published(settings) as connection:
        check_seller(connection, provider)
        query = "training_cost_all_fields" if as_json else "training_cost"
        answer = named(
            connection,
            query,
            [
                provider,
                model,
                job.method,
                job.technique,
                job.examples,
                job.tokens,
                job.dataset_tokens,
                job.epochs,
                job.eval_tokens,
                job.prompt_share,
                job.hours,
                job.images,
                float(job.runs),
                job.params,
                job.grader_input_tokens,
                job.grader_output_tokens,
            ],
        )
    if as_json:
        terminal.print_json(answer.dicts())
        return
    if not answer.rows:
        terminal.say("no way to train matches")
        return
    hidden = "total_usd" if job.runs == 1 else None
    kept = [index for index, column in enumerate(answer.columns) if column != hidden]
    terminal.print_table(
        [answer.columns[index] for index in kept], [[row[index] for index in kept] for row in answer.rows], most=WIDTH
    )
    terminal.say(_footnote(job, model=model))


def params_of(text: str | None) -> float | None:
    """The number of parameters in "8B", "0.5b" or "8000000000". Raises UsageFault for anything else."""
    if text is None:
        return None
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageFault(f"--params is {text!r}; a model's size is written 8B, 0.5B or 8000000000")
    return float(match[1]) * _SCALE[match[2].upper()]


def _check(job: Job) -> None:
    """Raises UsageFault, naming the option, for a job that is none."""
    _check_numbers(job)
    _check_size(job)
    for option, word, known in (("--method", job.method, Method), ("--technique", job.technique, Technique)):
        if word is not None and word not in list(known):
            raise UsageFault(f"{option} is {word!r}; there are {', '.join(known)}")


def _check_numbers(job: Job) -> None:
    """Raises UsageFault for a number that counts nothing."""
    counted = {
        "--examples": job.examples,
        "--tokens": job.tokens,
        "--dataset-tokens": job.dataset_tokens,
        "--epochs": job.epochs,
        "--hours": job.hours,
        "--images": job.images,
        "--params": job.params,
    }
    for option, number in counted.items():
        if number is not None and not 0 < number <= MOST:  # NaN is neither
            raise UsageFault(f"{option} is {number:g}; it must be more than 0 and at most {MOST:g}")
    besides = {
        "--eval-tokens": job.eval_tokens,
        "--grader-input-tokens": job.grader_input_tokens,
        "--grader-output-tokens": job.grader_output_tokens,
    }
    for option, number in besides.items():
        if not 0 <= number <= MOST:
            raise UsageFault(f"{option} is {number:g}; it must be from 0 to {MOST:g}")
    if job.prompt_share is not None and not 0 <= job.prompt_share <= 1:
        raise UsageFault(f"--prompt-share is {job.prompt_share:g}; it is a share of the tokens, from 0 to 1")


def _check_size(job: Job) -> None:
    """Raises UsageFault where nothing says how large the job is, or two things do."""
    if job.dataset_tokens is not None and (job.examples is not None or job.tokens is not None):
        raise UsageFault("the size of the data set is given twice: by --dataset-tokens, and by --examples and --tokens")
    if (job.examples is None) != (job.tokens is None):
        raise UsageFault("--examples and --tokens go together: how many there are, and the tokens in each")
    if job.examples is None and job.dataset_tokens is None and job.hours is None and job.images is None:
        raise UsageFault(
            "how large is the job? --examples 10000 --tokens 500, or --dataset-tokens 5000000; "
            "--hours for what is priced by the hour, --images for what is priced by the image"
        )


def _footnote(job: Job, *, model: str | None) -> str:
    """What the table is about, and what is not in it."""
    words = []
    tokens = job.dataset_tokens or (job.examples or 0) * (job.tokens or 0)
    if tokens:
        words.append(f"{tokens:,.0f} tokens, {job.epochs:g} epochs: {tokens * job.epochs:,.0f} training tokens a run")
    if job.hours is not None:
        words.append(f"{job.hours:g} hours")
    if job.images is not None:
        words.append(f"{job.images:,.0f} images")
    if job.eval_tokens:
        words.append("evaluation counts only where the seller's page says that it is billed")
    if job.runs > 1:
        words.append(f"total_usd is {job.runs:,} runs")
    if model is not None and job.params is None:
        words.append("prices by size alone are left out: --params 8B adds those that an 8B model has")
    return "; ".join(words) + ". --json says what each row rests on"
