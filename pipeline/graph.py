"""Running Dagster's graph once, in this process, over a workshop that has looked already."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.dev import use_dagster_home
from pipeline.errors import CommandError
from pipeline.looks import read_spool
from pipeline.workshop import Workshop

if TYPE_CHECKING:
    import dagster as dg

OUR_MODULES = ("pipeline.", "scrapers.", "warehouse.")
KEEP_RUNS = timedelta(days=14)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The terminal belongs to our own lines; every event is in Dagster's storage and its UI."""


def run_graph(shop: Workshop) -> None:
    """One in-process run of the job: the pages that were looked at, and everything behind them.

    Raises CommandError, naming the steps, when one of them failed.
    """
    use_dagster_home(shop.settings.dagster_home)

    import dagster as dg  # noqa: PLC0415

    from pipeline.assets.pages import page_key  # noqa: PLC0415
    from pipeline.definitions import build_defs  # noqa: PLC0415
    from pipeline.resources import the_workshop  # noqa: PLC0415

    logging.getLogger("dagster").setLevel(logging.ERROR)
    with dg.DagsterInstance.from_config(str(shop.settings.dagster_home)) as instance:
        definitions = build_defs(rows=shop.rows, shop=the_workshop(shop))
        job = definitions.resolve_job_def("track")
        seen = {look.key for look in read_spool(shop.settings.looks)}
        left_out = {page_key(row) for row in shop.rows if (row.provider, row.page) not in seen}
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config=QUIET,
            tags={"ftprices/tick": _tick(shop)},
            asset_selection=sorted(set(job.asset_layer.executable_asset_keys) - left_out),
        )
        if not result.success:
            raise CommandError("; ".join(_failures(result.all_events)) or "the run failed; Dagster's UI says where")
        purge(instance)


def _tick(shop: Workshop) -> str:
    return shop.tick.id if shop.tick is not None else ""


def _failures(events: Sequence[dg.DagsterEvent]) -> list[str]:
    """Each failed step with the first line of what went wrong: of our own error, or else of the one at the bottom."""
    lines = []
    for event in events:
        error = event.step_failure_data.error if event.is_step_failure else None
        while error is not None and error.cause is not None and not _is_ours(error.message):
            error = error.cause
        if error is not None:
            lines.append(f"the run failed at {event.step_key}: {_words(error.message)}")
    return lines


def _is_ours(message: str) -> bool:
    """Whether it says "pipeline.publish.folder.SiteError: ...": our words say what to do, what caused it does not."""
    return message.startswith(OUR_MODULES)


def _words(message: str) -> str:
    line = message.strip().splitlines()[0]
    return line.partition(": ")[2] or line if _is_ours(line) else line


def purge(instance: dg.DagsterInstance, *, keep: timedelta = KEEP_RUNS) -> int:
    """Delete runs that ended longer ago than `keep`: Dagster never prunes its event logs. How many went."""
    import dagster as dg  # noqa: PLC0415

    before = datetime.now(UTC) - keep
    old = instance.get_run_records(filters=dg.RunsFilter(created_before=before), limit=100)
    for record in old:
        instance.delete_run(record.dagster_run.run_id)
    return len(old)
