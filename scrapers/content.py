"""What a body is: its media type, its charset, and whether it is a bot wall in place of the page."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Mapping, Sequence

from scrapers.errors import WrongContent

_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s;"']+)""", re.IGNORECASE)
# <meta charset="latin1"> and <meta http-equiv=Content-Type content="text/html; charset=latin1">
_META_CHARSET = re.compile(rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w:.+-]+)""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers read these labels as; in windows-1252 the byte 0x80 is the euro sign, in latin-1 it is nothing.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_SAME_TYPE = {
    "application/xhtml+xml": "text/html",
    "text/x-markdown": "text/markdown",
    "text/json": "application/json",
    "application/csv": "text/csv",
    "text/comma-separated-values": "text/csv",
}
_SAYS_NOTHING = {"", "application/octet-stream", "binary/octet-stream", "unknown/unknown"}


def media_type_of(content_type: str | None, body: bytes, expected: Sequence[str]) -> str:
    """The media type of a body, one of `expected`; sniffed where the server does not say. Raises WrongContent."""
    stated = (content_type or "").partition(";")[0].strip().lower()
    media_type = _sniffed(body, expected) if stated in _SAYS_NOTHING else _SAME_TYPE.get(stated, stated)
    if media_type not in expected:
        found = f"{media_type} by the looks of it" if stated in _SAYS_NOTHING else stated
        raise WrongContent(f"the content is {found}; {' or '.join(expected)} was expected")
    return media_type


def _sniffed(body: bytes, expected: Sequence[str]) -> str:
    start = body.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:512].lower()
    if re.match(rb"<(!doctype html|!--|(html|head|body|meta|title|div|table)\b)", start):
        return "text/html"
    if start.startswith((b"{", b"[")) and "application/json" in expected:
        return "application/json"
    if start.startswith(b"%pdf"):
        return "application/pdf"
    if start.startswith(b"pk\x03\x04"):
        return "application/zip"
    if b"\0" in start:
        return "application/octet-stream"
    return next((known for known in expected if known in {"text/markdown", "text/csv", "text/plain"}), "text/plain")


def charset_of(content_type: str | None, body: bytes, media_type: str) -> str:
    """The name of a codec for the body: its byte order mark, the header, the page's own `meta`, else UTF-8.

    The mark comes first, as in browsers: three such bytes are no accident, a header often is. A label nobody
    knows is passed over.
    """
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return codec
    stated = _CHARSET.search(content_type or "")
    if stated and (codec_name := _codec(stated[1])):
        return codec_name
    if media_type == "text/html":
        inside = _META_CHARSET.search(body[:4096])
        codec_name = _codec(inside[1].decode("ascii")) if inside else None
        # A page whose `meta` could be read as ASCII is not in UTF-16, whatever it says.
        if codec_name and not codec_name.startswith("utf-16"):
            return codec_name
    return "utf-8"


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
        b"text".decode(label)
    except UnicodeDecodeError:
        pass  # a codec of wider units than these four bytes
    except (LookupError, ValueError):
        return None  # unknown, or a codec that makes no text, such as base64
    return _WIDER.get(name, name)


# --- bot walls ---------------------------------------------------------------------------------------------------

_WALL_HEADERS = {
    "cf-mitigated": "Cloudflare",
    "x-vercel-mitigated": "Vercel",
    "x-amzn-waf-action": "AWS WAF",
}
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
# "Just a moment...", "Attention Required! | Cloudflare", "Access to this page has been denied"
_WALL_TITLE = re.compile(
    r"""(just\ a\ moment|attention\ required!|access(\ to\ this\ page\ has\ been)?\ denied
        |checking\ your\ browser|verify(ing)?\ (that\ )?you\ are\ (a\ )?human|pardon\ our\ interruption
        |request\ unsuccessful|ddos-guard|vercel\ security\ checkpoint|please\ verify\ you\ are
        |sorry,\ you\ have\ been\ blocked|are\ you\ (a\ )?(robot|human)|robot\ or\ human)(?!\w)
      | (captcha|blocked|forbidden|human\ verification|security\ check|client\ challenge|bot\ verification)[.!]*$""",
    re.IGNORECASE | re.VERBOSE,
)
# What only the interstitials carry. Cloudflare's /cdn-cgi/challenge-platform/ is not here: ordinary pages load it.
_WALL_MARKS = {
    b"_cf_chl_opt": "Cloudflare",
    b"captcha-delivery.com": "DataDome",
    b"px-captcha": "PerimeterX",
    b"_incapsula_resource": "Imperva",
    b"awswafintegration": "AWS WAF",
}
# "Access Denied ... Reference #18.2d4f1702.1699999999.1b2c3d" (its `#` may be an entity)
_AKAMAI = re.compile(rb"access denied.{0,2000}reference\s*(#|&#35;|&#x23;)", re.DOTALL)
_CAPTCHA_FORMS = (b"g-recaptcha", b"h-captcha", b"cf-turnstile", b"frc-captcha", b"captcha-form")
_SMALL_BYTES = 40_000  # the largest interstitial met is 35 KB; price pages are 100 KB and up
_FEW_WORDS = 1_000  # characters a reader would see; a challenge has one or two sentences
_UNSEEN = re.compile(
    rb"<(script|style|noscript|template|svg)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL
)


def bot_wall(headers: Mapping[str, str], body: bytes) -> str | None:
    """What gives a body away as a challenge or a refusal instead of the page, in words; None for a page.

    A page that merely loads a captcha script is a page: a mark counts in a small body only, a captcha form only
    where there is next to nothing to read besides.
    """
    for header, maker in _WALL_HEADERS.items():
        if headers.get(header, "").lower() in {"challenge", "captcha", "deny", "block"}:
            return f"{maker} answered with a challenge"
    found = _TITLE.search(body[:20_000])
    title = " ".join(html.unescape(found[1].decode("utf-8", errors="replace")).split()) if found else ""
    if _WALL_TITLE.match(title):
        return f"a page titled {title[:80]!r}"
    if len(body) > _SMALL_BYTES:
        return None
    lowered = body.lower()
    for mark, maker in _WALL_MARKS.items():
        if mark in lowered:
            return f"a challenge of {maker}"
    if _AKAMAI.search(lowered):
        return "a refusal of Akamai"
    if any(form in lowered for form in _CAPTCHA_FORMS) and len(b" ".join(_UNSEEN.sub(b" ", body).split())) < _FEW_WORDS:
        return "a captcha form"
    return None
