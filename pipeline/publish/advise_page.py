"""What `/advise/` shows: the questions and their fields, what each verdict means, and every model priced for a workload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.publish import format as fmt
from pipeline.publish.addresses import web_address
from pipeline.publish.asked import Asked
from pipeline.publish.break_even import count_range, months_range, usd_range
from pipeline.publish.calculator import Field
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries, ModelEntry

# What a verdict is called, and what it means: as `ftprices advise` says it.
VERDICTS = (
    ("ship_the_prompt", "Ship the prompt.", "Stay with the prompt: a tuned model would cost more than it brings, now."),
    ("try_lora", "Try LoRA first.", "Something asks for tuning; find out with the cheapest run whether it helps."),
    ("fine_tune", "Fine-tune.", "Every question that has to holds, and a seller’s tuned model is worth its price."),
    ("distil", "Distil.", "A larger model does the task well: train a smaller one on its answers."),
    ("self_host", "Fine-tune, and host it yourself.", "It holds, and rented GPUs cost less than every seller, even at the dear end."),
    ("unknown", "Not known yet.", "An answer or a price is missing; the reason says which."),
)  # fmt: skip
_SOLD = ("for_sale", "retires_first")
_YES_OR_NO = (("", "not known"), ("yes", "yes"), ("no", "no"))


def _asked(name: str, label: str, unit: str = "", **more: object) -> Field:
    return Field(name=name, label=label, value="", unit=unit, is_optional=True, **more)  # type: ignore[arg-type]


def _whether(name: str, label: str) -> Field:
    return Field(name=name, label=label, value="", options=_YES_OR_NO)


# The parameters of the macro `advise` that are no workload, by the question they answer.
ANSWERS = (
    ("1 Is the prompt used up?", (
        _whether("prompt_exhausted", "All in all"),
        _asked("expert_revisions", "Revisions by experts"),
        _asked("techniques_tried", "Techniques tried", "of eight"),
        _asked("flat_days", "Days without progress"),
    )),
    ("2 Are there examples that agree?", (
        _asked("examples", "Examples"),
        _asked("agreement", "Labels on which two annotators agree", "0 to 1", most=1.0),
    )),
    ("3 and 4 Format and latency", (
        _asked("format_compliance", "Answers that must have the right format", "0 to 1", most=1.0),
        _asked("p50_ms", "Half of the answers must arrive within", "ms"),
    )),
    ("5 The bill of today", (
        _asked("own_usd_per_month", "What calling a model costs now", "USD a month; blank is the prompt on each offer’s own base"),
        _asked("accuracy_gain", "Errors that tuning avoids", "share of requests, 0 to 1", most=1.0),
        _asked("usd_per_error", "What an error costs", "USD"),
    )),
    ("6 and 7 Tried, and still", (
        _whether("cheaper_tried", "Was something cheaper tried first?"),
        _whether("base_stable", "Will the base stand still for three months?"),
        _asked("months_stable", "Months it will stand still"),
        _whether("task_changes_weekly", "Does the task change every week?"),
        _whether("teacher", "Does a larger model do the task well?"),
    )),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One model that could be tuned for a workload; empty words where a figure is unknown."""

    entry: ModelEntry | None
    name: str
    seller: str
    once: str
    month: str
    total: str
    even: str
    payback: str
    markup: str
    retires: str
    words: str
    link: str | None  # the seller's page that the price was read on


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Every model on sale for one reference workload, the cheapest in twelve months first."""

    key: str
    name: str
    path: str
    rows: tuple[Ranked, ...]
    beside: tuple[tuple[str, str], ...]  # (seller, why) of models that cannot be bought or have no price


def rankings_of(data: SiteData, asked: Asked, entries: Entries) -> list[Ranking]:
    """The rankings of the reference workloads that train something, in the order of their names."""
    named = {str(row["scenario"]): row for row in data.scenario}
    found = [
        _ranking(named[key], rows, entries) for key, rows in asked.rankings.items() if named[key]["training_tokens"]
    ]
    return sorted(found, key=lambda one: (one.key != "ticket-classification", one.name))


def rules_of(asked: Asked) -> Mapping[str, tuple[str, str]]:
    """Verdict and reason of each rule."""
    return {str(row["rule"]): (str(row["verdict"]), str(row["words"])) for row in asked.rules}


def _ranking(scenario: Row, rows: tuple[Row, ...], entries: Entries) -> Ranking:
    beside = Counter(
        (fmt.seller(row["provider"]), str(row["words"])) for row in rows if row["availability"] not in _SOLD
    )
    return Ranking(
        key=str(scenario["scenario"]),
        name=str(scenario["name"]),
        path=f"break-even/{scenario['scenario']}/",
        rows=tuple(_ranked(row, entries) for row in rows if row["availability"] in _SOLD),
        beside=tuple(
            (f"{seller}, {fmt.plural(count, 'model')}", why) for (seller, why), count in sorted(beside.items())
        ),
    )


def _ranked(row: Row, entries: Entries) -> Ranked:
    entry = entries.models.get((row["provider"], row["model"], row["size_tier"]))
    even, back = row["break_even_requests_low"], row["payback_months_low"]
    return Ranked(
        entry=entry,
        name=entry.name if entry else str(row["model"] or row["size_tier"]),
        seller=fmt.seller(row["provider"]),
        once=usd_range(row["project_usd_low"], row["project_usd_high"]),
        month=usd_range(row["tuned_usd_per_month"], row["tuned_usd_per_month"]),
        total=usd_range(row["total_12_months_usd_low"], row["total_12_months_usd_high"]),
        even="" if even is None else count_range(even, row["break_even_requests_high"]),
        payback="" if back is None else months_range(back, row["payback_months_high"]),
        markup="" if row["input_markup"] is None else fmt.ratio(row["input_markup"]),
        retires="" if row["retires_on"] is None else f"{row['retires_on']}",
        words=str(row["words"]),
        link=web_address(row["source_url"]),
    )
