"""The catalogue is checked when it is read, and says where it is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.workshop import catalogue
from scrapers import providers
from scrapers.catalog import (
    CATALOG,
    COLUMNS,
    FEED,
    FEED_CATALOG,
    PageRow,
    parser_of,
    provider_name,
    read_catalog,
)
from scrapers.errors import CatalogError
from scrapers.feed_prices import is_snapshot, known_feeds

GOOD = {
    "provider": "_example",
    "page": "pricing",
    "url": "https://example.invalid/pricing",
    "scope": "demo",
    "trust": "vendor",
    "cadence_hours": "24",
    "currency": "USD",
    "min_rows": "4",
    "media_types": "text/html text/plain",
    "allowed_hosts": "example.invalid www.example.invalid",
    "next_page": "",
    "terms_checked_on": "2026-11-23",
    "notes": "a note, with a comma",
}


def written(tmp_path: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = tmp_path / "catalog.csv"
    lines = [",".join(columns)]
    lines += [",".join(f'"{row[column]}"' for column in columns if column in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_row_is_read_whole(tmp_path):
    (row,) = read_catalog(written(tmp_path, GOOD))

    assert row == PageRow(
        provider="_example",
        page="pricing",
        url="https://example.invalid/pricing",
        scope="demo",
        trust="vendor",
        cadence_hours=24,
        currency="USD",
        min_rows=4,
        media_types=("text/html", "text/plain"),
        allowed_hosts=("example.invalid", "www.example.invalid"),
        next_page=None,
        terms_checked_on=date(2026, 11, 23),
        notes="a note, with a comma",
    )


def test_the_shipped_catalogue_is_sound_and_holds_the_sellers_of_the_start():
    rows = read_catalog()

    assert {row.provider for row in rows} >= {"openai", "together", "anthropic", "_example"}
    assert [row.url for row in rows if row.scope != "demo" and not row.url.startswith("https://")] == []
    assert [row.provider for row in rows if row.provider == "_example" and row.scope != "demo"] == []


def test_every_provider_of_the_catalogue_has_a_module_and_every_module_a_row():
    modules = {path.stem for path in Path(providers.__file__).parent.glob("*.py")} - {"__init__"}

    assert modules, "no provider module was found at all"
    assert {row.provider for row in read_catalog()} == modules


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("url", "http://example.invalid/pricing", "https"),
        ("url", "https://", "https"),
        ("url", "ftp://example.invalid/pricing", "https"),
        ("url", "https://me@example.invalid/pricing", "https"),
        ("url", "https://[example.invalid/", "url"),
        ("scope", "staging", "demo, experimental, live"),
        ("scope", "", "demo, experimental, live"),
        ("trust", "hearsay", "third_party, vendor"),
        ("cadence_hours", "0", "at least 1"),
        ("cadence_hours", "-24", "at least 1"),
        ("cadence_hours", "daily", "at least 1"),
        ("cadence_hours", "1.5", "at least 1"),
        ("min_rows", "-1", "at least 0"),
        ("min_rows", "", "at least 0"),
        ("currency", "dollars", "three capitals"),
        ("media_types", "", "text/html"),
        ("media_types", "html", "text/html"),
        ("allowed_hosts", "https://example.invalid", "hosts"),
        ("allowed_hosts", "elsewhere.invalid", "example.invalid"),
        ("next_page", "Next Page", "letters"),
        ("next_page", "NextPageLink", "JSON"),
        ("next_page", "{}/catalog.zip", "an archive is like {}/catalog.zip#list.csv"),
        ("next_page", "https://elsewhere.example/{}.zip#list.csv", "letters"),
        ("terms_checked_on", "23.11.2026", "2026-11-23"),
        ("page", "Pricing Page", "lower case"),
        ("page", "", "lower case"),
        ("provider", "nobody", "module"),
        ("provider", "../errors", "module"),
        ("provider", "", "module"),
    ],
)
def test_a_bad_cell_is_named_by_file_line_and_column(tmp_path, column, value, words):
    good = GOOD | {"page": "other"}
    path = written(tmp_path, good, GOOD | {column: value})

    with pytest.raises(CatalogError) as error:
        read_catalog(path)

    message = str(error.value)
    assert message.startswith(f"catalog.csv, line 3, column '{column}': ")
    assert words in message


def test_a_list_of_json_documents_names_the_key_of_the_next_one(tmp_path):
    paged = GOOD | {"media_types": "application/json", "next_page": "NextPageLink"}

    assert read_catalog(written(tmp_path, paged))[0].next_page == "NextPageLink"


def test_an_address_is_one_page():
    """The archive and the demonstration's server know a page by its address."""
    addresses = [row.url for row in read_catalog()]

    assert len(set(addresses)) == len(addresses) > 20


def test_a_packed_list_says_where_its_archive_lies(tmp_path):
    packed = GOOD | {"media_types": "text/csv application/zip", "next_page": "{}/catalog.zip#list.csv"}

    assert read_catalog(written(tmp_path, packed))[0].next_page == "{}/catalog.zip#list.csv"
    with pytest.raises(CatalogError, match="column 'media_types': an archive is application/zip"):
        read_catalog(written(tmp_path, packed | {"media_types": "text/csv"}))


def test_plain_http_is_for_loopback_only(tmp_path):
    local = GOOD | {"url": "http://127.0.0.1:8123/pricing", "allowed_hosts": "127.0.0.1"}

    assert read_catalog(written(tmp_path, local))[0].url == "http://127.0.0.1:8123/pricing"


def test_a_page_stands_once(tmp_path):
    with pytest.raises(CatalogError, match=r"catalog\.csv, line 3, column 'page': _example pricing stands twice"):
        read_catalog(written(tmp_path, GOOD, GOOD))


def test_an_unknown_column_is_named(tmp_path):
    path = written(tmp_path, GOOD | {"colour": "red"}, columns=(*COLUMNS, "colour"))

    with pytest.raises(CatalogError, match=r"catalog\.csv, line 1: the column 'colour' is unknown"):
        read_catalog(path)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(CatalogError, match=r"catalog\.csv, line 1: the column 'scope' is missing"):
        read_catalog(written(tmp_path, GOOD, columns=tuple(column for column in COLUMNS if column != "scope")))


@pytest.mark.parametrize("change", [lambda line: line + ",more", lambda line: line.rpartition(",")[0]])
def test_a_row_with_too_many_or_too_few_cells_is_refused(tmp_path, change):
    path = written(tmp_path, GOOD | {"notes": "short"})
    head, line, _ = path.read_text(encoding="utf-8").split("\n")
    path.write_text(f"{head}\n{change(line)}\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=rf"line 2: the row does not have {len(COLUMNS)} cells"):
        read_catalog(path)


@pytest.mark.parametrize("text", ["", ",".join(COLUMNS) + "\n"])
def test_an_empty_catalogue_is_an_error(tmp_path, text):
    path = tmp_path / "catalog.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CatalogError):
        read_catalog(path)


def test_broken_quoting_is_an_error_of_the_catalogue(tmp_path):
    path = tmp_path / "catalog.csv"
    path.write_text(CATALOG.read_text(encoding="utf-8") + '_example,"never closed', encoding="utf-8")

    with pytest.raises(CatalogError, match=r"catalog\.csv, line "):
        read_catalog(path)


def test_a_parser_is_found_by_its_file_name():
    assert parser_of("_example").PARSER_VERSION == "1"
    assert callable(parser_of("_example").parse)


@pytest.mark.parametrize("provider", ["nobody", "", "../errors", "os", "__init__"])
def test_there_is_no_parser_for_a_name_without_a_module(provider):
    with pytest.raises(CatalogError, match="there is no module"):
        parser_of(provider)


def test_readers_see_the_name_a_module_gives():
    providers_named = sorted({row.provider for row in read_catalog()})

    assert provider_name("anthropic") == "Anthropic"
    assert provider_name("_example") == "Example Seller (fictional)"
    assert [provider_name(one) for one in providers_named] == [parser_of(one).NAME for one in providers_named]


def test_the_catalogue_of_third_parties_lists_is_sound():
    rows = read_catalog(FEED_CATALOG)

    assert {row.trust for row in rows} == {FEED}
    assert {row.scope for row in rows} == {"live"}
    feeds = known_feeds()
    assert all(is_snapshot(feeds[provider_name(row.provider)]) for row in rows)
    addresses = [row.url for row in (*rows, *read_catalog())]
    assert len(addresses) == len(set(addresses))
    assert [row.url for row in rows if row.provider == "genai_prices" and "/v2/" not in row.url] == []
    assert {row.trust for row in read_catalog()} == {"vendor", "third_party"}


@pytest.mark.parametrize(("provider", "trust"), [("litellm", "third_party"), ("_example", "feed")])
def test_only_a_module_of_feeds_is_a_third_partys_list(tmp_path, provider, trust):
    with pytest.raises(CatalogError, match="column 'trust': feed is for modules of scrapers/feeds"):
        read_catalog(written(tmp_path, GOOD | {"provider": provider, "trust": trust}))


@pytest.mark.parametrize("provider", ["long_gone", "", "../errors", "__init__", "No Slug"])
def test_a_seller_without_a_module_is_called_by_its_slug(provider):
    assert provider_name(provider) == provider


def test_a_live_run_looks_at_every_real_page_and_at_no_made_up_one():
    """One whose form was never recorded too: it is refused in words until somebody records it."""
    live, demo = catalogue(is_demo=False), catalogue(is_demo=True)

    assert {row.scope for row in live} == {"live", "experimental"}
    assert {row.scope for row in demo} == {"live", "experimental", "demo"}
