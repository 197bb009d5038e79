"""A list that is served packed: a document that names the newest version, then a zip archive of that version.

    GET .../v3/runpod/version                     -> 20260915-4711
    GET .../v3/runpod/20260915-4711/catalog.zip   -> an archive that holds runpod.csv

The catalogue's `next_page` says both, `{}/catalog.zip#runpod.csv`: the address of the archive, where {} is the version, and
behind the # the file in it. What is kept is that one file, byte for byte as it was packed, so that a stranger can unpack
the archive and compare. A server that answers with the file itself has unpacked it already (a recording in the
demonstration): it is kept as it is.

An archive is a stranger's word. It is read in memory and never written out, one file of it only, by its whole name; how
large it may be, packed and unpacked, and of how many files it may consist is limited, whatever its own heads say.

Here: what the version document says and what an archive holds. Asking for them is `fetch.py`'s.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from scrapers.errors import TooLarge, WrongContent

MAX_PACKED_BYTES = 5_000_000  # catalogues of some hundred thousand rows are under one million bytes
MAX_FILES = 16
MEDIA_TYPE = "application/zip"

_TEMPLATE = re.compile(r"(?P<address>\{\}/[\w./-]+\.zip)#(?P<name>[\w.-]+)", re.ASCII)  # "{}/catalog.zip#runpod.csv"
_VERSION = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


def is_packed(next_page: str) -> bool:
    """Whether the words lead to an archive; otherwise they are the JSON key of a list in several documents."""
    return _TEMPLATE.fullmatch(next_page) is not None


def version_in(body: bytes) -> str | None:
    """The version that a document names; None for the unpacked list, which has more than one line.

    Raises WrongContent for one line that is no version.
    """
    word = body.strip()
    if b"\n" in word:
        return None
    if _VERSION.fullmatch(word) is None or b".." in word:
        raise WrongContent(f"the name of a version, as 20260915-4711, was expected; found {word[:80]!r}")
    return word.decode("ascii")


def archive_of(next_page: str, version: str) -> tuple[str, str]:
    """The address of a version's archive, relative to the document that names it, and the file that is wanted of it."""
    match = _TEMPLATE.fullmatch(next_page)
    assert match is not None  # noqa: S101 - the caller asked is_packed
    return match["address"].format(version), match["name"]


def unpacked(archive: bytes, name: str, *, max_bytes: int) -> bytes:
    """The one file of this name. Raises TooLarge over a limit, and WrongContent for an archive that is not as expected."""
    if len(archive) > MAX_PACKED_BYTES:
        raise TooLarge(f"the archive has {len(archive):,} bytes; the limit is {MAX_PACKED_BYTES:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _file(opened, _entry(opened, name), max_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
        raise WrongContent(f"no zip archive that can be read ({type(error).__name__}: {error})") from error


def _entry(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise TooLarge(f"the archive holds {len(entries):,} files; the limit is {MAX_FILES}")
    found = [entry for entry in entries if entry.filename == name]
    if len(found) != 1:
        names = ", ".join(repr(entry.filename[:80]) for entry in entries) or "nothing"
        raise WrongContent(f"the archive has {len(found)} files called {name!r}, one was expected; it holds {names}")
    return found[0]


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_bytes: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise WrongContent(
            f"{entry.filename} is packed in a way that is not read: encrypted, or neither plain nor deflated"
        )
    if entry.file_size > max_bytes:
        raise TooLarge(f"{entry.filename} has {entry.file_size:,} bytes unpacked; the limit is {max_bytes:,}")
    with archive.open(entry) as file:
        body = file.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge(f"{entry.filename} has over {max_bytes:,} bytes unpacked, which is the limit")
    return body
