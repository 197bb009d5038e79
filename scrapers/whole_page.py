"""Whether an HTML page was served to its end: one that was cut has fewer rows, and nothing else tells."""

from __future__ import annotations

import re

from scrapers.errors import LayoutChanged

_END = re.compile(r"</html>\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.IGNORECASE | re.DOTALL)


def require_end(text: str) -> None:
    """Raises LayoutChanged for HTML without its closing tag. Sellers leave it out nowhere; a torn transfer does."""
    if _END.search(text[-4000:]) is None:
        tail = " ".join(text[-60:].split())
        raise LayoutChanged(f"the page does not end in </html>, so it was cut or is no page; its end is {tail!r}")
