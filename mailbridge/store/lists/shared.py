"""What the lists have in common: a row in the store's terms, and the few ways to write it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, insert, select, update

from mailbridge.store.rows import in_lists

Draw = Callable[[int], int]
"""A whole number from 0 to below the argument, at random."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A row in the store's terms: values by column, or the reasons why it is refused."""

    values: Mapping[str, Any]
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be recorded: its key and digest, and for which entry ("" for a new one)."""

    row: Any  # of the list's own kind
    key: str
    digest: str
    values: Mapping[str, Any]
    entry_id: str = ""


def picked(row: object, columns: Iterable[str]) -> dict[str, Any]:
    """The row's fields of these names."""
    return {name: getattr(row, name) for name in columns}


def insert_all(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, also when there are none."""
    if rows:
        tx.execute(insert(table), rows)


def update_one(
    tx: Connection, table: Table, where: ColumnElement[bool], values: Mapping[str, Any]
) -> None:
    """Change one row, also when there is nothing to change."""
    if values:
        tx.execute(update(table).where(where).values(**values))


def names_by(
    tx: Connection, key: Column[Any], name: Column[Any], ids: Iterable[Any]
) -> Mapping[str, str]:
    """What people call these entries, by id."""
    return {
        str(entry): str(called)
        for some in in_lists(ids)
        for entry, called in tx.execute(select(key, name).where(key.in_(some)))
    }
