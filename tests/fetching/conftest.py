"""A loopback server and a fetcher that waits for nothing."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
import stamina

from scrapers.fetch import Fetcher
from tests.fetching.loopback import NOW, running_site


@pytest.fixture
def site():
    with running_site() as site:
        yield site


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch):
    """Four attempts without the waits between them, and no proxy of this machine in the way."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def naps():
    """The seconds that the fetcher wanted to sleep."""
    return []


@pytest.fixture
def fetcher(naps, site):  # the site is named so that connections close before it does
    with ExitStack() as stack:

        def make(**changes):
            settings = {
                "clock": lambda: NOW,
                "sleep": naps.append,
                "spacing_s": 0.0,
                "connect_timeout_s": 1.0,
                "read_timeout_s": 2.0,
                "deadline_s": 5.0,
            }
            return stack.enter_context(Fetcher(**(settings | changes)))

        yield make
