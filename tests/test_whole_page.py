"""A page that was cut short is told from one that is whole, and from a piece that was saved on purpose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.contract import Page
from scrapers.errors import LayoutChanged
from scrapers.whole_page import require_whole

TABLE = "<table><tr><td>$1</td></tr></table>"


def page(body: str) -> Page:
    return Page(url="https://example.invalid/", fetched_at=datetime(2026, 11, 24, tzinfo=UTC), body=body.encode())


@pytest.mark.parametrize(
    "body",
    [
        f"<!doctype html><HTML>{TABLE}</HTML>",
        f"<html>{TABLE}</html>\n<!-- made in 3 ms -->\n",  # caches add a comment
        TABLE,
        f"<div>{TABLE}<table><tr>",
        "| a |",
        "",
    ],
)
def test_a_whole_page_and_a_whole_piece_pass(body: str) -> None:
    require_whole(page(body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"<html><body>{TABLE}", "expected </html> at the end; found .*</table>"),
        ("<html></html><p>more", "expected </html> at the end"),
        ("<html></html", "expected </html> at the end"),
    ],
)
def test_a_page_cut_short_is_refused(body: str, words: str) -> None:
    with pytest.raises(LayoutChanged, match=words):
        require_whole(page(body))
