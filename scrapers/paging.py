"""A list that is served in several documents, and the one body it is kept as.

Some price APIs give a thousand rows at a time and, under a key of each document, the address of the next one
(`NextPageLink`). What is kept is ONE JSON array of the served documents in order. Each document stands in it byte for
byte as it was served; only what separates them is ours:

    [\\n<first document>\\n,\\n<second document>\\n]\\n

So a stranger can cut the array at our separators and compare the parts with what the seller served. A server that
answers with an array has already joined it (a recording in the demonstration): it is kept as it is.

Here: what one document says and how documents are joined. Asking for them is `fetch.py`'s.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence

from scrapers.errors import WrongContent

MAX_PAGES = 100  # the longest list known has some 20 documents of a thousand rows


def next_address(body: bytes, key: str) -> str | None:
    """The address under `key` of a served document; None where the list ends with it.

    A missing key ends the list as null and "" do: whether the list is whole is for its scraper to say. Raises
    WrongContent for a body that is no JSON in UTF-8, or that holds something else than an address there.
    """
    if body.startswith(codecs.BOM_UTF8):
        raise WrongContent("the document begins with a byte order mark, which cannot stand inside a JSON array")
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WrongContent(f"the document is no JSON in UTF-8 ({error})") from error
    if isinstance(document, list):
        return None
    if not isinstance(document, dict):
        raise WrongContent(f"the document is a JSON {type(document).__name__}; an object with {key!r} was expected")
    found = document.get(key)
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise WrongContent(f"{key!r} is {found!r}; the address of the next document was expected")
    return found


def joined(documents: Sequence[bytes]) -> bytes:
    """One JSON array of the documents, each as it was served; a single one that is an array already is left alone."""
    if len(documents) == 1 and documents[0].lstrip().startswith(b"["):
        return documents[0]
    return b"[\n" + b"\n,\n".join(documents) + b"\n]\n"
