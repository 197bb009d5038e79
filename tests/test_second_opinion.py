"""A third party's list as a second source, and a person's word on two sources that differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline import judge, review
from pipeline.cli import exit_code
from pipeline.judge import Reader, SecondSource, judge_reading
from pipeline.second_opinion import release_held
from pipeline.settings import read_settings
from pipeline.workshop import open_workshop
from tests.published_site import publish
from tests.test_judge import NOON, quote, standing
from tests.warehouse_facts import Row, built_warehouse, feed_price, moment, price, read
from warehouse.facts import record, record_feed_prices
from warehouse.upkeep import refresh

YESTERDAY = (NOON - timedelta(days=1)).date()


def judged(old: str, new: str, said: SecondSource | None) -> tuple[str, str] | None:
    """What the judge makes of a move of a price that was read a day ago, with what a list says."""
    one = quote(new)
    seconds = {one.series_id: [said]} if said else {}
    reader = Reader(read_at=NOON, was_conditional=False, last_read_at=NOON - timedelta(days=1))
    found = judge_reading([one], {one.series_id: standing(old)}, reader, {}, seconds=seconds)
    return (found[0].verdict, found[0].rule) if found else None


def said(amount: str, first: date, last: date | None = None) -> SecondSource:
    return SecondSource(name="a list 1.2", amount=Decimal(amount), first_seen_on=first, last_seen_on=last or first)


@pytest.mark.parametrize(
    ("old", "new", "alone"),
    [("2", "20", "power_of_ten"), ("2", "9", "ratio"), ("2", "3", "unconfirmed"), ("2", "0.2", "power_of_ten")],
)
def test_a_newer_list_that_agrees_lets_a_move_through_at_once(old: str, new: str, alone: str):
    today, before = NOON.date(), YESTERDAY - timedelta(days=1)
    assert judged(old, new, None) == ("held", alone)
    assert judged(old, new, said(new, today)) == ("accepted", "second_source")
    assert judged(old, new, said(f"{Decimal(new) * (1 + Decimal('1e-11'))}", today)) == ("accepted", "second_source")
    for wrong in (
        said(old, today),  # it says the old one
        said(new, before, before),  # it is older than the move
        said(new, YESTERDAY, today),  # it had the new one while the old one was still read
        said(new, before, today),
    ):
        assert judged(old, new, wrong) == ("held", alone), wrong


def test_what_breaks_the_sellers_own_rules_waits_for_a_person_whatever_a_list_says():
    one = quote("20", doubt="the seller's columns say otherwise")
    seconds = {one.series_id: [said("20", NOON.date())]}
    reader = Reader(read_at=NOON, was_conditional=False, last_read_at=NOON - timedelta(days=1))
    (found,) = judge_reading([one], {one.series_id: standing("2")}, reader, {}, seconds=seconds)
    assert found.verdict == "held"


def test_a_zero_in_a_list_is_no_witness():
    assert judged("2", "0", said("0", NOON.date())) == ("held", "fall_to_zero")


@pytest.fixture
def held() -> Iterator[duckdb.DuckDBPyConnection]:
    """gpt-4.1 at 2 USD, and ten times that a day later, held."""
    model: Row = {"model": "gpt-4.1"}
    with built_warehouse() as con:
        dear = price("20", **model)
        record(con, read(moment(0), [price("2", **model)]))
        record(con, read(moment(1), [dear], verdicts=[(dear, "held", "power_of_ten")]))
        refresh(con)
        yield con


def listed(con: duckdb.DuckDBPyConnection, day: date, amount: str) -> None:
    row = feed_price(amount, source="a-list", observed_on=day, model="gpt-4.1", quoted=f"gpt-4.1 {amount}")
    record_feed_prices(con, [row])
    refresh(con)


def amounts(con: duckdb.DuckDBPyConnection) -> list[tuple[float, str]]:
    return con.execute(
        "SELECT amount::DOUBLE, accepted_rule FROM core.price_span WHERE valid_to IS NULL AND model = 'gpt-4.1'"
    ).fetchall()


def test_a_held_move_is_released_by_a_list_that_is_imported_later(held: duckdb.DuckDBPyConnection):
    assert release_held(held, moment(2)) == []
    listed(held, moment(30).date(), "20")
    assert release_held(held, moment(31)) == [("openai", "pricing")]
    refresh(held)
    assert amounts(held) == [(20.0, "second_source")]
    reason = held.execute("SELECT reason FROM raw.judgement WHERE rule = 'second_source'").fetchone()
    assert reason == (f"a second source says the same: a-list, read on {moment(30).date()}",)
    assert release_held(held, moment(32)) == []


@pytest.mark.parametrize(("day", "amount"), [(-3, "20"), (0, "20"), (30, "2")])
def test_a_list_from_before_the_move_or_of_another_mind_releases_nothing(
    held: duckdb.DuckDBPyConnection, day: int, amount: str
):
    listed(held, moment(day).date(), amount)
    assert release_held(held, moment(31)) == []
    assert amounts(held) == [(2.0, "first_sight")]


@pytest.fixture
def differing() -> Iterator[duckdb.DuckDBPyConnection]:
    """A page at 2.5 USD, and lists that ship with 2."""
    with built_warehouse() as con:
        record(con, read(moment(400), [price("2.5", model="gpt-4.1")]))
        refresh(con)
        yield con


ASK = "SELECT disagreement_id, state, explained_because, cause FROM mart.source_agreement WHERE feed = 'litellm'"


def explain(con: duckdb.DuckDBPyConnection, item: str, verdict: str, at: datetime) -> None:
    word = review._word_on_disagreement(con, item, verdict)
    assert word is not None
    review.record_explanation(con, word | {"reason": "a promotion", "said_by": "ada", "said_at": at})


def test_a_disagreement_stays_explained_until_either_side_moves(differing: duckdb.DuckDBPyConnection):
    ((item, state, _, cause),) = differing.execute(ASK).fetchall()
    assert (state, cause) == ("open", "stale")  # the list was last read before
    explain(differing, item, "accepted", moment(401))
    assert differing.execute(ASK).fetchall() == [(item, "explained", "a promotion", "stale")]
    record(differing, read(moment(402), [price("2.5", model="gpt-4.1")], body="again"))
    refresh(differing)
    assert differing.execute(ASK).fetchall() == [(item, "explained", "a promotion", "stale")]
    record(differing, read(moment(403), [price("3", model="gpt-4.1")]))
    refresh(differing)
    ((other, state, because, _),) = differing.execute(ASK).fetchall()
    assert other != item
    assert (state, because) == ("open", None)
    record(differing, read(moment(404), [price("2.5", model="gpt-4.1")]))  # back again: to be explained anew
    refresh(differing)
    assert differing.execute(ASK).fetchall()[0][:3] == (item, "open", None)


def test_an_explanation_is_taken_back(differing: duckdb.DuckDBPyConnection):
    ((item, *_),) = differing.execute(ASK).fetchall()
    explain(differing, item, "accepted", moment(401))
    explain(differing, item, "refused", moment(402))
    assert differing.execute(ASK).fetchall()[0][:3] == (item, "open", None)
    assert review._word_on_disagreement(differing, "0" * 16, "accepted") is None


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with a page that differs from the lists, and the site it publishes."""
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)
    with open_workshop(read_settings(is_demo=False)) as shop, shop.warehouse() as con:
        record(con, read(datetime(2026, 11, 20, 6, tzinfo=UTC), [price("2.5", model="gpt-4.1")]))
        refresh(con)
    return tmp_path / "site"


def test_a_person_explains_a_disagreement_at_the_terminal_and_the_site_says_so(
    installation: Path, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["review", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["disagreements"]
    (item,) = [row["disagreement_id"] for row in found if row["feed"] == "litellm"]
    assert exit_code(["review", "accept", item, "--why", "a promotion until spring", "--by", "ada"]) == 0
    assert "explained by ada" in "".join(capsys.readouterr())
    assert exit_code(["review", "accept", item, "--why", "again"]) == 2
    page = (installation / "status" / "index.html").read_text(encoding="utf-8")
    assert "a promotion until spring (ada)" in page
    with duckdb.connect(str(installation / "data" / "prices.duckdb"), read_only=True) as reader:
        told = reader.execute("SELECT state, explained_by FROM source_agreement WHERE feed = 'litellm'").fetchall()
    assert told == [("explained", "ada")]


def test_prices_and_markups_as_of_a_date_at_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    publish(tmp_path / "state", tmp_path / "site")
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    assert exit_code(["markup", "-p", "openai", "-m", "davinci", "--as-of", "2025-12-31", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (row,) = [row for row in found if (row["meter"], row["tier"]) == ("inference_input", "standard")]
    assert (row["ratio"], row["source"], row["trust"]) == (6.0, "litellm", "third_party")
    assert exit_code(["prices", "-p", "openai", "-m", "o3", "--as-of", "2025-06-09", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {(row["model"], row["amount"]) for row in found if row["meter"] == "inference_input"} >= {("o3", "10")}
    assert exit_code(["markup", "--as-of", "2025-12-31", "--tokens-in", "1"]) == 2
    assert exit_code(["markup", "--as-of", "some day"]) == 2


def test_the_doubts_that_a_list_settles_are_rules_of_the_judge():
    text = Path(judge.__file__).read_text(encoding="utf-8")
    assert judge.SETTLED_BY_A_SECOND
    assert all(text.count(f'"{rule}"') >= 2 for rule in judge.SETTLED_BY_A_SECOND)
