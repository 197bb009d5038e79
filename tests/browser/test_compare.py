"""`/compare/`: any offers as of any date, by the same rule as the published database's own macro."""

from __future__ import annotations

import functools
import gzip
import random
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from pipeline.publish import format as fmt
from tests.browser.conftest import Visit, _Quiet

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

DATES = 24
BEFORE_OUR_READS = ("2023-12-02", "2023-12-03", "2024-03-01", "2024-06-30", "2024-12-10", "2025-06-30", "2025-12-14")


@pytest.fixture(scope="module")
def demo_host(demo_site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(demo_site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def cells(page: Page, row: str) -> list[str]:
    found = page.locator("tr", has=page.get_by_role("rowheader", name=row)).first.locator("td")
    return [" ".join(text.split()) for text in found.all_text_contents()]


def test_the_script_answers_what_sql_answers(browser: Browser, demo_host: str, demo_site: Path):
    """Every series of the comparison on many dates, edges of spans among them, against price_as_of of the download:
    what was read at sellers, and before that what lists said, with the list's name.
    """
    page = browser.new_page()
    page.goto(f"{demo_host}compare/#as-of=2026-08-01")
    page.wait_for_selector("#compare-date")
    series: dict[str, list[list[Any]]] = page.evaluate("() => data.series")
    assert len(series) > 200
    edges = sorted({str(span[at]) for spans in series.values() for span in spans for at in (0, 1) if span[at]})
    dice = random.Random(7)
    moments = sorted({*edges[:2], *edges[-4:], *dice.sample(edges, min(len(edges), DATES // 2)),
        *(f"{day}T00:00:00" for day in BEFORE_OUR_READS), *(f"2026-0{dice.randint(1, 9)}-{dice.randint(1, 28):02}T00:00:00" for _ in range(DATES // 2))})  # fmt: skip
    compared, of_lists = 0, 0
    with duckdb.connect(str(demo_site / "data" / "prices.duckdb"), read_only=True) as con:
        for moment in moments:
            rows = con.execute(
                """SELECT series_id, value_state, amount_text, currency, trust, quoted, last_verified_at
                   FROM price_as_of(?::TIMESTAMP)""",
                [moment],
            ).fetchall()
            told = {
                row[0]: [
                    fmt.value_text({"value_state": row[1], "amount_text": row[2], "currency": row[3]}),
                    row[4] == "third_party",
                    row[6].isoformat(),
                ]
                for row in rows
                if row[0] in series
            }
            found = page.evaluate(
                """(moment) => Object.fromEntries(Object.entries(data.series)
                    .map(([name, spans]) => [name, priceAsOf(spans, moment)]).filter(([, span]) => span)
                    .map(([name, span]) => [name, [span[2], span[5] === 3, span[3]]]))""",
                moment,
            )
            assert told == found, moment
            named = page.evaluate(
                """(moment) => Object.fromEntries(Object.entries(data.series)
                    .map(([name, spans]) => [name, priceAsOf(spans, moment)]).filter(([, span]) => span && span.length > 7)
                    .map(([name, span]) => [name, [data.lists[span[8]][0], span[9]]]))""",
                moment,
            )
            quoted = {row[0]: row[5] for row in rows}
            for name, (words, key) in named.items():
                assert quoted[name].startswith(words), (moment, name)
                assert quoted[name].endswith(f": {key}"), (moment, name)
            compared += len(told)
            of_lists += len(named)
    page.close()
    assert compared > 2_000
    assert of_lists > 500
    assert len(gzip.compress((demo_site / "compare" / "offers.json").read_bytes())) <= 150_000


def test_the_script_answers_what_sql_answers_of_markups(browser: Browser, demo_host: str, demo_site: Path):
    """Ratios before our own reads are a list's, of its own two prices."""
    page = browser.new_page()
    page.goto(f"{demo_host}compare/#as-of=2024-06-30")
    page.wait_for_selector("#compare-date")
    known = 0
    with duckdb.connect(str(demo_site / "data" / "prices.duckdb"), read_only=True) as con:
        for day in BEFORE_OUR_READS:
            rows = con.execute(
                "SELECT series_id, ratio FROM markup_as_of(?) WHERE trust = 'third_party' AND ratio IS NOT NULL", [day]
            ).fetchall()
            found = page.evaluate(
                """(moment) => Object.fromEntries(Object.entries(data.markup)
                    .map(([name, spans]) => [name, priceAsOf(spans, moment)])
                    .filter(([, span]) => span && span.length > 7 && span[2]).map(([name, span]) => [name, span[2]]))""",
                f"{day}T00:00:00",
            )
            shown = page.evaluate("() => Object.keys(data.series)")
            assert {name: fmt.ratio(ratio) for name, ratio in rows if name in shown} == found, day
            known += len(found)
    page.close()
    assert known > 20


def test_a_figure_of_a_list_is_marked_and_names_its_list_and_day(browser: Browser, demo_host: str):
    page = browser.new_page()
    page.goto(f"{demo_host}compare/#offers=openai/gpt-4o-mini-2024-07-18~supervised&as-of=2025-01-15")
    page.wait_for_selector("#compare-date")
    (cell,) = cells(page, "Tuned input")
    assert cell.startswith("$0.30 third party ft:gpt-4o-mini-2024-07-18 in LiteLLM's model cost map since 2024-")
    (ratio,) = cells(page, "Markup, input")
    assert ratio.startswith("2× third party")
    assert "github.com" in str(page.locator("td.n .sub a").first.get_attribute("href"))
    date = page.get_by_label("As of")
    assert date.get_attribute("min") == "2023-12-03"
    note = str(page.locator(".tools + .note").text_content())
    assert "earliest date with a figure is 2023-12-03, of these offers 2024-" in note
    date.fill("2023-12-02")
    assert "Dates reach from 2023-12-03 to" in str(page.locator(".tools output").text_content())
    page.close()


def test_offers_and_a_date_are_chosen_and_stand_in_the_address(visit: Callable[..., Visit]):
    opened = visit()
    page = opened.go("compare/")
    assert not [url for url in opened.requests if "offers.json" in url], "the prices are fetched when they are wanted"
    assert 1 == page.locator("table").count()
    page.get_by_role("button", name="Choose models, sellers and a date").click()
    page.get_by_label("Seller").select_option("Together AI")
    page.get_by_label("Model").select_option(label="gpt-oss-20b, supervised, LoRA")
    page.get_by_role("button", name="Add", exact=True).click()
    assert "together/gpt-oss-20b~supervised-lora" in page.url
    assert cells(page, "Training")[-1].startswith("$0.40")
    page.get_by_label("As of").fill("2026-08-01")
    assert page.url.endswith("&as-of=2026-08-01")
    assert cells(page, "Training")[-1].startswith("$1.50"), "between two looks the old price holds"
    assert "since 2026-02-13" in cells(page, "Training")[-1]
    again = visit().go(page.url.rpartition("/prices/")[2])
    again.wait_for_selector("#compare-date")
    again.wait_for_timeout(100)
    assert cells(page, "Training") == cells(again, "Training")
    again.get_by_role("button", name="Clear").click()
    assert "#" not in again.url
    assert [] == opened.complaints


def test_every_figure_leads_to_its_evidence(visit: Callable[..., Visit], site: Path):
    for scripts, path in ((False, "compare/"), (True, "compare/#as-of=2026-09-12")):
        page = visit(scripts=scripts).go(path)
        if scripts:
            page.wait_for_selector("#compare-date")
            page.wait_for_timeout(100)
        links = [str(link.get_attribute("href")) for link in page.locator("td a.num").all()]
        assert len(links) > 8
        for link in links:
            target, _, anchor = link.removeprefix("../").partition("#")
            assert f'id="{anchor}"' in (site / target / "index.html").read_text(encoding="utf-8"), link
        assert page.get_by_text("training ends").first.is_visible()


def test_an_address_of_nonsense_is_todays_comparison(visit: Callable[..., Visit]):
    opened = visit()
    page = opened.go("compare/#offers=nobody,__proto__&as-of=2026-99-99")
    page.wait_for_selector("#compare-date")
    assert "today" in str(page.locator(".tools output").text_content())
    assert [] == opened.complaints


def test_prices_that_cannot_be_fetched_leave_todays_comparison(visit: Callable[..., Visit]):
    page = visit().page
    page.route("**/offers.json*", lambda route: route.fulfill(status=500, body=""))
    page.goto(f"{visit().base}compare/#as-of=2026-08-01")
    page.wait_for_selector(".tools output")
    assert "could not be fetched" in str(page.locator(".tools output").text_content())
    assert page.locator("td a.num").count() > 8
