"""What a price list sells under a name that no rule knows: counted, listed, and not too much of it.

A new name in a list of hundreds is no reason to lose the others; a list whose names have all changed is another list.
"""

from __future__ import annotations

from collections.abc import Sequence

from scrapers.errors import LayoutChanged

MOST_SHARE = 0.1
PREFIX = "not classified: "


def headings_of(names: Sequence[str], classified: int, where: str) -> tuple[str, ...]:
    """The names as lines of a `Layout`'s headings. Raises LayoutChanged when they are more than a tenth of all."""
    listed = sorted(set(names))
    total = len(listed) + classified
    if listed and len(listed) > MOST_SHARE * total:
        shown = ", ".join(listed[:5]) + (" ..." if len(listed) > 5 else "")
        raise LayoutChanged(f"{where}: {len(listed)} of {total} fine-tuning names are not understood: {shown}")
    return tuple(PREFIX + name for name in listed)
