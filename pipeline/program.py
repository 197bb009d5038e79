"""Which program this is: what the figures and the pages come out of, beside the facts."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipeline.settings import CONSOLE, RECORDINGS, REPOSITORY, STATIC, TEMPLATES

_SOURCES = (TEMPLATES, STATIC, CONSOLE, *(REPOSITORY / name for name in ("pipeline", "scrapers", "warehouse")))
_LOCK = REPOSITORY / "requirements.lock"


@cache
def program_version() -> str:
    """16 hex digits of everything that renders and exports: where it changes, all is published again."""
    files = {path for folder in _SOURCES for path in folder.rglob("*") if _is_source(path)}
    digest = hashlib.sha256()
    for path in sorted(files | ({_LOCK} if _LOCK.is_file() else set())):
        digest.update(str(path.relative_to(REPOSITORY)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_source(path: Path) -> bool:
    return "__pycache__" not in path.parts and not path.is_relative_to(RECORDINGS) and path.is_file()
