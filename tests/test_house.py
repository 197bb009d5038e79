"""The rules of the house, as tests: what a reader of the repository may rely on."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

import pipeline
import scrapers
import warehouse
from tests.conftest import LONG

REPOSITORY = Path(__file__).resolve().parent.parent
HOSTS = re.compile(
    "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", r"registry\." + "npmjs", "deb" + r"\.debian\.org"])
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/[\w.-]+/")
TEXT = {".py", ".sql", ".md", ".toml", ".lock", ".yaml", ".yml", ".csv", ".html", ".css", ".js", ".txt", ".json", ""}


def tracked() -> list[Path]:
    """Every file of the repository: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [REPOSITORY / name for name in listed.stdout.splitlines()]
    assert len(files) > 50, "the list of files is not the repository's"
    return [file for file in files if file.is_file()]


def python_files() -> list[Path]:
    found = [file for file in tracked() if file.suffix == ".py" and "tests" not in file.relative_to(REPOSITORY).parts]
    assert found
    return found


def test_the_three_packages_are_this_repositorys():
    for package in (pipeline, scrapers, warehouse):
        assert package.__file__ is not None
        assert Path(package.__file__).resolve().parent.parent == REPOSITORY


def test_site_holds_no_python():
    assert [] == [file for file in tracked() if file.suffix == ".py" and file.is_relative_to(REPOSITORY / "site")]
    assert not (REPOSITORY / "site" / "__init__.py").exists()


def test_package_files_hold_a_docstring_and_nothing_else():
    packages = [file for file in python_files() if file.name == "__init__.py"]
    assert packages
    for file in packages:
        body = ast.parse(file.read_text(encoding="utf-8")).body
        assert [ast.Expr] == [type(node) for node in body], f"{file} holds more than a docstring"


def test_no_file_is_a_drawer_for_everything():
    assert [] == [file.name for file in python_files() if file.stem in {"utils", "helpers", "misc", "common"}]


@pytest.mark.parametrize(
    ("pattern", "what"), [(HOSTS, "a package registry's host"), (MACHINE_PATH, "a path of a machine")]
)
def test_no_file_names(pattern: re.Pattern[str], what: str):
    offending = [
        f"{file.relative_to(REPOSITORY)}: {match[0]}"
        for file in tracked()
        if file.suffix in TEXT and file != Path(__file__)
        for match in [pattern.search(file.read_text(encoding="utf-8", errors="replace"))]
        if match is not None
    ]
    assert [] == offending, f"{what} is named"


def test_the_lock_pins_every_package_by_hash_and_names_no_index():
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text)
    pinned = [entry for entry in requirements if entry and not entry.startswith("#")]
    assert len(pinned) > 50
    assert [] == [entry.split()[0] for entry in pinned if "==" not in entry or "--hash=sha256:" not in entry]
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|-f|--find-links)\b", text, re.MULTILINE)


def test_the_build_backend_is_in_the_lock():
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"^hatchling==", text, re.MULTILINE)
    assert re.search(r"^editables==", text, re.MULTILINE)


def test_tables_and_formulas_are_files_not_strings():
    """A CREATE TABLE or VIEW outside the warehouse would be a table that nobody finds by its file."""
    statement = re.compile(r"CREATE\s+(OR\s+REPLACE\s+)?(TABLE|VIEW|MACRO)\b", re.IGNORECASE)
    outside = [file for file in python_files() if not file.is_relative_to(REPOSITORY / "warehouse")]
    assert outside
    assert [] == [file.name for file in outside if statement.search(file.read_text(encoding="utf-8"))]


def test_the_environment_is_read_in_one_place():
    readers = [
        file.relative_to(REPOSITORY).as_posix()
        for file in python_files()
        if re.search(r"os\.environ|getenv", file.read_text(encoding="utf-8"))
    ]
    assert set(readers) <= {"pipeline/settings.py", "pipeline/dev.py"}, readers


def test_every_make_target_has_its_line_of_help():
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "run", "dev", "serve", "check", "try", "record", "bench"):
        assert re.search(rf"^{target}:.*## \S", text, re.MULTILINE), target


def test_the_files_that_are_begun_first_are_there():
    assert len(LONG) > 5
    assert [] == [name for name in LONG if not list(REPOSITORY.glob(f"{name}*"))]
