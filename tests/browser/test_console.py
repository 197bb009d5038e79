"""The console of /sql/ in a real browser: nothing before a click, nothing outside, nothing but reading, the right rows."""

from __future__ import annotations

import csv
import functools
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, Route

from pipeline.publish.downloads import files_in
from pipeline.publish.render import build_site
from pipeline.serve import SiteHandler
from pipeline.settings import CONSOLE
from tests.browser.conftest import SUBFOLDER, Visit
from tests.browser.test_accessibility import VIOLATIONS
from tests.test_engines import CALLS
from tests.test_published import STAMP, con  # noqa: F401 - the sample warehouse, a fixture
from warehouse import export
from warehouse.recipes import recipes

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

PATIENCE_S = 120.0  # the engine starts in two seconds, and in a minute on a busy machine


@pytest.fixture(scope="module")
def site(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811 - the fixture imported above
    """The sample's site with the console, in a subfolder of its host."""
    if not (CONSOLE / "console.json").is_file():
        if os.environ.get("CI"):
            pytest.fail("CI asks the console of /sql/, and `make sql-console` has not made it")
        pytest.skip("the console of /sql/ is not here: `make sql-console` makes it")
    out = tmp_path_factory.mktemp("host") / SUBFOLDER
    export.publish(con, out / "data", stamp=STAMP)
    build_site(con, out, site_url="http://127.0.0.1/", is_demo=True, stamp="t", files=files_in(out), console=CONSOLE)
    return out


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    """The site as `ftprices serve` gives it, with the headers of its `_headers`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SiteHandler, directory=str(site.parent)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{SUBFOLDER}/"
    server.shutdown()
    server.server_close()
    thread.join()


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait; the page's policy lets no test evaluate strings in it."""
    for _ in range(int(PATIENCE_S / 0.05)):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"waited {PATIENCE_S} s: {said(page)}")


def part(page: Page, name: str) -> Any:
    return page.locator(f"[data-part={name}]")


def said(page: Page) -> str:
    return f"{part(page, 'status').text_content()}{part(page, 'problem').text_content()}"


def is_idle(page: Page) -> bool:
    return page.locator("#console").get_attribute("aria-busy") == "false"


def ask(page: Page, query: str) -> str:
    """Run a query; what the page says of it."""
    part(page, "editor").fill(query)
    part(page, "editor").press("Control+Enter")
    until(page, lambda: is_idle(page))
    return said(page)


def table(page: Page) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """The answer on the page: names and types of the columns, and the rows."""
    columns, rows = page.evaluate(
        """() => { const table = document.querySelector('[data-part=result] table');
            return [[...table.tHead.rows[0].cells].map((cell) => [cell.textContent, cell.title]),
                    [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))]; }"""
    )
    return [(name, kind) for name, kind in columns], rows


@pytest.fixture
def console(visit: Callable[..., Visit]) -> Visit:
    opened = visit()
    opened.go("sql/")
    return opened


def outside(opened: Visit) -> list[str]:
    own = f"blob:{opened.base.removesuffix(SUBFOLDER + '/')}"
    return [url for url in opened.requests if not url.startswith((opened.base, own))]


def test_nothing_is_loaded_before_a_click(console: Visit):
    page = console.page
    page.wait_for_timeout(300)
    assert [] == [url for url in console.requests if "/console/" in url or url.endswith(".duckdb")]
    assert len(console.requests) <= 6
    assert "8." in str(part(page, "load").text_content()), "the button says what a click loads"
    part(page, "load").click()
    until(page, lambda: "is ready" in said(page))
    assert sum(url.endswith("prices.duckdb") for url in console.requests) == 1
    assert [] == outside(console)
    assert [] == console.complaints


def expected_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def test_every_recipe_and_function_gives_what_python_gives(console: Visit, site: Path):
    """All rows and types, of both dialects of DuckDB."""
    page, differing = console.page, {}
    queries = {recipe.name: recipe.query for recipe in recipes()} | CALLS
    assert len(queries) > 60
    with duckdb.connect(str(site / "data" / "prices.duckdb"), read_only=True) as reader:
        for name, query in queries.items():
            words = ask(page, query)
            assert "row" in words, (name, words)
            cursor = reader.execute(query)
            columns = [(column[0], str(column[1])) for column in cursor.description or ()]
            rows = cursor.fetchall()
            assert len(rows) <= 1000, name
            got_columns, got = table(page)
            same = [
                len(mine) == len(theirs) and all(_same(one, other) for one, other in zip(mine, theirs, strict=True))
                for mine, theirs in zip(rows, got, strict=False)
            ]
            if (
                len(rows) != len(got)
                or not all(same)
                or [kind for _, kind in columns] != [kind for _, kind in got_columns]
            ):
                differing[name] = (columns, got_columns, rows[:2], got[:2])
    assert {} == differing
    assert [] == console.complaints
    assert [] == outside(console)


def _same(value: object, text: str) -> bool:
    if isinstance(value, float):
        return text != "" and float(text) == value
    return expected_text(value) == text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_can_be_read_by_everyone(visit: Callable[..., Visit], axe: str, scheme: str):
    opened = visit(width=360, scheme=scheme)
    page = opened.go("sql/")
    ask(page, "SELECT provider, model, amount FROM current_price ORDER BY ALL")
    assert page.evaluate("() => document.activeElement.dataset.part") == "result"
    assert part(page, "status").get_attribute("aria-live") == "polite"
    page.evaluate("() => document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    page.evaluate(f"{axe};0")
    assert [] == page.evaluate(VIOLATIONS)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    ask(page, "SELEC 1")
    assert page.evaluate("() => document.activeElement.dataset.part") == "editor"
    assert 'Parser Error: syntax error at or near "SELEC"\n\nLINE 1: SELEC 1' in str(
        part(page, "problem").text_content()
    )
    assert part(page, "result").text_content() == ""
    assert [] == opened.complaints


FORBIDDEN = [
    "CREATE TABLE mine (x INT)",
    "DELETE FROM current_price",
    "INSERT INTO readme VALUES (1, 'a', 'b')",
    "COPY current_price TO 'x.csv'",
    "EXPORT DATABASE 'x'",
    "ATTACH 'https://example.org/x.duckdb'",
    "ATTACH ':memory:' AS other",
    "FROM read_csv('https://example.org/x.csv')",
    "FROM read_text('/etc/passwd')",
    "FROM glob('*')",
    "FROM 'https://example.org/x.parquet'",
    "LOAD httpfs",
    "LOAD json",
    "SET enable_external_access = true",
    "SET autoload_known_extensions = true",
    "PRAGMA enable_external_access = true",
    "SET lock_configuration = false",
    "RESET enable_external_access",
    "SELECT getenv('HOME')",
    "FROM read_parquet('x.parquet')",
]


def test_a_query_only_reads_and_only_this(console: Visit):
    page = console.page
    for query in FORBIDDEN:
        ask(page, query)
        assert part(page, "problem").is_visible(), query
    ask(page, "INSTALL httpfs")  # without a word, and without a request
    ask(page, "LOAD httpfs")
    assert part(page, "problem").is_visible()
    assert "1 row" in ask(page, "SELECT count(*) FROM current_price")
    assert [] == outside(console)
    assert [] == [url for url in console.requests if "httpfs" in url or "extension" in url]


def test_a_long_answer_is_cut_and_says_so_and_is_saved_as_shown(console: Visit, tmp_path: Path):
    page = console.page
    assert "The first 1,000 rows" in ask(
        page, "SELECT range AS n, '=1+1' AS f, 'a \"b\", c' AS t, NULL AS e FROM range(5000)"
    )
    _, rows = table(page)
    assert (len(rows), rows[-1][0]) == (1000, "999")
    with page.expect_download() as saved:
        part(page, "csv").click()
    saved.value.save_as(tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["n", "f", "t", "e"]
    assert lines[1] == ["0", "'=1+1", 'a "b", c', ""]
    assert len(lines) == 1001
    assert "1,000 rows, in" in ask(page, "FROM range(1000)")
    assert "0 rows" in ask(page, "SELECT 1 AS a WHERE false")
    assert table(page) == ([("a", "INTEGER")], [])


def test_a_running_query_is_stopped_and_the_next_one_runs(console: Visit):
    page = console.page
    ask(page, "SELECT 1 AS a")
    part(page, "editor").fill("SELECT count(*) FROM range(100000000) a, range(100000) b")
    part(page, "run").click()
    page.wait_for_timeout(500)
    assert part(page, "run").is_disabled()
    before = len(console.requests)
    part(page, "stop").click()
    assert "Stopped" in said(page)
    assert not part(page, "stop").is_visible()
    assert "1 row" in ask(page, "SELECT 42 AS answer")
    assert table(page)[1] == [["42"]]
    assert [] == [url for url in console.requests[before:] if url.endswith((".duckdb",)) or ".wasm" in url]


def test_a_query_lives_in_the_address_and_is_not_run_before_a_click(visit: Callable[..., Visit]):
    long = "SELECT 1 AS a\n" + "".join(f"-- {number} é\n" for number in range(1000))
    for query in ("SELECT 'é&#%' AS a, 1 + 1", long):
        page = visit().go("sql/")
        part(page, "editor").fill(query)
        part(page, "link").click()
        until(page, lambda page=page: "#" in page.url)
        assert len(page.url) < 9000
        again = visit()
        again.go("sql/" + page.url.partition("sql/")[2])
        until(
            again.page,
            lambda again=again, query=query: part(again.page, "editor").input_value().strip() == query.strip(),
        )
        assert "was not run" in said(again.page)
        assert [] == [url for url in again.requests if "/console/" in url]
    cut = visit().go("sql/#z=abc")
    until(cut, lambda: "cut off" in said(cut))


def test_a_query_too_long_for_an_address_says_so(console: Visit):
    page = console.page
    text = "".join(f"-- {number * 7919 % 100003} {number}\n" for number in range(2500))
    part(page, "editor").evaluate("(it, text) => { it.value = text; }", text)
    part(page, "link").click()
    until(page, lambda: "too long" in said(page))
    assert "#" not in page.url


def test_a_recipe_fills_the_editor(console: Visit):
    page = console.page
    button = page.locator("[data-try=sql-changes-per-month]")
    button.click()
    assert "Price changes" not in part(page, "editor").input_value()
    assert part(page, "editor").input_value().startswith("SELECT\n    date_trunc('month'")
    assert page.evaluate("() => document.activeElement.dataset.part") == "editor"


def test_an_engine_that_does_not_come_or_start_is_told(visit: Callable[..., Visit]):
    opened = visit()
    page = opened.page
    opened.go("sql/")
    page.route("**/duckdb.wasm.gz*", lambda route: route.fulfill(status=404, body="gone"))
    assert "404" in ask(page, "SELECT 1")
    assert "The recipes and the downloads on this page need none of it" in said(page)
    page.unroute_all()
    page.route("**/duckdb.wasm.gz*", lambda route: route.fulfill(body=b"no engine"))
    assert "could not be loaded" in ask(page, "SELECT 1")
    page.unroute_all()
    assert "could not be loaded" in ask(page, "SELECT 1") or "1 row" in said(page)


def test_silence_ends_after_twenty_seconds(visit: Callable[..., Visit]):
    opened = visit()
    page = opened.page
    page.clock.install()
    opened.go("sql/")
    held: list[Route] = []
    page.route("**/prices.duckdb", lambda route: held.append(route))  # noqa: PLW0108 - a built-in takes no mark of the driver's
    part(page, "load").click()
    until(page, lambda: bool(held))
    assert page.locator("#console").get_attribute("aria-busy") == "true"
    page.clock.fast_forward(21_000)
    until(page, lambda: "nothing came for 20 s" in said(page))
    assert is_idle(page)
    for route in held:
        route.abort()


def test_without_scripts_the_recipes_and_their_answers_are_there(visit: Callable[..., Visit]):
    page = visit(scripts=False).go("sql/")
    assert not page.locator("#console").is_visible()
    assert "The console needs JavaScript" in str(page.locator("main").inner_text())
    assert page.locator(".recipe table").count() > 10
    assert page.locator("[data-try]:visible").count() == 0


def test_the_assets_name_no_host_of_their_own_and_the_lock_no_registry():
    lock = json.loads((CONSOLE.parent / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert "node_modules/@duckdb/duckdb-wasm" in packages
    assert [] == [name for name, entry in packages.items() if "resolved" in entry]
    assert [] == [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")]
