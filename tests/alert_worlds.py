"""Made-up worlds of prices with known moves and known faults, judged and ruled by the program's own judge and rules.

One world: 12 sellers with a page of 20 prices each, read once a run for 180 runs, about 143 real moves (some of several
rows at once, some outside a quarter to four times), and 24 changes of availability. The faults: 1 % of looks fail; a
unit slips by 1000, 100 or 0.001 for some runs; columns are wrong for one run, on a few rows or all; some prices flap by
half a percent; twice a world all of a seller's columns are wrong for three days.

What is ours: the faults and how often they come. A break of columns that lasts five runs or more would be believed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pipeline.alerts.rules import Match, Move, Rule, When, fire
from pipeline.judge import READS_TO_END, Reader, Standing, Verdict, judge_reading, value_of
from scrapers.contract import Evidence, Meter, Quote, ValueState, Variant
from warehouse.outbox import Memory

SELLERS, ROWS, RUNS = 12, 20, 180
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
RULES = (
    Rule(id="prices", match=Match(metric="price"), when=When(change_pct=Decimal(1)), send=("team",)),
    Rule(id="sale", match=Match(metric="availability"), when=When(), send=("team",)),
)
EVIDENCE = Evidence(
    quoted="q", place="p", url="https://seller.test/", fetched_at=START, sha256="0" * 64, parser_version="s/1"
)


@dataclass(kw_only=True)
class World:
    """What truly happened, and what every look shows: `shown[run][seller]` is None where the look failed."""

    truth: list[dict[int, Decimal]]  # by run: what each price truly is
    moves: list[tuple[int, int]]  # (run, price)
    said: list[set[int]]  # by run: the statements about availability that are true
    shown: list[list[dict[int, Decimal] | None]]


@dataclass(kw_only=True)
class Told:
    """How the alerts did in a world."""

    moves: int
    true: int = 0
    false: int = 0
    missed: int = 0
    availability: int = 0
    availability_missed: int = 0
    delays: list[int] = field(default_factory=list)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001")).normalize()


def make_world(seed: int) -> World:
    """The world of a seed: the same one every time."""
    chance = random.Random(seed)
    count = SELLERS * ROWS
    prices = {number: cents(Decimal(chance.uniform(0.05, 60))) for number in range(count)}
    flapping = set(chance.sample(range(count), count // 20))
    world = World(truth=[], moves=[], said=[], shown=[])
    slips: dict[int, tuple[int, Decimal]] = {}  # price: until which run, by how much
    breaks = {(chance.randrange(20, RUNS - 20), chance.randrange(SELLERS)) for _ in range(2)}
    statements: set[int] = set()
    flips = {(at, number) for number in chance.sample(range(SELLERS * 4), 12) for at in _said_and_gone(chance)}
    for run in range(RUNS):
        if run:
            for number in _that_move(chance):
                prices[number] = _moved(chance, prices[number])
                world.moves.append((run, number))
            statements = statements ^ {number for at, number in flips if at == run}
        world.truth.append(dict(prices))
        world.said.append(statements)
        looks: list[dict[int, Decimal] | None] = []
        for seller in range(SELLERS):
            page = {number: prices[number] for number in range(seller * ROWS, (seller + 1) * ROWS)}
            for number, amount in page.items():
                if number in flapping and chance.random() < 0.5:
                    page[number] = cents(amount * Decimal("1.005"))
            _slip(chance, run, page, slips)
            if any(at <= run < at + 3 and of == seller for at, of in breaks):
                page = _shifted(page, list(page))
            elif run and chance.random() < 0.01:
                page = _shifted(page, chance.sample(list(page), chance.choice((2, 4, ROWS))))
            looks.append(None if run and chance.random() < 0.01 else page)
        world.shown.append(looks)
    return world


def _said_and_gone(chance: random.Random) -> tuple[int, int]:
    said = chance.randrange(5, 80)
    return said, said + chance.randrange(20, 80)


def _that_move(chance: random.Random) -> set[int]:
    """About 143 in 180 runs; a third of them in price days of three to six rows of one seller."""
    found: set[int] = set()
    if chance.random() < 0.43:
        found |= {chance.randrange(SELLERS * ROWS) for _ in range(chance.choice((1, 1, 1, 2)))}
    if chance.random() < 0.055:
        seller = chance.randrange(SELLERS)
        found |= set(chance.sample(range(seller * ROWS, (seller + 1) * ROWS), chance.randint(3, 6)))
    return found


def _moved(chance: random.Random, price: Decimal) -> Decimal:
    while True:
        size = chance.random()
        ratio = (
            chance.uniform(0.1, 0.24)
            if size < 0.05
            else chance.uniform(0.5, 0.97)
            if size < 0.55
            else chance.uniform(1.03, 2.2)
        )
        moved = cents(price * Decimal(ratio))
        if moved > Decimal("0.001") and moved not in (price * 10, price / 10):
            return moved


def _slip(chance: random.Random, run: int, page: dict[int, Decimal], slips: dict[int, tuple[int, Decimal]]) -> None:
    for number in page:
        if run and number not in slips and chance.random() < 0.0005:
            slips[number] = (run + chance.randint(1, 8), chance.choice((Decimal(1000), Decimal(100), Decimal("0.001"))))
        if number in slips:
            until, factor = slips[number]
            if run < until:
                page[number] *= factor
            else:
                del slips[number]


def _shifted(page: Mapping[int, Decimal], rows: list[int]) -> dict[int, Decimal]:
    """The page with the figures of some rows in the rows beside them."""
    return {**page, **{number: page[other] for number, other in zip(rows, rows[1:] + rows[:1], strict=True)}}


class Memoir:
    """What the warehouse would know of one page, kept in memory: the words of `warehouse/queries/series_states.sql`."""

    def __init__(self) -> None:
        self.standings: dict[str, Standing] = {}
        self.last_read_at: datetime | None = None

    def judge(self, quotes: list[Quote], now: datetime) -> list[tuple[Verdict, Standing]]:
        """The verdicts of one good look, each with what stood before it."""
        reader = Reader(read_at=now, was_conditional=False, last_read_at=self.last_read_at)
        found = judge_reading(quotes, self.standings, reader, {})
        before = {verdict.series_id: self.standings.get(verdict.series_id, Standing()) for verdict in found}
        verdicts = {verdict.series_id: verdict for verdict in found}
        for quote in quotes:
            known = self.standings.get(quote.series_id, Standing())
            self.standings[quote.series_id] = self._after(quote, known, verdicts.get(quote.series_id), now)
        self.last_read_at = now
        return [(verdict, before[verdict.series_id]) for verdict in found]

    def _after(self, quote: Quote, known: Standing, verdict: Verdict | None, now: datetime) -> Standing:
        value = value_of(quote)
        if verdict is not None:
            known = replace(known, last_verdict=verdict.verdict, last_rule=verdict.rule, last_value=value)
            if verdict.verdict == "accepted":
                was = known.accepted
                if was is not None and was[0]:
                    known = replace(known, previous=was[0], previous_seen_at=known.accepted_seen_at)
                known = replace(known, accepted=value)
        if value == known.accepted:
            return replace(
                known, accepted_seen_at=now, run_value=None, run_reads=(), run_after=None, run_has_unconditional=False
            )
        if value == known.run_value:
            return replace(known, run_reads=(*known.run_reads, now), run_has_unconditional=True)
        return replace(
            known, run_value=value, run_reads=(now,), run_after=self.last_read_at, run_has_unconditional=False
        )


def moves_of(world: World) -> Iterator[list[tuple[int, Move]]]:
    """The events of each run, as the judge lets them through, each with the number of its price or statement."""
    quotes: dict[tuple[int, Decimal], Quote] = {}
    pages = [Memoir() for _ in range(SELLERS)]
    known: set[int] = set()
    absent: dict[int, int] = defaultdict(int)
    numbers: dict[str, int] = {}
    for run in range(RUNS):
        now = START + timedelta(days=run)
        found: list[tuple[int, Move]] = []
        for seller, shown in enumerate(world.shown[run]):
            if shown is None:
                continue
            listed = []
            for number, amount in shown.items():
                quote = quotes.get((number, amount))
                if quote is None:
                    quote = quotes[number, amount] = _quote(seller, number, amount)
                    numbers[quote.series_id] = number
                listed.append(quote)
            for verdict, before in pages[seller].judge(listed, now):
                if verdict.verdict == "accepted" and before.accepted is not None and verdict.quote is not None:
                    old, new = before.accepted[0], verdict.quote.amount
                    found.append((numbers[verdict.series_id], _move(seller, verdict.series_id, run, old, new)))
            for number in range(seller * 4, (seller + 1) * 4):
                is_said = number in world.said[run]
                absent[number] = 0 if is_said else absent[number] + 1
                is_gone = number in known and absent[number] >= READS_TO_END
                if is_said != (number in known) and (is_said or is_gone):
                    known ^= {number}
                    found.append((number, _statement(seller, number, run, is_said=is_said)))
        yield found


def _quote(seller: int, number: int, amount: Decimal) -> Quote:
    return Quote(
        provider=f"seller-{seller}", meter=Meter.TRAINING_TOKENS, value_state=ValueState.PRICED, amount=amount,
        raw_text=f"${amount}", raw_unit="1M tokens", evidence=EVIDENCE, model=f"m{number}", variant=Variant.FINE_TUNED,
    )  # fmt: skip


def _move(seller: int, series_id: str, run: int, old: Decimal | None, new: Decimal | None) -> Move:
    return Move(
        event_id=f"{series_id}-{run}", root=f"{series_id}-{run}", ledger="price", metric="price", kind="vendor_change",
        series_id=series_id, provider=f"seller-{seller}", page="pricing", observed_at=START + timedelta(days=run),
        tick_id=str(run), old=old, new=new,
    )  # fmt: skip


def _statement(seller: int, number: int, run: int, *, is_said: bool) -> Move:
    kind = "appeared" if is_said else "disappeared"
    return Move(
        event_id=f"statement-{number}-{run}", root=f"statement-{number}-{run}", ledger="price", metric="availability",
        kind=kind, series_id=f"statement-{number}", provider=f"seller-{seller}", page="pricing",
        observed_at=START + timedelta(days=run), tick_id=str(run),
    )  # fmt: skip


def tell(world: World) -> Told:
    """Hold what was told against what happened: true is the true new price, until the price moves again."""
    told = Told(moves=len(world.moves))
    memories: dict[tuple[str, str], Memory] = {}
    open_moves: dict[int, int] = {}  # price: the run of its newest move that was not told
    waiting = sorted(world.moves)
    due: dict[int, int] = {}  # statement: since which run its newest change is not told
    for run, found in enumerate(moves_of(world)):
        while waiting and waiting[0][0] == run:
            _, number = waiting.pop(0)
            told.missed += number in open_moves
            open_moves[number] = run
        for number in world.said[run] ^ (world.said[run - 1] if run else set()):
            told.availability += 1
            told.availability_missed += number in due
            due[number] = run
        fired, changed = fire(RULES, [move for _, move in found], memories)
        memories.update(changed)
        names = {move.event_id: number for number, move in found}
        for rule, move in fired:
            number = names[move.event_id]
            if rule.id == "sale":
                due.pop(number, None)
                continue
            assert move.new is not None
            is_true = abs(move.new / world.truth[run][number] - 1) < Decimal("0.006")
            if is_true and number in open_moves:
                told.true += 1
                told.delays.append(run - open_moves.pop(number))
            else:
                told.false += 1
    told.missed += len(open_moves)
    told.availability_missed += len(due)
    return told
