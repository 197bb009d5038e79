"""The drawing of what is said about buying a model: bars for as long as it stood there, marks on the days it names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pipeline.publish.timeline import NARROW, WIDE, timelines

Row = dict[str, Any]


def said(kind: str, since: str, until: str, *, day: str | None = None, gone: str | None = None, **fields: Any) -> Row:
    evidence = dict.fromkeys(("quoted", "place", "source_url", "sha256", "read_at", "parser_version"))
    return evidence | {
        "kind": kind, "model": "m", "variant": None, "in_effect": False,
        "stated_date": None if day is None else date.fromisoformat(day),
        "first_seen_at": datetime.fromisoformat(since), "last_seen_at": datetime.fromisoformat(until),
        "gone_at": None if gone is None else datetime.fromisoformat(gone), **fields,
    }  # fmt: skip


TODAY = date(2026, 9, 1)
ENDS = said("training_ends", "2026-05-01", "2026-08-01", day="2027-01-06")
OVER = said("deprecated", "2026-03-01", "2026-04-01", gone="2026-05-01", variant="base")


def test_a_bar_lies_where_the_statement_stood_and_a_mark_on_its_day():
    found = timelines([ENDS, OVER], TODAY)
    assert found is not None
    first, second = found.wide.statements
    assert ("deprecated", "off", False, None) == (first.words, first.tone, first.is_open, first.day)
    assert ("training ends 2027-01-06", True) == (second.words, second.is_open)
    start, width = first.bar
    assert start == 4.0
    assert start + width == second.bar[0]  # the one was gone when the other was first read
    assert second.bar[0] + second.bar[1] < found.wide.today < (second.day or 0)
    assert second.day == WIDE - 8.0


def test_both_widths_hold_the_same_and_say_it_in_words():
    found = timelines([ENDS, OVER], TODAY)
    assert found is not None
    assert (WIDE, NARROW) == (found.wide.width, found.narrow.width)
    for drawn in (found.wide, found.narrow):
        assert all(4 <= one.words_x and one.words_x + 6.3 * len(one.words) <= drawn.width for one in drawn.statements)
    assert [one.words for one in found.wide.statements] == [one.words for one in found.narrow.statements]
    for words in ("deprecated", "no longer stated at the look of 2026-05-01", "training ends 2027-01-06"):
        assert words in found.words


def test_a_single_look_is_still_seen():
    found = timelines([said("on_sale", "2026-08-01", "2026-08-01"), ENDS], TODAY)
    assert found is not None
    assert all(one.bar[1] > 0 for one in found.wide.statements)


def test_whose_it_is_stands_where_two_statements_sound_alike():
    found = timelines([{**ENDS, "variant": "base"}, {**ENDS, "variant": "fine_tuned"}, OVER], TODAY)
    assert found is not None
    assert ["deprecated", "training ends 2027-01-06, base models", "training ends 2027-01-06, tuned models"] == sorted(
        one.words for one in found.wide.statements
    )


def test_nothing_is_drawn_of_nothing_or_of_less_than_a_day():
    assert timelines([], TODAY) is None
    assert timelines([ENDS], None) is None
    assert timelines([said("on_sale", "2026-09-01 06:00", "2026-09-01 07:00")], TODAY) is None
