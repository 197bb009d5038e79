"""History is a function of the facts: whatever the order they arrive in, upkeep and rebuild give the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse_facts import Row, built_warehouse, moment, price, read, statement
from warehouse.facts import Facts, record
from warehouse.tables import tables
from warehouse.upkeep import data_version, failing_rows, needs_refresh, promises, rebuild, refresh

VALUES = ("5", "5", "5", "4", "40", "0", None)
BASE_DAY = moment(0).date()
MODELS: tuple[Row, ...] = (
    {"model": "m", "variant": "base"},
    {"model": "m-tuned", "variant": "fine_tuned", "base_model": "m"},
    {"model": None, "size_tier": "Up to 16B", "meter": "training_tokens"},
)
VERDICTS = ("accepted", "accepted", None, None, None, "held", "refused")  # most reads show what stands

row = st.none() | st.tuples(st.sampled_from(VALUES), st.sampled_from(VERDICTS))


@dataclass(frozen=True)
class Look:
    """One look at a page: when, what it showed of each model (None: not the row), and what else."""

    day: float
    page: str
    outcome: str
    cells: tuple[tuple[str | None, str | None] | None, ...]
    announced: tuple[str, int, str | None] | None  # the first model's amount, from that day on, and the verdict on it
    until: int | None  # the last day of the first model's price in force
    said: tuple[int, ...]  # statements, by number
    is_rebased: bool  # the alias table says another base for the tuned model
    parser: str
    was_conditional: bool
    is_end: bool  # the judge says that what is absent is gone
    is_last: bool  # upkeep follows, else the next look is recorded first

    def facts(self) -> Facts:
        shown = [
            (
                price(
                    cell[0], **{**key, **({"base_model": "other"} if self.is_rebased and "base_model" in key else {})}
                ),
                cell[1],
            )
            for key, cell in zip(MODELS, self.cells, strict=True)
            if cell is not None
        ]
        if self.until is not None and self.cells[0] is not None:
            shown[0] = ({**shown[0][0], "effective_to": BASE_DAY + timedelta(days=self.until)}, shown[0][1])
        if self.announced is not None:
            amount, day, verdict = self.announced
            shown.append((price(amount, **MODELS[0], effective_from=BASE_DAY + timedelta(days=day)), verdict))
        prices = [one for one, _ in shown]
        absent = [price("1", **key)["series_id"] for key, cell in zip(MODELS, self.cells, strict=True) if cell is None]
        return read(
            moment(self.day),
            prices,
            said=[STATEMENTS[number] for number in self.said],
            page=self.page,
            outcome=self.outcome,
            parser=self.parser,
            was_conditional=self.was_conditional,
            verdicts=[(one, verdict) for one, verdict in shown if verdict is not None],
            ended=[str(series) for series in absent] if self.is_end and len(absent) < 3 else [],
        )


STATEMENTS = (
    statement("closed_to_new", BASE_DAY + timedelta(days=4), model="m", variant="fine_tuned"),
    statement("by_arrangement", model="m"),
)
looks = st.builds(
    Look,
    # Three looks a day, and some of them again after twenty minutes, which is the same read.
    day=st.builds(lambda third, again: third / 3 + again / 72, st.integers(0, 24), st.sampled_from([0, 0, 1])),
    page=st.sampled_from(["pricing", "pricing", "pricing", "docs"]),
    outcome=st.sampled_from(["good", "good", "good", "good", "unreachable", "suspect"]),
    cells=st.tuples(row, row, row),
    announced=st.none()
    | st.tuples(st.sampled_from(["4", "3"]), st.sampled_from([3, 3, 6]), st.sampled_from(["accepted", "held", None])),
    until=st.sampled_from([None, None, 2]),
    said=st.sampled_from([(), (0,), (1,), (0, 1)]),
    is_rebased=st.booleans(),
    parser=st.sampled_from(["openai/1", "openai/1", "openai/2"]),
    was_conditional=st.booleans(),
    is_end=st.sampled_from([False, False, True]),
    is_last=st.booleans(),
)
histories = st.lists(looks, min_size=2, max_size=8, unique_by=lambda look: (look.day, look.page)).map(
    lambda taken: sorted(taken, key=lambda look: look.day)
)

# One price that stands, and what is announced for it, as it is said, not said, replaced and kept.
announcing = st.lists(
    st.builds(
        replace,
        looks,
        page=st.just("pricing"),
        outcome=st.sampled_from(["good", "good", "good", "unreachable"]),
        cells=st.sampled_from([(("5", "accepted"), None, None)] * 3 + [(("4", "accepted"), None, None)]),
        announced=st.sampled_from(
            [None, None, ("4", 5, "accepted"), ("4", 5, None), ("3", 5, "held"), ("3", 5, "accepted")]
        ),
        is_end=st.just(False),
    ),
    min_size=4,
    max_size=10,
    unique_by=lambda look: look.day,
).map(lambda taken: sorted(taken, key=lambda look: look.day))


def everything(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every derived table."""
    derived = [table.name for table in tables() if table.kind == "table"]
    assert len(derived) >= 6
    return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in derived}


def arrive(con: duckdb.DuckDBPyConnection, history: Sequence[Look]) -> None:
    """Record look after look, with upkeep after every few."""
    for look in history:
        record(con, look.facts())
        if look.is_last:
            refresh(con)
            assert not needs_refresh(con)
    refresh(con)


def check(con: duckdb.DuckDBPyConnection) -> None:
    """What upkeep left is what a rebuild makes, and every promise is kept."""
    kept, version = everything(con), data_version(con)
    rebuild(con)
    anew = everything(con)
    for name, expected in anew.items():
        assert expected == kept[name], name
    assert version == data_version(con)
    assert promises()
    for promise in promises():
        assert [] == failing_rows(con, promise), promise.name


@settings(max_examples=6, deadline=None)
@given(histories)
def test_upkeep_in_order_gives_what_a_rebuild_gives(history: list[Look]):
    with built_warehouse() as con:
        arrive(con, history)
        check(con)


@settings(max_examples=6, deadline=None)
@given(announcing)
def test_announcements_are_kept_up_as_a_rebuild_makes_them(history: list[Look]):
    with built_warehouse() as con:
        arrive(con, history)
        check(con)


# Three bodies, and what each of two parsers makes of each: read at one look, at many, or again and at none.
cell = st.sampled_from([None, "5", "4", "3"])
reread = st.tuples(
    st.fixed_dictionaries({(body, parser): st.tuples(cell, cell, cell) for body in "abc" for parser in (1, 2)}),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([1, 1, 2]), st.integers(0, 9), st.booleans(), st.booleans()),
        min_size=3,
        max_size=8,
        unique_by=lambda step: step[2],
    ),
)
Step = tuple[str, int, int, bool, bool]


@settings(max_examples=12, deadline=None)
@given(reread)
def test_what_another_parser_reads_again_is_kept_up_as_a_rebuild_makes_it(
    drawn: tuple[dict[tuple[str, int], tuple[str | None, ...]], list[Step]],
):
    cells_of, steps = drawn
    with built_warehouse() as con:
        for body, parser, day, is_only_again, is_last in steps:
            cells = list(zip(MODELS, cells_of[body, parser], strict=True))
            absent = [str(price("1", **key)["series_id"]) for key, amount in cells if amount is None]
            facts = read(
                moment(day),
                [price(amount, **key) for key, amount in cells if amount is not None],
                parser=f"openai/{parser}",
                sha256=body,
                ended=absent if is_last else [],
            )
            record(con, replace(facts, page_reads=[], judgements=[]) if is_only_again else facts)
            if is_last:
                refresh(con)
        refresh(con)
        check(con)


@settings(max_examples=6, deadline=None)
@given(histories.flatmap(st.permutations))
def test_late_and_back_dated_facts_give_what_a_rebuild_gives(history: Sequence[Look]):
    with built_warehouse() as con:
        arrive(con, history)
        check(con)


@settings(max_examples=2, deadline=None)
@given(histories)
def test_recording_the_same_facts_twice_changes_nothing(history: list[Look]):
    with built_warehouse() as con:
        arrive(con, history)
        kept, version = everything(con), data_version(con)
        for look in history:
            assert {0} == set(record(con, look.facts()).values())
        assert not needs_refresh(con)
        assert kept == everything(con)
        assert version == data_version(con)


@settings(max_examples=4, deadline=None)
@given(histories)
def test_spans_say_what_was_accepted_and_shown(history: list[Look]):
    """Told again in Python: a read whose row was accepted there and then lies in a span of its value."""
    history = [
        replace(look, announced=None, until=None) for look in history
    ]  # a stated day may end a span before its last sight
    with built_warehouse() as con:
        for look in history:
            record(con, look.facts())
        rebuild(con)
        spans = con.execute(
            """SELECT page, model, size_tier, amount, value_state, first_seen_at, coalesce(valid_to, '9999-12-31')
               FROM core.price_span WHERE valid_from IS NULL"""
        ).fetchall()
        refused = {
            (look.page, number, cell[0])
            for look in history
            for number, cell in enumerate(look.cells)
            if cell is not None and cell[1] == "refused"
        }
        for look in history:
            read_at = moment(look.day).replace(tzinfo=None)
            for number, cell in enumerate(look.cells):
                if look.outcome != "good" or cell is None or cell[1] != "accepted":
                    continue
                if (look.page, number, cell[0]) in refused:
                    continue
                row = price(cell[0], **MODELS[number])
                key = (look.page, row.get("model"), row.get("size_tier"), row["amount"], row["value_state"])
                assert [span for span in spans if span[:5] == key and span[5] <= read_at < span[6]], (
                    f"{look} is in no span of {spans}"
                )
