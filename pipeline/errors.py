"""What the command line can fail with; each class carries its documented exit code.

CommandError       1  an unexpected state, in words
+-- UsageFault     2  wrong words, a missing file
|   +-- QueryFault    bad SQL
+-- NothingRead    3  nothing published, or every provider failed
+-- NotUnderstood  4  a page or a feed was not understood
+-- Locked         5  another run holds the lock
"""

from __future__ import annotations


class CommandError(Exception):
    """Something a person has to know, in one line."""

    exit_code = 1


class UsageFault(CommandError):
    """Wrong words, a missing file."""

    exit_code = 2


class QueryFault(UsageFault):
    """Bad SQL, in DuckDB's words; `place` is the line of the query it is about, and marks under the spot."""

    def __init__(self, words: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(words)
        self.place = place


class NothingRead(CommandError):
    """Nothing is published, or every provider failed."""

    exit_code = 3


class NotUnderstood(CommandError):
    """A page or a feed was not understood."""

    exit_code = 4


class Locked(CommandError):
    """Another run holds the lock."""

    exit_code = 5
