"""`ftprices try` and `ftprices record`: the loop of whoever adds or mends a scraper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pipeline import terminal
from pipeline.errors import NothingRead, NotUnderstood, UsageFault
from pipeline.parsing import rows_of
from pipeline.saved_page import MEDIA_TYPES
from pipeline.settings import GOLDEN, RECORDINGS, Settings
from pipeline.workshop import Workshop, open_workshop
from scrapers.as_json import golden_text, reading_json
from scrapers.catalog import PageRow, read_page
from scrapers.contract import Page
from scrapers.errors import FetchError, ScrapeError
from scrapers.fetch import FetchRequest

# A page served as plain text is markdown, unless its address says otherwise.
SUFFIXES = {kind: suffix for suffix, kind in reversed(MEDIA_TYPES.items())} | {"text/plain": ".md"}
NAMED_BY_ADDRESS = frozenset({".csv", ".yml", ".jsonl"})


def try_command(settings: Settings, provider: str, *, as_json: bool) -> None:
    """Fetch and read a seller's pages now, keep nothing. Exit 3 when none came, 4 when one was not understood."""
    results = []
    with _looking(settings) as shop:
        for row in rows_of(provider):
            page = _fetched(shop, row)
            outcome: dict[str, object] = {"page": row.page, "url": row.url}
            if isinstance(page, FetchError):
                outcome |= {"error": type(page).__name__, "message": str(page)}
            else:
                outcome |= {"bytes": len(page.body), "sha256": page.sha256} | _read(row, page)
            results.append(outcome)
    if as_json:
        terminal.print_json(results)
    else:
        for outcome in results:
            _say(outcome)
    errors = [outcome.get("error") for outcome in results]
    if all("bytes" not in outcome for outcome in results):
        raise NothingRead(f"no page of {provider} was had")
    if any(errors):
        raise NotUnderstood(f"{provider}: {', '.join(str(error) for error in errors if error)}")


def record_command(settings: Settings, provider: str) -> None:
    """Save a seller's pages as they are now, and what is read in them as goldens to be reviewed.

    The recordings that are committed are reduced reproductions: cut what was saved down to its structure first. What
    stands there of the same day is somebody's work and stays: UsageFault names it, after the other pages were saved.
    A page that is not understood gets no golden, for there is nothing to review before its scraper is mended.
    """
    saved, standing = 0, list[Path]()
    with _looking(settings) as shop:
        for row in rows_of(provider):
            page = _fetched(shop, row)
            if isinstance(page, FetchError):
                terminal.say(f"{row.page}: {type(page).__name__}: {page}")
                continue
            name = f"{row.page}-{page.fetched_at:%Y-%m-%d}"
            golden = GOLDEN / provider / f"{name}.json"
            suffix = _suffix(row, page)
            target = RECORDINGS / provider / f"{name}{suffix}"
            if there := [path for path in (target, golden) if path.exists()]:
                standing += there
                continue
            _save(target, page.body)
            terminal.say(f"saved {target} ({len(page.body)} bytes)")
            outcome = _read(row, page)
            reading = outcome.get("reading")
            if isinstance(reading, dict):
                _save(golden, golden_text(reading).encode())
                terminal.say(
                    f"saved {golden}; reduce the recording to the page's structure and its figures, remove the golden, "
                    "run `make test`, review the golden it writes"
                )
            else:
                terminal.say(f"{outcome['error']}: {outcome['message']}; no golden is saved before it is understood")
            saved += 1
    if standing:
        named = ", ".join(str(path) for path in standing)
        raise UsageFault(
            f"a recording of that day stands there already: {named}; move it away to record the page again"
        )
    if not saved:
        raise NothingRead(f"no page of {provider} was had; nothing is saved")


def _suffix(row: PageRow, page: Page) -> str:
    """What the recording of a page ends with: a CSV that is served as plain text is one all the same."""
    named = Path(urlsplit(row.url).path).suffix
    return named if named in NAMED_BY_ADDRESS else SUFFIXES.get(page.media_type, ".html")


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@contextmanager
def _looking(settings: Settings) -> Iterator[Workshop]:
    with open_workshop(settings, is_visit=True) as shop:
        if settings.is_demo:
            from pipeline.demo import last_reading  # noqa: PLC0415 - the live path never needs it

            shop.stand_at(last_reading(shop.dates))
        yield shop


def _fetched(shop: Workshop, row: PageRow) -> Page | FetchError:
    request = FetchRequest(
        url=row.url, media_types=row.media_types, allowed_hosts=row.allowed_hosts, next_page=row.next_page
    )
    with shop.make_fetcher() as fetcher:
        try:
            answer = fetcher.fetch(request)
        except FetchError as error:
            return error
    assert answer.page is not None  # noqa: S101 - an unconditional request is never answered with 304
    return answer.page


def _read(row: PageRow, page: Page) -> dict[str, object]:
    try:
        reading = read_page(row.provider, page)
    except ScrapeError as error:
        return {"error": type(error).__name__, "message": str(error)}
    return {"reading": reading_json(reading)}


def _say(outcome: dict[str, object]) -> None:
    if "error" in outcome:
        terminal.say(f"{outcome['page']}: {outcome['error']}: {outcome['message']}")
        return
    reading = outcome["reading"]
    assert isinstance(reading, dict)  # noqa: S101 - built above
    sections = ", ".join(f"{name} {rows}" for name, rows in reading["layout"]["sections"].items())
    quotes = reading["quotes"]
    doubted = sum(quote["doubt"] is not None for quote in quotes)
    terminal.say(
        f"{outcome['page']}: {len(quotes)} quotes ({doubted} doubted), {len(reading['availability'])} facts; {sections}"
    )
    terminal.print_table(
        ("model or size", "variant", "meter", "tier", "amount", "state", "as printed"),
        (
            (
                quote["model"] or quote["size_tier"],
                quote["variant"],
                quote["meter"],
                quote["tier"],
                quote["amount"],
                quote["value_state"],
                quote["raw_text"],
            )
            for quote in quotes
        ),
    )
