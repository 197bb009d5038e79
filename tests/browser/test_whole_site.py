"""The longest page of each kind of a whole site, with every table as long as it gets: axe, sideways scrolling, the console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import served
from tests.browser.test_accessibility import VIOLATIONS

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets


@pytest.fixture(scope="module")
def address(whole_site: Path) -> Iterator[str]:
    """The site on loopback."""
    with served(whole_site) as found:
        yield found


def longest_of_each_kind(site: Path) -> list[str]:
    """One page of each folder of the site map and each depth in it, the longest."""
    kinds: dict[tuple[str, int], Path] = {}
    for page in sorted(set(site.rglob("*.html")) - {site / "404.html"}):  # that one works at the root of a host alone
        parts = page.relative_to(site).parts
        kind = (parts[0], len(parts))
        if kind not in kinds or page.stat().st_size > kinds[kind].stat().st_size:
            kinds[kind] = page
    return sorted(page.relative_to(site).as_posix().removesuffix("index.html") for page in kinds.values())


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_longest_page_of_each_kind(
    browser: Browser, whole_site: Path, address: str, axe: str, width: int, scheme: str
):
    kinds = longest_of_each_kind(whole_site)
    assert len(kinds) > 18
    faults: dict[str, object] = {}
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for path in kinds:
        page.goto(address + path)
        page.evaluate("() => document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults[path] = "scrolls sideways"
        if told:
            faults[path] = list(told)
            told.clear()
        page.evaluate(f"{axe};0")
        if found := page.evaluate(VIOLATIONS):
            faults[path] = found
    context.close()
    assert {} == faults
