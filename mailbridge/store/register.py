"""A list the office keeps, compared with what we have of it, then recorded in one transaction.

compared = compare(tx, batch, draw)     what is new, changed, the same, refused, gone
record(tx, compared, now, draw)         exactly that, written; nothing is ever deleted
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from mailbridge.register.rows import Batch, Note, Refused, digest
from mailbridge.store.lists import Draw, Entry, List, list_of
from mailbridge.store.lists.shared import insert_all
from mailbridge.store.tables import imports


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry whose row was in the last file and is not in this one. It stays as it is."""

    entry_id: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What recording a file would do, or did."""

    batch: Batch
    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    same: int
    refused: tuple[Refused, ...]  # by line
    notes: tuple[Note, ...]  # by line
    gone: tuple[Gone, ...]
    returned: tuple[str, ...]  # keys that were gone, and are in this file again
    replaced: tuple[str, ...]  # keys of entries that this file names by another key


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last file said under one key."""

    entry_id: str
    digest: str
    is_gone: bool


def compare(tx: Connection, batch: Batch) -> Comparison:
    """What recording this file would do. Writes nothing."""
    into = list_of(batch.kind, tx, _draws_nothing)
    before = {
        row.row_key: _Known(row.entry_id, row.digest, row.is_gone)
        for row in tx.execute(select(imports).where(imports.c.kind == batch.kind))
    }
    # A row that was refused is still in the file: its entry is not gone.
    here = {row.key for row in batch.rows} | {row.key for row in batch.refused}
    taken = {known.entry_id for key, known in before.items() if key in here}
    new, changed, same = list[Entry](), list[Entry](), 0
    refused, notes = list(batch.refused), list(batch.notes)
    for row in batch.rows:
        resolved = into.resolve(row)
        if resolved.reasons:
            refused.append(Refused(row.line, resolved.reasons, row.key))
            continue
        notes += [Note(row.line, words) for words in resolved.notes]
        entry = Entry(row, row.key, _digest(batch, row, resolved.values), resolved.values)
        if known := before.get(row.key):
            if known.digest == entry.digest:
                same += 1
            else:
                changed.append(replace(entry, entry_id=known.entry_id))
            continue
        ours = next((found for found in into.known(row, entry.values) if found not in taken), "")
        taken.add(ours)
        (changed if ours else new).append(replace(entry, entry_id=ours))
    left = {key: known for key, known in before.items() if key not in here}
    return Comparison(
        batch=batch,
        new=tuple(new),
        changed=tuple(changed),
        same=same,
        refused=tuple(sorted(refused, key=lambda row: row.line)),
        notes=tuple(sorted(notes, key=lambda note: note.line)),
        gone=_gone(
            into, {key: known for key, known in left.items() if known.entry_id not in taken}
        ),
        returned=tuple(key for key in here if key in before and before[key].is_gone),
        replaced=tuple(key for key, known in left.items() if known.entry_id in taken),
    )


def record(tx: Connection, compared: Comparison, now: datetime, draw: Draw) -> None:
    """Write what was compared in the same transaction. `draw` gives new cases their references."""
    batch = compared.batch
    into = list_of(batch.kind, tx, draw)
    ids = into.add(compared.new, now) if compared.new else ()
    added = [replace(entry, entry_id=made) for entry, made in zip(compared.new, ids, strict=True)]
    for entry in compared.changed:
        values = {
            column: value
            for column, value in entry.values.items()
            if batch.fields & set(into.filled_by[column].split())
        }
        into.change(entry, values, batch.fields, now)
    _remember(tx, compared, (*added, *compared.changed), now)


def _remember(
    tx: Connection, compared: Comparison, entries: tuple[Entry, ...], now: datetime
) -> None:
    """Note which row every entry came from, for the next file to be compared with."""
    kind = compared.batch.kind
    at = (imports.c.kind == kind, imports.c.row_key == bindparam("at_key"))
    over = (*compared.replaced, *(entry.key for entry in compared.changed))
    for statement, keys in (
        (delete(imports).where(*at), over),
        (update(imports).where(*at).values(is_gone=True), [gone.key for gone in compared.gone]),
        (update(imports).where(*at).values(is_gone=False), compared.returned),
    ):
        if keys:
            tx.execute(statement, [{"at_key": key} for key in keys])
    rows = [
        {"kind": kind, "row_key": entry.key, "entry_id": entry.entry_id, "digest": entry.digest}
        for entry in entries
    ]
    insert_all(tx, imports, [{**row, "last_seen_at": now, "is_gone": False} for row in rows])
    seen = update(imports).where(imports.c.kind == kind, imports.c.is_gone.is_(False))
    tx.execute(seen.values(last_seen_at=now))


def _gone(into: List, left: Mapping[str, _Known]) -> tuple[Gone, ...]:
    """Those that were in the last file; what has been gone for longer was told of before."""
    newly = {key: known.entry_id for key, known in left.items() if not known.is_gone}
    names = into.names(newly.values())
    return tuple(Gone(entry, names.get(entry, ""), key) for key, entry in newly.items())


def _digest(batch: Batch, row: Any, values: Mapping[str, Any]) -> str:  # noqa: ANN401  # any kind of row
    # With what the row was resolved to: a caseworker who is known by now changes their cases.
    words = digest(row, batch.fields) + repr(sorted(values.items()))
    return hashlib.sha256(words.encode()).hexdigest()


def _draws_nothing(below: int) -> int:
    raise AssertionError(f"a comparison makes nothing, and needs no number below {below}")
