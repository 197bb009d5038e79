"""How Fireworks AI names sizes of models on its pages.

    Models up to 16B parameters
    Models 80B - 300B (e.g. Qwen3-235B, gpt-oss-120B)
    MoE 56.1B – 176B parameters (e.g. DBRX, Mixtral 8x22B)

The size is the name of the tier; the words around it and the examples change, and would make another series of it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from scrapers.money import fold
from scrapers.size_tiers import SizeTier, size_tier

_LABEL = re.compile(r"^(?:Models )?(?P<kind>MoE )?(?P<size>.+?)(?: parameters)?(?: \(e\.g\. [^()]*\))?$")


def model_size(text: str) -> SizeTier | None:
    """The tier that a row's label names, dashes as hyphens; None for a model's name."""
    match = _LABEL.match(fold(text).replace("–", "-").replace("—", "-"))
    tier = match and size_tier(match["size"])
    if match is None or tier is None:
        return None
    return replace(tier, label=f"{match['kind'] or ''}{tier.label}")
