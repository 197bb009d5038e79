"""A page as it comes, redirects, the demonstration's rewriting, and many pages at once."""

from __future__ import annotations

import itertools
import logging
import threading
import time

import pytest

from scrapers.errors import Blocked, FetchError, Gone, Redirected, Unreachable
from scrapers.fetch import USER_AGENT, Fetched
from tests.fetching.loopback import NOW, PAGE, ask, closed_port, in_turn, page, says


def test_a_page_comes_with_its_bytes_time_type_and_validators(site, fetcher):
    site.routes["/pricing"] = page(ETag='"v1"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT")

    found = fetcher().fetch(ask(site.url(), page="pricing"))

    assert found.page.body == PAGE
    assert (found.page.url, found.page.page, found.page.status) == (site.url(), "pricing", 200)
    assert (found.page.media_type, found.page.charset) == ("text/html", "utf-8")
    assert found.page.fetched_at == found.fetched_at == NOW
    assert (found.status, found.etag) == (200, '"v1"')
    assert (found.last_modified, found.final_url) == ("Mon, 23 Nov 2026 08:00:00 GMT", site.url())


def test_it_says_who_it_is_and_sends_no_validators_unasked(site, fetcher):
    site.routes["/pricing"] = page()

    fetcher().fetch(ask(site.url(), "text/markdown", "text/html"))

    (headers,) = site.asked()
    assert headers["User-Agent"] == USER_AGENT
    assert "finetune-prices/" in USER_AGENT
    assert "(+https://" in USER_AGENT
    assert headers["Accept"].startswith("text/markdown, text/html")
    assert not {"If-None-Match", "If-Modified-Since", "Cookie"} & set(headers)


def test_a_page_that_has_not_changed_is_304_and_keeps_its_validators(site, fetcher):
    site.routes["/pricing"] = says(304)

    found = fetcher().fetch(ask(site.url(), etag='"v1"', last_modified="Mon, 23 Nov 2026 08:00:00 GMT"))

    assert found == Fetched(
        page=None,
        status=304,
        etag='"v1"',
        last_modified="Mon, 23 Nov 2026 08:00:00 GMT",
        fetched_at=NOW,
        final_url=site.url(),
    )
    (headers,) = site.asked()
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"v1"', "Mon, 23 Nov 2026 08:00:00 GMT")


def test_304_to_an_unconditional_request_is_an_error(site, fetcher):
    site.routes["/pricing"] = says(304)

    with pytest.raises(Unreachable, match=r"304 .*unconditional"):
        fetcher().fetch(ask(site.url()))


def test_cookies_are_not_kept(site, fetcher):
    site.routes["/pricing"] = page(Set_Cookie="who=you; Path=/")
    client = fetcher()

    client.fetch(ask(site.url()))
    client.fetch(ask(site.url()))

    assert len(site.asked()) == 2
    assert not any("Cookie" in headers for headers in site.asked())


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (404, Gone, "404"),
        (410, Gone, "410"),
        (401, Blocked, "401"),
        (403, Blocked, "403"),
        (451, Blocked, "451"),
        (400, Unreachable, "400"),
        (204, Unreachable, "204"),
        (206, Unreachable, "206"),
    ],
)
def test_a_status_that_is_no_page_is_an_error_at_once(site, fetcher, status, error, words):
    site.routes["/pricing"] = says(status)

    with pytest.raises(error, match=words) as raised:
        fetcher().fetch(ask(site.url()))

    assert site.url() in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(site.asked()) == 1


@pytest.mark.parametrize("url", ["ftp://example.org/x", "https://", "nonsense", "http://[::1/x"])
def test_what_is_no_address_is_said_to_be_none(fetcher, url):
    with pytest.raises(Unreachable, match="not an"):
        fetcher().fetch(ask(url))


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_within_the_host_are_followed(site, fetcher, status):
    site.routes["/pricing"] = says(status, Location="/new/pricing?from=old#top")
    site.routes["/new/pricing?from=old"] = page()

    found = fetcher().fetch(ask(site.url()))

    assert (found.page.body, found.page.url) == (PAGE, site.url())
    assert found.final_url == site.url("/new/pricing?from=old")


def test_a_redirect_to_another_host_needs_leave(site, fetcher):
    site.routes["/pricing"] = says(302, Location=site.url("/there", host="localhost"))
    site.routes["/there"] = page()

    with pytest.raises(Redirected, match=r"allow localhost in catalog.csv"):
        fetcher().fetch(ask(site.url()))
    assert site.asked("/there") == []

    found = fetcher().fetch(ask(site.url(), allowed_hosts=("localhost",)))
    assert found.final_url == site.url("/there", host="localhost")


def test_robots_txt_is_asked_at_every_host_on_the_way(site, fetcher):
    site.routes["/pricing"] = says(302, Location=site.url("/there", host="localhost"))
    site.routes["/robots.txt"] = in_turn(says(404), says(200, b"User-agent: *\nDisallow: /there\n"))

    with pytest.raises(Blocked, match=r"localhost:\d+/there: .*robots.txt does not allow"):
        fetcher().fetch(ask(site.url(), allowed_hosts=("localhost",)))


def test_a_circle_of_redirects_ends(site, fetcher):
    site.routes["/pricing"] = says(302, Location="/again")
    site.routes["/again"] = says(302, Location="/pricing")

    with pytest.raises(Redirected, match="more than 5 redirects"):
        fetcher().fetch(ask(site.url()))
    assert len(site.asked()) == len(site.asked("/again")) == 3


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (None, "without saying where"),
        ("ftp://127.0.0.1/x", "not followed"),
        ("http://127.0.0.1:port/", "no address"),
        ("http://someone:secret@127.0.0.1/x", "not followed"),
        ("file:///etc/passwd", "not followed"),
    ],
)
def test_a_redirect_to_nowhere_good_is_refused(site, fetcher, location, words):
    site.routes["/pricing"] = says(302, **({"Location": location} if location else {}))

    with pytest.raises(Redirected, match=words):
        fetcher().fetch(ask(site.url()))


# --- the demonstration's rewriting


def test_rewriting_keeps_the_real_address_in_the_evidence(site, fetcher):
    site.routes["/seller.example/pricing"] = page()

    found = fetcher(rewrite=site.rewrite).fetch(ask("https://seller.example/pricing"))

    assert (found.page.url, found.final_url) == ("https://seller.example/pricing",) * 2
    assert [path for path, _ in site.seen] == ["/seller.example/robots.txt", "/seller.example/pricing"]


@pytest.mark.parametrize(
    "location",
    ["https://www.seller.example/new", "//www.seller.example/new", "/seller.example/new", "new", "LOOPBACK"],
)
def test_redirects_are_mapped_back_to_the_real_world(site, fetcher, location):
    target = site.url("/seller.example/new") if location == "LOOPBACK" else location
    site.routes["/seller.example/pricing"] = says(302, Location=target)
    site.routes["/seller.example/new"] = site.routes["/www.seller.example/new"] = page()
    # "//host/path" takes the loopback server's scheme, which would be a downgrade in the real world
    downgrades = location.startswith("//")
    request = ask("https://seller.example/pricing", allowed_hosts=("www.seller.example",))
    client = fetcher(rewrite=site.rewrite)

    if downgrades:
        with pytest.raises(Redirected, match="https to http"):
            client.fetch(request)
        return
    found = client.fetch(request)

    assert found.page.url == "https://seller.example/pricing"
    assert found.final_url in {"https://seller.example/new", "https://www.seller.example/new"}


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://other.example/x", "allow other.example"),
        ("http://seller.example/pricing", "from https to http"),
        ("/other.example/x", "redirected"),
    ],
)
def test_hosts_and_schemes_are_checked_as_they_really_are(site, fetcher, location, words):
    site.routes["/seller.example/pricing"] = says(302, Location=location)

    with pytest.raises(Redirected, match=words):
        fetcher(rewrite=site.rewrite).fetch(ask("https://seller.example/pricing"))
    assert not any("other.example" in path for path, _ in site.seen)


def test_messages_name_the_real_address(site, fetcher):
    site.routes["/seller.example/pricing"] = says(500)

    with pytest.raises(Unreachable, match=r"^https://seller.example/pricing: ") as raised:
        fetcher(rewrite=site.rewrite).fetch(ask("https://seller.example/pricing"))
    assert "127.0.0.1" not in str(raised.value)


# --- many pages


def test_hosts_are_visited_side_by_side_and_one_dead_host_harms_no_other(site, fetcher):
    both = threading.Barrier(2, timeout=5)  # opens only when both hosts are being asked at the same time

    def meets(handler):
        both.wait()
        page()(handler)

    site.routes["/a.example/pricing"] = site.routes["/b.example/pricing"] = meets
    dead = f"http://127.0.0.1:{closed_port()}/"
    names = ["a", "dead", "b"]

    found = fetcher(rewrite=lambda url: dead if "dead.example" in url else site.rewrite(url)).fetch_all(
        {name: ask(f"https://{name}.example/pricing") for name in names}
    )

    assert list(found) == names
    assert found["a"].page.body == found["b"].page.body == PAGE
    assert isinstance(found["dead"], Unreachable)


def test_pages_of_one_host_are_asked_one_after_the_other(site, fetcher):
    now, most = itertools.count(), []
    busy: list[int] = []

    def slow(handler):
        busy.append(next(now))
        most.append(len(busy))
        time.sleep(0.02)
        busy.pop()
        page()(handler)

    requests = {number: ask(site.url(f"/{number}")) for number in range(5)}
    site.routes |= {f"/{number}": slow for number in requests}

    found = fetcher().fetch_all(requests)

    assert all(isinstance(result, Fetched) for result in found.values())
    assert most == [1] * 5


def test_every_failure_is_its_own_error_and_none_is_raised(site, fetcher):
    site.routes["/fine"] = page()
    site.routes["/full"] = says(500)
    client = fetcher()

    found = client.fetch_all(
        {
            "fine": ask(site.url("/fine")),
            "gone": ask(site.url("/gone")),
            "full": ask(site.url("/full")),
            "bad": ask("http://[::1/x"),
        }
    )

    assert {key: type(result) for key, result in found.items()} == {
        "fine": Fetched,
        "gone": Gone,
        "full": Unreachable,
        "bad": Unreachable,
    }
    assert client.fetch_all({}) == {}


def test_a_surprise_is_told_and_logged_not_lost(site, fetcher, caplog):
    site.routes["/a.example/pricing"] = page()

    def rewrite(url):
        return {"b": 1}[url] if "b.example" in url else site.rewrite(url)

    with caplog.at_level(logging.ERROR, "scrapers.fetch"):
        found = fetcher(rewrite=rewrite).fetch_all(
            {name: ask(f"https://{name}.example/pricing") for name in ("a", "b")}
        )

    assert isinstance(found["a"], Fetched)
    assert isinstance(found["b"], FetchError)
    assert "unexpected KeyError" in str(found["b"])
    assert "https://b.example/pricing" in caplog.text
    assert "Traceback" in caplog.text


def test_two_hosts_whose_robots_txt_point_at_each_other_do_not_wait_for_ever(site, fetcher):
    site.routes["/a.example/robots.txt"] = says(302, Location="https://b.example/robots.txt")
    site.routes["/b.example/robots.txt"] = says(302, Location="https://a.example/robots.txt")
    site.routes["/a.example/pricing"] = site.routes["/b.example/pricing"] = page()
    hosts = ("a.example", "b.example")

    found = fetcher(rewrite=site.rewrite).fetch_all(
        {host: ask(f"https://{host}/pricing", allowed_hosts=hosts) for host in hosts}
    )

    assert all(isinstance(result, Fetched) for result in found.values())
