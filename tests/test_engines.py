"""Older DuckDBs and the notebook libraries open the published file, and read in it what the newest one reads.

`make engines` fetches them, each into a folder of its own that only the child process sees.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.publish.elsewhere import Lines, elsewhere
from pipeline.serve import SiteHandler
from tests.test_published import STAMP, con  # noqa: F401 - the sample warehouse, a fixture
from warehouse import export
from warehouse.recipes import recipes

pytestmark = pytest.mark.engines

ENGINES = Path(__file__).resolve().parent.parent / ".cache" / "engines"
PINNED = Path(__file__).parent / "engines"
VERSIONS = ("1.2", "1.4", "1.5")
BEYOND = {"1.2": {"function advise"}}  # the format keeps no MATERIALIZED, and 1.2 plans `ranked` at each of 99 places

# A call of every function in the file.
CALLS = {
    "accuracy_benefit_usd": "SELECT accuracy_benefit_usd(5000000, 0.04, 0.05) AS answer",
    "accuracy_return": "FROM accuracy_return()",
    "accuracy_return_usd": "SELECT accuracy_return_usd(5000000, 0.04, 0.05, 8400, 356.25, 237.5) AS answer",
    "advice_rule": "SELECT advice_rule(false, true, true, true, false, true, true, true, false, true, false, false, true, false, false) AS answer",
    "advice_rules": "FROM advice_rules() ORDER BY ALL",
    "advise": "FROM advise(prompt_exhausted := true, examples := 15000, agreement := 0.9)",
    "availability_words": "SELECT availability_words('closed_to_new', DATE '2026-01-03', DATE '2026-01-04') AS answer",
    "bill_markup_usd": "SELECT bill_markup_usd(1000, 1.5) AS answer",
    "break_even": "FROM break_even(requests := 1000000)",
    "break_even_over": "WITH offers AS (SELECT *, NULL::TIMESTAMP AS valid_to FROM offer_comparison) FROM break_even_over('offers', 'scenario') ORDER BY ALL",
    "break_even_requests": "SELECT break_even_requests(9200, 12, 0, 0.0005) AS answer",
    "break_even_self_host": "FROM break_even_self_host()",
    "break_even_seller": "FROM break_even_seller()",
    "break_even_tokens": "SELECT break_even_tokens(1000000, 205) AS answer",
    "changes_since": "FROM changes_since('2026-01-01')",
    "days_unseen": "SELECT days_unseen(TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-20') AS answer",
    "distillation_payback": "FROM distillation_payback()",
    "effective_hit_rate": "SELECT effective_hit_rate(0.5, 2000, 100, 1024) AS answer",
    "feed_price_as_of": "FROM feed_price_as_of('2025-01-01') ORDER BY ALL",
    "first_year_usd": "SELECT first_year_usd(8400, 356.25, 237.5) AS answer",
    "gpus_at_break_even": "SELECT gpus_at_break_even(1, 1460, 500, 2000, 0.0001, 4000000) AS answer",
    "gpus_for_load": "SELECT gpus_for_load(1, 400, 2, 2500) AS answer",
    "has_reason": "SELECT has_reason(false, false, true, false) AS a, has_reason(false, NULL, false, false) AS b",
    "hosting_usd_per_month": "SELECT hosting_usd_per_month(1.7) AS answer",
    "lora_or_full": "FROM lora_or_full()",
    "markup_as_of": "FROM markup_as_of('2026-01-02') ORDER BY ALL",
    "markup_at": "FROM markup_at(100000000, 10000000)",
    "markup_usd": "SELECT markup_usd(100000000, 0.25, 0.375) AS answer",
    "monthly_inference_usd": "SELECT monthly_inference_usd(5000000, 600, 150, 5, 0.4, 1.6) AS answer",
    "months_text": "SELECT months_text(1.2, 3.4) AS answer",
    "own_bill": "FROM own_bill()",
    "payback_months": "SELECT payback_months(9200, 1500) AS answer",
    "positive": "SELECT positive(3) AS a, positive(-1) AS b, positive('nan'::DOUBLE) AS c",
    "price_as_of": "FROM price_as_of('2026-01-02') ORDER BY ALL",
    "price_history_of": "FROM price_history_of('openai', 'm')",
    "project_usd": "SELECT project_usd(240, runs := 4) AS answer",
    "prompt_tokens_to_break_even": "SELECT prompt_tokens_to_break_even(50, 150, 5, 0.4, 1.6, 0.8, 3.2) AS answer",
    "ranking": "FROM ranking(requests := 1000000)",
    "ratio_of": "SELECT ratio_of(3, 2) AS a, ratio_of(3, 0) AS b",
    "request_usd": "SELECT request_usd(600, 150, 5, 0.4, 1.6) AS answer",
    "requests_text": "SELECT requests_text(1000, 2500) AS answer",
    "same_amount": "SELECT same_amount(0.1, 0.1) AS a, same_amount(0.1, 0.2) AS b",
    "saved_share": "SELECT saved_share(100, 22) AS answer",
    "training_cost": "FROM training_cost(examples := 10000, tokens_per_example := 500)",
    "training_run_usd": "SELECT training_run_usd(15000000, 0.48, minimum_usd := 4) AS answer",
    "trust_rank": "SELECT trust_rank('vendor') AS a, trust_rank('third_party') AS b, trust_rank(NULL) AS c",
    "whole_months": "SELECT whole_months(DATE '2026-01-15', DATE '2026-04-14') AS answer",
    "work_usd": "SELECT work_usd(100, 1.5) AS answer",
}

ASK = """
import duckdb, json, sys
con = duckdb.connect(sys.argv[1], read_only=True)
def ask(query):
    try:
        cursor = con.cursor().execute(query)
        types = con.sql(query).types  # what the cursor of 1.2 calls a type is a kind
        return [[d[0], str(t)] for d, t in zip(cursor.description, types)], [[repr(v) for v in row] for row in cursor.fetchall()]
    except Exception as error:
        return "error", str(error)
json.dump({"version": duckdb.__version__, "answers": [ask(query) for query in json.load(sys.stdin)]}, sys.stdout)
"""


def engine(name: str) -> Path:
    """The folder of one of them, as `make engines` left it; needed in CI, a reason to skip elsewhere."""
    folder, pinned = ENGINES / name, PINNED / f"{name}.txt"
    if not (folder / ".installed").is_file() or (folder / ".installed").stat().st_mtime < pinned.stat().st_mtime:
        if os.environ.get("CI"):
            pytest.fail(f"CI opens the published file with {name}, and `make engines` has not fetched it")
        pytest.skip(f"{name} is not here: `make engines` fetches it")
    return folder


def ask(folder: Path | None, database: Path, queries: list[str]) -> dict[str, Any]:
    """The queries' answers, asked in a process of its own: of the DuckDB in the folder, or of the program's own."""
    environment = os.environ | ({"PYTHONPATH": str(folder)} if folder else {})
    said = subprocess.run(
        [sys.executable, "-c", ASK, str(database)],
        input=json.dumps(queries), capture_output=True, text=True, env=environment, check=True, timeout=120,
    )  # fmt: skip
    document: dict[str, Any] = json.loads(said.stdout)
    return document


@pytest.fixture(scope="module")
def data(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    folder = tmp_path_factory.mktemp("engines")
    export.publish(con, folder, stamp=STAMP)
    return folder


@pytest.fixture(scope="module")
def queries(data: Path) -> dict[str, str]:
    """Every recipe, a call of every function, every table and the words of everything."""
    with duckdb.connect(str(data / "prices.duckdb"), read_only=True) as reader:
        functions = {name for (name,) in reader.execute("SELECT function_name FROM duckdb_functions() WHERE NOT internal").fetchall()}  # fmt: skip
        tables = [name for (name,) in reader.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
    assert functions == CALLS.keys(), "a function of the file is called by no test of the older DuckDBs"
    asked = {f"recipe {recipe.name}": recipe.query for recipe in recipes()}
    asked |= {f"function {name}": query for name, query in CALLS.items()}
    asked |= {f"table {name}": f"FROM {name} ORDER BY ALL" for name in tables}
    asked["words of tables"] = "SELECT table_name, comment FROM duckdb_tables() ORDER BY 1"
    asked["words of columns"] = (
        "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    )
    asked["words of functions"] = (
        "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal ORDER BY ALL"
    )
    asked["parquet"] = f"FROM read_parquet('{data / 'prices.parquet'}') ORDER BY ALL"
    return asked


@pytest.fixture(scope="module")
def expected(data: Path, queries: dict[str, str]) -> dict[str, Any]:
    answers = ask(None, data / "prices.duckdb", list(queries.values()))["answers"]
    return dict(zip(queries, answers, strict=True))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_duckdb_reads_the_same(version: str, data: Path, queries: dict[str, str], expected: dict[str, Any]):
    asked = {name: query for name, query in queries.items() if name not in BEYOND.get(version, ())}
    got = ask(engine(f"duckdb-{version}"), data / "prices.duckdb", list(asked.values()))
    assert str(got["version"]).startswith(f"{version}.")
    differing = {
        name: (theirs, ours)
        for name, theirs in zip(asked, got["answers"], strict=True)
        for ours in [expected[name]]
        if theirs != ours or ours[0] == "error"
    }
    assert {} == differing


def lines_run_by(*runners: str) -> list[Lines]:
    return [one for one in elsewhere("https://x.example/") if one.run in runners]


@pytest.mark.parametrize("lines", lines_run_by("python", "pandas", "polars"), ids=lambda one: one.where)
def test_the_lines_for_notebooks_run_as_printed(lines: Lines, data: Path):
    folder = None if lines.run == "python" else engine("notebooks")
    environment = os.environ | ({"PYTHONPATH": str(folder)} if folder else {})
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", lines.lines], cwd=data, capture_output=True, text=True, env=environment, check=False, timeout=120,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip()


def test_the_line_for_the_shell_runs_as_printed(data: Path):
    (lines,) = lines_run_by("shell")
    environment = os.environ | {"PATH": f"{engine('shell') / 'duckdb_cli'}:/usr/bin:/bin"}
    beside = lines.lines.replace("prices.duckdb", "duckdb:prices.duckdb")  # as `ftprices sql` prints it
    for line in (lines.lines, beside):
        said = subprocess.run(
            ["bash", "-c", line], cwd=data, capture_output=True, text=True, env=environment, check=False, timeout=120
        )
        assert said.returncode == 0, said.stderr
        assert "openai" in said.stdout


@pytest.mark.parametrize("version", ["", *VERSIONS])
def test_the_lines_beside_the_pipeline_run_as_printed(version: str, data: Path):
    (lines,) = lines_run_by("sql")
    assert answer_of(lines.lines, engine(f"duckdb-{version}") if version else None, data) == changes_in(data)


def test_the_lines_without_a_download_run_as_printed(data: Path, tmp_path: Path):
    """With the extension's file, signed by DuckDB's makers, from the package index: here it is not fetched at first use."""
    folder = engine("duckdb-1.5")
    (extension,) = folder.glob("duckdb_extension_httpfs/extensions/*/httpfs.duckdb_extension")
    (tmp_path / "data").symlink_to(data)
    (tmp_path / "_headers").touch()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SiteHandler, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (lines,) = (one for one in elsewhere(f"http://127.0.0.1:{server.server_port}/") if one.run == "httpfs")
        answer = answer_of(f"LOAD '{extension}'; {lines.lines}", folder, tmp_path)
        server.shutdown()
    assert answer == changes_in(data)


def answer_of(statements: str, folder: Path | None, cwd: Path) -> str:
    """What the last of some statements answers, asked in a process of its own; the sample is older than the printed day."""
    environment = os.environ | ({"PYTHONPATH": str(folder)} if folder else {})
    ask_lines = "import duckdb, sys; print(duckdb.connect().execute(sys.argv[1]).fetchall())"
    said = subprocess.run(
        [sys.executable, "-c", ask_lines, statements.replace("2026-08-01", "2026-01-01")], cwd=cwd, capture_output=True, text=True, env=environment, check=False, timeout=120,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return said.stdout


def changes_in(data: Path) -> str:
    with duckdb.connect(str(data / "prices.duckdb"), read_only=True) as reader:
        found = reader.execute("FROM changes_since('2026-01-01')").fetchall()
    assert found
    return f"{found}\n"


def test_what_no_test_runs_says_so():
    for one in elsewhere("https://x.example/"):
        assert (one.run is None) == ("Not run by a test here." in one.words), one.where
    assert [one.where for one in elsewhere("https://x.example/") if one.run is None] == [
        "R",
        "DBeaver, Metabase and others with JDBC",
    ]
