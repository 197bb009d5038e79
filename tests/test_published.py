"""The published copies: complete, documented, exact, replaced in one step, and readable by old clients."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.warehouse_facts import built_warehouse, feed_price, kept, moment, price, read, rows, statement
from warehouse import export, ledger
from warehouse.facts import record, record_feed_prices
from warehouse.spreadsheet import harmless_cell, harmless_sql
from warehouse.upkeep import refresh

TABLES = {
    "alert_health",
    "assumption",
    "availability",
    "break_even_history",
    "break_even_scenario",
    "checklist",
    "claim_input",
    "claims_audit",
    "current_price",
    "derived_change",
    "derived_price",
    "feed_change",
    "feed_history",
    "feed_markup_history",
    "feed_price",
    "guide_audit",
    "guide_example",
    "guide_example_input",
    "guide_figure",
    "held",
    "hold",
    "lora_share",
    "markup",
    "markup_at_volume",
    "markup_history",
    "offer_comparison",
    "price_change",
    "price_history",
    "provider_health",
    "readme",
    "same_model",
    "sample_run",
    "scenario",
    "scheduled_price",
    "seller",
    "seller_tuning",
    "source_agreement",
    "training_price",
    "training_rule",
}
STAMP = {"as_of": "2026-01-04T06:00:00Z", "state": "demo-1"}
HOSTILE = '=HYPERLINK("https://evil.test")'
RULED = statement(
    "on_sale",
    provider="google",
    model="gemini-3.5-flash",
    variant="fine_tuned",
    quoted="Gemini 3.5 Flash | Tokens generated during the training phase are charged by a price list.",
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A small warehouse with a row in every published table."""
    with built_warehouse() as con:
        coming = price("3", effective_from=date(2026, 2, 1))
        tuned = [
            price("8", model="t", variant="fine_tuned", base_model="m"),
            price("16", model="t", variant="fine_tuned", base_model="m", meter="inference_output"),
            price("4", meter="inference_output"),
            price("1.7", model="t", variant="fine_tuned", base_model="m", meter="hosting_hours", tier=None),
            price("25", model="t", variant="fine_tuned", base_model="m", meter="training_tokens", method="sft"),
        ]
        odd = [
            price("0.0375", model=HOSTILE),
            price(None, model="-1+1"),
            price("0", model="\tfree"),
            price("1", model="－1"),
            price("2", model="-"),
            price("1234567.000001", model='a "quoted", one\nwith two lines'),
        ]
        said = [statement("closed_to_new", date(2026, 1, 3))]
        record(con, read(moment(0), [price("5"), *tuned, *odd, coming], said=said))
        record(con, read(moment(1), [price("4"), *tuned, *odd, coming], said=said))
        dear = price("400")
        record(con, read(moment(3), [dear, *tuned, *odd, coming], said=said, verdicts=[(dear, "held", "ratio")]))
        record(con, read(moment(0), [], said=[RULED], provider="google", page="reinforcement_tuning"))
        ways = {
            "provider": "together",
            "meter": "training_tokens",
            "method": "sft",
            "variant": "fine_tuned",
            "model": None,
        }
        runs = [
            price(amount, size_tier="Up to 16B", technique=way, **ways)
            for amount, way in (("0.48", "lora"), ("0.54", "full"))
        ]
        record(con, read(moment(0), [*runs, price("5", provider="together", model="M")], provider="together"))
        record_feed_prices(con, [feed_price("0.69", quoted=HOSTILE, model=HOSTILE), feed_price("0", quoted="a")])
        refresh(con)
        ledger.publish_events(con, tick_id="t", recorded_at=moment(3))
        yield con


@pytest.fixture(scope="module")
def folder(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "data"
    export.publish(con, folder, stamp=STAMP)
    return folder


@pytest.fixture
def published(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    reader = duckdb.connect(str(folder / "prices.duckdb"), read_only=True)
    yield reader
    reader.close()


def test_every_table_is_there_in_every_form_and_nothing_else(folder: Path):
    forms = {f"{table}.{form}" for table in TABLES for form in ("csv", "json", "metadata.json")}
    assert {file.name for file in folder.iterdir()} == forms | {
        "SHA256SUMS",
        "prices.duckdb",
        "prices.parquet",
        "prices.metadata.json",
    }


def test_what_is_told_of_the_files_is_true(con: duckdb.DuckDBPyConnection, folder: Path):
    files = export.publish(con, folder, stamp=STAMP)
    assert [file.path for file in files] == sorted(folder.iterdir())
    for file in files:
        body = file.path.read_bytes()
        assert (file.size, file.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    listed = {file.path.name: file for file in files}
    for name in (*TABLES, "prices"):
        metadata = json.loads((folder / f"{name}.metadata.json").read_text())
        assert (metadata["licence"], metadata["methodology_version"]) == ("CC BY 4.0", "1")
        assert metadata["state"] == "demo-1"
        assert metadata["files"]
        for file in metadata["files"]:
            assert (file["bytes"], file["sha256"]) == (listed[file["name"]].size, listed[file["name"]].sha256)


def test_the_checksums_are_those_of_every_other_file(folder: Path):
    lines = [line.split("  ") for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert [name for _, name in lines] == sorted({file.name for file in folder.iterdir()} - {"SHA256SUMS"})
    for digest, name in lines:
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest(), name


def test_the_database_is_of_the_oldest_promised_format_with_small_blocks(folder: Path):
    with (folder / "prices.duckdb").open("rb") as file:
        header = file.read(4096)
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 65  # the version that every DuckDB since 1.2 reads
    reader = duckdb.connect(str(folder / "prices.duckdb"), read_only=True)
    (tags,) = reader.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'prices'").fetchone() or ({},)
    assert tags["storage_version"].startswith("v1.2.0")
    assert reader.execute(
        "SELECT block_size FROM pragma_database_size() WHERE database_name = 'prices'"
    ).fetchone() == (16384,)
    reader.close()


def test_every_table_column_and_function_is_documented(published: duckdb.DuckDBPyConnection):
    said = dict(published.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    assert said.keys() == TABLES
    assert all(said.values())
    columns = published.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    assert len(columns) > 150
    assert [column for column in columns if not column[2]] == []
    functions = dict(
        published.execute("SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal").fetchall()
    )
    assert {"price_as_of", "price_history_of", "changes_since", "markup_at", "markup_usd"} < functions.keys()
    assert "training_cost" in functions
    assert all(functions.values())
    assert "sha16" not in functions
    assert published.execute("SELECT words FROM readme WHERE topic = 'state'").fetchall() == [("demo-1",)]


def test_only_types_that_every_client_knows(published: duckdb.DuckDBPyConnection):
    types = {kind for (kind,) in published.execute("SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal").fetchall()}  # fmt: skip
    assert types <= {"VARCHAR", "DOUBLE", "BOOLEAN", "BIGINT", "INTEGER", "TIMESTAMP", "DATE"}


def test_every_published_table_of_the_sample_has_rows(published: duckdb.DuckDBPyConnection):
    nothing_in_common = {"source_agreement"}  # the shipped lists and the sample's models
    for table in sorted(set(TABLES) - nothing_in_common):
        assert published.execute(f"SELECT count(*) > 0 FROM {table}").fetchone() == (True,), table


def test_amounts_stand_beside_their_exact_digits(published: duckdb.DuckDBPyConnection):
    found = published.execute("SELECT amount, amount_text, value_state FROM price_history").fetchall()
    exact = {None if text is None else Decimal(text) for _, text, _ in found}
    assert {Decimal("0.0375"), Decimal("1234567.000001"), Decimal(0), None} < exact
    for amount, text, state in found:
        assert (amount is None) == (text is None) == (state not in ("priced", "free"))
        if text is not None:
            assert amount == float(text)
            assert re.fullmatch(r"\d+(\.\d*[1-9])?", text)


def test_csv_and_json_say_what_the_tables_say(folder: Path, published: duckdb.DuckDBPyConnection):
    for table in TABLES:
        there = rows(published, f"FROM {table} ORDER BY rowid")
        documents = json.loads((folder / f"{table}.json").read_text())
        with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
        assert len(there) == len(documents) == len(lines)
        for row, document, line in zip(there, documents, lines, strict=True):
            assert list(row) == list(document) == list(line)
            for name, value in row.items():
                if isinstance(value, str):
                    assert document[name] == value
                    assert line[name] in (value, f"'{value}"), (table, name)
                elif value is None:
                    assert document[name] is None
                    assert line[name] == ""
                elif isinstance(value, bool):
                    assert (document[name], line[name]) == (value, str(value).lower())
                elif isinstance(value, int | float):
                    assert document[name] == float(line[name]) == value


def test_times_in_text_say_that_they_are_utc(folder: Path):
    (first, *_) = json.loads((folder / "price_history.json").read_text())
    assert re.fullmatch(r"2026-01-0\dT06:00:00Z", first["first_seen_at"])
    assert json.loads((folder / "scheduled_price.json").read_text())[0]["effective_from"] == "2026-02-01"


def test_no_cell_of_a_csv_runs_in_a_spreadsheet(folder: Path):
    models = set()
    for table in TABLES:
        with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            lines = list(csv.reader(file))
        for line in lines[1:]:
            for name, cell in zip(lines[0], line, strict=True):
                is_number = re.fullmatch(r"-|-?\d+(\.\d+)?(e[+-]\d+)?", cell) is not None
                signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
                assert is_number or not cell.startswith(signs), (table, name, cell)
                if name == "model":
                    models.add(cell)
    assert {f"'{HOSTILE}", "'-1+1", "'\tfree", "'－1", "-"} < models


GUARDED = {
    "": "",
    "gpt-4.1": "gpt-4.1",
    "-": "-",
    "-0.5": "-0.5",
    "-1+1": "'-1+1",
    "-.5": "'-.5",
    "-\n": "'-\n",
    "=1": "'=1",
    "+1": "'+1",
    "@a": "'@a",
    "\t=1": "'\t=1",
    "\r=1": "'\r=1",
    "\n=1": "'\n=1",
    "＝1": "'＝1",
    "＋1": "'＋1",
    "－1": "'－1",
    "＠a": "'＠a",
    "\x01=1": "'=1",
    "a\x1b[2J\x9bb\x00\x7fc": "a[2Jbc",
    "two\n\tlines": "two\n\tlines",
    "–": "–",
}


@pytest.mark.parametrize("text", list(GUARDED))
def test_the_two_guards_of_a_cell_are_one(con: duckdb.DuckDBPyConnection, text: str):
    assert harmless_cell(text) == GUARDED[text]
    guarded = con.execute(f"SELECT {harmless_sql('words')} FROM (SELECT ?::VARCHAR AS words)", [text]).fetchall()
    assert guarded == [(GUARDED[text],)]


def test_text_copies_are_the_same_bytes_every_time(con: duckdb.DuckDBPyConnection, folder: Path, tmp_path: Path):
    again = {file.path.name: file.sha256 for file in export.publish(con, tmp_path, stamp=STAMP)}
    for file in sorted(folder.iterdir()):
        if file.suffix != ".duckdb" and file.name not in ("prices.metadata.json", "SHA256SUMS"):
            assert hashlib.sha256(file.read_bytes()).hexdigest() == again[file.name], file.name


def test_parquet_is_the_history_in_its_order(folder: Path, published: duckdb.DuckDBPyConnection):
    there = published.execute("FROM price_history ORDER BY rowid").fetchall()
    assert published.execute("FROM read_parquet(?)", [str(folder / "prices.parquet")]).fetchall() == there
    series = [row[0] for row in published.execute("SELECT series_id FROM price_history ORDER BY rowid").fetchall()]
    assert [one for at, one in enumerate(series) if at == 0 or series[at - 1] != one] == list(dict.fromkeys(series))


def test_prices_as_they_were_known(published: duckdb.DuckDBPyConnection):
    ask = "SELECT amount FROM price_as_of(?) WHERE model = 'm' AND meter = 'inference_input'"
    answers = [published.execute(ask, [kept(day)]).fetchall() for day in (-1, 0, 0.9, 1, 9)]
    assert answers == [[], [(5.0,)], [(5.0,)], [(4.0,)], [(4.0,)]]
    assert published.execute("SELECT count(*) > 3 FROM price_as_of('2026-01-02')").fetchone() == (True,)


def test_prices_as_they_were_known_are_those_of_a_page_that_was_read_then(tmp_path: Path):
    with built_warehouse() as con:
        record(con, read(moment(0), [price("5")]))
        record(con, read(moment(1), [price("6")], page="guide"))
        for day in (5, 12):
            record(con, read(moment(day), [price("5")], verdicts=None))
        refresh(con)
        export.publish(con, tmp_path, stamp=STAMP)
    with duckdb.connect(str(tmp_path / "prices.duckdb"), read_only=True) as reader:
        ask = "SELECT amount FROM price_as_of(?) WHERE provider = 'openai'"
        answers = [reader.execute(ask, [kept(day)]).fetchall() for day in (0, 5, 12)]
    assert answers == [[(5.0,)], [(6.0,)], [(5.0,)]]


def test_the_history_of_one_model(published: duckdb.DuckDBPyConnection):
    found = rows(published, "FROM price_history_of('openai', 'm')")
    assert [(row["meter"], row["amount"]) for row in found] == [
        ("inference_input", 5.0),
        ("inference_input", 4.0),
        ("inference_output", 4.0),
    ]


def test_changes_since_a_day(published: duckdb.DuckDBPyConnection):
    found = rows(published, "FROM changes_since('2026-01-02')")
    assert [row["headline"] for row in found] == [
        "m input at OpenAI: $5.00 -> $4.00 per 1M tokens (-20 %)",
        "all models at OpenAI: closed to new customers since 2026-01-03",
    ]
    assert [row["recorded_at"] for row in found] == [kept(3), kept(3)]


def test_markup_at_a_volume(published: duckdb.DuckDBPyConnection):
    (row,) = rows(published, "FROM markup_at(10000000, 1e6)")
    assert (row["model"], row["input_ratio"], row["output_ratio"]) == ("t", 2.0, 4.0)
    assert (row["base_usd_per_month"], row["tuned_usd_per_month"], row["extra_usd_per_month"]) == (44.0, 96.0, 52.0)
    assert row["hosting_usd_per_month"] == pytest.approx(1241)
    assert row["blended_ratio"] == pytest.approx((96 + 1241) / 44)
    assert published.execute("SELECT markup_usd(100000000, 0.25, 0.375)").fetchone() == (12.5,)


def test_what_is_held_is_in_no_other_table(published: duckdb.DuckDBPyConnection):
    assert published.execute("SELECT old_amount, new_amount, rule, page FROM held").fetchall() == [(4.0, 400.0, "ratio", "pricing")]  # fmt: skip
    for table in ("current_price", "price_history"):
        assert published.execute(f"SELECT count(*) FROM {table} WHERE amount = 400").fetchone() == (0,)


def test_the_connection_is_as_it_was(con: duckdb.DuckDBPyConnection, tmp_path: Path):
    before = con.execute("SELECT current_database(), current_schema()").fetchone()
    export.publish(con, tmp_path)
    assert before == con.execute("SELECT current_database(), current_schema()").fetchone()
    assert con.execute("SELECT count(*) FROM duckdb_databases() WHERE database_name = 'published'").fetchone() == (0,)


def test_what_a_killed_run_left_is_in_nobodys_way(con: duckdb.DuckDBPyConnection, tmp_path: Path):
    (tmp_path / ".prices.duckdb.part").write_bytes(b"half a file")
    (tmp_path / ".prices.duckdb.part.wal").write_bytes(b"half a log")
    (tmp_path / ".held.csv.part").write_bytes(b"half")
    export.publish(con, tmp_path)
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_a_publication_that_fails_leaves_the_old_files(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    export.publish(con, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def dies(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(export, "_write_metadata", dies)
    with pytest.raises(OSError, match="no space left"):
        export.publish(con, tmp_path)
    assert before == {name: (tmp_path / name).read_bytes() for name in before}
    monkeypatch.undo()
    export.publish(con, tmp_path)


def test_a_reader_never_sees_half_a_file(con: duckdb.DuckDBPyConnection, tmp_path: Path):
    export.publish(con, tmp_path)
    whole = len(json.loads((tmp_path / "price_history.json").read_text()))
    is_over, seen = threading.Event(), []

    def keep_reading() -> None:
        while not is_over.wait(0.002):
            seen.append(len(json.loads((tmp_path / "price_history.json").read_text())))

    reader = threading.Thread(target=keep_reading)
    reader.start()
    for _ in range(3):
        export.publish(con, tmp_path)
    is_over.set()
    reader.join()
    assert set(seen) == {whole}


def test_an_empty_warehouse_is_published_too(tmp_path: Path):
    with built_warehouse() as con:
        files = export.publish(con, tmp_path)
    assert {file.path.name: file.rows for file in files}["current_price.json"] == 0
    assert json.loads((tmp_path / "current_price.json").read_text()) == []
    assert (tmp_path / "current_price.csv").read_text().startswith("provider,product,model,")
    reader = duckdb.connect(str(tmp_path / "prices.duckdb"), read_only=True)
    known = reader.execute("SELECT DISTINCT trust FROM price_as_of('2026-01-01')").fetchall()
    assert known == [("third_party",)]  # the lists' history is there before anything was read
    reader.close()
