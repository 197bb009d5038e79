"""The demonstration, as a person runs it: the true story at true dates, a second run that moves nothing, and a site.

Everything here reads one demonstration, run once in a process of its own and shared with the tests of its pages.
"""

from __future__ import annotations

import json
import mailbox
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scrapers.catalog import read_catalog
from tests.demo_run import DemoRun
from tests.program import Installation, Said
from tests.warehouse_facts import read, rows
from warehouse import database
from warehouse.facts import record
from warehouse.upkeep import refresh


@pytest.fixture(scope="module")
def demo(demo_run: DemoRun) -> tuple[Installation, Said]:
    return demo_run.installation, demo_run.said


@pytest.fixture
def installation(demo: tuple[Installation, Said]) -> Installation:
    assert demo[1].code == 0, demo[1].err
    return demo[0]


def changes(installation: Installation, *words: str) -> list[dict[str, Any]]:
    events = installation.say("changes", "--json", *words).json()
    assert isinstance(events, list)
    return events


def markups(installation: Installation) -> dict[tuple[str, str, str, str | None], float | None]:
    rows = installation.say("markup", "--json", "--provider", "openai").json()
    return {(row["model"], row["meter"], row["tier"], row["condition"]): row["ratio"] for row in rows}


def test_it_says_what_moved_and_where_the_site_is(demo: tuple[Installation, Said]):
    installation, said = demo
    assert said.code == 0, said.err
    assert "What moved:" in said.err
    assert str(installation.site / "index.html") in said.err
    for row in read_catalog():
        assert row.provider in said.out


def test_the_markups_of_the_real_page_come_out(installation: Installation):
    found = markups(installation)
    expected = {
        ("gpt-4.1-2025-04-14", None): (1.5, 1.5),
        ("gpt-4.1-mini-2025-04-14", None): (2, 2),
        ("gpt-4.1-nano-2025-04-14", None): (2, 2),
        ("gpt-4o-2024-08-06", None): (1.5, 1.5),
        ("gpt-4o-mini-2024-07-18", None): (2, 2),
        ("o4-mini-2025-04-16", None): (3.636363636, 3.636363636),
        ("o4-mini-2025-04-16", "data_sharing"): (1.818181818, 1.818181818),
        ("gpt-3.5-turbo", "legacy"): (6, 4),
        ("davinci-002", "legacy"): (6, 6),
        ("babbage-002", "legacy"): (4, 4),
    }
    for (model, condition), (ratio_in, ratio_out) in expected.items():
        assert found[model, "inference_input", "standard", condition] == pytest.approx(ratio_in, rel=1e-9), model
        assert found[model, "inference_output", "standard", condition] == pytest.approx(ratio_out, rel=1e-9), model


def test_togethers_cut_is_told_at_its_date(installation: Installation):
    cuts = {
        (event["model"], event["method"]): (event["old_amount"], event["new_amount"])
        for event in changes(installation, "--provider", "together")
        if event["kind"] == "vendor_change" and event["observed_at"].startswith("2026-09-11")
    }
    assert cuts == {("gpt-oss-120B", "sft"): (5.0, 2.5), ("gpt-oss-120B", "dpo"): (12.5, 6.25)}


def test_the_gpt_5_6_cuts_are_told_as_an_interval(installation: Installation):
    moves = {
        (event["model"], event["meter"]): event
        for event in changes(installation, "--provider", "openai")
        if event["kind"] == "vendor_change" and event["metric"] == "price"
    }
    sol, luna = moves["gpt-5.6-sol", "inference_input"], moves["gpt-5.6-luna", "inference_input"]
    assert (sol["old_amount"], sol["new_amount"]) == (5.0, 4.0)
    assert (luna["old_amount"], luna["new_amount"]) == (1.0, 0.2)
    assert sol["observed_at"].startswith("2026-08-27")
    assert sol["known_not_before"] < sol["observed_at"]


def test_the_rise_of_sonnet_5_was_announced_withdrawn_and_never_a_price(installation: Installation):
    told = [
        (
            event["kind"],
            event["new_amount"] if event["kind"] == "scheduled" else event["old_amount"],
            event["observed_at"][:10],
        )
        for event in changes(installation, "--provider", "anthropic")
        if event["model"] == "Claude Sonnet 5" and event["meter"] == "inference_input" and event["tier"] == "standard"
    ]
    assert ("scheduled", 3.0, "2026-07-21") in told
    assert ("withdrawn", 3.0, "2026-08-21") in told
    for day in ("2026-07-22", "2026-08-31", "2026-09-13"):
        rows = installation.say("prices", "--model", "Claude Sonnet 5", "--as-of", day, "--json").json()
        amounts = [row["amount"] for row in rows if row["meter"] == "inference_input" and row["tier"] == "standard"]
        assert amounts == ["2"], day


def test_openais_closing_steps_stand_with_their_dates(installation: Installation):
    query = "SELECT kind, stated_date FROM availability WHERE provider = 'openai' AND model IS NULL AND gone_at IS NULL"
    rows = installation.say("sql", query, "--format", "json").json()
    assert {(row["kind"], row["stated_date"][:10]) for row in rows} == {
        ("closed_to_new", "2026-05-07"),
        ("closed_to_idle", "2026-07-02"),
        ("training_ends", "2027-01-06"),
    }


def test_the_rent_of_gpus_moves_as_third_parties_lists_tell_it(installation: Installation):
    """Amazon's p5 fell on 2025-06-05, Google's spot price fell by two fifths and rose again; no list is a seller's news."""
    query = """SELECT provider, model, tier, list(amount ORDER BY first_seen_at) AS amounts,
        list(first_seen_at::DATE::VARCHAR ORDER BY first_seen_at) AS days FROM price_history
        WHERE (provider = 'aws' OR (provider = 'gcp' AND region = 'us-central1')) AND model = 'H100 80GB'
        GROUP BY ALL ORDER BY ALL"""
    rows = installation.say("sql", query, "--format", "json").json()
    told = {
        (row["provider"], row["tier"]): ([round(amount, 2) for amount in row["amounts"]], row["days"]) for row in rows
    }
    assert told["aws", "on_demand"] == ([12.29, 6.88], ["2025-05-14", "2025-06-05"])
    assert told["gcp", "spot"] == ([7.82, 4.42, 6.33], ["2024-05-21", "2025-03-06", "2026-07-22"])
    assert {tier: amounts for (provider, tier), (amounts, _) in told.items() if provider == "gcp"} == {
        "on_demand": [11.06],
        "reserved_1y": [7.67],
        "reserved_3y": [4.86],
        "spot": [7.82, 4.42, 6.33],
    }
    assert not changes(installation, "--provider", "aws")


def test_every_seller_but_one_has_prices_or_facts(installation: Installation):
    """Vast's only list bears no day: it is read live and not played."""
    query = "SELECT DISTINCT provider FROM price_history UNION SELECT DISTINCT provider FROM availability"
    played = {row["provider"] for row in installation.say("sql", query, "--format", "json").json()}
    assert {row.provider for row in read_catalog()} - played == {"vast"}


def test_the_template_seller_moves_slips_breaks_and_recovers(installation: Installation):
    events = changes(installation, "--provider", "_example")
    moves = [
        (event["model"], event["old_amount"], event["new_amount"])
        for event in events
        if event["kind"] == "vendor_change"
    ]
    assert moves == [("example-large", 3.0, 4.5)]
    assert not [event for event in events if (event["new_amount"] or 0) > 100], "the slipped unit became history"
    query = "SELECT old_amount, new_amount, rule, held_at::DATE::VARCHAR AS held, became, decided_at::DATE::VARCHAR AS decided FROM hold WHERE provider = '_example'"
    (hold,) = installation.say("sql", query, "--format", "json").json()
    told = [str(value) for value in hold.values()]
    assert told == ["1.2", "1200.0", "power_of_ten", "2026-09-11", "gone away", "2026-09-13"]  # 09-12 could not be read
    status = (installation.site / "status" / "index.html").read_text(encoding="utf-8")
    assert "gone away" in status.partition('id="lately"')[2]
    query = "SELECT outcome, strip FROM provider_health WHERE provider = '_example'"
    health = installation.say("sql", query, "--format", "json").json()[0]
    assert health["outcome"] == "good"
    assert "f" in health["strip"], "the day of the broken layout is on the strip"


def test_a_second_run_moves_nothing_and_says_so_in_a_line_a_provider(installation: Installation):
    before = changes(installation, "--all")
    pages = {path: path.read_bytes() for path in installation.site.rglob("*.html")}
    said = installation.say("run", "--json")
    assert said.code == 0, said.err
    lines = said.json()[-1]["providers"]
    assert [line["provider"] for line in lines] == list(dict.fromkeys(row.provider for row in read_catalog()))
    for line in lines:
        assert "nothing moved" in line["words"], line
        assert (line["moved"], line["held"], line["first_seen"]) == (0, 0, 0)
    assert before == changes(installation, "--all")
    assert pages
    assert pages == {path: path.read_bytes() for path in installation.site.rglob("*.html")}


def test_rebuilding_gives_the_same_tables(installation: Installation):
    said = installation.say("rebuild")
    assert said.code == 0, said.err
    assert "the tables are as they were" in said.err


def test_every_page_says_that_it_is_a_demonstration(installation: Installation):
    pages = list(installation.site.rglob("*.html"))
    assert len(pages) > 50
    assert [] == [str(page) for page in pages if "emonstration" not in page.read_text(encoding="utf-8")]


def test_the_downloads_open_and_agree(installation: Installation):
    data = installation.site / "data"
    with duckdb.connect(str(data / "prices.duckdb"), read_only=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM current_price").fetchone() or (0,)
    assert count > 200
    assert count == len(json.loads((data / "current_price.json").read_text(encoding="utf-8")))


def test_nothing_of_the_demonstration_is_read_as_live(installation: Installation):
    live = Installation(home=installation.home, site=installation.site)
    said = live.say("prices")
    assert said.code == 3
    assert "demonstration" in said.err


def test_the_doctor_finds_nothing_wrong(installation: Installation):
    said = installation.say("doctor")
    assert said.code == 0, said.out + said.err


def test_sql_cannot_write_or_read_other_files(installation: Installation, tmp_path: Path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    for query in (
        "CREATE TABLE mine (x INT)",
        "DELETE FROM current_price",
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY current_price TO '{tmp_path}/out.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        f"ATTACH '{tmp_path}/other.duckdb'",
    ):
        said = installation.say("sql", query)
        assert said.code == 2, query
    assert not (tmp_path / "out.csv").exists()


def test_sql_formats(installation: Installation, tmp_path: Path):
    query = "SELECT model, amount_text FROM current_price WHERE meter = 'training_tokens' AND provider = 'openai' ORDER BY ALL"
    table, rows = installation.say("sql", query), installation.say("sql", query, "--format", "json").json()
    assert rows
    assert "gpt-4.1-2025-04-14" in table.out
    lines = installation.say("sql", query, "--format", "csv").out.splitlines()
    assert lines[0] == "model,amount_text"
    assert len(lines) == len(rows) + 1
    target = tmp_path / "out.parquet"
    assert installation.say("sql", query, "--format", "parquet", "--output", str(target)).code == 0
    assert duckdb.connect().execute(f"SELECT count(*) FROM '{target}'").fetchall() == [(len(rows),)]
    assert installation.say("sql", "-", stdin="SELECT 1 AS one").out.split()[0] == "one"
    assert installation.say("sql", "SELEC 1").code == 2


def test_one_moved_price_moves_the_answers_that_rest_on_it_and_no_other(installation: Installation, tmp_path: Path):
    """The input price of one tuned model, on a copy of the demonstration: four comparisons of that offer, and one of the
    seller it is compared with, in seven scenarios each."""
    shutil.copyfile(installation.home / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    with database.connect(tmp_path / "warehouse.duckdb") as con:
        before = answers(con)
        newest = rows(
            con,
            """SELECT quote.* EXCLUDE (quote_id, reading_id) FROM raw.quote AS quote SEMI JOIN (
                   SELECT max_by(reading_id, fetched_at) AS reading_id FROM raw.page_read
                   WHERE provider = 'openai' AND page = 'pricing' AND outcome = 'good'
               ) AS newest USING (reading_id)""",
        )
        (moved,) = [
            row
            for row in newest
            if (row["model"], row["meter"], row["tier"]) == ("gpt-4.1-mini-2025-04-14", "inference_input", "standard")
        ]
        moved["amount"] = Decimal("0.60")
        later = datetime(2026, 11, 1, 6, tzinfo=UTC)
        parser = str(newest[0]["parser_version"])
        record(con, read(later, newest, parser=parser, verdicts=[(moved, "accepted", "confirmed")]))
        refresh(con)
        after = answers(con)
    new = after.keys() - before.keys()
    assert {(key[1], key[2], key[3]) for key in new} == {
        *((against, "openai", "gpt-4.1-mini-2025-04-14") for against in COMPARISONS),
        ("managed", "azure", "gpt-4.1-mini"),
    }
    assert len(new) == 7 * (4 + 1)
    assert before.keys() <= after.keys()
    closed = {key for key in before if before[key] != after[key]}
    assert len(closed) == len(new)
    assert all(before[key][:-1] == after[key][:-1] for key in closed)  # all but the end of the interval


COMPARISONS = ("prompt_same_base", "prompt_larger_base", "managed", "self_hosted")


def answers(con: duckdb.DuckDBPyConnection) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every answer by what it is an answer to and since when; the end of its interval last."""
    found = con.execute(
        """SELECT scenario, against, provider, model, offer_id, valid_from, * EXCLUDE (valid_to), valid_to
           FROM mart.break_even_history"""
    ).fetchall()
    assert found
    return {row[:6]: row[6:] for row in found}


def mails(installation: Installation) -> list[tuple[str, str]]:
    """Subject and plain text of every mail in the demonstration's mailbox; two may share a subject."""
    box = mailbox.Maildir(installation.home / "alerts" / "mailbox", create=False)
    found = [message_from_bytes(bytes(mail), policy=default) for mail in box]
    assert found
    return [(str(mail["subject"]), mail.get_body(("plain",)).get_content()) for mail in found]  # type: ignore[union-attr]


def test_alerts_of_a_markup_of_availability_and_of_a_correction_are_in_the_mailbox(demo: tuple[Installation, Said]):
    installation, said = demo
    assert said.code == 0, said.err
    assert str(installation.home / "alerts" / "mailbox") in said.err
    texts = [(subject, text) for subject, text in mails(installation) if "[TEST]" not in subject]
    (markup,) = [text for subject, text in texts if "tuned example-large input" in subject]
    assert "Markup: example-large, input: 1.5× -> 2.25× its base" in markup
    assert "Rule: markup, tuned" in markup
    (correction,) = [text for subject, text in texts if "correction, $1.00 -> $1.10" in subject]
    assert "CORRECTION: what we told before was wrong; the seller moved nothing." in correction
    told = "\n".join(text for _, text in texts)
    assert "Rule: availability" in told
    slipped = [line for line in told.splitlines() if "example-small" in line and "1,200" in line]
    assert slipped == [], "the slipped unit was told"
    for words in (
        "NOTICE: pricing of _example has readings that are held back (1)",
        "NOTICE: pricing of _example changed its shape",
        "OVER: pricing of _example is understood again",
    ):
        assert told.count(words) == 1, words


def test_alerts_came_to_the_webhook_signed_and_once(installation: Installation):
    text = (installation.home / "alerts" / "webhook.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert {line["signature"] for line in lines} == {"verified"}
    assert len({line["id"] for line in lines}) == len(lines)
    events = [event for line in lines for event in line["message"]["events"]]
    told = {(event["model"], event["metric"], event["is_correction"]) for event in events}
    assert told >= {("example-large", "price", False), ("example-small", "price", True)}
    assert "availability" in {event["metric"] for event in events}


def test_alerts_preview_reads_the_published_copy(installation: Installation):
    told = installation.say("alerts", "preview", "--since", "2026-09-01", "--json").json()
    assert {(one["rule"], one["kind"], one["metric"]) for one in told} >= {
        ("markup", "vendor_change", "markup"), ("tuned", "vendor_change", "price"), ("tuned", "correction", "price"),
    }  # fmt: skip
    listed = installation.say("alerts", "preview", "--since", "2026-08-01").out
    assert "more at Together AI, in the same message" in listed
    assert len(listed.splitlines()) < 60, "a price day fills the screen"
    nothing = installation.say("alerts", "preview", "--since", "2026-12-01", "--rule", "markup", "--json")
    assert (nothing.code, nothing.json()) == (0, [])


def test_alerts_test_status_mute_and_retry(installation: Installation):
    before = len(mails(installation))
    said = installation.say("alerts", "test", "markup", "--target", "mailbox", "--json")
    assert said.code == 0, said.err
    assert said.json()["targets"] == [{"target": "mailbox", "kind": "mailbox", "sent": True, "error": None}]
    assert said.json()["subject"].startswith("[TEST] [Demonstration] tuned example-large input")
    assert len(mails(installation)) == before + 1
    refused = installation.say("alerts", "test", "markup", "--target", "team")
    assert (refused.code, "no target is called 'team'" in refused.err) == (2, True)
    assert installation.say("alerts", "mute", "training", "--until", "2099-01-01").code == 0
    status = installation.say("alerts", "status", "--json").json()
    assert {rule["id"]: rule["muted"] for rule in status["rules"]}["training"] is True
    assert {row["state"] for row in status["deliveries"]} == {"sent"}
    assert installation.say("alerts", "mute", "training", "--off").code == 0
    assert installation.say("alerts", "retry", "--json").json() == {"deliveries": 0, "sent": 0, "failed": 0}


def test_alerts_on_the_status_page_say_to_nobody_whose_they_are(installation: Installation):
    page = (installation.site / "status" / "index.html").read_text(encoding="utf-8")
    section = page.partition('id="alerts"')[2]
    assert "got through" in section
    assert "mailbox" not in section
    assert "127.0.0.1" not in section
    schema = json.loads((installation.site / "data" / "alerts.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["version"]["const"] == 1
