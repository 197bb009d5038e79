"""The demonstration's loopback server: each page as it stood on a day, told apart by its ETag."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from pipeline.demo_server import MOST_DATES, DemoServer, recorded_dates, recording_for
from pipeline.settings import RECORDINGS
from scrapers.catalog import PageRow, read_catalog


def row_of(provider: str = "newco", page: str = "pricing", url: str = "https://newco.invalid/pricing") -> PageRow:
    return PageRow(
        provider=provider,
        page=page,
        url=url,
        scope="live",
        trust="vendor",
        cadence_hours=24,
        currency="USD",
        min_rows=1,
        media_types=("text/html",),
        allowed_hosts=("newco.invalid",),
        terms_checked_on=date(2026, 11, 23),
        notes="",
    )


def recorded(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"the body of {name}", encoding="utf-8")
    return folder


@pytest.fixture
def newco(tmp_path: Path) -> Path:
    return recorded(
        tmp_path,
        "newco/pricing-2026-03-01.html",
        "newco/pricing-2026-03-05.md",
        "newco/pricing-2026-03-06.test.html",
        "newco/pricing-2026-03-07.fails.html",
        "newco/docs-2026-02-01.json",
        "newco/notes.html",
        "elsewhere/pricing-2026-01-01.html",
    )


def test_a_page_is_its_newest_recording_that_is_not_later_than_the_day(newco):
    row = row_of()

    assert recording_for(newco, row, date(2026, 2, 28)) is None
    assert recording_for(newco, row, date(2026, 3, 1)) == newco / "newco/pricing-2026-03-01.html"
    assert recording_for(newco, row, date(2026, 3, 4)) == newco / "newco/pricing-2026-03-01.html"
    assert recording_for(newco, row, date(2026, 12, 31)) == newco / "newco/pricing-2026-03-05.md"


def test_only_days_of_pages_of_the_catalogue_are_played(newco):
    docs = row_of(page="docs", url="https://newco.invalid/docs")

    assert recorded_dates(newco, [row_of()]) == [date(2026, 3, 1), date(2026, 3, 5)]
    assert recorded_dates(newco, [row_of(), docs]) == [date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 5)]
    assert recorded_dates(newco, [row_of(provider="unrecorded")]) == []


def test_failing_recordings_are_played_for_the_seller_that_does_not_exist_only(tmp_path):
    names = ["pricing-2026-03-01.html", "pricing-2026-03-02.fails.html", "pricing-2026-03-03.test.html"]
    recorded(tmp_path, *(f"{provider}/{name}" for provider in ("_example", "newco") for name in names))

    assert recorded_dates(tmp_path, [row_of()]) == [date(2026, 3, 1)]
    assert recorded_dates(tmp_path, [row_of(provider="_example")]) == [date(2026, 3, 1), date(2026, 3, 2)]


def test_of_too_many_days_the_newest_are_played(tmp_path):
    days = [date(2026, 3, 1) + timedelta(days=number) for number in range(MOST_DATES + 3)]
    recorded(tmp_path, *(f"newco/pricing-{day}.html" for day in days))

    assert recorded_dates(tmp_path, [row_of()]) == days[3:]


def test_the_shipped_recordings_have_five_days_in_a_row_for_the_seller_that_slips():
    dates = recorded_dates(RECORDINGS, read_catalog())
    its_own = [day for day in dates if date(2026, 9, 9) <= day <= date(2026, 9, 14)]

    assert len(dates) <= MOST_DATES
    assert [(later - day).days for day, later in pairwise(its_own)] == [1, 1, 1, 1, 1]


def test_pages_are_served_by_day_with_their_kind_of_content(newco):
    row = row_of()

    with DemoServer(newco, [row], date(2026, 3, 1)) as server, httpx.Client() as client:
        address = server.local_url(row.url)
        first = client.get(address)
        server.day = date(2026, 3, 5)
        second = client.get(address)
        server.day = date(2026, 1, 1)
        none_yet = client.get(address)

    assert address.endswith("/newco.invalid/pricing")
    assert (first.status_code, first.text) == (200, "the body of newco/pricing-2026-03-01.html")
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert (second.status_code, second.text) == (200, "the body of newco/pricing-2026-03-05.md")
    assert second.headers["content-type"] == "text/markdown; charset=utf-8"
    assert none_yet.status_code == 404


def test_without_a_day_the_newest_recording_is_served(newco):
    with DemoServer(newco, [row_of()]) as server:
        assert httpx.get(server.local_url(row_of().url)).text == "the body of newco/pricing-2026-03-05.md"


def test_an_unchanged_page_is_not_sent_again(newco):
    row = row_of()

    with DemoServer(newco, [row], date(2026, 3, 1)) as server, httpx.Client() as client:
        address = server.local_url(row.url)
        etag = client.get(address).headers["etag"]
        unchanged = client.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
        server.day = date(2026, 3, 5)
        changed = client.get(address, headers={"If-None-Match": etag})

    assert etag.startswith('"')
    assert etag.endswith('"')
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_robots_may_come_in(newco):
    with DemoServer(newco, [row_of()]) as server:
        for address in ("https://newco.invalid/robots.txt", "https://unknown.invalid/robots.txt"):
            answer = httpx.get(server.local_url(address))
            assert answer.status_code == 200
            assert "Disallow" not in answer.text
            assert answer.headers["content-type"].startswith("text/plain")


def test_only_what_is_in_the_catalogue_is_served(newco):
    with DemoServer(newco, [row_of()]) as server:
        for path in ("/newco.invalid/other", "/newco/pricing-2026-03-01.html", "/../newco/notes.html", "/"):
            assert (
                httpx.get(f"{server.local_url('https://newco.invalid/').split('/newco')[0]}{path}").status_code == 404
            )


def test_a_query_belongs_to_the_address(newco):
    row = row_of(url="https://newco.invalid/api?service=tuning")

    with DemoServer(newco, [row]) as server:
        assert httpx.get(server.local_url(row.url)).status_code == 200
        assert httpx.get(server.local_url("https://newco.invalid/api")).status_code == 404


def test_many_ask_at_once_and_no_thread_is_left_behind(newco):
    row = row_of()
    before = threading.active_count()

    with DemoServer(newco, [row]) as server:
        address = server.local_url(row.url)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: httpx.get(address).status_code, range(16)))

    assert answers == [200] * 16
    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_it_is_quiet(newco, capfd):
    with DemoServer(newco, [row_of()]) as server:
        httpx.get(server.local_url(row_of().url))
        httpx.get(server.local_url("https://newco.invalid/missing"))

    assert capfd.readouterr() == ("", "")


def test_an_address_needs_a_running_server(newco):
    with pytest.raises(RuntimeError, match="with"):
        DemoServer(newco, [row_of()]).local_url(row_of().url)


def test_the_shipped_example_breaks_and_recovers():
    (row,) = (row for row in read_catalog() if row.provider == "_example")
    days = [date(2026, 9, day) for day in range(9, 15)]

    played = [recording_for(RECORDINGS, row, day) for day in days]

    assert [path.name for path in played if path] == [
        "pricing-2026-09-09.html",
        "pricing-2026-09-10.html",
        "pricing-2026-09-11.html",
        "pricing-2026-09-12.fails.html",
        "pricing-2026-09-13.html",
        "pricing-2026-09-14.html",
    ]
