"""Rows to files: renders the site map, the feeds and the few files servers and crawlers ask for.

Knows no clock: the newest read in the data is the only "now". The same data gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import duckdb
import jinja2

from pipeline.publish import compare, feeds
from pipeline.publish import format as fmt
from pipeline.publish.addresses import root_of
from pipeline.publish.changes import Change
from pipeline.publish.context import SiteData, load
from pipeline.publish.downloads import DownloadFile
from pipeline.publish.folder import BuildResult, Output, SiteError, put, put_some
from pipeline.publish.pages import PageSpec, feed_list, site_map, status, subject_of
from pipeline.settings import STATIC, TEMPLATES

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
    ("changes", "changes/", "Changes"),
    ("data", "data/", "Data"),
    ("status", "status/", "Status"),
)
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# An empty site has no date of its own, and a feed must have one.
_BEFORE_ALL = datetime(2026, 1, 1)  # noqa: DTZ001 - naive UTC, as everywhere in the warehouse


@dataclass(frozen=True, kw_only=True)
class Site:
    """What every page knows of the whole."""

    url: str
    is_demo: bool
    assets: str
    as_of: datetime | None
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
) -> BuildResult:
    """Render everything from the tables of schema `pub` into `out`, writing only what differs.

    `site_url` ends in "/"; `stamp` names the state the figures are from. Raises SiteError and duckdb.Error.
    """
    subject = subject_of(load(con), files)
    site, statics = _site(subject.data, site_url=site_url, is_demo=is_demo)
    output = Output()
    specs = list(site_map(subject))
    for spec in specs:
        output.add(spec.file, render_page(site, spec))
    output.add(compare.FILE, compare.file_of(subject.offers, subject.data))
    for name, content in statics.items():
        output.add(f"static/{name}", content)
    channel = feeds.Channel(
        site_url=site.url, is_demo=is_demo, since=_since(subject.data), render=_entry_renderer(site)
    )
    for feed in feed_list(subject):
        output.add(f"{feed.slug}.atom", feeds.atom(feed, channel))
        output.add(f"{feed.slug}.json", feeds.json_feed(feed, channel))
    output.add("sitemap.xml", _sitemap(specs, site))
    output.add("robots.txt", _robots(site))
    output.add("_headers", _headers(site))
    output.add(".nojekyll", "")  # the fictional seller's folder begins with an underscore
    return put(out, output.files, stamp=stamp, downloads={file.path: file.size for file in files})


def build_status(con: duckdb.DuckDBPyConnection, out: Path, *, site_url: str, is_demo: bool, stamp: str) -> BuildResult:
    """Render only `/status/`, for a tick in which nothing moved. Raises SiteError where `out` is of another state."""
    subject = subject_of(load(con))
    site, _ = _site(subject.data, site_url=site_url, is_demo=is_demo)
    spec = status(subject)
    return put_some(out, {spec.file: render_page(site, spec).encode()}, stamp=stamp)


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
    )
    made.filters.update(
        day=fmt.day, minute=fmt.minute, stamp=fmt.stamp, plural=fmt.plural, size=fmt.size, seller=fmt.seller
    )
    return made


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
    statics = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file()}
    if "style.css" not in statics:
        raise SiteError(f"{STATIC} holds no style.css: this is not a whole checkout")
    version = hashlib.sha256(b"".join(statics.values())).hexdigest()[:8]
    url = site_url if site_url.endswith("/") else f"{site_url}/"
    return Site(url=url, is_demo=is_demo, assets=version, as_of=data.as_of), statics


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


def _headers(site: Site) -> str:
    """For hosts that read a `_headers` file: what a meta element cannot say, who may read the data, how long it keeps."""
    return f"""/*
  Content-Security-Policy: {site.csp}; frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Permissions-Policy: interest-cohort=()
  Cache-Control: public, max-age=300, must-revalidate
/static/*
  Cache-Control: public, max-age=31536000, immutable
/data/*
  Access-Control-Allow-Origin: *
/feeds/*
  Access-Control-Allow-Origin: *
"""
