"""The one table component: sort, filter, save, and its state in the address."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from warehouse import spreadsheet

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

SCRIPT = Path(__file__).parent.parent.parent / "site" / "static" / "table.js"
COST = "table[data-sort-as=cost]"
SHOWN = f"{COST} tbody tr:not([hidden])"


def tools(page: Page) -> Locator:
    return page.get_by_role("group", name="Choose rows: cost")


def saved(page: Page, button: str) -> tuple[str, str]:
    with page.expect_download() as download:
        tools(page).get_by_role("button", name=f"as {button}").click()
    path = download.value.path()
    return download.value.suggested_filename, path.read_bytes().decode("utf-8")


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(f"{SHOWN} th > a").all_text_contents()]


def test_filters_say_how_many_are_shown_and_stand_in_the_address(visit: Callable[..., Visit]):
    page = visit().go("")
    whole = page.locator(SHOWN).count()
    status = tools(page).locator("output")
    assert f"{whole} of {whole} shown" == status.text_content()
    assert "polite" == status.get_attribute("aria-live")
    assert not tools(page).get_by_role("button", name="Clear").is_visible()
    tools(page).get_by_label("Seller").select_option("Together AI")
    tools(page).get_by_label("Technique").select_option("LoRA")
    few = page.locator(SHOWN).count()
    assert 0 < few < whole
    assert f"{few} of {whole} shown" == status.text_content()
    assert page.url.endswith("#cost.seller=Together%20AI&cost.technique=LoRA")
    again = visit().go(page.url.rpartition("/")[2])
    assert names(page) == names(again)
    tools(again).get_by_role("button", name="Clear").click()
    assert whole == again.locator(SHOWN).count()
    assert "#" not in again.url


def test_the_search_reads_names_and_never_prices(visit: Callable[..., Visit]):
    page = visit().go("")
    search = tools(page).get_by_role("searchbox")
    search.fill("OSS 120b")
    assert {"gpt-oss-120B"} == set(names(page))
    for price in ("25.00", "$5", "0.40", "6.25"):
        search.fill(price)
        assert [] == names(page), price


def test_back_forward_and_a_changed_address_are_obeyed(visit: Callable[..., Visit]):
    page = visit().go("")
    before = names(page)
    page.evaluate("() => { location.hash = '#cost.sort=model.desc' }")
    page.wait_for_timeout(100)
    after = names(page)
    assert sorted(before, key=str.lower, reverse=True) == after
    page.go_back()
    page.wait_for_timeout(100)
    assert before == names(page)
    page.go_forward()
    page.wait_for_timeout(100)
    assert after == names(page)


def test_an_address_of_nonsense_shows_the_whole_table(visit: Callable[..., Visit]):
    opened = visit()
    page = opened.go("#cost.sort=__proto__.asc&cost.seller=Nobody&cost.sort.x=1&zzz=1")
    assert page.locator(SHOWN).count() == page.locator(f"{COST} tbody tr").count() > 5
    assert [] == opened.complaints


def test_two_tables_of_a_page_keep_their_own_state(visit: Callable[..., Visit]):
    page = visit().go("status/#sources.sort=rows.asc&lately.sort=price.desc")
    for name, direction in (("sources", "ascending"), ("lately", "descending")):
        assert 1 == page.locator(f"table[data-sort-as={name}] th[aria-sort={direction}]").count(), name


def test_what_is_saved_is_what_is_shown(visit: Callable[..., Visit]):
    page = visit().go("#cost.seller=Together%20AI&cost.sort=training.desc")
    name, text = saved(page, "CSV")
    assert "fine-tune-prices-cost-by-training-desc-together-ai.csv" == name
    head, *rows = list(csv.reader(io.StringIO(text)))
    assert "Training ($ per 1M)" in head
    shown = page.locator(SHOWN)
    assert shown.count() == len(rows) > 3
    model, training, value = head.index("Model"), head.index("Training ($ per 1M)"), head.index("Training ($ per 1M), value")  # fmt: skip
    for row, cells in zip(rows, shown.all(), strict=True):
        assert row[model].startswith(str(cells.locator("th > a").text_content()))
        assert row[training] == cells.locator("td").nth(1).locator("a").text_content()
    amounts = [float(row[value]) for row in rows]
    assert sorted(amounts, reverse=True) == amounts
    assert "—" not in text, "a dash is a blank"
    name, text = saved(page, "JSON")
    whole: dict[str, Any] = json.loads(text)
    assert name.endswith(".json")
    assert (len(rows), {"seller": "Together AI", "sort": "training.desc"}) == (whole["shown"], whole["chosen"])
    assert amounts == [row["Training ($ per 1M), value"] for row in whole["rows"]]
    assert any(row["Tuned input ($ per 1M)"] is None for row in whole["rows"])


def test_a_saved_cell_runs_in_no_spreadsheet(visit: Callable[..., Visit]):
    page = visit().go("")
    for text in ("=1+1", "+1", "-1+1", "-0.5", "-", "@x", "＝1", "\t=1", "a\x1b[31mb", 'say "x", y', "plain", "a\nb"):
        found = page.evaluate("(text) => csvOf([[text]])", text)
        [[cell]] = list(csv.reader(io.StringIO(found, newline="")))
        assert spreadsheet.harmless_cell(text) == cell, text
    page.evaluate("() => { document.querySelector('table[data-sort-as=cost] tbody th > a').textContent = '=cmd()' }")
    assert "'=cmd()" in saved(page, "CSV")[1]


def test_the_guard_is_the_one_of_the_downloads():
    text = SCRIPT.read_text(encoding="utf-8")
    found = dict(re.findall(r"const (CONTROL|FORMULA|NO_FORMULA) = /(.*)/g?;", text))
    assert {"CONTROL": spreadsheet.CONTROL, "FORMULA": spreadsheet.FORMULA,
        "NO_FORMULA": f"^{spreadsheet.NO_FORMULA}$"} == found  # fmt: skip


def test_the_head_and_the_first_column_stay_in_sight(visit: Callable[..., Visit]):
    page = visit(width=360).go("")
    region = page.locator(".scroll", has=page.locator(COST))
    region.evaluate("(it) => { it.style.maxHeight = '200px'; it.scrollTop = 150; it.scrollLeft = 100 }")
    for cell in (region.locator("thead th").nth(3), region.locator("thead th").first):
        assert abs(cell.evaluate("(it) => it.getBoundingClientRect().top") - region.evaluate("(it) => it.getBoundingClientRect().top")) < 4  # fmt: skip


@pytest.mark.parametrize("name", ["cost", "markup"])
def test_without_scripts_every_row_is_there(visit: Callable[..., Visit], name: str):
    path = "" if name == "cost" else "markup/"
    with_scripts, without = visit().go(path), visit(scripts=False).go(path)
    rows = f"table[data-sort-as={name}] tbody tr"
    assert with_scripts.locator(rows).count() == without.locator(rows).count() > 3
    assert 0 == without.locator(".tools").count()
