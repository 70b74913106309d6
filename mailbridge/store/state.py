"""Small lasting facts: cursors, the lease, notes, the journal, mail set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from mailbridge.domain.message import Copy, Cursor, Oddity
from mailbridge.store.rows import put
from mailbridge.store.tables import cursors, journal, leases, notes, set_aside


def cursor(tx: Connection, source: str) -> Cursor | None:
    """How far a backend had told us its changes; None before the first reading."""
    found: str | None = tx.scalar(select(cursors.c.cursor).where(cursors.c.source == source))
    return None if found is None else Cursor(found)


def cursor_saved_at(tx: Connection, source: str) -> datetime | None:
    """When a backend's changes were last taken in; None before the first reading."""
    at: datetime | None = tx.scalar(select(cursors.c.saved_at).where(cursors.c.source == source))
    return at


def save_cursor(tx: Connection, source: str, value: Cursor, now: datetime) -> None:
    """To be called in the transaction that records the last thing of the batch."""
    put(tx, cursors, {"source": source}, {"cursor": value, "saved_at": now})


def take_lease(
    tx: Connection, name: str, holder: str, now: datetime, length: timedelta, dead: Iterable[str]
) -> str | None:
    """Take or renew the lease; None when we have it, else who has it.

    `dead` are holders known to be gone (their process no longer runs on this machine): theirs is
    taken at once. A lease that ends further away than its length was written by a clock since
    put back, and is over.
    """
    row = tx.execute(select(leases).where(leases.c.name == name)).first()
    is_free = (
        row is None
        or row.holder == holder
        or row.holder in set(dead)
        or not now < row.until <= now + length
    )
    if row is not None and not is_free:
        return str(row.holder)
    put(tx, leases, {"name": name}, {"holder": holder, "until": now + length})
    return None


def lease_holder(tx: Connection, name: str) -> str:
    """Who has the lease, or had it last; "" for nobody."""
    return tx.scalar(select(leases.c.holder).where(leases.c.name == name)) or ""


def give_back(tx: Connection, name: str, holder: str) -> None:
    """Let others have the lease."""
    tx.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))


@dataclass(frozen=True, slots=True)
class Note:
    """A single fact and since when it stands."""

    value: str
    at: datetime


def note(tx: Connection, name: str) -> Note | None:
    """A fact by name, or None."""
    row = tx.execute(select(notes).where(notes.c.name == name)).first()
    return None if row is None else Note(row.value, row.at)


def write_note(tx: Connection, name: str, value: str, now: datetime) -> None:
    """Set a fact."""
    put(tx, notes, {"name": name}, {"value": value, "at": now})


def keep_note(tx: Connection, name: str, value: str, now: datetime) -> None:
    """Set a fact that lasts: since when it stands is kept while it is told again and again."""
    known = note(tx, name)
    write_note(tx, name, value, known.at if known else now)


def drop_note(tx: Connection, name: str) -> None:
    """A fact no longer stands."""
    tx.execute(notes.delete().where(notes.c.name == name))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    at: datetime
    about: str
    code: str
    words: str


def write_journal(tx: Connection, about: str, code: str, words: str, now: datetime) -> None:
    """Remember what happened to a mail, case, letter or task."""
    tx.execute(journal.insert().values(at=now, about=about, code=code, words=words))


def read_journal(tx: Connection, about: Iterable[str]) -> tuple[Entry, ...]:
    """What happened to these, oldest first."""
    rows = tx.execute(
        select(journal).where(journal.c.about.in_(list(about))).order_by(journal.c.at, journal.c.id)
    )
    return tuple(Entry(row.at, row.about, row.code, row.words) for row in rows)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A mail that could not be understood and waits for a person where it lies."""

    id: int
    folder: str
    handle: str
    message_key: str
    code: str
    words: str
    at: datetime


def put_aside(
    tx: Connection, mailbox: str, copy: Copy, key: str, why: Oddity, now: datetime
) -> None:
    """Remember that a mail could not be understood, and why. Once a copy."""
    put(
        tx,
        set_aside,
        {"mailbox": mailbox, "handle": copy.handle},
        {
            "folder": copy.folder,
            "message_key": key,
            "code": why.code,
            "words": why.words,
            "at": now,
            "resolved_at": None,
        },
    )


def resolve(tx: Connection, ids: Iterable[int], now: datetime) -> int:
    """A person has seen to them."""
    return tx.execute(
        set_aside.update().where(set_aside.c.id.in_(list(ids))).values(resolved_at=now)
    ).rowcount


def set_aside_list(tx: Connection) -> tuple[SetAside, ...]:
    """What still waits for a person, oldest first."""
    rows: Any = tx.execute(
        select(set_aside).where(set_aside.c.resolved_at.is_(None)).order_by(set_aside.c.id)
    )
    return tuple(
        SetAside(row.id, row.folder, row.handle, row.message_key, row.code, row.words, row.at)
        for row in rows
    )
