"""Where each page lives. Addresses are for ever: they depend on names and on who came first, on nothing else.

Names come from scraped pages. A slug holds only `a-z`, `0-9`, `.`, `-` and `_`, never starts with a dot and never is
empty, so no name can climb out of the folder it belongs to.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

_LONGEST = 80


def slug(name: str) -> str:
    """A name as one step of an address: "Qwen/Qwen3.5-9B" -> "qwen-qwen3.5-9b", "../.." -> "n-5ec1f7e2"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9._]+", "-", plain)
    words = re.sub(r"\.{2,}", ".", words).strip("-.")
    if not words.strip("-._"):
        return f"n-{_short_hash(name)}"
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip('-.')}-{_short_hash(name)}"


def distinct_slugs(names: Iterable[tuple[datetime, str, str]]) -> dict[str, str]:
    """Slugs for the (first seen, name, wanted slug) of one folder; two names never share one.

    Who was seen first keeps the bare slug, so a later newcomer cannot take an address that is already linked to.
    """
    taken: dict[str, str] = {}
    for _, name, wanted in sorted(set(names)):
        if name not in taken.values():
            taken[wanted if wanted not in taken else f"{wanted}-{_short_hash(name)}"] = name
    return {name: address for address, name in taken.items()}


def provider_path(provider: str) -> str:
    """The page of a seller."""
    return f"providers/{slug(provider)}/"


def event_path(event_id: str) -> str:
    """The permanent page of a change."""
    return f"changes/{slug(event_id)}/"


def root_of(path: str) -> str:
    """The way from a page up to the site's root, relative: "models/openai/gpt-4.1/" -> "../../../"."""
    return "../" * path.count("/") or "./"


def web_address(url: str | None) -> str | None:
    """The address if a reader may be sent there: http or https with a host. Anything else is shown, never linked."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def _short_hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
