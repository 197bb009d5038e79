"""Sending what is due between runs: a job of its own, started by a sensor only where something is due."""

from collections.abc import Iterator

import dagster as dg

from pipeline.alerts import work
from pipeline.errors import CommandError
from pipeline.lock import run_lock
from pipeline.resources import WAIT_S
from pipeline.settings import is_demo_process, read_settings
from pipeline.workshop import open_workshop
from warehouse.errors import WarehouseError


@dg.op(description="Hold the rules against what is new, and send what is due.")
def send_alerts(context: dg.OpExecutionContext) -> None:
    """Send; red where a message did not get through, with the reason in the log and in `ftprices alerts status`."""
    settings = read_settings(is_demo=is_demo_process())
    with run_lock(settings.lock, wait_s=WAIT_S), open_workshop(settings) as shop:
        now = shop.now()
        work.match(shop, now)
        sent, failed = work.deliver(shop, now)
    context.log.info(f"{sent} messages sent, {failed} failed")
    if failed:
        raise dg.Failure(
            f"{failed} messages did not get through; `ftprices alerts status` says why", allow_retries=False
        )


@dg.job(executor_def=dg.in_process_executor, description="Alerts that are due.")
def deliver() -> None:
    """Send what is due."""
    send_alerts()


@dg.sensor(job=deliver, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def alerts_due(_context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Start the job where an event is new to the rules or a delivery is due; never while a run is at work."""
    settings = read_settings(is_demo=is_demo_process())
    if not settings.warehouse.is_file():
        yield dg.SkipReason("nothing was read yet")
        return
    try:
        with run_lock(settings.lock), open_workshop(settings, is_visit=True) as shop:
            is_due = work.is_due(shop, shop.now())
    except (CommandError, WarehouseError) as error:
        yield dg.SkipReason(str(error))
        return
    yield dg.RunRequest() if is_due else dg.SkipReason("nothing is due")
