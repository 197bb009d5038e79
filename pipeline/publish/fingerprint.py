"""What a page is made from, as a key: the same key, the same page. It lets a build leave a page as it stands.

Everything that a template is handed goes into the key, so nothing can move without the page being made again. Models,
sellers and changes are digested once, since many pages show them.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from dataclasses import fields

from pipeline.publish.changes import Change
from pipeline.publish.entries import ModelEntry, SellerEntry

_LINKS = ("base", "tuned")  # of models to each other, in a circle


class Fingerprints:
    """The keys of one build; `salt` is what all of its pages have in common."""

    def __init__(self, *salt: object) -> None:
        self._known: dict[int, str] = {}
        self._held: list[object] = []  # an id names an object only while it lives
        self._salt = self._digest(salt)

    def of(self, value: object) -> str:
        """32 hex digits that differ where anything in `value` does; two runs give the same for the same."""
        return self._digest((self._salt, value))

    def part(self, value: ModelEntry | SellerEntry | Change) -> str:
        """`of` for what many pages show, worked out once."""
        if id(value) not in self._known:
            self._held.append(value)
            self._known[id(value)] = self._digest({one.name: self._field(value, one.name) for one in fields(value)})
        return self._known[id(value)]

    def _field(self, value: object, name: str) -> object:
        linked = getattr(value, name)
        if not isinstance(value, ModelEntry) or name not in _LINKS:
            return linked
        entries = [linked] if isinstance(linked, ModelEntry) else linked or []
        return [
            {one.name: getattr(entry, one.name) for one in fields(entry) if one.name not in _LINKS} for entry in entries
        ]

    def _digest(self, value: object) -> str:
        packed = io.BytesIO()
        _Pickler(packed, self).dump(value)
        return hashlib.sha256(packed.getbuffer()).hexdigest()[:32]


class _Pickler(pickle.Pickler):
    """Packs by value alone: whether two equal texts are one object is no difference."""

    def __init__(self, file: io.BytesIO, known: Fingerprints) -> None:
        super().__init__(file, protocol=5)
        self.fast = True
        self._fingerprints = known

    def reducer_override(self, value: object) -> str | tuple[type[str], tuple[str]]:
        """The digest in place of what many pages show."""
        if isinstance(value, ModelEntry | SellerEntry | Change):
            return str, (self._fingerprints.part(value),)
        return NotImplemented  # type: ignore[no-any-return] # what pickle asks for
