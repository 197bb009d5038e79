"""Whether a body is all of a page: what was cut short on its way reads like a page that lost rows."""

from __future__ import annotations

import re

from scrapers.contract import Page
from scrapers.errors import LayoutChanged

_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)


def require_whole(page: Page) -> None:
    """Raise LayoutChanged for HTML that begins as a document and does not end as one, or ends inside a table.

    A piece of a page, saved without its beginning, is whole where its tables are.
    """
    text = page.text.lower()
    if "<html" in text and "</html" not in text:
        raise LayoutChanged(f"{page.url}: expected </html> at the end; found {page.text.rstrip()[-40:]!r}")
    opened = sum(1 if not slash else -1 for slash in _TABLE.findall(page.text))
    if opened:
        raise LayoutChanged(f"{page.url}: expected every table closed; found {opened} still open at the end")
