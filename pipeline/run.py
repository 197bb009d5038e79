"""`ftprices run`, `build` and `rebuild`: a tick from the command line.

It looks first, with the functions the page assets call and without importing Dagster. The graph is started when a
page moved, an outcome changed, a date fell due or work is unfinished; otherwise the looks are recorded as
verifications and only the status page is rendered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime

from pipeline import demo, stages, terminal, tick
from pipeline.alerts import work
from pipeline.errors import CommandError, NothingRead, UsageFault
from pipeline.lock import run_lock
from pipeline.report import TickReport, told, troubles
from pipeline.review import decide_recorded
from pipeline.settings import Settings
from pipeline.stamp import discard_demo
from pipeline.workshop import Tick, Workshop, open_workshop
from warehouse import upkeep


def run_command(
    settings: Settings, *, only: tuple[str, ...], wait_s: float, is_fresh: bool = False, as_json: bool = False
) -> None:
    """One tick; in the demonstration every recorded date that was not taken in yet, from the first one if fresh."""
    if is_fresh and not settings.is_demo:
        raise UsageFault("--fresh goes with --demo: live history cannot be made again")
    if only and settings.is_demo:
        raise UsageFault(
            "--only does not go with --demo: the other sellers would lose the dates that were played without them"
        )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with run_lock(settings.lock, wait_s=wait_s), ExitStack() as stack:
        if is_fresh:
            discard_demo(settings.home)  # under the lock of this run: nobody else's comes in between
        shop = stack.enter_context(open_workshop(settings))
        _check_only(shop, only)
        if settings.is_demo:
            shop.environment = stack.enter_context(_demo_channels(settings))
        reports = _run_demo(shop, as_json=as_json) if settings.is_demo else [run_tick(shop, shop.now(), only=only)]
        fault = _send_alerts(shop, reports[-1])
        if as_json:
            documents = [report.as_json() for report in reports]
            terminal.print_json(documents if settings.is_demo else documents[0])
        else:
            for report in reports[-1:]:
                _print_report(report)
            _print_place(settings)
    last = reports[-1]
    if last.failed_checks:
        raise CommandError(stages.words_for_broken(last.failed_checks))
    if fault is not None:
        raise fault
    if last.all_failed:
        raise NothingRead("every provider failed; the last good figures stand, with their age")


def _check_only(shop: Workshop, only: tuple[str, ...]) -> None:
    known = dict.fromkeys(row.provider for row in shop.rows)
    for name in only:
        if name not in known:
            raise UsageFault(f"no seller is called {name!r}; the catalogue has {', '.join(known)}")


def _send_alerts(shop: Workshop, report: TickReport) -> UsageFault | None:
    """Send what is due, also where nothing moved; what is wrong with the rules, to be said at the end."""
    if report.failed_checks:
        return None  # no figure is told that contradicts another
    now = demo.ticks_of(shop.dates)[-1] if shop.settings.is_demo else shop.now()  # of a killed run's messages, too
    try:
        report.alerts_sent, report.alerts_failed = work.deliver(shop, now)
        if report.alerts_sent or report.alerts_failed:
            stages.publish_status(shop)  # it tells how alerts get through
    except UsageFault as error:
        return UsageFault(f"no alert was sent, and what is new waits: {error}")
    return None


@contextmanager
def _demo_channels(settings: Settings) -> Iterator[Mapping[str, str]]:
    """What the shipped rules name, of the demonstration: a mailbox and a webhook of its own."""
    from pipeline.alerts.demo_receiver import demo_channels  # noqa: PLC0415 - not on the live path

    with demo_channels(settings.home) as variables:
        yield variables


def run_tick(shop: Workshop, now: datetime, *, only: tuple[str, ...] = (), forced: bool = False) -> TickReport:
    """Look, and go on with the graph only where there is something to do."""
    begun = tick.begin(shop, now, only=only, forced=forced)
    tick.look(shop, list(begun.due.values()))
    with shop.warehouse():  # held, so that each step opens it at no cost
        try:
            _go_on(shop, begun)
        except CommandError:
            if not begun.broken_promises:
                raise
        else:
            with suppress(UsageFault):  # said when sending; what is new waits on its list
                work.match(shop, now)
    return stages.report_of(shop)  # it names the broken promises


def _go_on(shop: Workshop, begun: Tick) -> None:
    """What comes after looking. Raises CommandError where a step of the graph failed, or a promise is broken."""
    if shop.is_replaying:  # recorded dates in a row: the steps alone; the last date goes through the graph
        stages.read_pages(shop)
        stages.keep_history(shop)
        return
    if not _needs_graph(shop, begun):
        stages.read_pages(shop)
        if not _has_moved(shop, begun):
            if stages.needs_publishing(shop):
                stages.publish(shop)
            else:
                stages.publish_status(shop)
            return
    from pipeline.graph import run_graph  # noqa: PLC0415 - Dagster is imported only where it is needed

    run_graph(shop)


def _has_moved(shop: Workshop, begun: Tick) -> bool:
    """Whether reading found what looking could not: a new parser on known bytes, a price whose last day is over."""
    for key, report in begun.reports.items():
        last = begun.known.get(key)
        if report.outcome != "not_due" and (last is None or last.outcome != report.outcome):
            return True
    with shop.warehouse() as connection:
        return upkeep.needs_refresh(connection)


def _needs_graph(shop: Workshop, begun: Tick) -> bool:
    """A page moved, an outcome changed, a date fell due, a judgement waits for readings, or work is unfinished."""
    for key, look in begun.looks.items():
        last = begun.known.get(key)
        if last is None or last.sha256 != look.sha256 or last.outcome != look.outcome or last.is_waiting:
            return True
        if any(last.looked_at < day <= look.fetched_at for day in last.dates_due):
            return True
    with shop.warehouse() as connection:
        if upkeep.needs_refresh(connection):
            return True
        version = upkeep.data_version(connection)
    return not stages.is_published(shop, version)


def _run_demo(shop: Workshop, *, as_json: bool) -> list[TickReport]:
    """Every tick not yet taken in, oldest first; the last date again when none is left."""
    with shop.warehouse():  # held through all of them: the pages come from this very process
        return _replay(shop, as_json=as_json)


def _replay(shop: Workshop, *, as_json: bool) -> list[TickReport]:
    ahead = stages.recorded_ahead(shop)
    reports = []
    story: list[str] = []
    unlooked: TickReport | None = None
    for moment in ahead:
        shop.stand_at(moment)
        shop.is_replaying = moment != ahead[-1]
        _play_decisions(shop, moment)  # also those that a killed run had no time for
        report = run_tick(shop, moment)
        _play_decisions(shop, moment)
        if report.looked:
            reports.append(report)
            if not as_json:
                terminal.say(f"{moment:%Y-%m-%d %H:%M}  {report.summary()}")
            story += [f"{moment:%Y-%m-%d}  {line}" for line in (*told(report.news), *troubles(report))]
        elif report.published:
            unlooked = report
        if report.failed_checks:
            return reports if report.looked else [*reports, report]
    if not reports:
        moment = demo.last_reading(shop.dates)
        shop.stand_at(moment)
        reports.append(run_tick(shop, moment, forced=True))
    if unlooked is not None:  # nothing was due in the last tick, and the site was built in it all the same
        reports[-1].published, reports[-1].pages_written = True, unlooked.pages_written
    if story and not as_json:
        terminal.say("")
        terminal.say("What moved:")
        for line in story:
            terminal.say(f"  {line}")
        terminal.say("")
    return reports


def _play_decisions(shop: Workshop, moment: datetime) -> None:
    """What a person is recorded to have decided on that day, where it is held."""
    decisions = [one for one in demo.decisions() if one["day"] == moment.date().isoformat()]
    if decisions:
        with shop.warehouse() as connection:
            decide_recorded(connection, decisions, datetime.combine(moment.date(), demo.FIRST_TICK))


def _print_report(report: TickReport) -> None:
    for line in report.lines():
        terminal.print_line(
            f"{line.provider:<11} {line.status:<8} {line.quotes:>4} quotes {line.moved:>3} moved {line.held:>3} held  {line.words}"
        )
    terminal.say(report.summary())


def _print_place(settings: Settings) -> None:
    if settings.is_demo and (mailbox := settings.home / "alerts" / "mailbox").is_dir():
        terminal.say(f"alerts: {mailbox} (a Maildir), {mailbox.with_name('webhook.jsonl')} (what the webhook took)")
    terminal.say(f"site: {settings.site / 'index.html'} (`make serve` shows it on http://127.0.0.1:8000/)")
    terminal.say(f"data: {settings.published_database}")


def build_command(settings: Settings, *, wait_s: float = 0) -> None:
    """Publish the warehouse as it stands."""
    with run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop:
        with shop.warehouse() as connection:
            upkeep.catch_up(connection)
        done = stages.publish(shop)
        terminal.say(f"{done.written} files written, {done.unchanged} as they were, {done.removed} removed")
        _print_place(settings)


def rebuild_command(settings: Settings, *, wait_s: float = 0) -> None:
    """Derive every table again from the facts, and publish."""
    with run_lock(settings.lock, wait_s=wait_s), open_workshop(settings) as shop:
        with shop.warehouse() as connection:
            before = upkeep.data_version(connection)
            rebuilt = upkeep.rebuild(connection)
            after = upkeep.data_version(connection)
        for name, count in rebuilt.rows.items():
            terminal.say(f"{name}: {count} rows")
        terminal.say("the tables are as they were" if before == after else "the tables differ from what stood there")
        done = stages.publish(shop)
        terminal.say(f"{done.written} files written, {done.unchanged} as they were, {done.removed} removed")
