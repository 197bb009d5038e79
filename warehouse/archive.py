"""The page bodies as they were served: content-addressed, compressed, written once.

A body lies in `<folder>/<first two digits>/<sha256>.gz`, named by the digest of its uncompressed bytes, with
`<sha256>.json` beside it: where and when these bytes were first seen. The archive is the evidence behind every
figure, and the one thing that cannot be made again: nothing here deletes or edits. Files only; no database.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.errors import ArchiveError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = ".tmp"


@dataclass(frozen=True, kw_only=True)
class Meta:
    """Where and when a body was first seen. `fetched_at` is timezone-aware UTC; `length` counts uncompressed bytes."""

    sha256: str
    url: str
    fetched_at: datetime
    media_type: str
    charset: str | None
    length: int


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One file of the archive that is not what it should be, and why, in words."""

    path: Path
    reason: str


class Archive:
    """A folder of page bodies. Made when the first body comes; threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, body: bytes, *, url: str, fetched_at: datetime, media_type: str, charset: str | None) -> str:
        """Keep a body; returns its sha256. Bytes that are there already stay untouched, first sight included.

        What is there and damaged is written again; of a damaged note, this is then the first sight that is known.
        On return both files are on the disk, not only in its cache. Raises ArchiveError when they cannot be.
        """
        if fetched_at.utcoffset() is None:
            raise ValueError(f"fetched_at must be timezone-aware, not {fetched_at!r}")
        sha256 = hashlib.sha256(body).hexdigest()
        meta = {
            "sha256": sha256,
            "url": url,
            "fetched_at": fetched_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "media_type": media_type,
            "charset": charset,
            "length": len(body),
        }
        try:
            # The body first: a kill between the two leaves a body without its note, which the next put completes.
            if not self._is_sound(sha256):
                _write(self._path(sha256, ".gz"), gzip.compress(body, mtime=0))
            if not self._has_note(sha256, len(body)):
                text = json.dumps(meta, ensure_ascii=False, indent=1) + "\n"
                _write(self._path(sha256, ".json"), text.encode())
        except OSError as error:
            raise ArchiveError(f"cannot keep the body of {url} in {self.folder}: {error}") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The body with this digest, checked against it. Raises ArchiveError when it is missing or damaged."""
        path = self._path(sha256, ".gz")
        try:
            body = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise ArchiveError(f"{path}: not in the archive") from error
        except OSError as error:  # BadGzipFile is one too
            raise ArchiveError(f"{path}: cannot be read ({error}); restore it from a backup") from error
        except (EOFError, zlib.error) as error:
            raise ArchiveError(f"{path}: damaged ({error}); restore it from a backup") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveError(f"{path}: damaged, its bytes have another digest; restore it from a backup")
        return body

    def holds(self, sha256: str) -> bool:
        """Whether a body with this digest was kept; it is not read."""
        return self._path(sha256, ".gz").exists()

    def meta(self, sha256: str) -> Meta:
        """Where and when a body was first seen. Raises ArchiveError when the note is missing or damaged."""
        path = self._path(sha256, ".json")
        try:
            note = json.loads(path.read_bytes())
            return Meta(
                sha256=note["sha256"],
                url=note["url"],
                fetched_at=datetime.fromisoformat(note["fetched_at"]),
                media_type=note["media_type"],
                charset=note["charset"],
                length=note["length"],
            )
        except FileNotFoundError as error:
            raise ArchiveError(f"{path}: not in the archive") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{path}: damaged ({error!r}); restore it from a backup") from error

    def verify(self) -> Iterator[Broken]:
        """Read the whole archive and yield what is wrong with it, in path order; nothing when all is well."""
        for path in sorted(path for path in self.folder.glob("*/*") if path.suffix in {".gz", ".json"}):
            if not _SHA256.fullmatch(path.stem) or path != self._path(path.stem, path.suffix):
                yield Broken(path=path, reason=f"{path}: this is no place for such a file")
                continue
            reason = self._what_is_wrong(path)
            if reason is not None:
                yield Broken(path=path, reason=reason)

    def _what_is_wrong(self, path: Path) -> str | None:
        sha256 = path.stem
        try:
            if path.suffix == ".json":
                self.meta(sha256)
                return None if self.holds(sha256) else f"{path}: its body is missing; restore it from a backup"
            length = len(self.get(sha256))
            stated = self.meta(sha256)
        except ArchiveError as error:
            # A damaged note is told once, at its own path; a missing one has none, so it is told at the body's.
            note = self._path(sha256, ".json")
            return None if path.suffix == ".gz" and str(note) in str(error) and note.exists() else str(error)
        if stated.sha256 != sha256 or stated.length != length:
            return f"{path}: the note beside it belongs to another body"
        return None

    def _is_sound(self, sha256: str) -> bool:
        # Reading it back costs 2 ms and heals what a full disk or a bad sector did to an earlier copy.
        try:
            self.get(sha256)
        except ArchiveError:
            return False
        return True

    def _has_note(self, sha256: str, length: int) -> bool:
        try:
            stated = self.meta(sha256)
        except ArchiveError:
            return False
        return (stated.sha256, stated.length) == (sha256, length)

    def _path(self, sha256: str, suffix: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ArchiveError(f"{sha256[:80]!r} is not a sha256: 64 lower-case hex digits")
        return self.folder / sha256[:2] / f"{sha256}{suffix}"


def _write(path: Path, content: bytes) -> None:
    """Put a whole file in place at once, and on the disk: readers see all of it or nothing.

    Two writers at once write the same bytes (a note may be the other's, of the same moment): the last one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}{_TEMPORARY}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name too
    finally:
        os.close(folder)
