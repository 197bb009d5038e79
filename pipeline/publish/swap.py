"""Putting a whole new site in the place of the old one in one step, so that nobody ever meets parts of both."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)


@contextmanager
def swapped_in(site: Path, ours: Callable[[Path], Collection[str]]) -> Iterator[Path]:
    """A copy of the site to work on, which takes the site's place in one step where the block ends well.

    Its files are the site's own under a second name: they are to be replaced and removed, never changed. `ours` says which
    paths of a folder are. Where the site holds anything else (somebody may write there meanwhile), and where folders cannot
    change places (another system than Linux, a mount, a parent folder of somebody else's), the site itself is worked on, a
    file at a time.
    """
    place = site.resolve()
    copy = place.with_name(f".{place.name}.next")
    if not _is_copied(place, copy, ours):
        yield site
        return
    try:
        yield copy
        _exchange(copy, place)
    finally:
        _discard(copy, ours, place)  # the old site, or what was not finished


def _is_copied(place: Path, copy: Path, ours: Callable[[Path], Collection[str]]) -> bool:
    """Make the copy, of which it was tried that it can change places; False where not, and then nothing is left."""
    _discard(copy, ours, place)  # of a run that was killed
    if copy.exists() or os.path.ismount(place):
        return False
    try:
        place.mkdir(parents=True, exist_ok=True)
        _try(copy)
        _link_tree(place, copy, frozenset(ours(place)))
    except OSError:
        _discard(copy, ours, place)
        return False
    return True


def _discard(folder: Path, ours: Callable[[Path], Collection[str]], place: Path) -> None:
    """Remove what is ours in a folder, and each folder that this leaves empty. What somebody put there meanwhile goes to
    its place, unless something has that."""
    if not folder.is_dir():
        return
    for path in ours(folder):
        with suppress(OSError):
            (folder / path).unlink()
    for inner, _, names in os.walk(folder, topdown=False):
        for name in names:
            target = place / Path(inner).relative_to(folder) / name
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                (Path(inner) / name).rename(target)
        with suppress(OSError):  # it is not empty
            Path(inner).rmdir()


def _try(copy: Path) -> None:
    """Whether the file system lets folders change places, on two that nobody reads."""
    other = copy.with_suffix(".trial")
    for folder in (copy, other):
        folder.mkdir(exist_ok=True)
    try:
        _exchange(copy, other)
    finally:
        for folder in (copy, other):
            folder.rmdir()


def _link_tree(source: Path, target: Path, ours: Collection[str], inside: str = "") -> None:
    """The same folders, and the same files under a second name. Raises OSError for what is not ours or cannot be had."""
    target.mkdir()
    with os.scandir(source) as found:
        entries = list(found)
    if inside and not entries:
        raise OSError(errno.EPERM, "a folder that no build left", source)
    for entry in entries:
        path = f"{inside}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            _link_tree(Path(entry.path), target / entry.name, ours, f"{path}/")
        elif path in ours and entry.is_file(follow_symlinks=False):
            os.link(entry.path, target / entry.name)
        else:
            raise OSError(errno.EPERM, "a file that no build wrote", entry.path)
    shutil.copystat(source, target)
    owner = source.stat()
    if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(target, owner.st_uid, owner.st_gid)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change places. Raises OSError where the system cannot, or will not."""
    call = None
    with suppress(AttributeError, OSError):
        call = ctypes.CDLL(None, use_errno=True).renameat2
    if call is None:
        raise OSError(errno.ENOSYS, "the system has no renameat2")
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
