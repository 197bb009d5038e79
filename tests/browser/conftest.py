"""A real browser over the toy's site on loopback; every request, console message and policy breach is kept."""

from __future__ import annotations

import functools
import importlib.util
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.decided_site import build_decided
from tests.toy_site import build, toy

CHROMIUM = Path("/usr/bin/chromium")
SUBFOLDER = "prices"  # the site must work from a folder of its host


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@dataclass
class Visit:
    """One page in one browser window, with what it asked for and complained about."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy's site in a subfolder, as a demonstration: its freshness must not depend on the day of the test."""
    root = tmp_path_factory.mktemp("host")
    build(toy(), root / SUBFOLDER, is_demo=True)
    return root / SUBFOLDER


@pytest.fixture(scope="session")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a real warehouse with every kind of answer, its downloads beside it."""
    return build_decided(tmp_path_factory.mktemp("decided") / SUBFOLDER)


@pytest.fixture(scope="session")
def sql(decided: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database that this site offers for download."""
    with duckdb.connect(str(decided / "data" / "prices.duckdb"), read_only=True) as con:
        con.execute("SET threads = 1")
        yield con


@pytest.fixture(scope="session")
def host(site: Path) -> Iterator[str]:
    """The site served on loopback."""
    with served(site) as address:
        yield address


@contextmanager
def served(site: Path) -> Iterator[str]:
    """A built site on loopback, in a folder of its host; its address."""
    handler = functools.partial(_Quiet, directory=str(site.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")  # not longer: its event loop must be gone before other tests run theirs
def browser() -> Iterator[Browser]:
    """Chromium, without which CI fails and others skip."""
    if not CHROMIUM.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"CI looks at the pages in a browser, and {CHROMIUM} is not there")
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker's own script, as the development dependency axe-playwright-python carries it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        if os.environ.get("CI"):
            pytest.fail("CI checks accessibility, and axe-playwright-python is not installed")
        pytest.skip("axe-playwright-python is not installed")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def visit(browser: Browser, host: str) -> Iterator[Callable[..., Visit]]:
    """Open windows: `visit(width=360, scheme="dark", scripts=False)`."""
    contexts = []

    def opened(*, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        found = Visit(page=context.new_page(), base=host)
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        return found

    yield opened
    for context in contexts:
        context.close()
