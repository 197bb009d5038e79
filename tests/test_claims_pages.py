"""The pages of the guide as readers see them: its claims recomputed, and when fine-tuning pays."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.toy_site import Toy, build, toy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(toy(), out)
    return out


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / name / "index.html").read_text(encoding="utf-8"), "lxml")


def found(parsed: BeautifulSoup, selector: str) -> Tag:
    element = parsed.select_one(selector)
    assert element is not None, selector
    return element


def words(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


def table(parsed: BeautifulSoup, caption: str) -> list[list[str]]:
    """The rows of the table with that caption, cell by cell."""
    region = found(parsed, f'[aria-labelledby="{caption}-caption"]')
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in region.select("tbody tr")]


@pytest.mark.parametrize(
    ("claim", "told", "says"),
    [
        (
            "classification-prompt-monthly",
            ["The prompt’s bill", "$212.00 a month", "$237.50 a month", "differs"],
            (
                "The prompt’s bill is put at $212 a month. It gives more. requests × tokens × price "
                "with requests a month 5,000,000, input $0.25 per 1M tokens $250.00 by another reading"
            ),
        ),
        (
            "voice-prompt-per-million",
            ["The prompt, per million calls", "$0.15 per 1M requests", "$150.00 per 1M requests", "off by a factor of 1,000"],
            "A prompt is put at $0.15. requests × prompt tokens × price",
        ),
        ("tuned-gpt54-vs-sonnet", ["One model against another", "dearer", "equal", "differs"], "One is called dearer. one price ÷ the other"),
        (
            "lora-share",
            ["LoRA against a full run", "10 % to 30 %", "13.3 % to 20 %", "holds"],
            "LoRA costs less. cost of a LoRA run ÷ cost of a full run with LoRA run $40.00 to $60.00",
        ),
    ],
)  # fmt: skip
def test_a_claim_shows_both_figures_and_how_it_is_computed(site: Path, claim: str, told: list[str], says: str) -> None:
    first, second = found(page(site, "claims"), f"#{claim}").find_all("tr")
    assert [words(cell) for cell in first.find_all(["th", "td"])] == told
    assert words(second) == says


def test_the_claims_are_counted(site: Path) -> None:
    lead = words(found(page(site, "claims"), ".lead"))
    assert lead.endswith("Of 4 claims 2 differ, 1 holds, 1 is off by a factor of 1,000.")


def test_a_price_leads_to_the_words_it_was_read_from(site: Path) -> None:
    parsed = page(site, "claims")
    (row,) = table(parsed, "listed")
    assert row == [
        "claude-haiku-4.5 AWS Bedrock",
        "Input, base per 1M tokens",
        "$0.10",
        "$1.00",
        "10×",
        "off by a factor of 10",
        "2026-09-08 Anthropic’s page",
        "Claude Haiku 4.5: the maker’s own page",
    ]
    link = found(parsed, "[aria-labelledby=listed-caption]").find("a", class_="num")
    assert isinstance(link, Tag)
    path, _, anchor = str(link["href"]).partition("#")
    assert path == "../models/anthropic/claude-haiku-4.5/"
    assert found(page(site, "models/anthropic/claude-haiku-4.5"), f"#{anchor}")


def test_what_no_page_lists_and_what_is_no_price(site: Path) -> None:
    parsed = page(site, "claims")
    (row,) = table(parsed, "unlisted")
    assert row == ["gpt-4o OpenAI", "Training, supervised per 1M tokens", "$25.00", "the list has no such model"]
    assert "urnaround" not in words(parsed)


def test_a_worked_example_stands_at_three_sets_of_prices(site: Path) -> None:
    parsed = page(site, "guide")
    assert table(parsed, "tickets") == [
        ["Calling the base model", "$237.50 a month", "$237.50 a month", "$340.00 a month"],
        ["Calling the tuned model", "$356.25 a month", "unknown", "$680.00 a month"],
        ["What tuning adds in the first year", "$1,300 to $3,600", "unknown", "$4,080"],
    ]
    told = words(found(parsed, "[aria-labelledby=tickets]"))
    assert "unknown: no page lists the tuned price" in told
    assert "Today with gpt-4.1-mini" in told
    assert "OpenAI’s page of 2026-09-13" in told
    assert "closed to new customers" in told
    assert "an error $0.05 (assumed here)" in told


def test_the_guide_page_shows_thresholds_floors_and_sellers(site: Path) -> None:
    parsed = page(site, "guide")
    assert table(parsed, "checklist") == [
        ["Is the prompt used up?", "the score has not moved for a month", "at least 30 days"],
        ["six of eight techniques were tried", "at least 6 of 8 techniques"],
        ["Was something cheaper tried first?", "a LoRA run was measured", "yes"],
    ]
    assert table(parsed, "wins") == [["Many examples that agree", "annotators agree on most", "more than 85 %"]]
    assert table(parsed, "floors") == [["Style with LoRA", "a simple style can be learned", "at least 500 to 1,000 examples"]]  # fmt: skip
    sellers = table(parsed, "sellers")
    assert [row[0] for row in sellers] == ["OpenAI 4 models and size tiers", "Together AI 5 models and size tiers"]
    assert sellers[0][1:5] == ["$5.00 to $25.00", "— no such figure", "1.5× to 6×", "24 to 48 hours"]
    assert sellers[1][1:5] == ["$0.40 to $6.00", "$4.00 to $6.00", "— no such figure", "within 24 hours"]
    assert table(parsed, "lora") == [["Size tier Up to 16B Together AI", "supervised", "$0.48", "$0.54", "88.9 %", "2026-09-13"]]  # fmt: skip


def test_the_figures_of_the_guide_are_kept_at_the_end(site: Path) -> None:
    parsed = page(site, "guide")
    last = parsed.select("main > section")[-1]
    assert last["aria-labelledby"] == "figures"
    assert len(last.select("tbody tr")) == 4


@pytest.mark.parametrize("name", ["claims", "guide"])
def test_nothing_is_left_unsaid(site: Path, name: str) -> None:
    parsed = page(site, name)
    assert not {"None", "nan", "inf"} & set(words(parsed).split())
    for region in parsed.select("section.scroll"):
        assert region.find("caption"), region
        for row in region.select("tbody tr"):
            assert row.find("th") or (row.parent and row.parent.find("th")), row


def test_the_pages_lead_to_each_other(site: Path) -> None:
    for name in ("guide", "methodology"):
        main = page(site, name).main
        assert main is not None
        assert main.find("a", href="../claims/"), name
    main = page(site, "claims").main
    assert main is not None
    assert main.find("a", href="../guide/")


def test_without_a_guide_the_pages_say_so(tmp_path: Path) -> None:
    build(Toy(), tmp_path)
    assert "The guide’s claims are not in this copy." in words(page(tmp_path, "claims"))
    assert "No page that prints one of its prices has been read yet." in words(page(tmp_path, "claims"))
    assert "The guide’s figures are not in this copy." in words(page(tmp_path, "guide"))
