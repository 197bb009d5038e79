"""`ftprices import` of lists that need telling: days, versions, sellers, twice is once, and three years in one go."""

from __future__ import annotations

import gzip
import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.cli import exit_code
from pipeline.feed_file import read_body
from scrapers.feed_prices import Told, known_feeds
from warehouse import export

ENTRIES = {
    "gpt-9": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
    "ft:gpt-9": {"litellm_provider": "openai", "input_cost_per_token": 3e-06, "deprecation_date": "2027-01-14"},
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of an installation of its own."""
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    return tmp_path / "state"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file of LiteLLM's with three prices."""
    return written(tmp_path / "prices.json", ENTRIES)


def written(file: Path, document: object) -> Path:
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def report(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert exit_code(["import", *words, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def published(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.parent / "site" / "data" / "prices.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_each_file_has_its_rows_and_twice_is_once(home: Path, table: Path, capsys: pytest.CaptureFixture[str]):
    first = report(capsys, "litellm", str(table), "--observed-on", "2026-08-01", "--version", "1.0")
    assert (first["added"], first["known"], first["observed_on"]) == (3, 0, "2026-08-01")
    renamed = table.rename(table.with_name("other.txt"))
    packed = table.with_name("packed")
    packed.write_bytes(gzip.compress(renamed.read_bytes()))
    for file, version in ((renamed, ["--version", "1.0"]), (packed, []), (packed, ["--version", "1.0.1"])):
        again = report(capsys, "litellm", str(file), "--observed-on", "2026-08-01", *version)
        assert (again["added"], again["known"]) == (0, 3)
    # The same prices in a later version, and on a later day, are rows of their own: nothing moved is told, too.
    newer = written(table, ENTRIES | {"gpt-8": {"litellm_provider": "unknown", "input_cost_per_token": 1}})
    assert report(capsys, "litellm", str(newer), "--observed-on", "2026-08-01", "--version", "1.1")["added"] == 3
    assert report(capsys, "litellm", str(newer), "--observed-on", "2026-08-02", "--version", "1.1")["added"] == 3
    assert published(
        home, "SELECT observed_on::VARCHAR, source_version, count(*) FROM feed_price GROUP BY ALL ORDER BY ALL"
    ) == [
        ("2026-08-01", "1.0", 3),
        ("2026-08-01", "1.1", 3),
        ("2026-08-02", "1.1", 3),
    ]
    tuned = "SELECT DISTINCT model, base_model, variant, amount, amount_text, raw_text, deprecated_on::VARCHAR, source, trust FROM feed_price WHERE starts_with(model, 'ft:')"
    assert published(home, tuned) == [
        ("ft:gpt-9", "gpt-9", "fine_tuned", 3.0, "3", "3e-06", "2027-01-14", "litellm", "third_party")
    ]
    for name in ("price_history", "current_price", "markup", "price_change", "held"):
        assert published(home, f"FROM {name}") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["litellm"], "add --observed-on, as 2026-11-12"),
        (["litellm", "--observed-on", "yesterday"], "is a day as 2026-11-12, not 'yesterday'"),
        (["litellm", "--observed-on", "20261112"], "is a day as 2026-11-12"),
        (["litellm", "--observed-on", "2026-02-30"], "is a day as 2026-11-12"),
        (["litellm", "--observed-on", ""], "is a day as 2026-11-12"),
        (["openrouter-history", "--observed-on", "2026-01-01"], "carry their own dates: leave --observed-on out"),
        (["gpu-history", "--seller", "openai"], "name their sellers: leave --seller out"),
        (["litellm", "--observed-on", "2026-01-01", "--seller", "openai"], "names its sellers: leave --seller out"),
        (["observations", "--version", "1"], "carry their own versions: leave --version out"),
        (["portkey", "--observed-on", "2026-01-01"], "say which: anthropic, azure-ai"),
        (["portkey", "--observed-on", "2026-01-01", "--seller", "nobody"], "no known seller: 'nobody'"),
        (["nobody", "--observed-on", "2026-01-01"], "there are genai-prices"),
    ],
)
def test_what_is_not_told_or_told_wrong_is_a_wrong_command(
    words: list[str], said: str, home: Path, table: Path, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["import", words[0], str(table), *words[1:]]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert not home.exists()


def test_a_day_that_has_not_come_is_no_day_of_a_file(home: Path, table: Path, capsys: pytest.CaptureFixture[str]):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert exit_code(["import", "litellm", str(table), "--observed-on", tomorrow]) == 2
    assert "has not come yet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("feed", "body", "said"),
    [
        ("models.dev", json.dumps(ENTRIES).encode(), "an object of sellers, each with its models"),
        ("litellm", b'{"openai": {"models": {}}}', "an object of models with input_cost_per_token"),
        ("litellm", json.dumps(ENTRIES).encode()[:-9], "expected JSON"),
        ("litellm", b'{"a": {"litellm_provider": "openai", "input_cost_per_token": NaN}}', "NaN is not a number"),
        ("litellm", b'{"a": {"litellm_provider": "nobody", "input_cost_per_token": 1}}', "no known seller: nobody (1)"),
        ("litellm", b"\xff\xfe{", "no UTF-8 text"),
        ("genai-prices", b"[]", "a list of sellers"),
        ("portkey", b"{}", "each with its pricing_config"),
        ("openrouter", b'{"data": []}', "a list of models"),
    ],
)
def test_another_file_is_one_line_and_leaves_nothing(
    feed: str, body: bytes, said: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "openai.json"
    file.write_bytes(body)
    assert exit_code(["import", feed, str(file), "--observed-on", "2026-01-01"]) == 4
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert not home.exists()


def test_a_file_that_is_no_parquet_file_is_one_line_and_leaves_nothing(
    home: Path, table: Path, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["import", "observations", str(table)]) == 4
    printed = capsys.readouterr()
    assert "no Parquet file of prices" in printed.err
    assert printed.err.count("\n") == 1
    assert not home.exists()


def test_a_table_too_long_for_text_is_parquet_alone_and_its_old_copies_go(
    home: Path, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    data = home.parent / "site" / "data"
    report(capsys, "litellm", str(table), "--observed-on", "2026-08-01")
    assert (data / "feed_price.csv").is_file()
    monkeypatch.setattr(export, "MOST_TEXT_ROWS", 5)
    report(capsys, "litellm", str(table), "--observed-on", "2026-08-02")
    assert sorted(file.name for file in data.glob("feed_price.*")) == ["feed_price.metadata.json", "feed_price.parquet"]
    assert duckdb.connect().execute(
        "SELECT count(*) FROM read_parquet(?)", [str(data / "feed_price.parquet")]
    ).fetchall() == [(6,)]
    metadata = json.loads((data / "feed_price.metadata.json").read_text())
    assert ([file["name"] for file in metadata["files"]], metadata["rows"]) == (["feed_price.parquet"], 6)
    assert "feed_price.parquet" in (data / "index.html").read_text()
    assert "feed_price.csv" not in (data / "index.html").read_text()


@pytest.mark.real_pages
def test_three_years_of_seven_lists_are_imported_in_one_go(
    home: Path, shared_feeds: Path, capsys: pytest.CaptureFixture[str]
):
    real = shared_feeds / "price_observations.parquet"
    done = report(capsys, "observations", str(real))
    assert (done["rows"], done["added"], done["not_understood"]) == (381_406, 381_406, {})
    ours = "SELECT origin, source_version, observed_on, model, sum(amount)::DECIMAL(20, 8), count(*) FROM feed_price GROUP BY ALL ORDER BY ALL"
    theirs = f"SELECT source, source_version, observed_on, model, sum(usd)::DECIMAL(20, 8), count(*) FROM '{real}' GROUP BY ALL ORDER BY ALL"
    with duckdb.connect(str(home.parent / "site" / "data" / "prices.duckdb"), read_only=True) as connection:
        connection.execute(f"CREATE TEMP TABLE theirs AS {theirs}")
        connection.execute(f"CREATE TEMP TABLE ours AS {ours}")
        (different,) = connection.execute("SELECT count(*) FROM (FROM ours EXCEPT ALL FROM theirs)").fetchone() or (
            None,
        )
        (rows,) = connection.execute("SELECT count(*) FROM ours").fetchone() or (0,)
        expected = connection.execute("SELECT count(*) FROM theirs").fetchone()
    assert different == 0
    assert (rows,) == expected
    unit = "SELECT unit, count(*) FROM feed_price GROUP BY 1 ORDER BY 1"
    assert published(home, unit) == [("1M tokens", 381_336), ("hour", 70)]
    moves = """SELECT min(observed_on)::VARCHAR, amount FROM feed_price
               WHERE model = 'ft:davinci-002' AND meter = 'inference_input' AND tier = 'standard' AND origin = 'litellm'
               GROUP BY amount ORDER BY 1"""
    assert published(home, moves) == [("2024-12-09", 2.0), ("2025-12-14", 12.0)]
    again = report(capsys, "observations", str(shutil.copy(real, home.parent / "renamed")))
    assert (again["added"], again["known"]) == (0, 381_406)
    assert (home.parent / "site" / "data" / "prices.duckdb").stat().st_size < 25_000_000


@pytest.mark.real_pages
def test_three_megabytes_are_read_and_understood_in_two_seconds(shared_feeds: Path):
    (file,) = shared_feeds.glob("litellm_*_1.109.1.json.gz")
    body = gzip.decompress(file.read_bytes())
    told = Told(observed_on=datetime(2026, 11, 12, tzinfo=UTC).date())
    started = time.process_time()  # the work, whoever else is at it on this machine
    understood = read_body(known_feeds()["litellm"], body, told)
    assert time.process_time() - started < 2
    assert (len(body) > 3_000_000, understood.prices > 10_000) == (True, True)
