"""Every recorded page of every seller is read as its golden file says, and what is read keeps the contract.

A recording is `scrapers/recordings/<slug>/<page>-<date>.html|md|json|csv|yml|jsonl`; one that must be refused ends in `.fails.html`.
Its golden is `tests/golden/<slug>/<the same name>.json`. A missing golden is written, and the test fails: review it.
"""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from scrapers.as_json import golden_text, reading_json
from scrapers.catalog import read_catalog
from scrapers.contract import AvailabilityKind, Evidence, Meter, Page, Reading, ValueState, Variant
from scrapers.errors import ParseError
from scrapers.models import is_reviewed
from scrapers.tables import plain, soup_of, text_of

REPOSITORY = Path(__file__).resolve().parent.parent
RECORDINGS = REPOSITORY / "scrapers" / "recordings"
GOLDEN = REPOSITORY / "tests" / "golden"
CATALOG = REPOSITORY / "scrapers" / "catalog.csv"

MEDIA_TYPES = {
    "html": "text/html",
    "md": "text/markdown",
    "json": "application/json",
    "csv": "text/csv",
    "yml": "text/plain",
    "jsonl": "text/plain",
}
# "pricing-2026-08-27.html", "pricing-2026-06-26.fails.md"; ".test": a second copy of a day, for the tests only
_FILE_NAME = re.compile(
    r"(?P<page>[a-z0-9_]+)-(?P<day>\d{4}-\d{2}-\d{2})(?:\.(?P<mark>fails|test))?\.(?:html|md|json|csv|yml|jsonl)"
)


@dataclass(frozen=True)
class Recording:
    """One recorded page: whose, which, of which day, and whether it must be refused."""

    path: Path
    slug: str
    page: str
    day: date
    is_failing: bool

    @property
    def name(self) -> str:
        """The id of its test: openai/pricing-2026-08-27."""
        return f"{self.slug}/{self.path.stem}"

    @property
    def golden(self) -> Path:
        """Where its expected reading lies."""
        return GOLDEN / self.slug / f"{self.path.stem}.json"


def recordings_in(root: Path) -> list[Recording]:
    found = []
    for path in sorted(root.glob("*/*")):
        if match := _FILE_NAME.fullmatch(path.name):
            day = date.fromisoformat(match["day"])
            found.append(Recording(path, path.parent.name, match["page"], day, match["mark"] == "fails"))
    return found


def catalogue() -> dict[tuple[str, str], str]:
    """The catalogue's pages and their addresses, unchecked: a wrong row should fail a test here, not its collection."""
    with CATALOG.open(encoding="utf-8", newline="") as file:
        return {(row["provider"], row["page"]): row["url"] for row in csv.DictReader(file)}


def page_of(recording: Recording) -> Page:
    return Page(
        url=catalogue()[recording.slug, recording.page],
        fetched_at=datetime.combine(recording.day, time(6), UTC),
        body=recording.path.read_bytes(),
        media_type=MEDIA_TYPES[recording.path.suffix.removeprefix(".")],
        page=recording.page,
    )


def parse(page: Page, slug: str) -> Reading:
    reading = import_module(f"scrapers.providers.{slug}").parse(page)
    assert isinstance(reading, Reading)
    return reading


def compare(golden: Path, outcome: dict[str, Any]) -> None:
    if not golden.exists():
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(golden_text(outcome), encoding="utf-8")
        pytest.fail(f"{golden} was missing and has been written: review this file, then commit it")
    expected = json.loads(golden.read_text(encoding="utf-8"))
    assert expected == outcome


RECORDED = recordings_in(RECORDINGS)
GOOD = [recording for recording in RECORDED if not recording.is_failing]
FAILING = [recording for recording in RECORDED if recording.is_failing]


@pytest.mark.parametrize("recording", GOOD, ids=lambda recording: recording.name)
def test_a_recording_reads_as_its_golden_says(recording: Recording) -> None:
    """What a parser makes of a recorded page is what a person has reviewed."""
    compare(recording.golden, reading_json(parse(page_of(recording), recording.slug)))


@pytest.mark.parametrize("recording", FAILING, ids=lambda recording: recording.name)
def test_a_failing_recording_is_refused_in_the_words_of_its_golden(recording: Recording) -> None:
    """A page that cannot be read is an error that says what was expected and what was found."""
    with pytest.raises(ParseError) as caught:
        parse(page_of(recording), recording.slug)
    compare(recording.golden, {"error": caught.type.__name__, "message": str(caught.value)})


@pytest.mark.parametrize("recording", GOOD, ids=lambda recording: recording.name)
def test_a_reading_keeps_the_contract(recording: Recording) -> None:
    """What must hold for every quote and fact of every seller."""
    page = page_of(recording)
    reading = parse(page, recording.slug)
    text = _searchable(page)
    assert reading.quotes or reading.availability
    assert reading.layout.sections, "a reading says which sections it read"
    assert all(rows > 0 for rows in reading.layout.sections.values())
    for quote in reading.quotes:
        assert quote.provider == recording.slug
        assert isinstance(quote.meter, Meter)
        assert quote.model or quote.size_tier
        assert (quote.amount is None) == (quote.value_state in {ValueState.NOT_OFFERED, ValueState.NOT_PRINTED})
        assert quote.amount is None or quote.amount >= 0
        assert (quote.amount == 0) == (quote.value_state is ValueState.FREE)
        _check_evidence(quote.evidence, page, recording.slug)
        assert _is_printed(quote.evidence.quoted, text), f"not on the page: {quote.evidence.quoted!r}"
    series = [(quote.series_id, quote.effective_from, quote.effective_to) for quote in reading.quotes]
    assert len(set(series)) == len(series), "a series stands twice in one reading"
    for fact in reading.availability:
        assert fact.provider == recording.slug
        _check_evidence(fact.evidence, page, recording.slug)
        # that something is offered nowhere on the page can be shown by no words of it
        assert fact.kind is AvailabilityKind.NOT_OFFERED or _is_printed(fact.evidence.quoted, text)
    facts = [(fact.model, fact.variant, fact.kind) for fact in reading.availability]
    assert len(set(facts)) == len(facts), "a fact stands twice in one reading"


@pytest.mark.parametrize("recording", GOOD, ids=lambda recording: recording.name)
def test_the_kind_of_a_page_is_read_from_its_content(recording: Recording) -> None:
    """A saved file without a catalogue name reads the same, and twice the same."""
    page = page_of(recording)
    assert reading_json(parse(page, recording.slug)) == reading_json(
        parse(replace(page, page=None, media_type="text/plain"), recording.slug)
    )


def _check_evidence(evidence: Evidence, page: Page, slug: str) -> None:
    assert evidence.quoted.strip()
    assert evidence.place.strip()
    assert evidence.url == page.url
    assert evidence.fetched_at == page.fetched_at
    assert evidence.sha256 == hashlib.sha256(page.body).hexdigest()
    assert evidence.parser_version == f"{slug}/{import_module(f'scrapers.providers.{slug}').PARSER_VERSION}"


def _searchable(page: Page) -> str:
    """The words of a page: of its HTML, of the data in its attributes, of its markdown without the marks."""
    soup = soup_of(page.text)
    data = [str(island["props"]) for island in soup.select("[props]")]
    data = [re.sub(r"</?[a-z][^>]*>", " ", text) for text in data]  # "<272K" is no tag
    return _folded(" ".join([text_of(soup), *data, plain(html.unescape(page.text))]))


def _folded(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


def _is_printed(quoted: str, text: str) -> bool:
    """Whole, or cell by cell where the cells of a row were joined by ' | '."""
    return _folded(quoted) in text or all(_folded(part) in text for part in quoted.split(" | "))


def test_of_every_tuned_model_it_is_known_which_base_it_has_or_that_it_has_none() -> None:
    """`scrapers/aliases.csv` answers for each; an empty cell there is an answer."""
    tuned = {
        (recording.slug, quote.model)
        for recording in GOOD
        for quote in parse(page_of(recording), recording.slug).quotes
        if quote.variant is Variant.FINE_TUNED and quote.model is not None
    }
    assert len(tuned) > 50
    assert sorted(pair for pair in tuned if not is_reviewed(*pair)) == []


@pytest.mark.real_pages
def test_of_every_tuned_model_of_the_real_copies_it_is_known_too(shared_pages: Path) -> None:
    """Those that are in the form that is served; the sellers' own tests look at the others."""
    folders = {"aws-bedrock": "bedrock", "azure-openai": "azure"}
    sellers = {provider for provider, _ in catalogue()}
    tuned: set[tuple[str, str]] = set()
    for path in sorted(shared_pages.glob("*/*.*")):
        slug = folders.get(path.parent.name, path.parent.name)
        if slug in sellers:
            whole = b"<html><body>%b</body></html>" if path.suffix == ".html" else b"%b"
            tuned |= _tuned_models(slug, whole % path.read_bytes())
    assert len(tuned) > 30
    assert sorted(pair for pair in tuned if not is_reviewed(*pair)) == []


def _tuned_models(slug: str, body: bytes) -> set[tuple[str, str]]:
    page = Page(url="https://copy.invalid/", fetched_at=datetime(2026, 8, 21, 6, tzinfo=UTC), body=body)
    try:
        quotes = parse(page, slug).quotes
    except ParseError:
        return set()
    return {(slug, quote.model) for quote in quotes if quote.variant is Variant.FINE_TUNED and quote.model}


def test_there_are_recordings_and_each_is_named_as_one() -> None:
    """A test over all recordings is worth nothing if it finds none, or overlooks one for its name."""
    assert GOOD
    assert FAILING
    files = [path for path in RECORDINGS.glob("*/**/*") if path.is_file()]
    assert sorted(files) == [recording.path for recording in RECORDED]
    names = [recording.name for recording in RECORDED]
    assert len(set(names)) == len(names)


def test_every_page_of_the_catalogue_has_a_good_recording() -> None:
    """But an experimental one, whose layout may never have been seen. And no recording is of a page nobody watches."""
    good = {(recording.slug, recording.page) for recording in GOOD}
    assert good <= set(catalogue())
    assert set(catalogue()) - good <= {
        (row.provider, row.page) for row in read_catalog() if row.scope == "experimental"
    }
    assert {(recording.slug, recording.page) for recording in FAILING} <= set(catalogue())


def test_catalogue_modules_and_recordings_name_the_same_sellers() -> None:
    """The three places that make a seller known; the message names the odd one out."""
    slugs = {
        "scrapers/catalog.csv": {provider for provider, _ in catalogue()},
        "scrapers/providers": {
            path.stem for path in (REPOSITORY / "scrapers" / "providers").glob("*.py") if path.stem != "__init__"
        },
        "scrapers/recordings": {recording.slug for recording in RECORDED},
    }
    everyone = set.union(*slugs.values())
    missing = [f"{place} lacks {slug}" for place, known in slugs.items() for slug in sorted(everyone - known)]
    assert everyone
    assert not missing, "; ".join(missing)


def test_every_golden_has_its_recording() -> None:
    """A golden nobody compares with is a promise nobody keeps."""
    goldens = sorted(GOLDEN.rglob("*.json"))
    assert goldens
    assert goldens == sorted(recording.golden for recording in RECORDED)


@pytest.mark.parametrize("slug", sorted({recording.slug for recording in RECORDED}))
def test_a_page_of_nothing_or_of_another_seller_is_refused(slug: str) -> None:
    """Behind an address there may be another site one day: no parser may find prices there, or be content with none."""
    others = [page_of(recording) for recording in RECORDED if recording.slug != slug]
    assert others
    blanks = [b"", b"\xef\xbb\xbf", b"<!doctype html><html><body></body></html>", b"# Pricing\n\nSoon.\n", b"{}"]
    for page in [*others, *(replace(others[0], body=body) for body in blanks)]:
        with pytest.raises(ParseError):
            parse(replace(page, page=None), slug)


def test_a_missing_golden_is_written_and_not_believed(tmp_path: Path) -> None:
    """The tool writes goldens, a person judges them: the first run fails, the next compares."""
    golden = tmp_path / "newco" / "pricing-2026-11-23.json"
    outcome = {"quotes": [{"amount": "0.75"}, {"amount": None}], "availability": [], "layout": {"sections": {"a": 1}}}
    with pytest.raises(pytest.fail.Exception, match="review this file, then commit it"):
        compare(golden, outcome)
    compare(golden, outcome)
    assert '{"amount": "0.75"},\n{"amount": null}' in golden.read_text(encoding="utf-8")
    with pytest.raises(AssertionError):
        compare(golden, outcome | {"quotes": []})


def test_files_that_are_no_recordings_are_told_apart(tmp_path: Path) -> None:
    """The name is all a recording has: page, day, and whether it must fail."""
    (tmp_path / "newco").mkdir()
    for name in ("pricing-2026-11-23.html", "pricing-2026-11-24.fails.md", "pricing.html", "pricing-2026-11-23.txt"):
        (tmp_path / "newco" / name).touch()
    found = [(recording.name, recording.is_failing) for recording in recordings_in(tmp_path)]
    assert found == [("newco/pricing-2026-11-23", False), ("newco/pricing-2026-11-24.fails", True)]
