"""Everything that can go wrong inside the warehouse.

WarehouseError
+-- WarehouseBusy      another process has the database open, and did not let go in time
+-- MigrationRefused   the database and the migrations of this version contradict each other
+-- BadFact            a row that cannot be kept as it stands: a column nobody knows, an amount too long, a naive time
+-- BadTableFile       a SQL file that does not say what every table must say of itself
+-- ArchiveError       the archive of page bodies cannot take one, or does not hold what it should
"""

from __future__ import annotations


class WarehouseError(Exception):
    """The warehouse cannot do what was asked."""


class WarehouseBusy(WarehouseError):
    """Another process has the database open, and did not let go in time."""


class MigrationRefused(WarehouseError):
    """The database and the migrations of this version contradict each other."""


class BadFact(WarehouseError):
    """A row cannot be kept as it stands."""


class BadTableFile(WarehouseError):
    """A SQL file does not say what every table must say of itself."""


class ArchiveError(WarehouseError):
    """The archive cannot take a body, or does not hold what it should."""
