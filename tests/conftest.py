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
    return _shared(SHARED_PAGES)


@pytest.fixture(scope="session")
def shared_feeds() -> Path:
    """The folder of real lists of prices beside the repository: needed in CI, a reason to skip elsewhere."""
    return _shared(SHARED_FEEDS)


def _shared(folder: Path) -> Path:
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI tests every scraper on real pages, and {folder} is not there")
        pytest.skip(f"the real recorded pages are not beside this checkout ({folder})")
    return folder
