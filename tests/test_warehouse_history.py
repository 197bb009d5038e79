"""From reads and verdicts to spans: what held when, and since when we know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tests.warehouse_facts import Row, built_warehouse, kept, moment, price, read, rows, statement
from warehouse.facts import Facts, record
from warehouse.upkeep import data_version, needs_refresh, rebuild, refresh


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def take_in(con: duckdb.DuckDBPyConnection, *facts: Facts) -> None:
    for one in facts:
        record(con, one)
    refresh(con)


def spans(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Amount, first sight, end, why, last sight, last look before: of every span, oldest first."""
    found = rows(con, "FROM core.price_span ORDER BY series_id, first_seen_at")
    return [
        (row["amount"], row["first_seen_at"], row["valid_to"], row["end_reason"], row["last_seen_at"], row["known_not_before"])
        for row in found
    ]  # fmt: skip


FIVE, FOUR = Decimal(5), Decimal(4)


def test_equal_reads_are_one_span(con: duckdb.DuckDBPyConnection):
    take_in(con, *(read(moment(day), [price("5")], verdicts="accepted" if day == 0 else None) for day in range(4)))
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]
    assert con.execute("SELECT last_verified_at FROM core.price_history").fetchall() == [(kept(3),)]


def test_a_move_is_dated_by_the_looks_around_it(con: duckdb.DuckDBPyConnection):
    take_in(
        con,
        read(moment(0), [price("5")]),
        read(moment(1), [price("5")], verdicts=None),
        read(moment(4), [], outcome="unreachable"),
        read(moment(6), [price("4")], verdicts="held"),
        read(moment(6.1), [price("4")]),
    )
    # The first sight counts, not the read that confirmed it; a look that failed is no look.
    assert spans(con) == [
        (FIVE, kept(0), kept(6), "moved", kept(1), None),
        (FOUR, kept(6), None, None, None, kept(1)),
    ]


def test_what_is_held_is_not_history_and_what_is_skipped_does_not_break_a_span(con: duckdb.DuckDBPyConnection):
    take_in(
        con,
        read(moment(0), [price("5")]),
        read(moment(1), [price("5000")], verdicts="held"),
        read(moment(2), [price("5")]),
        read(moment(3), [], verdicts=None),
        read(moment(4), [price("5")], verdicts=None),
    )
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]


def test_a_person_may_accept_what_was_held_and_refuse_what_was_accepted(con: duckdb.DuckDBPyConnection):
    dear = price("50")
    take_in(con, read(moment(0), [price("5")]), read(moment(1), [dear], verdicts="held"))
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]
    take_in(con, read(moment(1), [dear], verdicts=[(dear, "accepted", "person", "Ada")]))
    assert [row[:2] for row in spans(con)] == [(FIVE, kept(0)), (Decimal(50), kept(1))]
    assert con.execute("SELECT judged_by FROM core.price_span ORDER BY first_seen_at").fetchall() == [
        ("judge",),
        ("Ada",),
    ]
    take_in(con, read(moment(1), [dear], verdicts=[(dear, "refused", "person", "Ada")]))
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]


def test_gone_ends_where_it_was_first_missed_and_coming_back_is_a_new_life(con: duckdb.DuckDBPyConnection):
    other, series = price("9", model="n"), str(price("5")["series_id"])
    take_in(
        con,
        read(moment(0), [price("5"), other]),
        read(moment(1), [other], verdicts=None),
        read(moment(2), [other], verdicts=None),
        read(moment(3), [other], verdicts=None, ended=[series]),
    )
    of_series = [row for row in spans(con) if row[0] == FIVE]
    assert of_series == [(FIVE, kept(0), kept(1), "gone", kept(0), None)]
    take_in(con, read(moment(9), [price("5"), other]))
    assert [row for row in spans(con) if row[0] == FIVE] == [
        (FIVE, kept(0), kept(1), "gone", kept(0), None),
        (FIVE, kept(9), None, None, None, kept(3)),
    ]


def test_the_four_nothings_stay_apart(con: duckdb.DuckDBPyConnection):
    offered = {**price(None), "value_state": "not_offered"}
    take_in(con, *(read(moment(day), [one]) for day, one in enumerate([price(None), offered, price("0"), price("5")])))
    assert con.execute("SELECT value_state, amount FROM core.price_span ORDER BY first_seen_at").fetchall() == [
        ("not_printed", None),
        ("not_offered", None),
        ("free", Decimal(0)),
        ("priced", FIVE),
    ]


def test_a_date_the_seller_states_is_when_it_held(con: duckdb.DuckDBPyConnection):
    take_in(
        con,
        read(moment(0), [price("5")]),
        read(moment(9), [price("4", effective_from=date(2026, 1, 4))]),
    )
    day = kept(2.75)  # midnight of 4 January
    assert con.execute(
        "SELECT amount, valid_from, valid_to FROM core.price_span ORDER BY first_seen_at"
    ).fetchall() == [
        (FIVE, None, day),
        (FOUR, day, None),
    ]


def test_a_stated_date_that_our_own_reads_contradict_is_not_believed(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(5), [price("5")]), read(moment(9), [price("4", effective_from=date(2026, 1, 2))]))
    assert con.execute("SELECT valid_from, valid_to FROM core.price_span ORDER BY first_seen_at").fetchall() == [
        (None, kept(9)),
        (None, None),
    ]


def announcing(day: float, *, verdicts: str | None = None) -> Facts:
    """Today's price, and a cut announced for 6 January."""
    return read(moment(day), [price("5"), price("4", effective_from=date(2026, 1, 6))], verdicts=verdicts)


def test_an_announced_price_takes_over_on_its_day_though_the_page_stays_as_it_is(con: duckdb.DuckDBPyConnection):
    take_in(con, announcing(0, verdicts="accepted"), announcing(3))
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]
    announced = "SELECT state, first_seen_at, last_seen_at, withdrawn_at FROM core.scheduled_price"
    assert con.execute(announced).fetchall() == [("scheduled", kept(0), None, None)]
    come = announcing(6)
    accepted = [{**one, "verdict": "accepted"} for one in announcing(6, verdicts="accepted").judgements[1:]]
    take_in(con, Facts(page_reads=come.page_reads, judgements=accepted))
    assert con.execute(
        "SELECT amount, valid_from, valid_to FROM core.price_span ORDER BY first_seen_at"
    ).fetchall() == [
        (FIVE, None, kept(4.75)),
        (FOUR, kept(4.75), None),
    ]
    assert con.execute(announced).fetchall() == [("in_force", kept(0), kept(3), None)]


def test_a_day_that_another_page_brought_is_seen_at_the_next_read_of_this_one(con: duckdb.DuckDBPyConnection):
    take_in(con, announcing(0, verdicts="accepted"))
    take_in(con, read(moment(6), [], page="docs"))
    stands = "SELECT state, last_seen_at FROM core.scheduled_price"
    assert con.execute(stands).fetchall() == [("in_force", None)]
    take_in(con, announcing(7))
    assert con.execute(stands).fetchall() == [("in_force", kept(0))]


def test_the_announced_date_holds_when_the_page_drops_it_on_the_day(con: duckdb.DuckDBPyConnection):
    take_in(con, announcing(0, verdicts="accepted"), read(moment(7), [price("4")]))
    assert con.execute("SELECT valid_from FROM core.price_span ORDER BY first_seen_at").fetchall() == [
        (None,),
        (kept(4.75),),
    ]
    assert con.execute("SELECT state FROM core.scheduled_price").fetchall() == [("in_force",)]


SAYS = "SELECT amount, state, withdrawn_at FROM core.scheduled_price ORDER BY first_seen_at"


def without(day: float, **of_read: object) -> Facts:
    """A read that shows today's price and announces nothing."""
    return read(moment(day), [price("5")], verdicts=None, **of_read)  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize("day", [2, 7])
def test_an_announcement_that_three_reads_do_not_show_or_keep_is_withdrawn(con: duckdb.DuckDBPyConnection, day: int):
    take_in(con, announcing(0, verdicts="accepted"))
    state = "scheduled" if day == 2 else "in_force"
    for later in (day, day + 0.02, day + 1):  # half an hour later is the same read
        take_in(con, without(later))
        assert con.execute(SAYS).fetchall() == [(FOUR, state, None)]
    take_in(con, without(day + 2))
    assert con.execute(SAYS).fetchall() == [(FOUR, "withdrawn", kept(day))]
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]


def test_one_read_without_an_announcement_says_nothing(con: duckdb.DuckDBPyConnection):
    take_in(con, announcing(0, verdicts="accepted"), without(1), announcing(2), without(3), without(3.5), announcing(4))
    assert con.execute(SAYS).fetchall() == [(FOUR, "scheduled", None)]


def test_the_old_price_on_the_stated_day_itself_says_nothing(con: duckdb.DuckDBPyConnection):
    take_in(con, announcing(0, verdicts="accepted"), *(without(5 + hour / 24) for hour in range(6)))
    assert con.execute(SAYS).fetchall() == [(FOUR, "in_force", None)]
    take_in(con, read(moment(6), [price("4")]))
    assert con.execute("SELECT state, kept_at FROM core.scheduled_price").fetchall() == [("in_force", kept(6))]
    take_in(con, *(without(day) for day in (7, 8, 9, 10)))
    assert con.execute(SAYS).fetchall() == [(FOUR, "in_force", None)], "it was kept; what comes later is another move"


def test_an_announced_price_that_comes_early_is_kept(con: duckdb.DuckDBPyConnection):
    take_in(con, announcing(0, verdicts="accepted"), read(moment(1), [price("4")], verdicts="held"))
    assert con.execute(SAYS).fetchall() == [(FOUR, "scheduled", None)]
    take_in(con, *(read(moment(day), [price("4")], verdicts="held") for day in (2, 3)))
    assert con.execute(SAYS).fetchall() == [(FOUR, "scheduled", None)], "what is held takes nothing back"
    take_in(con, read(moment(3.5), [price("4")]))
    assert con.execute(SAYS).fetchall() == [(FOUR, "in_force", None)]
    assert con.execute("SELECT kept_at FROM core.scheduled_price").fetchall() == [(kept(1),)]
    kinds = con.execute("SELECT kind FROM core.price_change ORDER BY observed_at, kind").fetchall()
    assert kinds == [("appeared",), ("scheduled",), ("vendor_change",)]


def test_a_return_to_the_price_in_force_is_not_kept_by_a_read_that_lacks_it(con: duckdb.DuckDBPyConnection):
    back = price("5", effective_from=date(2026, 1, 9))
    both = [price("5"), price("4", effective_from=date(2026, 1, 6)), back]
    take_in(con, read(moment(0), both), without(1), read(moment(2), both, verdicts=None))
    says = "SELECT amount, state, kept_at FROM core.scheduled_price ORDER BY amount"
    assert con.execute(says).fetchall() == [(FOUR, "scheduled", None), (FIVE, "scheduled", None)]


def test_a_step_that_passed_unseen_before_the_next_one_was_not_taken_back(con: duckdb.DuckDBPyConnection):
    steps = [price("4", effective_from=date(2026, 1, 4)), price("3", effective_from=date(2026, 1, 6))]
    take_in(con, read(moment(0), [price("5"), *steps]), *(read(moment(day), [price("3")]) for day in (6, 7, 8, 9)))
    says = "SELECT amount, state, kept_at FROM core.scheduled_price ORDER BY amount"
    assert con.execute(says).fetchall() == [(Decimal(3), "in_force", kept(6)), (FOUR, "in_force", kept(6))]
    assert con.execute("SELECT count(*) FROM core.price_change WHERE kind = 'withdrawn'").fetchone() == (0,)


UNTIL = price("5", effective_to=date(2026, 1, 5))


@pytest.mark.parametrize(("was_conditional", "state"), [(False, "withdrawn"), (True, "scheduled")])
def test_a_price_that_loses_its_printed_end_takes_the_announcement_back_at_the_second_read(
    con: duckdb.DuckDBPyConnection, was_conditional: bool, state: str
):
    take_in(con, read(moment(0), [UNTIL, price("4", effective_from=date(2026, 1, 6))]), without(1))
    says = "SELECT state, is_contradicted FROM core.scheduled_price"
    assert con.execute(says).fetchall() == [("scheduled", True)]
    take_in(con, without(1.04, was_conditional=was_conditional))
    assert con.execute(says).fetchall() == [(state, was_conditional)]


def test_an_announcement_is_replaced_by_another_that_is_believed(con: duckdb.DuckDBPyConnection):
    three = price("3", effective_from=date(2026, 1, 6))
    take_in(con, announcing(0, verdicts="accepted"), read(moment(1), [price("5"), three], verdicts=[(three, "held")]))
    take_in(con, *(read(moment(day), [price("5"), three], verdicts=None) for day in (1.5, 2, 2.5, 3)))
    assert con.execute(SAYS).fetchall() == [(FOUR, "scheduled", None)], "what is held takes nobody's place"
    take_in(con, read(moment(3.5), [price("5"), three], verdicts=[(three, "accepted", "person", "Ada")]))
    assert con.execute(SAYS).fetchall() == [(FOUR, "withdrawn", kept(1)), (Decimal(3), "scheduled", None)]


@pytest.mark.parametrize("verdict", [None, "held", "refused"])
def test_an_announcement_is_not_repeated_before_it_is_believed(con: duckdb.DuckDBPyConnection, verdict: str | None):
    coming = price("4000", effective_from=date(2026, 1, 6))
    verdicts = [(price("5"), "accepted"), *([(coming, verdict)] if verdict else [])]
    take_in(con, read(moment(0), [price("5"), coming], verdicts=verdicts))
    assert con.execute("FROM core.scheduled_price").fetchall() == []
    take_in(con, read(moment(1), [price("5"), coming], verdicts=[(coming, "accepted", "person", "Ada")]))
    assert con.execute(SAYS).fetchall() == [(Decimal(4000), "scheduled", None)]
    assert con.execute("SELECT first_seen_at FROM core.scheduled_price").fetchall() == [(kept(0),)]
    assert spans(con) == [(FIVE, kept(0), None, None, None, None)]


def test_a_word_on_an_announcement_is_none_on_the_price_in_force(con: duckdb.DuckDBPyConnection):
    """The price that holds was never believed; the same amount announced for later was."""
    later = price("5", effective_from=date(2026, 1, 6))
    take_in(con, read(moment(0), [price("5"), later], verdicts=[(price("5"), "held"), (later, "accepted")]))
    assert spans(con) == []


def test_late_facts_are_taken_in_where_they_belong(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [price("5")]), read(moment(9), [price("4")]))
    assert spans(con)[0][2] == kept(9)
    take_in(con, read(moment(6), [price("4")], verdicts=None))
    take_in(con, read(moment(3), [price("5")], verdicts=None))
    assert spans(con) == [
        (FIVE, kept(0), kept(6), "moved", kept(3), None),
        (FOUR, kept(6), None, None, None, kept(3)),
    ]


def test_a_reading_that_is_filled_in_after_its_read_counts_from_that_read(con: duckdb.DuckDBPyConnection):
    said = [statement("on_sale")]
    take_in(con, Facts(page_reads=read(moment(0), [], said=said).page_reads))
    take_in(con, read(moment(1), [], said=said))
    assert con.execute("SELECT first_seen_at FROM core.availability_history").fetchall() == [(kept(0),)]


def test_a_statement_is_gone_after_three_reads_without_it(con: duckdb.DuckDBPyConnection):
    said = [statement("closed_to_new", date(2026, 1, 6), model="m")]
    stands = "SELECT first_seen_at, last_seen_at, gone_at, in_effect FROM core.availability_history"
    take_in(con, read(moment(0), [], said=said), read(moment(1), [], said=said))
    assert con.execute(stands).fetchall() == [(kept(0), None, None, False)]
    take_in(con, read(moment(5), []), read(moment(6), []))
    assert con.execute(stands).fetchall() == [(kept(0), None, None, True)]
    take_in(con, read(moment(7), []))
    assert con.execute(stands).fetchall() == [(kept(0), kept(1), kept(5), True)]


def test_a_statement_that_three_runs_in_a_minute_do_not_show_is_not_gone(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [], said=[statement("on_sale")]))
    take_in(con, *(read(moment(1 + second / 86400), []) for second in range(5)))
    assert con.execute("SELECT gone_at FROM core.availability_history").fetchall() == [(None,)]
    take_in(con, read(moment(2), []), read(moment(3), []))
    assert con.execute("SELECT gone_at FROM core.availability_history").fetchall() == [(kept(1),)]


def test_a_page_that_cannot_be_read_ends_nothing(con: duckdb.DuckDBPyConnection):
    failed = ["unreachable", "blocked", "layout_changed", "gone", "parse_error"]
    take_in(con, read(moment(0), [price("5")], said=[statement("on_sale")]))
    version = data_version(con)
    take_in(con, *(read(moment(day), [], outcome=outcome) for day, outcome in enumerate(failed, 1)))
    assert version == data_version(con)
    health = rows(con, "FROM pub.provider_health")
    assert [(row["outcome"], row["last_good_at"], row["consecutive_failures"], row["rows_now"]) for row in health] == [
        ("parse_error", kept(0), 5, 1)
    ]
    assert str(health[0]["strip"]).endswith("-gfffff")
    assert len(str(health[0]["strip"])) == 90


def test_prices_age_when_only_other_pages_are_read(con: duckdb.DuckDBPyConnection):
    def freshness() -> list[tuple[object, ...]]:
        return con.execute("SELECT freshness, age_days FROM pub.current_price WHERE model = 'm'").fetchall()

    take_in(con, read(moment(0), [price("5")]))
    expected = {2: "fresh", 3: "ageing", 7: "ageing", 8: "stale", 30: "stale", 31: "last_known"}
    for day, word in expected.items():
        take_in(con, read(moment(day), [], page="docs"))
        assert freshness() == [(word, day)]


def test_two_pages_that_print_one_price_are_one_current_price(con: duckdb.DuckDBPyConnection):
    take_in(
        con,
        read(moment(0), [price("5")]),
        read(moment(1), [price("6")], page="docs"),
        read(moment(2), [price("7", derived=True)], page="rules"),
    )
    assert con.execute("SELECT amount, source, trust FROM pub.current_price").fetchall() == [
        (6.0, "openai/docs", "vendor")
    ]
    assert con.execute("SELECT count(*) FROM pub.price_history").fetchone() == (3,)


def test_a_page_that_is_not_read_any_more_gives_way_to_one_that_is(con: duckdb.DuckDBPyConnection):
    """Whichever printed its price first; two pages that are both read keep their order, whenever each is."""

    def shown() -> list[tuple[object, ...]]:
        return con.execute("SELECT amount, source FROM pub.current_price").fetchall()

    def guide(day: float) -> Facts:
        return read(moment(day), [price("6")], page="guide", verdicts="accepted" if day == 1 else None)

    take_in(con, read(moment(0), [price("5")]), guide(1), read(moment(7.5), [price("5")], verdicts=None))
    assert shown() == [(6.0, "openai/guide")]
    take_in(con, *(read(moment(day), [price("5")], verdicts=None) for day in (8, 9, 10)))
    assert shown() == [(5.0, "openai/pricing")]
    take_in(con, guide(11))
    assert shown() == [(6.0, "openai/guide")]


def test_the_sellers_own_word_goes_before_a_rule_and_a_rule_before_somebody_elses_list(con: duckdb.DuckDBPyConnection):
    """Even where the list is newer; without a better word the list is shown, and named as what it is."""

    def listed(day: int, amount: str) -> Facts:
        return read(moment(day), [price(amount)], page="catalogue", trust="third_party")

    def shown() -> list[tuple[object, ...]]:
        return con.execute("SELECT amount, source, trust FROM pub.current_price").fetchall()

    take_in(con, listed(0, "7"))
    assert shown() == [(7.0, "openai/catalogue", "third_party")]
    take_in(con, read(moment(1), [price("6", derived=True)], page="rules"))
    take_in(con, listed(2, "8"))
    assert shown() == [(6.0, "openai/rules", "derived")]
    take_in(con, read(moment(3), [price("5")]))
    take_in(con, listed(4, "9"))
    assert shown() == [(5.0, "openai/pricing", "vendor")]


def test_a_crash_between_facts_and_tables_is_found_and_mended(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [price("5")]))
    assert not needs_refresh(con)
    record(con, read(moment(1), [price("4")]))
    assert needs_refresh(con)  # as the next process finds it
    assert len(refresh(con).series) == 1
    assert not needs_refresh(con)
    assert len(spans(con)) == 2


def test_a_refresh_that_dies_leaves_the_tables_and_the_work(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
):
    take_in(con, read(moment(0), [price("5")]))
    before = spans(con)
    record(con, read(moment(1), [price("4")]))

    def dies(_con: duckdb.DuckDBPyConnection) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.upkeep._settle", dies)
        with pytest.raises(KeyboardInterrupt):
            refresh(con)
    assert before == spans(con)
    assert needs_refresh(con)
    refresh(con)
    assert len(spans(con)) == 2


def test_changed_sql_derives_everything_again(con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch):
    take_in(con, read(moment(0), [price("5")]))
    version = data_version(con)
    monkeypatch.setattr("warehouse.upkeep.sql_version", lambda: "another")
    assert needs_refresh(con)
    assert len(refresh(con).series) == 1, "no fact is new, and all is derived"
    assert not needs_refresh(con)
    assert version != data_version(con)


def test_a_look_that_moves_nothing_needs_no_refresh_and_changes_no_version(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [price("5")]))
    version = data_version(con)
    record(con, read(moment(1), [price("5")], verdicts=None))
    assert not needs_refresh(con)
    assert refresh(con).series == ()
    assert version == data_version(con)
    assert con.execute("SELECT last_verified_at FROM pub.current_price").fetchall() == [(kept(1),)]


def test_a_rebuild_of_an_empty_warehouse_has_every_column_in_its_type(con: duckdb.DuckDBPyConnection):
    def types() -> list[Row]:
        return rows(
            con,
            """SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
               WHERE schema_name IN ('core', 'mart', 'pub') ORDER BY ALL""",
        )

    rebuild(con)
    empty = types()
    take_in(con, announcing(0, verdicts="accepted"))
    rebuild(con)
    assert empty == types() != []
