"""Google's documentation of tuning: which models can be tuned, and the rules of billing. Read by providers/google.py.

docs.cloud.google.com/gemini-enterprise-agent-platform/models/tuning/..., four pages, known from markdown copies of
2026-08-04 and 2026-08-20 (Google's own text, daily); the HTML they are served as was never seen. No page prints an
amount: all four point at the price list of the Agent Platform (Vertex AI until 2026).
- A page is known by its title. Models are list items under "Supported models", or headings there (reinforcement).
- The rules stand under "Pricing", the last heading but "What's next": training tokens are the data set's times the
  epochs; preference tuning counts the prompt twice; a tuned model from Gemini 3 on answers at 1.5 times the price of
  its base. That last rule stands on the reinforcement page only. The supervised page's "inference pricing is the same
  for each stable version" is about versions, and does not say that a tuned model costs what its base does.
- A rule is not a price. The rule's words are the evidence of each model's being on sale, so that they are dated and
  archived like a price; `mart.derived_price` multiplies where `warehouse/seeds/price_rule.csv` says how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrapers.contract import Availability, AvailabilityKind, Layout, Page, Reading, Variant
from scrapers.errors import LayoutChanged
from scrapers.models import base_model_of
from scrapers.money import fold
from scrapers.tables import plain, soup_of, text_of


@dataclass(frozen=True)
class _Doc:
    """A page: how its title starts, and the words without which its pricing section is not understood."""

    title: str
    rules: tuple[str, ...]


DOCS = {
    "supervised_tuning": _Doc("About supervised fine-tuning for Gemini", ("tokens in your training dataset by the",)),
    "preference_tuning": _Doc("About preference tuning for Gemini", ("tokens in the prompt by 2",)),
    "reinforcement_tuning": _Doc(
        "About reinforcement learning fine-tuning for Gemini",
        ("Tokens generated during the training phase are charged", "times the price of the base model"),
    ),
    "open_model_tuning": _Doc(
        "Supervised and distillation fine-tuning for open models", ("tokens in your training dataset by the",)
    ),
}
END = "What's next"

_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_MARKDOWN_TITLE = re.compile(r"^title: (.+)$", re.MULTILINE)
_MARKDOWN_LINE = re.compile(r"^(?:(?P<marks>#{1,5}) +| *(?:[-*]|\d+\.) +)?(?P<words>.*)$")
_OPEN_MODEL = re.compile(r".+ \( ?(?P<id>[\w-]+/[\w.@-]+) ?\)")  # "Qwen 3 8B ( qwen/qwen3@qwen3-8b )"
_SENTENCE_END = re.compile(r"(?<=[.?]) (?=[A-Z])")
_GEMINI = re.compile(r"Gemini \d[\w.]*(?: [A-Z][\w-]+)+")  # "Gemini 3.1 Flash-Lite"


@dataclass(frozen=True)
class _Line:
    """A heading, a list item or a paragraph, with the headings above it (and itself, for a heading)."""

    path: tuple[str, ...]
    words: str
    is_heading: bool
    is_item: bool


def kind_of(text: str) -> str | None:
    """Which of the pages a body is, by its title; None for another page."""
    title = _title(text)
    return next((name for name, doc in DOCS.items() if title.startswith(doc.title)), None)


def read(page: Page, *, provider: str, parser_version: str) -> Reading:
    """The models on sale, each with the page's billing rules as evidence. Raises LayoutChanged."""
    kind = kind_of(page.text)
    if kind is None:
        raise LayoutChanged(f"{page.url}: expected one of the titles {', '.join(doc.title for doc in DOCS.values())}")
    lines = list(_lines(page.text))
    if not any(line.is_heading and line.words.replace("\u2019", "'") == END for line in lines):
        raise LayoutChanged(f"{page.url}: expected the heading {END!r} at the end; found none: the page is cut short")
    rules = _rules(lines, DOCS[kind], page.url)
    facts: dict[str, Availability] = {}
    for words, model in _models(lines, is_open=kind == "open_model_tuning"):
        evidence = page.evidence(
            quoted=" | ".join((words, *rules)), place="Supported models; Pricing", parser_version=parser_version
        )
        fact = Availability(
            provider=provider,
            model=base_model_of(provider, model) or model,
            kind=AvailabilityKind.ON_SALE,
            date=None,
            variant=Variant.FINE_TUNED,
            evidence=evidence,
        )
        facts.setdefault(model, fact)
    if not facts:
        raise LayoutChanged(f"{page.url}: expected models under 'Supported models'; found none")
    return Reading(
        quotes=(),
        availability=tuple(facts.values()),
        layout=Layout(
            sections={"models": len(facts), "rules": len(rules)},
            headings=tuple(line.words for line in lines if line.is_heading),
        ),
    )


def _models(lines: list[_Line], *, is_open: bool) -> Iterator[tuple[str, str]]:
    """The words that name a model that can be tuned, and its name. A teacher is not tuned, and is left out."""
    teachers = False
    for line in lines:
        if not any(heading.startswith("Supported models") for heading in line.path):
            continue
        if not line.is_item:
            teachers = "teacher" in line.words.lower()
        if is_open and line.is_item:
            match = _OPEN_MODEL.fullmatch(line.words)
            if match is None:
                raise LayoutChanged(
                    f"Supported models: expected a model like 'Name ( seller/id )'; found {line.words!r}"
                )
            if not teachers:
                yield line.words, match["id"]
        elif not is_open and (line.is_item or line.is_heading) and _GEMINI.fullmatch(line.words):
            yield line.words, line.words


def _rules(lines: list[_Line], doc: _Doc, url: str) -> list[str]:
    """The sentences under "Pricing" that hold the rules. Raises LayoutChanged for a rule that is not there."""
    words_under = [line.words for line in lines if "Pricing" in line.path and not line.is_heading]
    pricing = [sentence for words in words_under for sentence in _SENTENCE_END.split(words)]
    missing = [rule for rule in doc.rules if not any(rule in words for words in pricing)]
    if missing:
        raise LayoutChanged(f"{url}: expected under 'Pricing' the rule '... {missing[0]} ...'; found {pricing}")
    return [words for words in pricing if any(rule in words for rule in doc.rules)]


def _title(text: str) -> str:
    match = _MARKDOWN_TITLE.search(text)
    heading = None if match else soup_of(text).find("h1")
    return plain(match[1]) if match else text_of(heading) if heading else ""


def _lines(text: str) -> Iterator[_Line]:
    path: dict[int, str] = {}
    for depth, is_item, words in _html_lines(text) if "<h1" in text else _markdown_lines(text):
        if depth:
            path = {level: name for level, name in path.items() if level < depth} | {depth: words}
        if words:
            yield _Line(tuple(path.values()), words, bool(depth), is_item)


def _html_lines(text: str) -> Iterator[tuple[int, bool, str]]:
    for tag in soup_of(text).find_all([*_HEADINGS, "p", "li"]):
        if tag.name != "p" or tag.find_parent("li") is None:  # an item's paragraphs are the item's
            depth = _HEADINGS.index(tag.name) + 1 if tag.name in _HEADINGS else 0
            yield depth, tag.name == "li", text_of(tag)


def _markdown_lines(text: str) -> Iterator[tuple[int, bool, str]]:
    for printed in text.split("\n"):
        match = _MARKDOWN_LINE.match(printed)
        if match is not None:
            depth = len(match["marks"] or "")
            is_item = not depth and match.start("words") > 0
            yield depth, is_item, fold(plain(match["words"]))
