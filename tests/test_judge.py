"""The judge: what is believed at once, what waits for a second reading, what only a person lets through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge import Reader, Standing, Verdict, is_power_of_ten, judge_reading, page_fault
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
        "accepted_raw_unit": "1M tokens",
        "accepted_seen_at": NOON - timedelta(hours=hours_ago),
    }
    return Standing(**(fields | more))  # type: ignore[arg-type]  # a test's shorthand


def judge_one(new: Quote, before: Standing | None, *, was_conditional: bool = False) -> Verdict | None:
    reader = Reader(read_at=NOON, was_conditional=was_conditional)
    verdicts = judge_reading([new], {} if before is None else {new.series_id: before}, reader, {})
    assert len(verdicts) <= 1
    return verdicts[0] if verdicts else None


def pending(amount: str, reads: int, *, hours: float = 1) -> dict[str, object]:
    return {
        "run_value": (Decimal(amount), "priced"),
        "run_reads": reads,
        "run_since": NOON - timedelta(hours=hours),
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


def test_a_changed_printed_unit_releases_a_power_of_ten():
    before = standing("3", hours_ago=24 * 60, accepted_raw_unit="1K tokens", **pending("3000", 1))
    found = judge_one(quote("3000"), before)
    assert found is not None
    assert ("accepted", "confirmed") == (found.verdict, found.rule)


@pytest.mark.parametrize(
    ("new", "reads", "expected"), [("13", 1, "held"), ("13", 3, "held"), ("13", 4, "accepted"), ("0.7", 4, "accepted")]
)
def test_a_jump_outside_the_gate_is_released_by_five_equal_readings(new: str, reads: int, expected: str):
    found = judge_one(quote(new), standing("3", **pending(new, reads, hours=24 * reads)))
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
    found = judge_one(quote("13"), standing("3", hours_ago=24 * 8, **pending("13", 1)))
    assert found is not None
    assert ("accepted", "confirmed") == (found.verdict, found.rule)


def test_a_doubted_row_waits_for_a_person_and_holds_nothing_else():
    doubted, sound = quote("3", model="a", doubt="full over LoRA is 0.8"), quote("4", model="b")
    verdicts = judge_reading([doubted, sound], {}, Reader(read_at=NOON, was_conditional=False), {})
    assert {"a": "held", "b": "accepted"} == {found.quote.model: found.verdict for found in verdicts if found.quote}


def test_a_doubted_row_that_a_person_accepted_is_not_held_again():
    assert judge_one(quote("3", doubt="full over LoRA is 0.8"), standing("3")) is None


def test_a_refused_value_stays_refused_without_another_word():
    assert judge_one(quote("9"), standing("3", last_verdict="refused", last_value=(Decimal(9), "priced"))) is None


def test_cached_input_dearer_than_input_is_held():
    cached = quote("44", meter=Meter.INFERENCE_CACHED_INPUT)
    verdicts = judge_reading([quote("1.375"), cached], {}, Reader(read_at=NOON, was_conditional=False), {})
    assert [("accepted", "first_sight"), ("held", "cached_over_input")] == [(v.verdict, v.rule) for v in verdicts]


def test_a_tuned_price_over_ten_times_its_base_is_held():
    tuned = quote("5.5", model="t", variant=Variant.FINE_TUNED, base_model="m")
    verdicts = judge_reading([quote("0.15"), tuned], {}, Reader(read_at=NOON, was_conditional=False), {})
    assert [("accepted", "first_sight"), ("held", "tuned_over_base")] == [(v.verdict, v.rule) for v in verdicts]


def storm(moved: int, of: int, reads: int = 0) -> list[Verdict]:
    quotes = [quote("3.6" if index < moved else "3", model=f"m{index}") for index in range(of)]
    before = {
        one.series_id: standing(
            "3", hours_ago=24 * (reads + 1), **(pending("3.6", reads, hours=24 * reads) if index < moved else {})
        )
        for index, one in enumerate(quotes)
    }
    return judge_reading(quotes, before, Reader(read_at=NOON, was_conditional=False), {})


def test_forty_percent_of_a_page_moving_at_once_is_held_whole():
    assert {"storm"} == {found.rule for found in storm(4, 10)}


def test_two_prices_are_never_a_storm():
    assert {"unconfirmed"} == {found.rule for found in storm(2, 3)}


def test_a_storm_is_released_by_five_equal_readings():
    assert {("held", "storm")} == {(found.verdict, found.rule) for found in storm(4, 10, reads=3)}
    assert {("accepted", "storm_released")} == {(found.verdict, found.rule) for found in storm(4, 10, reads=4)}


@pytest.mark.parametrize(("absent", "expected"), [(0, []), (1, []), (2, ["ended"])])
def test_a_row_that_is_gone_ends_after_three_good_readings(absent: int, expected: list[str]):
    gone, there = quote("3", model="gone"), quote("4", model="there")
    before = {gone.series_id: standing("3", absent_reads=absent), there.series_id: standing("4")}
    verdicts = judge_reading([there], before, Reader(read_at=NOON, was_conditional=False), {})
    assert expected == [found.verdict for found in verdicts]


def test_a_price_announced_for_later_is_not_judged_as_todays():
    later = quote("5", effective_from=NOON.date() + timedelta(days=30))
    assert judge_one(later, standing("3", absent_reads=-1)) is None


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
