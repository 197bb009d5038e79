"""Putting a whole new site in the place of the old one in one step, so that nobody ever meets parts of both."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)


@contextmanager
def swapped_in(site: Path) -> Iterator[Path]:
    """A copy of the site to work on, which takes the site's place in one step where the block ends well.

    Its files are the site's own under a second name: they are to be replaced and removed, never changed. Where that
    cannot be had (another system than Linux, a mount, a parent folder of somebody else's) the site itself is worked
    on, a file at a time.
    """
    place = site.resolve()
    copy = place.with_name(f".{place.name}.next")
    if not _is_copied(place, copy):
        yield site
        return
    try:
        yield copy
        _exchange(copy, place)
    finally:
        shutil.rmtree(copy, ignore_errors=True)  # the old site, or what was not finished


def _is_copied(place: Path, copy: Path) -> bool:
    """Make the copy, of which it was tried that it can change places; False where not, and then nothing is left."""
    try:
        if copy.exists():  # a run was killed
            shutil.rmtree(copy)
        if os.path.ismount(place):
            return False
        place.mkdir(parents=True, exist_ok=True)
        _try(copy)
        _link_tree(place, copy)
    except OSError:
        shutil.rmtree(copy, ignore_errors=True)
        return False
    return True


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


def _link_tree(source: Path, target: Path) -> None:
    """The same folders, and the same files under a second name. Raises OSError where one cannot be had."""
    target.mkdir()
    with os.scandir(source) as found:
        for entry in found:
            there = target / entry.name
            if entry.is_symlink():
                there.symlink_to(Path(entry.path).readlink())
            elif entry.is_dir():
                _link_tree(Path(entry.path), there)
            elif entry.is_file():
                os.link(entry.path, there)
            else:
                raise OSError(errno.ENOTSUP, "no file and no folder", entry.path)
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
