"""Servers that send too much, too slowly, too little or nothing."""

from __future__ import annotations

import gzip
import shutil
import ssl
import subprocess
import time
import tracemalloc

import pytest

from scrapers.errors import TooLarge, Unreachable, WrongContent
from tests.fetching.loopback import PAGE, ask, closed_port, in_turn, page, resets, running_site, says


def test_an_announced_size_over_the_limit_is_not_even_read(site, fetcher):
    site.routes["/pricing"] = page(b"x", Content_Length="5000000")

    with pytest.raises(TooLarge, match=r"announces 5,000,000 bytes; the limit is 1,000"):
        fetcher(max_bytes=1000).fetch(ask(site.url()))


def test_an_unannounced_size_over_the_limit_stops_the_reading(site, fetcher):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while not site.is_closing.is_set():
            handler.wfile.write(b"400\r\n" + b"x" * 0x400 + b"\r\n")

    site.routes["/pricing"] = endless

    with pytest.raises(TooLarge, match="over the limit of 50,000 bytes"):
        fetcher(max_bytes=50_000).fetch(ask(site.url()))


def test_a_gzip_bomb_goes_off_in_the_limit(site, fetcher):
    bomb = gzip.compress(bytes(100_000_000))
    assert len(bomb) < 200_000
    site.routes["/pricing"] = page(bomb, Content_Encoding="gzip")
    client = fetcher(max_bytes=1_000_000)

    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="decompressed"):
            client.fetch(ask(site.url()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10_000_000


def test_gzip_is_asked_for_and_undone(site, fetcher):
    body = PAGE * 5000
    site.routes["/pricing"] = page(gzip.compress(body), Content_Encoding="gzip")

    assert fetcher().fetch(ask(site.url())).page.body == body
    assert site.asked()[0]["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("br", b"whatever", "compressed as 'br'"),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE)), "compressed as 'gzip, gzip'"),
        ("gzip", PAGE, "claims to be gzip"),
        ("gzip", gzip.compress(PAGE) + b"more", "goes on after its end"),
    ],
)
def test_a_compression_that_is_not_plain_gzip_is_refused(site, fetcher, encoding, body, words):
    site.routes["/pricing"] = page(body, Content_Encoding=encoding)

    with pytest.raises(WrongContent, match=words):
        fetcher().fetch(ask(site.url()))


def drips(site, first):
    """A route that sends `first`, then a byte now and then, for longer than anyone should listen."""

    def route(handler):
        handler.close_connection = True
        handler.wfile.write(first)
        for _ in range(100):
            if site.is_closing.wait(0.03):
                return
            handler.wfile.write(b"x")

    return route


@pytest.mark.parametrize(
    "first",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Endless: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;",
    ],
    ids=["body", "headers", "chunk size"],
)
def test_a_dripping_server_is_left_at_the_deadline_and_not_asked_again(site, fetcher, first):
    site.routes["/pricing"] = drips(site, first)
    begun = time.monotonic()

    with pytest.raises(Unreachable, match=r"not complete after 0\.3 s"):
        fetcher(deadline_s=0.3, read_timeout_s=0.2).fetch(ask(site.url()))

    assert time.monotonic() - begun < 2
    assert len(site.asked()) == 1


# --- failures that may pass


def hangs_up(handler):
    """End the connection without a word."""
    handler.close_connection = True


def breaks_off(handler):
    """Announce more than is sent."""
    page(PAGE, Content_Length="5000")(handler)
    handler.close_connection = True


def breaks_off_compressed(handler):
    page(gzip.compress(PAGE)[:-12], Content_Encoding="gzip")(handler)


def keeps_silent(handler):
    handler.server.site.is_closing.wait(1)
    handler.close_connection = True


def talks_nonsense(handler):
    handler.wfile.write(b"it is not HTTP that is spoken here\r\n\r\n")
    handler.close_connection = True


FAULTS = [resets, hangs_up, breaks_off, breaks_off_compressed, keeps_silent, talks_nonsense, says(500), says(503)]
FAULTS += [says(520), says(408)]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_that_passes_is_tried_again(site, fetcher, fault):
    site.routes["/pricing"] = in_turn(fault, fault, page())

    assert fetcher(read_timeout_s=0.5).fetch(ask(site.url())).page.body == PAGE
    assert len(site.asked()) == 3


def test_attempts_are_logged_and_stdout_is_left_alone(site, fetcher, caplog, capsys):
    site.routes["/pricing"] = in_turn(says(500), page())

    with caplog.at_level("INFO", "scrapers.asking"):
        fetcher().fetch(ask(site.url()))

    assert "answered 500 (the server failed); trying again in 0.0 s" in caplog.text
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_that_stays_is_unreachable_after_four_attempts(site, fetcher, fault):
    site.routes["/pricing"] = fault

    with pytest.raises(Unreachable, match=r"tried 4 times") as raised:
        fetcher(read_timeout_s=0.5).fetch(ask(site.url()))

    assert str(raised.value).startswith(site.url())
    assert len(site.asked()) == 4


def test_a_host_that_is_down_is_unreachable_and_asked_once_for_all_its_pages(fetcher):
    address = f"http://127.0.0.1:{closed_port()}"
    client = fetcher()

    with pytest.raises(Unreachable, match=r"cannot connect.*tried 4 times"):
        client.fetch(ask(f"{address}/pricing"))
    begun = time.monotonic()
    with pytest.raises(Unreachable, match=r"/docs: not asked this time, because robots.txt"):
        client.fetch(ask(f"{address}/docs"))

    assert time.monotonic() - begun < 0.5


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_nobody_vouches_for_is_refused(fetcher, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=DNS:localhost -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with running_site() as site:
        site.server.socket = context.wrap_socket(site.server.socket, server_side=True)

        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            fetcher().fetch(ask(site.url(host="localhost").replace("http:", "https:")))

        assert site.seen == []
