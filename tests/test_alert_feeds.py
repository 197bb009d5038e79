"""Feeds alone never alert: three years of what third parties' lists said moved, held against the same rules."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.alerts.rules import Match, Rule, When, fire, move_of
from tests.warehouse_facts import Row, built_warehouse, feed_price, moment, price, read
from warehouse import ledger, outbox
from warehouse.facts import record, record_feed_prices
from warehouse.upkeep import ANSWERS, refresh

METERS = {"input": "inference_input", "output": "inference_output", "cached_input": "inference_cached_input",
    "training": "training_tokens"}  # fmt: skip
EVERYTHING = Rule(id="all", match=Match(), when=When(), send=("team",))


@pytest.fixture
def moves(shared_pages: Path) -> list[dict[str, str]]:
    with gzip.open(shared_pages.parent / "feeds" / "price_changes.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.real_pages
def test_what_feeds_say_moved_is_told_to_nobody(moves: list[dict[str, str]]):
    assert len(moves) > 500
    newest: dict[tuple[str, ...], str] = {}
    rows: list[Row] = []
    for number, move in enumerate(moves):
        key = (move["source"], move["provider"], move["model"], move["price_kind"])
        newest[key] = move["new_usd"]
        rows.append(
            feed_price(
                move["new_usd"], source=move["source"], observed_on=date.fromisoformat(move["observed_on"]),
                provider=move["provider"], model=move["model"], meter=METERS.get(move["price_kind"], "inference_input"),
                line=number + 2,
            )
        )  # fmt: skip
    with built_warehouse() as con:
        record(con, read(moment(0), [price("3", model="gpt-4o")]))
        refresh(con, postponing=ANSWERS, then=lambda: ledger.append_events(con, tick_id="a", recorded_at=moment(0)))
        assert record_feed_prices(con, rows) > 500
        refresh(con, postponing=ANSWERS, then=lambda: ledger.append_events(con, tick_id="b", recorded_at=moment(1)))
        assert con.execute("SELECT count(*) FROM raw.event WHERE notify").fetchone() == (0,)
        assert outbox.unmatched(con) == []


@pytest.mark.real_pages
def test_a_list_kept_as_a_page_makes_no_move_of_the_sellers(moves: list[dict[str, str]]):
    """The same moves through the history, each list a page that a third party keeps: corrections, told to nobody; the
    same moves on the sellers' own pages are told, so the silence is the evidence's, not the rules'."""
    found: Counter[tuple[str, str, bool]] = Counter()
    busiest = Counter((move["source"], move["provider"], move["model"], move["price_kind"]) for move in moves)
    keys = [key for key, _ in busiest.most_common(6)]
    for trust in ("third_party", "vendor"):
        with built_warehouse() as con:
            steps = sorted({move["observed_on"] for move in moves if _key(move) in keys})
            shown: dict[tuple[str, ...], str] = {}
            for number, day in enumerate(["", *steps]):
                for move in moves:
                    if _key(move) in keys and (not day or move["observed_on"] == day):
                        if day:
                            shown[_key(move)] = move["new_usd"]
                        else:
                            shown.setdefault(_key(move), move["old_usd"])
                quotes = [
                    price(str(Decimal(amount)), provider=key[1], model=f"{key[2]} {key[0]}", meter=METERS.get(key[3], "inference_input"))
                    for key, amount in shown.items() if amount
                ]  # fmt: skip
                for provider in {str(quote["provider"]) for quote in quotes}:
                    own = [quote for quote in quotes if quote["provider"] == provider]
                    record(con, read(moment(number), own, provider=provider, trust=trust, parser=f"{provider}/1"))
            refresh(con, postponing=ANSWERS)
            ledger.publish_events(con, tick_id="t", recorded_at=moment(len(steps)))
            told = [move_of(row) for row in outbox.unmatched(con)]
            fired, _ = fire([EVERYTHING], told, {})
            found.update((trust, move.kind, True) for _, move in fired)
            rest = con.execute("SELECT kind, count(*) FROM raw.event WHERE NOT notify GROUP BY kind").fetchall()
            found.update({(trust, kind, False): count for kind, count in rest})
    assert found["vendor", "vendor_change", True] > 10
    assert found["third_party", "correction", False] > 10
    assert [key for key in found if key[0] == "third_party" and (key[2] or key[1] == "vendor_change")] == []


def _key(move: dict[str, str]) -> tuple[str, ...]:
    return (move["source"], move["provider"], move["model"], move["price_kind"])
