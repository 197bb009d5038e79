"""Accept, hold or refuse what was read, before it becomes history. Pure: no clock, no database, no page.

A move is believed when two readings agree, an emptied cell or a row that is gone when three do; readings count where
they are nearly an hour apart, whatever tick they belong to. What looks like a slip (a factor of ten, a fall to zero, a jump outside a quarter to four times, half a
seller's page at once, a column that breaks the seller's own ratios) is held with the reason in words, and the last
good value stands. Rises of 90 to 300 % are ordinary here: nothing is held for its size alone inside the gate.

A third party's list that shows the new price too, and began to after the old one was last seen, is a second source: it
settles every doubt that is about the move alone, a power of ten too. What breaks the seller's own rules still waits for a
person.

A price announced for a later day is judged as well, beside the price in force, before anyone is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pipeline.static_rules import static_faults
from scrapers.contract import Quote, ValueState

READS_TO_CONFIRM = 2
READS_TO_RELEASE = 5
READS_TO_END = 3
READ_APART = timedelta(minutes=45)
"""From when on a read is another read: ticks are hourly, and a look may be taken some minutes late."""
GATE = (Decimal("0.25"), Decimal(4))
STORM_SHARE = Decimal("0.4")
STORM_LEAST = 3
FRESH = timedelta(days=7)
SAME = Decimal("1e-9")
"""Two sources' amounts are one price up to this part of them: the dust of binary fractions."""
SECOND_SOURCE = "second_source"
SETTLED_BY_A_SECOND = ("unconfirmed", "ratio", "fall_to_zero", "storm", "power_of_ten")
"""The doubts that are about a move alone; the others are about the seller's own rules."""

Value = tuple[Decimal | None, str]
AnnouncedKey = tuple[str, date, Value]
"""Names an announced price: its series, the day it is for, what it will be."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of one series before this reading."""

    accepted: Value | None = None  # the open span's value; None for a series never accepted or ended
    accepted_seen_at: datetime | None = None  # the last read that showed the accepted value
    previous: Decimal | None = None  # the last price above 0 that was accepted before that one
    previous_seen_at: datetime | None = None
    run_value: Value | None = None  # the value the newest reads agree on, when it is not the accepted one
    run_reads: tuple[datetime, ...] = ()  # the reads that agree on it
    run_after: datetime | None = None  # the page's last good read before them
    run_has_unconditional: bool = False  # whether one of them, not the first, was fetched unconditionally
    last_verdict: str | None = None
    last_rule: str | None = None
    last_value: Value | None = None
    absent_reads: tuple[datetime, ...] = ()  # good reads of the page since the series was last on it


@dataclass(frozen=True, kw_only=True)
class SecondSource:
    """What a third party's list says of one price: an amount, and the first and last of its days that show it."""

    name: str  # the list, and its version
    amount: Decimal
    first_seen_on: date
    last_seen_on: date


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What is known of one announced price before this reading."""

    is_believed: bool = False  # it was accepted, and neither taken back nor seen in force since
    run_reads: tuple[datetime, ...] = ()  # the newest reads in a row that announced it
    run_has_unconditional: bool = False
    last_verdict: str | None = None
    last_rule: str | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One judgement to append: `quote` is None where a series ended."""

    series_id: str
    quote: Quote | None
    verdict: str
    rule: str
    reason: str
    announced_for: date | None = None  # None for what is in force


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The circumstances of this read."""

    read_at: datetime
    was_conditional: bool
    last_read_at: datetime | None = None  # the page's last good read before this one


def value_of(quote: Quote) -> Value:
    """What two readings are compared by: the amount and its state."""
    return (quote.amount, quote.value_state.value)


def reads_apart(read_at: Iterable[datetime]) -> int:
    """How many reads count: each at least READ_APART after the one counted before it."""
    count, last = 0, None
    for moment in sorted(read_at):
        if last is None or moment - last >= READ_APART:
            count, last = count + 1, moment
    return count


def judge_reading(
    quotes: Sequence[Quote],
    standings: Mapping[str, Standing],
    reader: Reader,
    bases: Mapping[str, Decimal],
    announced: Mapping[AnnouncedKey, Announced] | None = None,
    seconds: Mapping[str, Sequence[SecondSource]] | None = None,
) -> list[Verdict]:
    """The judgements one good read calls for: new verdicts only, none for what is confirmed or still stands.

    `standings` holds every series known on the page, also those this reading lacks; `bases` the accepted input and
    output prices of the seller's base models by `base_key`, for the tuned-over-base rule; `announced` what is known
    of prices announced for later days, `seconds` what third parties' lists say, by series. A price that the page prints with an end before this read is no longer
    asked, and nothing is told from it: it counts as absent.
    """
    in_force = {quote.series_id: quote for quote in quotes if quote.is_in_force}
    coming = announced or {}
    come = {
        series_id
        for series_id, quote in in_force.items()
        if _has_come(quote, standings.get(series_id, Standing()), coming, reader)
    }
    faults = static_faults(in_force.values(), bases)
    storm = _storm([quote for name, quote in in_force.items() if name not in come], standings, reader, len(come))
    verdicts = []
    for series_id, quote in in_force.items():
        standing = standings.get(series_id, Standing())
        if series_id in come:
            verdicts.append(_verdict(quote, "accepted", "announced", "announced for this day, and believed then"))
            continue
        said = (seconds or {}).get(series_id, ())
        found = _judge(quote, standing, reader, faults.get(series_id), storm, said)
        if found is not None and not _stands_already(found, standing):
            verdicts.append(found)
    verdicts += _judge_announced(quotes, standings, reader, bases, coming)
    for series_id, standing in standings.items():
        if series_id in in_force or standing.accepted is None:
            continue
        if reads_apart([*standing.absent_reads, reader.read_at]) >= READS_TO_END:
            reason = f"{READS_TO_END} good readings of the page showed its other rows and not this one"
            verdicts.append(Verdict(series_id=series_id, quote=None, verdict="ended", rule="gone", reason=reason))
    return verdicts


def _judge(
    quote: Quote,
    standing: Standing,
    reader: Reader,
    fault: tuple[str, str] | None,
    storm: str | None,
    seconds: Sequence[SecondSource],
) -> Verdict | None:
    value = value_of(quote)
    if value == standing.accepted:
        return None
    if standing.last_verdict == "refused" and standing.last_value == value:
        return None
    second = second_source(value, standing, reader.read_at, seconds)
    if second is not None and fault is None:
        return _verdict(quote, "accepted", SECOND_SOURCE, second_words(second))
    fault = _slip(quote, _compared(standing)) or fault
    if fault is not None:
        return _verdict(quote, "held", *fault)
    is_run = standing.run_value == value and bool(standing.run_reads)
    reads = reads_apart([*(standing.run_reads if is_run else ()), reader.read_at])
    gate = _gate(quote, standing, reader, storm, is_run=is_run)
    if gate is not None:
        return _held_or_released(quote, *gate, reads=reads, is_whole=_is_whole(standing, reader))
    if standing.accepted is None:
        return _verdict(quote, "accepted", "first_sight", _sight_words(standing))
    is_emptied = quote.value_state is ValueState.NOT_PRINTED  # as good as a row that is gone
    if reads >= (READS_TO_END if is_emptied else READS_TO_CONFIRM) and _is_whole(standing, reader):
        return _verdict(quote, "accepted", "confirmed", f"{reads} equal readings, nearly an hour or more apart")
    if is_emptied:
        words = f"an emptied cell is believed when {READS_TO_END} readings, an hour apart, agree"
    else:
        words = "a move is believed when a second reading, an hour later, agrees"
    return _verdict(quote, "held", "unconfirmed", words)


def second_source(
    value: Value, standing: Standing, read_at: datetime, seconds: Sequence[SecondSource]
) -> SecondSource | None:
    """The list that says the same of a move, and is newer than it; None where none does.

    It must show the price on the day it was first read here, or later, and must not have shown it while the old one was
    still read: a list that had it all along was wrong then, and is no witness of a move.
    """
    amount = value[0]
    old_seen_at = standing.previous_seen_at if standing.accepted is None else standing.accepted_seen_at
    if not amount or old_seen_at is None:
        return None
    moved_at = standing.run_reads[0] if standing.run_value == value and standing.run_reads else read_at
    for said in seconds:
        is_newer = said.first_seen_on > old_seen_at.date() and said.last_seen_on >= moved_at.date()
        if is_newer and abs(said.amount - amount) <= SAME * max(said.amount, amount):
            return said
    return None


def second_words(second: SecondSource) -> str:
    """Why a second source lets a move through."""
    return f"a second source says the same: {second.name}, read on {second.last_seen_on}"


def _verdict(quote: Quote, verdict: str, rule: str, reason: str, announced_for: date | None = None) -> Verdict:
    if announced_for is not None:
        reason = f"announced for {announced_for}: {reason}"
    return Verdict(
        series_id=quote.series_id, quote=quote, verdict=verdict, rule=rule, reason=reason, announced_for=announced_for
    )


def _held_or_released(
    quote: Quote, rule: str, reason: str, *, reads: int, is_whole: bool, announced_for: date | None = None
) -> Verdict:
    if reads < READS_TO_RELEASE or not is_whole:
        return _verdict(quote, "held", rule, reason, announced_for)
    words = f"{reads} equal readings since it was held: {reason}"
    return _verdict(quote, "accepted", f"{rule}_released", words, announced_for)


def _sight_words(standing: Standing) -> str:
    if standing.previous is None:
        return "the first sight of this price; there is nothing to compare it with"
    return "this price is on the page again"


def _is_whole(standing: Standing | Announced, reader: Reader) -> bool:
    """Whether the seller sent the whole page for one of the readings after the first: a 304 confirms nothing."""
    return standing.run_has_unconditional or not reader.was_conditional


def _compared(standing: Standing) -> Decimal | None:
    """The amount above 0 that a new one is held against: also the one of an earlier life."""
    if standing.accepted is not None and standing.accepted[0]:
        return standing.accepted[0]
    return standing.previous


def _slip(quote: Quote, old: Decimal | None) -> tuple[str, str] | None:
    """The words for a move by an exact power of ten: only a second source or a person lets it through.

    Amounts are per the meter's own unit, so a price that is honestly printed per another unit does not move at all:
    where both the unit and the amount moved, the amounts on the page stood still, and only its words for the unit did.
    """
    new = quote.amount
    if not old or not new or not is_power_of_ten(new / old):
        return None
    return "power_of_ten", f"{_plain(old)} to {_plain(new)} is exactly {_plain(new / old)} times: a slipped unit?"


def _gate(
    quote: Quote, standing: Standing, reader: Reader, storm: str | None, *, is_run: bool
) -> tuple[str, str] | None:
    """The rule that holds a move back until five readings agree, with the reason in words."""
    was_in_storm = (
        standing.last_verdict == "held" and standing.last_rule == "storm" and standing.last_value == value_of(quote)
    )
    since = standing.run_reads[0] if is_run else reader.read_at
    before = standing.run_after if is_run else reader.last_read_at
    if standing.accepted is None:  # it is back; what stood before it went away may be long ago
        before = standing.previous_seen_at
    if before is None or since - before > FRESH:
        return None
    if standing.accepted is not None and is_run and was_in_storm:
        return "storm", "many prices of this page moved at once when it did: a changed page?"
    if standing.accepted is not None and not is_run and storm is not None:
        return "storm", storm
    if standing.accepted is not None and not is_run and _is_in_storm(standing):
        return "storm", "it moved again while many prices of this page were held: a changed page?"
    return _jump(quote, _compared(standing))


def _is_in_storm(standing: Standing) -> bool:
    """Whether the read before this one showed a value that a storm holds: a broken page may flap as well."""
    return (
        standing.last_verdict == "held"
        and standing.last_rule == "storm"
        and standing.run_value is not None
        and standing.run_value == standing.last_value
    )


def _jump(quote: Quote, old: Decimal | None) -> tuple[str, str] | None:
    """The rule and the words for a move outside the gate, or to free."""
    new = quote.amount
    if old and new and not GATE[0] <= new / old <= GATE[1]:
        words = f"{_plain(old)} to {_plain(new)} is {_times(new / old)} times, outside {GATE[0]} to {GATE[1]}"
        return "ratio", words
    if old and quote.value_state is ValueState.FREE:
        return "fall_to_zero", f"{_plain(old)} to free"
    return None


def _plain(amount: Decimal) -> str:
    """The digits of an amount, never with an exponent."""
    return f"{amount.normalize():f}"


def _times(ratio: Decimal) -> str:
    """A ratio in three digits, never with an exponent."""
    return _plain(Decimal(f"{ratio:.2e}"))


def _storm(in_force: Sequence[Quote], standings: Mapping[str, Standing], reader: Reader, came: int = 0) -> str | None:
    """The words for a page on which too much moves at once, or None.

    What was read before, held or refused, does not move again; neither do the `came` announced prices whose day it
    is, but they are prices of the page. The rule is for pages that were read lately.
    """
    if reader.last_read_at is None or reader.read_at - reader.last_read_at > FRESH:
        return None
    known = [
        (value_of(quote), standing)
        for quote in in_force
        if (standing := standings.get(quote.series_id)) is not None and standing.accepted is not None
    ]
    moved = sum(
        value not in (standing.accepted, standing.run_value)
        and not (standing.last_verdict == "refused" and standing.last_value == value)
        for value, standing in known
    )
    count = len(known) + came
    if moved >= STORM_LEAST and moved >= STORM_SHARE * count:
        return f"{moved} of {count} prices of this page moved at once: a changed page?"
    return None


def _has_come(quote: Quote, standing: Standing, announced: Mapping[AnnouncedKey, Announced], reader: Reader) -> bool:
    """Whether this is a move that was announced for a day since the last sight of the old price, and believed."""
    if standing.accepted is None or standing.accepted_seen_at is None or value_of(quote) == standing.accepted:
        return False
    return any(
        known.is_believed
        and (series_id, value) == (quote.series_id, value_of(quote))
        and standing.accepted_seen_at.date() < day <= reader.read_at.date()
        for (series_id, day, value), known in announced.items()
    )


def _judge_announced(
    quotes: Sequence[Quote],
    standings: Mapping[str, Standing],
    reader: Reader,
    bases: Mapping[str, Decimal],
    announced: Mapping[AnnouncedKey, Announced],
) -> Iterator[Verdict]:
    """Verdicts on prices for later days: held against the price in force, and against the page as it will be then."""
    in_force = {quote.series_id: quote for quote in quotes if quote.is_in_force}
    later = [(quote, day) for quote in quotes if (day := quote.effective_from) and day > reader.read_at.date()]
    for quote, day in later:
        known = announced.get((quote.series_id, day, value_of(quote)), Announced())
        if known.is_believed or known.last_verdict == "refused":
            continue
        standing = standings.get(quote.series_id, Standing())
        old = _compared(standing)
        today = in_force.get(quote.series_id)
        if old is None and today is not None:  # both are new
            old = today.amount
        fault = static_faults(_on(day, [*quotes, quote]), bases).get(quote.series_id)
        found = _judge_one_announced(quote, day, known, reader, _slip(quote, old) or fault, old)
        is_said = found.verdict == known.last_verdict == "held" and found.rule == known.last_rule
        if not is_said:
            yield found


def _judge_one_announced(
    quote: Quote, day: date, known: Announced, reader: Reader, fault: tuple[str, str] | None, old: Decimal | None
) -> Verdict:
    if fault is not None:
        return _verdict(quote, "held", *fault, day)
    reads, is_whole = reads_apart([*known.run_reads, reader.read_at]), _is_whole(known, reader)
    jump = _jump(quote, old)
    if jump is not None:
        return _held_or_released(quote, *jump, reads=reads, is_whole=is_whole, announced_for=day)
    if reads >= READS_TO_CONFIRM and is_whole:
        return _verdict(quote, "accepted", "confirmed", f"{reads} equal readings", day)
    return _verdict(quote, "held", "unconfirmed", "believed when a second reading, an hour later, agrees", day)


def _on(day: date, quotes: Iterable[Quote]) -> list[Quote]:
    """The page's prices as it says they will be on a day."""
    then: dict[str, Quote] = {}
    for quote in sorted(quotes, key=lambda quote: quote.effective_from or date.min):
        if (quote.effective_from or day) <= day <= (quote.effective_to or day):
            then[quote.series_id] = quote
    return list(then.values())


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
