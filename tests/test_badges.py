"""Badges, the index for programs, offers for search engines, and pages that lead on from old addresses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pipeline.publish import render
from pipeline.publish.folder import SiteError
from pipeline.publish.moved import MOVED, read_moved
from tests.toy_site import SITE_URL, Toy, build, toy

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '"><script>alert(1)</script></script><!--'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(toy(), out)
    return out


def page_of(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text(encoding="utf-8")


def test_a_badge_says_price_markup_and_day(site: Path):
    found = json.loads((site / "badge/openai/gpt-4.1-2025-04-14.json").read_text(encoding="utf-8"))
    assert found["schemaVersion"] == 1
    assert "fine-tuning gpt-4.1-2025-04-14, OpenAI" == found["label"]
    assert "training $25.00/M · markup 1.5× · 2026-09-13" == found["message"]
    assert re.fullmatch(r"[0-9a-f]{6}", found["color"])


def test_every_badge_is_an_svg_that_says_the_same_and_stands_on_its_page(site: Path):
    files = sorted(site.glob("badge/*/*.svg"))
    assert files
    for file in files:
        root = ET.fromstring(file.read_text(encoding="utf-8"))
        said = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        assert f"{said['label']}: {said['message']}" == root.findtext(f"{SVG}title") == root.get("aria-label")
        assert sum(int(rect.get("width", "0")) for rect in root.iter(f"{SVG}rect")) == int(root.get("width", "0"))
        assert f"{file.relative_to(site).as_posix()}" in page_of(site, f"models/{file.parent.name}/{file.stem}")


def test_a_model_nobody_tunes_has_no_badge(site: Path):
    names = {file.stem for file in site.glob("badge/anthropic/*")}
    assert not names


def test_a_scraped_name_stays_text_in_badges_offers_and_feeds(tmp_path: Path):
    made = Toy()
    made.price("openai", "training_tokens", ("2026-05-29", "3"), model=EVIL, method="sft", tier="standard")
    build(made, tmp_path)
    (svg,) = tmp_path.glob("badge/openai/*.svg")
    assert "script" not in {element.tag.removeprefix(SVG) for element in ET.fromstring(svg.read_text()).iter()}
    html = page_of(tmp_path, f"models/openai/{svg.stem}")
    (offers,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(offers)["name"].startswith(EVIL)
    assert html.count("<script") == html.count("</script>") == 2 + html.count("table.js")


def test_offers_have_a_unit_and_the_sellers_own_price(site: Path):
    html = page_of(site, "models/openai/gpt-4.1-2025-04-14")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    offers = {item["name"]: item["priceSpecification"] for item in json.loads(text)["offers"]}
    training = offers["Training, supervised, standard"]
    assert (training["price"], training["priceCurrency"]) == ("25", "USD")
    assert training["referenceQuantity"] == {"@type": "QuantitativeValue", "value": 1_000_000, "unitText": "tokens"}


def test_what_is_old_is_no_offer(tmp_path: Path):
    made = toy()
    for row in made.tables["current_price"]:
        row["freshness"] = "stale"
    build(made, tmp_path)
    pages = list(tmp_path.glob("models/*/*/index.html"))
    assert pages
    assert not [page for page in pages if "ld+json" in page.read_text(encoding="utf-8")]


def index(site: Path) -> dict[str, Any]:
    found = json.loads((site / "api/v1/index.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_index_leads_to_files_that_are_there(site: Path):
    found = index(site)
    addresses = [feed[kind] for feed in found["feeds"] for kind in ("atom", "json")]
    addresses += [model[kind] for model in found["models"] for kind in ("page", "badge", "badge_endpoint")]
    addresses.append(found["calendar"])
    assert len(addresses) > 20
    for address in addresses:
        path = address.removeprefix(SITE_URL)
        assert (site / path / "index.html" if path.endswith("/") else site / path).is_file(), address


def test_feeds_of_a_metric_and_of_a_model_hold_their_own_changes(site: Path):
    feeds = {feed["json"].removeprefix(SITE_URL) for feed in index(site)["feeds"]}
    assert {f"feeds/metrics/{name}.json" for name in ("price", "training", "markup", "availability")} <= feeds
    availability = json.loads((site / "feeds/metrics/availability.json").read_text(encoding="utf-8"))["items"]
    assert availability
    assert all("availability" in item["tags"] for item in availability)
    of_models = [path for path in feeds if path.startswith("feeds/models/")]
    assert of_models
    told = [item for path in of_models for item in json.loads((site / path).read_text(encoding="utf-8"))["items"]]
    assert told
    for path in of_models:
        page = page_of(site, path.removeprefix("feeds/").removesuffix(".json"))
        assert path.removesuffix(".json") + ".atom" in page


def test_llms_txt_names_the_pages(site: Path):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    for path in ("markup/", "break-even/", "data/", "api/v1/index.json"):
        assert f"{SITE_URL}{path})" in text


def test_an_address_that_moved_leads_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    moved = tmp_path / "moved.csv"
    moved.write_text(
        "old,new\nmodels/openai/old-name/,models/openai/gpt-4.1/\nmodels/x/y/,models/x/z/\n", encoding="utf-8"
    )
    monkeypatch.setattr(render, "MOVED", moved)
    build(toy(), tmp_path / "site")
    stub = page_of(tmp_path / "site", "models/openai/old-name")
    assert 'http-equiv="refresh" content="0; url=../../../models/openai/gpt-4.1/"' in stub
    assert f'rel="canonical" href="{SITE_URL}models/openai/gpt-4.1/"' in stub
    assert not (tmp_path / "site/models/x").exists()  # it leads to what this copy does not have
    assert "old-name" not in (tmp_path / "site/sitemap.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("a,b/", "an old and a new path"),
        ("a/,a/", "an old and a new path"),
        ("a/,b/\na/,c/", "an old and a new path"),
        ("page/,b/", "is a page"),
        ("a/,d/\nd/,c/", "moved itself"),
    ],
)
def test_a_line_that_leads_nowhere_is_refused(tmp_path: Path, lines: str, words: str):
    file = tmp_path / "moved.csv"
    file.write_text(f"old,new\n{lines}\n", encoding="utf-8")
    with pytest.raises(SiteError, match=words):
        read_moved(file, known={"page/", "b/", "c/"})


def test_the_list_of_moved_addresses_can_be_read():
    assert read_moved(MOVED, known=()) == []


def test_every_page_has_a_picture_for_those_who_share_it(site: Path):
    pages = list(site.glob("*/index.html"))
    assert pages
    for page in pages:
        (address,) = re.findall(r'property="og:image" content="([^"]+)"', page.read_text(encoding="utf-8"))
        assert (site / address.removeprefix(SITE_URL).partition("?")[0]).read_bytes().startswith(b"\x89PNG")
