"""The four lists as the store has them: knowing an entry again, adding one, changing one.

Each looks entries up through an index of the whole table, made once an import when the first row
needs it: a hundred thousand questions to the database would take longer.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import Connection

from mailbridge.register import Kind
from mailbridge.store.lists.cases import Cases
from mailbridge.store.lists.constituents import Constituents
from mailbridge.store.lists.others import Caseworkers, Organisations
from mailbridge.store.lists.shared import Draw, Entry, Resolved

__all__ = ["Draw", "Entry", "List", "Resolved", "list_of"]


class List(Protocol):
    """One kind of list in the store. Rows are those of its own kind."""

    filled_by: ClassVar[Mapping[str, str]]
    """Column of its table → the fields, with blanks between, of which one must be in the file for
    the column to be changed."""

    def resolve(self, row: Any) -> Resolved:  # noqa: ANN401  # of its own kind
        """The row in the store's terms."""

    def known(self, row: Any, values: Mapping[str, Any]) -> Iterable[str]:  # noqa: ANN401  # likewise
        """Ids of entries that the row may be about, likeliest first."""

    def add(self, entries: Sequence[Entry], now: datetime) -> Sequence[str]:
        """Make new entries; their ids, in the same order."""

    def change(
        self, entry: Entry, values: Mapping[str, Any], fields: frozenset[str], now: datetime
    ) -> None:
        """Bring one entry to these values; `fields` are those that the file fills."""

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """What people call these entries, by id."""


def list_of(kind: Kind, tx: Connection, draw: Draw) -> List:
    """The list of this kind; `draw` is asked for the references of new cases."""
    match kind:
        case Kind.CONSTITUENTS:
            return Constituents(tx)
        case Kind.CASES:
            return Cases(tx, draw)
        case Kind.ORGANISATIONS:
            return Organisations(tx)
        case Kind.CASEWORKERS:
            return Caseworkers(tx)
