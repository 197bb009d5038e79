"""The chart of a model's markup over time: own readings as they are, lists before them, and the sentence above it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from pipeline.publish.entries import ModelEntry
from pipeline.publish.markup_history import markup_history

Row = dict[str, Any]


def at(day: str) -> datetime:
    return datetime.fromisoformat(day)


def price(series: str, meter: str = "inference_input", **fields: Any) -> Row:
    names = ("product", "method", "technique", "context_band", "time_window", "region", "condition")
    return dict.fromkeys(names) | {
        "series_id": series, "meter": meter, "variant": "fine_tuned", "tier": "standard", "last_verified_at": at("2026-09-01"), **fields,
    }  # fmt: skip


def own(series: str, ratio: float | None, since: str, until: str | None = None) -> Row:
    return {
        "tuned_series_id": series,
        "ratio": ratio,
        "valid_from": at(since),
        "valid_to": None if until is None else at(until),
    }


def listed(series: str, ratio: float | None, since: str, until: str | None, feed: str = "litellm") -> Row:
    return {
        "series_id": series, "feed": feed, "feed_words": "A list", "feed_place": 1 if feed == "litellm" else 2,
        "model": "ft:m", "ratio": ratio, "valid_from": date.fromisoformat(since),
        "valid_to": None if until is None else date.fromisoformat(until), "last_seen_on": date(2026, 11, 1),
    }  # fmt: skip


def entry(*rows: Row, ratios: list[Row], before: list[Row] | None = None) -> ModelEntry:
    lists = [{"feed": "litellm", "feed_words": "A list", "feed_url": "https://list.test/"}]
    return ModelEntry(
        key=("openai", "m", None),
        path="m/",
        history=list(rows),
        ratios=ratios,
        listed_ratios=before or [],
        listed=lists,
    )


def test_what_moved_is_what_its_pages_showed_and_lists_are_told_apart():
    before = [listed("a", 1.0, "2024-12-09", "2025-12-14"), listed("a", 6.0, "2025-12-14", None)]
    found = markup_history(entry(price("a"), ratios=[own("a", 6.0, "2026-05-29")], before=before))
    assert found is not None
    assert found.moved == "It has not moved since. A third party’s list gave before: Input, 1× to 6×."
    assert found.since == at("2026-05-29")
    assert found.lists == (("A list", "https://list.test/"),)
    assert ["1×, by A list", "6×, by A list", "6×"] == [row.value for row in found.rows]
    assert found.wide is not None
    (line,) = found.wide.lines
    assert (line.value, bool(line.listed), bool(line.solid)) == ("6×", True, True)
    assert {"0×", "2×", "4×", "6×"} == {words for _, words in found.wide.y_ticks}


def test_a_move_of_its_own_is_told():
    ratios = [own("a", 2.0, "2026-05-29", "2026-07-01"), own("a", 1.5, "2026-07-01")]
    found = markup_history(entry(price("a"), ratios=ratios))
    assert found is not None
    assert found.moved == "Moved: Input, 2× to 1.5×."
    assert found.lists == ()
    assert ["until 2026-07-01", "holds"] == [row.until for row in found.rows]


def test_a_list_says_nothing_of_the_time_in_which_the_page_was_read():
    found = markup_history(
        entry(price("a"), ratios=[own("a", 2.0, "2026-05-29")], before=[listed("a", 9.0, "2026-06-01", None)])
    )
    assert found is not None
    assert ["2×"] == [row.value for row in found.rows]


def test_of_two_lists_the_first_speaks():
    before = [listed("a", 3.0, "2024-01-01", None, feed="tokencost"), listed("a", 2.0, "2025-01-01", None)]
    found = markup_history(entry(price("a"), ratios=[], before=before))
    assert found is not None
    assert ["2×, by A list"] == [row.value for row in found.rows]


@pytest.mark.parametrize(
    "rows",
    [[], [price("a", tier="batch")], [price("a", variant="base")], [price("a", meter="training_tokens")]],
    ids=["nothing", "another tier", "the base", "training"],
)
def test_without_a_tuned_price_of_the_standard_tier_there_is_none(rows: list[Row]):
    assert markup_history(entry(*rows, ratios=[own("a", 2.0, "2026-05-29")])) is None


def test_an_unknown_ratio_is_no_step():
    assert markup_history(entry(price("a"), ratios=[own("a", None, "2026-05-29")])) is None
