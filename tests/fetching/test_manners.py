"""What a host asks for is kept: spacing, crawl delay, Retry-After and robots.txt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scrapers.asking import retry_after_s
from scrapers.errors import Blocked, Unreachable
from tests.fetching.loopback import NOW, PAGE, ask, in_turn, page, resets, says


def test_requests_to_one_host_are_spaced(site, fetcher, naps):
    site.routes["/pricing"] = page()
    client = fetcher(spacing_s=2.0)

    client.fetch(ask(site.url()))
    client.fetch(ask(site.url()))

    assert [path for path, _ in site.seen] == ["/robots.txt", "/pricing", "/pricing"]
    assert naps == pytest.approx([2.0, 2.0], abs=0.5)


@pytest.mark.parametrize(("asked_s", "kept_s"), [("7", 7), ("0.5", 2), ("86400", 30), ("-3", 2), ("soon", 2)])
def test_a_crawl_delay_is_kept_up_to_half_a_minute(site, fetcher, naps, asked_s, kept_s):
    site.routes["/robots.txt"] = says(200, f"User-agent: *\nCrawl-delay: {asked_s}\n".encode())
    site.routes["/pricing"] = page()
    client = fetcher(spacing_s=2.0)

    client.fetch(ask(site.url()))
    client.fetch(ask(site.url()))

    assert naps == pytest.approx([kept_s, kept_s], abs=0.5)


@pytest.mark.parametrize(
    "wish", ["9", (NOW + timedelta(seconds=9)).strftime("%a, %d %b %Y %H:%M:%S GMT")], ids=["seconds", "date"]
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(site, fetcher, naps, wish, status):
    site.routes["/pricing"] = in_turn(says(status, Retry_After=wish), page())

    assert fetcher().fetch(ask(site.url())).page.body == PAGE
    assert naps == pytest.approx([9], abs=0.5)


@pytest.mark.parametrize(("status", "error"), [(429, Blocked), (503, Unreachable)])
def test_a_long_retry_after_is_not_waited_for_and_holds_for_the_whole_host(site, fetcher, naps, status, error):
    site.routes["/pricing"] = says(status, Retry_After="3600")
    site.routes["/docs"] = page()
    client = fetcher()

    with pytest.raises(error, match=rf"answered {status} and asks to be left alone until 2026-11-23 22:00:00 UTC"):
        client.fetch(ask(site.url()))
    with pytest.raises(Blocked, match="/docs: not asked, the host wants to be left alone"):
        client.fetch(ask(site.url("/docs")))

    assert len(site.asked()) == 1
    assert site.asked("/docs") == []
    assert naps == []


def test_too_many_requests_to_the_end_is_blocked(site, fetcher):
    site.routes["/pricing"] = says(429)

    with pytest.raises(Blocked, match=r"429 \(too many requests\) \(tried 4 times\)"):
        fetcher().fetch(ask(site.url()))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        ("-5", 0),
        ("soon", 0),
        ("٣", 0),
        ("9" * 400, 999_999_999_999),
        ("Mon, 23 Nov 2026 21:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 21:02:00 -0000", 120),
        ("Mon, 23 Nov 2026 20:00:00 GMT", 0),
        ("Mon, 99 Nov 99999999 20:00:00 GMT", 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value, seconds):
    assert retry_after_s(value, NOW) == seconds


def test_robots_txt_is_obeyed_and_read_once(site, fetcher):
    site.routes["/robots.txt"] = says(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /pricing\nAllow: /docs\n")
    site.routes["/pricing"] = site.routes["/docs"] = page()
    client = fetcher()

    with pytest.raises(Blocked, match=r"robots.txt does not allow finetune-prices"):
        client.fetch(ask(site.url()))
    client.fetch(ask(site.url("/docs")))

    assert [path for path, _ in site.seen] == ["/robots.txt", "/docs"]


def test_robots_txt_may_name_this_client(site, fetcher):
    site.routes["/robots.txt"] = says(200, b"User-agent: *\nAllow: /\n\nUser-agent: Finetune-Prices\nDisallow: /\n")

    with pytest.raises(Blocked, match="does not allow"):
        fetcher().fetch(ask(site.url()))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_a_robots_txt_everything_is_allowed(site, fetcher, status):
    site.routes["/robots.txt"] = says(status, b"User-agent: *\nDisallow: /\n")
    site.routes["/pricing"] = page()

    assert fetcher().fetch(ask(site.url())).page.body == PAGE


@pytest.mark.parametrize(("fault", "error"), [(says(503), Unreachable), (resets, Unreachable), (says(429), Blocked)])
def test_a_robots_txt_that_cannot_be_read_means_not_now(site, fetcher, fault, error):
    site.routes["/robots.txt"] = fault
    site.routes["/pricing"] = page()
    client = fetcher()

    for _ in range(2):
        with pytest.raises(error, match=r"/pricing: not asked this time, because robots.txt could not be read"):
            client.fetch(ask(site.url()))

    assert len(site.asked("/robots.txt")) == 4
    assert site.asked() == []


def test_only_the_start_of_an_endless_robots_txt_counts(site, fetcher):
    rules = b"User-agent: *\nDisallow: /pricing\n" + b"# much ado about nothing\n" * 40_000 + b"Disallow: /docs\n"
    site.routes["/robots.txt"] = says(200, rules)
    site.routes["/docs"] = page()
    client = fetcher()

    with pytest.raises(Blocked):
        client.fetch(ask(site.url()))
    assert client.fetch(ask(site.url("/docs"))).page.body == PAGE


def test_robots_txt_may_move_within_its_host_only(site, fetcher):
    site.routes["/pricing"] = page()
    site.routes["/robots.txt"] = says(301, Location="/moved/robots.txt")
    site.routes["/moved/robots.txt"] = says(200, b"User-agent: *\nDisallow: /\n")
    with pytest.raises(Blocked):
        fetcher().fetch(ask(site.url()))

    site.routes["/robots.txt"] = says(301, Location=site.url("/moved/robots.txt", host="localhost"))
    assert fetcher().fetch(ask(site.url())).page.body == PAGE
