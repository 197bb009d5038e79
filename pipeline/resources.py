"""What assets are handed: the workshop of this installation, its tick begun and its lock held.

Belongs here: how a run that Dagster starts gets its workshop. Does not: what a tick does with it.
"""

from collections.abc import Iterator

import dagster as dg

from pipeline import stages
from pipeline.graph import purge
from pipeline.lock import run_lock
from pipeline.settings import is_demo_process, read_settings
from pipeline.workshop import Workshop, open_workshop

WAIT_S = 600.0


@dg.resource(description="The installation's settings, catalogue, clock, fetcher and warehouse, with one tick begun.")
def workshop_of_this_process(context: dg.InitResourceContext) -> Iterator[Workshop]:
    """For runs that the daemon or the UI starts: a workshop of their own, for as long as the run lasts."""
    settings = read_settings(is_demo=is_demo_process())
    with run_lock(settings.lock, wait_s=WAIT_S), open_workshop(settings) as shop:
        stages.begin_next(shop)
        yield shop
        if context.instance is not None:
            purge(context.instance)


def the_workshop(shop: Workshop) -> dg.ResourceDefinition:
    """For runs that the command line starts: the workshop it already has, looks taken."""
    return dg.ResourceDefinition.hardcoded_resource(shop)
