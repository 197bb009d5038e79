"""Printed sizes become numbers of parameters, and words that are no size are told apart."""

from __future__ import annotations

import pytest

from scrapers.size_tiers import size_tier

B = 10**9


@pytest.mark.parametrize(
    ("label", "least", "most"),
    [
        ("Up to 16B", 0, 16 * B),
        ("Under 16B", 0, 16 * B),
        ("≤ 16B", 0, 16 * B),
        ("17B-69B", 17 * B, 69 * B),
        ("16.1-69B", 16_100_000_000, 69 * B),
        ("70-100B", 70 * B, 100 * B),
        ("16.1B – 80B", 16_100_000_000, 80 * B),
        ("500M to 1.5B", 500 * 10**6, 1_500_000_000),
        ("Over 100B", 100 * B, None),
        (">300B", 300 * B, None),
        ("1T+", 10**12, None),
        ("100B and above", 100 * B, None),
    ],
)
def test_a_printed_size_has_bounds(label: str, least: int, most: int | None) -> None:
    """The spellings sellers use, those of the two recorded Together pages among them."""
    tier = size_tier(label)
    assert tier is not None
    assert (tier.label, tier.least, tier.most) == (label, least, most)


def test_the_label_is_kept_as_printed_with_white_space_folded() -> None:
    """It is part of a series key: a line break in a cell is not another tier."""
    tier = size_tier(" Up to\n\u00a016B ")
    assert tier is not None
    assert tier.label == "Up to 16B"


@pytest.mark.parametrize(
    "words", ["", "gpt-oss-120B", "Qwen3.5-122B-A10B", "Llama 3.3 70B", "16B", "Contact us", "LFM2.5-8B-A1B", "$0.48"]
)
def test_a_name_is_not_a_size(words: str) -> None:
    """Models carry their size in their names; that makes no tier of them."""
    assert size_tier(words) is None
