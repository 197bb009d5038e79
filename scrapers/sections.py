"""A page cut at its main headings: the words and the tables under each, from HTML and markdown in one shape.

Only what a reader sees is here: hidden copies, scripts and templates are left out. Finding a section on the page
and reading its rows is the provider file's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from scrapers.money import fold
from scrapers.tables import Table, html_table, markdown_tables, plain, soup_of, text_of

_MARKUP = re.compile(r"<(?:html|body|div|table)\b", re.IGNORECASE)
_MAIN_HEADING = re.compile(r"^#{1,2}\s+(.*?)\s*#*\s*$")
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "head"})


@dataclass(frozen=True)
class Section:
    """What stands between one main heading (`h1`, `h2`) and the next; `heading` is "" before the first."""

    heading: str
    words: str  # outside the tables, white space folded
    tables: tuple[Table, ...]

    def is_headed(self, heading: str) -> bool:
        """True for the same heading in any case, hyphens and blanks apart: "Fine-Tuning", "Finetuning"."""
        return _letters(self.heading) == _letters(heading)


@dataclass(frozen=True)
class Document:
    """A page's sections in order, and the ids that links may point at (none in markdown)."""

    sections: tuple[Section, ...]
    anchors: frozenset[str]


def document_of(text: str) -> Document:
    """The sections of a page. HTML is told from markdown by its tags, since a saved file has lost its media type."""
    if _MARKUP.search(text):
        soup = soup_of(text)
        anchors = frozenset(str(tag["id"]) for tag in soup.find_all(id=True))
        return Document(tuple(_html_sections(soup)), anchors)
    return Document(tuple(_markdown_sections(text)), frozenset())


def _html_sections(soup: BeautifulSoup) -> Iterator[Section]:
    heading, words, tables = "", list[str](), list[Table]()
    preface: list[str] = []
    for node in _seen(soup):
        if isinstance(node, str):
            words.append(node)
            preface.append(node)
        elif node.name == "table":
            headings = (heading,) if heading else ()
            tables.append(html_table(node, headings, fold(" ".join(preface))))
            preface = []
        else:
            yield Section(heading, fold(" ".join(words)), tuple(tables))
            heading, words, tables, preface = text_of(node), [], [], []
    yield Section(heading, fold(" ".join(words)), tuple(tables))


def _seen(root: Tag) -> Iterator[Tag | str]:
    """Main headings and tables as elements, all else as words, in reading order."""
    open_tags = [iter(root.children)]  # not recursive: a page may be nested deeper than Python calls may be
    while open_tags:
        node = next(open_tags[-1], None)
        if node is None:
            open_tags.pop()
        elif isinstance(node, Tag):
            if node.name in _UNSEEN or node.has_attr("hidden") or "hide" in (node.get("class") or ()):
                continue
            if node.name in {"h1", "h2", "table"}:
                yield node
            else:
                open_tags.append(iter(node.children))
        elif type(node) is NavigableString:  # comments and doctypes are subclasses
            yield str(node)


def _markdown_sections(text: str) -> Iterator[Section]:
    heading, lines = "", list[str]()
    for line in [*text.split("\n"), "# "]:  # a heading after the last line closes the last section
        if match := _MAIN_HEADING.match(line):
            words = fold(" ".join(plain(word) for word in lines[bool(heading) :] if not word.lstrip().startswith("|")))
            yield Section(heading, words, tuple(markdown_tables("\n".join(lines))))
            heading, lines = plain(match[1]), []
        lines.append(line)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
