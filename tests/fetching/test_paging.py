"""A list that is served in several documents: followed politely, bounded, and kept as one body."""

from __future__ import annotations

import json

import pytest

from scrapers import paging
from scrapers.errors import Blocked, Redirected, TooLarge, Unreachable, WrongContent
from tests.fetching.loopback import ask, in_turn, page, says

FIRST = b'{"Items": [1, 2],\n "NextPageLink": "%s"}'
LAST = b'{ "Items":[3],"NextPageLink":null }\n'


def document(body, **headers):
    return page(body, content_type="application/json; charset=utf-8", **headers)


def wanted(url, **fields):
    return ask(url, "application/json", next_page="NextPageLink", **fields)


def link(address):
    return document(FIRST % address.encode())


def test_the_documents_of_a_list_are_one_array_byte_for_byte(site, fetcher):
    first = FIRST % site.url("/pricing?$skip=2").encode()
    site.routes |= {"/pricing": document(first, ETag='"v1"'), "/pricing?$skip=2": document(LAST)}

    found = fetcher().fetch(wanted(site.url(), page="meters"))

    assert found.page.body == b"[\n" + first + b"\n,\n" + LAST + b"\n]\n"
    assert [part["Items"] for part in json.loads(found.page.body)] == [[1, 2], [3]]
    assert (found.page.url, found.page.page, found.page.media_type) == (site.url(), "meters", "application/json")
    assert (found.etag, found.last_modified) == (None, None), "a validator of the first document is none of the list"


def test_a_list_is_asked_for_whole_whatever_is_known_of_it(site, fetcher):
    site.routes["/pricing"] = document(LAST)

    fetcher().fetch(wanted(site.url(), etag='"v1"', last_modified="Mon, 23 Nov 2026 08:00:00 GMT"))

    assert not {"If-None-Match", "If-Modified-Since"} & set(site.asked()[0])


@pytest.mark.parametrize("end", [b'{"Items": []}', b'{"NextPageLink": ""}', b'{"NextPageLink": null}'])
def test_one_document_is_an_array_of_one(site, fetcher, end):
    site.routes["/pricing"] = document(end)

    assert fetcher().fetch(wanted(site.url())).page.body == b"[\n" + end + b"\n]\n"


def test_what_is_joined_already_is_kept_as_it_is(site, fetcher):
    whole = paging.joined([FIRST % b"https://gone.example/", LAST])
    site.routes["/pricing"] = document(whole)

    assert fetcher().fetch(wanted(site.url())).page.body == whole


def test_each_document_waits_its_turn_and_heeds_robots_txt(site, fetcher, naps):
    site.routes |= {
        "/robots.txt": says(200, b"User-agent: *\nDisallow: /private\n"),
        "/pricing": link(site.url("/more")),
        "/more": link(site.url("/private/more")),
        "/private/more": document(LAST),
    }

    with pytest.raises(Blocked, match=r"robots\.txt does not allow"):
        fetcher(spacing_s=2.0).fetch(wanted(site.url()))

    assert not site.asked("/private/more")
    assert len([nap for nap in naps if nap > 1]) == 2, "robots.txt, then the two documents, are two seconds apart"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://elsewhere.example/pricing", "goes on to https://elsewhere.example/pricing; allow elsewhere.example"),
        ("file:///etc/passwd", "is not followed"),
        ("http://me@127.0.0.1/pricing", "is not followed"),
        ("http://127.0.0.1:port/", "is no address"),
    ],
)
def test_a_list_goes_on_at_its_own_host_only(site, fetcher, address, words):
    site.routes["/pricing"] = link(address)

    with pytest.raises(Redirected) as error:
        fetcher().fetch(wanted(site.url()))
    assert words in str(error.value)
    assert site.url() in str(error.value)


def test_a_port_that_goes_without_saying_is_no_other_host(site, fetcher):
    """The real API names one: https://prices.azure.com:443/api/retail/prices?...&$skip=1000, with blanks in it."""
    start = "https://prices.example/pricing"
    site.routes |= {
        "/prices.example/pricing": link("https://prices.example:443/pricing?$filter=name eq 'x'&$skip=2"),
        "/prices.example/pricing?$filter=name%20eq%20'x'&$skip=2": document(LAST),
    }

    found = fetcher(rewrite=site.rewrite).fetch(wanted(start))

    assert [part["Items"] for part in json.loads(found.page.body)] == [[1, 2], [3]]


@pytest.mark.parametrize("back", ["/pricing", "/more"])
def test_a_circle_ends(site, fetcher, back):
    site.routes |= {"/pricing": link(site.url("/more")), "/more": link(site.url(back))}

    with pytest.raises(WrongContent, match="in a circle: document 2 leads back"):
        fetcher().fetch(wanted(site.url()))

    assert [len(site.asked()), len(site.asked("/more"))] == [1, 1]


def test_an_endless_list_ends_at_the_limit_of_documents(site, fetcher):
    site.routes |= {"/pricing": link(site.url("/1"))} | {f"/{n}": link(site.url(f"/{n + 1}")) for n in range(1, 9)}

    with pytest.raises(TooLarge, match="after 3 documents, which is the limit"):
        fetcher(max_pages=3).fetch(wanted(site.url()))

    assert not site.asked("/3")


def test_the_size_limit_is_of_the_whole_list(site, fetcher):
    padded = LAST + b" " * 600
    site.routes |= {"/pricing": link(site.url("/more")), "/more": document(padded)}

    with pytest.raises(TooLarge, match="over the limit of 650 bytes in 2 documents"):
        fetcher(max_list_bytes=650).fetch(wanted(site.url()))


def test_a_list_has_so_much_time_and_no_more(site, fetcher):
    site.routes |= {"/pricing": link(site.url("/more")), "/more": document(LAST)}

    with pytest.raises(Unreachable, match="not complete after 0 s"):
        fetcher(list_deadline_s=0.0).fetch(wanted(site.url()))


def test_one_document_that_fails_fails_the_list(site, fetcher):
    site.routes |= {"/pricing": link(site.url("/more")), "/more": says(404)}

    with pytest.raises(Unreachable, match="/more: the list was to go on here"):
        fetcher().fetch(wanted(site.url()))


def test_a_failure_of_one_document_that_passes_is_tried_again(site, fetcher):
    site.routes |= {"/pricing": link(site.url("/more")), "/more": in_turn(says(503), document(LAST))}

    assert len(json.loads(fetcher().fetch(wanted(site.url())).page.body)) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"Items": [', "no JSON in UTF-8"),
        (b'{"Items": ["\xff"]}', "no JSON in UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark|utf-8-sig"),
        (b"17", "a JSON int"),
        (b'{"NextPageLink": 7}', "'NextPageLink' is 7; the address"),
        (b'{"NextPageLink": {"href": "/more"}}', "the address of the next document was expected"),
        (b"[" * 200_000, "no JSON in UTF-8"),
    ],
)
def test_what_is_no_document_of_a_list_is_refused(site, fetcher, body, words):
    site.routes["/pricing"] = document(body)

    with pytest.raises(WrongContent, match=words):
        fetcher().fetch(wanted(site.url()))


def test_a_list_in_another_charset_is_refused(site, fetcher):
    site.routes["/pricing"] = page(b'{"Items": []}', content_type="application/json; charset=latin-1")

    with pytest.raises(WrongContent, match="JSON is joined in UTF-8"):
        fetcher().fetch(wanted(site.url()))
