"""What may stand behind a seller's address one day: walls, blanks, other currencies, half a page, another seller's page.

None of it may become prices. Every recording of every seller is bent in each way; what a scraper says of it must be
an error, in one line, with the exit code of a page that was not understood.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.cli import exit_code
from pipeline.page_shape import page_fault
from scrapers.catalog import PageRow, read_catalog, read_page
from scrapers.contract import Page, Reading, ValueState
from scrapers.errors import ScrapeError
from tests.test_providers import GOOD, Recording, page_of

SLUGS = sorted({recording.slug for recording in GOOD})
ROWS = {(row.provider, row.page): row for row in read_catalog()}
STRANGERS = {
    "nothing": "",
    "blanks": " \n\n\t\n",
    "an empty page": "<!doctype html><html><head><title>Pricing</title></head><body></body></html>",
    "a login wall": (
        "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to see pricing</h1>"
        "<form action='/login'><label>Email <input name='email'></label><button>Continue</button></form>"
        "<p>Plans start at $20.00 per month.</p></body></html>"
    ),
    "a consent page": (
        "<!doctype html><html lang='de'><head><title>Before you continue</title></head><body><h1>Cookies</h1>"
        "<table><tr><th>Cookie</th><th>Days</th></tr><tr><td>id</td><td>365</td></tr></table>"
        "<button>Accept all</button><button>Reject all</button></body></html>"
    ),
    "a maintenance note": "# Pricing\n\nWe will be back soon.\n",
    "an error in JSON": '{"error": {"code": 403, "message": "Forbidden"}}',
    "an empty answer in JSON": '{"Items": [], "NextPageLink": null, "Count": 0}',
    "a header without rows": "InstanceType,Price,Region\n",
}
NAMES_NO_CURRENCY = {("fireworks", "cost_estimator")}  # literal rates without a sign: the catalogue's currency holds
CUTS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)


def named(recording: Recording) -> str:
    return recording.name


def outcome(recording: Recording, page: Page) -> Reading | str:
    """What is read in the page, or the words of the refusal."""
    try:
        return read_page(recording.slug, page)
    except ScrapeError as error:
        return str(error)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("what", STRANGERS)
def test_a_stranger_behind_the_address_is_refused_in_one_line(
    slug: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`ftprices parse` is how a person sees what a tick would make of a page."""
    saved = tmp_path / "saved.html"
    saved.write_text(STRANGERS[what], encoding="utf-8")
    assert exit_code(["parse", slug, str(saved)]) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1, printed.err
    assert len(printed.err) > 30


@pytest.mark.parametrize("slug", SLUGS)
def test_every_other_sellers_page_is_refused(slug: str) -> None:
    """With the words of a scrape error, whichever page of the seller's it was taken for."""
    others = [recording for recording in GOOD if recording.slug != slug]
    assert len(others) > 5
    for recording in others:
        for page in [None, *sorted(name for provider, name in ROWS if provider == slug)]:
            with pytest.raises(ScrapeError):
                read_page(slug, replace(page_of(recording), page=page))


@pytest.mark.parametrize(
    "recording",
    [one for one in GOOD if one.path.suffix not in {".csv", ".yml"} and (one.slug, one.page) not in NAMES_NO_CURRENCY],
    ids=named,
)
def test_a_page_in_another_currency_gives_no_dollars(recording: Recording) -> None:
    """A seller may show another currency to another country: the figures are then those of no dollar price."""
    page = page_of(recording)
    text = page.text
    bent = re.sub(r"\bUSD\b", "CHF", text.replace("\\$", "CHF ").replace("$", "CHF "))
    assert bent != text or not _dollars(outcome(recording, page)), "the page shows no currency at all"
    found = outcome(recording, replace(page, body=bent.encode()))
    assert not _dollars(found), f"{recording.name} read {_dollars(found)[:3]}"


def _dollars(found: Reading | str) -> list[str]:
    if isinstance(found, str):
        return []
    return [
        quote.raw_text for quote in found.quotes if quote.value_state is ValueState.PRICED and quote.currency == "USD"
    ]


@pytest.mark.parametrize("recording", GOOD, ids=named)
def test_half_a_page_is_never_taken_for_a_whole_one(recording: Recording) -> None:
    """Cut short, a page is refused: by its scraper, for its few rows, or beside the last good reading.

    Where the cut fell behind the last price, the prices are the same. What can be bought is not compared: a statement
    counts as gone only after three good readings without it.
    """
    page = page_of(recording)
    row = ROWS[recording.slug, recording.page]
    whole = read_page(recording.slug, page)
    believed = []
    for share in CUTS:
        cut = replace(page, body=page.body[: int(len(page.body) * share)])
        found = outcome(recording, cut)
        if isinstance(found, Reading) and not _is_caught(found, whole, row) and _figures(found) != _figures(whole):
            believed.append(share)
    assert not believed, f"{recording.name} cut at {believed} was believed"


def _is_caught(found: Reading, whole: Reading, row: PageRow) -> bool:
    fault = page_fault(found.layout.sections, whole.layout.sections, seen_before=False)
    return fault is not None or len(found.quotes) < row.min_rows


def _figures(reading: Reading) -> list[tuple[str, object, str]]:
    return sorted(
        ((quote.series_id, quote.amount, quote.value_state.value) for quote in reading.quotes),
        key=str,
    )
