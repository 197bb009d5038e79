"""The geometry of charts: steps not slopes, gaps as gaps, uncertainty shown, few bytes."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from pipeline.publish.charts import Series, Step, sparkline, step_chart, strip_runs
from tests.toy_site import at


def step(amount: str, since: str, until: str, before: str | None = None) -> Step:
    return Step(amount=Decimal(amount), since=at(since), until=at(until), not_before=at(before) if before else None)


def line(*steps: Step) -> Series:
    return Series(label="Input", value="$1.00", steps=steps)


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


def test_a_move_between_two_looks_is_dashed_over_a_hatched_band():
    moved = line(step("4", "2026-01-01", "2026-03-01"), step("2", "2026-03-01", "2026-05-01", before="2026-02-01"))
    chart = step_chart([moved], width=500, height=200, room=0)
    assert chart is not None
    (drawn,) = chart.lines
    assert 1 == len(chart.bands)
    start, width = chart.bands[0]
    assert 2 == drawn.solid.count("M") == drawn.solid.count("H")
    assert "V" not in drawn.solid, "the step itself was not observed"
    assert re.fullmatch(r"M[\d.]+ [\d.]+H[\d.]+V[\d.]+", drawn.dashed)
    assert start == numbers(drawn.dashed)[0]
    assert start + width == pytest.approx(numbers(drawn.dashed)[2], abs=0.1)
    assert 1 == len(drawn.dots)


def test_what_was_not_read_is_not_drawn():
    gone = line(step("4", "2026-01-01", "2026-02-01"), step("4", "2026-04-01", "2026-05-01", before="2026-03-01"))
    chart = step_chart([gone], width=500, height=200, room=0)
    assert chart is not None
    assert "" == chart.lines[0].dashed
    ends = numbers(chart.lines[0].solid)
    assert ends[2] < ends[3], "there is a gap between the two pieces"
    assert chart.has_gaps
    bars = numbers(chart.lines[0].bars.replace("v", " "))
    assert [bars[0], bars[3]] == [ends[2], ends[3]], "a bar at each end of it"
    assert not chart.has_moves, "it came back at the same price"


def test_a_list_is_a_line_of_its_own_kind_and_a_gap_in_it_is_a_gap():
    listed = [
        Step(amount=Decimal(amount), since=at(since), until=at(until), not_before=at(before) if before else None, is_listed=True)
        for amount, since, until, before in (
            ("4", "2024-01-01", "2024-06-01", None),
            ("3", "2024-06-20", "2024-09-01", "2024-06-01"),  # its move lies between two snapshots
            ("3", "2025-03-01", "2026-01-01", None),  # it was gone from the list
        )
    ]  # fmt: skip
    chart = step_chart([line(*listed, step("3", "2026-01-01", "2026-05-01"))], width=500, height=200, room=0)
    assert chart is not None
    (drawn,) = chart.lines
    assert (drawn.listed.count("M"), drawn.solid.count("M"), drawn.bars.count("M")) == (3, 1, 2)
    assert numbers(drawn.solid)[0] == numbers(drawn.listed)[-1], "the seller's own line begins where the list's ends"
    assert (chart.has_gaps, chart.has_moves, len(chart.bands)) == (True, True, 1)


def test_the_axis_starts_at_zero_and_holds_every_amount():
    for amount in ("0.2", "0.75", "1", "3", "12", "25", "100", "4999"):
        chart = step_chart([line(step(amount, "2026-01-01", "2026-05-01"))], width=500, height=200, room=0)
        assert chart is not None
        assert not chart.is_log
        assert "$0" == chart.y_ticks[0][1].split(".")[0]
        assert chart.bottom == chart.y_ticks[0][0]
        assert chart.top - 0.1 <= chart.lines[0].end_y <= chart.bottom
        assert 3 <= len(chart.y_ticks) <= 6


def test_a_wide_range_is_logarithmic_and_zero_never_is():
    steps = [line(step(amount, "2026-01-01", "2026-05-01")) for amount in ("0.04", "3", "400")]
    chart = step_chart(steps, width=500, height=200, room=0)
    assert chart is not None
    assert chart.is_log
    assert all(chart.top <= drawn.end_y <= chart.bottom for drawn in chart.lines)
    free = step_chart([*steps, line(step("0", "2026-01-01", "2026-05-01"))], width=500, height=200, room=0)
    assert free is not None
    assert not free.is_log


def test_end_labels_do_not_overlap():
    same = [line(step(amount, "2026-01-01", "2026-05-01")) for amount in ("3", "3.01", "3.02", "3", "0.01")]
    chart = step_chart(same, width=500, height=200, room=100)
    assert chart is not None
    places = sorted(drawn.label_y for drawn in chart.lines)
    assert all(after - before >= 14.9 for before, after in pairwise(places))


def test_under_a_day_of_history_there_is_nothing_to_draw():
    assert step_chart([], width=500, height=200, room=0) is None
    short = Step(amount=Decimal(1), since=at("2026-01-01", 1), until=at("2026-01-01", 9))
    assert step_chart([line(short)], width=500, height=200, room=0) is None


def test_coordinates_are_rounded():
    chart = step_chart([line(step("3", "2026-01-01", "2026-02-11"), step("1", "2026-02-11", "2026-05-03"))], width=733, height=211, room=0)  # fmt: skip
    assert chart is not None
    for number in re.findall(r"\d+\.\d+", chart.lines[0].solid + chart.lines[0].dashed):
        assert 1 == len(number.partition(".")[2])


def test_a_sparkline_is_small_and_silent_where_nothing_moved():
    days = [datetime.fromisoformat(f"2026-{month:02}-01") for month in range(1, 13)] * 3
    steps = [Step(amount=Decimal(index % 7 + 1), since=day.replace(year=2024 + index // 12), until=day.replace(year=2027)) for index, day in enumerate(days)]  # fmt: skip
    path = sparkline(steps)
    assert path is not None
    assert len(f'<svg class="spark" viewBox="0 0 72 18" aria-hidden="true"><path d="{path}"/></svg>') < 400
    assert sparkline(steps[:1]) is None


def test_a_strip_is_a_handful_of_runs():
    assert [("g", 0, 3), ("-", 3, 1), ("f", 4, 2)] == strip_runs("ggg-ff")
