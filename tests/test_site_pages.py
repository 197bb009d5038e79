"""What the pages say: every figure with its evidence, four kinds of nothing, honest dates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from pipeline.publish import sources
from pipeline.publish.entries import ModelEntry
from pipeline.publish.model_page import histories
from scrapers.catalog import read_catalog
from tests.toy_site import Toy, at, build, toy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(toy(), out)
    return out


def page(site: Path, path: str) -> BeautifulSoup:
    return BeautifulSoup((site / path / "index.html").read_text(encoding="utf-8"), "lxml")


def words(element: Tag | None) -> str:
    assert element is not None
    return re.sub(r"\s+", " ", element.text).strip()


def cost_row(site: Path, name: str, method: str = "") -> list[str]:
    table = page(site, "").find("table", attrs={"data-sort-as": "cost"})
    for row in table.find("tbody").find_all("tr"):
        cells = [words(cell) for cell in row.find_all(["th", "td"])]
        if cells[0].startswith(name) and cells[1].startswith(method):
            return cells
    raise AssertionError(f"no row for {name}")


def test_every_figure_carries_its_evidence(site: Path):
    figures = [figure for path in site.glob("models/*/*/index.html") for figure in page(site, str(path.parent.relative_to(site))).select(".card .figure")]  # fmt: skip
    assert len(figures) >= 50
    for figure in figures:
        text = words(figure)
        assert figure.select_one(".figure-value data"), text
        assert figure.select_one(".chip").text in {"fresh", "ageing", "stale", "last known"}
        assert figure.select_one(".standing").text in {"vendor", "derived"}
        assert figure.select_one(".figure-state time")["datetime"].endswith("Z")
        assert figure.select_one("blockquote").text
        assert figure.select_one(".evidence a[rel~=external]")["href"].startswith("https://")
        assert re.search(r"sha256 [0-9a-f]{12}…", text)
        assert "Parser" in text
        assert "Place on the page" in text


def test_figures_of_the_cost_table_lead_to_their_evidence(site: Path):
    links = page(site, "").select("table[data-sort-as=cost] a.num")
    assert len(links) > 30
    for link in links:
        path, _, anchor = str(link["href"]).partition("#")
        target = page(site, path.removeprefix("./")).find(id=anchor)
        assert target is not None
        assert words(target.find_parent("details").select_one(".figure-value data")) == words(link)


def test_the_cost_table_prices_a_sample_run(site: Path):
    assert ["$25.00", "—", "$200.00", "$3.00", "$12.00", "1.5×"] == [cell.replace(" no such figure", "") for cell in cost_row(site, "gpt-4.1-2025")[2:8]]  # fmt: skip
    assert "$4.00 minimum charge" == cost_row(site, "Size tier Up to 16B", "supervised, LoRA")[4]  # 8 x 0.48 is less
    assert "$4.32" == cost_row(site, "Size tier Up to 16B", "supervised, full")[4]
    assert "$20.00" == cost_row(site, "gpt-oss-120B", "supervised")[4]
    assert ["$100.00 / hour", "priced per hour"] == [cost_row(site, "o4-mini")[2], cost_row(site, "o4-mini")[4]]


def test_a_models_page_prices_three_runs(site: Path):
    table = page(site, "models/together/size-up-to-16b").select_one("table[data-sort-as=runs]")
    found = {words(row.find("th")): [words(cell) for cell in row.find_all("td")] for row in table.select("tbody tr")}
    assert found["supervised, LoRA"] == ["$0.48", "$4.00 minimum charge", "$4.00 minimum charge", "$24.00"]
    assert found["supervised, full weights"] == ["$0.54", "$4.00 minimum charge", "$4.32", "$27.00"]
    assert page(site, "models/openai/o4-mini-2025-04-16").select_one("table[data-sort-as=runs]") is None, (
        "priced by the hour"
    )


def test_the_cheapest_comes_first_and_fiction_last(site: Path):
    names = [words(row.find("th")) for row in page(site, "").select("table[data-sort-as=cost] tbody tr")]
    assert names[0].startswith("gpt-oss-20b")
    assert "fictional" in names[-1]


def test_stale_rows_come_after_the_rest(tmp_path: Path):
    made = toy()
    for row in made.tables["current_price"]:
        if row["model"] == "gpt-oss-20b":
            row["freshness"] = "stale"
    build(made, tmp_path)
    rows = page(tmp_path, "").select("table[data-sort-as=cost] tbody tr")
    assert not words(rows[0].find("th")).startswith("gpt-oss-20b")
    old = [row for row in rows if "old" in row.get("class", [])]
    assert {"gpt-oss-20b Together AI"} == {words(row.find("th")) for row in old}
    assert all("stale" in words(row) for row in old)


def test_four_kinds_of_nothing_stay_apart(site: Path):
    assert "free" == cost_row(site, "Qwen3-235B")[3]
    assert "$48.00" == cost_row(site, "Qwen3-235B")[4]
    assert "not offered" == cost_row(site, "example-large")[6]
    cached = page(site, "models/openai/gpt-3.5-turbo").select(".card .figure")
    assert "not printed" in {words(figure.select_one(".figure-value")) for figure in cached}
    told = [path for path in site.rglob("*.html") if "$0.00" in path.read_text(encoding="utf-8")]
    assert ["methodology"] == [path.parent.name for path in told]  # where it says that this is never shown


def test_what_is_missing_never_shows_as_a_python_value(site: Path):
    for path in site.rglob("*.html"):
        body = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").find("body")
        for code in body.find_all("code"):
            code.decompose()
        text = words(body)
        assert not re.search(r"\bNone\b(?! of)|\bTrue\b|\bFalse\b|\bnan\b|datetime|Decimal", text), path


def test_changes_are_dated_as_intervals(site: Path):
    text = words(page(site, "changes").find("main"))
    assert "between 2026-07-15 and 2026-08-27" in text
    assert "changed on" not in text.lower()
    event = words(page(site, "changes/a1f0c2d39b7e6a01").find("main"))
    assert "between 2026-07-15 and 2026-08-27" in event
    assert "$1.00 to $0.20" in event


def test_corrections_are_not_told_as_price_moves(site: Path):
    for change in page(site, "changes").select(".change"):
        if "corrected" in words(change) or "superseded" in words(change):
            assert not change.select(".delta")
    replaced = words(page(site, "changes/d4c3f5a60e8b7d34").find("main"))
    assert "superseded" in replaced
    assert page(site, "changes/d4c3f5a60e8b7d34").find("a", href="../../changes/e5b4a6f71d9c8e45/")


def test_what_a_pages_first_read_found_is_no_change(tmp_path: Path):
    made = toy()
    made.event("0" * 16, "appeared", "openai", "gpt-4.1 appeared", "2026-05-29", new="2", model="gpt-4.1", meter="inference_input", is_news=False)  # fmt: skip
    build(made, tmp_path)
    assert not (tmp_path / "changes" / ("0" * 16)).exists()


def test_held_readings_are_shown_where_they_matter(site: Path):
    status = page(site, "status")
    held = words(status.find(id="h-0a1b2c3d4e5f6071"))
    for part in ("$4.50", "$4,500", "exactly 1000 times", "since 2026-09-13"):
        assert part in held
    figure = words(page(site, "models/_example/example-large").select_one("#prices ~ .card"))
    assert "held a newer reading of $4,500 is held back" in figure
    assert "$4.50 / 1M tokens" in figure


def test_what_became_of_a_hold_is_told_for_ninety_days(site: Path):
    status = page(site, "status")
    found = status.select("table[data-sort-as=lately] tbody tr")
    told = [words(row) for row in found]
    expected = (
        ("example-large", "tuned input, standard", "gone away 2026-09-12", "$4.50", "$4,500", "2026-09-11", "1000 times", "power of ten"),
        ("Never Sold", "gone away 2026-09-11", "nothing yet", "$7.00", "2026-08-21"),
        ("gpt-oss-20b", "accepted after more readings 2026-08-26", "$1.50", "$0.30", "outside 0.25 to 4"),
        ("gpt-oss-120B", "refused by Ada 2026-08-22", "$5.00", "$0.50", "Together AI"),
    )  # fmt: skip
    for row, parts in zip(told, expected, strict=True):
        for part in parts:
            assert part in row, part
    assert found[0].find("a")["href"] == "../models/_example/example-large/"
    assert found[1].find("th").find("a") is None  # it was only ever misread: it has no page
    assert "Llama 4 Scout" not in words(status.find("main"))  # that was before
    standing = status.find(id="h-0a1b2c3d4e5f6071")
    assert standing.name == "li"  # what still stands is above, and nowhere else
    assert status.find(id="h-5f60718293041526") is found[0]


def test_where_no_hold_has_ended_one_sentence_says_so(tmp_path: Path):
    made = toy()
    made.tables["hold"] = [row for row in made.tables["hold"] if row["model"] in {"Llama 4 Scout", "example-large"}][:1]
    build(made, tmp_path)
    assert "No hold has ended in the last 90 days." in words(page(tmp_path, "status").find("main"))


def test_the_status_page_says_what_went_wrong(site: Path):
    row = words(page(site, "status").find(id="source-anthropic-pricing"))
    for part in ("unreachable", "4 times in a row", "no answer within 20 s", "2026-09-08", "ageing"):
        assert part in row
    strip = page(site, "status").find(id="source-anthropic-pricing").find("svg")
    assert "4 failed" in strip["aria-label"]
    assert strip.select(".failed")


def test_scheduled_prices_are_not_prices(site: Path):
    luna = page(site, "models/openai/gpt-5.6-luna")
    assert "$0.20" == words(luna.select_one(".card .figure-value data"))
    assert "scheduled $0.25 from 2026-11-22" in words(luna.select_one(".card"))


def test_discontinued_prices_keep_their_last_figure(site: Path):
    text = words(page(site, "discontinued").find("main"))
    assert "Llama 4 Scout" in text
    assert "$3.00" in text
    assert "2026-08-21 2026-09-11" in text, "last seen, and gone by"


def test_what_our_parser_had_misread_was_never_for_sale(tmp_path: Path):
    made = toy()
    gone = {"model": "misread", "variant": "base"}
    series = made.price("together", "training_tokens", ("2026-08-21", "3"), until="2026-09-11", **gone)
    made.event("00000000000000aa", "correction", "together", "misread training at Together AI: correction, $3.00 was a misreading",
        "2026-09-11", old="3", meter="training_tokens", series_id=series, **gone)  # fmt: skip
    build(made, tmp_path / "site")
    text = words(page(tmp_path / "site", "discontinued").find("main"))
    assert "Llama 4 Scout" in text
    assert "misread" not in text


def test_a_gpu_is_a_gpu_where_it_moved_and_where_it_is_held(tmp_path: Path):
    made = toy()
    gpu = {"model": "H100 SXM 80GB", "meter": "gpu_hours", "tier": "on_demand"}
    made.price(
        "_example", "gpu_hours", ("2026-08-21", "3"), ("2026-09-11", "2"), model="H100 SXM 80GB", tier="on_demand"
    )
    made.event("00000000000000ab", "vendor_change", "_example", "H100 moved", "2026-09-11", old="3", new="2", **gpu)
    made.hold(
        "00000000000000ac",
        "2026-09-11",
        "gone away",
        "2026-09-12",
        ("2", "200"),
        provider="_example",
        variant=None,
        **gpu,
    )
    build(made, tmp_path / "site")
    for path in ("", "changes", "status"):
        assert "GPU, on demand" in words(page(tmp_path / "site", path).find("main")), path


def test_availability_in_words_whether_its_day_has_come_or_not(site: Path):
    text = words(page(site, "models/openai/o4-mini-2025-04-16").find(id="availability").parent)
    for part in ("training ends 2027-01-06", "closed to new customers since 2026-05-07", "answers until 2026-10-23"):
        assert part in text
    assert "training ends" not in words(page(site, "models/openai/gpt-5.6-luna").find("main"))
    assert "fine-tuning not offered" in words(page(site, "models/anthropic/claude-haiku-4.5").find("main"))


def test_tuned_models_and_bases_link_to_each_other(site: Path):
    assert (
        page(site, "models/openai/gpt-4.1-2025-04-14").select_one(".lead a")["href"]
        == "../../../models/openai/gpt-4.1/"
    )
    assert (
        page(site, "models/openai/gpt-4.1").select_one(".lead a")["href"]
        == "../../../models/openai/gpt-4.1-2025-04-14/"
    )


def test_markups_in_ratio_and_money(site: Path):
    rows = {words(row.find("th")) + words(row.find("td")): [words(cell) for cell in row.find_all("td")] for row in page(site, "markup").select("tbody tr")}  # fmt: skip
    row = rows["gpt-3.5-turbo OpenAI legacyInput"]
    assert ["6×", "$0.50", "$3.00", "$2.50", "$25.00", "$250.00", "$2,500", "$12,500"] == row[1:]
    unknown = rows["o4-mini-2025-04-16 OpenAIInput"]
    assert ["unknown", "the base is no longer printed"] == unknown[1:]


def test_the_fictional_seller_is_labelled_so(site: Path):
    for path in ("models/_example/example-large", "providers/_example", "providers", "models", "status", "changes"):
        assert "fictional" in words(page(site, path).find("main"))


def test_several_moves_of_one_look_are_told_as_one(tmp_path: Path):
    made = Toy()
    for number in range(9):
        key = {"model": f"m-{number}", "variant": "fine_tuned"}
        series = made.price("together", "training_tokens", ("2026-08-21", "2"), ("2026-09-11", "1"), **key)
        made.event(f"{number:016x}", "vendor_change", "together", f"m-{number} fell", "2026-09-11", before="2026-08-21",
            old="2", new="1", series_id=series, meter="training_tokens", **key)  # fmt: skip
    build(made, tmp_path)
    moves = page(tmp_path, "").select("[aria-labelledby=moved] .lately > li")
    assert 1 == len(moves)
    assert "and 8 more" in words(moves[0])
    (told,) = page(tmp_path, "providers/together").select(".moves > li")
    assert "and 6 more of the same look" in words(told)


def test_the_guides_figures_are_dated_and_never_prices(site: Path):
    """An editorial source stands on its own page and its seller's, with its day, and in no table of prices."""
    listed = words(page(site, "guide").find("main"))
    assert "What the guide said on 2026-06-20" in listed
    assert "gpt-4o OpenAI Training, supervised $25.00 per 1M tokens called legacy" in listed
    assert "no one model OpenAI Turnaround 24 to 48 hours" in listed
    assert "H100 no one seller GPU $2.00 to $4.00 per GPU-hour spot" in listed
    assert "What the guide said on 2026-06-20" in words(page(site, "providers/openai").find("main"))
    assert "guide" not in words(page(site, "providers/together").find("main")).lower()


def test_a_markup_by_a_rule_says_so_and_leads_to_no_price_of_its_own(tmp_path: Path):
    """No page prints the tuned price: it is the base price times what the documentation says."""
    made = toy()
    made.markup("openai", "gpt-4.1-mini", "gpt-4.1-mini", "inference_input", "0.6", "0.4", derived=True)
    made.tables["markup"][-1]["tuned_series_id"] = None
    build(made, tmp_path)
    (row,) = [row for row in page(tmp_path, "markup").select("tbody tr") if "derived by a published rule" in words(row)]
    assert "$0.60" in words(row)
    assert "$0.40" in words(row)
    assert not [link for link in row.select("a.num") if words(link) == "$0.60"]


def test_a_price_of_somebody_elses_list_says_so(tmp_path: Path):
    made = toy()
    listed = next(row for row in made.tables["current_price"] if row["model"] == "gpt-4.1")
    listed["trust"] = "third_party"
    build(made, tmp_path)
    figure = page(tmp_path, "models/openai/gpt-4.1").select_one(".figure:has(.standing.third-party)")
    assert words(figure.select_one(".standing")) == "third party"
    assert "a third party’s list" in words(figure)


def test_what_holds_for_all_models_is_not_called_a_size(tmp_path: Path):
    made = toy()
    tier = next(row for row in made.tables["current_price"] if row["size_tier"] is not None)["size_tier"]
    for rows in made.tables.values():
        for row in rows:
            if row.get("size_tier") == tier:
                row["size_tier"] = "all models"
    build(made, tmp_path)
    listed = words(page(tmp_path, "models").find("main"))
    assert "All models" in listed
    assert "Size tier all models" not in listed


def test_hosting_stands_beside_the_markup(tmp_path: Path):
    """A markup of 1.0 with $1.70 an hour is no bargain: $1,241 a month, however few the calls."""
    made = toy()
    key = {"model": "example-large", "variant": "fine_tuned", "tier": "standard"}
    made.price("_example", "hosting_hours", ("2026-09-09", "1.7"), **key)
    made.price("_example", "hosting_hours", ("2026-09-09", "9"), region="elsewhere", **key)
    build(made, tmp_path)
    table = page(tmp_path, "markup").find("table", attrs={"data-sort-as": "markup"})
    shown = [words(row) for row in table.find_all("tr") if "example-large" in words(row)]
    assert shown
    assert all("plus $1,241 a month for hosting" in row and "6,570" not in row for row in shown)


def test_what_two_pages_say_is_said_once(tmp_path: Path):
    made = toy()
    said = next(row for row in made.tables["availability"] if row["provider"] == "anthropic" and row["model"] is None)
    made.tables["availability"].append({**said, "series_id": "another", "source_url": "https://docs.example/other"})
    build(made, tmp_path)
    pills = [words(pill) for pill in page(tmp_path, "models/anthropic/claude-haiku-4.5").select(".pills li")]
    assert pills
    assert len(set(pills)) == len(pills)


def test_lines_that_differ_in_their_product_alone_are_named_apart(tmp_path: Path):
    """The same GPU at the same price, for training and for a deployment: two lines, two names, in table and chart."""
    made = toy()
    gpu = {"model": "H100", "tier": "on_demand"}
    for product in ("training", "dedicated"):
        made.price("_example", "gpu_hours", ("2026-09-09", "6.4998"), product=product, **gpu)
    made.price("_example", "gpu_hours", ("2026-09-09", "2"), product="dedicated", model="T4", tier="on_demand")
    build(made, tmp_path)
    history = page(tmp_path, "models/_example/h100").select_one("figure.history")
    assert {"GPU, training", "GPU, dedicated"} == {words(row.find("th")) for row in history.select("tbody tr")}
    ends = {words(line) for line in history.select(".chart.wide .end")}
    assert {"GPU, training $6.4998", "GPU, dedicated $6.4998"} == ends
    alone = page(tmp_path, "models/_example/t4").select("figure.history tbody th")
    assert ["GPU"] == [words(cell) for cell in alone]


def test_a_page_whose_layout_was_never_seen_is_marked_experimental(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "experimental_pages", lambda: frozenset({("openai", "deprecations")}))
    build(toy(), tmp_path)
    status = page(tmp_path, "status")
    assert "experimental" in words(status.find(id="source-openai-deprecations").find("th"))
    marked = [row["id"] for row in status.select("tbody tr[id]") if "experimental" in words(row)]
    assert ["source-openai-deprecations"] == marked
    watched = page(tmp_path, "providers/openai").find(id="pages").parent.select("li")
    assert [True, False] == ["experimental" in words(item) for item in watched]
    assert "never seen in full" in words(page(tmp_path, "methodology").find(id="experimental"))


def test_the_catalogue_says_which_pages_are_experimental():
    said = {(row.provider, row.page) for row in read_catalog() if row.scope == "experimental"}
    assert said
    assert said == sources.experimental_pages()
    assert ("openai", "pricing") not in said


def test_a_sellers_page_shows_all_its_prices_each_leading_to_its_evidence(site: Path):
    seller = page(site, "providers/anthropic")
    assert "Anthropic says that fine-tuning is not offered; what it sells is below." in words(seller.find("main"))
    table = seller.find("table", attrs={"data-sort-as": "p-calling"})
    assert ["Input $ per 1M tokens", "Output $ per 1M tokens"] == [
        words(head) for head in table.select("thead th.n")[:2]
    ]
    (row,) = table.select("tbody tr")
    assert ["Claude Haiku 4.5", "", "$1.00", "$5.00"] == [words(cell) for cell in row.find_all(["th", "td"])[:4]]
    for path in ("anthropic", "openai", "together", "_example"):
        for link in page(site, f"providers/{path}").select("table[data-sort-as^=p-] a.num"):
            target, _, anchor = str(link["href"]).removeprefix("../../").partition("#")
            evidence = page(site, target).find(id=anchor)
            assert words(evidence.find_parent("details").select_one(".figure-value data")) == words(link)


def test_every_price_of_a_seller_is_on_its_page(site: Path):
    for provider in ("openai", "together", "anthropic", "_example"):
        prices = {row["series_id"] for row in toy().tables["current_price"] if row["provider"] == provider}
        shown = {str(link["href"]).partition("#s-")[2] for link in page(site, f"providers/{provider}").select("a.num")}
        assert prices == shown


def test_a_seller_of_gpus_prints_no_price_of_training(tmp_path: Path):
    made = toy()
    made.tables["current_price"] = [row for row in made.tables["current_price"] if row["provider"] != "_example"]
    for product in ("training", "dedicated"):
        made.price("_example", "gpu_hours", ("2026-09-09", "6.4998"), product=product, model="H100", tier="on_demand")
    build(made, tmp_path)
    seller = page(tmp_path, "providers/_example")
    assert "prints no price per training token; what it sells is below." in words(seller.find("main"))
    rows = seller.select("table[data-sort-as=p-capacity] tbody tr")
    assert {"training, on demand", "dedicated, on demand"} == {words(row.find("td")) for row in rows}
    assert "prints no price per training token" not in words(page(tmp_path, "providers/openai").find("main"))


def test_of_a_seller_with_very_many_prices_the_standard_tier_is_shown(tmp_path: Path):
    made = toy()
    for number in range(80):
        made.base("anthropic", f"m-{number}", "1", "5")
    made.price("anthropic", "inference_input", ("2026-05-29", "0.5"), model="m-1", tier="batch", variant="base")
    build(made, tmp_path)
    seller = page(tmp_path, "providers/anthropic")
    assert "The standard tier alone: 1 price of other tiers is on the pages of the models." in words(
        seller.find("main")
    )
    ways = [words(row.find("td")) for row in seller.select("table[data-sort-as=p-calling] tbody tr")]
    assert 81 == len(ways)
    assert {""} == set(ways)


def test_prices_of_another_currency_say_so(tmp_path: Path):
    made = toy()
    made.price("anthropic", "inference_input", ("2026-05-29", "7"), model="Claude Haiku 4.5", tier="standard",
        variant="base", currency="CNY")  # fmt: skip
    build(made, tmp_path)
    rows = page(tmp_path, "providers/anthropic").select("table[data-sort-as=p-calling] tbody tr")
    told = [[words(cell) for cell in row.find_all("td")[:2]] for row in rows]
    assert ["CNY", "CN¥7.00"] in told
    assert ["", "$1.00"] in told


def test_many_prices_of_one_model_are_a_table_with_the_evidence_in_each_row(tmp_path: Path):
    made = Toy()
    for number in range(12):
        made.price("openai", "inference_input", ("2026-09-11", f"{number + 1}"), model="gpt-x", variant="base",
            tier="standard", region=f"region {number}", quoted=f"x costs {number + 1}")  # fmt: skip
    build(made, tmp_path)
    found = page(tmp_path, "models/openai/gpt-x")
    rows = found.select("table[data-sort-as=g-base] tbody tr")
    assert 12 == len(rows)
    for row in rows:
        assert str(row["id"]).startswith("s-")
        assert (
            1 == len(row.select("q")) == len(row.select("a[rel~=external]")) == len(row.select("code[title^=sha256]"))
        )
    assert not found.select(".card")
    assert any(
        "#" + str(rows[0]["id"]) in str(link["href"]) for link in page(tmp_path, "providers/openai").select("a.num")
    )


def test_a_month_of_many_changes_comes_in_parts_that_name_each_other(tmp_path: Path):
    made = Toy()
    for number in range(190):
        made.event(f"{number:016x}", "vendor_change", "together", f"m-{number} fell", f"2026-08-{number % 28 + 1:02}",
            before="2026-07-21", old="2", new="1", meter="training_tokens", model=f"m-{number}", variant="fine_tuned")  # fmt: skip
    build(made, tmp_path)
    listed = page(tmp_path, "changes").select(".change")
    parts = [page(tmp_path, f"changes/archive/2026-08{part}").select(".change") for part in ("", "/2", "/3")]
    assert [80, 80, 80, 30] == [len(listed), *(len(part) for part in parts)]
    assert 190 == len({str(item["id"]) for part in parts for item in part})
    links = [
        str(link["href"]) for link in page(tmp_path, "changes/archive/2026-08/2").select("nav[aria-label^=Parts] a")
    ]
    assert ["changes/archive/2026-08/", "changes/archive/2026-08/2/", "changes/archive/2026-08/3/"] == [
        link.lstrip("./") for link in links
    ]


def test_a_long_table_comes_in_parts_of_a_hundred_rows(tmp_path: Path):
    made = Toy()
    for number in range(130):
        made.tuned(f"model-{number}-2026-01-01", f"model-{number}", f"{number + 1}.5", ("3", "1", "12"), ("2", "8"))
    build(made, tmp_path)
    first, second = page(tmp_path, "").select("table[data-sort-as=cost], table[data-continues=cost]")
    assert [100, 30] == [len(table.select("tbody tr")) for table in (first, second)]
    assert "Continued" in words(second.caption)


def test_the_first_screen_says_what_closes_next_first(site: Path):
    home = page(site, "")
    days = [str(time["datetime"]) for time in home.select("[aria-labelledby=closing] time")]
    assert ["2026-10-23", "2026-11-22", "2027-01-06"] == days
    assert "4 fresh" in words(home.select_one(".tally"))
    assert "Anthropic, pricing" in words(home.select(".tally")[1])
    cheapest = home.select("table[data-sort-as=cheapest] tbody tr")
    assert ["Together AI", "OpenAI"] == [words(row.select_one("th a")) for row in cheapest]


def test_the_legend_of_a_chart_explains_what_is_drawn_in_it_and_nothing_else(site: Path):
    """A first sight, a time in which nobody looked, a gap and a third party's list, without a script."""
    explained = {"circle": ".first-sight", ".band": ".hatched", ".bar": ".gap", ".listed": ".from-list"}
    found = dict.fromkeys(explained, 0)
    for path in site.glob("models/*/*/index.html"):
        for chart in page(site, str(path.parent.relative_to(site))).select("figure.history:has(svg)"):
            for drawn, key in explained.items():
                is_drawn = chart.select_one(f"svg.wide {drawn}") is not None
                assert is_drawn == (chart.select_one(f".key {key}") is not None), (path, drawn)
                found[drawn] += is_drawn
    assert all(found.values()), found


def test_a_price_that_comes_back_as_it_was_has_not_moved():
    span = dict.fromkeys(("product", "model", "size_tier", "method", "technique", "tier", "context_band", "time_window",
        "region", "condition", "valid_from", "known_not_before", "valid_to"))  # fmt: skip
    span |= {"provider": "fireworks", "model": "m", "meter": "inference_input", "variant": "base", "currency": "USD",
        "unit": "1M tokens", "series_id": "s", "amount_text": "0.15", "value_state": "priced"}  # fmt: skip
    days = (("2026-01-01", "2026-02-01"), ("2026-04-01", "2026-05-01"))
    history = [
        {**span, "span_id": first, "first_seen_at": at(first), "last_verified_at": at(last), "valid_to": None}
        for first, last in days
    ]
    history[0]["valid_to"] = at("2026-02-01")
    entry = ModelEntry(key=("fireworks", "m", None), path="models/fireworks/m/", history=history)
    (chart,) = histories(entry)
    assert chart.moved == "No price in this chart has moved since."
    assert chart.wide is not None
    assert chart.wide.has_gaps
