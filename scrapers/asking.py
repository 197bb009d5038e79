"""Asking one address: a host's turns are spaced, failures that may pass are tried again, Retry-After is heeded.

Here: when and how often to ask. Not here: whether the address may be asked for (robots.txt, redirects) and what
the answer is worth; that is `fetch.py`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

import httpx

from scrapers import content, wire
from scrapers.errors import Blocked, FetchError, Unreachable
from scrapers.robots import MAX_ROBOTS_BYTES, Robots

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails

log = logging.getLogger(__name__)

MAX_RETRY_AFTER_S = 60.0  # a host that wants longer is left alone until the next tick
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
_TRY_AGAIN = frozenset({408, 425, 429})  # and every 5xx


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How patient and how polite to be. Times in seconds, sizes in bytes."""

    spacing_s: float
    connect_timeout_s: float
    read_timeout_s: float
    deadline_s: float  # one request, from connecting to its last byte
    max_bytes: int
    attempts: int
    sleep: Callable[[float], None]
    clock: Callable[[], datetime]


@dataclass
class Host:
    """What is known of one host in this tick.

    Two locks: `turn` while a turn is waited for and booked, `robots_lock` while its robots.txt is being read. Reading
    it takes turns, here or at a host it redirects to; taking a turn never reads a robots.txt, so nobody waits in a circle.
    """

    turn: threading.Lock = field(default_factory=threading.Lock)
    robots_lock: threading.Lock = field(default_factory=threading.Lock)
    robots: dict[str, Robots | FetchError] = field(default_factory=dict)  # per origin; an error is remembered too
    crawl_delay_s: float = 0.0
    next_at: float = 0.0  # monotonic: not asked again before

    def put_off(self, pause_s: float) -> None:
        """Do not ask this host for so many seconds from now."""
        with self.turn:
            self.next_at = max(self.next_at, time.monotonic() + pause_s)


class _TryAgainError(Exception):
    """This attempt failed in a way that another may cure; `error` is what to raise when none does."""

    def __init__(self, error: FetchError) -> None:
        super().__init__(str(error))
        self.error = error


class Asker:
    """Asks addresses, politely. Threads may share one; close it after use."""

    def __init__(self, manners: Manners, *, user_agent: str, rewrite: Callable[[str], str] | None) -> None:
        self._manners = manners
        self._rewrite = rewrite
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        self._client = wire.open_client(
            user_agent=user_agent,
            connect_timeout_s=manners.connect_timeout_s,
            read_timeout_s=manners.read_timeout_s,
            uses_proxies=rewrite is None,  # a proxy of the environment knows nothing of our loopback server
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def host(self, url: httpx.URL) -> Host:
        """What is known of the host of an address."""
        with self._lock:
            return self._hosts.setdefault(url.host, Host())

    def ask(self, url: httpx.URL, headers: dict[str, str], *, is_robots: bool = False) -> wire.Answer:
        """The answer of an address, whatever its status below 500, after as many attempts as it takes.

        Raises Unreachable, Blocked (429, a bot wall), TooLarge or WrongContent, each with the address.
        """
        stamina = _stamina()
        tried = 0
        try:
            for attempt in stamina.retry_context(
                on=_TryAgainError, attempts=self._manners.attempts, timeout=None, wait_initial=0.5, wait_max=10.0
            ):
                with attempt:
                    tried = attempt.num
                    return self._ask_once(url, headers, is_robots=is_robots)
        except _TryAgainError as last:
            times = f" (tried {tried} times)" if tried > 1 else ""
            raise type(last.error)(f"{last.error}{times}") from last
        raise AssertionError("retry_context returns or raises")

    def _ask_once(self, url: httpx.URL, headers: dict[str, str], *, is_robots: bool) -> wire.Answer:
        host = self.host(url)
        self._wait_turn(host, url)
        try:
            answer = wire.get(
                self._client,
                str(url) if self._rewrite is None else self._rewrite(str(url)),
                headers,
                max_bytes=MAX_ROBOTS_BYTES if is_robots else self._manners.max_bytes,
                deadline_s=self._manners.deadline_s,
                is_cut=is_robots,
            )
        except httpx.TransportError as error:
            raise _TryAgainError(Unreachable(f"{url}: {self._in_words(error)}")) from error
        except FetchError as error:
            raise type(error)(f"{url}: {error}") from error
        status = answer.status
        if not is_robots and status not in REDIRECTS | GONE:
            wall = content.bot_wall(answer.headers, answer.body)
            if wall:
                raise Blocked(f"{url}: a bot wall stands before the page ({wall}; status {status})")
        if status in _TRY_AGAIN or status >= 500:
            self._heed_retry_after(host, url, answer)
            refuses = status == httpx.codes.TOO_MANY_REQUESTS
            words = "too many requests" if refuses else "the server failed"
            raise _TryAgainError((Blocked if refuses else Unreachable)(f"{url}: answered {status} ({words})"))
        return answer

    def _in_words(self, error: httpx.TransportError) -> str:
        match error:
            case httpx.ConnectTimeout():
                return f"no connection within {self._manners.connect_timeout_s:g} s"
            case httpx.TimeoutException():
                return f"nothing came for {self._manners.read_timeout_s:g} s"
            case httpx.ConnectError():
                return f"cannot connect ({error})"
            case _:
                return f"the connection broke ({str(error) or type(error).__name__})"

    def _wait_turn(self, host: Host, url: httpx.URL) -> None:
        """Sleep until this host may be asked again, and book the turn. The lock is held so that turns queue up."""
        with host.turn:
            spacing_s = max(self._manners.spacing_s, host.crawl_delay_s)
            pause_s = host.next_at - time.monotonic()
            if pause_s > max(MAX_RETRY_AFTER_S, spacing_s):
                raise Blocked(f"{url}: not asked, the host wants to be left alone for another {pause_s:.0f} s")
            if pause_s > 0:
                self._manners.sleep(pause_s)
            host.next_at = time.monotonic() + spacing_s

    def _heed_retry_after(self, host: Host, url: httpx.URL, answer: wire.Answer) -> None:
        """Put the host's next turn off by what it asks. Raises when that is too long to wait for."""
        now = self._manners.clock()
        pause_s = retry_after_s(answer.headers.get("Retry-After"), now)
        host.put_off(pause_s)
        if pause_s > MAX_RETRY_AFTER_S:
            kind = Blocked if answer.status == httpx.codes.TOO_MANY_REQUESTS else Unreachable
            until = now + timedelta(seconds=min(pause_s, 1e9))
            raise kind(f"{url}: answered {answer.status} and asks to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC")


@cache
def _stamina() -> ModuleType:
    import stamina  # noqa: PLC0415 - 15 to 50 ms that a program which only parses need not pay

    # Where structlog is installed, as it is beside Dagster, stamina would write to stdout, where our JSON goes.
    stamina.instrumentation.set_on_retry_hooks([_log_retry])
    return stamina


def _log_retry(details: RetryDetails) -> None:
    log.info("%s; trying again in %.1f s", details.caused_by, details.wait_for)


def retry_after_s(value: str | None, now: datetime) -> float:
    """The seconds a Retry-After header asks for, given as seconds or as a date; 0 where it says nothing usable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    # HTTP dates are in GMT, and "-0000" comes back naive
    return max(0.0, ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds())
