"""What third parties' lists say is kept once, published as what it is, and makes no history."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.feed_prices import FeedPrice, read_feed
from scrapers.feeds import gpu_history
from tests.warehouse_facts import Row, built_warehouse, empty_warehouse, feed_price, moment, price, read, rows
from warehouse import ledger
from warehouse.errors import BadFact
from warehouse.facts import FEED_PRICE, record, record_feed_prices
from warehouse.tables import tables
from warehouse.upkeep import data_version, needs_refresh, rebuild, refresh


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with built_warehouse() as con:
        yield con


def test_the_fields_of_a_feeds_price_are_columns():
    names = set(FeedPrice.__dataclass_fields__)
    assert names < set(FEED_PRICE)
    assert set(FEED_PRICE) - names == {"feed_price_id", "source", "source_version", "sha256", "line", "imported_at"}


def test_no_other_table_knows_what_a_feed_says(con: duckdb.DuckDBPyConnection):
    """A feed's price of the very series that is watched, lower, higher, newer and older, moves nothing and is no news."""
    tuned = price("8", model="t", variant="fine_tuned", base_model="m")
    record(con, read(moment(0), [price("5"), tuned]))
    record(con, read(moment(1), [price("4"), tuned]))
    refresh(con)
    ledger.publish_events(con, tick_id="t", recorded_at=moment(1))

    def everything() -> dict[str, Sequence[object]]:
        own = ("feed_", "source_agreement")  # the lists' own history, and the two sources side by side
        names = [table.name for table in tables() if not table.name.partition(".")[2].startswith(own)]
        names += ["raw.quote", "raw.judgement", "raw.event"]
        return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in names}

    before = everything()
    assert {"pub.price_history", "pub.current_price", "pub.markup", "pub.price_change"} < before.keys()
    assert all(before[name] for name in ("pub.price_history", "pub.current_price", "pub.markup", "pub.price_change"))
    days = [moment(day).date() for day in (-400, 0, 1, 9)]
    assert record_feed_prices(con, [feed_price("1", observed_on=day) for day in days]) == 4
    assert needs_refresh(con)  # of the lists' own history alone
    refresh(con)
    assert ledger.publish_events(con, tick_id="u", recorded_at=moment(2)) == []
    assert everything() == before
    rebuild(con)
    assert ledger.publish_events(con, tick_id="v", recorded_at=moment(2)) == []
    assert everything() == before


def test_an_import_changes_what_there_is_to_publish(con: duckdb.DuckDBPyConnection):
    before = data_version(con)
    record_feed_prices(con, [feed_price()])
    refresh(con)
    after = data_version(con)
    assert before != after
    record_feed_prices(con, [feed_price()])
    rebuild(con)
    assert after == data_version(con)


def test_a_row_is_known_by_the_feeds_words_alone(con: duckdb.DuckDBPyConnection):
    """Another slug, another name of the GPU, another rule of doubt, another file: the same fact."""
    assert record_feed_prices(con, [feed_price()]) == 1
    ours = {"provider": "other", "gpu": "H100", "doubt": "why", "sha256": "1" * 64, "line": 9, "source_version": "2"}
    assert record_feed_prices(con, [feed_price(**ours, imported_at=moment(5))]) == 0
    for other in ({"observed_on": date(2025, 6, 6)}, {"quoted": "m | output"}, {"source": "other"}):
        assert record_feed_prices(con, [feed_price(**other)]) == 1
    assert record_feed_prices(con, [feed_price("9")]) == 1
    (first, *_) = rows(con, "FROM pub.feed_price WHERE quoted = 'm | input' ORDER BY imported_at")
    assert (first["provider"], first["line"], first["trust"], first["unit"]) == (
        "openai",
        2,
        "third_party",
        "1M tokens",
    )


@pytest.mark.parametrize("odd", [{"amount": 0.5}, {"amount": Decimal("1e-13")}, {"nonsense": 1}])
def test_a_row_that_cannot_be_kept_exactly_keeps_none(con: duckdb.DuckDBPyConnection, odd: Row):
    with pytest.raises(BadFact):
        record_feed_prices(con, [feed_price(), feed_price(**{"quoted": "x", **odd})])
    assert rows(con, "FROM raw.feed_price") == []


CELLS = st.text(st.sampled_from("aH100 |\\,\"'=\x1b\n"), max_size=6)
LINES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["gcp", "runpod", "runpod-pods", "nobody"]),
        CELLS,
        CELLS,
        st.sampled_from(["1", "3", "8", "x"]),
        CELLS,
        st.sampled_from(["", "0", "1", "2.5", "nan"]),
        st.sampled_from(["", "0", "1", "2.5", "nan"]),
    ),
    max_size=8,
)


def prices_of(lines: Sequence[tuple[object, ...]]) -> list[Row]:
    def cell(value: object) -> str:
        return '"' + str(value).replace('"', '""') + '"'

    body = ",".join(gpu_history.COLUMNS) + "\n"
    for day, *cells in lines:
        assert isinstance(day, int)
        body += ",".join(map(cell, [date(2025, 1, 1) + timedelta(days=day), *cells, "x"])) + "\n"
    found = list(read_feed(gpu_history, io.BytesIO(body.encode())))
    assert len(found) == len(lines)
    assert all(line.prices or line.not_understood for line in found)
    evidence = {"source": "gpu-history", "sha256": "0" * 64, "line": 1, "imported_at": moment(0)}
    return [asdict(one) | evidence for line in found for one in line.prices]


@settings(max_examples=60, deadline=None)
@given(LINES, LINES)
def test_however_often_and_in_whatever_parts_a_file_is_imported_each_price_is_kept_once(
    first: list[tuple[object, ...]], second: list[tuple[object, ...]]
):
    def key(one: Row) -> tuple[object, ...]:
        return tuple(one[name] for name in ("observed_on", "quoted", "raw_text"))

    longer = [*first, *second]
    there = {key(one) for one in prices_of(longer)}
    with empty_warehouse() as con:
        added = record_feed_prices(con, prices_of(first))
        assert record_feed_prices(con, prices_of(first)) == 0
        added += record_feed_prices(con, prices_of(longer))
        assert record_feed_prices(con, prices_of(longer[::-1])) == 0
        kept = con.execute("SELECT observed_on, quoted, raw_text FROM raw.feed_price").fetchall()
    assert added == len(kept) == len(there)
    assert set(kept) == there
