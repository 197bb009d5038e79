"""Every kind of page is valid HTML by html-validate's strict rules: `make checker` puts the checker in place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.toy_site import build, toy

TOOLS = Path(__file__).parent.parent / "tools" / "html"
CHECKER = TOOLS / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command of the checker, without which CI fails and others skip."""
    node = shutil.which("node")
    if node is None or not CHECKER.is_file():
        why = f"node or {CHECKER.relative_to(TOOLS.parent.parent)} is not there: make checker"
        if os.environ.get("CI"):
            pytest.fail(f"CI validates the pages, and {why}")
        pytest.skip(why)
    return [node, str(CHECKER)]


def complaints(checker: list[str], *pages: Path) -> list[str]:
    """What the checker says of these pages: "page:line rule message"."""
    done = subprocess.run(
        [*checker, "--config", str(TOOLS / "rules.json"), "--formatter", "json", *map(str, pages)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.startswith("["), done.stderr
    return [
        f"{found['filePath']}:{message['line']} {message['ruleId']} {message['message']}"
        for found in json.loads(done.stdout)
        for message in found["messages"]
    ]


def test_the_checker_finds_a_fault(checker: list[str], tmp_path: Path):
    """Before trusting silence: a page with a fault is found."""
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html>\n<html lang="en"><head><title>x</title></head><body><p><div id="a"></div><i id="a"></i></p></body></html>\n',
        encoding="utf-8",
    )
    assert len(complaints(checker, page)) >= 2


def test_every_page_of_the_toy_site_is_valid(checker: list[str], tmp_path: Path):
    build(toy(), tmp_path)
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 30
    assert [] == complaints(checker, *pages)


def test_a_sample_of_a_whole_site_is_valid(checker: list[str], whole_site: Path):
    pages = sorted(whole_site.rglob("*.html"))
    sample = {*pages[::25], *(max(group, key=lambda page: page.stat().st_size) for group in _kinds(whole_site, pages))}
    assert len(sample) > 25
    assert [] == complaints(checker, *sorted(sample))


def _kinds(site: Path, pages: list[Path]) -> list[list[Path]]:
    kinds: dict[str, list[Path]] = {}
    for page in pages:
        kinds.setdefault(page.relative_to(site).parts[0], []).append(page)
    return list(kinds.values())
