"""Readers while it is published two hundred times: none waits, none sees half a state, and opening almost never fails."""

from __future__ import annotations

import json
import shutil
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

# Opens the file anew each time, as an analyst's script does. In one state tables and words agree; two would differ.
READER = """
import duckdb, json, sys, time
from pathlib import Path
path, over = sys.argv[1], Path(sys.argv[2])
reads, states, slowest, wrong, again = 0, set(), 0.0, [], 0
print("reading", flush=True)
while True:
    is_last = over.exists()
    begun = time.monotonic()
    try:
        with duckdb.connect(path, read_only=True) as con:
            now = con.execute("SELECT max(amount) FROM current_price").fetchone()[0]
            history = con.execute("SELECT max(amount) FROM price_history").fetchone()[0]
            state = con.execute("SELECT words FROM readme WHERE topic = 'state'").fetchone()[0]
    except duckdb.IOException:  # DuckDB opens a path more than once: a file put there in between is refused, never mixed
        again += 1
        continue
    slowest = max(slowest, time.monotonic() - begun)
    if not (now == history == float(state)):
        wrong.append([now, history, state])
    reads += 1
    states.add(state)
    if is_last:
        break
json.dump({"reads": reads, "states": sorted(states), "last": state, "slowest": slowest, "wrong": wrong, "again": again}, sys.stdout)
"""


def test_two_hundred_ticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two states, each published once in full; then one after the other is put in place, as publishing does it."""
    site, over = tmp_path / "data", tmp_path / "over"
    for amount in ("5", "4"):
        with built_warehouse() as con:
            record(con, read(moment(0), [price(amount)]))
            refresh(con)
            export.publish(con, tmp_path / amount, stamp={"state": amount})
    shutil.copytree(tmp_path / "5", site)
    monkeypatch.setattr("warehouse.export.os.fsync", lambda _file: None)  # the disk is not what is asked about
    command = [sys.executable, "-c", READER, str(site / export.DATABASE), str(over)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
        for turn in range(TICKS):
            for name in (export.DATABASE, export.PARQUET, export.CHECKSUMS):
                shutil.copyfile(tmp_path / "45"[turn % 2] / name, export.part_of(site / name))
            export._put_in_place(site, dict.fromkeys((export.DATABASE, export.PARQUET, export.CHECKSUMS)))
        over.touch()
        said = [reader.communicate(timeout=120) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    assert [reader.returncode for reader in readers] == [0] * READERS, said
    heard = [json.loads(out) for out, _ in said]
    assert [[], [], []] == [one["wrong"] for one in heard]
    assert all(one["again"] <= 2 for one in heard), "opening fails more often than a rare coincidence would"
    assert {"4", "5"} == {state for one in heard for state in one["states"]}
    assert ["5", "5", "5"] == [one["last"] for one in heard], "what was put there last is not what is read"
    assert sum(one["reads"] for one in heard) > 10, "the readers read too seldom to show anything"
    assert max(one["slowest"] for one in heard) < 30, "a reader waited"
