"""The archive keeps what was served, once, and says so when it cannot."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from warehouse.archive import Archive, Meta
from warehouse.errors import ArchiveError, WarehouseError

BODY = "<html>3 € / 1M tokens</html>".encode()
SHA256 = hashlib.sha256(BODY).hexdigest()
NOW = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def put(archive, body=BODY, **changes):
    facts = {"url": "https://seller.example/pricing", "fetched_at": NOW, "media_type": "text/html", "charset": "utf-8"}
    return archive.put(body, **(facts | changes))


def files_of(archive):
    return {path: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}


def gz(archive, sha256=SHA256):
    return archive.folder / sha256[:2] / f"{sha256}.gz"


def note(archive, sha256=SHA256):
    return archive.folder / sha256[:2] / f"{sha256}.json"


def test_a_body_comes_back_byte_for_byte_with_where_it_was_first_seen(archive):
    assert not archive.holds(SHA256)

    assert put(archive) == SHA256

    assert archive.holds(SHA256)
    assert archive.get(SHA256) == BODY
    assert archive.meta(SHA256) == Meta(
        sha256=SHA256,
        url="https://seller.example/pricing",
        fetched_at=NOW,
        media_type="text/html",
        charset="utf-8",
        length=len(BODY),
    )
    assert set(files_of(archive)) == {gz(archive), note(archive)}


@pytest.mark.parametrize("body", [b"", b"\0" * 100_000, os.urandom(1000)], ids=["empty", "zeros", "noise"])
def test_any_bytes_can_be_kept(archive, body):
    assert archive.get(put(archive, body, charset=None)) == body
    assert list(archive.verify()) == []


def test_bodies_are_compressed_and_the_file_depends_on_nothing_else(archive, tmp_path):
    body = BODY * 1000
    sha256 = put(archive, body)
    other = Archive(tmp_path / "other")
    put(other, body, url="https://elsewhere.example", fetched_at=NOW + timedelta(days=9))

    stored = gz(archive, sha256).read_bytes()
    assert len(stored) < len(body) / 10
    assert gzip.decompress(stored) == body
    assert stored == gz(other, sha256).read_bytes()


def test_the_same_bytes_are_stored_once_and_their_first_sight_stands(archive):
    put(archive)
    before = files_of(archive)
    times = {path: path.stat().st_mtime_ns for path in before}

    put(archive, url="https://other.example", fetched_at=NOW + timedelta(days=1), media_type="text/plain")

    assert files_of(archive) == before
    assert {path: path.stat().st_mtime_ns for path in before} == times


def test_times_are_kept_in_utc_and_must_say_their_zone(archive):
    put(archive, fetched_at=datetime(2026, 11, 24, 6, 0, tzinfo=timezone(timedelta(hours=9))))
    assert archive.meta(SHA256).fetched_at == NOW
    assert json.loads(note(archive).read_text())["fetched_at"] == "2026-11-23T21:00:00Z"

    with pytest.raises(ValueError, match="timezone-aware"):
        put(archive, fetched_at=datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "sha256", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "a" * 62 + "/x", "é" * 64]
)
@pytest.mark.parametrize("ask", [Archive.get, Archive.meta, Archive.holds])
def test_what_is_no_digest_is_refused(archive, ask, sha256):
    with pytest.raises(ArchiveError, match="not a sha256"):
        ask(archive, sha256)


@pytest.mark.parametrize("ask", [Archive.get, Archive.meta])
def test_what_is_not_there_is_said_to_be_missing(archive, ask):
    with pytest.raises(ArchiveError, match="not in the archive"):
        ask(archive, SHA256)
    assert issubclass(ArchiveError, WarehouseError)


DAMAGE = {
    "cut short": gzip.compress(BODY, mtime=0)[:-5],
    "empty": b"",
    "no gzip": b"not gzip at all",
    "a flipped byte": gzip.compress(BODY, mtime=0)[:14] + b"\xff" + gzip.compress(BODY, mtime=0)[15:],
    "another body": gzip.compress(b"another body", mtime=0),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_told_and_healed_by_the_same_bytes(archive, name):
    put(archive)
    gz(archive).write_bytes(DAMAGE[name])

    with pytest.raises(ArchiveError, match=r"(damaged|cannot be read).*restore it from a backup"):
        archive.get(SHA256)
    assert [broken.path for broken in archive.verify()] == [gz(archive)]

    put(archive, fetched_at=NOW + timedelta(days=1))
    assert archive.get(SHA256) == BODY
    assert archive.meta(SHA256).fetched_at == NOW
    assert list(archive.verify()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sha256": 1, "fetched_at": "yesterday"}', "\xff"])
def test_a_damaged_note_is_told_in_words(archive, text):
    put(archive)
    note(archive).write_bytes(text.encode("latin-1"))

    with pytest.raises(ArchiveError, match="damaged"):
        archive.meta(SHA256)
    assert [broken.path for broken in archive.verify()] == [note(archive)]

    put(archive, fetched_at=NOW + timedelta(days=1))
    assert archive.meta(SHA256).fetched_at == NOW + timedelta(days=1), "the first sight that is known"
    assert list(archive.verify()) == []


def test_a_note_of_another_body_is_written_again(archive):
    other = put(archive, b"another body")
    put(archive)
    note(archive).write_bytes(note(archive, other).read_bytes())

    put(archive)

    assert archive.meta(SHA256).sha256 == SHA256
    assert list(archive.verify()) == []


def test_verify_finds_what_is_missing_misplaced_or_mixed_up(archive):
    alone, orphan, other, whole = (put(archive, bytes([number])) for number in range(4))
    note(archive, alone).unlink()
    gz(archive, orphan).unlink()
    note(archive, other).write_bytes(note(archive, whole).read_bytes())
    stray = archive.folder / "zz" / f"{whole}.gz"
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    (archive.folder / whole[:2] / f".{whole}.gz.0123.tmp").write_bytes(b"left by a kill")

    found = {broken.path: broken.reason for broken in archive.verify()}

    assert set(found) == {gz(archive, alone), note(archive, orphan), gz(archive, other), stray}
    assert "not in the archive" in found[gz(archive, alone)]
    assert "its body is missing" in found[note(archive, orphan)]
    assert "belongs to another body" in found[gz(archive, other)]
    assert "no place" in found[stray]


def test_an_archive_that_does_not_exist_yet_is_whole(archive):
    assert list(archive.verify()) == []


def test_a_kill_between_body_and_note_is_made_good_by_the_next_put(archive):
    put(archive)
    note(archive).unlink()

    put(archive)

    assert list(archive.verify()) == []


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_half_written(archive, monkeypatch, call):
    def fails(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), fails)
    with pytest.raises(ArchiveError, match=r"cannot keep the body of https://seller.example/pricing .*No space left"):
        put(archive)
    monkeypatch.undo()

    assert files_of(archive) == {}
    assert put(archive) == SHA256


def test_threads_may_put_the_same_bodies_at_once(archive):
    bodies = [bytes([number % 5]) * 10_000 for number in range(60)]
    with ThreadPoolExecutor(12) as threads:
        names = list(threads.map(lambda body: put(archive, body), bodies))

    assert [archive.get(name) for name in names] == bodies
    assert len(files_of(archive)) == 10
    assert list(archive.verify()) == []


def test_processes_may_put_the_same_bodies_at_once(archive):
    code = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path; from warehouse.archive import Archive\n"
        "archive = Archive(Path(sys.argv[1]))\n"
        "for number in range(40): archive.put(bytes([number]) * 5000, url='u', fetched_at=datetime(2026, 1, 1, tzinfo=UTC),"
        " media_type='text/html', charset=None)"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(archive.folder)]) for _ in range(3)]

    assert [process.wait(30) for process in processes] == [0, 0, 0]
    assert len(files_of(archive)) == 80
    assert list(archive.verify()) == []
