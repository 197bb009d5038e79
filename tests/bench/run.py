"""`make bench`: what a tick, a parse, a rebuild and a build of the site cost, as ratios to a limit of the same run.

Never run as a test: a shared machine's seconds say little. The figures to beat stand in the table at the end of each
line; compare only figures of one run.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from lxml import html  # noqa: E402 - after the path

from pipeline.saved_page import page_from_file  # noqa: E402
from scrapers.catalog import parser_of, read_catalog  # noqa: E402
from tests.program import Installation  # noqa: E402

RUNS = 7


def cpu_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median CPU time of some work in this process, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def process_cpu_s(command: list[str], environment: dict[str, str] | None = None, runs: int = 3) -> float:
    """The median CPU time of a whole process, in seconds."""
    times = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=environment, check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def line(what: str, took: str, ratio: float, limit: str) -> None:
    """One measured thing."""
    print(f"{what:<44} {took:>12}   {ratio:>7.1f} x {limit}")


def bench_parse() -> None:
    """Each scraper on its newest recording, beside the least it takes to read the same bytes: lxml's tree, or json's."""
    for provider in dict.fromkeys(row.provider for row in read_catalog()):
        recorded = [
            (path, row)
            for row in read_catalog()
            if row.provider == provider
            for path in sorted((REPOSITORY / "scrapers" / "recordings" / provider).glob(f"{row.page}-*"))
            if ".fails" not in path.name
        ]
        path, row = recorded[-1]
        page = page_from_file(path, url=row.url, fetched_at=datetime(2026, 11, 23, tzinfo=UTC))
        bare_reader, words = (
            (json.loads, "bare json") if path.suffix == ".json" else (html.fromstring, "the bare lxml tree")
        )
        mine = cpu_ms(lambda page=page, provider=provider: parser_of(provider).parse(page))
        bare = cpu_ms(lambda page=page, read=bare_reader: read(page.body))
        line(f"parse {provider} ({len(page.body) // 1000} kB)", f"{mine:.1f} ms", mine / bare, words)


def bench_installation() -> None:
    """A demonstration, a tick in which nothing moves, a rebuild and builds of the site, as whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Installation(home=Path(folder) / "state", site=Path(folder) / "site", is_demo=True)
        bare = process_cpu_s([sys.executable, "-c", "import httpx, duckdb, bs4"])
        whole = process_cpu_s(demo.command("run"), demo.environment, runs=1)
        line("the demonstration, all dates", f"{whole:.1f} s", whole / bare, "importing httpx, duckdb and bs4")
        still = process_cpu_s(demo.command("run"), demo.environment)
        line("a tick in which nothing moves", f"{still:.2f} s", still / bare, "importing httpx, duckdb and bs4")
        with_dagster = process_cpu_s([sys.executable, "-c", "import dagster"])
        line("(importing Dagster, which it never does)", f"{with_dagster:.2f} s", with_dagster / bare, "the same")
        again = process_cpu_s(demo.command("rebuild"), demo.environment)
        line("rebuild of all tables, and publish", f"{again:.2f} s", again / bare, "the same")
        site = process_cpu_s(demo.command("build"), demo.environment)
        line("build in which no page changed", f"{site:.2f} s", site / bare, "the same")
        for feed in sorted((REPOSITORY.parent / "shared" / "feeds").glob("litellm_*_1.109.1.json.gz")):
            told, published = import_s(demo, feed)
            line("import of 3 MB: kept, with its history", f"{told:.2f} s", told / bare, "the same")
            line("the same until the site is published", f"{published:.2f} s", published / bare, "the same")


def import_s(demo: Installation, feed: Path) -> tuple[float, float]:
    """Seconds until the command says what it kept, and until it ends."""
    command = demo.command("import", "litellm", str(feed), "--observed-on", "2026-09-30")
    start = time.perf_counter()
    with subprocess.Popen(command, env=demo.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        running.stdout.readline()
        told = time.perf_counter() - start
        running.wait()
    return told, time.perf_counter() - start


if __name__ == "__main__":
    bench_parse()
    bench_installation()
