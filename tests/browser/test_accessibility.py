"""axe-core over every kind of page, closed and opened, sorted, in both schemes and at both widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.browser.test_pages import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]  # the driver speaks through a pair of unix sockets

# Pages are judged as they stand: policy, not taste. `incomplete` contrast is what tests/test_site.py computes.
VIOLATIONS = """() => axe.run({resultTypes: ['violations']}).then((result) =>
    result.violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 120)).join(' ')}`))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(visit: Callable[..., Visit], axe: str, width: int, scheme: str):
    opened = visit(width=width, scheme=scheme)
    violations = {}
    for path in PAGES:
        page = opened.go(path if path != "404.html" else "changes/")
        page.evaluate("() => document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        for button in page.locator("thead button").all()[:1]:
            button.click()
        for search in page.locator(".tools input[type=search]").all()[:1]:
            search.fill("a")
        for choose in page.get_by_role("button", name="Choose models").all():
            choose.click()
            page.get_by_label("As of").fill("2026-08-01")
        page.evaluate(f"{axe};0")
        found = page.evaluate(VIOLATIONS)
        if found:
            violations[path] = found
    assert {} == violations
