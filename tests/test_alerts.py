"""From a moved price to a message: the ledger, the outbox, its states, and what is told to whom, over a real warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.alerts import channels, dispatch, work
from pipeline.alerts.config import Alerts, Target
from pipeline.alerts.message import Message
from pipeline.alerts.rules import Match, Rule, When
from pipeline.settings import Settings
from pipeline.stamp import state_of
from pipeline.workshop import Workshop
from scrapers.fetch import Fetcher
from tests.warehouse_facts import Row, built_file, moment, price, read, statement
from warehouse import ledger, outbox
from warehouse.facts import Facts, record
from warehouse.upkeep import ANSWERS, rebuild, refresh

TEAM, HOOK = Target(id="team", kind="terminal"), Target(id="hook", kind="terminal")


def rule(name: str = "all", metric: str | None = None, **fields: Any) -> Rule:
    return Rule(**{"id": name, "match": Match(metric=metric), "when": When(), "send": ("team",), **fields})


def alerts_of(*rules: Rule) -> Alerts:
    return Alerts(path=Path("alerts.yaml"), is_example=False, targets={"team": TEAM, "hook": HOOK}, rules=rules)


class Post:
    """What arrived at the targets; a receiver that drops what it has, by its id. `down` are targets that refuse."""

    def __init__(self) -> None:
        self.wire: list[tuple[str, str]] = []
        self.taken: dict[tuple[str, str], Message] = {}
        self.down: set[str] = set()

    def send(self, target: Target, message: Message, _now: datetime) -> None:
        if target.id in self.down:
            raise channels.NotDelivered("no answer")
        self.wire.append((target.id, message.id))
        self.taken.setdefault((target.id, message.id), message)

    def subjects(self, target: str = "team") -> list[str]:
        return [message.subject for (to, _), message in self.taken.items() if to == target]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(channels, "send", made.send)
    return made


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    state_of(tmp_path / "state", is_demo=True)
    (tmp_path / "state" / "warehouse.duckdb").write_bytes(built_file())  # made once: a rebuild costs a second
    settings = Settings(home=tmp_path / "state", site=tmp_path / "site", site_url="https://prices.test/", is_demo=True)
    return Workshop(settings=settings, rows=(), make_fetcher=Fetcher)


@pytest.fixture
def con(shop: Workshop) -> Iterator[duckdb.DuckDBPyConnection]:
    with shop.warehouse() as con:
        con.execute("SET threads = 1")
        yield con


def take_in(con: duckdb.DuckDBPyConnection, day: float, *facts: Facts) -> None:
    """A tick's facts, its history and its events in one transaction."""
    now = moment(day)
    for one in facts:
        record(con, one)
    tick_id = f"{now:%Y%m%dT%H%M%SZ}"
    refresh(con, postponing=ANSWERS, then=lambda: ledger.append_events(con, tick_id=tick_id, recorded_at=now))


def sent(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT rule_id, target_id, state, count(*) FROM raw.delivery GROUP BY ALL ORDER BY ALL"
    ).fetchall()


def tuned(amount: str, **fields: object) -> Row:
    return price(amount, **{"model": "m-ft", "base_model": "m", "variant": "fine_tuned", **fields})


def page(day: float, *quotes: Row, **more: Any) -> Facts:
    return read(moment(day), list(quotes), **more)


def test_one_moved_price_is_one_message_with_its_markup_inside(
    con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post
):
    alerts = alerts_of(
        rule("prices", "price"), rule("markups", "markup", when=When(change_pct=Decimal(10)), instant=True)
    )
    take_in(con, 0, page(0, price("2"), tuned("3")))
    take_in(con, 1, page(1, price("2"), tuned("4.5")))
    assert dispatch.match_unmatched(con, alerts, moment(1)) == 2
    done = dispatch.send_due(shop, alerts.targets, moment(1))
    assert (done.sent, done.failed) == (1, 0)
    (message,) = post.taken.values()
    assert message.subject == "[Demonstration] tuned m-ft input at OpenAI: $3.00 -> $4.50 per 1M tokens (+50 %)"
    for words in (
        "$3.00 -> $4.50 per 1M tokens; +$1.50, +50%", "between 2026-01-01 and 2026-01-02",
        "Markup: m-ft, input: 1.5× -> 2.25× its base", 'The page says: "m-ft $4.5"', "Source: https://openai.test/pricing",
        "Evidence: https://prices.test/changes/", "Rule: markups, prices", "ftprices alerts mute markups",
    ):  # fmt: skip
        assert words in message.text, words
    (event,) = message.as_json()["events"]  # type: ignore[misc]  # a list of one
    assert (event["old_amount"], event["new_amount"], event["rules"]) == ("3", "4.5", ["markups", "prices"])
    assert [(one["metric"], one["old_value"], one["new_value"]) for one in event["effects"]] == [("markup", 1.5, 2.25)]
    assert dispatch.match_unmatched(con, alerts, moment(1)) == 0
    assert dispatch.send_due(shop, alerts.targets, moment(2)).sent == 0, "told twice"


def test_a_base_price_that_moves_moves_the_markups_of_what_is_tuned_from_it(con: duckdb.DuckDBPyConnection):
    take_in(con, 0, page(0, price("2"), tuned("3"), tuned("6", model="other-ft")))
    take_in(con, 1, page(1, price("1"), tuned("3"), tuned("6", model="other-ft")))
    found = con.execute(
        """SELECT derived.model, old_value, new_value, cause.headline, derived.notify
           FROM raw.derived_event AS derived INNER JOIN raw.event AS cause ON caused_by = cause.event_id ORDER BY 1"""
    ).fetchall()
    words = "m input at OpenAI: $2.00 -> $1.00 per 1M tokens (-50 %)"
    assert found == [("m-ft", 1.5, 3.0, words, True), ("other-ft", 3.0, 6.0, words, True)]


def test_both_prices_moving_in_step_move_no_markup(con: duckdb.DuckDBPyConnection):
    take_in(con, 0, page(0, price("2"), tuned("3")))
    take_in(con, 1, page(1, price("4"), tuned("6")))
    assert con.execute("SELECT count(*) FROM raw.derived_event").fetchone() == (0,)


def test_what_stood_there_at_first_is_told_to_nobody(con: duckdb.DuckDBPyConnection):
    take_in(con, 0, page(0, price("2"), tuned("3")))
    assert outbox.unmatched(con) == []
    take_in(con, 1, page(1, price("2"), tuned("3"), price("7", model="new")))
    assert [row["kind"] for row in outbox.unmatched(con)] == ["appeared"]


def test_somebody_elses_list_alone_is_told_to_nobody(con: duckdb.DuckDBPyConnection):
    for day, amount in enumerate(("2", "5")):
        take_in(con, day, page(day, price(amount, meter="gpu_hours", variant=None, model="H100"), trust="third_party"))
    assert con.execute("SELECT kind, notify FROM raw.event WHERE old_amount IS NOT NULL").fetchall() == [
        ("correction", False)
    ]
    assert outbox.unmatched(con) == []


def test_a_rebuild_that_derives_old_events_tells_nobody(con: duckdb.DuckDBPyConnection):
    take_in(con, 0, page(0, price("2")))
    take_in(con, 1, page(1, price("3")))
    take_in(con, 20, page(20, price("4")))
    con.execute("DELETE FROM raw.event WHERE kind = 'vendor_change'")  # as if only a newer version derived them
    con.execute("DELETE FROM raw.unmatched_event")
    rebuild(con)
    told = con.execute("SELECT new_amount::DOUBLE, notify FROM raw.event WHERE kind = 'vendor_change' ORDER BY 1")
    assert told.fetchall() == [(3.0, False), (4.0, True)], "of the last week one still hears"
    assert [row["new_value"] for row in outbox.unmatched(con)] == ["4"]


def test_the_same_history_gives_the_same_events_and_tells_them_once(con: duckdb.DuckDBPyConnection, post: Post):
    take_in(con, 0, page(0, price("2"), tuned("3")))
    take_in(con, 1, page(1, price("2"), tuned("4")))
    query = "SELECT event_id FROM raw.event UNION ALL SELECT event_id FROM raw.derived_event ORDER BY 1"
    before = con.execute(query).fetchall()
    assert dispatch.match_unmatched(con, alerts_of(rule()), moment(1)) > 0
    rebuild(con)
    assert con.execute(query).fetchall() == before
    assert outbox.unmatched(con) == []


def moved(con: duckdb.DuckDBPyConnection, count: int, *, day: float = 1) -> None:
    take_in(con, day - 1, page(day - 1, *(price("2", model=f"m{number}") for number in range(count))))
    take_in(con, day, page(day, *(price("3", model=f"m{number}") for number in range(count))))


def test_a_storm_is_one_message_with_counts_and_a_link(con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post):
    alerts = alerts_of(rule(instant=True))
    moved(con, 21)
    dispatch.match_unmatched(con, alerts, moment(1))
    dispatch.send_due(shop, alerts.targets, moment(1))
    (message,) = post.taken.values()
    assert message.subject == "[Demonstration] 21 changes at OpenAI"
    assert message.counts == (("OpenAI: prices up", 21),)
    assert "https://prices.test/changes/" in message.text
    assert "m7" not in message.text
    assert sent(con_of(shop)) == [("all", "team", "sent", 21)]


def con_of(shop: Workshop) -> Any:
    class Asker:
        def execute(self, query: str) -> Any:
            with shop.warehouse() as con:
                rows = con.execute(query).fetchall()

            class Rows:
                def fetchall(self) -> Any:
                    return rows

            return Rows()

    return Asker()


def test_a_digest_is_one_message_a_run_and_instant_is_one_a_look(
    con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post
):
    for sub in ("pricing", "models"):
        quotes = [price("2", model=f"{sub}-{number}") for number in range(2)]
        record(con, read(moment(0), quotes, page=sub))
    take_in(con, 0)
    for sub in ("pricing", "models"):
        quotes = [price("3", model=f"{sub}-{number}") for number in range(2)]
        record(con, read(moment(1), quotes, page=sub))
    take_in(con, 1)
    alerts = alerts_of(rule("digest"), rule("instant", instant=True, send=("hook",)))
    dispatch.match_unmatched(con, alerts, moment(1))
    dispatch.send_due(shop, alerts.targets, moment(1))
    assert len(post.subjects("team")) == 1
    assert len(post.subjects("hook")) == 2


def test_a_daily_digest_waits_for_the_day_to_end_and_is_one(con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post):
    alerts = alerts_of(rule(digest="daily"))
    for day, amount in ((0, "2"), (0.2, "3"), (0.4, "4")):
        take_in(con, day, page(day, price(amount)))
        dispatch.match_unmatched(con, alerts, moment(day))
        dispatch.send_due(shop, alerts.targets, moment(day))
    assert post.wire == []
    dispatch.send_due(shop, alerts.targets, moment(0.76))  # after midnight
    assert post.subjects() == ["[Demonstration] 2 changes at OpenAI"]


def test_muted_and_snoozed_rules_record_and_send_nothing(con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post):
    alerts = alerts_of(
        rule("muted", mute=True),
        rule("snoozed", snooze_until=moment(30).date()),
        rule("hushed"),
        rule("back", mute=False),
    )
    outbox.mute(con, "hushed", is_muted=True, until=None, now=moment(0))
    outbox.mute(con, "back", is_muted=True, until=moment(1).date(), now=moment(0))
    moved(con, 1)
    dispatch.match_unmatched(con, alerts, moment(1))
    assert sent(con) == [
        ("back", "team", "waiting", 1), ("hushed", "team", "muted", 1), ("muted", "team", "muted", 1),
        ("snoozed", "team", "snoozed", 1),
    ]  # fmt: skip
    dispatch.send_due(shop, alerts.targets, moment(1))
    (message,) = post.taken.values()
    assert message.rules == ("back",)


def test_a_dead_channel_is_tried_six_times_and_delays_nobody(
    con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post
):
    operators = Rule(id="operators", match=Match(metric="delivery"), when=When(), send=("team", "hook"))
    alerts = alerts_of(rule(send=("team", "hook")), operators)
    post.down = {"hook"}
    moved(con, 1)
    dispatch.match_unmatched(con, alerts, moment(1))
    minutes = (0, 1, 11, 71, 431, 1871)  # 1 m, 10 m, 1 h, 6 h and 24 h after the attempt before
    for minute in minutes:
        now = moment(1) + timedelta(minutes=minute)
        if minute:
            early = dispatch.send_due(shop, alerts.targets, now - timedelta(seconds=1))
            assert early.failed == 0, f"tried before minute {minute}"
        done = dispatch.send_due(shop, alerts.targets, now)
        assert (done.failed, done.dead) == (1, minute == minutes[-1]), minute
    assert post.subjects("team") == ["[Demonstration] m0 input at OpenAI: $2.00 -> $3.00 per 1M tokens (+50 %)"]
    assert sorted(sent(con)) == [("all", "hook", "dead", 1), ("all", "team", "sent", 1)]
    dispatch.match_unmatched(con, alerts, now)
    dispatch.send_due(shop, alerts.targets, now)
    assert post.subjects("team")[1:] == ["[Demonstration] The channel hook is dead: 6 attempts failed"]
    post.down = set()
    assert outbox.retry(con, now) == 1
    dispatch.send_due(shop, alerts.targets, now)
    dispatch.match_unmatched(con, alerts, now)
    dispatch.send_due(shop, alerts.targets, now)
    assert post.subjects("team")[2:] == ["[Demonstration] The channel hook takes messages again"]
    assert len(post.subjects("hook")) == 1, "the channel itself is not told of its own death"


def test_a_repeat_after_a_timeout_has_the_same_id(con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post):
    alerts = alerts_of(rule())
    moved(con, 2)
    dispatch.match_unmatched(con, alerts, moment(1))
    real, ids = post.send, []

    def arrives_and_says_nothing(target: Target, message: Message, now: datetime) -> None:
        ids.append(message.id)
        real(target, message, now)
        if len(ids) == 1:
            raise channels.NotDelivered("no answer within 15 s: it may have arrived")

    channels.send = arrives_and_says_nothing  # the fixture puts it back
    dispatch.send_due(shop, alerts.targets, moment(1))
    dispatch.send_due(shop, alerts.targets, moment(1) + timedelta(minutes=1))
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len(post.taken) == 1


# Where it dies, and whether after the step is done.
DEATHS = {
    "before its events are written": (ledger, "append_events", False),
    "before history and events are committed": (ledger, "append_events", True),
    "before the deliveries are written": (outbox, "settle", False),
    "once the message is claimed": (dispatch, "message_of", True),
    "once it arrived": (channels, "send", True),  # and nobody knows
    "before it is marked": (outbox, "mark_sent", False),
}


def tick(shop: Workshop, alerts: Alerts, now: datetime) -> None:
    with shop.warehouse() as con:
        refresh(con, postponing=ANSWERS, then=lambda: ledger.append_events(con, tick_id="t", recorded_at=now))
        dispatch.match_unmatched(con, alerts, now)
    dispatch.send_due(shop, alerts.targets, now)


class Died(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("step", DEATHS)
def test_whoever_dies_at_any_step_loses_nothing_and_tells_nothing_twice(
    step: str, shop: Workshop, post: Post, monkeypatch: pytest.MonkeyPatch
):
    """Dies once at the step, runs again a quarter of an hour later; a receiver that drops repeats has each event once."""
    alerts = alerts_of(rule(send=("team", "hook"), instant=True), rule("markups", "markup"))
    deaths = 0

    def die_once(module: Any, name: str, *, after: bool) -> None:
        real = getattr(module, name)

        def dying(*args: Any, **more: Any) -> Any:
            nonlocal deaths
            found = real(*args, **more) if after or deaths else None
            if not deaths:
                deaths += 1
                raise Died
            return found

        monkeypatch.setattr(module, name, dying)

    with shop.warehouse() as con:
        take_in(con, 0, page(0, price("2"), tuned("3")))
        record(con, page(1, price("2"), tuned("4.5")))
    module, name, after = DEATHS[step]
    die_once(module, name, after=after)
    now = moment(1)
    for number in range(3):
        with suppress(Died):
            tick(shop, alerts, now + timedelta(minutes=15 * number))
    assert deaths == 1
    for target in ("team", "hook"):
        assert len(post.subjects(target)) == 1, target
    ledger_rows = con_of(shop).execute("SELECT state, count(*) FROM raw.delivery GROUP BY ALL").fetchall()
    assert ledger_rows == [("sent", 5)]
    repeats = len(post.wire) - len(post.taken)
    assert repeats <= (2 if step in ("once it arrived", "before it is marked") else 0)


def test_rules_that_cannot_be_read_lose_nothing(shop: Workshop, tmp_path: Path, post: Post):
    from dataclasses import replace  # noqa: PLC0415

    from pipeline.errors import UsageFault  # noqa: PLC0415

    file = tmp_path / "alerts.yaml"
    file.write_text("version: 1\nrulez: []\n", encoding="utf-8")
    shop.settings = replace(shop.settings, alerts=file)
    with shop.warehouse() as con:
        moved(con, 1)
    with pytest.raises(UsageFault, match=r"alerts\.yaml, line 2: rulez: this word is not known here"):
        work.deliver(shop, moment(1))
    file.write_text(
        "version: 1\ntargets: {team: {terminal: true}}\nrules: [{id: all, send: [team]}]\n", encoding="utf-8"
    )
    assert work.deliver(shop, moment(1)) == (1, 0)
    assert len(post.subjects()) == 1
    assert work.deliver(shop, moment(1)) == (0, 0)


def test_availability_is_told_with_its_words(con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post):
    take_in(con, 0, page(0, price("2")))
    take_in(con, 1, page(1, price("2"), said=[statement("closed_to_new")]))
    alerts = alerts_of(rule("sale", "availability"))
    assert dispatch.match_unmatched(con, alerts, moment(1)) == 1
    dispatch.send_due(shop, alerts.targets, moment(1))
    (message,) = post.taken.values()
    assert "closed to new" in message.subject
    assert message.items[0].before is None


def test_words_of_a_page_are_text_and_never_markup(con: duckdb.DuckDBPyConnection, shop: Workshop, post: Post):
    evil = "<script>alert(1)</script>\u202e\x1b[31m\r\nBcc: everyone@example.org"
    take_in(con, 0, page(0, price("2", model=evil)))
    take_in(con, 1, page(1, price("3", model=evil)))
    alerts = alerts_of(rule())
    dispatch.match_unmatched(con, alerts, moment(1))
    dispatch.send_due(shop, alerts.targets, moment(1))
    (message,) = post.taken.values()
    assert "<script" not in message.html
    assert "&lt;script&gt;" in message.html
    for letter in ("\x1b", "\u202e", "\r"):
        assert letter not in message.text + message.subject
    assert "\n" not in message.subject
    mail = channels.mail_of(message, moment(1))
    assert "bcc" not in {name.lower() for name in mail}


def test_operators_hear_of_trouble_once_and_once_when_it_is_over(shop: Workshop, post: Post):
    pages = [("openai", "pricing")]
    heard: list[tuple[str, list[str]]] = []

    def tick(day: float, facts: Facts) -> None:
        from warehouse.troubles import append_troubles  # noqa: PLC0415

        with shop.warehouse() as con:
            record(con, facts)
            ids = append_troubles(con, pages, tick_id="t", now=moment(day))
            told = [
                row[0]
                for row in con.execute(
                    "SELECT kind || ' ' || is_over FROM raw.notice WHERE event_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY 1",
                    [ids],
                ).fetchall()
            ]
        if told:
            heard.append((f"day {day:g}", told))

    def failed(day: float, outcome: str = "unreachable") -> Facts:
        return read(moment(day), [], outcome=outcome)

    tick(0, page(0, price("2")))
    for day in (1, 2, 3, 4):
        tick(day, failed(day))
    tick(5, page(5, price("2")))
    tick(6, failed(6, "layout_changed"))
    for day in (7, 8, 9, 10, 11, 12, 13):
        tick(day, failed(day, "layout_changed"))
    tick(14, page(14, price("2")))
    assert heard == [
        ("day 3", ["failing false"]), ("day 5", ["failing true"]), ("day 6", ["changed_shape false"]),
        ("day 12", ["stale false"]), ("day 14", ["changed_shape true", "stale true"]),
    ]  # fmt: skip
