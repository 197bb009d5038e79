"""When tuning pays, as readers see it: the reference scenarios, their answers, and the chart of cost against volume.

Every figure comes from the tables; what is worked out here is where a line is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.publish import format as fmt
from pipeline.publish.context import Row, SiteData
from pipeline.publish.entries import Entries, ModelEntry
from pipeline.publish.line_chart import CostLine, Crossing, LineChart, line_chart

VERDICTS = {
    "pays": ("pays", "good"),
    "beyond_horizon": ("too slow", "warn"),
    "retires_first": ("retires first", "warn"),
    "never": ("never", "bad"),
    "not_for_sale": ("not for sale", "gone"),
    "unknown_price": ("unknown", ""),
}
_RANKS = {word: rank for rank, word in enumerate(VERDICTS)}
_SAME, _LARGER = "prompt_same_base", "prompt_larger_base"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One offer against one alternative; empty words where a figure is unknown."""

    entry: ModelEntry | None
    name: str
    seller: str
    way: str
    against: str
    is_of_prompt: bool  # compared with a prompt, not with a place to have the same tuned model
    verdict: str
    tone: str
    words: str
    takes: str
    tuned: str
    tuned_sort: str
    other: str
    other_sort: str
    even: str
    even_sort: str
    payback: str
    payback_sort: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A line about a workload: what, and how much."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A chart twice, for wide and narrow screens, and its figures as a table."""

    wide: LineChart
    narrow: LineChart
    title: str
    words: str
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One reference scenario with its answers, what pays first at the top."""

    key: str
    name: str
    path: str
    note: str
    workload: tuple[Fact, ...]
    answers: tuple[Answer, ...]
    beside: int  # comparisons that have nothing to be compared with
    chart: Drawn | None

    @property
    def best(self) -> Answer | None:
        """The answer to show where there is room for one: what pays back first against its own prompt, if anything."""
        return next((one for one in self.answers if one.verdict == "pays" and one.is_of_prompt), None)

    @property
    def tally(self) -> str:
        """How many answers of each kind, in words."""
        counts = {word: sum(one.verdict == word for one in self.answers) for word, _ in VERDICTS.values()}
        return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def scenarios_of(data: SiteData, entries: Entries) -> list[Scenario]:
    """The scenarios in the order of their bills, the token-only ones last."""
    answers: dict[str, list[Row]] = {}
    for row in data.break_even_scenario:
        answers.setdefault(str(row["scenario"]), []).append(row)
    found = [_scenario(row, answers.get(str(row["scenario"]), []), entries) for row in data.scenario]
    return sorted(found, key=lambda one: (one.key.startswith("input-"), one.name))


def answers_about(data: SiteData, entry: ModelEntry, entries: Entries) -> list[tuple[str, str, Answer]]:
    """Each scenario's answer for one model against the prompt on its own base, standard tier: name, path, answer."""
    names = {row["scenario"]: str(row["name"]) for row in data.scenario}
    rows = [
        row
        for row in data.break_even_scenario
        if row["against"] == _SAME
        and (row["provider"], row["model"], row["size_tier"]) == entry.key
        and (row["tier"] or "standard") == "standard"
    ]
    rows.sort(key=lambda row: (str(row["scenario"]).startswith("input-"), names[row["scenario"]], _rank(row)))
    told: dict[str, tuple[str, str, Answer]] = {}
    for row in rows:
        key = str(row["scenario"])
        told.setdefault(key, (names[key], f"break-even/{key}/", _answer(row, entries)))
    return list(told.values())


def assumptions_of(rows: Iterable[Row]) -> list[tuple[str, str, str, str, str]]:
    """What no seller prints: name, subject, range with its unit, source, note."""
    found = []
    for row in rows:
        low, high = _plain(row["low"]), _plain(row["high"])
        ends = low if low == high else f"{low} to {high}"
        found.append(
            (
                str(row["name"]),
                fmt.seller(row["subject"]) if row["assumption"] == "cache_minimum_tokens" else row["subject"] or "",
                f"{ends} {row['unit']}",
                f"{row['source']}, {fmt.day(row['as_of'])}",
                row["note"] or "",
            )
        )
    return found


def _scenario(row: Row, rows: Sequence[Row], entries: Entries) -> Scenario:
    compared = sorted((one for one in rows if one["verdict"] in VERDICTS), key=_rank)
    return Scenario(
        key=str(row["scenario"]),
        name=str(row["name"]),
        path=f"break-even/{row['scenario']}/",
        note=str(row["note"]).replace("'", "’"),
        workload=tuple(_workload(row)),
        answers=tuple(_answer(one, entries) for one in compared),
        beside=len(rows) - len(compared),
        chart=_chart(row, compared, entries),
    )


def _rank(row: Row) -> tuple[object, ...]:
    payback = row["payback_months_high"]
    return (
        _RANKS[str(row["verdict"])] if row["verdict"] in _RANKS else len(_RANKS),
        str(row["provider"]).startswith("_"),
        row["against"] not in (_SAME, _LARGER),
        payback is None,
        payback or 0.0,
        row["provider"],
        row["model"] or row["size_tier"] or "",
        row["tier"] or "",
        row["condition"] or "",
        row["region"] or "",
        row["against"],
        row["against_provider"] or "",
        row["offer_id"],
    )


def _workload(row: Row) -> Iterable[Fact]:
    yield Fact(label="Requests", value=f"{row['requests']:,.0f} a month")
    prompt, tuned = row["prompt_tokens"], row["tuned_prompt_tokens"]
    if prompt:
        yield Fact(label="Prompt", value=f"{prompt:,.0f} tokens, {tuned:,.0f} once tuned")
    yield Fact(label="Each request", value=f"{row['input_tokens']:,.0f} tokens in, {row['output_tokens']:,.0f} out")
    if row["training_tokens"]:
        runs = fmt.plural(int(row["runs"]), "run")
        yield Fact(
            label="Training", value=f"{row['training_tokens'] / 1e6:,.3g}M tokens, {runs}, {row['method'].upper()}"
        )
    if row["data_usd_high"]:
        yield Fact(label="Data and evaluation", value=usd_range(row["data_usd_low"], row["data_usd_high"]))
    yield Fact(label="To pay back in", value=f"{row['horizon_months']:.0f} months")
    yield Fact(label="Bought by", value=f"{'a' if row['customer'] != 'idle' else 'an'} {row['customer']} customer")


def _answer(row: Row, entries: Entries) -> Answer:
    word, tone = VERDICTS[str(row["verdict"])] if row["verdict"] in VERDICTS else ("", "")
    entry = entries.models.get((row["provider"], row["model"], row["size_tier"]))
    low, high = row["break_even_requests_low"], row["break_even_requests_high"]
    fast, slow = row["payback_months_low"], row["payback_months_high"]
    return Answer(
        entry=entry,
        name=entry.name if entry else str(row["model"] or row["size_tier"]),
        seller=fmt.seller(row["provider"]),
        way=fmt.qualifiers(
            {**row, "method": None, "time_window": None, "tier": None if row["tier"] == "standard" else row["tier"]},
            skip=("technique",),
        ),
        against=against_words(row),
        is_of_prompt=row["against"] in {_SAME, _LARGER},
        verdict=word,
        tone=tone,
        words=str(row["verdict_words"]),
        takes=str(row["would_take"]),
        tuned=usd_range(row["tuned_usd_per_month"], row["tuned_usd_per_month"]),
        tuned_sort=sort_key(row["tuned_usd_per_month"]),
        other=usd_range(row["against_usd_per_month_low"], row["against_usd_per_month_high"]),
        other_sort=sort_key(row["against_usd_per_month_high"]),
        even="" if low is None else count_range(low, high),
        even_sort=sort_key(high),
        payback="" if fast is None else months_range(fast, slow),
        payback_sort=sort_key(slow),
    )


def against_words(row: Row) -> str:
    """What the tuned model is compared with."""
    if row["against"] == _SAME:
        return f"the prompt on {row['against_model']}" if row["against_model"] else "the prompt on its base"
    if row["against"] == _LARGER:
        return f"the prompt on {row['against_model']}"
    if row["against"] == "managed":
        return f"the same at {fmt.seller(row['against_provider'])}"
    return "rented GPUs"


def usd_range(low: float | None, high: float | None) -> str:
    """A range of US dollars; "" where it is not known."""
    if low is None:
        return ""
    ends = [_dollars(end) for end in (low, high) if end is not None]
    return ends[0] if len(set(ends)) == 1 else " to ".join(ends)


def _dollars(amount: float) -> str:
    return f"${amount:,.0f}" if abs(amount) >= 100 or amount == 0 else f"${amount:,.2f}"


def count_range(low: float, high: float | None) -> str:
    """A range of a count, up to never where its dear end is none."""
    if high is None:
        return f"{low:,.0f} to never"
    ends = [f"{end:,.0f}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def months_range(fast: float, slow: float | None) -> str:
    """A range of months, up to never where its dear end is none."""
    if slow is None:
        return f"{fast:,.1f} months to never"
    if slow < 0.05:
        return "under 0.1 months"
    ends = [f"{end:,.1f}" for end in (fast, slow)]
    return f"{ends[0] if ends[0] == ends[1] else ' to '.join(ends)} months"


def sort_key(value: float | None) -> str:
    """What a column is sorted by; "" for what is not known."""
    return "" if value is None else f"{value:.6g}"


def _plain(value: float) -> str:
    return f"{Decimal(repr(value)).normalize():,f}" if value == round(value, 6) and value < 1e4 else f"{value:,.0f}"


def _chart(scenario: Row, rows: Sequence[Row], entries: Entries) -> Drawn | None:
    """What a month costs against its requests, for the offer that pays back first in the standard tier, or costs least."""
    known = [
        row
        for row in rows
        if row["against"] == _SAME
        and (row["tier"] or "standard") == "standard"
        and row["saved_usd_per_request"] is not None
        and row["verdict"] not in ("not_for_sale", "unknown_price")
        and (row["region"] or "global") == "global"
        and not str(row["provider"]).startswith("_")
    ]
    if not known:
        return None
    chosen = known[0]
    months = chosen["horizon_months"] or 1
    name = _answer(chosen, entries).name
    spread = chosen["project_usd_high"] / months
    lines = [
        CostLine(label=f"prompt on {chosen['against_model']}", fixed=0.0, each=chosen["against_usd_per_request"]),
        CostLine(
            label=f"tuned {name}",
            fixed=chosen["tuned_fixed_usd_per_month"] + spread,
            each=chosen["tuned_usd_per_request"],
        ),
    ]
    larger = next((row for row in rows if row["offer_id"] == chosen["offer_id"] and row["against"] == _LARGER), None)
    if larger is not None and larger["against_usd_per_request"] is not None:
        label = f"prompt on {larger['against_model']}"
        lines.append(CostLine(label=label, fixed=0.0, each=larger["against_usd_per_request"]))
    requests, even = scenario["requests"], chosen["break_even_requests_high"]
    furthest = requests * 8
    reach = 1.5 * max(requests, even if even is not None and even <= furthest else 0)
    crossings = []
    if even is not None and 0 < even <= reach:
        crossings.append(
            Crossing(at=even, cost=even * chosen["against_usd_per_request"], words=f"{even:,.0f} requests")
        )
    title = f"{scenario['name']}: what a month costs, {name} at {fmt.seller(chosen['provider'])}"
    words = (
        f"The project’s ${chosen['project_usd_high']:,.0f} are spread over {months:.0f} months; "
        + (f"both sides cost the same at {even:,.0f} requests a month" if even is not None else "the lines never cross")
        + (", further out than is drawn." if even is not None and even > reach else ".")
    )
    return Drawn(
        wide=line_chart(lines, crossings, reach=reach, now=requests, width=880, height=300, room=210),
        narrow=line_chart(lines, crossings, reach=reach, now=requests, width=448, height=300, room=0),
        title=title,
        words=words,
        rows=tuple(
            (
                line.label,
                _dollars(line.fixed),
                f"${line.each * 1e6:,.2f}",
                _dollars(line.fixed + line.each * requests),
            )
            for line in lines
        ),
    )
