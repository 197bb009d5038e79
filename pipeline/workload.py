"""A workload as a person gives it on the command line: a reference scenario, and what is otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import duckdb

from pipeline.errors import UsageFault
from pipeline.published import named
from scrapers.contract import Method

DEFAULT_SCENARIO = "ticket-classification"
CUSTOMERS = ("new", "idle", "active")
MOST = 1e15  # of anything: no month has more requests, no data set more tokens
_POSITIVE = frozenset({"requests", "horizon_months", "retrain_every_months"})


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What is called a month and what training it takes; None is what the scenario says.

    Requests are per month, tokens per request, money in USD. The order of the fields is that of the queries' parameters.
    """

    requests: float | None = None
    prompt_tokens: float | None = None
    tuned_prompt_tokens: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    cache_hit_rate: float | None = None
    horizon_months: float | None = None
    training_tokens: float | None = None
    method: str | None = None
    runs: float | None = None
    data_usd_low: float | None = None
    data_usd_high: float | None = None
    retrain_every_months: float | None = None
    customer: str | None = None


def usd_range(text: str | None, option: str = "--data-usd") -> tuple[float | None, float | None]:
    """Both ends of "9200" or "5000:9000", USD. Raises UsageFault for anything else."""
    if text is None:
        return None, None
    ends = text.split(":")
    try:
        low, high = float(ends[0]), float(ends[-1])
    except ValueError:
        low = high = math.nan
    if len(ends) > 2 or not 0 <= low <= high <= MOST:
        raise UsageFault(f"{option} is {text!r}; it is an amount, 9200, or a range, 5000:9000")
    return low, high


def workloads(connection: duckdb.DuckDBPyConnection, scenario: str | None, given: Workload) -> dict[str, list[object]]:
    """The parameters of each scenario asked for, with what was given in place of its own. "all" is every one.

    Raises UsageFault for a scenario nobody knows and for a figure that makes no workload.
    """
    check(given)
    known = {row["scenario"]: row for row in named(connection, "scenarios").dicts()}
    name = scenario or DEFAULT_SCENARIO
    if name != "all" and name not in known:
        raise UsageFault(f"no scenario is called {name!r}; there are {', '.join(known)}, and all")
    changed = {key: value for key, value in asdict(given).items() if value is not None}
    chosen = known if name == "all" else {name: known[name]}
    return {key: _parameters(row, changed) for key, row in chosen.items()}


def _parameters(row: Mapping[str, object], changed: Mapping[str, object]) -> list[object]:
    merged = {**row, **changed}
    return [merged[field.name] for field in fields(Workload)]


def check(given: Workload) -> None:
    """Raises UsageFault, naming the option, for what makes no workload."""
    for name, value in asdict(given).items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, float | int):
            is_positive = name in _POSITIVE
            if not (0 < value <= MOST if is_positive else 0 <= value <= MOST):  # NaN is neither
                raise UsageFault(f"{option} is {value:g}; it must be {'more than' if is_positive else 'at least'} 0")
    if given.cache_hit_rate is not None and given.cache_hit_rate > 1:
        raise UsageFault(f"--cache-hit-rate is {given.cache_hit_rate:g}; it is a share, from 0 to 1")
    if given.method is not None and given.method not in (Method.SFT, Method.DPO):
        raise UsageFault(f"--method is {given.method!r}; runs are priced by their tokens for sft and dpo")
    if given.customer is not None and given.customer not in CUSTOMERS:
        raise UsageFault(f"--customer is {given.customer!r}; there are {', '.join(CUSTOMERS)}")
