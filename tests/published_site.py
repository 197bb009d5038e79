"""A small published installation: a state's name, the downloads of a few facts and the stamp that says whose they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.stamp import STATE_NAME, Stamp, write_stamp
from tests.warehouse_facts import built_warehouse, moment, price, read, statement
from warehouse import export, ledger
from warehouse.facts import record
from warehouse.upkeep import refresh

STATE = "live-0123456789abcdef"


def stamp(state: str = STATE) -> Stamp:
    """The stamp of a site that was built from a state."""
    return Stamp(
        state=state, is_demo=state.startswith("demo-"), data_version="1", as_of="2026-01-02T06:00:00+00:00", program="1"
    )


def publish(home: Path, site: Path) -> None:
    """A model that cost 5 USD on New Year and 4 USD a day later, one named like a pattern, one that runs in a spreadsheet."""
    home.mkdir(parents=True)
    (home / STATE_NAME).write_text(f"{STATE}\n", encoding="utf-8")
    others = [price("1", model="GPT_4%"), price("2", model="GPT-44"), price("3", model="=1+1")]
    said = [statement("closed_to_new", date(2026, 1, 3))]
    with built_warehouse() as con:
        record(con, read(moment(0), [price("5"), *others], said=said))
        record(con, read(moment(1), [price("4"), *others], said=said))
        refresh(con)
        ledger.publish_events(con, tick_id="t", recorded_at=moment(1))
        export.publish(con, site / "data")
    write_stamp(site, stamp())
