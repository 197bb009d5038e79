"""A list that is served packed: its version is followed to an archive, and an archive is believed in nothing."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile

import pytest

from scrapers import packing
from scrapers.errors import FetchError, Redirected, TooLarge, Unreachable, WrongContent
from tests.fetching.loopback import ask, page, says

LIST = b"instance_name,price\nNVIDIA H200,3.59\n"
TEMPLATE = "{}/catalog.zip#runpod.csv"
START = "/v3/runpod/version"
ARCHIVE = "/v3/runpod/20260915-4711/catalog.zip"


def packed(*files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in files or [("runpod.csv", LIST)]:
            archive.writestr(name, body)
    return buffer.getvalue()


def wanted(site, **fields):
    return ask(site.url(START), "text/csv", "application/zip", next_page=TEMPLATE, **fields)


def served(site, archive, version=b"20260915-4711\n"):
    site.routes |= {
        START: page(version, content_type="binary/octet-stream", ETag='"v1"'),
        ARCHIVE: page(archive, content_type="application/zip"),
    }


def test_the_version_leads_to_the_archive_and_the_file_in_it_is_kept(site, fetcher):
    served(site, packed(("version", b"20260915-4711"), ("runpod.csv", LIST)))

    found = fetcher().fetch(wanted(site, page="gpuhunt"))

    assert found.page.body == LIST
    assert (found.page.url, found.page.page, found.page.media_type) == (site.url(START), "gpuhunt", "text/csv")
    assert found.page.text == LIST.decode()
    assert (found.etag, found.last_modified) == (None, None), "the version's validators are none of the list"
    assert [len(site.asked(START)), len(site.asked(ARCHIVE))] == [1, 1]


def test_an_archive_whose_kind_is_not_stated_is_known_by_its_looks(site, fetcher):
    served(site, packed())
    site.routes[ARCHIVE] = page(packed(), content_type="binary/octet-stream")

    assert fetcher().fetch(wanted(site)).page.body == LIST


def test_a_list_that_is_unpacked_already_is_kept_as_it_is(site, fetcher):
    site.routes[START] = page(LIST, content_type="text/csv")

    assert fetcher().fetch(wanted(site)).page.body == LIST


@pytest.mark.parametrize("version", [b"../../secret", b"a/b", b"..", b"x" * 81, b"<html>", b"http://elsewhere.example"])
def test_what_is_no_version_is_not_followed(site, fetcher, version):
    served(site, packed(), version=version)

    with pytest.raises(WrongContent, match=r"20260915-4711, was expected|by the looks of it"):
        fetcher().fetch(wanted(site))
    assert not site.asked(ARCHIVE)


def test_an_archive_that_is_gone_fails_the_list_for_now_and_not_its_address(site, fetcher):
    served(site, packed())
    site.routes[ARCHIVE] = says(404)

    with pytest.raises(Unreachable, match="the list was to go on here"):
        fetcher(attempts=1).fetch(wanted(site))


def test_an_archive_elsewhere_is_not_fetched(site, fetcher):
    served(site, packed())
    site.routes[ARCHIVE] = says(302, Location="https://elsewhere.example/catalog.zip")

    with pytest.raises(Redirected, match=r"allow elsewhere\.example"):
        fetcher().fetch(wanted(site))


def test_the_limit_of_a_list_holds_for_what_is_unpacked(site, fetcher):
    served(site, packed(("runpod.csv", b"0" * 3_000_000)))

    with pytest.raises(
        TooLarge, match=r"catalog\.zip: runpod\.csv has 3,000,000 bytes unpacked; the limit is 1,000,000"
    ):
        fetcher(max_list_bytes=1_000_000).fetch(wanted(site))


# --- what an archive may be ------------------------------------------------------------------------------------------


def encrypted(archive):
    """The same archive with the bit set that says so, in both heads of its file."""
    bent = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        bent[archive.index(mark) + offset] |= 1
    return bytes(bent)


def saying(archive, size):
    """The same archive with another unpacked size in its directory."""
    start = archive.index(b"PK\x01\x02") + 24
    return bytes(archive[:start] + struct.pack("<I", size) + archive[start + 4 :])


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        (packed(("other.csv", LIST)), r"0 files called 'runpod\.csv', one was expected; it holds 'other\.csv'"),
        (packed(("../runpod.csv", LIST)), r"0 files called"),
        (packed(("data/runpod.csv", LIST)), r"0 files called"),
        (packed(("RUNPOD.CSV", LIST)), r"0 files called"),
        (packed(method=zipfile.ZIP_BZIP2), "neither plain nor deflated"),
        (packed(method=zipfile.ZIP_LZMA), "neither plain nor deflated"),
        (encrypted(packed()), "encrypted"),
        (b"PK\x03\x04 and no more", "no zip archive that can be read"),
        (packed()[:60], "no zip archive that can be read"),
        (packed(method=zipfile.ZIP_STORED).replace(b"3.59", b"9.59"), "no zip archive that can be read.*CRC"),
        (saying(packed(), 10), "no zip archive that can be read"),
        (b"<html>sign in</html>", "no zip archive that can be read"),
    ],
)
def test_an_archive_that_is_not_as_expected_is_refused(archive, words):
    with pytest.raises(WrongContent, match=words):
        packing.unpacked(archive, "runpod.csv", max_bytes=10_000)


def test_two_files_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive = packed(("runpod.csv", LIST), ("runpod.csv", b"another\n"))
    with pytest.raises(WrongContent, match="has 2 files called"):
        packing.unpacked(archive, "runpod.csv", max_bytes=10_000)


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_holds():
    bomb = packed(("runpod.csv", b"\0" * 50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(TooLarge, match="has 50,000,000 bytes unpacked; the limit is 1,000,000"):
        packing.unpacked(bomb, "runpod.csv", max_bytes=1_000_000)
    with pytest.raises(FetchError):  # its directory says 1 KB: no more than that is ever unpacked
        packing.unpacked(saying(bomb, 1_000), "runpod.csv", max_bytes=1_000_000)


def test_an_archive_of_many_files_or_of_many_bytes_is_refused():
    with pytest.raises(TooLarge, match="holds 17 files; the limit is 16"):
        packing.unpacked(packed(*((f"{n}.csv", b"") for n in range(17))), "1.csv", max_bytes=10)
    with pytest.raises(TooLarge, match=r"has 5,000,001 bytes; the limit is 5,000,000"):
        packing.unpacked(b"PK\x03\x04".ljust(5_000_001), "1.csv", max_bytes=10)


def test_whatever_is_broken_in_an_archive_ends_in_words():
    """Bytes at random places: the file comes out whole, or an error of ours, never another."""
    chance = random.Random(7)
    archive = packed(("version", b"1"), ("runpod.csv", LIST * 50))
    for _ in range(2_000):
        bent = bytearray(archive)
        for _ in range(chance.randint(1, 4)):
            bent[chance.randrange(len(bent))] = chance.randrange(256)
        with contextlib.suppress(FetchError):
            assert packing.unpacked(bytes(bent), "runpod.csv", max_bytes=10_000) == LIST * 50
