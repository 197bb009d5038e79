"""The demonstration ends with real messages: the fictional seller's days, through the whole pipeline, to a mailbox and a
webhook. And what `ftprices alerts` says of them."""

from __future__ import annotations

import json
import mailbox
from contextlib import ExitStack
from datetime import date
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from pipeline import demo as calendar
from pipeline import stages
from pipeline.alerts import commands, work
from pipeline.alerts.demo_receiver import demo_channels
from pipeline.errors import UsageFault
from pipeline.run import _run_demo
from pipeline.settings import Settings, read_settings
from pipeline.workshop import open_workshop

DAYS = tuple(date(2026, 9, day) for day in range(9, 15))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Six days of `_example`, as `ftprices run --demo` plays them, but for the graph of the last one."""
    folder = tmp_path_factory.mktemp("alerts")
    settings = read_settings(
        is_demo=True, environment={"FTPRICES_HOME": str(folder / "state"), "FTPRICES_SITE": str(folder / "site")}
    )
    with ExitStack() as stack:
        shop = stack.enter_context(open_workshop(settings))
        shop.rows = tuple(row for row in shop.rows if row.provider == "_example")
        shop.dates = DAYS
        shop.environment = stack.enter_context(demo_channels(settings.home))
        ahead = stages.recorded_ahead
        with pytest.MonkeyPatch.context() as patch:
            # One more tick stands at the end and is not run: every date is played without Dagster.
            patch.setattr(stages, "recorded_ahead", lambda one: [*ahead(one), calendar.last_reading(DAYS)])
            patch.setattr("pipeline.run._needs_graph", lambda *_: False)
            reports = _run_demo(shop, as_json=True)
        assert len(reports) > len(DAYS)
        assert work.deliver(shop, shop.now())[1] == 0
        assert work.deliver(shop, shop.now()) == (0, 0), "told twice"
        stages.publish(shop)
    return settings


def mails(settings: Settings) -> list[Any]:
    box = mailbox.Maildir(settings.home / "alerts" / "mailbox", create=False)
    return [message_from_bytes(bytes(mail), policy=default) for mail in box]


def test_the_mailbox_holds_a_markup_and_a_correction_each_as_what_it_is(played: Settings):
    texts = {mail["subject"]: mail.get_body(("plain",)).get_content() for mail in mails(played)}
    (markup,) = [text for subject, text in texts.items() if "tuned example-large input" in subject]
    assert "Markup: example-large, input: 1.5× -> 2.25× its base" in markup
    assert "Rule: markup, tuned" in markup
    (correction,) = [text for subject, text in texts.items() if "correction" in subject]
    assert "CORRECTION: what we told before was wrong; the seller moved nothing." in correction
    assert "$1.00 -> $1.10 per 1M tokens" in correction
    assert not any("1,200" in text for text in texts.values()), "the slipped unit was told"


def test_operators_hear_of_the_slip_and_of_the_broken_layout(played: Settings):
    told = "\n".join(mail.get_body(("plain",)).get_content() for mail in mails(played))
    for words in (
        "NOTICE: pricing of _example has readings that are held back (1)",
        "NOTICE: pricing of _example changed its shape",
        "OVER: pricing of _example is understood again",
        "OVER: pricing of _example has nothing held back any more",
    ):
        assert told.count(words) == 1, words


def test_the_webhook_took_the_same_once_and_verified(played: Settings):
    lines = [
        json.loads(line) for line in (played.home / "alerts" / "webhook.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {line["signature"] for line in lines} == {"verified"}
    assert len({line["id"] for line in lines}) == len(lines)
    events = [event for line in lines for event in line["message"]["events"]]
    assert {(event["model"], event["is_correction"]) for event in events} >= {
        ("example-large", False),
        ("example-small", True),
    }
    assert len({event["event_id"] for event in events}) == len(events)


def test_preview_tells_from_the_published_copy_what_was_told(played: Settings, capsys: pytest.CaptureFixture[str]):
    commands.preview_command(played, since="2026-09-01", rule_id=None, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert {(one["rule"], one["kind"], one["metric"]) for one in told} >= {
        ("markup", "vendor_change", "markup"), ("tuned", "vendor_change", "price"), ("tuned", "correction", "price"),
    }  # fmt: skip
    commands.preview_command(played, since="2026-12-01", rule_id="markup", as_json=True)
    assert json.loads(capsys.readouterr().out) == []


def test_a_test_is_sent_and_says_that_it_is_one(played: Settings, capsys: pytest.CaptureFixture[str]):
    before = len(mails(played))
    commands.test_command(played, "markup", target_id="mailbox", as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["targets"] == [{"target": "mailbox", "kind": "mailbox", "sent": True, "error": None}]
    assert said["subject"].startswith("[TEST] [Demonstration] tuned example-large input")
    assert len(mails(played)) == before + 1
    with pytest.raises(UsageFault, match="no target is called 'team'"):
        commands.test_command(played, "markup", target_id="team", as_json=True)
    with pytest.raises(UsageFault, match="no rule 'mark'"):
        commands.test_command(played, "mark", target_id=None, as_json=True)


def test_status_counts_and_mute_is_kept(played: Settings, capsys: pytest.CaptureFixture[str]):
    commands.mute_command(played, "training", until=None, is_off=False, wait_s=5, as_json=True)
    capsys.readouterr()
    commands.status_command(played, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["is_example"] is True
    assert {rule["id"]: rule["muted"] for rule in said["rules"]}["training"] is True
    assert {row["state"] for row in said["deliveries"]} == {"sent"}
    commands.mute_command(played, "training", until=None, is_off=True, wait_s=5, as_json=True)
    capsys.readouterr()
    commands.retry_command(played, wait_s=5, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"deliveries": 0, "sent": 0, "failed": 0}


def test_the_site_says_how_alerts_get_through_and_to_nobody_whose(played: Settings):
    page = (played.site / "status" / "index.html").read_text(encoding="utf-8")
    section = page.partition('id="alerts"')[2]
    assert "got through" in section
    assert "mailbox" not in section
    assert "127.0.0.1" not in section
    schema = json.loads((Path(played.site) / "data" / "alerts.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["version"]["const"] == 1
