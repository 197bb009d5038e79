"""What every test shares: the recorded real pages, where they exist."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.demo_run import DemoRun, backfilled_site_of, demo_run_of

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_PAGES = REPOSITORY.parent / "shared" / "pages"
SHARED_FEEDS = REPOSITORY.parent / "shared" / "feeds"


# Begun first, the longest of them before the others: a process that begins one at the end works on it alone.
LONG = (
    "tests/test_concurrent_readers.py",
    "tests/faults/",
    "tests/test_demo.py",
    "tests/test_tick.py",
    "tests/test_run.py",
    "tests/test_history_properties.py",
    "tests/test_feed_import.py",
    "tests/test_warehouse_break_even.py",
    "tests/test_dagster.py",
    "tests/browser/test_whole_site.py",
    "tests/browser/test_console.py",
    "tests/browser/test_calculator.py",
    "tests/test_engines.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest in front."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(
        key=lambda item: min(
            (place for name, place in places.items() if item.nodeid.startswith(name)), default=len(LONG)
        )
    )


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


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """The demonstration, run once for all tests of this run."""
    return demo_run_of(tmp_path_factory)


@pytest.fixture(scope="session")
def demo_site(demo_run: DemoRun) -> Path:
    """The demonstration's site as its run left it."""
    assert demo_run.said.code == 0, demo_run.said.err
    return demo_run.site


@pytest.fixture(scope="session", params=["demonstration", pytest.param("backfill", marks=pytest.mark.real_pages)])
def whole_site(request: pytest.FixtureRequest, demo_run: DemoRun) -> Path:
    """The demonstration's site; then the same with three years of third parties' lists, all that there are."""
    assert demo_run.said.code == 0, demo_run.said.err
    if request.param == "demonstration":
        return demo_run.site
    return backfilled_site_of(demo_run, _shared(SHARED_FEEDS) / "price_observations.parquet")


@pytest.fixture(scope="session")
def an_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state and the site that was built from it; to be copied."""
    from pipeline.cli import exit_code  # noqa: PLC0415 - most tests need none

    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FTPRICES_HOME", str(folder / "state"))
        patch.setenv("FTPRICES_SITE", str(folder / "site"))
        assert exit_code(["build"]) == 0
    return folder
