"""Events: what moved, in plain words, under ids that are kept for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from tests.warehouse_facts import Row, built_warehouse, kept, moment, price, read, read_again, rows, statement
from warehouse import ledger
from warehouse.database import migrate
from warehouse.facts import Facts, record
from warehouse.upkeep import failing_rows, promises, rebuild, refresh


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def take_in(con: duckdb.DuckDBPyConnection, *facts: Facts) -> None:
    for one in facts:
        record(con, one)
    refresh(con)


def events(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        """SELECT kind, is_news, observed_at, known_not_before, headline FROM core.price_change
           ORDER BY observed_at, kind, is_news, headline"""
    ).fetchall()


def sol(amount: str, **fields: object) -> Row:
    return price(amount, **{"model": "gpt-5.6-sol", **fields})


def test_a_price_move_in_plain_words(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [sol("4")]))
    assert events(con) == [
        ("appeared", False, kept(0), None, "gpt-5.6-sol input at OpenAI: first seen, $5.00 per 1M tokens"),
        (
            "vendor_change",
            True,
            kept(1),
            kept(0),
            "gpt-5.6-sol input at OpenAI: $5.00 -> $4.00 per 1M tokens (-20 %)",
        ),
    ]
    (move,) = rows(con, "FROM core.price_change WHERE kind = 'vendor_change'")
    assert move["change_ratio"] == pytest.approx(0.8)
    assert (move["quoted"], move["source_url"]) == ("gpt-5.6-sol $4", "https://openai.test/pricing")
    assert len(str(move["event_id"])) == 16


@pytest.mark.parametrize(
    ("before", "after", "headline"),
    [
        (
            sol("3", variant="fine_tuned", tier="batch", condition="data_sharing"),
            sol("4.5", variant="fine_tuned", tier="batch", condition="data_sharing"),
            "tuned gpt-5.6-sol input (batch, data sharing) at OpenAI: $3.00 -> $4.50 per 1M tokens (+50 %)",
        ),
        (
            sol("0.0375", meter="inference_cached_input"),
            sol("0.05", meter="inference_cached_input"),
            "gpt-5.6-sol cached input at OpenAI: $0.0375 -> $0.05 per 1M tokens (+33.3 %)",
        ),
        (
            sol("100", model=None, size_tier="Up to 16B", meter="training_hours", method="rft", technique="lora"),
            sol("0", model=None, size_tier="Up to 16B", meter="training_hours", method="rft", technique="lora"),
            "Up to 16B training time (RFT, LoRA) at OpenAI: $100.00 per hour -> free",
        ),
        (
            sol("3", meter="gpu_hours", model="H100 SXM 80GB", variant=None, tier="on_demand"),
            sol("2", meter="gpu_hours", model="H100 SXM 80GB", variant=None, tier="on_demand"),
            "H100 SXM 80GB GPU (on demand) at OpenAI: $3.00 -> $2.00 per GPU-hour (-33.3 %)",
        ),
        (
            sol("25", meter="training_tokens", method="sft", currency="EUR"),
            sol("1234.5", meter="training_tokens", method="sft", currency="EUR"),
            "gpt-5.6-sol training at OpenAI: €25.00 -> €1234.50 per 1M tokens (+4838 %)",
        ),
    ],
)
def test_headlines_name_what_is_priced(con: duckdb.DuckDBPyConnection, before: Row, after: Row, headline: str):
    take_in(con, read(moment(0), [before]), read(moment(1), [after]))
    assert events(con)[-1][-1] == headline


def test_somebody_elses_list_makes_no_news(con: duckdb.DuckDBPyConnection):
    """Whether the seller moved or the list was wrong, nobody knows; the history keeps it as a correction."""
    take_in(con, *(read(moment(day), [sol(amount)], trust="third_party") for day, amount in enumerate(("5", "4"))))
    assert [(kind, is_news) for kind, is_news, *_ in events(con)] == [("appeared", False), ("correction", False)]


def test_a_price_that_stops_being_printed(con: duckdb.DuckDBPyConnection):
    nothing = {**price(None, model="gpt-5.6-sol")}
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [nothing]))
    assert events(con)[-1][-1] == "gpt-5.6-sol input at OpenAI: $5.00 per 1M tokens -> not printed"


def test_gone_and_back(con: duckdb.DuckDBPyConnection):
    other = price("9", model="n")
    take_in(con, read(moment(0), [sol("5"), other]))
    for day in (1, 2, 3):
        ended = [str(sol("5")["series_id"])] if day == 3 else []
        take_in(con, read(moment(day), [other], verdicts=None, ended=ended))
    take_in(con, read(moment(9), [sol("6"), other]))
    assert [event[:4] for event in events(con)] == [
        ("appeared", False, kept(0), None),
        ("appeared", False, kept(0), None),
        ("disappeared", True, kept(1), kept(0)),
        ("appeared", True, kept(9), kept(3)),
    ]
    assert events(con)[2][-1] == "gpt-5.6-sol input at OpenAI: no longer listed (was $5.00 per 1M tokens)"


def test_an_announcement_is_news_and_so_is_its_withdrawal(con: duckdb.DuckDBPyConnection):
    coming = sol("4", effective_from=date(2026, 1, 20))
    take_in(
        con,
        read(moment(0), [sol("5")]),
        read(moment(1), [sol("5"), coming], verdicts=[(coming, "accepted", "confirmed")]),
        *(read(moment(day), [sol("5")], verdicts=None) for day in (2, 3, 4)),
    )
    assert events(con)[1:] == [
        (
            "scheduled",
            True,
            kept(1),
            kept(0),
            "gpt-5.6-sol input at OpenAI: $5.00 -> $4.00 per 1M tokens from 2026-01-20 (-20 %)",
        ),
        (
            "withdrawn",
            True,
            kept(2),
            kept(1),
            "gpt-5.6-sol input at OpenAI: the announced $4.00 per 1M tokens from 2026-01-20 was taken back",
        ),
    ]


def test_a_move_that_another_page_of_the_seller_shows_already_is_told_once(con: duckdb.DuckDBPyConnection):
    def told() -> list[tuple[object, ...]]:
        return con.execute(
            "SELECT page, is_news FROM core.price_change WHERE kind = 'vendor_change' ORDER BY observed_at"
        ).fetchall()

    take_in(con, *(read(moment(0), [sol("5")], page=page) for page in ("pricing", "guide", "models")))
    take_in(con, read(moment(2), [sol("4")], page="guide"), read(moment(3), [sol("4")]))
    assert told() == [("guide", True), ("pricing", False)]
    take_in(con, read(moment(4), [sol("5")]))
    assert told() == [("guide", True), ("pricing", False), ("pricing", False)], "models still prints 5"
    # What is heard of late from another page takes the news from the one that came after it.
    take_in(con, read(moment(1), [sol("4")], page="models"))
    assert told() == [("models", True), ("guide", False), ("pricing", False), ("pricing", True)]


def test_a_row_that_two_pages_lose_is_told_once_by_the_last_of_them(con: duckdb.DuckDBPyConnection):
    def told() -> list[tuple[object, ...]]:
        return con.execute("SELECT page, observed_at FROM core.price_change WHERE kind = 'disappeared'").fetchall()

    other, series = price("9", model="n"), str(sol("5")["series_id"])
    for page in ("pricing", "guide", "models"):
        take_in(con, read(moment(0), [sol("5"), other], page=page))

    def lose(page: str, day: int) -> None:
        for later in range(3):
            ended = [series] if later == 2 else []
            take_in(con, read(moment(day + later), [other], page=page, verdicts=None, ended=ended))

    lose("guide", 1)
    assert told() == [], "two pages print it still"
    lose("models", 4)
    lose("pricing", 4)
    assert told() == [("pricing", kept(4))], "of two that lose it at once only one tells"
    before = con.execute("FROM core.price_change ORDER BY ALL").fetchall()
    rebuild(con)
    assert before == con.execute("FROM core.price_change ORDER BY ALL").fetchall()


def test_a_cell_that_loses_its_figure_is_no_news_and_one_that_gets_it_is(con: duckdb.DuckDBPyConnection):
    take_in(con, *(read(moment(day), [price(amount)]) for day, amount in enumerate(["5", None, "4"])))
    assert [event[:2] for event in events(con)[1:]] == [("vendor_change", False), ("vendor_change", True)]


def test_an_announcement_of_the_price_in_force_is_no_news(con: duckdb.DuckDBPyConnection):
    same = sol("5", effective_from=date(2026, 1, 20))
    take_in(
        con,
        read(moment(0), [sol("5")]),
        read(moment(1), [sol("5"), same], verdicts=[(same, "accepted", "confirmed")]),
        *(read(moment(day), [sol("5")], verdicts=None) for day in (2, 3, 4)),
    )
    assert [event[:2] for event in events(con)[1:]] == [("scheduled", False), ("withdrawn", False)]


def test_what_is_announced_again_after_it_was_taken_back_is_told_again(con: duckdb.DuckDBPyConnection):
    coming = sol("4", effective_from=date(2026, 1, 20))
    take_in(con, read(moment(0), [sol("5")]))
    for first in (1, 6):
        take_in(con, read(moment(first), [sol("5"), coming], verdicts=[(coming, "accepted", "confirmed")]))
        take_in(con, *(read(moment(first + day), [sol("5")], verdicts=None) for day in (1, 2, 3)))
    told = [(kind, at) for kind, _, at, *_ in events(con)[1:]]
    assert told == [
        ("scheduled", kept(1)),
        ("withdrawn", kept(2)),
        ("scheduled", kept(6)),
        ("withdrawn", kept(7)),
    ]


def test_what_another_parser_does_not_find_is_no_news(con: duckdb.DuckDBPyConnection):
    """The seller printed what it printed before; whatever the bytes, nobody can tell which of the two lost the row."""
    other, closing = price("9", model="n"), statement("closed_to_new", date(2026, 3, 1), model="n")
    take_in(con, read(moment(0), [other]), read(moment(1), [sol("5"), other], said=[closing]))
    for day in (2, 3, 4):
        ended = [str(sol("5")["series_id"])] if day == 4 else []
        take_in(con, read(moment(day), [other], verdicts=None, ended=ended, parser="openai/2"))
    gone = [event[:2] for event in events(con) if event[0] in ("disappeared", "withdrawn")]
    assert gone == [("disappeared", False), ("withdrawn", False)]


def test_availability_is_told_when_it_is_said_and_when_it_comes_due(con: duckdb.DuckDBPyConnection):
    closing = statement("closed_to_new", date(2026, 1, 4), variant="fine_tuned")
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [sol("5")], said=[closing], verdicts=None))
    assert events(con)[1:] == [
        (
            "scheduled",
            True,
            kept(1),
            kept(0),
            "fine-tuned models at OpenAI: closed to new customers from 2026-01-04",
        )
    ]
    take_in(con, read(moment(7), [], page="docs", outcome="unreachable"))  # the day comes though nobody read the page
    assert events(con)[-1] == (
        "vendor_change",
        True,
        kept(2.75),
        None,
        "fine-tuned models at OpenAI: closed to new customers since 2026-01-04",
    )


def test_what_another_parser_reads_in_the_same_bytes_is_a_correction(con: duckdb.DuckDBPyConnection):
    first = read(moment(0), [sol("5")], sha256="a")
    take_in(con, first, read(moment(1), [sol("50"), price("1", model="new")], parser="openai/2", sha256="a"))
    assert [event[:2] for event in events(con)] == [("appeared", False), ("appeared", False), ("correction", False)]
    assert events(con)[-1][-1] == "gpt-5.6-sol input at OpenAI: correction, $5.00 -> $50.00 per 1M tokens (+900 %)"


def test_what_another_parser_reads_in_the_bytes_before_tells_our_moves_from_the_sellers(con: duckdb.DuckDBPyConnection):
    """Other bytes at each look. The new parser halves one price, loses a row and finds one; the seller moves the halved
    price and another, and drops and adds a row."""
    first = read(moment(0), [sol("5"), sol("10", tier="batch"), price("7", model="none"), price("8", model="dropped")])
    halved = [sol("2.5"), sol("10", tier="batch")]
    again = read_again(first, [*halved, price("8", model="dropped"), price("1", model="found")], parser="openai/2")
    now = [sol("2"), sol("12", tier="batch"), price("1", model="found"), price("3", model="added")]
    take_in(con, first, again, read(moment(1), now, parser="openai/2"))
    lost = [str(price("7", model=model)["series_id"]) for model in ("none", "dropped")]
    take_in(
        con, *(read(moment(day), now, parser="openai/2", verdicts=None, ended=lost[: 2 * (day > 2)]) for day in (2, 3))
    )
    told = [(*event[:2], event[-1]) for event in events(con)[4:]]
    assert told == [
        ("appeared", False, "found input at OpenAI: first seen, $1.00 per 1M tokens"),
        ("appeared", True, "added input at OpenAI: first seen, $3.00 per 1M tokens"),
        ("correction", False, "gpt-5.6-sol input at OpenAI: correction, $5.00 -> $2.50 per 1M tokens (-50 %)"),
        ("correction", False, "none input at OpenAI: correction, $7.00 per 1M tokens was a misreading"),
        ("disappeared", True, "dropped input at OpenAI: no longer listed (was $8.00 per 1M tokens)"),
        ("vendor_change", True, "gpt-5.6-sol input (batch) at OpenAI: $10.00 -> $12.00 per 1M tokens (+20 %)"),
        ("vendor_change", True, "gpt-5.6-sol input at OpenAI: $2.50 -> $2.00 per 1M tokens (-20 %)"),
    ]
    assert [] == [promise.name for promise in promises() if failing_rows(con, promise)]


def test_a_page_that_is_read_again_late_corrects_what_was_told(con: duckdb.DuckDBPyConnection):
    first = read(moment(0), [sol("5")])
    take_in(con, first, read(moment(1), [sol("4")], parser="openai/2"))
    assert events(con)[-1][:2] == ("vendor_change", True)
    take_in(con, read_again(first, [sol("4")], parser="openai/2"))
    assert events(con)[-1][:2] == ("correction", False)


@pytest.mark.parametrize("rule", ["unit_slip", "placeholder", "correction"])
def test_a_person_may_say_that_a_move_is_none_of_the_sellers(con: duckdb.DuckDBPyConnection, rule: str):
    low = sol("0.005")
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [low], verdicts=[(low, "accepted", rule, "Ada")]))
    assert events(con)[-1][:2] == (rule, False)


def test_a_move_there_and_back_and_there_in_one_day_is_three_events(con: duckdb.DuckDBPyConnection):
    take_in(con, *(read(moment(hour / 24), [sol(amount)]) for hour, amount in enumerate(("5", "4", "5", "4"))))
    found = rows(con, "SELECT event_id, old_amount, new_amount FROM core.price_change WHERE kind = 'vendor_change'")
    assert len(found) == len({row["event_id"] for row in found}) == 3


def test_event_ids_are_the_same_after_a_rebuild(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [sol("4")]))
    ids = con.execute("SELECT event_id FROM core.price_change ORDER BY ALL").fetchall()
    rebuild(con)
    assert ids == con.execute("SELECT event_id FROM core.price_change ORDER BY ALL").fetchall()
    assert len(ids) == 2


def publish(con: duckdb.DuckDBPyConnection, day: float) -> list[ledger.Told]:
    return ledger.publish_events(con, tick_id=f"tick {day}", recorded_at=moment(day))


def test_every_event_is_told_once(con: duckdb.DuckDBPyConnection):
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [sol("4")]))
    told = publish(con, 1)
    assert [(one.kind, one.is_news) for one in told] == [("appeared", False), ("vendor_change", True)]
    assert told[1].headline == "gpt-5.6-sol input at OpenAI: $5.00 -> $4.00 per 1M tokens (-20 %)"
    assert publish(con, 2) == []
    assert con.execute("SELECT tick_id, recorded_at FROM raw.event").fetchall() == [("tick 1", kept(1))] * 2


def test_an_event_that_is_derived_away_keeps_its_place_and_comes_back_when_it_is_derived_again(
    con: duckdb.DuckDBPyConnection,
):
    low = sol("4")
    take_in(con, read(moment(0), [sol("5")]), read(moment(1), [low]), read(moment(9), [sol("3")]))
    publish(con, 9)

    def standing() -> list[tuple[object, ...]]:
        return con.execute(
            """SELECT old_amount, new_amount, is_superseded, superseded_by IS NOT NULL, recorded_at
               FROM pub.price_change WHERE kind = 'vendor_change' ORDER BY observed_at, old_amount"""
        ).fetchall()

    assert standing() == [(5.0, 4.0, False, False, kept(9)), (4.0, 3.0, False, False, kept(9))]
    take_in(con, read(moment(1), [low], verdicts=[(low, "refused", "person", "Ada")]))
    assert [(one.kind, one.headline[-8:]) for one in publish(con, 10)] == [("vendor_change", "s (-40 %)"[-8:])]
    assert standing() == [
        (5.0, 4.0, True, True, kept(9)),
        (4.0, 3.0, True, True, kept(9)),
        (5.0, 3.0, False, False, kept(10)),
    ]
    take_in(con, read(moment(1), [low], verdicts=[(low, "accepted", "person", "Ada")]))
    assert publish(con, 11) == []
    assert standing() == [
        (5.0, 4.0, False, False, kept(9)),
        (4.0, 3.0, False, False, kept(9)),
        (5.0, 3.0, True, True, kept(10)),
    ]
    before = con.execute("SELECT count(*) FROM raw.event_superseded").fetchone()
    publish(con, 12)
    assert before == con.execute("SELECT count(*) FROM raw.event_superseded").fetchone()


def test_what_was_announced_before_there_were_verdicts_on_it_stays_told(con: duckdb.DuckDBPyConnection):
    coming = sol("4", effective_from=date(2026, 1, 20))
    take_in(
        con,
        read(moment(0), [sol("5")]),
        read(moment(1), [sol("5"), coming], verdicts=[(coming, "accepted", "confirmed")]),
    )
    publish(con, 1)
    told = "SELECT event_id FROM core.price_change WHERE kind = 'scheduled'"
    (event,) = con.execute(told).fetchall()
    con.execute("DELETE FROM raw.judgement WHERE rule = 'confirmed'")  # as such a warehouse was
    con.execute("DELETE FROM raw.migration WHERE name = '0004_announcements_told'")
    rebuild(con)
    assert con.execute(told).fetchall() == []
    migrate(con)
    rebuild(con)
    assert con.execute(told).fetchall() == [event]
    take_in(con, *(read(moment(day), [sol("5")], verdicts=None) for day in (2, 3, 4)))
    assert events(con)[-1][0] == "withdrawn"
