"""The pages about when tuning pays: what the tables say, in words, in a chart and for one model."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from pipeline.publish.line_chart import CostLine, Crossing, line_chart
from pipeline.publish.render import build_site
from tests.test_advise import seller
from tests.warehouse_facts import built_warehouse, moment, price, read, statement
from warehouse.facts import record
from warehouse.upkeep import refresh


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Azure without markup and with hosting, a seller whose tuned prices nobody prints, and names that are markup."""
    out = tmp_path_factory.mktemp("site")
    hosting = {"provider": "azure", "variant": "fine_tuned", "meter": "hosting_hours", "region": "global"}
    theirs = seller("azure", "{}", 1.0, region="global")
    theirs += [price("1.70", model=model, base_model=model, **hosting) for model in ("gpt-4.1-mini", "gpt-4.1")]
    evil = {"model": "<script>x</script>", "variant": "fine_tuned", "meter": "training_tokens", "method": "sft"}
    said = [statement("closed_to_new", moment(0).date(), variant="fine_tuned")]
    with built_warehouse() as con:
        record(con, read(moment(200), theirs, provider="azure", parser="azure/1"))
        record(con, read(moment(200), seller("openai", "{}-2025-04-14", 2.0), said=said))
        record(
            con, read(moment(200), [price("5", provider="together", **evil)], provider="together", parser="together/1")
        )
        refresh(con)
        build_site(con, out, site_url="https://x.test/", is_demo=False, stamp="t")
    return out


def page(site: Path, path: str) -> Tag:
    main = BeautifulSoup((site / path / "index.html").read_text(encoding="utf-8"), "html.parser").find("main")
    assert isinstance(main, Tag)
    return main


def words(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip()


def test_each_scenario_has_its_workload_its_first_answer_and_a_page(site: Path):
    main = page(site, "break-even/")
    heads = [words(head) for head in main.find_all("h2")]
    assert heads[:6] == [
        "Your own workload", "Brand voice", "Creative writing", "Latency by distillation", "Structured extraction", "Ticket classification",
    ]  # fmt: skip
    (tickets,) = main.select("section[aria-labelledby=ticket-classification]")
    said = words(tickets)
    assert "5,000,000 a month" in said
    assert "600 tokens, 50 once tuned" in said
    assert "pays First gpt-4.1-mini at Azure OpenAI, against the prompt on gpt-4.1: pays back in 1.6 months" in said
    assert "both sides cost the same at 1,946,364 requests a month" in said
    for link in main.select("h2 a"):
        assert (site / "break-even" / str(link["href"]) / "index.html").is_file()


def test_a_scenario_lists_every_offer_and_counts_what_cannot_be_compared(site: Path):
    main = page(site, "break-even/ticket-classification/")
    rows = {
        (words(row.th), words(row.find_all("td")[0])): row
        for row in main.select("table[data-sort-as=answers] tbody tr")
        if row.th
    }
    ours = rows["gpt-4.1 Azure OpenAI global", "the prompt on gpt-4.1"]
    cells = [words(cell) for cell in ours.find_all("td")]
    assert cells[1:] == [
        "pays pays back in 2.5 months",
        "$3,441",
        "$7,700",
        "1,946,364",
        "2.5 months",
        "more than 1,946,364 requests a month, as now",
    ]
    closed = rows["gpt-4.1-2025-04-14 OpenAI", "the prompt on gpt-4.1"]
    assert "not for sale closed to new customers since 2026-01-01" in words(closed)
    unknown = rows["<script>x</script> Together AI", "the prompt on its base"]
    assert "unknown no page prints what calling the tuned model costs" in words(unknown)
    assert re.search(r"\d+ comparisons more have nothing to be compared with", words(main))


def test_the_chart_s_crossing_lies_on_both_lines(site: Path):
    main = page(site, "break-even/ticket-classification/")
    (wide,) = main.select("svg.wide")
    circle = wide.select_one(".crossing circle")
    assert circle is not None
    x, y = float(str(circle["cx"])), float(str(circle["cy"]))
    for path in wide.select(".l1 .sure, .l2 .sure"):
        x0, y0, x1, y1 = map(float, re.findall(r"[\d.]+", str(path["d"])))
        assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0), abs=0.3)
    assert wide.title is not None
    assert [words(row.th) for row in main.select("figure table tbody tr") if row.th][:2] == [
        "prompt on gpt-4.1",
        "tuned gpt-4.1",
    ]


def test_a_model_s_page_has_its_answers(site: Path):
    main = page(site, "models/azure/gpt-4.1/")
    (section,) = main.select("section[aria-labelledby=pays]")
    found = {words(row.th): words(row.td) for row in section.select("tbody tr") if row.th and row.td}
    assert found["Ticket classification"] == "pays pays back in 2.5 months"
    assert len(found) == 7
    assert "<script>x</script> at Together" not in (site / "models/together/script-x-script/index.html").read_text()


def test_what_is_assumed_is_on_the_page_with_its_source(site: Path):
    said = words(page(site, "break-even/"))
    assert "Share of the measured throughput that a service reaches 0.3 to 0.6 share our assumption, 2026-11-24" in said
    assert "NVIDIA TensorRT-LLM 1.0 performance overview (FP8), 2026-11-24" in said
    assert "1,024 tokens" in said


def test_hosting_stands_against_markup_with_both_bills_and_the_tokens_at_which_they_meet(site: Path):
    """gpt-4.1 at 2.0x without hosting against 1.0x with $1.70 an hour, which is $1,241 a month."""
    main = page(site, "markup/")
    rows = {
        (words(row.th), words(row.find_all("td")[0])): [words(cell) for cell in row.find_all("td")[1:]]
        for row in main.select("table[data-sort-as=hosted] tbody tr")
        if row.th
    }
    here = rows["gpt-4.1 Azure OpenAI global", "the same at OpenAI"]
    equal = f"{1241 / 440e-6 * 205:,.0f}"
    assert here == [
        "costs less $959 a month less than at OpenAI", "$3,441 $1,241 of it fixed", "$4,400", "0.782×", equal,
        "more than 2,820,455 requests a month, as now",
    ]  # fmt: skip
    there = rows["gpt-4.1-2025-04-14 OpenAI", "the same at Azure OpenAI"]
    assert there[0] == "costs more azure costs as much or less at this volume"
    assert (there[3], there[4]) == ("1.28×", equal)


def test_the_questions_the_verdicts_and_the_ranking_need_no_script(site: Path):
    main = page(site, "advise/")
    said = words(main)
    assert "Is the prompt used up?" in said
    assert "there are 10,000 examples or more at least 10,000 examples" in said
    for verdict in ("Ship the prompt.", "Try LoRA first.", "Fine-tune.", "Distil.", "Fine-tune, and host it yourself."):
        assert verdict in said
    tables = main.find_all("table", id=False)
    first = next(table for table in tables if "Ticket classification" in words(table))
    (row, *_) = first.select("tbody tr")
    assert words(row).startswith("gpt-4.1-mini Azure OpenAI $9,520 $1,681 $29,692")
    assert row.select_one("a[href$='models/azure/gpt-4.1-mini/']") is not None
    assert row.select_one("a[href^='https://azure.test/']") is not None
    assert "OpenAI, 2 models (closed to new customers since 2026-01-01)" in said


def test_an_empty_warehouse_has_the_page_all_the_same(tmp_path: Path):
    with built_warehouse() as con:
        build_site(con, tmp_path, site_url="https://x.test/", is_demo=False, stamp="t")
    assert "No offer with a known price pays at this volume." in words(page(tmp_path, "break-even/"))
    assert "No seller’s prices were read yet." in words(page(tmp_path, "break-even/creative/"))


def test_both_axes_begin_at_nothing_and_labels_stand_apart():
    lines = [CostLine(label=name, fixed=0.0, each=each) for name, each in (("a", 1.0), ("b", 1.01), ("c", 0.5))]
    chart = line_chart(lines, [Crossing(at=5, cost=5, words="5")], reach=10, now=5, width=400, height=200, room=100)
    assert chart.y_ticks[0] == (chart.bottom, "$0")
    assert chart.crossings == ((chart.now_x, pytest.approx(chart.lines[0].end_y / 2 + chart.bottom / 2, abs=0.1), "5"),)
    places = sorted(line.label_y for line in chart.lines)
    assert all(low + 14 < high for low, high in itertools.pairwise(places))
