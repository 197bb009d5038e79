"""A build makes the pages again whose rows moved, and no other; what stands then is what a whole build would make."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.publish import render
from pipeline.publish.context import COLUMNS
from pipeline.publish.folder import MANIFEST
from tests.toy_site import build, toy

# Of every table that pages are made from, a column that can move by itself.
MOVES = {
    "alert_health": None,
    "assumption": "source",
    "availability": "quoted",
    "break_even_scenario": "would_take",
    "checklist": "question",
    "claim_input": "words",
    "claims_audit": "says",
    "current_price": "quoted",
    "feed_change": "feed_words",
    "feed_history": "feed_words",
    "feed_markup_history": "ratio",
    "guide_audit": "words",
    "guide_example": "low",
    "guide_example_input": "words",
    "guide_figure": "note",
    "held": "reason",
    "hold": "reason",
    "lora_share": "share",
    "markup": "ratio",
    "markup_at_volume": None,
    "markup_history": "ratio",
    "offer_comparison": "tuned_output",
    "price_change": "headline",
    "price_history": "last_verified_at",
    "provider_health": "detail",
    "same_model": "other_model",
    "sample_run": None,
    "scenario": "note",
    "scheduled_price": "quoted",
    "seller_tuning": "models",
    "source_agreement": "cause_words",
    "training_price": None,
}


def content_of(site: Path) -> Mapping[str, bytes]:
    """Every file of a folder; what a page was made from, and not only the page, is in its manifest."""
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a whole build was written to."""
    out = tmp_path_factory.mktemp("whole")
    assert build(toy(), out).rendered
    return out


@pytest.fixture
def site(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to build into again."""
    return Path(shutil.copytree(whole, tmp_path / "site"))


def test_nothing_is_made_again_where_nothing_moved(site: Path):
    assert () == build(toy(), site).rendered


def test_one_moved_price_makes_its_own_pages_and_those_that_list_it(site: Path):
    made = toy()
    row = next(row for row in made.tables["current_price"] if row["model"] == "gpt-oss-20b")
    row["quoted"] = "another quote"
    rendered = build(made, site).rendered
    assert "models/together/gpt-oss-20b/index.html" in rendered
    others = [page for page in rendered if page.startswith("models/together/") and "gpt-oss-20b" not in page]
    assert [] == others
    assert not [page for page in rendered if page.startswith("changes/") and page != "changes/index.html"]


def moved(value: object) -> object:
    """Another value of the same kind."""
    match value:
        case str():
            return f"{value} <moved>"
        case datetime():
            return value - timedelta(hours=1)
        case bool():
            return not value
        case int() | float():
            return value + 1
    return value


def test_each_table_has_a_move():
    assert MOVES.keys() == COLUMNS.keys()


@pytest.mark.parametrize("table", [table for table, column in MOVES.items() if column is not None])
def test_what_stands_after_a_move_is_what_a_whole_build_makes(site: Path, tmp_path: Path, table: str):
    made, column = toy(), MOVES[table]
    row = next(row for row in made.tables[table] if row[column] is not None)
    row[column] = moved(row[column])
    build(made, site)
    anew = tmp_path / "anew"
    build(made, anew)
    assert content_of(anew) == content_of(site)


def test_another_version_of_the_program_makes_every_page_again(site: Path, monkeypatch: pytest.MonkeyPatch):
    pages = build(toy(), site).pages
    monkeypatch.setattr(render, "program_version", lambda: "another")
    result = build(toy(), site)
    assert (pages, ()) == (len(result.rendered), result.written)


def test_a_page_that_was_changed_in_place_is_made_again(site: Path):
    page = site / "markup" / "index.html"
    content = page.read_bytes()
    page.write_bytes(content.replace(b"Markup", b"Markdn"))  # as long as before
    assert ("markup/index.html",) == build(toy(), site).written
    assert content == page.read_bytes()


def test_a_manifest_that_does_not_say_what_pages_were_made_from_makes_them_all(site: Path):
    manifest = site / MANIFEST
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text[: text.index('"made"')].rstrip().rstrip(",") + "}", encoding="utf-8")
    result = build(toy(), site)
    assert (result.pages, ()) == (len(result.rendered), result.written)
