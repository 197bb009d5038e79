"""Dagster's entry: the whole graph, listed explicitly. `build_defs` takes overrides for the command line and tests."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from pipeline.assets.alerts import alerts_due, deliver
from pipeline.assets.history import history
from pipeline.assets.pages import page_asset
from pipeline.assets.publication import site, status_page
from pipeline.assets.quotes import quotes_asset
from pipeline.checks import promises
from pipeline.resources import workshop_of_this_process
from pipeline.schedules import hourly, track
from pipeline.settings import is_demo_process
from pipeline.workshop import catalogue
from scrapers.catalog import PageRow


def build_defs(
    *, rows: Sequence[PageRow] | None = None, shop: dg.ResourceDefinition = workshop_of_this_process
) -> dg.Definitions:
    """The definitions for a catalogue; by default this installation's."""
    pages = tuple(rows) if rows is not None else catalogue(is_demo=is_demo_process())
    return dg.Definitions(
        assets=[*(page_asset(row) for row in pages), quotes_asset(pages), history, site, status_page],
        asset_checks=[promises],
        jobs=[track, deliver],
        schedules=[hourly],
        sensors=[alerts_due],
        resources={"shop": shop},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads."""
    return build_defs()
