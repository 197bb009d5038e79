"""Of several dated prices the latest that holds counts, and those announced."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.effective import standing
from scrapers.errors import ConflictingQuotes

MAY, JUNE, AUGUST = date(2026, 5, 1), date(2026, 6, 1), date(2026, 8, 1)


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 4, 30), [MAY, JUNE, AUGUST]),
        (MAY, [MAY, JUNE, AUGUST]),
        (date(2026, 6, 30), [JUNE, AUGUST]),
        (AUGUST, [AUGUST]),
    ],
)
def test_old_prices_are_history(today, days):
    dated = [(AUGUST, "3"), (MAY, "1"), (JUNE, "2"), (MAY, "1")]

    assert [day for day, _ in standing(dated, today, where="x")] == days


def test_a_price_without_a_day_is_older_than_any_with_one():
    assert standing([(None, "1")], MAY, where="x") == [(None, "1")]
    assert standing([(None, "1"), (JUNE, "2")], MAY, where="x") == [(None, "1"), (JUNE, "2")]
    assert standing([(None, "1"), (JUNE, "2")], AUGUST, where="x") == [(JUNE, "2")]


def test_two_prices_of_one_day_are_refused():
    with pytest.raises(ConflictingQuotes, match="x: both 1 and 2 hold from 2026-05-01"):
        standing([(MAY, "1"), (MAY, "2")], JUNE, where="x")
