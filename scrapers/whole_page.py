"""Whether a body is all of a page: what was cut short on its way reads like a page that lost rows."""

from __future__ import annotations

import re

from scrapers.contract import Page
from scrapers.errors import LayoutChanged

_START = re.compile(r"<html\b", re.IGNORECASE)
_END = re.compile(r"</html>\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.IGNORECASE | re.DOTALL)


def require_whole(page: Page) -> None:
    """Raise LayoutChanged for HTML that begins as a document and does not end as one.

    Sellers leave out the closing tag nowhere; a torn transfer does. A piece of a page, saved without its beginning,
    may end anywhere: nobody serves one. What is no HTML passes.
    """
    text = page.text
    if _START.search(text) and not _END.search(text[-4000:]):
        tail = " ".join(text[-60:].split())
        raise LayoutChanged(f"{page.url}: expected </html> at the end; found {tail!r}")
