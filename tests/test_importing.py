"""`ftprices import`: what is kept, what is said, and what a file that is refused leaves behind."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import importing, stages
from pipeline.cli import exit_code
from pipeline.lock import run_lock
from pipeline.settings import read_settings
from pipeline.workshop import open_workshop
from scrapers.feeds import gpu_history

HEAD = ",".join(gpu_history.COLUMNS)
ROWS = (
    "2025-04-23,aws,p5.48xlarge,H100 80GB,8,us-east-1,98.32,,a@1",
    "2025-06-05,aws,p5.48xlarge,H100 80GB,8,us-east-1,55.04,20,a@1",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of an installation of its own."""
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    return tmp_path / "state"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A file with three prices."""
    return written(tmp_path / "history.csv", *ROWS)


def written(file: Path, *rows: str) -> Path:
    file.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return file


def report(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> Any:
    capsys.readouterr()
    assert exit_code(["import", "gpu-history", str(file), "--json", *words]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def published(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.parent / "site" / "data" / "prices.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.real_pages
def test_the_real_history_is_published_and_twice_is_once(
    home: Path, shared_pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    real = shared_pages / "gpu-rental" / "gpu-price-history.csv"
    with real.open(newline="", encoding="utf-8") as file:
        dated = [row for row in csv.DictReader(file) if row["date"]]
    on_demand, spot = (
        sorted(
            (row["date"], row["gpu"], int(row["gpu_count"]), row["region"], row[column]) for row in dated if row[column]
        )
        for column in ("on_demand_usd_per_hour", "spot_usd_per_hour")
    )
    first = report(capsys, real, "--version", "2026-11-23")
    assert (first["rows"], first["rows_without_price"], first["prices"]) == (595, 595 - len(dated), 1036)
    assert (first["added"], first["known"], first["doubted"]) == (len(on_demand) + len(spot), 0, 5)
    ask = (
        "SELECT observed_on::VARCHAR, model, gpu_count, region, raw_text FROM feed_price WHERE tier = '{}' ORDER BY ALL"
    )
    assert published(home, ask.format("on_demand")) == on_demand
    assert published(home, ask.format("spot")) == spot
    assert published(home, "SELECT DISTINCT source, source_version, trust, currency, unit, sha256 FROM feed_price") == [
        ("gpu-history", "2026-11-23", "third_party", "USD", "GPU-hour", first["sha256"])
    ]
    aws = "SELECT observed_on::VARCHAR, amount, amount_text FROM feed_price WHERE product = 'p5.48xlarge' ORDER BY 1"
    assert published(home, aws) == [("2025-04-23", 12.29, "12.29"), ("2025-06-05", 6.88, "6.88")]
    for table in ("price_history", "current_price", "markup", "price_change", "held"):
        assert published(home, f"FROM {table}") == []
    packed = tmp_path / "history.csv.gz"
    packed.write_bytes(gzip.compress(real.read_bytes()))
    again = report(capsys, packed)
    assert (again["added"], again["known"], again["sha256"]) == (0, 1036, first["sha256"])
    assert len(published(home, "FROM feed_price")) == 1036


def test_what_was_done_is_one_line(home: Path, history: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["import", "gpu-history", str(history)]) == 0
    printed = capsys.readouterr()
    assert printed.out == (
        "gpu-history: 3 prices added, 0 known already, 0 doubted; 0 of 2 rows gave none; not understood: nothing\n"
    )
    assert printed.err == ""
    longer = written(history, *ROWS, ROWS[1], ",aws,x,H100 80GB,8,r,1,,a", "2025-07-01,aws,x,H100 80GB,8,r,4,,a")
    assert exit_code(["import", "gpu-history", str(longer)]) == 0
    assert capsys.readouterr().out == (
        "gpu-history: 1 prices added, 5 known already, 1 doubted; 1 of 5 rows gave none; not understood: no date (1)\n"
    )


def test_the_summary_names_some_of_what_it_did_not_understand_and_the_report_all(
    home: Path, history: Path, capsys: pytest.CaptureFixture[str]
):
    written(history, *ROWS, *(f"2025-07-01,seller{number},x,H100 80GB,8,r,4,,a" for number in range(20)))
    assert len(report(capsys, history)["not_understood"]) == 20
    assert exit_code(["import", "gpu-history", str(history)]) == 0
    assert capsys.readouterr().out.endswith("no known seller: seller7 (1) and 12 more\n")


def test_hostile_words_stay_words(home: Path, history: Path, capsys: pytest.CaptureFixture[str]):
    evil = "<script>alert(1)</script>\x1b[2J'; DROP TABLE raw.feed_price; --"
    formula = '=HYPERLINK("https://evil.test")'.replace('"', '""')
    odd = f"2025-06-05,{evil},x,H100 80GB,8,r,1,,a"
    cells = f'2025-06-05,aws,"{formula}","{evil}",8,"{evil}",8,,"{formula}"'
    written(history, *ROWS, odd, cells)
    assert exit_code(["import", "gpu-history", str(history)]) == 0
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 1
    assert "\x1b" not in printed.out + printed.err
    assert "no known seller: <script>" in printed.out
    (row,) = published(home, "SELECT product, model, gpu, region, origin FROM feed_price WHERE model LIKE '<%'")
    words = evil.replace("\x1b", " ")
    assert row == ('=HYPERLINK("https://evil.test")', words, None, words, '=HYPERLINK("https://evil.test")')
    with (home.parent / "site" / "data" / "feed_price.csv").open(newline="", encoding="utf-8") as file:
        assert {"'" + row[0]} == {line["product"] for line in csv.DictReader(file) if line["product"][0] in "'="}
    for page in (home.parent / "site").rglob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")
    assert len(published(home, "FROM feed_price")) == 4


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (None, 2, "No such file"),
        (b"", 4, "LayoutChanged"),
        (b"date,provider\n", 4, "LayoutChanged"),
        (f"{HEAD}\n".encode(), 4, "no price of gpu-history is in its 0 rows"),
        (f"{HEAD}\n,aws,x,H100 80GB,8,r,1,,a\n".encode(), 4, "no date (1)"),
        (gzip.compress(b"<html>\n</html>\n", mtime=0), 4, "LayoutChanged"),
        (gzip.compress(HEAD.encode(), mtime=0)[:40], 4, "gzip file is broken"),
        (b"\x1f\x8b but no gzip", 4, "gzip file is broken"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_leaves_nothing(
    body: bytes | None, code: int, said: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "file.csv"
    if body is not None:
        file.write_bytes(body)
    assert exit_code(["import", "gpu-history", str(file)]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert str(file) in printed.err
    assert printed.err.count("\n") == 1
    assert not home.exists()


def test_a_feed_nobody_knows_and_a_folder_are_wrong_words(
    home: Path, history: Path, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["import", "nobody", str(history)]) == 2
    assert "there are genai-prices, gpu-history, litellm" in capsys.readouterr().err
    assert exit_code(["import", "gpu-history", str(history.parent)]) == 2
    assert exit_code(["import", "gpu-history", "a\0b"]) == 2
    assert not home.exists()


def test_a_file_that_unpacks_to_too_much_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(importing, "MOST_BYTES", 1024**2)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * 1024**2 * 8))
    assert exit_code(["import", "gpu-history", str(tmp_path / "bomb.gz")]) == 4
    assert "more than 1 MB" in capsys.readouterr().err


def test_an_import_waits_for_another_run_as_long_as_asked(
    home: Path, history: Path, capsys: pytest.CaptureFixture[str]
):
    with run_lock(home / "run.lock"):
        assert exit_code(["import", "gpu-history", str(history), "--wait", "0.2"]) == 5
    assert "at most 0.2 s" in capsys.readouterr().err
    assert not (home / "warehouse.duckdb").exists()


def test_an_import_goes_into_the_state_it_is_meant_for(home: Path, history: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["import", "gpu-history", str(history)]) == 0
    assert exit_code(["import", "gpu-history", str(history), "--demo"]) == 2
    assert "holds live prices" in capsys.readouterr().err


def test_what_was_kept_and_not_published_is_published_by_whoever_comes_next(
    home: Path, history: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["build"]) == 0
    with monkeypatch.context() as killed:

        def dies(_: object) -> None:
            raise OSError("killed")

        killed.setattr(stages, "publish", dies)
        assert exit_code(["import", "gpu-history", str(history)]) == 1
    assert published(home, "FROM feed_price") == []
    with open_workshop(read_settings()) as shop:
        assert stages.needs_publishing(shop)
    assert report(capsys, history)["added"] == 0
    assert len(published(home, "FROM feed_price")) == 3
    with open_workshop(read_settings()) as shop:
        assert not stages.needs_publishing(shop)
