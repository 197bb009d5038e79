"""What every page must keep: weights, lengths, links, ids. Some 800 pages of the demonstration, and of one with three years of lists."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from lxml import html

HTML, CSS, SCRIPTS = 30_000, 8_000, 10_000  # bytes gzipped, a page
COST_TABLE = 60_000  # the page of the cost table
REQUESTS, NODES, ROWS = 6, 1_500, 100
_HOST = "https://prices.invalid/"


@dataclass(frozen=True)
class Facts:
    """What was found in one page."""

    path: str
    packed: int
    loaded: tuple[str, ...]
    nodes: int
    rows: int
    ids: tuple[str, ...]
    links: tuple[str, ...]
    evidence: int
    figures: int


def facts_of(site: Path, page: Path) -> Facts:
    text = page.read_bytes()
    tree = html.document_fromstring(text.decode())
    links = [str(link) for link in tree.xpath("//a/@href | //link/@href | //script/@src | //img/@src")]
    loaded = tree.xpath("//script/@src | //img/@src | //iframe/@src | //link[contains('stylesheet icon', @rel)]/@href")
    return Facts(
        path=page.relative_to(site).as_posix(),
        packed=len(gzip.compress(text, mtime=0)),
        loaded=tuple(str(url) for url in loaded),
        nodes=int(tree.xpath("count(//*) - count(//tbody//*)")),
        rows=max((len(table.xpath(".//tbody/tr")) for table in tree.xpath("//table")), default=0),
        ids=tuple(str(name) for name in tree.xpath("//@id")),
        links=tuple(links),
        evidence=len(tree.xpath("//*[contains(concat(' ', @class, ' '), ' evidence ')]")),
        figures=len(tree.xpath("//details[@class='figure']")),
    )


@pytest.fixture(scope="module")
def pages(whole_site: Path) -> dict[str, Facts]:
    found = {facts.path: facts for facts in (facts_of(whole_site, page) for page in sorted(whole_site.rglob("*.html")))}
    assert len(found) > 500
    return found


def test_pages_keep_their_weight(pages: dict[str, Facts], whole_site: Path):
    heavy = {path: facts.packed for path, facts in pages.items() if facts.packed > (COST_TABLE if path == "index.html" else HTML)}  # fmt: skip
    assert {} == heavy
    assert len(gzip.compress((whole_site / "static" / "style.css").read_bytes(), mtime=0)) <= CSS


def test_scripts_of_a_page_keep_their_weight(pages: dict[str, Facts], whole_site: Path):
    scripts = list((whole_site / "static").glob("*.js"))
    packed = {script.name: len(gzip.compress(script.read_bytes(), mtime=0)) for script in scripts}
    assert packed
    for path, facts in pages.items():
        names = [urlsplit(url).path.rpartition("/")[2] for url in facts.loaded if ".js" in url]
        assert names, path
        assert sum(packed[name] for name in names) <= SCRIPTS, path
        assert 1 + len(facts.loaded) <= REQUESTS, path


def test_nothing_is_loaded_from_elsewhere(pages: dict[str, Facts]):
    assert [] == [(path, url) for path, facts in pages.items() for url in facts.loaded if urlsplit(url).netloc]


def test_pages_keep_their_length(pages: dict[str, Facts]):
    assert {} == {path: facts.nodes for path, facts in pages.items() if facts.nodes > NODES}
    assert {} == {path: facts.rows for path, facts in pages.items() if facts.rows > ROWS}


def test_a_figure_has_its_evidence_once(pages: dict[str, Facts]):
    assert sum(facts.figures for facts in pages.values()) > 1000
    assert {} == {path: (facts.evidence, facts.figures) for path, facts in pages.items() if facts.evidence > facts.figures + 1}  # fmt: skip


def test_ids_stand_once_a_page(pages: dict[str, Facts]):
    assert [] == [path for path, facts in pages.items() if len(facts.ids) != len(set(facts.ids))]


def test_no_link_or_place_in_a_page_is_broken(pages: dict[str, Facts], whole_site: Path):
    ids = {path: set(facts.ids) for path, facts in pages.items()}
    address = re.search(r"<loc>(.*?)</loc>", (whole_site / "sitemap.xml").read_text(encoding="utf-8"))
    assert address is not None
    own = address[1]
    broken = set()
    for path, facts in pages.items():
        here = _HOST + path.removesuffix("index.html")
        for url in facts.links:
            whole = urljoin(here, url.replace(own, _HOST, 1) if url.startswith(own) else url)
            if not whole.startswith(_HOST):
                continue
            target, fragment = urldefrag(whole.partition("?")[0] if "?" in whole else whole)
            file = unquote(target.removeprefix(_HOST))
            file = f"{file}index.html" if not file or file.endswith("/") else file
            is_there = file in ids or (whole_site / file).is_file()
            is_place = fragment and "=" not in fragment
            if not is_there or (is_place and unquote(fragment) not in ids.get(file, ())):
                broken.add((path, url))
    assert [] == sorted(broken)[:20]
