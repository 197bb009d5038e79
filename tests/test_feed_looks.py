"""Third parties' lists on the schedule: fetched like any page, kept beside the history, never judged and never news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from pipeline import stages, tick
from pipeline.demo_server import DemoServer
from pipeline.report import TickReport
from pipeline.settings import Settings
from pipeline.stamp import state_of
from pipeline.workshop import Workshop
from scrapers.catalog import FEED_CATALOG, read_catalog
from scrapers.fetch import Fetcher

START = datetime(2026, 9, 10, 6, tzinfo=UTC)  # a Thursday: a week of a weekly page begins


def models(**cents: float) -> str:
    """Portkey's file with a price of a prompt for each model."""
    return json.dumps(
        {
            name: {"pricing_config": {"pay_as_you_go": {"request_token": {"price": price}}}}
            for name, price in cents.items()
        }
    )


class Ticker(Protocol):
    """Run a tick so many days after the start, while the list reads `text`."""

    def __call__(self, text: str, days: float) -> TickReport: ...


@pytest.fixture
def on_day(tmp_path: Path) -> Iterator[Ticker]:
    state_of(tmp_path / "state", is_demo=True)
    settings = Settings(
        home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/", is_demo=True
    )
    rows = tuple(
        replace(row, min_rows=2)
        for row in read_catalog(FEED_CATALOG)
        if (row.provider, row.page) == ("portkey", "openai")
    )
    served = tmp_path / "recordings" / "portkey" / "openai-2026-01-01.json"
    served.parent.mkdir(parents=True)
    served.write_text("-", encoding="utf-8")
    with DemoServer(tmp_path / "recordings", rows, date(2026, 12, 31)) as server:

        def run(text: str, days: float) -> TickReport:
            served.write_text(text, encoding="utf-8")
            shop = Workshop(
                settings=settings,
                rows=rows,
                make_fetcher=lambda: Fetcher(clock=shop.now, spacing_s=0, rewrite=server.local_url),
            )
            shop.stand_at(START + timedelta(days=days))
            begun = tick.begin(shop, shop.now())
            tick.look(shop, list(begun.due.values()))
            stages.read_pages(shop)
            stages.keep_history(shop)
            run.shop = shop  # type: ignore[attr-defined]  # the function carries its newest workshop
            return stages.report_of(shop)

        yield run
        broken = {name: rows for name, rows in stages.broken_promises(run.shop).items() if rows}  # type: ignore[attr-defined]  # the function carries its newest workshop
        assert broken == {}


def asked(on_day: Ticker, query: str) -> list[tuple[Any, ...]]:
    with on_day.shop.warehouse() as connection:  # type: ignore[attr-defined]  # the function carries its newest workshop
        return connection.execute(query).fetchall()


def test_a_list_is_kept_with_the_day_it_was_fetched_and_makes_no_history(on_day: Ticker):
    (page,) = on_day(models(a=0.0001, b=0.0002), 0).pages
    assert (page.outcome, page.quotes, page.is_new_body) == ("good", 2, True)
    (again,) = on_day(models(a=0.0001, b=0.0002), 1).pages
    assert again.outcome == "not_due"
    (same,) = on_day(models(a=0.0001, b=0.0002), 7).pages
    assert (same.outcome, same.quotes, same.is_new_body) == ("good", 2, False)
    on_day(models(a=0.0001, b=0.0009), 14)
    kept = "SELECT source, observed_on::VARCHAR, provider, model, amount::DOUBLE FROM raw.feed_price ORDER BY ALL"
    assert asked(on_day, kept) == [
        ("portkey", "2026-09-10", "openai", "a", 1.0),
        ("portkey", "2026-09-10", "openai", "b", 2.0),
        ("portkey", "2026-09-24", "openai", "a", 1.0),
        ("portkey", "2026-09-24", "openai", "b", 9.0),
    ]
    for table in ("raw.quote", "raw.judgement", "raw.event", "pub.price_history", "pub.price_change", "pub.held"):
        assert asked(on_day, f"FROM {table}") == []
    health = "SELECT provider, page, last_outcome, rows_now, rows_before, looks_failed FROM mart.provider_health"
    assert asked(on_day, health) == [("portkey", "openai", "good", 2, 2, 0)]


def test_a_list_that_cannot_be_read_shows_like_any_page_and_the_last_good_stands(on_day: Ticker):
    on_day(models(a=0.0001, b=0.0002), 0)
    bad = {
        "<html>Sign in</html>": "JSON",
        models(a=0.0001): "1 prices were read where at least 2 are expected",
        '{"m": {"litellm_provider": "openai"}}': "each with its pricing_config",
    }
    for week, (text, words) in enumerate(bad.items(), 1):
        (page,) = on_day(text, 7 * week).pages
        assert page.outcome != "good"
        ((outcome, detail, failed, rows),) = asked(
            on_day, "SELECT last_outcome, last_detail, looks_failed, rows_now FROM mart.provider_health"
        )
        assert (outcome, failed, rows) == (page.outcome, week, 2)
        assert words in detail
        assert asked(on_day, "SELECT count(*) FROM raw.feed_price") == [(2,)]


def test_the_site_shows_a_list_with_the_pages_that_are_watched(on_day: Ticker):
    on_day(models(a=0.0001, b=0.0002), 0)
    shop: Workshop = on_day.shop  # type: ignore[attr-defined]  # the function carries its newest workshop
    stages.publish(shop)
    status = (shop.settings.site / "status" / "index.html").read_text(encoding="utf-8")
    assert "configs.portkey.ai/pricing/openai.json" in status
    assert not (shop.settings.site / "providers" / "portkey").exists(), "a list sells nothing"
