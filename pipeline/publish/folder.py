"""The built folder: the one place that writes and removes files of the site.

A manifest in the folder says which files are ours and of which state they tell (the stamp). It is what lets a build
remove the pages it wrote earlier and nothing else, and what keeps recorded figures from mixing with live ones.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MANIFEST = ".ftprices-site.json"
DOWNLOADS = "data"  # written by the warehouse's export; here only its index page is ours


class SiteError(Exception):
    """The site cannot be built into this folder, or a page was given an impossible address."""


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """What a build did: the paths written and removed, and how many files stood already as they should."""

    written: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    pages: int


class Output:
    """The files of one build, gathered before anything is written."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, path: str, content: str | bytes) -> None:
        """Take a file in. Raises SiteError for a path that was taken before or that leaves the folder."""
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
            raise SiteError(f"{path!r} is not a path inside the site")
        if path in self.files:
            raise SiteError(f"{path} would be written twice")
        self.files[path] = content.encode() if isinstance(content, str) else content


def put(out: Path, files: dict[str, bytes], *, stamp: str) -> BuildResult:
    """Make the folder hold exactly these files of ours; a folder of another stamp is replaced whole."""
    known = _read_manifest(out)
    removed: list[str] = []
    if known is not None and known[0] != stamp:
        removed = _empty(out)
        known = None
    old = set(known[1]) if known else set()
    # Before the first page: whatever stops this build, the next one knows every file that is ours.
    _write_manifest(out, stamp, old | files.keys())
    written = [path for path, content in sorted(files.items()) if _write(out / path, content)]
    for path in sorted(old - files.keys()):
        if _remove(out, path):
            removed.append(path)
    _write_manifest(out, stamp, files.keys())
    return BuildResult(
        written=tuple(written),
        unchanged=len(files) - len(written),
        removed=tuple(sorted(set(removed) - set(written))),
        pages=sum(path.endswith(".html") for path in files),
    )


def discard_other_state(out: Path, *, stamp: str) -> tuple[str, ...]:
    """Remove a site of another stamp, downloads and all, before anything of this one is written; the paths removed.

    A folder without our manifest is left as it is: it may be somebody's own.
    """
    known = _read_manifest(out)
    if known is None or known[0] == stamp:
        return ()
    removed = _empty(out)
    downloads = out / DOWNLOADS
    if downloads.is_dir():
        removed += [path.relative_to(out).as_posix() for path in sorted(downloads.rglob("*")) if path.is_file()]
        shutil.rmtree(downloads)
    return tuple(removed)


def put_some(out: Path, files: dict[str, bytes], *, stamp: str) -> BuildResult:
    """Bring these files of an already built site up to date; raises SiteError where it is not of this stamp."""
    known = _read_manifest(out)
    if known is None or known[0] != stamp:
        raise SiteError(f"{out} holds no site of this state yet: build the whole site first")
    _write_manifest(out, stamp, known[1] | files.keys())
    written = [path for path, content in sorted(files.items()) if _write(out / path, content)]
    return BuildResult(written=tuple(written), unchanged=len(files) - len(written), removed=(), pages=len(files))


def _write(path: Path, content: bytes) -> bool:
    """Write through a temporary file and a rename, only where the bytes differ; True where it wrote."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (IsADirectoryError, NotADirectoryError) as error:
        raise SiteError(f"{path} is in the way: {error.strerror}") from error
    temporary = _temporary(path)
    temporary.write_bytes(content)
    temporary.replace(path)
    return True


def _temporary(path: Path) -> Path:
    # One name, not one a process: only one build runs at a time, and what a stopped one left is found again.
    return path.with_name(f".{path.name}.tmp")


def _remove(out: Path, path: str) -> bool:
    target = out / path
    was_there = target.is_file()
    target.unlink(missing_ok=True)
    _temporary(target).unlink(missing_ok=True)
    for parent in target.parents:
        if parent == out or not parent.is_dir() or any(parent.iterdir()):
            break
        parent.rmdir()
    return was_there


def _empty(out: Path) -> list[str]:
    """Remove everything but the downloads, the manifest last: a stopped build must not hide what is left."""
    removed = []
    for child in sorted(out.iterdir()):
        if child.name in {MANIFEST, DOWNLOADS}:
            continue
        if child.is_dir() and not child.is_symlink():
            removed += [found.relative_to(out).as_posix() for found in sorted(child.rglob("*")) if found.is_file()]
            shutil.rmtree(child)
        else:
            removed.append(child.name)
            child.unlink()
    index = out / DOWNLOADS / "index.html"
    if index.is_file():
        index.unlink()
        removed.append(f"{DOWNLOADS}/index.html")
    (out / MANIFEST).unlink()
    return removed


def _read_manifest(out: Path) -> tuple[str, set[str]] | None:
    try:
        held = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return str(held["stamp"]), {str(path) for path in held["files"] if ".." not in PurePosixPath(path).parts}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise SiteError(f"{out / MANIFEST} cannot be read ({error}); remove the folder and build again") from error


def _write_manifest(out: Path, stamp: str, files: Iterable[str]) -> None:
    held = {"stamp": stamp, "files": sorted(files)}
    _write(out / MANIFEST, (json.dumps(held, indent=0, ensure_ascii=True) + "\n").encode())
