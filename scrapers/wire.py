"""One request and its answer: bytes, time limits and size limits.

Here: the HTTP client, the whole-request deadline, bounded decompression. Not here: what a status means, whether
a page may be asked for, when to try again; that is `fetch.py`.
"""

from __future__ import annotations

import math
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from scrapers.errors import Redirected, TooLarge, Unreachable, WrongContent

ERROR_BODY_BYTES = 200_000  # what is read of a 4xx or 5xx body: enough to recognise a bot wall


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one server said to one request; `body` is decompressed, and cut short only where it was asked to be."""

    status: int
    headers: httpx.Headers
    body: bytes


class _Deadline(threading.local):
    """When the request of this thread must be over, on the monotonic clock."""

    ends_at: float = math.inf

    def left(self, timeout: float | None) -> float:
        """Seconds until the deadline or `timeout`, whichever is nearer. Raises ReadTimeout when none is left."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole request took too long")
        return left if timeout is None else min(left, timeout)


_deadline = _Deadline()


class _HurriedStream(httpcore.NetworkStream):
    """A connection whose every read ends at the deadline.

    A read timeout alone is no bound: a server that drips one byte of its headers every few seconds never meets it.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _HurriedStream(self._stream.start_tls(ssl_context, server_hostname, _deadline.left(timeout)))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        return self._stream.get_extra_info(info)


class _HurriedBackend(httpcore.NetworkBackend):
    """Opens connections that know the deadline."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _deadline.left(timeout)
        return _HurriedStream(self._backend.connect_tcp(host, port, left, local_address, socket_options))


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()  # loading the certificates takes 50 ms: once a process, not once a client


def open_client(
    *, user_agent: str, connect_timeout_s: float, read_timeout_s: float, uses_proxies: bool = True
) -> httpx.Client:
    """The one client: certificates checked, redirects left to the caller, no cookie ever kept. Close it after use."""
    client = httpx.Client(
        verify=_tls(),
        trust_env=uses_proxies,
        timeout=httpx.Timeout(read_timeout_s, connect=connect_timeout_s),
        # gzip only: it is what is decompressed here, with a limit; two nested encodings turn 64 KB into 64 GB
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip", "Accept-Language": "en"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )
    # httpx offers no public way to give a network backend and keep its proxy settings; a test drips headers, and
    # fails on the day that these names move.
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        if isinstance(transport, httpx.HTTPTransport):
            pool = transport._pool  # noqa: SLF001
            pool._network_backend = _HurriedBackend(pool._network_backend)  # noqa: SLF001
    return client


def get(
    client: httpx.Client, url: str, headers: dict[str, str], *, max_bytes: int, deadline_s: float, is_cut: bool = False
) -> Answer:
    """Ask once. `is_cut` reads the first `max_bytes` of a larger body instead of refusing it.

    Raises TooLarge, WrongContent (a compression nobody asked for), Redirected (to no address), Unreachable (past the
    deadline) and, for all that trying again may cure, httpx.TransportError.
    """
    _deadline.ends_at = time.monotonic() + deadline_s
    try:
        with client.stream("GET", url, headers=headers) as response:
            is_page = response.status_code == httpx.codes.OK
            limit = max_bytes if is_page else min(max_bytes, ERROR_BODY_BYTES)
            body = _body(response, limit, is_cut=is_cut or not is_page)
            return Answer(status=response.status_code, headers=response.headers, body=body)
    except httpx.TimeoutException as error:
        if time.monotonic() >= _deadline.ends_at:
            # Not tried again: the next answer would drip as well, and hold the other pages of its host.
            raise Unreachable(f"the answer was not complete after {deadline_s:g} s") from error
        raise
    except httpx.RemoteProtocolError as error:
        if "location header" in str(error):  # httpx reads it even where it is told not to follow
            raise Redirected(f"redirected to what is no address ({error})") from error
        raise
    finally:
        _deadline.ends_at = math.inf


def _body(response: httpx.Response, limit: int, *, is_cut: bool) -> bytes:
    stated = response.headers.get("Content-Length", "")
    if not is_cut and stated.isdecimal() and int(stated) > limit:
        raise TooLarge(f"the server announces {int(stated):,} bytes; the limit is {limit:,}")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        parts: Iterator[bytes] = response.iter_raw()
    elif encoding in {"gzip", "x-gzip"}:
        parts = _gunzipped(response.iter_raw(), limit + 1)
    elif response.status_code != httpx.codes.OK:
        return b""
    else:
        raise WrongContent(f"the body is compressed as {encoding!r}; only gzip was asked for")
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > limit:
            if is_cut:
                return bytes(body[:limit])
            raise TooLarge(f"the body is over the limit of {limit:,} bytes (decompressed)")
    return bytes(body)


def _gunzipped(parts: Iterator[bytes], most: int) -> Iterator[bytes]:
    """The decompressed parts, never more than `most` bytes of them at once: a bomb goes off in the caller's limit."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    is_begun = False
    for part in parts:
        waiting = part
        is_begun = is_begun or bool(part)
        while waiting:
            try:
                inflated = inflater.decompress(waiting, most)
            except zlib.error as error:
                raise WrongContent(f"the body claims to be gzip and is not ({error})") from error
            if inflater.unused_data or (inflater.eof and not inflated):
                raise WrongContent("the compressed body goes on after its end")
            waiting = inflater.unconsumed_tail
            yield inflated
    if is_begun and not inflater.eof:
        raise httpx.RemoteProtocolError("the compressed body broke off")
