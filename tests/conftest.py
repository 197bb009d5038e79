"""What every test shares: the recorded real pages, where they exist."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_PAGES = REPOSITORY.parent / "shared" / "pages"
SHARED_FEEDS = REPOSITORY.parent / "shared" / "feeds"


@pytest.fixture
def shared_pages() -> Path:
    """The folder of real recorded pages beside the repository: needed in CI, a reason to skip elsewhere."""
    if not SHARED_PAGES.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI tests every scraper on real pages, and {SHARED_PAGES} is not there")
        pytest.skip(f"the real recorded pages are not beside this checkout ({SHARED_PAGES})")
    return SHARED_PAGES


@pytest.fixture(scope="session")
def shared_feeds() -> Path:
    """The folder of real lists of prices beside the repository: needed in CI, a reason to skip elsewhere."""
    if not SHARED_FEEDS.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI imports every real list of prices, and {SHARED_FEEDS} is not there")
        pytest.skip(f"the real lists of prices are not beside this checkout ({SHARED_FEEDS})")
    return SHARED_FEEDS
