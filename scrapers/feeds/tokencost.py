"""tokencost's copy of LiteLLM's table, with edits of its own: it fills 2024, of which LiteLLM's packages are gone.

The copies up to 2024-02 name no route; `scrapers/litellm_prices.py` says how the seller is told then. Not kept up since
2025-09-01. The file is MIT-licensed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scrapers.feed_prices import FeedLine, Told
from scrapers.litellm_prices import read_entries

NAME = "tokencost"


def read_snapshot(file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The entries of the table. Raises LayoutChanged for another file, or a broken one."""
    return read_entries(NAME, file, told)
