"""The command line: documented exit codes, one clear line for what went wrong, JSON that is one document."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.cli import exit_code
from pipeline.settings import read_settings

RECORDINGS = Path(__file__).resolve().parent.parent / "scrapers" / "recordings"


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FTPRICES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FTPRICES_SITE", str(tmp_path / "site"))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)


def parse_json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert exit_code(["parse", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["no-such-command"], 2, "no-such-command"),
        (["parse", "openai"], 2, "file"),
        (["parse", "openai", "no-such-file.html"], 2, "no-such-file.html"),
        (["parse", "nobody", "x.html"], 2, "nobody"),
        (["parse", "openai", str(RECORDINGS / "openai" / "pricing-2026-06-26.fails.md")], 4, "LayoutChanged"),
        (
            ["parse", "openai", str(RECORDINGS / "openai" / "pricing-2026-08-27.html"), "--fetched-at", "soon"],
            2,
            "soon",
        ),
        (["prices"], 3, "ftprices run"),
        (["sql", "SELECT 1"], 3, "ftprices run"),
        (["sql", "SELECT 1", "--format", "xml"], 2, "xml"),
        (["changes", "--since", "yesterday"], 2, "yesterday"),
        (["run", "--only", "nobody"], 2, "nobody"),
        (["review", "accept", "0000"], 2, "--why"),
        (["review", "accept", "0000", "--why", "x"], 2, "0000"),
        (["serve"], 3, "no site"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_documented_code(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
):
    assert code == exit_code(words)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert printed.err.count("\n") == 1, printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "address",
    [
        "example",
        "ftp://example.org/",
        "http://[::1",
        "http://",
        "http://:80/",
        "http://example.org:99999/",
        "http://example.org:port/",
        "http://example.org/?a=b",
        "http://example.org/#a",
        "http://example .org/",
        "http://example.org/\x1b[2J",
    ],
)
def test_a_bad_setting_is_named(address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("FTPRICES_SITE_URL", address)
    assert exit_code(["prices"]) == 2
    printed = capsys.readouterr().err
    assert "FTPRICES_SITE_URL" in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/", "https://example.org/prices", "http://[::1]:8000/"])
def test_a_whole_address_is_taken(address: str):
    settings = read_settings(environment={"FTPRICES_SITE_URL": address})
    assert settings.site_url == address.removesuffix("/") + "/"


@pytest.mark.parametrize(
    "words",
    [
        ["prices", "--as-of", "0001-01-01T00:00+14:00"],
        ["prices", "--as-of", "9999-12-31T23:59-14:00"],
        ["changes", "--since", "0001-01-01T00:00+14:00"],
        ["changes", "--since", ""],
        ["prices", "--as-of", ""],
        [
            *("parse", "openai", str(RECORDINGS / "openai" / "pricing-2026-08-27.html")),
            *("--fetched-at", "9999-12-31T23:59-14:00"),
        ],
    ],
)
def test_a_time_beyond_the_calendar_is_no_time(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert exit_code(words) == 2
    assert "is not a date or a time" in capsys.readouterr().err


@pytest.mark.parametrize("is_debugging", [False, True])
def test_a_fault_of_the_program_is_one_line_that_says_so(
    is_debugging: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def dies(*_: object, **__: object) -> None:
        raise KeyError("no such\nkey\x1b[2J")

    monkeypatch.setattr("pipeline.readers.prices_command", dies)
    monkeypatch.setenv("FTPRICES_DEBUG", "1" if is_debugging else "")
    assert exit_code(["prices"]) == 1
    printed = capsys.readouterr().err
    said, _, rest = printed.partition("\n")
    assert "a fault of the program: KeyError" in said
    assert "test_cli.py, line" in said
    assert ("Traceback" in rest) == is_debugging
    assert rest == "" or is_debugging


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), duckdb.IOException("first\n\nsecond"), OSError()]
)
def test_what_the_world_did_is_told_in_its_own_words(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def dies(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.readers.prices_command", dies)
    assert exit_code(["prices"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"ftprices: {type(error).__name__}: ")
    assert "fault of the program" not in printed
    assert printed.count("\n") == 1
    assert "\ufffd" not in printed
    if str(error):
        assert str(error).split()[-1] in printed


def test_an_exit_stays_what_it_is(monkeypatch: pytest.MonkeyPatch):
    def leaves(*_: object, **__: object) -> None:
        raise SystemExit(7)

    monkeypatch.setattr("pipeline.readers.prices_command", leaves)
    with pytest.raises(SystemExit) as left:
        exit_code(["prices"])
    assert left.value.code == 7


def test_a_word_that_is_no_text_is_a_word_like_others(capsys: pytest.CaptureFixture[str]):
    assert exit_code(["run", "--only", "\udc80"]) == 2
    assert exit_code(["parse", "\udc80", "x.html"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]):
    assert exit_code(["run", "--help"]) == 0
    assert "ftprices run --only openai" in capsys.readouterr().out


def test_quotes_are_printed_with_every_field_of_the_contract(capsys: pytest.CaptureFixture[str]):
    quotes = parse_json(capsys, "openai", str(RECORDINGS / "openai" / "pricing-2026-08-27.html"))
    first = next(
        quote for quote in quotes if quote["model"] == "gpt-4.1-2025-04-14" and quote["meter"] == "training_tokens"
    )
    assert first["amount"] == "25"
    assert first["evidence"]["fetched_at"] == "2026-08-27T00:00:00Z"
    assert set(first) == {
        *("provider", "product", "model", "base_model", "size_tier", "size_min_params", "size_max_params", "meter"),
        *("variant", "method", "technique", "tier", "context_band", "time_window", "region", "condition", "amount"),
        *("currency", "value_state", "raw_text", "raw_unit", "effective_from", "effective_to", "derived", "doubt"),
        "evidence",
    }
    assert set(first["evidence"]) == {"quoted", "place", "url", "fetched_at", "sha256", "parser_version", "gpu_count"}


def test_a_page_of_facts_only_has_no_quotes(capsys: pytest.CaptureFixture[str]):
    page = str(RECORDINGS / "openai" / "deprecations-2026-07-15.md")
    assert parse_json(capsys, "openai", page) == []
    document = parse_json(capsys, "openai", page, "--facts")
    assert set(document) == {"quotes", "availability", "layout"}
    assert ("closed_to_new", "2026-05-07") in {(fact["kind"], fact["date"]) for fact in document["availability"]}


def test_the_time_of_a_saved_page_is_given_or_in_its_name_or_its_mtime(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    body = (RECORDINGS / "anthropic" / "pricing-2026-08-21.md").read_bytes()
    plain = tmp_path / "saved.md"
    plain.write_bytes(body)
    import os  # noqa: PLC0415 - only here

    os.utime(plain, (1_760_000_000, 1_760_000_000))
    assert parse_json(capsys, "anthropic", str(plain))[0]["evidence"]["fetched_at"] == "2025-10-09T08:53:20Z"
    words = (str(plain), "--fetched-at", "2026-08-21T10:00+02:00")
    assert parse_json(capsys, "anthropic", *words)[0]["evidence"]["fetched_at"] == "2026-08-21T08:00:00Z"


def test_an_empty_warehouse_builds_a_whole_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["build"]) == 0, capsys.readouterr().err
    assert (tmp_path / "site" / "index.html").is_file()
    assert (tmp_path / "site" / "data" / "prices.duckdb").is_file()
    capsys.readouterr()
    assert exit_code(["prices", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


REAL = {
    ("openai", "2026-08-27-developers-pricing-html-slice-finetuning.html"): [
        ("gpt-4.1-2025-04-14", None, "standard", ["25", "3", "0.75", "12"]),
        ("gpt-4.1-2025-04-14", None, "batch", ["25", "1.5", "0.5", "6"]),
        ("gpt-4o-2024-08-06", None, "batch", [..., "2.225", "0.9", "12.5"]),
        ("o4-mini-2025-04-16", None, "standard", ["100", "4", "1", "16"]),
        ("o4-mini-2025-04-16", "data_sharing", "standard", ["100", "2", "0.5", "8"]),
        ("babbage-002", "legacy", "batch", [..., ..., ..., "0.9"]),
        ("gpt-3.5-turbo", "legacy", "standard", ["8", "3", None, "6"]),
    ],
    ("openai", "2026-08-27-developers-pricing-html-slice-flagship-standard.html"): [
        ("gpt-4.1", None, "standard", ["2", "0.5", "8"]),
        ("o4-mini", None, "standard", ["1.1", "0.275", "4.4"]),
        ("gpt-5.6-sol", None, "standard", ["4", "0.4", "5", "20"]),
        ("gpt-4o-2024-05-13", None, "standard", ["5", None, "15"]),
    ],
    ("together", "2026-02-13-pricing-page.md"): [
        ("Up to 16B", None, None, ["0.48", "0.54", "1.2", "1.35"]),
        ("70-100B", None, None, ["2.9", "3.2", "7.25", "8"]),
        ("Kimi K2 Base", None, None, ["15", "37.5", "60"]),
        ("Qwen3-235B-A22B", None, None, ["6", "15", "0"]),
    ],
    ("together", "2026-08-20-pricing-html-slice-finetuning.html"): [
        ("Up to 16B", None, None, ["0.48", "0.54", "1.2", "1.35", "4"]),
        ("17B-69B", None, None, ["1.5", "1.65", "3.75", "4.12", "4"]),
        ("70-100B", None, None, ["2.9", "3.2", "7.25", "8", "4"]),
        ("Kimi K2.6", None, None, ["15", "37.5", "60"]),
        ("Kimi K2.7-Code", None, None, ["15", "37.5", "60"]),
        ("GLM-5.2", None, None, ["40", "100", "60"]),
    ],
    ("anthropic", "2026-08-21-platform-claude-pricing.md"): [
        ("Claude Sonnet 5", ..., "standard", ["2", "2.5", "4", "0.2", "10"]),
        ("Claude Haiku 4.5", ..., "standard", ["1", "1.25", "2", "0.1", "5"]),
    ],
}


@pytest.mark.real_pages
@pytest.mark.parametrize(("provider", "file"), list(REAL))
def test_the_real_pages_read_as_they_print(
    provider: str, file: str, shared_pages: Path, capsys: pytest.CaptureFixture[str]
):
    """The values of the seller's own pages, in the order in which the page prints them."""
    quotes = parse_json(capsys, provider, str(shared_pages / provider / file))
    for name, condition, tier, amounts in REAL[provider, file]:
        row = [
            quote
            for quote in quotes
            if (quote["model"] or quote["size_tier"]) == name
            and quote["tier"] == tier
            and (condition is ... or quote["condition"] == condition)
        ]
        assert len(row) == len(amounts), (name, [quote["meter"] for quote in row])
        for quote, amount in zip(row, amounts, strict=True):
            if amount is not ...:
                assert quote["amount"] == amount, (name, quote["meter"])
            assert quote["amount"] is None or Decimal(quote["amount"]) >= 0


@pytest.mark.real_pages
def test_the_second_table_of_together_names_thirteen_models(shared_pages: Path, capsys: pytest.CaptureFixture[str]):
    page = shared_pages / "together" / "2026-08-20-pricing-html-slice-finetuning.html"
    assert len({quote["model"] for quote in parse_json(capsys, "together", str(page)) if quote["model"]}) == 13


def test_recorded_figures_never_mix_with_live_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["build"]) == 0
    capsys.readouterr()
    for words in (["run", "--demo"], ["run", "--demo", "--fresh"], ["build", "--demo"], ["rebuild", "--demo"]):
        assert exit_code(words) == 2, words
        assert "holds live prices" in capsys.readouterr().err
    assert (tmp_path / "state" / "warehouse.duckdb").is_file(), "live history was thrown away"
    assert exit_code(["run", "--fresh"]) == 2


def test_a_fresh_demonstration_leaves_a_strangers_folder_alone(tmp_path: Path):
    from pipeline.stamp import discard_demo, state_of  # noqa: PLC0415 - only here

    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("dear", encoding="utf-8")
    discard_demo(theirs)
    assert (theirs / "letter.txt").is_file()
    state_of(tmp_path / "ours", is_demo=True)
    (tmp_path / "ours" / "thesis.txt").write_text("mine", encoding="utf-8")
    discard_demo(tmp_path / "ours")
    assert [path.name for path in (tmp_path / "ours").iterdir()] == ["thesis.txt"]
