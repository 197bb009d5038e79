"""The guide's figures are carried over whole and exactly; figures stand in `warehouse/seeds/guide_figure.csv`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
SEED = REPOSITORY / "warehouse" / "seeds" / "guide_figure.csv"
FACTS = REPOSITORY.parent / "shared" / "guide" / "guide-facts.yaml"
SLUGS = {"vertex": "google", "self-host": ""}

Figure = tuple[str, str, str, str, float, float]  # provider, model, metric, variant, low, high


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    if not FACTS.exists():
        pytest.skip("the guide's figures as data are not beside this repository")
    return yaml.safe_load(FACTS.read_text(encoding="utf-8"))


def seeded() -> set[Figure]:
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["as_of"] for row in rows} == {"2026-06-20"}
    return {
        (row["provider"], row["model"], row["metric"], row["variant"], float(row["low"]), float(row["high"]))
        for row in rows
    }


def ends(value: float | list[float]) -> tuple[float, float]:
    low, high = value if isinstance(value, list) else (value, value)
    return float(low), float(high)


def test_the_cost_table_is_carried_over(facts: dict[str, Any]) -> None:
    names = {
        "training_usd_per_mtok": ("training_tokens", ""),
        "sample_run_usd": ("training_run", ""),
        "training_usd_per_run": ("training_run", ""),
        "minimum_usd": ("training_minimum", ""),
    }
    expected: set[Figure] = set()
    for row in facts["cost_table"]:
        providers = row["provider"] if isinstance(row["provider"], list) else [row["provider"]]
        for provider in (SLUGS.get(name, name) for name in providers):
            for key, (metric, variant) in names.items():
                if row.get(key) is not None:
                    expected.add((provider, row["model"], metric, variant, *ends(row[key])))
            markup = row.get("platform_markup_range", row["markup"])
            expected.add((provider, row["model"], "markup", "fine_tuned", *ends(markup)))
    assert len(expected) > 25
    assert expected - seeded() == set()


def test_base_and_tuned_prices_and_what_surrounds_them_are_carried_over(facts: dict[str, Any]) -> None:
    expected: set[Figure] = set()
    for row in facts["base_prices_usd_per_mtok"]:
        provider = SLUGS.get(row["provider"], row["provider"])
        for key, metric, variant in (
            ("input", "inference_input", "base"),
            ("output", "inference_output", "base"),
            ("fine_tuned_input", "inference_input", "fine_tuned"),
        ):
            if key in row:
                expected.add((provider, row["model"], metric, variant, *ends(row[key])))
    by_model = {figure[1]: figure[0] for figure in seeded() if figure[2] == "markup"}
    for row in facts["markup_table_100m_input_tokens"]:
        model = row["model"]
        expected.add((by_model[model], model, "monthly_markup", "fine_tuned", *ends(row["markup"])))
    expected.add(("", "H100", "gpu_hours", "", *ends(facts["gpu_rental_usd_per_hour"]["h100_spot"])))
    people = facts["labeller_usd_per_hour"]
    expected |= {("", "", "labelling_hours", "", *ends(people[who])) for who in ("analyst", "specialised")}
    expected.add(("", "", "editing", "", *ends(people["editor_per_draft"])))
    hours = facts["turnaround_hours"]
    weeks = [one * 7 * 24 for one in hours["bedrock_partner_weeks"]]
    for provider, value in (
        ("openai", hours["openai"]),
        ("google", hours["vertex"]),
        ("together", hours["together_fireworks"]),
        ("fireworks", hours["together_fireworks"]),
        ("bedrock", weeks),
    ):
        expected.add((provider, "", "turnaround", "", *ends(value)))
    assert len(expected) > 20
    assert expected - seeded() == set()
