"""The built site as a whole: the golden tree, sameness of bytes, links, weights, and what no page may hold.

Refresh the golden tree with FTPRICES_REFRESH_GOLDEN=1, then read the difference before committing it.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import duckdb
import pytest
from bs4 import BeautifulSoup

from pipeline.publish.downloads import files_in
from pipeline.publish.render import CSP, build_site
from tests.toy_site import SITE_URL, Toy, at, build, toy
from warehouse import upkeep
from warehouse.database import connect, migrate

GOLDEN = Path(__file__).parent / "golden_site"
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy's site with one download, built once."""
    out = tmp_path_factory.mktemp("site")
    (out / "data").mkdir()
    (out / "data" / "prices.csv").write_text("provider,amount\nopenai,25\n", encoding="utf-8")
    build(toy(), out, files=files_in(out))
    return out


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose sellers print markup, climbing paths, script addresses and control characters."""
    made = toy()
    for number, name in enumerate(
        (EVIL, "../../../evil", "..", "a/b\\c", "\x00\x1b[31m\u202e52$", "x" * 300, "日本語")
    ):
        series = made.price("together", "training_tokens", ("2026-09-11", "1"), model=name, quoted=EVIL, place=EVIL)
        made.event(f"{number:016x}", "vendor_change", "together", EVIL, "2026-09-11", before="2026-08-21", old="2", new="1",
            model=name, series_id=series, meter="training_tokens", quoted=EVIL, source_url="javascript:alert(3)")  # fmt: skip
        made.fact("together", "deprecated", None, model=name, quoted=EVIL, source_url='data:text/html,"><b>')
    made.tables["provider_health"][0] |= {"detail": EVIL, "outcome": EVIL, "url": "javascript:alert(4)", "page": EVIL}
    for name in ("held", "hold"):
        for row in made.tables[name]:
            row |= {"reason": EVIL, "quoted": EVIL, "raw_text": EVIL, "rule": EVIL}
    for row in made.tables["guide_audit"]:
        row |= {"words": EVIL, "seller_model": EVIL, "source_url": "javascript:alert(6)", "note": EVIL}
    for row in made.tables["feed_history"]:
        row |= {"feed_words": EVIL, "feed_url": "javascript:alert(8)", "model": EVIL}
    for row in (*made.tables["feed_change"], *made.tables["source_agreement"]):
        row |= {"feed_words": EVIL, "model": row["model"]}
    for row in made.tables["source_agreement"]:
        row |= {"cause_words": EVIL, "feed_model": EVIL}
    for row in made.tables["claims_audit"]:
        row |= {"says": EVIL, "note": EVIL, "formula": EVIL, "beside_words": EVIL}
    for row in made.tables["guide_example"]:
        row |= {"unknown_because": EVIL, "base_model": EVIL, "base_seller": "openai", "base_source_url": "javascript:alert(7)",
            "base_verified_on": at("2026-09-13").date()}  # fmt: skip
    made.tables["hold"][0] |= {"decided_by": EVIL, "model": EVIL, "source_url": "javascript:alert(5)"}
    out = tmp_path_factory.mktemp("evil") / "site"
    build(made, out)
    return out


def pages(site: Path) -> list[Path]:
    """Every page; a test over all of them fails where there are none."""
    found = sorted(site.rglob("*.html"))
    assert len(found) > 30
    return found


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")


def tree(folder: Path) -> dict[str, str]:
    """Pages and feeds by path. The version of the style sheet is left out: a colour must not rewrite the goldens."""
    return {
        path.relative_to(folder).as_posix(): re.sub(r"\?v=[0-9a-f]{8}", "?v=0", path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "static" and path.name != ".ftprices-site.json"
    }


def test_the_site_is_the_golden_one(site: Path):
    built = tree(site)
    if os.environ.get("FTPRICES_REFRESH_GOLDEN"):
        shutil.rmtree(GOLDEN, ignore_errors=True)
        for path, text in built.items():
            (GOLDEN / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / path).write_text(text, encoding="utf-8")
        pytest.fail(f"{len(built)} files written to {GOLDEN}: review them, then commit them")
    expected = tree(GOLDEN)
    assert len(expected) > 40, "the golden site is missing: set FTPRICES_REFRESH_GOLDEN=1"
    assert expected.keys() == built.keys()
    assert [] == [path for path in expected if expected[path] != built[path]]


def test_two_builds_give_the_same_bytes(site: Path, tmp_path: Path):
    build(toy(), tmp_path, files=files_in(site))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert (site / path.relative_to(tmp_path)).read_bytes() == path.read_bytes()


def test_order_of_rows_does_not_matter(site: Path, tmp_path: Path):
    made = toy()
    for rows in made.tables.values():
        rows.reverse()
    build(made, tmp_path, files=files_in(site))
    assert tree(site).keys() - {"data/prices.csv"} == tree(tmp_path).keys()
    assert [] == [path for path, text in tree(tmp_path).items() if text != tree(site)[path]]


def test_an_empty_warehouse_of_this_version_gives_a_whole_site(tmp_path: Path):
    """Also the test that the warehouse publishes every column the pages list."""
    with connect(tmp_path / "warehouse.duckdb") as con:
        migrate(con)
        upkeep.refresh(con)
        result = build_site(con, tmp_path / "site", site_url=SITE_URL, is_demo=False, stamp="empty")
    assert 10 <= result.pages
    assert "No training price is known yet" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


# What no page may hold


def test_scraped_text_never_becomes_markup(evil: Path):
    for page in pages(evil):
        parsed = soup(page)
        assert all("<" not in script.text for script in parsed.find_all("script", type="application/ld+json")), page
        assert "alert(1)" not in "".join(script.text for script in parsed.find_all("script", src=True))
        for element in parsed.find_all(True):
            assert [] == [name for name in element.attrs if name.startswith("on") or name in {"style", "srcdoc"}], page
        for element in parsed.find_all(href=True):
            assert urlsplit(str(element["href"])).scheme in {"", "http", "https"}, page
        assert all(re.fullmatch(r"(\.\./)+badge/[\w./-]+\.svg", str(img["src"])) for img in parsed.find_all("img")), (
            page
        )


def test_scraped_names_stay_inside_the_site(evil: Path):
    assert {"site"} == {path.name for path in evil.parent.iterdir()}
    for page in pages(evil):
        relative = page.relative_to(evil).as_posix()
        assert re.fullmatch(r"[a-z0-9._/-]+", relative), relative
        assert len(page.parent.name) < 100
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", page.read_text(encoding="utf-8"))


def test_names_that_look_alike_get_pages_of_their_own(evil: Path, tmp_path: Path):
    made = Toy()
    for day, name in (("2026-09-10", "GPT 4"), ("2026-09-09", "gpt-4"), ("2026-09-11", "gpt 4")):
        made.price("together", "training_tokens", (day, "1"), model=name)
    build(made, tmp_path)
    folders = sorted(path.name for path in (tmp_path / "models" / "together").iterdir())
    assert 3 == len(folders)
    assert "gpt-4" in (tmp_path / "models/together/gpt-4/index.html").read_text(encoding="utf-8")
    assert "<h1>gpt-4</h1>" in (tmp_path / "models/together/gpt-4/index.html").read_text(encoding="utf-8")


def test_no_inline_script_or_style_and_nothing_from_elsewhere(site: Path):
    for page in pages(site):
        parsed = soup(page)
        for script in parsed.find_all("script"):
            if script.get("type") == "application/ld+json":  # data: a policy does not ask, and nothing runs
                continue
            assert script.get("src"), page
            assert not script.text.strip(), page
        assert not parsed.find_all("style"), page
        assert not parsed.find_all(style=True), page
        loaded = [element.get("src") for element in parsed.find_all(src=True)]
        loaded += [link["href"] for link in parsed.find_all("link") if link["rel"][0] in {"stylesheet", "icon"}]
        assert loaded
        assert [] == [url for url in loaded if urlsplit(str(url)).netloc], page
        meta = parsed.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert meta is not None
        assert CSP == meta["content"]


# Links


def test_every_link_leads_somewhere(site: Path):
    ids = {page: {str(element["id"]) for element in soup(page).find_all(id=True)} for page in pages(site)}
    broken = []
    for page in ids:
        for element in soup(page).find_all(["a", "link", "script"]):
            url = str(element.get("href") or element.get("src") or "")
            if urlsplit(url).netloc and not url.startswith(SITE_URL):
                continue
            target = _file_of(site, page, url)
            fragment = urldefrag(url).fragment
            if not target.is_file() or (fragment and fragment not in ids.get(target, set())):
                broken.append((page.relative_to(site).as_posix(), url))
    assert [] == broken


def _file_of(site: Path, page: Path, url: str) -> Path:
    address = urljoin(SITE_URL + page.relative_to(site).as_posix(), url)
    assert address.startswith(SITE_URL), f"{page}: {url} leaves the site"
    path = urlsplit(address).path.removeprefix(urlsplit(SITE_URL).path)
    return site / path / "index.html" if not path or path.endswith("/") else site / path


def test_ids_are_unique_and_labels_point_at_them(site: Path):
    for page in pages(site):
        parsed = soup(page)
        ids = [str(element["id"]) for element in parsed.find_all(id=True)]
        assert len(ids) == len(set(ids)), page
        for element in parsed.find_all(attrs={"aria-labelledby": True}):
            assert set(str(element["aria-labelledby"]).split()) <= set(ids), page


def test_page_links_are_relative_and_canonical_links_whole(site: Path):
    for page in pages(site):
        parsed = soup(page)
        for anchor in parsed.find_all("a", href=True):
            url = str(anchor["href"])
            assert page.name == "404.html" or not url.startswith("/"), page
            assert not url.startswith(SITE_URL), page
        canonical = parsed.find("link", rel="canonical")
        if page.name != "404.html":
            assert canonical is not None
            assert str(canonical["href"]) == SITE_URL + page.relative_to(site).as_posix().removesuffix("index.html")


def test_the_site_map_lists_every_page(site: Path):
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    expected = {
        SITE_URL + page.relative_to(site).as_posix().removesuffix("index.html")
        for page in pages(site)
        if page.name != "404.html"
    }
    assert expected == set(listed)
    assert len(listed) == len(set(listed))


# Weight, colour, frame


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), mtime=0))


def test_weights_keep_their_budgets(site: Path):
    for page in pages(site):
        assert packed(page) <= 30_000, page
    assert packed(site / "static" / "style.css") <= 8_000
    scripts = {
        page: {str(tag["src"]).rpartition("/")[2].partition("?")[0] for tag in soup(page).select("script[src]")}
        for page in pages(site)
    }
    assert {name for names in scripts.values() for name in names} | {"sql.js"} == {
        path.name for path in (site / "static").glob("*.js")
    }
    assert packed(site / "static" / "sql.js") <= 9_000  # with freshness.js, where the console was made
    for page, names in scripts.items():
        assert sum(packed(site / "static" / name) for name in names) <= 10_000, page
    assert packed(site / "compare" / "offers.json") <= 30_000


def test_a_long_cost_table_keeps_its_budget(tmp_path: Path):
    made = Toy()
    for number in range(150):
        made.tuned(f"model-{number}-2026-01-01", f"model-{number}", f"{number + 1}.5", ("3", "1", "12"), ("2", "8"))
    build(made, tmp_path)
    assert packed(tmp_path / "index.html") <= 60_000


def _schemes() -> Iterator[tuple[str, dict[str, str]]]:
    css = (Path(__file__).parent.parent / "site" / "static" / "style.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2])  # fmt: skip
    yield "light", light
    yield "dark", light | dark


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("name", "colours"), list(_schemes()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_colours_can_be_read(name: str, colours: dict[str, str]):
    text = ["ink", "soft", "accent", "good", "warn", "bad", *(f"series-{number}" for number in range(1, 7))]
    for ground in ("paper", "raised"):
        for token in text:
            assert 4.5 <= _contrast(colours[token], colours[ground]), f"{name}: --{token} on --{ground}"
        assert 3 <= _contrast(colours["line"], colours[ground]), f"{name}: --line on --{ground}"


def test_every_page_has_its_frame(site: Path):
    for page in pages(site):
        parsed = soup(page)
        assert 1 == len(parsed.find_all("h1")), page
        assert 1 == len(parsed.find_all("main")), page
        assert "#main" == parsed.find("a", class_="skip")["href"], page
        assert parsed.find("meta", attrs={"name": "description"})["content"].strip(), page
        assert parsed.find("meta", property="og:title")["content"].strip(), page
        for region in parsed.find_all(class_="scroll"):
            assert "0" == region["tabindex"], page
            assert region.get("aria-label") or region.get("aria-labelledby"), page
        assert parsed.find("aside", class_="demo") is None, page


def test_a_demonstration_says_so_on_every_page(tmp_path: Path):
    build(toy(), tmp_path, is_demo=True)
    for page in pages(tmp_path):
        parsed = soup(page)
        assert "not live prices" in parsed.find("aside", class_="demo").text, page
        assert "noindex" == parsed.find("meta", attrs={"name": "robots"})["content"], page
    assert "Disallow: /\n" in (tmp_path / "robots.txt").read_text(encoding="utf-8")


def test_headers_say_what_a_meta_element_cannot(site: Path):
    headers = (site / "_headers").read_text(encoding="utf-8")
    assert "frame-ancestors 'none'" in headers
    for path in ("/data/*", "/feeds/*"):
        assert f"{path}\n  Access-Control-Allow-Origin: *" in headers


def test_a_lost_column_is_named():
    with closing(toy().connect()) as con:
        con.execute("alter table pub.current_price drop column quoted")
        with pytest.raises(duckdb.BinderException, match="quoted"):
            build_site(con, Path("nowhere"), site_url=SITE_URL, is_demo=False, stamp="toy")


def test_downloads_are_listed_with_size_and_hash(site: Path):
    page = soup(site / "data" / "index.html")
    link = page.find("a", href="../data/prices.csv")
    assert "26 B of prices as CSV" == link.text
    assert 64 == len(str(link["title"]).removeprefix("sha256 "))
    assert at("2026-09-13").strftime("%Y-%m-%d") in page.text
