"""What people ask of the store and decisions never do: lists, near matches, whole tables a row at
a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, func, or_, select

from mailbridge.domain.casework import CaseState
from mailbridge.domain.finding import Outcome
from mailbridge.domain.message import MessageKey
from mailbridge.store.casework import TaskRow, task_rows
from mailbridge.store.messages import KnownSuggestion
from mailbridge.store.tables import (
    cases,
    constituents,
    copies,
    decisions,
    leases,
    messages,
    outbox,
    set_aside,
    suggestions,
    tasks,
)

MOST_NEAR = 5  # near matches that are shown
_AT_ONCE = 500  # rows held in memory while a whole table is read


def lease(tx: Connection, name: str) -> tuple[str, datetime] | None:
    """Who has a lease and until when; None when nobody ever had it or it was given back."""
    row = tx.execute(select(leases).where(leases.c.name == name)).first()
    return None if row is None else (str(row.holder), row.until)


def message_count(tx: Connection) -> int:
    """How many mails are recorded."""
    return tx.scalar(select(func.count()).select_from(messages)) or 0


def case_counts(tx: Connection) -> dict[CaseState, int]:
    """How many cases are open and closed; both are named."""
    query = select(cases.c.state, func.count()).group_by(cases.c.state)
    found = {CaseState(state): count for state, count in tx.execute(query)}
    return {state: found.get(state, 0) for state in CaseState}


def open_task_count(tx: Connection) -> int:
    """How many tasks of ours stand open."""
    return tx.scalar(select(func.count()).select_from(tasks).where(tasks.c.is_open)) or 0


def tagged(tx: Connection, mailbox: str, tags: Iterable[str]) -> dict[MessageKey, frozenset[str]]:
    """Mails that carry one of these categories somewhere, with which of them they carry."""
    wanted = frozenset(tags)
    # The column is JSON: a text search narrows it down in any database, the set below decides.
    as_text = cast(copies.c.tags, Text)
    query = (
        select(copies.c.message_key, copies.c.tags)
        .where(copies.c.mailbox == mailbox)
        .where(or_(*(as_text.contains(tag, autoescape=True) for tag in sorted(wanted))))
        .order_by(copies.c.seen_at)
    )
    found: dict[MessageKey, frozenset[str]] = {}
    for key, has in tx.execute(query):
        if key and (carried := wanted & set(has)):
            found[MessageKey(key)] = found.get(MessageKey(key), frozenset()) | carried
    return found


def open_suggestions(tx: Connection) -> tuple[KnownSuggestion, ...]:
    """Every tag that was suggested and that nobody has answered, mail by mail."""
    query = (
        select(suggestions)
        .where(suggestions.c.state == "open")
        .order_by(suggestions.c.changed_at, suggestions.c.message_key, suggestions.c.tag)
    )
    return tuple(
        KnownSuggestion(
            message_key=MessageKey(row.message_key),
            tag=row.tag,
            facet=row.facet,
            confidence=row.confidence,
            source=row.source,
            words=row.words,
            state=row.state,
        )
        for row in tx.execute(query)
    )


def keys_in_case(tx: Connection, reference: str) -> tuple[MessageKey, ...]:
    """The mails that belong to a case as decisions stand."""
    query = select(decisions.c.message_key).where(decisions.c.case_reference == reference)
    return tuple(map(MessageKey, tx.scalars(query)))


def people_named(tx: Connection, name: str) -> tuple[int, ...]:
    """The ids of everybody whose name is, or holds, these words in any letter case."""
    lowered = func.lower(constituents.c.name)
    for test in (lowered == name.lower(), lowered.contains(name.lower(), autoescape=True)):
        ids = tx.scalars(select(constituents.c.id).where(test).order_by(constituents.c.id))
        if found := tuple(ids):
            return found
    return ()


def all_names(tx: Connection) -> tuple[str, ...]:
    """Every constituent's name, for telling near ones."""
    return tuple(tx.scalars(select(constituents.c.name)))


def near_messages(tx: Connection, words: str) -> tuple[str, ...]:
    """Message-IDs and keys that hold these words, newest first; a few."""
    found: dict[str, None] = {}
    for column in (messages.c.key, messages.c.message_id):
        query = (
            select(column)
            .where(func.lower(column).contains(words.lower(), autoescape=True))
            .order_by(messages.c.first_seen_at.desc())
            .limit(MOST_NEAR)
        )
        found.update(dict.fromkeys(tx.scalars(query)))
    return tuple(found)[:MOST_NEAR]


def recent_message_ids(tx: Connection, limit: int = 2000) -> tuple[str, ...]:
    """The newest Message-IDs, for telling near ones."""
    query = select(messages.c.message_id).order_by(messages.c.first_seen_at.desc()).limit(limit)
    return tuple(filter(None, tx.scalars(query)))


def put_aside_for(tx: Connection, key: str) -> tuple[Any, ...]:
    """Every time one mail was set aside: code, words, at, resolved_at."""
    query = select(set_aside).where(set_aside.c.message_key == key).order_by(set_aside.c.id)
    return tuple(tx.execute(query))


def last_wish(tx: Connection) -> int:
    """The number of the newest wish; 0 when there is none."""
    return tx.scalar(select(func.max(outbox.c.seq))) or 0


def newest_places(tx: Connection, mailbox: str) -> dict[str, str]:
    """Message key → the folder where that mail was seen last."""
    query = (
        select(copies.c.message_key, copies.c.folder)
        .where(copies.c.mailbox == mailbox)
        .order_by(copies.c.seen_at)
    )
    return {row.message_key: row.folder for row in tx.execute(query)}


def kept_tags(tx: Connection) -> dict[str, list[str]]:
    """Message key → the tags that stand on it: applied by us, or accepted by a person."""
    query = (
        select(suggestions.c.message_key, suggestions.c.tag)
        .where(suggestions.c.state.in_(("applied", "accepted")))
        .order_by(suggestions.c.message_key, suggestions.c.tag)
    )
    found: dict[str, list[str]] = {}
    for key, tag in tx.execute(query):
        found.setdefault(key, []).append(tag)
    return found


def every_message(tx: Connection) -> Iterator[Any]:
    """Every mail with what was decided about it, oldest first, a few hundred in memory at once."""
    query = (
        select(
            messages.c.key,
            messages.c.message_id,
            messages.c.direction,
            messages.c.at,
            messages.c.sender,
            messages.c.sender_name,
            messages.c.recipients,
            messages.c.subject,
            messages.c.automatic,
            func.coalesce(decisions.c.person_outcome, Outcome.NOBODY).label("person_outcome"),
            decisions.c.constituent_id,
            constituents.c.name.label("constituent"),
            func.coalesce(decisions.c.case_outcome, Outcome.NOBODY).label("case_outcome"),
            decisions.c.case_reference,
            decisions.c.by_person,
            decisions.c.is_suspect,
        )
        .join(decisions, decisions.c.message_key == messages.c.key, isouter=True)
        .join(constituents, constituents.c.id == decisions.c.constituent_id, isouter=True)
        .order_by(messages.c.first_seen_at, messages.c.key)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from tx.execute(query)


def every_case(tx: Connection) -> Iterator[Any]:
    """Every case with its constituent's name, by reference."""
    query = (
        select(cases, constituents.c.name.label("constituent"))
        .join(constituents, constituents.c.id == cases.c.constituent_id, isouter=True)
        .order_by(cases.c.reference)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from tx.execute(query)


def every_task(tx: Connection) -> Iterator[TaskRow]:
    """Every task of ours, by key."""
    yield from task_rows(tx)


def last_mail_at(tx: Connection, reference: str) -> datetime | None:
    """When the newest mail of a case came or went; None when it has none."""
    query = (
        select(messages.c.at)
        .join(decisions, decisions.c.message_key == messages.c.key)
        .where(decisions.c.case_reference == reference, messages.c.at.is_not(None))
        .order_by(messages.c.at.desc())
        .limit(1)
    )
    at: datetime | None = tx.scalar(query)
    return at
