"""`prices`, `markup` and `changes` show this state's published figures, asked for by day, seller and part of a name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.cli import exit_code
from pipeline.stamp import NAME, write_stamp
from tests.published_site import publish, stamp
from tests.warehouse_facts import built_warehouse, moment, price, read
from warehouse import export
from warehouse.facts import record
from warehouse.upkeep import refresh


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("published")
    publish(root / "state", root / "site")
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    return tmp_path


pytestmark = pytest.mark.usefixtures("root")
COMMANDS = (["prices"], ["markup"], ["changes"], ["sql", "FROM current_price"])


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert exit_code([*words, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("as_of", "amount"),
    [
        ("2025-12-31", []),
        ("2026-01-01", ["5"]),  # first read at six that morning
        ("2026-01-01T05:59", []),
        ("2026-01-02T05:59:59Z", ["5"]),
        ("2026-01-02", ["4"]),
        ("20260102", ["4"]),
        ("9999-12-31", ["4"]),
    ],
)
def test_a_day_is_all_of_that_day(as_of: str, amount: list[str], capsys: pytest.CaptureFixture[str]):
    rows = answer(capsys, "prices", "--as-of", as_of)
    assert amount == [row["amount"] for row in rows if row["model"] == "m"]


def test_since_a_day_is_since_its_beginning(capsys: pytest.CaptureFixture[str]):
    def moves(since: str) -> list[str]:
        return [event["old_amount"] for event in answer(capsys, "changes", "--since", since) if event["old_amount"]]

    assert moves("2026-01-02") == [5.0]
    assert moves("2026-01-02T06:01") == []


@pytest.mark.parametrize("words", [["prices"], ["prices", "-p", "openai", "--as-of", "2026-01-02"]])
def test_part_of_a_name_is_no_pattern(words: list[str], capsys: pytest.CaptureFixture[str]):
    def models(part: str) -> list[str]:
        return [row["model"] for row in answer(capsys, *words, "--model", part)]

    assert models("gpt") == ["GPT-44", "GPT_4%"]
    assert models("_") == ["GPT_4%"]
    assert models("4%") == ["GPT_4%"]
    assert models("m") == ["m"]
    assert models("nothing of the kind") == []


@pytest.mark.parametrize("command", ["prices", "markup", "changes"])
def test_a_seller_nobody_knows_is_named(command: str, capsys: pytest.CaptureFixture[str]):
    assert exit_code([command, "--provider", "nobody"]) == 2
    printed = capsys.readouterr().err
    assert "'nobody'" in printed
    assert "openai, " in printed
    assert exit_code([command, "--provider", "openai"]) == 0
    assert exit_code([command, "--provider", "together"]) == 0, "watched, and without a price yet"


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("damage", ["missing", "empty", "binary", "no stamp"])
def test_figures_nobody_vouches_for_are_not_shown(
    words: list[str], damage: str, root: Path, capsys: pytest.CaptureFixture[str]
):
    path = root / "site" / NAME
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "binary": b"\xff\x00", "no stamp": b"[]"}[damage])
    assert exit_code(words) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "ftprices build" in printed.err


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("other", ["live-of-another", "demo-1"])
def test_figures_of_another_state_are_not_shown(
    words: list[str], other: str, root: Path, capsys: pytest.CaptureFixture[str]
):
    write_stamp(root / "site", stamp(other))
    assert exit_code(words) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert ("another state" if other.startswith("live") else "demonstration") in printed.err


@pytest.mark.parametrize("words", COMMANDS)
def test_a_database_of_the_other_kind_is_not_shown_whatever_the_stamp_says(
    words: list[str], root: Path, capsys: pytest.CaptureFixture[str]
):
    with duckdb.connect(str(root / "site" / "data" / "prices.duckdb")) as connection:
        connection.execute("INSERT INTO readme VALUES (99, 'state', 'demo')")
    assert exit_code(words) == 3
    assert "holds demo prices" in capsys.readouterr().err


def test_a_copy_taken_while_another_state_begins_to_publish_is_not_shown(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    real = shutil.copyfile

    def stamp_goes(source: Path, target: Path) -> None:
        (root / "site" / NAME).unlink()
        real(source, target)

    monkeypatch.setattr("pipeline.published.shutil.copyfile", stamp_goes)
    assert exit_code(["prices"]) == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", [b"", b"\xff\xfe\x00", b"live-"])
def test_a_state_without_its_name_owns_no_site(name: bytes, root: Path, capsys: pytest.CaptureFixture[str]):
    (root / "state" / "state.id").write_bytes(name)
    assert exit_code(["prices"]) == 3
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("flags", [[], ["--demo"]])
def test_a_damaged_name_beside_a_history_is_told_with_what_mends_it(
    flags: list[str], root: Path, capsys: pytest.CaptureFixture[str]
):
    (root / "state" / "state.id").write_bytes(b"")
    (root / "state" / "warehouse.duckdb").write_bytes(b"x")
    write_stamp(root / "site", stamp("demo-1" if flags else "live-1"))
    assert exit_code(["sql", "FROM current_price", *flags]) == 2
    said = capsys.readouterr().err
    assert ("damaged" in said, "ftprices build" in said) == (True, False)


def test_a_machine_with_the_site_alone_can_read_it(root: Path, capsys: pytest.CaptureFixture[str]):
    shutil.rmtree(root / "state")
    assert len(answer(capsys, "prices")) == 4
    assert not (root / "state").exists(), "who reads makes no state"


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_database_is_told_in_one_line(damage: bytes | None, root: Path, capsys: pytest.CaptureFixture[str]):
    path = root / "site" / "data" / "prices.duckdb"
    path.write_bytes(path.read_bytes()[:20000] if damage is None else damage)
    assert exit_code(["prices"]) in (1, 3)
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1, printed.err
    assert "fault of the program" not in printed.err
    assert "ftprices build" in printed.err


def test_a_database_of_another_version_is_no_wrong_word_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    queries = tmp_path / "queries"
    queries.mkdir()
    (queries / "prices.sql").write_text("SELECT gone FROM current_price", encoding="utf-8")
    monkeypatch.setattr("pipeline.published.QUERIES", queries)
    assert exit_code(["prices"]) == 1
    assert "another version" in capsys.readouterr().err


ALIKE = (
    {"region": "regional"},
    {"region": "data_zone"},
    {"product": "dedicated"},
    {"time_window": "off-peak"},
    {"context_band": ">200K"},
    {"condition": "legacy"},
    {},
)


@pytest.fixture
def neighbours(root: Path) -> None:
    """Prices of one model and one amount that differ in one qualifier each, and in none."""
    shutil.rmtree(root / "site" / "data")
    with built_warehouse() as con:
        record(con, read(moment(0), [price("2.2", model="gpt-4.1", **qualifiers) for qualifiers in ALIKE]))
        refresh(con)
        export.publish(con, root / "site" / "data")


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("words", [["prices"], ["prices", "-p", "openai", "--as-of", "2026-01-02"]])
def test_prices_that_differ_in_a_qualifier_alone_look_different(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert exit_code(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 120
    assert len(set(lines)) == len(ALIKE) + 1
    for qualifiers in ALIKE:
        for value in qualifiers.values():
            assert [line for line in lines if value in line]
    assert not [line for line in lines if ", ," in line or " , " in line]
    rows = answer(capsys, *words)
    names = ("product", "context_band", "time_window", "region")
    assert {tuple(row[name] for name in names) for row in rows} >= {
        tuple(qualifiers.get(name) for name in names) for qualifiers in ALIKE
    }
    kept = {
        "provider",
        "model",
        "variant",
        "meter",
        "training",
        "tier",
        "condition",
        "amount",
        "currency",
        "per",
        "state",
    }
    assert kept <= rows[0].keys()


def test_markups_of_two_regions_look_different(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    shutil.rmtree(root / "site" / "data")
    with built_warehouse() as con:
        quotes = [
            price(amount, meter="inference_input", variant=variant, region=region, tier="standard", method=None, technique=None)
            for region in ("regional", "data_zone")
            for amount, variant in (("2.2", "base"), ("3.3", "fine_tuned"))
        ]  # fmt: skip
        record(con, read(moment(0), quotes))
        refresh(con)
        export.publish(con, root / "site" / "data")
    assert exit_code(["markup"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 120
    for region in ("regional", "data_zone"):
        assert [line for line in lines if region in line]
    assert {"regional", "data_zone"} == {row["region"] for row in answer(capsys, "markup")}
