"""The graph as Dagster sees it: what is in it, what is red, what is skipped. Played on recorded pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipeline import tick
from pipeline.definitions import build_defs
from pipeline.graph import QUIET, purge
from pipeline.resources import the_workshop
from pipeline.run import run_tick
from pipeline.settings import Settings
from pipeline.stamp import state_of
from pipeline.workshop import Workshop, catalogue, open_workshop
from tests.warehouse_facts import built_file
from warehouse import upkeep

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:dagster.*")

MOVED = {"price_moves", "mart/markup", "mart/markup_history", "site/pages"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    settings = Settings(
        home=tmp_path / "state", site=tmp_path / "site", site_url="http://127.0.0.1:8000/", is_demo=True
    )
    state_of(settings.home, is_demo=True)
    settings.warehouse.write_bytes(built_file())
    with open_workshop(settings) as workshop:
        yield workshop


def run_at(shop: Workshop, moment: datetime) -> dg.ExecuteInProcessResult:
    shop.stand_at(moment)
    tick.begin(shop, moment)
    result = execute(shop)
    assert result.success
    return result


def execute(shop: Workshop) -> dg.ExecuteInProcessResult:
    job = build_defs(rows=shop.rows, shop=the_workshop(shop)).resolve_job_def("track")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False, run_config=QUIET)


def materialised(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key}


def red(result: dg.ExecuteInProcessResult) -> set[str]:
    return {
        f"{check.asset_key.to_user_string()}:{check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed
    }


def test_the_assets_are_these_and_the_schedule_is_on():
    rows = catalogue(is_demo=False)
    defs = build_defs(rows=rows)
    keys = {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()}
    pages = {key for key in keys if key.startswith("page/")}
    assert "page/openai/deprecations" in pages
    assert pages == {f"page/{row.provider}/{row.page}" for row in rows}
    assert keys - pages == {
        "raw/quote",
        "core/price_span",
        "core/price_change",
        "core/scheduled_price",
        "core/availability_history",
        "core/feed_span",
        "core/feed_change",
        "price_moves",
        "mart/markup",
        "mart/markup_history",
        "core/offer",
        "mart/offer_history",
        "mart/break_even_history",
        "site/pages",
        "site/status",
    }
    (schedule,) = defs.schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.cron_schedule, schedule.default_status) == ("0 * * * *", dg.DefaultScheduleStatus.RUNNING)


def test_a_move_runs_all_and_a_tick_without_one_skips_tables_and_site(shop: Workshop):
    moved = run_at(shop, datetime(2026, 9, 9, 6, tzinfo=UTC))
    assert materialised(moved) >= MOVED
    still = run_at(shop, datetime(2026, 9, 9, 7, tzinfo=UTC))
    assert not materialised(still) & MOVED
    assert {"raw/quote", "core/price_span", "site/status"} <= materialised(still)
    assert (shop.settings.site / "index.html").is_file()


def test_a_page_that_changed_its_layout_is_red_and_named_and_holds_nobody_back(shop: Workshop):
    result = run_at(shop, datetime(2026, 9, 12, 6, tzinfo=UTC))
    assert red(result) == {"raw/quote:example_read"}
    assert (shop.settings.site / "status" / "index.html").is_file()


def test_a_promise_that_is_broken_keeps_the_site_from_being_published(shop: Workshop, monkeypatch: pytest.MonkeyPatch):
    from pipeline import stages  # noqa: PLC0415 - patched here only

    broken = {"one_open_span": [{"series_id": "x"}]}
    monkeypatch.setattr(stages, "broken_promises", lambda _shop: broken)
    moment = datetime(2026, 9, 9, 6, tzinfo=UTC)
    shop.stand_at(moment)
    tick.begin(shop, moment)
    assert not execute(shop).success
    assert not (shop.settings.site / "index.html").exists()


def test_a_promise_that_breaks_in_a_run_is_named_in_its_report(shop: Workshop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAGSTER_HOME", str(shop.settings.dagster_home))  # and what it was is put back
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    run_at(shop, datetime(2026, 9, 9, 6, tzinfo=UTC))
    page = (shop.settings.site / "index.html").read_bytes()
    with shop.warehouse() as connection:
        connection.execute(
            """INSERT INTO raw.judgement SELECT * REPLACE ('x' AS judgement_id, 'no such quote' AS quote_id, 99999 AS seq)
               FROM raw.judgement LIMIT 1"""
        )
    moment = datetime(2026, 9, 10, 6, tzinfo=UTC)
    shop.stand_at(moment)
    report = run_tick(shop, moment)
    assert report.failed_checks == ["judgement_has_its_quote"]
    assert [page.outcome for page in report.looked] == ["good"], "what was read is told all the same"
    assert not report.published
    assert (shop.settings.site / "index.html").read_bytes() == page


def test_old_runs_are_purged(shop: Workshop):
    with dg.DagsterInstance.ephemeral() as instance:
        shop.stand_at(datetime(2026, 9, 9, 6, tzinfo=UTC))
        tick.begin(shop, shop.now())
        job = build_defs(rows=shop.rows, shop=the_workshop(shop)).resolve_job_def("track")
        assert job.execute_in_process(instance=instance, run_config=QUIET).success
        assert purge(instance) == 0
        assert purge(instance, keep=timedelta(seconds=-5)) == 1
        assert instance.get_runs_count() == 0


def test_the_sensor_starts_the_sending_only_where_something_is_due(shop: Workshop, monkeypatch: pytest.MonkeyPatch):
    from pipeline.alerts import work  # noqa: PLC0415 - patched here only
    from pipeline.assets.alerts import alerts_due, deliver  # noqa: PLC0415

    monkeypatch.setenv("FTPRICES_DEMO", "1")
    monkeypatch.setenv("FTPRICES_HOME", str(shop.settings.home))
    monkeypatch.setenv("FTPRICES_SITE", str(shop.settings.site))

    def said() -> object:
        with dg.DagsterInstance.ephemeral() as instance:
            (found,) = list(alerts_due(dg.build_sensor_context(instance=instance)))
        return found

    made = shop.settings.warehouse.read_bytes()
    shop.settings.warehouse.unlink()
    first = said()
    shop.settings.warehouse.write_bytes(made)
    assert isinstance(first, dg.SkipReason)
    assert first.skip_message == "nothing was read yet"
    with shop.warehouse() as connection:
        upkeep.refresh(connection)
        assert isinstance(said(), dg.SkipReason)
        connection.execute("INSERT INTO raw.unmatched_event VALUES ('e1')")
    assert isinstance(said(), dg.RunRequest)
    sent: list[bool] = []
    monkeypatch.setattr(work, "deliver", lambda *_: sent.append(True) or (1, 0))
    assert deliver.execute_in_process().success
    monkeypatch.setattr(work, "deliver", lambda *_: (0, 1))
    assert not deliver.execute_in_process(raise_on_error=False).success
    assert sent == [True]
