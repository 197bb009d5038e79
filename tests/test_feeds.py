"""The feeds: readable by readers, stable by bytes and ids, nobody told twice, nothing missed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from tests.toy_site import SITE_URL, Toy, build, toy

ATOM = "{http://www.w3.org/2005/Atom}"
EVIL = "<script>alert(1)</script> & \x00\x1b[0m\u202e]]>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(toy(), out)
    return out


def many(count: int = 130) -> Toy:
    """Changes over many months."""
    made = Toy()
    for number in range(count):
        day = f"{2024 + number // 60}-{number // 5 % 12 + 1:02}-{number % 5 + 10}"
        series = made.price("openai", "training_tokens", (day, "1"), model=f"m-{number}")
        made.event(f"{number:016x}", "vendor_change", "openai", f"m-{number} fell", day, old="2", new="1",
            model=f"m-{number}", series_id=series, meter="training_tokens")  # fmt: skip
    return made


def atom_files(site: Path) -> list[Path]:
    found = sorted(site.glob("feeds/**/*.atom"))
    assert len(found) >= 4
    return found


def items(site: Path, path: str = "feeds/changes.json") -> list[dict[str, Any]]:
    found = json.loads((site / path).read_text(encoding="utf-8"))["items"]
    assert found
    return list(found)


def test_readers_can_read_every_atom_feed(site: Path):
    for path in atom_files(site):
        parsed = feedparser.parse(path.read_bytes())
        assert not parsed.bozo, (path, parsed.get("bozo_exception"))
        assert parsed.feed.id.startswith("tag:finetune-prices,2026:")
        assert parsed.feed.updated
        assert "Fine-tune Prices" == parsed.feed.author


def test_every_change_is_in_the_feed_with_its_evidence(site: Path):
    parsed = feedparser.parse((site / "feeds" / "changes.atom").read_bytes())
    events = {path.name for path in (site / "changes").iterdir() if re.fullmatch(r"[0-9a-f]{16}", path.name)}
    assert events
    assert {f"tag:finetune-prices,2026:change/{event}" for event in events} == {entry.id for entry in parsed.entries}
    for entry in parsed.entries:
        assert entry.link.startswith(SITE_URL + "changes/")
        (content,) = entry.content
        assert "text/html" == content.type
        assert "<table>" in content.value
        assert 'href="https://' in content.value
        assert {tag.term for tag in entry.tags} & {"price", "availability"}


def test_a_sellers_feed_holds_its_changes_only(site: Path):
    assert {"openai"} == {item["_change"]["provider"] for item in items(site, "feeds/providers/openai.json")}


def test_corrections_are_corrections_and_superseded_entries_say_so(site: Path):
    by_id = {item["id"].rpartition("/")[2]: item for item in items(site)}
    assert "correction" in by_id["e5b4a6f71d9c8e45"]["tags"]
    replaced = by_id["d4c3f5a60e8b7d34"]
    assert replaced["title"].startswith("Superseded: ")
    assert replaced["date_modified"] > replaced["date_published"]


JSON_FEED = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "description": str,
    "language": str,
    "authors": list,
    "items": list,
}
JSON_ITEM = {
    "id": str,
    "url": str,
    "title": str,
    "content_html": str,
    "date_published": str,
    "date_modified": str,
    "tags": list,
    "_change": dict,
}


def test_json_feeds_follow_version_1_1(site: Path):
    found = sorted(site.glob("feeds/**/*.json"))
    assert len(found) >= 4
    for path in found:
        document = json.loads(path.read_text(encoding="utf-8"))
        assert {name: type(value) for name, value in document.items()} == JSON_FEED
        assert "https://jsonfeed.org/version/1.1" == document["version"]
        assert SITE_URL + path.relative_to(site).as_posix() == document["feed_url"]
        for item in document["items"]:
            assert {name: type(value) for name, value in item.items()} == JSON_ITEM
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["date_published"])
            assert item["_change"]["about"].startswith(SITE_URL)
        ids = [item["id"] for item in document["items"]]
        assert len(ids) == len(set(ids))


def test_amounts_in_the_feed_are_exact(site: Path):
    moved = next(item for item in items(site) if item["_change"]["model"] == "gpt-oss-20b")["_change"]
    assert ("3.75", "1", "1M tokens") == (moved["old_amount"], moved["new_amount"], moved["unit"])
    assert "2026-08-21T06:00:00Z" == moved["known_not_before"]


def test_a_feed_is_as_old_as_its_newest_entry(site: Path):
    for path in atom_files(site):
        root = ET.fromstring(path.read_bytes())
        entries = [str(entry.findtext(f"{ATOM}updated")) for entry in root.findall(f"{ATOM}entry")]
        if entries:
            assert max(entries) == root.findtext(f"{ATOM}updated")


def test_later_reads_leave_the_feed_as_it_is(site: Path, tmp_path: Path):
    """Only the verified dates move: a reader that polls must get the same bytes."""
    made = toy()
    for table in ("current_price", "price_history"):
        for row in made.tables[table]:
            row["last_verified_at"] = row["last_verified_at"].replace(hour=23)
    for row in made.tables["provider_health"]:
        row["last_look_at"] = row["last_look_at"].replace(hour=23)
    build(made, tmp_path)
    for path in sorted((tmp_path / "feeds").rglob("*")):
        if path.is_file():
            assert (site / path.relative_to(tmp_path)).read_bytes() == path.read_bytes()


def test_scraped_text_cannot_break_a_feed(tmp_path: Path):
    made = toy()
    made.event("f" * 16, "vendor_change", "together", EVIL, "2026-09-12", old="2", new="1", model=EVIL, meter="training_tokens", quoted=EVIL,
        source_url="javascript:alert(1)")  # fmt: skip
    build(made, tmp_path)
    parsed = feedparser.parse((tmp_path / "feeds" / "changes.atom").read_bytes(), sanitize_html=False)
    assert not parsed.bozo
    content = parsed.entries[0].content[0].value
    assert "&lt;script&gt;" in content
    assert "<script" not in content
    assert "javascript:" not in content
    assert "<script" not in items(tmp_path)[0]["content_html"]
    for path in atom_files(tmp_path):
        assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", path.read_text(encoding="utf-8"))


def test_an_empty_feed_is_a_feed(tmp_path: Path):
    made = Toy()
    made.base("openai", "gpt-4.1", "2", "8")
    build(made, tmp_path)
    parsed = feedparser.parse((tmp_path / "feeds" / "changes.atom").read_bytes())
    assert not parsed.bozo
    assert [] == parsed.entries
    assert "2026-05-29T06:00:00Z" == parsed.feed.updated


def test_a_demonstration_has_ids_of_its_own(tmp_path: Path):
    build(toy(), tmp_path, is_demo=True)
    parsed = feedparser.parse((tmp_path / "feeds" / "changes.atom").read_bytes())
    assert parsed.feed.title.startswith("[Demonstration]")
    assert all(":demo/change/" in entry.id for entry in parsed.entries)


def test_a_reader_that_slept_misses_nothing(tmp_path: Path):
    """The feed and its archive documents (RFC 5005) together hold every change."""
    build(many(), tmp_path)
    path: Path | None = tmp_path / "feeds" / "changes.atom"
    seen: set[str] = set()
    sizes: list[int] = []
    while path is not None:
        root = ET.fromstring(path.read_bytes())
        links = {link.get("rel"): str(link.get("href")) for link in root.findall(f"{ATOM}link")}
        assert links["self"] == SITE_URL + path.relative_to(tmp_path).as_posix()
        entries = {str(entry.findtext(f"{ATOM}id")) for entry in root.findall(f"{ATOM}entry")}
        sizes.append(len(entries))
        seen |= entries
        if len(sizes) > 1:
            assert root.find("{http://purl.org/syndication/history/1.0}archive") is not None
            assert links["current"].endswith("feeds/changes.atom")
        before = links.get("prev-archive")
        path = tmp_path / before.removeprefix(SITE_URL) if before else None
    assert 100 == sizes[0]
    assert 130 == len(seen)
    assert len(sizes) > 10


def test_what_is_told_late_is_dated_by_its_telling(tmp_path: Path):
    """A back-dated event must not hide among the old entries of a reader that has read them."""
    made = toy()
    made.tables["price_change"][0]["recorded_at"] = made.tables["price_change"][0]["recorded_at"].replace(
        month=9, day=12
    )
    event = made.tables["price_change"][0]["event_id"]
    build(made, tmp_path)
    item = next(item for item in items(tmp_path) if item["id"].endswith(event))
    assert item["date_published"].startswith("2026-09-12")
    assert item["_change"]["observed_at"].startswith("2026-08-27")


def test_what_is_told_late_is_in_the_feed_however_long_ago_it_was(tmp_path: Path):
    made = many()
    made.tables["price_change"][0]["recorded_at"] = made.tables["price_change"][-1]["recorded_at"]
    build(made, tmp_path)
    assert made.tables["price_change"][0]["event_id"] in {item["id"].rpartition("/")[2] for item in items(tmp_path)}
