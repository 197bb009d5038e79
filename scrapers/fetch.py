"""The one polite client: robots.txt, spacing, conditional requests, retries, redirects, and plain words for failures.

Here: whether an address may be asked for, where redirects may lead, and what an answer's status means. When and
how often to ask is `asking.py`'s, the bytes and their limits are `wire.py`'s, what a body is `content.py`'s, how a list of
several documents becomes one body `paging.py`'s, how one is unpacked `packing.py`'s.
One `Fetcher` serves one tick: what it learns of a host (its robots.txt, that it wants to be left alone) holds
until it is closed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import httpx

from scrapers import content, packing, paging, wire
from scrapers.asking import GONE, REDIRECTS, Asker, Manners
from scrapers.contract import Page
from scrapers.errors import Blocked, FetchError, Gone, Redirected, TooLarge, Unreachable, WrongContent
from scrapers.robots import Robots, read_robots

log = logging.getLogger(__name__)

CONTACT_URL = "https://example.org/finetune-prices"  # a placeholder: set it to where sellers can reach you
USER_AGENT = f"finetune-prices/0.1 (+{CONTACT_URL})"
MAX_HOSTS_AT_ONCE = 16

_REFUSED = {401, 403, 451}

K = TypeVar("K")


@dataclass(frozen=True, kw_only=True)
class FetchRequest:
    """One page to ask for. Without `etag` and `last_modified` the request is unconditional."""

    url: str
    media_types: tuple[str, ...]
    allowed_hosts: tuple[str, ...] = ()  # hosts a redirect may lead to, besides the address's own
    etag: str | None = None
    last_modified: str | None = None
    page: str | None = None  # the catalogue's name of the page, handed on to `Page.page`
    # The JSON key under which each served document names the next one, or where the archive lies whose version the
    # document names ("{}/catalog.zip#runpod.csv"); None for a page that is one document. Such a list is always asked
    # for whole: its validators would speak of the first document only.
    next_page: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A page, or the server's word that it has not changed (`page` None, status 304). `fetched_at` is aware UTC.

    `page.url` is the address asked for, the one that readers can follow; `final_url` is where redirects led.
    """

    page: Page | None
    status: int
    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    final_url: str


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """How one address and those it redirects to are asked for."""

    address: str  # as the catalogue has it: what messages name
    headers: dict[str, str]
    hosts: frozenset[str]
    is_robots: bool = False


class Fetcher:
    """Fetches pages politely. A context manager; threads may share it. Times in seconds, sizes in bytes.

    `rewrite` maps the real address of any catalogue host to a loopback server, for the demonstration: hosts are
    checked and evidence is written with the real address, and the loopback path must end with the real one.
    """

    def __init__(  # noqa: PLR0913 - each is one knob of politeness or of a test, and all have defaults
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        user_agent: str = USER_AGENT,
        spacing_s: float = 2.0,
        connect_timeout_s: float = 10.0,
        read_timeout_s: float = 30.0,
        deadline_s: float = 90.0,
        max_bytes: int = 20_000_000,
        max_redirects: int = 5,
        attempts: int = 4,
        max_pages: int = paging.MAX_PAGES,
        max_list_bytes: int = 60_000_000,
        list_deadline_s: float = 900.0,
        rewrite: Callable[[str], str] | None = None,
    ) -> None:
        manners = Manners(
            spacing_s=spacing_s,
            connect_timeout_s=connect_timeout_s,
            read_timeout_s=read_timeout_s,
            deadline_s=deadline_s,
            max_bytes=max_bytes,
            attempts=attempts,
            sleep=sleep,
            clock=clock,
        )
        self._asker = Asker(manners, user_agent=user_agent, rewrite=rewrite)
        self.clock = clock
        self._product = user_agent.partition("/")[0]
        self._max_redirects = max_redirects
        self._max_list_bytes = max_list_bytes
        self._max_pages = max_pages
        self._list_deadline_s = list_deadline_s
        self._rewrite = rewrite
        self._is_stopped = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._asker.close()

    # --- what callers use --------------------------------------------------------------------------------------

    def fetch(self, request: FetchRequest) -> Fetched:
        """Ask for one page, politely; for all documents of a list. Raises a FetchError: what failed, and where."""
        if request.next_page is not None:
            request = replace(request, etag=None, last_modified=None)
        headers = {"Accept": ", ".join([*request.media_types, "*/*;q=0.1"])}
        if request.etag is not None:
            headers["If-None-Match"] = request.etag
        if request.last_modified is not None:
            headers["If-Modified-Since"] = request.last_modified
        url = _address(request.url)
        ask = _Ask(address=request.url, headers=headers, hosts=frozenset({url.host, *request.allowed_hosts}))
        try:
            answer, final_url = self._follow(ask, url)
            fetched = self._fetched(request, answer, final_url, self.clock())
            if request.next_page is None:
                return fetched
            if packing.is_packed(request.next_page):
                return self._unpacked(request, ask, fetched)
            return self._whole_list(request, ask, fetched)
        except FetchError as error:
            if request.url in str(error):
                raise
            raise type(error)(f"{request.url}: {error}") from error

    def fetch_all(self, requests: Mapping[K, FetchRequest]) -> dict[K, Fetched | FetchError]:
        """Ask for many pages, one thread a host. Every request has its result; one that fails is its FetchError."""
        by_host: dict[str, list[K]] = {}
        for key, request in requests.items():
            by_host.setdefault(_host_of(request.url), []).append(key)
        results: dict[K, Fetched | FetchError] = {}

        def visit(keys: list[K]) -> None:
            for key in keys:
                if self._is_stopped.is_set():
                    return
                results[key] = self._fetch_safely(requests[key])

        with ThreadPoolExecutor(max(1, min(len(by_host), MAX_HOSTS_AT_ONCE)), "fetch") as threads:
            try:
                list(threads.map(visit, by_host.values()))
            except BaseException:
                self._is_stopped.set()  # Ctrl-C: each thread ends after the page it is at
                raise
        return {key: results[key] for key in requests}

    def _fetch_safely(self, request: FetchRequest) -> Fetched | FetchError:
        try:
            return self.fetch(request)
        except FetchError as error:
            return error
        except Exception as error:  # one page's surprise must not cost the others theirs; it is logged and told
            log.exception("%s: unexpected failure while fetching", request.url)
            return Unreachable(f"{request.url}: unexpected {type(error).__name__}: {error}")

    # --- one answer --------------------------------------------------------------------------------------------

    def _fetched(self, request: FetchRequest, answer: wire.Answer, final_url: httpx.URL, now: datetime) -> Fetched:
        status = answer.status
        is_conditional = request.etag is not None or request.last_modified is not None
        page = None
        if status in GONE:
            raise Gone(f"answered {status}: there is no page at this address any more; correct catalog.csv")
        if status in _REFUSED:
            raise Blocked(f"answered {status}: the server refuses this client")
        if status == httpx.codes.NOT_MODIFIED:
            if not is_conditional:
                raise Unreachable("answered 304 (not modified) to an unconditional request")
        elif status in {httpx.codes.OK, httpx.codes.NON_AUTHORITATIVE_INFORMATION}:
            page = _page(request, answer, now)
        else:
            raise Unreachable(f"answered {status}, which is no page")
        kept = request if page is None else None
        return Fetched(
            page=page,
            status=status,
            etag=answer.headers.get("ETag", kept and kept.etag),
            last_modified=answer.headers.get("Last-Modified", kept and kept.last_modified),
            fetched_at=now,
            final_url=str(final_url),
        )

    def _whole_list(self, request: FetchRequest, ask: _Ask, first: Fetched) -> Fetched:
        """The list that begins with `first`, as one body: see `paging.py`. Each step is checked as a redirect is."""
        assert request.next_page is not None and first.page is not None  # noqa: S101, PT018 - asked unconditionally
        ends_at = time.monotonic() + self._list_deadline_s
        url = httpx.URL(first.final_url)
        seen, documents = {request.url, str(url)}, [first.page.body]
        if first.page.charset != "utf-8":
            raise WrongContent(f"the document is in {first.page.charset}; JSON is joined in UTF-8")
        while (link := paging.next_address(documents[-1], request.next_page)) is not None:
            if len(documents) == self._max_pages:
                raise TooLarge(f"the list goes on after {self._max_pages} documents, which is the limit")
            url = self._checked(ask, url, link, "the list goes on")
            if str(url) in seen:
                raise WrongContent(f"the list goes in a circle: document {len(documents)} leads back to {url}")
            if self._is_stopped.is_set() or time.monotonic() > ends_at:
                raise Unreachable(f"the list was not complete after {self._list_deadline_s:g} s")
            seen.add(str(url))
            documents.append(self._document(request, ask, url))
            if sum(map(len, documents)) > self._max_list_bytes:
                limit = f"{self._max_list_bytes:,} bytes"
                raise TooLarge(f"the list is over the limit of {limit} in {len(documents)} documents")
        page = replace(first.page, body=paging.joined(documents))
        return replace(first, page=page, etag=None, last_modified=None)

    def _unpacked(self, request: FetchRequest, ask: _Ask, first: Fetched) -> Fetched:
        """The file in the archive whose version `first` names: see `packing.py`. The step is checked as a redirect is."""
        assert request.next_page is not None and first.page is not None  # noqa: S101, PT018 - asked unconditionally
        body, version = first.page.body, packing.version_in(first.page.body)
        if version is not None:
            address, name = packing.archive_of(request.next_page, version)
            url = self._checked(ask, httpx.URL(first.final_url), address, "the list goes on")
            try:
                body = packing.unpacked(self._document(request, ask, url), name, max_bytes=self._max_list_bytes)
            except (TooLarge, WrongContent) as error:
                raise type(error)(str(error) if str(url) in str(error) else f"{url}: {error}") from error
        return replace(first, page=replace(first.page, body=body), etag=None, last_modified=None)

    def _document(self, request: FetchRequest, ask: _Ask, url: httpx.URL) -> bytes:
        """One more document of a list. One that is gone fails the list for now, not the address of the catalogue."""
        try:
            answer, final_url = self._follow(ask, url)
            page = self._fetched(request, answer, final_url, self.clock()).page
        except Gone as error:
            raise Unreachable(f"{url}: the list was to go on here ({error})") from error
        except FetchError as error:
            raise type(error)(f"{url}: {error}") from error
        assert page is not None  # noqa: S101 - an unconditional request is never answered with 304
        return page.body

    def _follow(self, ask: _Ask, url: httpx.URL) -> tuple[wire.Answer, httpx.URL]:
        """The first answer that is no redirect, and its address. Every step is checked before it is taken."""
        for _ in range(self._max_redirects + 1):
            if not ask.is_robots:
                self._heed_robots(ask, url)
            answer = self._asker.ask(url, ask.headers, is_robots=ask.is_robots)
            if answer.status not in REDIRECTS:
                return answer, url
            url = self._next(ask, url, answer.headers.get("Location"))
        raise Redirected(f"{ask.address}: more than {self._max_redirects} redirects, the last to {url}")

    def _next(self, ask: _Ask, url: httpx.URL, location: str | None) -> httpx.URL:
        if not location:
            raise Redirected(f"{ask.address}: redirected without saying where to")
        return self._checked(ask, url, location, "redirected")

    def _checked(self, ask: _Ask, url: httpx.URL, location: str, moved: str) -> httpx.URL:
        """Where a server's word leads, if one may go there. `moved` is what happened, for the message."""
        try:
            target = self._real_target(url, location).copy_with(fragment=None)
        except httpx.InvalidURL as error:
            raise Redirected(f"{ask.address}: {moved} to {location[:200]!r}, which is no address") from error
        if target.scheme not in {"http", "https"} or target.userinfo:
            raise Redirected(f"{ask.address}: {moved} to {target}, which is not followed")
        if url.scheme == "https" and target.scheme == "http":
            raise Redirected(f"{ask.address}: {moved} from https to http ({target}), which is not followed")
        if target.host not in ask.hosts:
            raise Redirected(
                f"{ask.address}: {moved} to {target}; allow {target.host} in catalog.csv if the seller moved there"
            )
        return target

    def _real_target(self, url: httpx.URL, location: str) -> httpx.URL:
        """Where a redirect leads in the real world; one to the loopback server itself is mapped back."""
        if self._rewrite is None:
            return url.join(location)
        local = httpx.URL(self._rewrite(str(url)))
        target = local.join(location)
        if target.netloc != local.netloc:
            return target
        root = self._rewrite(str(url.join("/")))
        if not str(target).startswith(root):
            return target  # another place of the loopback server: refused with all other hosts
        return url.join("/" + str(target).removeprefix(root))

    def _heed_robots(self, ask: _Ask, url: httpx.URL) -> None:
        """Return where robots.txt allows this address. Raises Blocked where it does not, or why it cannot be known."""
        host = self._asker.host(url)
        address = url.join("/robots.txt")
        with host.robots_lock:
            robots = host.robots.get(str(address))
            if robots is None:
                robots = host.robots[str(address)] = self._read_robots(ask, address)
                if isinstance(robots, Robots):
                    host.crawl_delay_s = max(host.crawl_delay_s, robots.crawl_delay_s)
                    host.put_off(robots.crawl_delay_s)
        if isinstance(robots, FetchError):
            raise type(robots)(f"{url}: not asked this time, because robots.txt could not be read ({robots})")
        if not robots.allows(str(url)):
            raise Blocked(f"{url}: {address} does not allow {self._product} to read this page")

    def _read_robots(self, ask: _Ask, address: httpx.URL) -> Robots | FetchError:
        try:
            answer, _ = self._follow(
                _Ask(
                    address=str(address), headers={"Accept": "text/plain, */*;q=0.1"}, hosts=ask.hosts, is_robots=True
                ),
                address,
            )
        except Redirected:
            return Robots(self._product)  # a file that lies elsewhere or nowhere is no file (RFC 9309, 2.3.1.2)
        except FetchError as error:
            return error
        if answer.status == httpx.codes.OK:
            return read_robots(self._product, answer.body)
        return Robots(self._product)  # 4xx: there are no rules (2.3.1.3); 429 and 5xx were raised as errors


def _page(request: FetchRequest, answer: wire.Answer, now: datetime) -> Page:
    if not answer.body.strip():
        raise WrongContent("the body is empty")
    content_type = answer.headers.get("Content-Type")
    media_type = content.media_type_of(content_type, answer.body, request.media_types)
    return Page(
        url=request.url,
        fetched_at=now,
        body=answer.body,
        media_type=media_type,
        charset=content.charset_of(content_type, answer.body, media_type),
        status=answer.status,
        page=request.page,
    )


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise Unreachable(f"{text}: not an address ({error}); correct catalog.csv") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise Unreachable(f"{text}: not an http address; correct catalog.csv")
    return url


def _host_of(text: str) -> str:
    try:
        return _address(text).host
    except Unreachable:
        return ""
