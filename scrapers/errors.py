"""Everything that can go wrong between a seller's page and a reading of it.

    ScrapeError
    +-- FetchError            no page was had
    |   +-- Unreachable       the host, the network or the server failed; trying later may help
    |   +-- Blocked           the seller does not want this client: robots.txt, a bot wall, 401, 403 or 429
    |   +-- Redirected        the address now points at another host that the catalogue does not allow
    |   +-- Gone              404 or 410: the page is no longer at its address
    |   +-- TooLarge          the body is over the size cap
    |   +-- WrongContent      not the kind of content the catalogue expects, or its text cannot be decoded
    +-- ParseError            a page was had and could not be read
    |   +-- LayoutChanged     an anchor, a heading or the rows are not where they were: another page, or a new layout
    |   +-- UnreadablePrice   a cell stands where a price belongs and is not one
    |   +-- ConflictingQuotes two quotes of one reading share a series and disagree: the parser is wrong
    +-- CatalogError          catalog.csv, a module or a recording contradicts the others

Raise with facts (what, where), log at the edge. An empty list is never an answer: it is `LayoutChanged`.
"""

from __future__ import annotations


class ScrapeError(Exception):
    """A page could not be turned into a reading."""


class FetchError(ScrapeError):
    """No page was had."""


class Unreachable(FetchError):
    """The host, the network or the server failed; trying later may help."""


class Blocked(FetchError):
    """The seller does not want this client here: robots.txt, a bot wall, 401, 403 or 429."""


class Redirected(FetchError):
    """The address points at another host, which the catalogue does not allow."""


class Gone(FetchError):
    """The page is no longer at its address."""


class TooLarge(FetchError):
    """The body is over the size cap."""


class WrongContent(FetchError):
    """The body is not the kind of content expected, or its text cannot be decoded."""


class ParseError(ScrapeError):
    """A page was had and could not be read."""


class LayoutChanged(ParseError):
    """An anchor, a heading or the rows are not where they were."""


class UnreadablePrice(ParseError):
    """A cell stands where a price belongs and is not one."""


class ConflictingQuotes(ParseError):
    """Two quotes of one reading share a series and disagree."""


class CatalogError(ScrapeError):
    """The catalogue, a module or a recording contradicts the others."""
