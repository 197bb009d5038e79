"""Accept, hold or refuse what was read, before it becomes history. Pure: no clock, no database, no page.

A move is believed when two readings in different ticks agree. What looks like a slip (a factor of ten, a fall to
zero, a jump outside a quarter to four times, half a seller's page at once, a column that breaks the seller's own
ratios) is held with the reason in words, and the last good value stands. Rises of 90 to 300 % are ordinary here:
nothing is held for its size alone inside the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from scrapers.contract import Meter, Quote, ValueState, Variant

READS_TO_CONFIRM = 2
READS_TO_RELEASE = 5
READS_TO_END = 3
GATE = (Decimal("0.25"), Decimal(4))
STORM_SHARE = Decimal("0.4")
STORM_LEAST = 3
FRESH = timedelta(days=7)
SHRINK_SUSPECT = Decimal(1) / 3
TUNED_OVER_BASE = 10

Value = tuple[Decimal | None, str]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one series before this reading."""

    accepted: Value | None = None  # the open span's value; None for a series never accepted or ended
    accepted_raw_unit: str | None = None
    accepted_seen_at: datetime | None = None  # the last read that showed the accepted value
    run_value: Value | None = None  # the value the newest reads agree on, when it is not the accepted one
    run_reads: int = 0  # how many reads in different ticks agree on it
    run_since: datetime | None = None  # when the first of them was taken
    last_verdict: str | None = None
    last_rule: str | None = None
    last_value: Value | None = None
    absent_reads: int = 0  # good reads of the page, in different ticks, since the series was last on it


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One judgement to append: `quote` is None where a series ended."""

    series_id: str
    quote: Quote | None
    verdict: str
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The circumstances of this read."""

    read_at: datetime
    was_conditional: bool


def value_of(quote: Quote) -> Value:
    """What two readings are compared by: the amount and its state."""
    return (quote.amount, quote.value_state.value)


def judge_reading(
    quotes: Sequence[Quote], standings: Mapping[str, Standing], reader: Reader, bases: Mapping[str, Decimal]
) -> list[Verdict]:
    """The judgements one good read calls for: new verdicts only, none for what is confirmed or still stands.

    `standings` holds every series known on the page, also those this reading lacks; `bases` the accepted input and
    output prices of the seller's base models by `base_key`, for the tuned-over-base rule.
    """
    in_force = {quote.series_id: quote for quote in quotes if quote.is_in_force}
    faults = static_faults(in_force.values(), bases)
    storm = _storm(in_force, standings, reader)
    verdicts = []
    for series_id, quote in in_force.items():
        standing = standings.get(series_id, Standing())
        found = _judge(quote, standing, reader, faults.get(series_id), storm)
        if found is not None and not _stands_already(found, standing):
            verdicts.append(found)
    for series_id, standing in standings.items():
        if series_id in in_force or standing.accepted is None:
            continue
        if standing.absent_reads + 1 >= READS_TO_END:
            reason = f"{READS_TO_END} good readings of the page showed its other rows and not this one"
            verdicts.append(Verdict(series_id=series_id, quote=None, verdict="ended", rule="gone", reason=reason))
    return verdicts


def _judge(
    quote: Quote, standing: Standing, reader: Reader, fault: tuple[str, str] | None, storm: str | None
) -> Verdict | None:
    value = value_of(quote)
    if value == standing.accepted:
        return None

    def verdict(name: str, rule: str, reason: str) -> Verdict:
        return Verdict(series_id=quote.series_id, quote=quote, verdict=name, rule=rule, reason=reason)

    if standing.last_verdict == "refused" and standing.last_value == value:
        return None
    fault = _slip(quote, standing) or fault
    if fault is not None:
        return verdict("held", *fault)
    if standing.accepted is None:
        return verdict("accepted", "first_sight", "the first sight of this price; there is nothing to compare it with")
    reads = standing.run_reads + 1 if standing.run_value == value else 1
    since = standing.run_since if standing.run_value == value and standing.run_since else reader.read_at
    gate = _gate(quote, standing, since, storm)
    if gate is not None:
        rule, reason = gate
        if reads < READS_TO_RELEASE:
            return verdict("held", rule, reason)
        return verdict("accepted", f"{rule}_released", f"{reads} equal readings since it was held: {reason}")
    if reads >= READS_TO_CONFIRM and not reader.was_conditional:
        return verdict("accepted", "confirmed", f"{reads} equal readings in different runs")
    return verdict("held", "unconfirmed", "a move is believed when a second reading, an hour later, agrees")


def _slip(quote: Quote, standing: Standing) -> tuple[str, str] | None:
    """The words for a move by an exact power of ten under an unchanged unit: only a person lets it through."""
    old, new = standing.accepted[0] if standing.accepted else None, quote.amount
    if not old or not new or quote.raw_unit != standing.accepted_raw_unit or not is_power_of_ten(new / old):
        return None
    words = f"{old.normalize():f} to {new.normalize():f} is exactly {(new / old).normalize():f} times: a slipped unit?"
    return "power_of_ten", words


def _gate(quote: Quote, standing: Standing, since: datetime, storm: str | None) -> tuple[str, str] | None:
    """The rule that holds a move back until five readings agree, with the reason in words."""
    is_recent = standing.accepted_seen_at is not None and since - standing.accepted_seen_at <= FRESH
    if not is_recent:
        return None
    if storm is not None:
        return "storm", storm
    old, new = standing.accepted[0] if standing.accepted else None, quote.amount
    if old and new and not GATE[0] <= new / old <= GATE[1]:
        return (
            "ratio",
            f"{old.normalize():f} to {new.normalize():f} is {new / old:.3g} times, outside {GATE[0]} to {GATE[1]}",
        )
    if old and quote.value_state is ValueState.FREE:
        return "fall_to_zero", f"{old.normalize():f} to free"
    return None


def _storm(in_force: Mapping[str, Quote], standings: Mapping[str, Standing], reader: Reader) -> str | None:
    """The words for a page on which too much moves at once, or None."""
    known = [
        (quote, standing)
        for series_id, quote in in_force.items()
        if (standing := standings.get(series_id)) is not None
        and standing.accepted is not None
        and standing.accepted_seen_at is not None
        and reader.read_at - standing.accepted_seen_at <= FRESH + timedelta(days=READS_TO_RELEASE)
    ]
    moved = sum(value_of(quote) != standing.accepted for quote, standing in known)
    if moved >= STORM_LEAST and moved >= STORM_SHARE * len(known):
        return f"{moved} of {len(known)} prices of this page moved at once: a changed page?"
    return None


def _stands_already(found: Verdict, standing: Standing) -> bool:
    """A hold that says again what the last one said is not written twice."""
    return (
        found.verdict == "held"
        and standing.last_verdict == "held"
        and standing.last_rule == found.rule
        and found.quote is not None
        and standing.last_value == value_of(found.quote)
    )


def is_power_of_ten(ratio: Decimal) -> bool:
    """True for 10, 100, 0.001 ...; not for 1."""
    digits = ratio.normalize().as_tuple()
    return digits.digits == (1,) and digits.exponent != 0


def base_key(quote: Quote, model: str | None) -> str:
    """What a base price is found by: the seller's model, the meter and the tier."""
    return f"{quote.provider}|{model}|{quote.meter.value}|{quote.tier}"


def static_faults(quotes: Iterable[Quote], bases: Mapping[str, Decimal]) -> dict[str, tuple[str, str]]:
    """Series held whatever came before, with rule and reason: only a person releases them, row by row."""
    listed = list(quotes)
    inputs = {
        _row_key(quote): quote.amount for quote in listed if quote.meter is Meter.INFERENCE_INPUT and quote.amount
    }
    read_bases = {
        base_key(quote, quote.model): quote.amount
        for quote in listed
        if quote.variant is Variant.BASE and quote.amount and quote.condition is None
    }
    faults: dict[str, tuple[str, str]] = {}
    for quote in listed:
        fault = _fault(quote, inputs, {**bases, **read_bases})
        if fault is not None:
            faults[quote.series_id] = fault
    return faults


def _fault(
    quote: Quote, inputs: Mapping[tuple[object, ...], Decimal], bases: Mapping[str, Decimal]
) -> tuple[str, str] | None:
    if quote.doubt is not None:
        return "doubt", quote.doubt
    if quote.amount is None:
        return None
    full = inputs.get(_row_key(quote))
    if quote.meter is Meter.INFERENCE_CACHED_INPUT and full is not None and quote.amount > full:
        return "cached_over_input", f"cached input at {quote.amount:f} is dearer than input at {full:f}"
    base = bases.get(base_key(quote, quote.base_model)) if quote.variant is Variant.FINE_TUNED else None
    if base is not None and quote.amount > TUNED_OVER_BASE * base:
        return "tuned_over_base", f"{quote.amount:f} is more than {TUNED_OVER_BASE} times its base at {base:f}"
    return None


def _row_key(quote: Quote) -> tuple[object, ...]:
    """The printed row a price stands in: everything of its key but the meter."""
    return (
        quote.provider,
        quote.product,
        quote.model,
        quote.size_tier,
        quote.variant,
        quote.method,
        quote.technique,
        quote.tier,
        quote.context_band,
        quote.time_window,
        quote.region,
        quote.condition,
        quote.currency,
    )


def page_fault(
    sections: Mapping[str, int], last_sections: Mapping[str, int] | None, *, seen_before: bool
) -> tuple[str, str] | None:
    """What is wrong with a whole reading beside the page's last good one: ("layout_changed" or "suspect", words).

    `seen_before` is true when the read before this one found the very same rows: a smaller page is believed then,
    a page that lost a section is not; a person decides about that.
    """
    if last_sections is None:
        return None
    lost = [name for name, rows in last_sections.items() if rows and name not in sections]
    if lost:
        return "layout_changed", f"the section {', '.join(lost)} of the last good reading is not on the page"
    before, now = sum(last_sections.values()), sum(sections.values())
    if before and now <= before * (1 - SHRINK_SUSPECT) and not seen_before:
        return "suspect", f"{now} rows where the last good reading had {before}; a second reading decides"
    return None
