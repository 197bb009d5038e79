"""Whether a body is all of a page: what was cut short on its way reads like a page that lost rows."""

from __future__ import annotations

import re

from scrapers.contract import Page
from scrapers.errors import LayoutChanged

_START = re.compile(r"<html\b", re.IGNORECASE)
_END = re.compile(r"</html>\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.IGNORECASE | re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)


def require_whole(page: Page) -> None:
    """Raise LayoutChanged for HTML that begins as a document and does not end as one, or ends inside a table.

    Sellers leave out the closing tag nowhere; a torn transfer does. A piece of a page, saved without its beginning,
    is whole where its tables are. What is no HTML passes.
    """
    text = page.text
    if _START.search(text) and not _END.search(text[-4000:]):
        tail = " ".join(text[-60:].split())
        raise LayoutChanged(f"{page.url}: expected </html> at the end; found {tail!r}")
    opened = sum(-1 if slash else 1 for slash in _TABLE.findall(_SCRIPT.sub("", text)))
    if opened > 0:
        raise LayoutChanged(f"{page.url}: expected every table closed; found {opened} still open at the end")
