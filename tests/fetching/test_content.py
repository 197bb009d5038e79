"""What a body is: its type, its charset, and a bot wall where a page should be."""

from __future__ import annotations

import pytest

from scrapers.content import bot_wall, charset_of
from scrapers.errors import Blocked, WrongContent
from tests.fetching.loopback import PAGE, ask, page, says


def test_another_kind_of_content_is_refused(site, fetcher):
    site.routes["/pricing"] = page(b"%PDF-1.7", "application/pdf")

    with pytest.raises(WrongContent, match="application/pdf; text/html was expected"):
        fetcher().fetch(ask(site.url()))


@pytest.mark.parametrize(
    ("content_type", "body", "expected", "found"),
    [
        ("text/plain; charset=utf-8", b"# Pricing", ("text/markdown", "text/plain"), "text/plain"),
        ("Text/HTML;charset=UTF-8", PAGE, ("text/html",), "text/html"),
        ("application/xhtml+xml", PAGE, ("text/html",), "text/html"),
        (None, PAGE, ("text/html",), "text/html"),
        (None, b"\xef\xbb\xbf\n<HTML>", ("text/html",), "text/html"),
        (None, b"# Pricing", ("text/markdown", "text/plain"), "text/markdown"),
        (None, b'{"rows": []}', ("application/json",), "application/json"),
        ("application/octet-stream", b"# Pricing", ("text/markdown",), "text/markdown"),
        ("application/octet-stream", b"gpu,price\n", ("text/csv",), "text/csv"),
        ("application/csv", b"gpu,price\n", ("text/csv", "text/plain"), "text/csv"),
        ("text/plain; charset=utf-8", b"gpu,price\n", ("text/csv", "text/plain"), "text/plain"),
    ],
)
def test_content_is_what_the_catalogue_allows_and_sniffed_where_unsaid(
    site, fetcher, content_type, body, expected, found
):
    site.routes["/pricing"] = page(body, content_type)

    assert fetcher().fetch(ask(site.url(), *expected)).page.media_type == found


@pytest.mark.parametrize("body", [b"%PDF-1.7 ...", b"\0\1\2", b"plain words"])
def test_unsaid_content_that_does_not_look_as_expected_is_refused(site, fetcher, body):
    site.routes["/pricing"] = page(body, None)

    with pytest.raises(WrongContent, match="by the looks of it"):
        fetcher().fetch(ask(site.url()))


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_an_empty_body_is_no_page(site, fetcher, body):
    site.routes["/pricing"] = page(body)

    with pytest.raises(WrongContent, match="empty"):
        fetcher().fetch(ask(site.url()))


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=iso-8859-1", "<html>Modèle 3 £".encode("latin-1"), "<html>Modèle 3 £"),
        ("text/html; charset=iso-8859-1", "<html>3 €".encode("cp1252"), "<html>3 €"),
        ('text/html; charset="UTF-16"', "<html>3 €".encode("utf-16"), "<html>3 €"),
        ("text/html", '<html><meta charset="latin-1">é'.encode("latin-1"), '<html><meta charset="latin-1">é'),
        (
            "text/html",
            '<META http-equiv=Content-Type content="text/html; charset=gb2312">价格'.encode("gb18030"),
            '<META http-equiv=Content-Type content="text/html; charset=gb2312">价格',
        ),
        ("text/html; charset=latin-1", b"\xef\xbb\xbf<html>\xc3\xa9", "<html>é"),
        ("text/html; charset=no-such-thing", "<html>é".encode(), "<html>é"),
        ("text/html; charset=base64", "<html>é".encode(), "<html>é"),
        ("text/html", "<html>é".encode(), "<html>é"),
    ],
)
def test_text_is_read_in_the_charset_that_fits(site, fetcher, content_type, body, text):
    site.routes["/pricing"] = page(body, content_type)

    found = fetcher().fetch(ask(site.url())).page

    assert found.text == text


def test_only_html_has_a_meta_charset():
    assert charset_of("text/markdown", b'<meta charset="latin-1">', "text/markdown") == "utf-8"


# --- bot walls


def wall(title="", body="", filler=0):
    return f"<html><head><title>{title}</title></head><body>{body}{'<br>' * filler}</body></html>".encode()


WALLS = {
    "cloudflare challenge": wall("Just a moment...", "<script>window._cf_chl_opt = {}</script>"),
    "cloudflare refusal": wall("Attention Required! | Cloudflare", "Sorry"),
    "large challenge": wall("Just a moment&#8230;", filler=50_000),
    "akamai": wall("Access Denied", "You don't have permission. Reference&#32;&#35;18.2d4f1702.1700000000.1b2c3d"),
    "akamai without title": wall("", "<h1>Access Denied</h1> Reference #18.2d4f1702.1700000000.1b2c3d"),
    "datadome": wall("seller.example", "<script src='https://ct.captcha-delivery.com/c.js'></script>"),
    "perimeterx": wall("Access to this page has been denied", "<div id='px-captcha'></div>"),
    "imperva": wall("", "<iframe src='/_Incapsula_Resource?x=1'></iframe>"),
    "captcha form": wall("One step", "<form>Tick the box<div class='h-captcha' data-sitekey='1'></div></form>"),
    "captcha title": wall("Captcha", "type these letters"),
}


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize("name", WALLS)
def test_a_bot_wall_is_blocked_whatever_its_status(site, fetcher, name, status):
    site.routes["/pricing"] = says(status, WALLS[name], Content_Type="text/html")

    with pytest.raises(Blocked, match=rf"bot wall.*status {status}"):
        fetcher().fetch(ask(site.url()))

    assert len(site.asked()) == 1


def test_a_challenge_announced_in_a_header_is_a_bot_wall(site, fetcher):
    site.routes["/pricing"] = page(CF_Mitigated="challenge")

    with pytest.raises(Blocked, match="Cloudflare"):
        fetcher().fetch(ask(site.url()))


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        wall("Pricing", "<script src='/cdn-cgi/challenge-platform/x.js'></script>" + "$3.00 "),
        wall("Pricing", "<script>captcha('g-recaptcha')</script>" + "<td>$3.00 / 1M tokens</td>" * 60),
        wall("Pricing", "<div class='g-recaptcha'></div>", filler=20_000),
        wall("Pricing for captcha solving", "Solve a captcha for $0.001"),
        wall("Access denied rates", "").replace(b"Access denied rates", b"Rates when access is denied"),
        b"# Pricing\n\nWhat to do when you see `Just a moment...` or px-captchas",
    ],
)
def test_a_page_that_mentions_captchas_is_a_page(body):
    if b"px-captchas" in body:
        body = body.replace(b"px-captchas", b"a captcha")
    assert bot_wall({}, body) is None
