"""Which move a rule fires on. Pure: no clock, no database, no file; the preview and the outbox run the same lines.

A move is held against the last value that the rule told of the series, not against the last one seen: a slow drift
fires in the end, and a price that flaps back does not. A level fires when it is crossed, once, and again only after
the value was back by `rearm`. A correction is never a move: it is told as what it is, to whoever was told wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from warehouse.ledger import CORRECTIONS
from warehouse.outbox import Memory

EPSILON = Decimal("1e-9")
HOSTING = (
    "hosting_hours",
    "storage_month",
    "custom_unit_minutes",
    "provisioned_unit_hours",
    "cache_storage_token_hours",
)
NOTICES = {"failing": "scrape-failure", "changed_shape": "scrape-failure", "stale": "staleness", "held": "held",
    "dead_channel": "delivery"}  # fmt: skip
"""The metric by which rules name each kind of notice."""
OPERATORS = "operators"
"""The rule that a file has without writing it: every notice, to the targets under `operators`."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """Which events a rule looks at; None means any. Names of models are globs."""

    metric: str | None = None  # None: every metric of prices and availability
    provider: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    meter: tuple[str, ...] = ()
    variant: str | None = None
    tier: tuple[str, ...] = ()
    scenario: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class When:
    """How far the value has to move; nothing given: any move. `direction` is up, down or both."""

    change_pct: Decimal | None = None
    change_abs: Decimal | None = None
    crosses_above: Decimal | None = None
    crosses_below: Decimal | None = None
    rearm: Decimal | None = None
    direction: str = "both"

    @property
    def is_any(self) -> bool:
        """Whether every move will do."""
        return self.change_pct is None and self.change_abs is None and self.level is None

    @property
    def level(self) -> Decimal | None:
        """The level whose crossing fires, where there is one."""
        return self.crosses_above if self.crosses_above is not None else self.crosses_below

    def is_beyond(self, value: Decimal) -> bool:
        """Whether a value is on the far side of the level."""
        if self.crosses_above is not None:
            return value > self.crosses_above
        return self.crosses_below is not None and value < self.crosses_below

    def is_back(self, value: Decimal) -> bool:
        """Whether a value is far enough on the near side for the level to fire again; by half the level by default."""
        if self.crosses_above is not None:
            return value <= (self.crosses_above / 2 if self.rearm is None else self.rearm)
        if self.crosses_below is not None:
            return value >= (self.crosses_below * Decimal("1.5") if self.rearm is None else self.rearm)
        return True


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of alerts.yaml."""

    id: str
    match: Match
    when: When
    send: tuple[str, ...]
    instant: bool = False
    digest: str = "run"  # run or daily
    snooze_until: date | None = None
    mute: bool = False


@dataclass(frozen=True, kw_only=True)
class Move:
    """One event as rules see it; `root` is the published event behind it. Amounts are per the meter's unit, a markup is
    a ratio, breaking even is in months, Infinity where it never does."""

    event_id: str
    root: str
    ledger: str  # price, derived or notice
    metric: str
    kind: str
    series_id: str
    provider: str
    page: str
    observed_at: datetime
    tick_id: str
    model: str | None = None
    base_model: str | None = None
    size_tier: str | None = None
    meter: str | None = None
    variant: str | None = None
    tier: str | None = None
    scenario: str | None = None
    old: Decimal | None = None
    new: Decimal | None = None

    @property
    def is_correction(self) -> bool:
        """Whether it says that we were wrong."""
        return self.kind in CORRECTIONS

    @property
    def look(self) -> tuple[str, str, datetime, bool]:
        """What one look at one page brought is told together; corrections apart."""
        return (self.provider, self.page, self.observed_at, self.is_correction)


def move_of(row: Mapping[str, Any]) -> Move:
    """A row of `warehouse.outbox.unmatched` as a move."""
    return Move(
        event_id=row["event_id"],
        root=row["caused_by"],
        ledger=row["ledger"],
        metric=NOTICES.get(row["metric"], row["metric"].replace("_", "-")),
        kind=row["kind"],
        series_id=row["series_id"],
        provider=row["provider"],
        page=row["page"] or "",
        observed_at=row["observed_at"],
        tick_id=row["tick_id"],
        model=row["model"],
        base_model=row["base_model"],
        size_tier=row["size_tier"],
        meter=row["meter"],
        variant=row["variant"],
        tier=row["tier"],
        scenario=row["scenario"],
        old=_number(row["old_value"]),
        new=_number(row["new_value"]),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def matches(match: Match, move: Move) -> bool:
    """Whether a rule looks at this event at all."""
    if match.metric is None:
        if move.ledger == "notice":
            return False
    elif match.metric == "hosting":
        if move.metric != "price" or move.meter not in HOSTING:
            return False
    elif match.metric != move.metric:
        return False
    return (
        _is_one(match.provider, move.provider)
        and _is_one(match.model, move.model, move.base_model, move.size_tier)
        and _is_one(match.meter, move.meter)
        and _is_one(match.tier, move.tier)
        and _is_one(match.scenario, move.scenario)
        and match.variant in (None, move.variant)
    )


def _is_one(patterns: Sequence[str], *names: str | None) -> bool:
    return not patterns or any(
        name is not None and fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns for name in names
    )


def step(when: When, memory: Memory | None, move: Move) -> tuple[Memory | None, bool]:
    """What a rule remembers after a move that it looks at, and whether it fires."""
    if move.ledger == "notice" or move.metric == "availability":
        return memory, True  # a statement has no size
    if move.is_correction:
        return _corrected(when, memory, move)
    if move.kind == "scheduled":
        fires = when.is_any or (move.new is not None and _is_far(when, move.old, move.new)) or _crosses(when, move)
        return (_told(memory, None, armed=True), True) if fires else (memory, False)
    if move.kind == "withdrawn":
        return memory, when.is_any or (memory is not None and memory.was_told)
    if when.level is not None:
        return _levelled(when, memory, move)
    base = _baseline(memory)
    base = move.old if base is None else base
    if move.new is None or base is None:  # it came, it went, or a cell was emptied
        known = Memory(
            baseline=_digits(move.new), is_armed=True, was_told=when.is_any or bool(memory and memory.was_told)
        )
        return known, when.is_any and when.direction == "both"
    if not _is_far(when, base, move.new):
        # A rule for one direction follows the value the other way: what fell in silence may rise aloud.
        is_other_way = when.direction == ("down" if move.new > base else "up")
        return _kept(memory, move.new if is_other_way else base), False
    return _told(memory, move.new, armed=True), True


def _corrected(when: When, memory: Memory | None, move: Move) -> tuple[Memory, bool]:
    was_told = memory is not None and memory.was_told
    is_armed = when.level is None or move.new is None or not when.is_beyond(move.new)
    return Memory(baseline=_digits(move.new), is_armed=is_armed, was_told=was_told), was_told or when.is_any


def _levelled(when: When, memory: Memory | None, move: Move) -> tuple[Memory, bool]:
    """A level fires on being crossed; what was beyond it when the rule first saw it never crossed it."""
    was_told = memory is not None and memory.was_told
    armed = memory.is_armed if memory is not None else move.old is None or not when.is_beyond(move.old)
    if move.new is None:
        return Memory(baseline=None, is_armed=True, was_told=was_told), False
    if armed and when.is_beyond(move.new):
        return Memory(baseline=_digits(move.new), is_armed=False, was_told=True), True
    return Memory(baseline=_digits(move.new), is_armed=armed or when.is_back(move.new), was_told=was_told), False


def _crosses(when: When, move: Move) -> bool:
    if when.level is None or move.new is None:
        return False
    return when.is_beyond(move.new) and (move.old is None or not when.is_beyond(move.old))


def _is_far(when: When, old: Decimal | None, new: Decimal) -> bool:
    """Whether the way from one value to another is far enough, and in the right direction."""
    if old is None or when.level is not None or _is_same(old, new):
        return False
    if when.direction != "both" and (new > old) != (when.direction == "up"):
        return False
    if old.is_infinite() or new.is_infinite():
        return True
    if when.change_abs is not None and abs(new - old) < when.change_abs:
        return False
    if when.change_pct is None:
        return True
    return old == 0 or abs(new / old - 1) * 100 >= when.change_pct


def _is_same(one: Decimal, other: Decimal) -> bool:
    if one.is_infinite() or other.is_infinite():
        return one == other
    return abs(one - other) <= EPSILON * max(abs(one), abs(other))


def _baseline(memory: Memory | None) -> Decimal | None:
    return None if memory is None or memory.baseline is None else Decimal(memory.baseline)


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _told(memory: Memory | None, value: Decimal | None, *, armed: bool) -> Memory:
    baseline = _digits(value) if value is not None else (memory.baseline if memory else None)
    return Memory(baseline=baseline, is_armed=armed, was_told=True)


def _kept(memory: Memory | None, base: Decimal) -> Memory:
    return Memory(baseline=_digits(base), is_armed=True, was_told=bool(memory and memory.was_told))


def memory_key(rule: Rule, move: Move) -> tuple[str, str]:
    """Announced prices are remembered apart: that one was told must not silence the day on which it comes."""
    is_announced = move.kind in ("scheduled", "withdrawn")
    return rule.id, f"{move.series_id}/announced" if is_announced else move.series_id


def fire(
    rules: Iterable[Rule], moves: Iterable[Move], memories: Mapping[tuple[str, str], Memory]
) -> tuple[list[tuple[Rule, Move]], dict[tuple[str, str], Memory]]:
    """Every (rule, move) that fires, in the order of the moves, and what the rules remember afterwards where it changed."""
    changed: dict[tuple[str, str], Memory] = {}
    fired = []
    known = list(rules)
    for move in moves:
        for rule in known:
            if not matches(rule.match, move):
                continue
            key = memory_key(rule, move)
            memory = changed.get(key, memories.get(key))
            after, fires = step(rule.when, memory, move)
            if after is not None and after != memory:
                changed[key] = after
            if fires:
                fired.append((rule, move))
    return fired, changed
