"""When things run, and nothing else."""

from __future__ import annotations

import dagster as dg

track = dg.define_asset_job(
    "track",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,  # one writer, one process: six times quicker than a process per step
    description="Look at what is due, read, judge, keep the history, derive the tables, publish.",
)

hourly = dg.ScheduleDefinition(
    name="hourly", job=track, cron_schedule="0 * * * *", default_status=dg.DefaultScheduleStatus.RUNNING
)
