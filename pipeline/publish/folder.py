"""The built folder: the one place that writes and removes files of the site.

A manifest in the folder says which files are ours, how long each is, and of which state they tell (the stamp). It is
what lets a build remove the files it wrote earlier and nothing else, what keeps recorded figures from mixing with
live ones, and what shows that a file was lost or cut short. The downloads are on it, though the export writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.settings import DOWNLOADS
from pipeline.stamp import NAME as STAMP
from pipeline.stamp import SITE_LOCK, read_stamp
from warehouse import export

MANIFEST = ".ftprices-site.json"


class SiteError(Exception):
    """The site cannot be built into this folder, or a page was given an impossible address."""


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """What a build did: the paths written and removed, and how many files stood already as they should."""

    written: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    pages: int
    rendered: tuple[str, ...] = ()  # the pages that were made: what they are made from had moved


class Output:
    """The files of one build, gathered before anything is written; what `standing` holds already is left as it is."""

    def __init__(self, standing: Standing | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.made: dict[str, Made] = {}
        self.kept: dict[str, int] = {}
        self._standing = standing

    def add(self, path: str, content: str | bytes) -> None:
        """Take a file in. Raises SiteError for a path that was taken before or that leaves the folder."""
        self._check(path)
        self.files[path] = content.encode() if isinstance(content, str) else content

    def add_page(self, path: str, key: str, render: Callable[[], str]) -> None:
        """`add` what `render` gives, unless it stands there, made from the same: `key` says from what."""
        self._check(path)
        stands = self._standing.find(path, key) if self._standing else None
        if stands is not None:
            self.made[path], self.kept[path] = stands
            return
        self.files[path] = render().encode()
        self.made[path] = Made(key=key, sha256=_sha256(self.files[path]))

    def _check(self, path: str) -> None:
        if not _is_inside(path):
            raise SiteError(f"{path!r} is not a path inside the site")
        if path in self.files or path in self.kept:
            raise SiteError(f"{path} would be written twice")


class Standing:
    """The pages that an earlier build left in a folder."""

    def __init__(self, out: Path, *, stamp: str) -> None:
        known = _own_manifest(out, stamp)
        self._out = out
        self._made = known.made if known else {}

    def find(self, path: str, key: str) -> tuple[Made, int] | None:
        """The page that was made from `key`, and its length in bytes; None where it is another, or not as it was written."""
        made = self._made.get(path)
        if made is None or made.key != key:
            return None
        try:
            content = (self._out / path).read_bytes()
        except OSError:
            return None
        return (made, len(content)) if _sha256(content) == made.sha256 else None


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a page was made from (a fingerprint), and the hash of its bytes."""

    key: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the folder holds of ours: the state it tells of, each path with its length in bytes, what pages were made from."""

    stamp: str
    files: Mapping[str, int | None]  # None: a manifest of an older version did not say
    made: Mapping[str, Made] = field(default_factory=dict)


def put(out: Path, output: Output, *, stamp: str, downloads: Mapping[str, int] | None = None) -> BuildResult:
    """Make the folder hold exactly these files of ours; what another state left of its own goes first.

    `downloads` are files of ours that the export has put there already: path and length in bytes.
    """
    files = output.files
    removed = list(discard_other_state(out, stamp=stamp, keep=(downloads or {}).keys()))
    known = read_manifest(out)
    old = dict(known.files) if known else {}
    new = {path: len(content) for path, content in files.items()} | output.kept | dict(downloads or {})
    # Before the first page: whatever stops this build, the next one knows every file that is ours.
    made = {**(known.made if known else {}), **output.made}  # of a page that is not written yet the hash will not fit
    _write_manifest(out, Manifest(stamp=stamp, files=old | new, made=made))
    written = [path for path, content in sorted(files.items()) if _write(out / path, content)]
    removed += [path for path in sorted(old.keys() - new.keys()) if _remove(out, path)]
    _write_manifest(out, Manifest(stamp=stamp, files=new, made=output.made))
    return BuildResult(
        written=tuple(written),
        unchanged=len(files) + len(output.kept) - len(written),
        removed=tuple(sorted(set(removed) - set(written))),
        pages=sum(path.endswith(".html") for path in (*files, *output.kept)),
        rendered=tuple(sorted(output.made.keys() - output.kept.keys())),
    )


def discard_other_state(out: Path, *, stamp: str, keep: Iterable[str] = ()) -> tuple[str, ...]:
    """Remove what a build of another stamp left, before anything of this one is written; the paths removed.

    Only files on its manifest and those that the export writes are removed, and the folders that this leaves empty:
    whatever else lies there (a `.git`, a CNAME, a folder of somebody's own) stays. Without a manifest nothing goes.
    Raises SiteError where a site of another stamp has lost its manifest: nobody knows which of its pages would stay.
    """
    known = read_manifest(out)
    if known is None:
        left = read_stamp(out)
        if left is not None and left.state != stamp:
            raise SiteError(
                f"{out} holds a site of another state without {MANIFEST}, the list of its files; remove its pages and "
                f"{STAMP}, and build again"
            )
        return ()
    if known.stamp == stamp:
        return ()
    # The stamp first: from here on the folder says of itself that it is not complete.
    ours = [STAMP, *sorted(known.files.keys() | {f"{DOWNLOADS}/{name}" for name in export.file_names()})]
    removed = [path for path in ours if path not in keep and _remove(out, path)]
    _remove(out, MANIFEST)  # last: a discarding that was stopped is taken up again
    return tuple(removed)


def is_site_of(out: Path, *, stamp: str) -> bool:
    """Whether the folder has a manifest that can be read and is of this stamp: a whole build stood there once."""
    return _own_manifest(out, stamp) is not None


def lost_files(out: Path, *, stamp: str) -> Iterator[str]:
    """The files of a built site that are missing or not as long as they were written.

    The manifest itself where it is missing, unreadable or of another stamp: nothing there can be relied on then.
    """
    known = _own_manifest(out, stamp)
    if known is None:
        yield MANIFEST
        return
    for path, size in known.files.items():
        target = out / path
        if not target.is_file() or target.stat().st_size != size:
            yield path


def put_some(out: Path, output: Output, *, stamp: str) -> BuildResult:
    """Bring these files of an already built site up to date; raises SiteError where it is not of this stamp."""
    known = read_manifest(out)
    if known is None or known.stamp != stamp:
        raise SiteError(f"{out} holds no site of this state yet: build the whole site first")
    sizes = {path: len(content) for path, content in output.files.items()}
    _write_manifest(out, Manifest(stamp=stamp, files={**known.files, **sizes}, made={**known.made, **output.made}))
    written = [path for path, content in sorted(output.files.items()) if _write(out / path, content)]
    pages = len(output.files) + len(output.kept)
    return BuildResult(written=tuple(written), unchanged=pages - len(written), removed=(), pages=pages)


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
    """Remove a file of ours with its temporary twin, and the folders that this leaves empty; True where one was there."""
    target = out / path
    was_there = _unlink(target)
    _unlink(_temporary(target))
    _unlink(export.part_of(target))
    for parent in target.parents:
        if parent == out or not parent.is_dir() or parent.is_symlink() or any(parent.iterdir()):
            break
        parent.rmdir()
    return was_there


def _unlink(path: Path) -> bool:
    if not path.is_file() and not path.is_symlink():  # a folder that somebody put there since is not ours
        return False
    path.unlink()
    return True


def read_manifest(out: Path) -> Manifest | None:
    """What a built folder says it holds; None for a folder that no build has written to. Raises SiteError."""
    try:
        held = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        files = held["files"]
        sizes = dict.fromkeys(files) if isinstance(files, list) else files
        made = {path: Made(key=str(key), sha256=str(digest)) for path, (key, digest) in held.get("made", {}).items()}
        return Manifest(
            stamp=str(held["stamp"]), files={path: sizes[path] for path in sizes if _is_inside(path)}, made=made
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SiteError(
            f"{out / MANIFEST} cannot be read ({error}); remove it with the pages beside it, and build again"
        ) from error


def ours_in(out: Path) -> frozenset[str]:
    """Every path in a built folder that a build or an export may have written there, whether it is there or not."""
    try:
        known = read_manifest(out)
    except SiteError:
        known = None
    paths = {*(known.files if known else ()), *(f"{DOWNLOADS}/{name}" for name in export.file_names())}
    beside = {
        str(twin(Path(path))) for path in paths | {MANIFEST} for twin in (_temporary, export.part_of)
    }  # of a build that was stopped
    return frozenset(paths | beside | {MANIFEST, STAMP, f"{STAMP}.tmp", SITE_LOCK})


def _own_manifest(out: Path, stamp: str) -> Manifest | None:
    try:
        known = read_manifest(out)
    except SiteError:
        return None
    return known if known is not None and known.stamp == stamp else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and "\\" not in path and "\0" not in path


def _write_manifest(out: Path, manifest: Manifest) -> None:
    made = {path: [one.key, one.sha256] for path, one in sorted(manifest.made.items())}
    held = {"stamp": manifest.stamp, "files": dict(sorted(manifest.files.items())), "made": made}
    _write(out / MANIFEST, (json.dumps(held, indent=0, ensure_ascii=True) + "\n").encode())
