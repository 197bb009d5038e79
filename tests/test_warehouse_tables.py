"""The SQL files say of themselves what is true, and their promises catch what breaks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse_facts import built_warehouse, moment, price, read, statement
from warehouse.errors import BadTableFile
from warehouse.facts import record
from warehouse.tables import HERE, SCHEMAS, depends_on, macros, promises, read_table, sql_version, tables
from warehouse.upkeep import failing_rows, refresh

GOOD = (
    "-- One row per thing.\n--\n-- kind: view\n-- columns:\n--   x: a thing\n-- promises:\n\nSELECT x FROM raw.quote\n"
)


def test_every_file_is_a_table_and_says_what_its_columns_hold():
    files = [file for schema in SCHEMAS for file in (HERE / schema).glob("*.sql")]
    assert len(files) == len(tables()) > 20
    with built_warehouse() as con:
        for table in tables():
            described = [row[0] for row in con.execute(f"DESCRIBE {table.name}").fetchall()]
            assert described == list(table.columns), table.name
            assert all(words and not words.endswith(".") for words in table.columns.values()), table.name


def test_tables_come_after_what_they_read():
    seen: set[str] = set()
    for table in tables():
        assert {name for name in table.depends if name.partition(".")[0] in SCHEMAS} - seen <= {
            "core.touched_series",
            "core.touched_feed",
        }
        seen.add(table.name)


def test_every_promise_has_its_check_and_every_check_its_promise():
    made = [name for table in tables() for name in table.promises]
    assert sorted(made) == [promise.name for promise in promises()] != []


def test_published_views_are_sorted_and_nothing_else_is():
    for table in tables():
        assert (table.order is not None) == table.name.startswith("pub."), table.name


def test_no_table_ends_in_a_star():
    for table in tables():
        final = table.query.rpartition("\nSELECT")[2] or table.query
        assert not final.lstrip().startswith("*"), table.name


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT a FROM core.price_span AS span JOIN raw.quote USING (b)", {"core.price_span", "raw.quote"}),
        ("-- from core.other\nSELECT 'core.string' FROM seed.meter", {"seed.meter"}),
        ("SELECT core.sha16(x) FROM pub.held", {"pub.held"}),
        ("SELECT span.core FROM (SELECT 1) AS span", set()),
    ],
)
def test_dependencies_are_read_from_the_query(query: str, names: set[str]):
    assert depends_on(query) == names


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("One row per thing", "Things", "the first line says"),
        ("kind: view", "kind: table", "with its upkeep"),
        ("kind: view", "kind: view\n-- upkeep: core.touched_series", "upkeep names a table and columns"),
        ("-- promises:\n", "", "no '-- promises:'"),
        ("SELECT x", "SELECT 1; SELECT x", "one query"),
    ],
)
def test_a_file_that_does_not_say_what_it_is_is_refused(tmp_path: Path, old: str, new: str, words: str):
    (tmp_path / "core").mkdir()
    file = tmp_path / "core" / "thing.sql"
    file.write_text(GOOD)
    assert read_table(file).name == "core.thing"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(BadTableFile, match=words):
        read_table(file)


def test_the_version_is_of_what_the_tables_are_made_with():
    assert sql_version() == sql_version()
    assert len(sql_version()) == 16
    assert macros("warehouse") != macros("published") != []


BREAKS = {
    "agreement_is_explained_or_open": None,  # a view that says both or neither: broken only by another query
    "feed_alone_is_no_vendor_change": "UPDATE core.feed_change SET kind = 'vendor_change'",
    "feed_markup_is_known_or_says_why": None,
    "feed_spans_do_not_overlap": "UPDATE core.feed_span SET last_seen_on = DATE '2027-01-01'",
    "spans_do_not_overlap": "UPDATE core.price_span SET valid_to = TIMESTAMP '2027-01-01' WHERE valid_to IS NOT NULL",
    "one_open_span": "UPDATE core.price_span SET valid_to = NULL",
    "amount_fits_state": "UPDATE core.price_span SET amount = NULL WHERE model = 'm'",
    "span_was_accepted": "UPDATE core.price_span SET amount = 77 WHERE model = 'm'",
    "judgement_has_its_quote": "DELETE FROM raw.quote WHERE model = 'm'",
    "read_has_its_reading": "DELETE FROM raw.reading",
    "meter_has_a_unit": "DELETE FROM seed.meter",
    "tuned_within_ten_times_base": "UPDATE mart.markup_history SET ratio = 11",
    "withdrawn_has_a_date": "UPDATE core.scheduled_price SET state = 'withdrawn'",
    "availability_is_dated": "UPDATE core.availability_history SET gone_at = first_seen_at",
    "event_has_evidence": "UPDATE core.price_change SET quoted = NULL",
    "event_says_what": "UPDATE core.price_change SET headline = NULL",
    "event_id_is_unique": "UPDATE core.price_change SET event_id = 'one'",
    "history_is_dated": "UPDATE core.price_span SET known_not_before = TIMESTAMP '2027-01-01'",
    "one_current_price": None,  # a view that picks one: broken only by another query
    "nothing_held_is_current": None,
    "hold_stands_or_ended": None,
    "markup_is_known_or_says_why": "UPDATE mart.markup SET ratio = NULL",
    "claims_are_judged": "DELETE FROM seed.claim_input WHERE claim = 'lora-share' AND input = 'full_usd'",
    "example_is_known_or_says_why": None,
    "guide_audit_is_complete": "INSERT INTO seed.guide_model FROM seed.guide_model SELECT * REPLACE ('twice' AS why)",
    "guide_ranges_are_ranges": "UPDATE seed.guide_figure SET low = 1000",
    "training_rule_is_reviewed": "UPDATE seed.training_rule SET figure = '2' WHERE kind = 'bills_epochs'",
    "one_training_price": None,
    "one_markup": "INSERT INTO mart.markup FROM mart.markup",
    "price_rule_is_reviewed": "UPDATE seed.price_rule SET factor = '15'",
    "markup_intervals_do_not_overlap": "UPDATE mart.markup_history SET valid_to = NULL",
    "offer_intervals_do_not_overlap": "UPDATE mart.offer_history SET valid_to = NULL",
    "break_even_is_known_or_says_why": "UPDATE mart.break_even_history SET verdict_words = NULL",
    "break_even_is_even": (
        "UPDATE mart.break_even_history SET break_even_requests_high = 7, saved_usd_per_request = 1,"
        " tuned_fixed_usd_per_month = 0, project_usd_high = 0"
    ),
}


def test_each_promise_is_kept_and_is_seen_when_it_breaks():
    assert sorted(BREAKS) == [promise.name for promise in promises()]
    tuned = price("8", model="t", variant="fine_tuned", base_model="m")
    announced = price("3", effective_from=moment(90).date())
    with built_warehouse() as con:
        for day, amount in enumerate(("5", "4", "2")):
            said = [statement("on_sale")]
            record(con, read(moment(day), [price(amount), tuned, announced], said=said))
        refresh(con)
        for promise in promises():
            assert failing_rows(con, promise) == [], promise.name
            breaks = BREAKS[promise.name]
            if breaks is not None:
                con.execute("BEGIN TRANSACTION")
                con.execute(breaks)
                assert failing_rows(con, promise.name) != [], promise.name
                con.execute("ROLLBACK")
        with pytest.raises(KeyError):
            failing_rows(con, "nobody_promised_that")
