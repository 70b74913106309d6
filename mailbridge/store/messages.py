"""Mail we have seen, where its copies lie, and what was decided about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from mailbridge.domain.finding import Match, Outcome, Reason, Suggestion
from mailbridge.domain.message import Copy, Direction, Handle, Message, MessageKey, Role
from mailbridge.store.rows import dump, in_lists, put, rows_among
from mailbridge.store.tables import copies, decisions, messages, suggestions, threads

MOST_RECIPIENTS = 100
LONGEST_TEXT = 200_000  # characters of new text that are kept
MOST_RELATED = 50  # mails of one thread that are looked at

_KEYS = select(messages.c.key, messages.c.message_id)
_SIBLINGS = select(threads.c.message_key).order_by(threads.c.position).limit(MOST_RELATED)
_DECISIONS = select(decisions)

ReasonRow = Mapping[str, str]
"""A reason as it is kept: "about" (person, case, decision), "code", "words"; evidence also says
"to" whom or what it points, and its "weight" in natural-log odds."""


@dataclass(frozen=True, slots=True)
class KnownCopy:
    """A copy as we saw it last; tags in canonical spelling."""

    handle: Handle
    folder: str
    message_key: MessageKey
    version: str
    tags: frozenset[str]
    role: Role


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """A mail we have recorded."""

    key: MessageKey
    message_id: str
    direction: Direction
    at: datetime | None
    subject: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    automatic: str
    new_text: str
    details: Mapping[str, Any]
    first_folder: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class KnownDecision:
    """Who and which case, as it stands."""

    message_key: MessageKey
    person_outcome: Outcome
    constituent_id: int | None
    case_outcome: Outcome
    case_reference: str
    by_person: bool
    is_suspect: bool
    reasons: tuple[ReasonRow, ...]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class KnownSuggestion:
    """A tag proposed, and what became of it."""

    message_key: MessageKey
    tag: str
    facet: str
    confidence: float
    source: str
    words: str
    state: str  # open, applied, accepted, declined


# --- copies ------------------------------------------------------------------------------------


def copies_in(tx: Connection, mailbox: str, folders: Iterable[str]) -> dict[Handle, KnownCopy]:
    """What we know to lie in these folders."""
    return {
        known.handle: known
        for some in in_lists(folders)
        for known in map(
            _copy,
            tx.execute(
                select(copies).where(copies.c.mailbox == mailbox, copies.c.folder.in_(some))
            ),
        )
    }


def copies_at(tx: Connection, mailbox: str, handles: Iterable[str]) -> dict[Handle, KnownCopy]:
    """What we know of these handles."""
    return {
        known.handle: known
        for some in in_lists(handles)
        for known in map(
            _copy,
            tx.execute(
                select(copies).where(copies.c.mailbox == mailbox, copies.c.handle.in_(some))
            ),
        )
    }


def folders_with_copies(tx: Connection, mailbox: str) -> tuple[str, ...]:
    """Every folder in which we know a copy."""
    query = select(copies.c.folder).where(copies.c.mailbox == mailbox).distinct()
    return tuple(tx.scalars(query))


def copies_of(tx: Connection, mailbox: str, key: str) -> tuple[KnownCopy, ...]:
    """Where one mail lies, as far as we know; the copy seen last comes first."""
    rows = tx.execute(
        select(copies)
        .where(copies.c.mailbox == mailbox, copies.c.message_key == key)
        .order_by(copies.c.seen_at.desc(), copies.c.handle)
    )
    return tuple(map(_copy, rows))


def note_copy(tx: Connection, mailbox: str, copy: Copy, key: MessageKey, now: datetime) -> None:
    """Remember that a copy lies here, with these tags (canonical spelling)."""
    put(
        tx,
        copies,
        {"mailbox": mailbox, "handle": copy.handle},
        {
            "folder": copy.folder,
            "message_key": key,
            "version": copy.version,
            "tags": sorted(copy.tags),
            "role": copy.role,
            "seen_at": now,
        },
    )


def rename_folder(tx: Connection, mailbox: str, old: str, new: str) -> None:
    """A folder is called otherwise now, with all below it; the mail in it did not move."""
    for folder in folders_with_copies(tx, mailbox):
        if folder == old or folder.startswith(f"{old}/"):
            tx.execute(
                copies.update()
                .where(copies.c.mailbox == mailbox, copies.c.folder == folder)
                .values(folder=new + folder[len(old) :])
            )


def forget_copies(tx: Connection, mailbox: str, handles: Iterable[str]) -> None:
    """These handles are no longer there. The mail itself stays known."""
    for some in in_lists(handles):
        tx.execute(delete(copies).where(copies.c.mailbox == mailbox, copies.c.handle.in_(some)))


def _copy(row: Row[Any]) -> KnownCopy:
    return KnownCopy(
        handle=Handle(row.handle),
        folder=row.folder,
        message_key=MessageKey(row.message_key),
        version=row.version,
        tags=frozenset(row.tags),
        role=Role(row.role),
    )


# --- messages ----------------------------------------------------------------------------------


def put_message(
    tx: Connection, message: Message, thread_ids: Iterable[str], folder: str, now: datetime
) -> None:
    """Record a mail at its first sighting."""
    sender = message.sender
    tx.execute(
        messages.insert(),
        {
            "key": message.key,
            "message_id": message.message_id[:998],
            "direction": message.direction,
            "at": message.at,
            "subject": message.subject,
            "sender": sender.addr[:320] if sender else "",
            "sender_name": sender.name[:500] if sender else "",
            "recipients": [each.addr for each in message.recipients[:MOST_RECIPIENTS]],
            "automatic": message.automatic,
            "new_text": message.new_text[:LONGEST_TEXT],
            "details": {
                "size": message.size,
                "date": message.date.isoformat() if message.date else None,
                "attachments": [
                    {"filename": a.filename, "type": a.content_type, "size": a.size, "note": a.note}
                    for a in message.attachments
                ],
                "oddities": [dump(oddity) for oddity in message.oddities],
                "route": [dump(hop) for hop in message.route],
            },
            "first_folder": folder,
            "first_seen_at": now,
        },
    )
    rows = [
        {"message_key": message.key, "position": position, "message_id": parent[:998]}
        for position, parent in enumerate(thread_ids)
    ]
    if rows:
        tx.execute(threads.insert(), rows)


def known_keys(tx: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Which of these mails are recorded."""
    return frozenset(row.key for row in rows_among(tx, _KEYS, messages.c.key, keys))


def message(tx: Connection, key: str) -> KnownMessage | None:
    """One mail by its key, or None."""
    row = tx.execute(select(messages).where(messages.c.key == key)).first()
    return None if row is None else _message(row)


def messages_by(
    tx: Connection, *, keys: Iterable[str] = (), message_ids: Iterable[str] = ()
) -> tuple[KnownMessage, ...]:
    """Mails by key or by Message-ID (several may share one), oldest first."""
    found: dict[str, KnownMessage] = {}
    for column, values in ((messages.c.key, keys), (messages.c.message_id, message_ids)):
        for some in in_lists(value for value in values if value):
            for row in tx.execute(select(messages).where(column.in_(some))):
                found[row.key] = _message(row)
    return tuple(sorted(found.values(), key=lambda each: (each.at is None, each.at, each.key)))


def thread_keys(tx: Connection, message_ids: Iterable[str]) -> tuple[str, ...]:
    """Keys of mails that are these, then of mails that answer or refer to these."""
    found: dict[str, None] = {}
    for some in in_lists(value for value in message_ids if value):
        order = {value: position for position, value in enumerate(some)}
        rows = rows_among(tx, _KEYS, messages.c.message_id, some)
        for key, _ in sorted(rows, key=lambda row: order[row[1]]):
            found[key] = None
        siblings = rows_among(tx, _SIBLINGS, threads.c.message_id, some)
        found.update((row.message_key, None) for row in siblings)
    return tuple(found)[:MOST_RELATED]


def thread_of(tx: Connection, key: str) -> tuple[str, ...]:
    """Keys of the other mails in one mail's thread."""
    ids = [
        *tx.scalars(select(messages.c.message_id).where(messages.c.key == key)),
        *tx.scalars(select(threads.c.message_id).where(threads.c.message_key == key)),
    ]
    return tuple(each for each in thread_keys(tx, ids) if each != key)


def _message(row: Row[Any]) -> KnownMessage:
    return KnownMessage(
        key=MessageKey(row.key),
        message_id=row.message_id,
        direction=Direction(row.direction),
        at=row.at,
        subject=row.subject,
        sender=row.sender,
        sender_name=row.sender_name,
        recipients=tuple(row.recipients),
        automatic=row.automatic,
        new_text=row.new_text,
        details=row.details,
        first_folder=row.first_folder,
        first_seen_at=row.first_seen_at,
    )


# --- decisions and suggestions -----------------------------------------------------------------


def put_decision(  # one argument a column
    tx: Connection,
    key: str,
    match: Match,
    reasons: Iterable[Reason],
    now: datetime,
    *,
    by_person: bool = False,
) -> None:
    """Record who and which case, with every reason and piece of evidence. The latest stands."""
    put(
        tx,
        decisions,
        {"message_key": key},
        {
            "person_outcome": match.person.outcome,
            "constituent_id": match.person.value,
            "case_outcome": match.case.outcome,
            "case_reference": match.case.value,
            "by_person": by_person,
            "is_suspect": match.is_suspect,
            "reasons": _reason_rows(match, reasons),
            "decided_at": now,
        },
    )


def _reason_rows(match: Match, reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Every reason with what it is about; a piece of evidence also with whom or what it points to
    and its weight in natural-log odds, below 0 where it speaks against."""
    rows: list[dict[str, str]] = []
    people = [(each, each.person) for each in match.evidence if each.person is not None]
    cases = [(each, each.case) for each in match.evidence if each.case]
    for about, verdict_reasons, evidence in (
        ("person", match.person.reasons, people),
        ("case", match.case.reasons, cases),
        ("decision", tuple(reasons), []),
    ):
        pieces = {(each.code, each.words) for each, _ in evidence}
        rows += [
            {"about": about, "code": each.code, "words": each.words}
            for each in verdict_reasons
            if (each.code, each.words) not in pieces
        ]
        rows += [
            {
                "about": about,
                "code": each.code,
                "words": each.words,
                "to": str(to),
                "weight": f"{each.weight:g}",
            }
            for each, to in evidence
        ]
    return rows


def decisions_for(tx: Connection, keys: Iterable[str]) -> dict[str, KnownDecision]:
    """What stands for these mails, by key."""
    return {
        row.message_key: KnownDecision(
            message_key=MessageKey(row.message_key),
            person_outcome=Outcome(row.person_outcome),
            constituent_id=row.constituent_id,
            case_outcome=Outcome(row.case_outcome),
            case_reference=row.case_reference or "",
            by_person=row.by_person,
            is_suspect=row.is_suspect,
            reasons=tuple(row.reasons),
            decided_at=row.decided_at,
        )
        for row in rows_among(tx, _DECISIONS, decisions.c.message_key, keys)
    }


def put_suggestion(tx: Connection, key: str, value: Suggestion, state: str, now: datetime) -> None:
    """Record a tag proposed for a mail."""
    put(
        tx,
        suggestions,
        {"message_key": key, "tag": value.tag},
        {
            "facet": value.facet,
            "confidence": value.confidence,
            "source": value.source,
            "words": value.words,
            "state": state,
            "changed_at": now,
        },
    )


def set_suggestion(tx: Connection, key: str, tag: str, state: str, now: datetime) -> None:
    """A person accepted or declined it."""
    tx.execute(
        suggestions.update()
        .where(suggestions.c.message_key == key, suggestions.c.tag == tag)
        .values(state=state, changed_at=now)
    )


def suggestions_for(tx: Connection, keys: Iterable[str]) -> tuple[KnownSuggestion, ...]:
    """Every tag ever proposed for these mails."""
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
        for some in in_lists(keys)
        for row in tx.execute(
            select(suggestions)
            .where(suggestions.c.message_key.in_(some))
            .order_by(suggestions.c.message_key, suggestions.c.facet, suggestions.c.tag)
        )
    )
