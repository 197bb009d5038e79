"""The site in a real browser: nothing breaks, nothing leaks, everything can be reached and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

MODEL = "models/openai/gpt-4.1-2025-04-14/"
PAGES = ("", "models/", MODEL, "models/together/gpt-oss-120b/", "models/_example/example-large/", "providers/",
    "providers/openai/", "markup/", "compare/", "changes/", "changes/a1f0c2d39b7e6a01/", "status/", "methodology/", "data/",
    "discontinued/", "guide/", "claims/", "break-even/", "break-even/ticket-classification/", "advise/", "404.html")  # fmt: skip


def test_the_listener_hears_a_breach_of_the_policy(visit: Callable[..., Visit], site: Path):
    """Before trusting silence: a page that must complain does."""
    text = (site / "404.html").read_text(encoding="utf-8").replace("</body>", '<p style="color:red">x</p></body>')
    (site / "breach.html").write_text(text, encoding="utf-8")
    opened = visit()
    opened.go("breach.html")
    (site / "breach.html").unlink()
    assert any("Content Security Policy" in message for message in opened.complaints)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_complaint_no_outside_request_no_sideways_scroll(visit: Callable[..., Visit], width: int, scheme: str):
    opened = visit(width=width, scheme=scheme)
    for path in PAGES:
        if path == "404.html":
            continue  # its links are absolute for the site's own address, which the test's host is not
        page = opened.go(path)
        wide = page.evaluate("() => [document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]")
        assert max(wide[:2]) <= wide[2], f"{path} scrolls sideways at {width}"
    assert [] == opened.complaints
    assert len(opened.requests) >= len(PAGES)
    assert [] == [url for url in opened.requests if not url.startswith(opened.base)]


def test_few_requests_a_page(visit: Callable[..., Visit]):
    for path in ("", MODEL, "status/"):
        opened = visit()
        opened.go(path)
        assert len(opened.requests) <= 6, path


def test_without_scripts_the_same_words(visit: Callable[..., Visit]):
    with_scripts, without = visit(), visit(scripts=False)
    for path in ("", MODEL, "markup/", "compare/", "status/", "changes/"):
        with_scripts.go(path).evaluate("() => document.querySelectorAll('.tools').forEach((it) => it.remove())")
        without.go(path)  # what the scripts put there is of no use without them
        texts = [re.sub(r"\s+", " ", opened.page.locator("main").text_content() or "") for opened in (with_scripts, without)]  # fmt: skip
        assert texts[0] == texts[1], path
        assert re.search(r"\$\d", texts[0]), path


def column(opened: Visit, number: int) -> list[str]:
    cells = opened.page.locator(f"table[data-sort-as=cost] tbody tr > :nth-child({number})")
    return [str(cell.get_attribute("data-v") or "") for cell in cells.all()]


def test_a_table_sorts_by_keyboard_and_keeps_it_in_the_address(visit: Callable[..., Visit]):
    opened = visit()
    page = opened.go("")
    original = column(opened, 1)
    button = page.get_by_role("button", name="8M run")
    head = page.locator("table[data-sort-as=cost] th", has=button)
    button.focus()
    page.keyboard.press("Enter")
    assert "ascending" == head.get_attribute("aria-sort")
    known = [float(value) for value in column(opened, 5) if value]
    assert sorted(known) == known
    page.keyboard.press("Space")
    assert "descending" == head.get_attribute("aria-sort")
    values = column(opened, 5)
    known = [float(value) for value in values if value]
    assert sorted(known, reverse=True) == known
    assert "" == values[-1], "what is not known stays last in both directions"
    assert page.url.endswith("#cost.sort=8m-run.desc")
    again = visit()
    again.go("#cost.sort=8m-run.desc")
    assert values == column(again, 5)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") is None
    assert original == column(opened, 1)
    assert "#" not in page.url


def test_a_figure_opens_by_keyboard_and_by_its_address(visit: Callable[..., Visit]):
    page = visit().go(MODEL)
    figure = page.locator(".card .figure").first
    assert not figure.locator(".evidence").is_visible()
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    assert figure.locator("blockquote").is_visible()
    home = visit().go("")
    home.locator("table[data-sort-as=cost] a.num").first.click()
    home.wait_for_url("**/models/**")
    anchor = home.url.partition("#")[2]
    assert home.locator(f"#{anchor}").is_visible()


def test_the_skip_link_comes_first_and_leads_to_the_content(visit: Callable[..., Visit]):
    page = visit().go("")
    page.keyboard.press("Tab")
    assert "Skip to the content" == page.evaluate("() => document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert "main" == page.evaluate("() => document.activeElement.id")


def test_wide_tables_scroll_in_their_region_by_keyboard(visit: Callable[..., Visit]):
    page = visit(width=360).go("")
    region = page.locator(".scroll", has=page.locator("table[data-sort-as=cost]"))
    region.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert region.evaluate("(it) => it.scrollLeft") > 0
    first = region.locator("tbody th").first
    assert first.evaluate("(it) => Math.round(it.getBoundingClientRect().left)") == region.evaluate(
        "(it) => Math.round(it.getBoundingClientRect().left)"
    )


def test_charts_fit_their_screen(visit: Callable[..., Visit]):
    for width, shown, hidden in ((360, "narrow", "wide"), (1280, "wide", "narrow")):
        page = visit(width=width).go("models/together/gpt-oss-120b/")
        chart = page.locator(f".chart.{shown}").first
        assert chart.is_visible()
        assert not page.locator(f".chart.{hidden}").first.is_visible()
        size = chart.locator("text").first.evaluate("(it) => it.getBoundingClientRect().height")
        assert size >= 9, "its words are too small to read"


def test_an_abandoned_site_turns_itself_stale(visit: Callable[..., Visit], site: Path):
    """The reader's clock is years after the readings; only a demonstration stands still on purpose."""
    text = (site / MODEL / "index.html").read_text(encoding="utf-8")
    live = site / "models" / "openai" / "live-copy"
    live.mkdir()
    (live / "index.html").write_text(text.replace(" data-demo", ""), encoding="utf-8")
    opened = visit()
    page = opened.page
    page.clock.set_fixed_time("2030-01-01T00:00:00Z")
    opened.go("models/openai/live-copy/")
    assert {"last known"} == set(page.locator(".card .chip").all_text_contents())
    opened.go(MODEL)
    assert {"fresh"} == set(page.locator(".card .chip").all_text_contents())
    (live / "index.html").unlink()
    live.rmdir()


def test_print_shows_the_evidence_and_hides_the_frame(visit: Callable[..., Visit], tmp_path: Path):
    page = visit().go(MODEL)
    page.emulate_media(media="print")
    for hidden in (".masthead nav", ".colophon nav", ".tools"):
        for element in page.locator(hidden).all():
            assert not element.is_visible(), hidden
    assert page.locator("h1").is_visible()
    assert page.locator(".card .evidence").first.is_visible(), "what is closed on the screen is open on paper"
    link = page.locator("main a[rel~=external]").first
    assert str(link.get_attribute("href")) in link.evaluate("(it) => getComputedStyle(it, '::after').content + it.textContent")  # fmt: skip
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_print_from_a_dark_screen_has_the_colours_of_paper(visit: Callable[..., Visit]):
    tokens = "() => ['--paper', '--good', '--warn', '--bad', '--line', '--series-1'].map((name) => getComputedStyle(document.documentElement).getPropertyValue(name))"
    printed = []
    for scheme in ("light", "dark"):
        page = visit(scheme=scheme).go("")
        page.emulate_media(media="print", color_scheme=scheme)
        printed.append(page.evaluate(tokens))
    assert printed[0] == printed[1]
    assert all(printed[0])
