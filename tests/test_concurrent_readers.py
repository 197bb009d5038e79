"""Readers while it is published two hundred times: none fails, none waits, none sees half a state."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse_facts import built_warehouse, moment, price, read
from warehouse import export
from warehouse.facts import record
from warehouse.upkeep import refresh

TICKS = 200
READERS = 3
TABLES = {"pub.current_price", "pub.price_history", "pub.provider_health"}

# Opens the file anew each time, as an analyst's script does; one state's tables and words agree, another's differ.
READER = """
import duckdb, json, sys, time
from pathlib import Path
path, over = sys.argv[1], Path(sys.argv[2])
seen, slowest, wrong = [], 0.0, []
print("reading", flush=True)
while True:
    is_last = over.exists()
    begun = time.monotonic()
    with duckdb.connect(path, read_only=True) as con:
        now, history, state, turn = con.execute('''SELECT (SELECT max(amount) FROM current_price), (SELECT max(amount) FROM price_history),
            (SELECT words FROM readme WHERE topic = 'state'), (SELECT words FROM readme WHERE topic = 'turn')''').fetchone()
        again = con.execute("SELECT words FROM readme WHERE topic = 'turn'").fetchone()[0]
    slowest = max(slowest, time.monotonic() - begun)
    if not (now == history == float(state)) or again != turn:
        wrong.append([now, history, state, turn, again])
    seen.append(int(turn))
    if is_last:
        break
json.dump({"seen": seen, "slowest": slowest, "wrong": wrong}, sys.stdout)
"""


def test_two_hundred_ticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real_tables, real_macros = export.tables(), export.macros
    few = tuple(table for table in real_tables if table.name in TABLES)
    assert len(few) == len(TABLES)
    # The same code over a few tables, and no waiting for the disk: all of it would take the time without telling more.
    monkeypatch.setattr("warehouse.export.os.fsync", lambda _file: None)
    monkeypatch.setattr(export, "tables", lambda: few)
    monkeypatch.setattr(export, "macros", lambda where, *, asks_tables=False: [] if asks_tables else real_macros(where))
    site, over = tmp_path / "data", tmp_path / "over"
    with built_warehouse() as five, built_warehouse() as four:
        for con, amount in ((five, "5"), (four, "4")):
            record(con, read(moment(0), [price(amount)]))
            refresh(con)
        states = ((five, "5"), (four, "4"))
        export.publish(five, site, stamp={"state": "5", "turn": "0"})
        command = [sys.executable, "-c", READER, str(site / "prices.duckdb"), str(over)]
        readers = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
        ]
        try:
            for reader in readers:
                assert reader.stdout is not None
                assert reader.stdout.readline() == "reading\n"
            for turn in range(1, TICKS + 1):
                con, state = states[turn % 2]
                export.publish(con, site, stamp={"state": state, "turn": str(turn)})
            over.touch()
            said = [reader.communicate(timeout=60) for reader in readers]
        finally:
            for reader in readers:
                reader.kill()
                reader.wait()
    assert [reader.returncode for reader in readers] == [0] * READERS, said
    for out, _ in said:
        heard = json.loads(out)
        assert heard["wrong"] == []
        assert heard["seen"] == sorted(heard["seen"]), "a reader saw an older state after a newer one"
        assert heard["seen"][-1] == TICKS
        assert len(set(heard["seen"])) > 5, "the readers read too seldom to show anything"
        assert heard["slowest"] < 20, "a reader waited for a publication"
