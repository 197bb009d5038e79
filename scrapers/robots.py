"""What a host's robots.txt asks of us (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

MAX_ROBOTS_BYTES = 512_000  # the standard asks for at least 500 KiB to be read; the rest is not
MAX_CRAWL_DELAY_S = 30.0  # a host that wants more than this between two of our few pages gets this


@dataclass(frozen=True)
class Robots:
    """The rules of one origin for one client; without a file everything is allowed."""

    product: str  # the client's name as robots.txt files address it: "finetune-prices"
    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Whether the client may ask for this address."""
        return self.rules is None or self.rules.can_fetch(url, self.product)

    @property
    def crawl_delay_s(self) -> float:
        """Seconds the host wants between two requests, at most MAX_CRAWL_DELAY_S."""
        delay = None if self.rules is None else self.rules.crawl_delay(self.product)
        return min(max(delay or 0.0, 0.0), MAX_CRAWL_DELAY_S)


def read_robots(product: str, body: bytes) -> Robots:
    """The rules a robots.txt file states. Lines that are not understood are passed over, as crawlers do."""
    from protego import Protego  # noqa: PLC0415 - not needed where no host has a robots.txt

    return Robots(product, Protego.parse(body.decode("utf-8-sig", errors="replace")))
