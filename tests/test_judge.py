"""The judge: what is believed at once, what waits for a second reading, what only a person lets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge import (
    Announced,
    AnnouncedKey,
    Reader,
    Standing,
    Verdict,
    is_power_of_ten,
    judge_reading,
    reads_apart,
    value_of,
)
from pipeline.page_shape import is_seen_before, page_fault
from scrapers.contract import Evidence, Meter, Quote, ValueState, Variant

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def quote(amount: str | None, *, model: str = "m", meter: Meter = Meter.INFERENCE_INPUT, **more: object) -> Quote:
    value = None if amount is None else Decimal(amount)
    state = ValueState.NOT_PRINTED if value is None else ValueState.PRICED if value else ValueState.FREE
    fields: dict[str, object] = {
        "provider": "seller",
        "model": model,
        "meter": meter,
        "variant": Variant.BASE,
        "tier": "standard",
        "amount": value,
        "value_state": state,
        "raw_text": f"${amount}",
        "raw_unit": "1M tokens",
        "evidence": Evidence(
            quoted=f"{model} ${amount}",
            place="row",
            url="https://x.test/",
            fetched_at=NOON,
            sha256="0" * 64,
            parser_version="s/1",
        ),
    }
    return Quote(**(fields | more))  # type: ignore[arg-type]  # a test's shorthand


def standing(amount: str | None, *, hours_ago: float = 24, **more: object) -> Standing:
    value = None if amount is None else (Decimal(amount), "priced" if Decimal(amount) else "free")
    fields: dict[str, object] = {
        "accepted": value,
        "accepted_seen_at": NOON - timedelta(hours=hours_ago),
    }
    return Standing(**(fields | more))  # type: ignore[arg-type]  # a test's shorthand


def reader(*, was_conditional: bool = False, gap: timedelta = HOUR) -> Reader:
    return Reader(read_at=NOON, was_conditional=was_conditional, last_read_at=NOON - gap)


def judge_one(new: Quote, before: Standing | None, *, was_conditional: bool = False) -> Verdict | None:
    by = reader(was_conditional=was_conditional)
    verdicts = judge_reading([new], {} if before is None else {new.series_id: before}, by, {})
    assert len(verdicts) <= 1
    return verdicts[0] if verdicts else None


def reads_before(reads: int, *, apart: timedelta = HOUR) -> tuple[datetime, ...]:
    return tuple(NOON - apart * number for number in range(reads, 0, -1))


def pending(amount: str, reads: int, *, apart: timedelta = HOUR, gap: timedelta = HOUR) -> dict[str, object]:
    """A run of so many equal reads, `apart`, the first of them `gap` after the page's read before it."""
    read_at = reads_before(reads, apart=apart)
    return {
        "run_value": (Decimal(amount), "priced"),
        "run_reads": read_at,
        "run_after": read_at[0] - gap if read_at else None,
    }


def test_the_first_sight_of_a_price_is_accepted():
    found = judge_one(quote("3"), None)
    assert found is not None
    assert ("accepted", "first_sight") == (found.verdict, found.rule)


def test_an_equal_reading_needs_no_judgement():
    assert judge_one(quote("3.00"), standing("3")) is None


def test_a_move_waits_for_a_second_reading_in_another_tick():
    found = judge_one(quote("3.60"), standing("3"))
    assert found is not None
    assert ("held", "unconfirmed") == (found.verdict, found.rule)


def test_the_second_equal_reading_confirms_a_move():
    found = judge_one(quote("3.60"), standing("3", **pending("3.60", 1)))
    assert found is not None
    assert ("accepted", "confirmed") == (found.verdict, found.rule)


def test_a_conditional_second_reading_does_not_confirm():
    held = standing(
        "3", last_verdict="held", last_rule="unconfirmed", last_value=(Decimal("3.6"), "priced"), **pending("3.6", 1)
    )
    assert judge_one(quote("3.6"), held, was_conditional=True) is None, "the hold still stands, and is not said twice"


def test_an_emptied_cell_waits_for_a_third_reading():
    """As a row that is gone does: a dash is often a table that was not filled in yet."""
    found = []
    for reads in (0, 1, 2):
        run = {**pending("3", reads), "run_value": (None, "not_printed")} if reads else {}
        verdict = judge_one(quote(None), standing("3", **run))
        assert verdict is not None
        found.append((verdict.verdict, verdict.rule))
    assert found == [("held", "unconfirmed"), ("held", "unconfirmed"), ("accepted", "confirmed")]


def test_flapping_never_confirms():
    found = judge_one(quote("3.70"), standing("3", **pending("3.60", 1)))
    assert found is not None
    assert ("held", "unconfirmed") == (found.verdict, found.rule)


@pytest.mark.parametrize("new", ["30", "300", "3000", "0.3", "0.003"])
def test_an_exact_power_of_ten_is_held_however_often_it_is_read(new: str):
    for reads in (0, 1, 4, 40):
        found = judge_one(quote(new), standing("3", **pending(new, reads)))
        assert found is not None
        assert ("held", "power_of_ten") == (found.verdict, found.rule)


def test_an_exact_power_of_ten_is_held_after_a_long_gap_too():
    found = judge_one(quote("3000"), standing("3", hours_ago=24 * 60))
    assert found is not None
    assert found.rule == "power_of_ten"


def test_a_changed_printed_unit_releases_no_power_of_ten():
    """The page prints the old figure per 1K tokens: its price per 1M tokens is a thousand times what it was."""
    gap = timedelta(days=60)
    found = judge_one(
        quote("3000", raw_unit="per 1K tokens"), standing("3", hours_ago=24 * 60, **pending("3000", 40, gap=gap))
    )
    assert found is not None
    assert ("held", "power_of_ten") == (found.verdict, found.rule)
    assert judge_one(quote("3", raw_unit="per 1K tokens"), standing("3")) is None, "the same price, printed otherwise"


@pytest.mark.parametrize(
    ("new", "reads", "expected"), [("13", 1, "held"), ("13", 3, "held"), ("13", 4, "accepted"), ("0.7", 4, "accepted")]
)
def test_a_jump_outside_the_gate_is_released_by_five_equal_readings(new: str, reads: int, expected: str):
    found = judge_one(quote(new), standing("3", **pending(new, reads, apart=timedelta(days=1))))
    assert found is not None
    assert expected == found.verdict
    assert found.rule.startswith("ratio")


@pytest.mark.parametrize("new", ["5.7", "12", "0.75"])
def test_a_rise_of_90_to_300_percent_is_ordinary(new: str):
    found = judge_one(quote(new), standing("3", **pending(new, 1)))
    assert found is not None
    assert found.verdict == "accepted"


def test_a_fall_to_zero_is_held():
    found = judge_one(quote("0"), standing("3"))
    assert found is not None
    assert ("held", "fall_to_zero") == (found.verdict, found.rule)


def test_after_a_gap_of_more_than_a_week_the_gate_is_open():
    found = judge_one(quote("13"), standing("3", hours_ago=24 * 8, **pending("13", 1, gap=timedelta(days=8))))
    assert found is not None
    assert ("accepted", "confirmed") == (found.verdict, found.rule)


def test_a_doubted_row_waits_for_a_person_and_holds_nothing_else():
    doubted, sound = quote("3", model="a", doubt="full over LoRA is 0.8"), quote("4", model="b")
    verdicts = judge_reading([doubted, sound], {}, reader(), {})
    assert {"a": "held", "b": "accepted"} == {found.quote.model: found.verdict for found in verdicts if found.quote}


def test_a_doubted_row_that_a_person_accepted_is_not_held_again():
    assert judge_one(quote("3", doubt="full over LoRA is 0.8"), standing("3")) is None


def test_a_refused_value_stays_refused_without_another_word():
    assert judge_one(quote("9"), standing("3", last_verdict="refused", last_value=(Decimal(9), "priced"))) is None


def test_cached_input_dearer_than_input_is_held():
    cached = quote("44", meter=Meter.INFERENCE_CACHED_INPUT)
    verdicts = judge_reading([quote("1.375"), cached], {}, reader(), {})
    assert [("accepted", "first_sight"), ("held", "cached_over_input")] == [(v.verdict, v.rule) for v in verdicts]


def test_a_tuned_price_over_ten_times_its_base_is_held():
    tuned = quote("5.5", model="t", variant=Variant.FINE_TUNED, base_model="m")
    verdicts = judge_reading([quote("0.15"), tuned], {}, reader(), {})
    assert [("accepted", "first_sight"), ("held", "tuned_over_base")] == [(v.verdict, v.rule) for v in verdicts]


def storm(moved: int, of: int, reads: int = 0, **more: object) -> list[Verdict]:
    quotes = [quote("3.6" if index < moved else "3", model=f"m{index}") for index in range(of)]
    waiting: dict[str, object] = {}
    if reads:
        held = {"last_verdict": "held", "last_rule": "storm", "last_value": (Decimal("3.6"), "priced")}
        waiting = pending("3.6", reads, apart=timedelta(days=1)) | held
    before = {
        one.series_id: standing("3", hours_ago=24 * (reads + 1), **((waiting | more) if index < moved else {}))
        for index, one in enumerate(quotes)
    }
    return judge_reading(quotes, before, reader(), {})


def test_forty_percent_of_a_page_moving_at_once_is_held_whole():
    assert {"storm"} == {found.rule for found in storm(4, 10)}


def test_two_prices_are_never_a_storm():
    assert {"unconfirmed"} == {found.rule for found in storm(2, 3)}


def test_a_price_that_moves_again_within_a_storm_is_in_it_still():
    """A page that is broken for days and flaps in its wrong columns: two equal readings of it confirm nothing."""
    storms = {"last_verdict": "held", "last_rule": "storm", "last_value": (Decimal("3.6"), "priced")}
    found = judge_one(quote("3.7"), standing("3", **storms, **pending("3.6", 1)))
    assert found is not None
    assert ("held", "storm") == (found.verdict, found.rule)
    found = judge_one(quote("3.7"), standing("3", **storms))  # it was back at 3 in between
    assert found is not None
    assert ("held", "unconfirmed") == (found.verdict, found.rule)


def test_a_storm_is_released_by_five_equal_readings():
    assert storm(4, 10, reads=3) == [], "the hold stands, and is not said twice"
    assert {("accepted", "storm_released")} == {(found.verdict, found.rule) for found in storm(4, 10, reads=4)}


@pytest.mark.parametrize(("absent", "expected"), [(0, []), (1, []), (2, ["ended"])])
def test_a_row_that_is_gone_ends_after_three_good_readings(absent: int, expected: list[str]):
    gone, there = quote("3", model="gone"), quote("4", model="there")
    before = {gone.series_id: standing("3", absent_reads=reads_before(absent)), there.series_id: standing("4")}
    verdicts = judge_reading([there], before, reader(), {})
    assert expected == [found.verdict for found in verdicts]


def test_a_price_announced_for_later_is_not_judged_as_todays():
    later = quote("5", effective_from=NOON.date() + timedelta(days=30))
    verdicts = judge_reading([quote("3"), later], {later.series_id: standing("3")}, reader(), {})
    assert [later] == [found.quote for found in verdicts]


@given(
    st.decimals(min_value="0.001", max_value="10000", places=3),
    st.decimals(min_value="0.001", max_value="10000", places=3),
)
def test_no_reading_is_both_accepted_and_a_slip(old: Decimal, new: Decimal):
    found = judge_one(quote(str(new)), standing(str(old), **pending(str(new), 1)))
    if new == old:
        assert found is None
    else:
        assert found is not None
        slipped = is_power_of_ten(new / old)
        outside = not Decimal("0.25") <= new / old <= 4
        assert ("held" if slipped or outside else "accepted") == found.verdict


@given(st.integers(min_value=-8, max_value=8), st.decimals(min_value="0.001", max_value="999", places=3))
def test_powers_of_ten_are_recognised_exactly(exponent: int, amount: Decimal):
    assert (exponent != 0) == is_power_of_ten(amount.scaleb(exponent) / amount)


def test_a_lost_section_is_a_changed_layout_and_a_shorter_page_is_suspect_once():
    before = {"base": 30, "tuned": 10}
    assert page_fault({"base": 30}, before, seen_before=False) == (
        "layout_changed",
        "the section tuned of the last good reading is not on the page",
    )
    shrunk = page_fault({"base": 20, "tuned": 5}, before, seen_before=False)
    assert shrunk is not None
    assert shrunk[0] == "suspect"
    assert page_fault({"base": 20, "tuned": 5}, before, seen_before=True) is None
    assert page_fault({"base": 29, "tuned": 9}, before, seen_before=False) is None
    assert page_fault({"base": 1}, None, seen_before=False) is None


@pytest.mark.parametrize("seen_before", [False, True])
def test_fewer_rows_with_another_parser_wait_for_a_person(seen_before: bool):
    found = page_fault({"base": 3}, {"base": 30}, seen_before=seen_before, is_other_parser=True)
    assert found is not None
    assert found[0] == "layout_changed"
    assert page_fault({"base": 29}, {"base": 30}, seen_before=seen_before, is_other_parser=True) is None


@pytest.mark.parametrize(
    ("suspects", "expected"),
    [
        ([], False),
        ([(1, 20)], True),
        ([(0.5, 20)], False),  # half an hour ago is the same read again
        ([(1, 20), (0.5, 20)], True),
        ([(2, 20), (1, 21)], False),  # the newest of them found something else
        ([(2, 21), (1, 20)], True),
    ],
)
def test_a_shrunken_page_is_believed_when_the_suspect_reading_before_found_as_many_rows(
    suspects: list[tuple[float, int]], expected: bool
):
    before = [(NOON - HOUR * hours, {"base": rows}) for hours, rows in suspects]
    assert expected == is_seen_before({"base": 20}, before, NOON)


@pytest.mark.parametrize(
    ("minutes", "expected"), [([], 0), ([0], 1), ([0, 44], 1), ([0, 45], 2), ([0, 30, 60], 2), ([90, 0, 5, 45], 3)]
)
def test_reads_count_where_they_are_nearly_an_hour_apart(minutes: list[int], expected: int):
    assert expected == reads_apart([NOON + timedelta(minutes=minute) for minute in minutes])


def test_five_runs_in_a_minute_release_nothing():
    seconds = timedelta(seconds=10)
    found = judge_one(quote("13"), standing("3", **pending("13", 9, apart=seconds)))
    assert found is not None
    assert ("held", "ratio") == (found.verdict, found.rule)
    found = judge_one(quote("3.6"), standing("3", **pending("3.6", 9, apart=seconds)))
    assert found is not None
    assert ("held", "unconfirmed") == (found.verdict, found.rule)


def test_a_row_that_is_missing_three_times_in_a_minute_is_not_gone():
    gone, there = quote("3", model="gone"), quote("4", model="there")
    absent = reads_before(9, apart=timedelta(seconds=10))
    before = {gone.series_id: standing("3", absent_reads=absent), there.series_id: standing("4")}
    assert judge_reading([there], before, reader(), {}) == []


@pytest.mark.parametrize(("has_unconditional", "expected"), [(False, "held"), (True, "accepted")])
def test_a_hold_is_released_only_by_readings_of_which_one_was_fetched_whole(has_unconditional: bool, expected: str):
    before = standing("3", run_has_unconditional=has_unconditional, **pending("13", 5, apart=timedelta(days=1)))
    found = judge_one(quote("13"), before, was_conditional=True)
    assert found is not None
    assert expected == found.verdict


@pytest.mark.parametrize("value", ["300", "0.3"])
def test_a_price_that_comes_back_as_a_power_of_ten_of_what_it_was_is_held(value: str):
    before = Standing(previous=Decimal(3), previous_seen_at=NOON - timedelta(days=90))
    found = judge_one(quote(value), before)
    assert found is not None
    assert ("held", "power_of_ten") == (found.verdict, found.rule)


def test_a_price_that_comes_back_elsewhere_is_held_after_days_and_taken_after_months():
    def found(days: int) -> str:
        seen_at = NOON - timedelta(days=days)
        verdict = judge_one(quote("20"), Standing(previous=Decimal(3), previous_seen_at=seen_at))
        assert verdict is not None
        return f"{verdict.verdict} {verdict.rule}"

    assert [found(3), found(90)] == ["held ratio", "accepted first_sight"]


def test_a_price_that_was_free_or_not_printed_meanwhile_is_held_against_what_it_was():
    for meanwhile in ((Decimal(0), "free"), (None, "not_printed")):
        before = standing(None, accepted=meanwhile, previous=Decimal(3))
        found = judge_one(quote("3000"), before)
        assert found is not None
        assert ("held", "power_of_ten") == (found.verdict, found.rule)


def test_a_value_that_follows_a_long_hold_is_not_after_a_gap():
    """The accepted price was last seen eight days ago, and the page was read on each of them."""
    before = standing("3", hours_ago=24 * 8, **pending("19", 1))
    found = judge_one(quote("19"), before)
    assert found is not None
    assert ("held", "ratio") == (found.verdict, found.rule)


def test_ratios_are_told_without_an_exponent():
    found = judge_one(quote("60"), standing("3"))
    assert found is not None
    assert found.reason == "3 to 60 is 20 times, outside 0.25 to 4"


def test_what_was_read_before_or_refused_is_no_storm():
    refused = {"last_verdict": "refused", "last_value": (Decimal("3.6"), "priced")}
    assert storm(4, 10, **refused) == []
    assert {"storm"} == {found.rule for found in storm(4, 10)}
    waiting = pending("3.6", 1)
    assert {"confirmed"} == {found.rule for found in storm(4, 10, **waiting)}


IN_A_MONTH = date(2026, 12, 23)


def announced(amount: str, day: date = IN_A_MONTH, **more: object) -> Quote:
    return quote(amount, effective_from=day, **more)


def key_of(one: Quote) -> AnnouncedKey:
    assert one.effective_from is not None
    return (one.series_id, one.effective_from, value_of(one))


def judge_announced(
    later: Quote, known: Announced | None = None, *, was_conditional: bool = False, today: str | None = "3"
) -> tuple[str, str] | None:
    """The verdict on a price announced beside one of 3 that stands."""
    quotes = [later] if today is None else [quote(today), later]
    by = reader(was_conditional=was_conditional)
    verdicts = judge_reading(quotes, {later.series_id: standing("3")}, by, {}, {key_of(later): known} if known else {})
    found = [verdict for verdict in verdicts if verdict.announced_for]
    assert len(found) == len(verdicts) <= 1
    if not found:
        return None
    assert (found[0].announced_for, found[0].quote) == (later.effective_from, later)
    assert found[0].reason.startswith(f"announced for {later.effective_from}: ")
    return found[0].verdict, found[0].rule


def test_an_announced_price_waits_for_a_second_reading():
    later = announced("5")
    assert judge_announced(later) == ("held", "unconfirmed")
    once = Announced(run_reads=reads_before(1), last_verdict="held", last_rule="unconfirmed")
    assert judge_announced(later, once) == ("accepted", "confirmed")
    assert judge_announced(later, once, was_conditional=True) is None, "a 304 confirms nothing"
    seconds = Announced(run_reads=reads_before(5, apart=timedelta(seconds=9)), last_verdict="held")
    assert judge_announced(later, seconds) == ("held", "unconfirmed")


def test_an_announced_price_that_is_believed_or_refused_needs_no_word():
    assert judge_announced(announced("5"), Announced(is_believed=True, last_verdict="accepted")) is None
    assert judge_announced(announced("3000"), Announced(last_verdict="refused")) is None


def test_one_that_was_taken_back_and_is_announced_again_is_judged_again():
    assert judge_announced(announced("5"), Announced(last_verdict="accepted")) == ("held", "unconfirmed")


@pytest.mark.parametrize("today", ["3", None])
def test_an_announced_power_of_ten_is_held_however_often_it_is_read(today: str | None):
    later = announced("3000")
    assert judge_announced(later, today=today) == ("held", "power_of_ten")
    often = Announced(run_reads=reads_before(40), last_verdict="held", last_rule="unconfirmed")
    assert judge_announced(later, often, today=today) == ("held", "power_of_ten")


def test_an_announced_price_is_held_against_todays_where_both_are_new():
    later = announced("3000")
    verdicts = judge_reading([quote("3"), later], {}, reader(), {})
    assert [("accepted", "first_sight"), ("held", "power_of_ten")] == [(v.verdict, v.rule) for v in verdicts]


@pytest.mark.parametrize(("amount", "rule"), [("19", "ratio"), ("0.5", "ratio"), ("0", "fall_to_zero")])
def test_an_announced_jump_is_released_by_five_equal_readings(amount: str, rule: str):
    later = announced(amount)
    assert judge_announced(later) == ("held", rule)
    days = timedelta(days=1)
    assert judge_announced(later, Announced(run_reads=reads_before(3, apart=days))) == ("held", rule)
    assert judge_announced(later, Announced(run_reads=reads_before(4, apart=days))) == ("accepted", f"{rule}_released")


def test_an_announced_row_is_held_by_the_rules_of_its_own_day():
    cached = announced("4", meter=Meter.INFERENCE_CACHED_INPUT)
    verdicts = judge_reading([quote("3"), announced("5"), cached], {}, reader(), {})
    assert "cached_over_input" not in {found.rule for found in verdicts}, "4 is dearer than 3, and not than 5"
    verdicts = judge_reading([quote("5"), announced("3"), cached], {}, reader(), {})
    assert "cached_over_input" in {found.rule for found in verdicts if found.quote is cached}


def test_a_doubted_announcement_waits_for_a_person():
    assert judge_announced(announced("5", doubt="full over LoRA is 0.8")) == ("held", "doubt")


def test_a_price_that_is_over_is_not_judged():
    over = quote("5", effective_to=NOON.date() - timedelta(days=1), doubt="full over LoRA is 0.8")
    assert judge_reading([over], {over.series_id: standing("3")}, reader(), {}) == []


def come(amount: str, *, days_late: int = 0, **known: Any) -> tuple[str, str]:
    """The verdict on a price whose announced day fell since the last sight of the old one."""
    today = quote(amount, effective_from=NOON.date() - timedelta(days=days_late))
    states = {key_of(today): replace(Announced(is_believed=not known), **known)}
    (found,) = judge_reading([today], {today.series_id: standing("3")}, reader(), {}, states)
    return found.verdict, found.rule


def test_a_believed_announcement_is_believed_on_its_day():
    assert come("5") == ("accepted", "announced")
    assert come("3000") == ("accepted", "announced"), "a person let it through when it was announced"
    assert come("5", last_verdict="held") == ("held", "unconfirmed")
    assert come("5", days_late=2) == ("held", "unconfirmed"), "the page showed the old price after its day"


def test_a_price_day_that_was_announced_is_no_storm():
    quotes = [quote("3.6", model=f"m{index}", effective_from=NOON.date()) for index in range(9)]
    states = {key_of(one): Announced(is_believed=True) for one in quotes}
    verdicts = judge_reading(quotes, {one.series_id: standing("3") for one in quotes}, reader(), {}, states)
    assert {("accepted", "announced")} == {(found.verdict, found.rule) for found in verdicts}
