"""One name a GPU, whoever sells it: "NVIDIA H100 SXM5", "H100-SXM" and "h100_sxm5" with 80 GB are `H100 SXM 80GB`.

The vocabulary is gpus.csv: a GPU, the memory it is made with (in GB; several where it is made with several), and how
it is spelled. A GPU's name says only what the source prints:
- a memory that is printed is kept as printed, be it what is left for the tenant ("T4, 14 GB"), the sum of something else
  ("B200, 256 GB") or that of the smallest of a group ("A4000, A4500, RTX 4000 | 16 GB"): the vocabulary corrects nobody;
- a memory that was measured (22,888 MiB of an L4) is no printed size, and is set to the one the GPU is made with;
- a form factor (SXM, PCIe, NVL) is never added, and a memory only where the GPU is made with that one and no other.
A name with a word that is not in the vocabulary ("H100 MIG", "H100 MEGA") is no known GPU: the caller counts or refuses it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

GPUS = Path(__file__).parent / "gpus.csv"

_BRANDS = frozenset({"nvidia", "amd", "tesla", "geforce", "hgx"})
_FORMS = {"sxm": "SXM", "sxm2": "SXM", "sxm4": "SXM", "sxm5": "SXM", "sxm6": "SXM", "pcie": "PCIe", "nvl": "NVL"}
_MEMORY = re.compile(r"(?P<gb>\d{2,3}) ?gb\b")  # "80GB", "80 GB"
# 22,888 MiB of an L4 and 15,360 MiB of a T4 are what is left of 24 and 16 GB; no two memories of one GPU are closer.
_NEAR = Decimal("0.14")


@dataclass(frozen=True)
class _Gpu:
    name: str
    memories: tuple[int, ...]


@cache
def _spellings() -> dict[tuple[str, ...], _Gpu]:
    with GPUS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    gpus = {row["spellings"]: _Gpu(row["gpu"], tuple(map(int, row["memory_gb"].split()))) for row in rows}
    return {tuple(one.split()): gpu for spellings, gpu in gpus.items() for one in spellings.split("|")}


def gpu_name(text: str, *, memory_gb: Decimal | None = None, measured_gb: Decimal | None = None) -> str | None:
    """The one name of the GPU that these words name, None where the vocabulary does not know it.

    `memory_gb` is the memory of one GPU where it is printed beside the name, and `measured_gb` what the GPU itself
    reports; the second is set to the nearest that the GPU is made with, where one is near.
    """
    words = re.sub(r"[\s_/(),-]+", " ", text.casefold()).strip()
    printed = _MEMORY.search(words)
    if printed and memory_gb is None and measured_gb is None:
        memory_gb = Decimal(printed["gb"])
    tokens = [word for word in _MEMORY.sub(" ", words).split() if word not in _BRANDS]
    forms = {_FORMS[word] for word in tokens if word in _FORMS}
    gpu = _spellings().get(tuple(word for word in tokens if word not in _FORMS))
    if gpu is None or len(forms) > 1:
        return None
    return " ".join([gpu.name, *forms, *_memory(gpu.memories, memory_gb, measured_gb)])


def _memory(made: Sequence[int], printed: Decimal | None, measured: Decimal | None) -> list[str]:
    if printed is not None:
        return [f"{round(printed)}GB"]
    if measured is None:
        return [f"{made[0]}GB"] if len(made) == 1 else []
    nearest = min(made, key=lambda size: abs(size - measured))
    return [f"{nearest if abs(nearest - measured) <= _NEAR * nearest else round(measured)}GB"]
