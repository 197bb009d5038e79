"""What every test shares: the recorded real pages, where they exist."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_PAGES = REPOSITORY.parent / "shared" / "pages"


@pytest.fixture
def shared_pages() -> Path:
    """The folder of real recorded pages beside the repository: needed in CI, a reason to skip elsewhere."""
    if not SHARED_PAGES.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI tests every scraper on real pages, and {SHARED_PAGES} is not there")
        pytest.skip(f"the real recorded pages are not beside this checkout ({SHARED_PAGES})")
    return SHARED_PAGES
