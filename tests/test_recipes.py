"""The recipes: named, ordered, without a clock, answered on /sql/ and in the terminal alike."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from bs4 import BeautifulSoup

from pipeline.publish.downloads import files_in
from pipeline.publish.render import build_site
from pipeline.publish.sql_page import CSP, SHOWN_ROWS, Answered, console_in, sql_page_of
from tests.test_published import HOSTILE, STAMP, con  # noqa: F401 - the sample warehouse, a fixture
from warehouse import export, recipes
from warehouse.errors import BadTableFile
from warehouse.recipes import Recipe

RECIPES = recipes.recipes()
CLOCK = re.compile(
    r"\b(now|today|current_date|current_timestamp|current_time|get_current_\w+|random|uuid)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def site(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The sample's site with its downloads, without the console."""
    out = tmp_path_factory.mktemp("sql") / "site"
    export.publish(con, out / "data", stamp=STAMP)
    build_site(con, out, site_url="https://prices.example/", is_demo=False, stamp="t", files=files_in(out))
    return out


@pytest.fixture
def page(site: Path) -> BeautifulSoup:
    return BeautifulSoup((site / "sql" / "index.html").read_text(encoding="utf-8"), "lxml")


def test_there_are_twenty_with_names_and_titles_of_their_own():
    assert len(RECIPES) >= 20
    for names in ([recipe.name for recipe in RECIPES], [recipe.title for recipe in RECIPES]):
        assert len(names) == len(set(names))
    assert [] == [recipe.name for recipe in RECIPES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", recipe.name)]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_same_file_gives_the_same_rows(recipe: Recipe, site: Path):
    assert "ORDER BY" in recipe.query
    assert not CLOCK.search(recipe.query)
    answers = []
    for threads in (1, 4):
        with duckdb.connect(str(site / "data" / "prices.duckdb"), read_only=True) as reader:
            reader.execute(f"SET threads = {threads}")
            reader.execute("SET preserve_insertion_order = false")
            answers.append(reader.execute(recipe.query).fetchall())
    assert answers[0] == answers[1]


def test_a_head_that_says_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recipes, "RECIPES", tmp_path)
    for text in (
        "SELECT 1;\n",
        "-- T\n--\n-- group: nowhere\n-- answers: What.\n\nSELECT 1;\n",
        "-- T\n--\n-- group: prices\n-- answers: What.\n\nSELECT 1; SELECT 2;\n",
    ):
        recipes.recipes.cache_clear()
        (tmp_path / "x.sql").write_text(text, encoding="utf-8")
        with pytest.raises(BadTableFile, match=r"x\.sql"):
            recipes.recipes()
    recipes.recipes.cache_clear()


def test_the_page_shows_each_with_its_answer_and_the_whole_of_it_as_csv(site: Path, page: BeautifulSoup):
    sql = sql_page_of(site / "data", None)
    assert len(sql.answered) == len(RECIPES)
    assert sum(bool(one.rows) for one in sql.answered) > 10, "the sample answers too few to show anything"
    for one in sql.answered:
        heading = page.find(id=one.recipe.name)
        article = heading.find_parent("article")
        assert one.recipe.answers in article.text
        assert one.recipe.query == article.find("code").text
        with (site / one.csv_path).open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        assert lines[0] == list(one.columns)
        assert len(lines) == len(one.rows) + 1
        listed = article.find_all("tr")
        assert len(listed) == (min(len(one.rows), SHOWN_ROWS) + 1 if one.rows else 0)
        assert ("No row answers this today" in article.text) == (not one.rows)


def test_the_terminal_gives_the_rows_of_the_page(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from pipeline.cli import exit_code  # noqa: PLC0415 - as everywhere a command is run
    from pipeline.stamp import write_stamp  # noqa: PLC0415
    from tests.published_site import stamp  # noqa: PLC0415

    write_stamp(site, stamp())
    monkeypatch.setenv("FTPRICES_SITE", str(site))
    monkeypatch.setenv("FTPRICES_HOME", str(site.parent / "none"))
    monkeypatch.setattr("pipeline.sql.check_kind", lambda *_: None)  # the sample calls itself demo-1
    for recipe in RECIPES:
        assert exit_code(["sql", "--recipe", recipe.name, "--format", "csv"]) == 0, capsys.readouterr().err
        assert capsys.readouterr().out == (site / "sql" / f"{recipe.name}.csv").read_text(encoding="utf-8"), recipe.name


def test_the_page_lists_every_table_column_and_function(site: Path, page: BeautifulSoup):
    with duckdb.connect(str(site / "data" / "prices.duckdb"), read_only=True) as reader:
        columns = reader.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        functions = reader.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE NOT internal"
        ).fetchall()
    assert len(columns) > 300
    assert len(functions) > 20
    told: dict[str, dict[str, str]] = {
        str(table["id"]).removeprefix("table-"): {row.th.text: row("td")[1].text for row in table.select("tbody tr")}
        for table in page.find_all("details", id=re.compile("^table-"))
    }
    assert {table: dict(rows) for table, rows in _by_table(columns).items()} == told
    text = page.find("section", attrs={"aria-labelledby": "functions"}).text
    assert [] == [name for (name,) in functions if f"{name}(" not in text]


def _by_table(rows: list[tuple[str, str, str]]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, words in rows:
        found.setdefault(table, []).append((column, words))
    return found


def test_what_sellers_print_stays_text(page: BeautifulSoup):
    assert page.find("script", string=True) is None
    answered = Answered(recipe=RECIPES[0], columns=("=a",), rows=[(HOSTILE,), ("x" * 200,), (1.5,)])
    (head, hostile, *_) = csv.reader(io.StringIO(answered.csv()))
    assert (head, hostile) == (["'=a"], [f"'{HOSTILE}"])
    assert [len(row[0]) for row in answered.shown] == [len(HOSTILE), 90, 3]


def test_without_the_console_the_page_says_so_and_keeps_the_strict_policy(page: BeautifulSoup):
    assert "The console is not part of this copy" in page.text
    assert page.find(id="console") is None
    assert page.find("script", src=re.compile("sql.js")) is None
    assert "wasm" not in page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert page.find_all("button") == []


def test_with_the_console_this_page_alone_may_run_it(con: duckdb.DuckDBPyConnection, site: Path, tmp_path: Path):  # noqa: F811
    made, out = tmp_path / "made", tmp_path / "site"
    made.mkdir()
    for name in ("engine.js", "worker.js", "duckdb.wasm.gz", "LICENSES.txt"):
        (made / name).write_bytes(b"x" * 1000)
    assert console_in(made) is None, "what was not made to its end is no console"
    assert console_in(tmp_path / "nowhere") is None
    (made / "console.json").write_text('{"lock_sha256": "0123456789"}', encoding="utf-8")
    shutil.copytree(site / "data", out / "data", ignore=shutil.ignore_patterns("index.html"))
    files = files_in(out)
    build_site(con, out, site_url="https://x.example/", is_demo=False, stamp="t", files=files, console=made)
    assert {path.name for path in (out / "console").iterdir()} == {path.name for path in made.iterdir()}
    policies = {
        page.relative_to(out).as_posix(): CSP in page.read_text(encoding="utf-8").replace("&#39;", "'")
        for page in out.rglob("*.html")
    }
    assert [path for path, has in policies.items() if has] == ["sql/index.html"]
    assert "Load DuckDB (3 KB)" in (out / "sql" / "index.html").read_text(encoding="utf-8")
    assert "/console/*\n" in (out / "_headers").read_text(encoding="utf-8")


def test_the_page_keeps_its_budget(site: Path):
    assert len(gzip.compress((site / "sql" / "index.html").read_bytes(), mtime=0)) <= 60_000
