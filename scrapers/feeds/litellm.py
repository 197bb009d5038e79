"""LiteLLM's table of models: its own file, of the day it was taken from the repository or a package.

What an entry holds is in `scrapers/litellm_prices.py`; the file is MIT-licensed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scrapers.feed_prices import FeedLine, Told
from scrapers.litellm_prices import read_entries

NAME = "litellm"


def read_snapshot(file: BinaryIO, told: Told) -> Iterator[FeedLine]:
    """The entries of the table. Raises LayoutChanged for another file, or a broken one."""
    return read_entries(NAME, file, told)
