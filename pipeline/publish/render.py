"""Rows to files: renders the site map, the feeds and the few files servers and crawlers ask for.

Knows no clock: the newest read in the data is the only "now". The same data gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import duckdb
import jinja2

from pipeline.program import program_version
from pipeline.publish import compare, feeds
from pipeline.publish import format as fmt
from pipeline.publish.addresses import root_of
from pipeline.publish.advise_page import rules_of
from pipeline.publish.asked import ask
from pipeline.publish.badges import badge_of
from pipeline.publish.calculator import PATH as OFFERS
from pipeline.publish.calculator import offers_json
from pipeline.publish.calendar import Announced, announced_of, calendar
from pipeline.publish.changes import Change
from pipeline.publish.context import SiteData, load
from pipeline.publish.downloads import ALERTS_SCHEMA, DownloadFile
from pipeline.publish.fingerprint import Fingerprints
from pipeline.publish.folder import BuildResult, Output, SiteError, Standing, put, put_some
from pipeline.publish.index import api_index, llms_txt
from pipeline.publish.moved import MOVED, read_moved
from pipeline.publish.pages import PageSpec, Subject, feed_list, site_map, status, subject_of
from pipeline.publish.sql_page import SqlPage, console_in, sql_page_of
from pipeline.settings import COMPILED_TEMPLATES, DOWNLOADS, STATIC, TEMPLATES
from warehouse.export import DATABASE

__all__ = ["BuildResult", "DownloadFile", "SiteError", "build_site", "build_status"]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
NAVIGATION = (
    ("home", "", "Prices"),
    ("models", "models/", "Models"),
    ("providers", "providers/", "Providers"),
    ("markup", "markup/", "Markup"),
    ("compare", "compare/", "Compare"),
    ("break-even", "break-even/", "Break-even"),
    ("advise", "advise/", "Advise"),
    ("changes", "changes/", "Changes"),
    ("data", "data/", "Data"),
    ("sql", "sql/", "SQL"),
    ("status", "status/", "Status"),
)
# A page's own scripts are served as one file: fewer requests, and they compress better together.
BUNDLES = {
    "break-even.js": ("economics.js", "workload.js", "calculator.js"),
    "advise.js": ("economics.js", "workload.js", "advice.js"),
}
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# An empty site has no date of its own, and a feed must have one.
_BEFORE_ALL = datetime(2026, 1, 1)  # noqa: DTZ001 - naive UTC, as everywhere in the warehouse


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every page knows of the whole."""

    url: str
    is_demo: bool
    assets: str
    as_of: date | None  # the day of the newest read: a page does not change because another was read an hour later
    navigation: tuple[tuple[str, str, str], ...] = NAVIGATION
    csp: str = CSP

    @property
    def base_path(self) -> str:
        """The path the site lives under on its host: only pages served at unknown depth need it."""
        return urlsplit(self.url).path or "/"


def build_site(
    con: duckdb.DuckDBPyConnection,
    out: Path,
    *,
    site_url: str,
    is_demo: bool,
    stamp: str,
    files: Sequence[DownloadFile] = (),
    console: Path | None = None,
    schema: str = "pub",
) -> BuildResult:
    """Render everything from the tables of `schema` into `out`, writing only what differs.

    `site_url` ends in "/"; `stamp` names the state the figures are from; `console` is the folder of the SQL console's
    files, where they were made. The published file that recipes are put to is the one among `files`. Raises SiteError
    and duckdb.Error.
    """
    sql = SqlPage(console=console_in(console))
    if f"{DOWNLOADS}/{DATABASE}" in {file.path for file in files}:
        sql = sql_page_of(out / DOWNLOADS, sql.console)
    data = load(con, schema)
    subject = subject_of(data, files, ask(con, data), sql)
    site, statics = _site(subject.data, site_url=site_url, is_demo=is_demo)
    output = Output(Standing(out, stamp=stamp))
    specs = list(site_map(subject))
    fingerprints = Fingerprints(program_version(), site)
    for spec in specs:
        output.add_page(spec.file, fingerprints.of(spec), partial(render_page, site, spec))
    output.add(compare.FILE, subject.comparison)
    for name, content in statics.items():
        output.add(f"static/{name}", content)
    for name, content in sql.console.files.items() if sql.console else ():
        output.add(f"console/{name}", content)
    for answered in sql.answered:
        output.add(answered.csv_path, answered.csv())
    channel = feeds.Channel(
        site_url=site.url, is_demo=is_demo, since=_since(subject.data), render=_entry_renderer(site)
    )
    listed_feeds = list(feed_list(subject))
    for feed in listed_feeds:
        output.add(f"{feed.slug}.atom", feeds.atom(feed, channel))
        output.add(f"{feed.slug}.json", feeds.json_feed(feed, channel))
    for name, days in _calendars(subject):
        output.add(name, calendar(*days, site_url=site.url, is_demo=is_demo))
    badges = [(entry, made) for entry in subject.entries.models.values() if (made := badge_of(entry)) is not None]
    for _, badge in badges:
        output.add(f"{badge.slug}.svg", badge.svg())
        output.add(f"{badge.slug}.json", badge.endpoint())
    for old, new in read_moved(MOVED, known={spec.path for spec in specs}):
        output.add(f"{old}index.html", _stub(site, old, new))
    output.add("api/v1/index.json", api_index(subject, listed_feeds, badges, site_url=site.url))
    output.add("llms.txt", llms_txt(specs, site_url=site.url))
    output.add(OFFERS, offers_json(subject.data, subject.entries, rules_of(subject.asked)))
    output.add(f"{DOWNLOADS}/{ALERTS_SCHEMA}", _alerts_schema())
    output.add("sitemap.xml", _sitemap(specs, site))
    output.add("robots.txt", _robots(site))
    output.add("_headers", _headers())
    output.add(".nojekyll", "")  # the fictional seller's folder begins with an underscore
    return put(out, output, stamp=stamp, downloads={file.path: file.size for file in files})


def build_status(data: SiteData, out: Path, *, site_url: str, is_demo: bool, stamp: str) -> BuildResult:
    """Render only `/status/`, for a tick in which nothing moved. Raises SiteError where `out` is of another state."""
    subject = subject_of(data)
    site, _ = _site(data, site_url=site_url, is_demo=is_demo)
    spec = status(subject)
    output = Output(Standing(out, stamp=stamp))
    output.add_page(spec.file, Fingerprints(program_version(), site).of(spec), partial(render_page, site, spec))
    return put_some(out, output, stamp=stamp)


@cache
def environment() -> jinja2.Environment:
    """The one Jinja environment: everything is escaped, and a name that is not there is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_compiled(),
    )
    made.filters.update(
        day=fmt.day, minute=fmt.minute, stamp=fmt.stamp, plural=fmt.plural, size=fmt.size, seller=fmt.seller
    )
    return made


def _compiled() -> jinja2.FileSystemBytecodeCache | None:
    """Templates as they were compiled: a second of each run otherwise. Without a folder to write to there is none."""
    try:
        COMPILED_TEMPLATES.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return jinja2.FileSystemBytecodeCache(str(COMPILED_TEMPLATES)) if os.access(COMPILED_TEMPLATES, os.W_OK) else None


def render_page(site: Site, spec: PageSpec) -> str:
    """One page as HTML; its links are relative, so the site works from any folder."""
    root = site.base_path if spec.path == "404.html" else root_of(spec.path)
    return environment().get_template(spec.template).render(site=site, page=spec, root=root, **spec.context)


def _entry_renderer(site: Site) -> Callable[[Change], str]:
    """The HTML of a change for feeds; the same for each of the feeds it is in, so made once."""
    template = environment().get_template("partials/feed_entry.html")
    made: dict[str, str] = {}

    def rendered(change: Change) -> str:
        if change.event_id not in made:
            made[change.event_id] = template.render(site=site, change=change).strip()
        return made[change.event_id]

    return rendered


def _site(data: SiteData, *, site_url: str, is_demo: bool) -> tuple[Site, dict[str, bytes]]:
    statics = _statics({path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file()})
    if "style.css" not in statics:
        raise SiteError(f"{STATIC} holds no style.css: this is not a whole checkout")
    version = hashlib.sha256(b"".join(statics.values())).hexdigest()[:8]
    url = site_url if site_url.endswith("/") else f"{site_url}/"
    return Site(url=url, is_demo=is_demo, assets=version, as_of=data.as_of.date() if data.as_of else None), statics


def _calendars(subject: Subject) -> Iterator[tuple[str, tuple[str, list[Announced]]]]:
    """The path, the name and the days of each calendar: one of all sellers, one a seller that ever stated a day."""
    days = announced_of(subject.data, subject.entries)
    yield "feeds/announced.ics", ("Fine-tune Prices: announced dates", days)
    for seller in subject.entries.sellers.values():
        own = [item for item in days if item.seller == seller.name]
        if own:
            yield f"feeds/{seller.path.strip('/')}.ics", (f"Fine-tune Prices: announced by {seller.name}", own)


def _stub(site: Site, old: str, new: str) -> str:
    """The page at an address that moved: it leads on, at once and by a link."""
    return environment().get_template("moved.html").render(site=site, root=root_of(old), path=new)


def _statics(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files as they are served: scripts without comments and indentation, those of one page as one file."""
    served = {name: _lean(content) if name.endswith(".js") else content for name, content in files.items()}
    together = {name for parts in BUNDLES.values() for name in parts}
    if lost := together - served.keys():
        raise SiteError(f"{STATIC} holds no {min(lost)}: this is not a whole checkout")
    bundles = {name: b"".join(served[part] for part in parts) for name, parts in BUNDLES.items()}
    return {name: content for name, content in served.items() if name not in together} | bundles


def _lean(script: bytes) -> bytes:
    """A script without the lines that only say something to its editor; none of ours has a text over several lines."""
    lines = (line.strip() for line in script.decode().splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//")).encode()


def _since(data: SiteData) -> datetime:
    rows = [*data.price_history, *data.availability]
    return min((row["first_seen_at"] for row in rows), default=_BEFORE_ALL)


def _sitemap(specs: list[PageSpec], site: Site) -> bytes:
    root = ET.Element("urlset", {"xmlns": _SITEMAP})
    for spec in specs:
        if spec.is_listed:
            url = ET.SubElement(root, "url")
            ET.SubElement(url, "loc").text = f"{site.url}{spec.path}"
            if spec.moved_at is not None:
                ET.SubElement(url, "lastmod").text = fmt.day(spec.moved_at)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _robots(site: Site) -> str:
    # A demonstration shows old prices: no search engine should offer them as today's.
    rule = "Disallow: /" if site.is_demo else "Allow: /"
    return f"User-agent: *\n{rule}\nSitemap: {site.url}sitemap.xml\n"


@cache
def _alerts_schema() -> str:
    from pipeline.alerts.config import schema_text  # noqa: PLC0415 - what checks alerts.yaml is loaded where it is needed

    return schema_text()


def _headers() -> str:
    """For hosts that read a `_headers` file: what a meta element cannot say, who may read the data, how long it keeps."""
    # A page's own policy stands in the page: where two are given both hold, and /sql/ needs more than the others.
    return """/*
  Content-Security-Policy: frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Permissions-Policy: interest-cohort=()
  Cache-Control: public, max-age=300, must-revalidate
/static/*
  Cache-Control: public, max-age=31536000, immutable
/console/*
  Cache-Control: public, max-age=31536000, immutable
  Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' blob:
/data/*
  Access-Control-Allow-Origin: *
/feeds/*
  Access-Control-Allow-Origin: *
/api/*
  Access-Control-Allow-Origin: *
/badge/*
  Access-Control-Allow-Origin: *
"""
