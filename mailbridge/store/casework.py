"""Cases, letters, answers and the tasks we wrote for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from mailbridge.domain.casework import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Letter,
    LetterState,
    Task,
)
from mailbridge.store.rows import dump, in_lists, load, put, rows_among
from mailbridge.store.tables import answers, cases, letters, tasks

_CASES = select(cases).order_by(cases.c.reference)
_LETTERS = select(letters.c.id, letters.c.document).order_by(letters.c.id)
_AWAITED = _LETTERS.where(letters.c.state == LetterState.AWAITING)


def case(tx: Connection, reference: str) -> Case | None:
    """One case by its reference, or None."""
    found = cases_by(tx, references=[reference])
    return found[0] if found else None


def cases_by(
    tx: Connection,
    *,
    references: Iterable[str] = (),
    people: Iterable[int] = (),
    folders: Iterable[str] = (),
) -> tuple[Case, ...]:
    """Cases with one of these references, constituents or folders, each once."""
    found: dict[str, Case] = {}
    for column, values in (
        (cases.c.reference, references),
        (cases.c.constituent_id, people),
        (cases.c.folder, folders),
    ):
        for row in rows_among(tx, _CASES, column, filter(None, values)):
            found[row.reference] = _case(row)
    return tuple(found.values())


def cases_holding(tx: Connection, folder: str) -> tuple[Case, ...]:
    """The cases whose folder this is, or lies in."""
    levels = folder.split("/")
    return cases_by(tx, folders=["/".join(levels[:depth]) for depth in range(1, len(levels) + 1)])


def all_cases(tx: Connection, state: CaseState | None = None) -> tuple[Case, ...]:
    """Every case, or those in one state, by reference."""
    query: Select[Any] = select(cases).order_by(cases.c.reference)
    if state is not None:
        query = query.where(cases.c.state == state)
    return tuple(_case(row) for row in tx.execute(query))


def put_case(tx: Connection, value: Case) -> None:
    """Record a case as it is now."""
    document = dump(value) | {"opened_on": value.opened_on, "closed_on": value.closed_on}
    reference = document.pop("reference")
    put(tx, cases, {"reference": reference}, document)


def _case(row: Row[Any]) -> Case:
    return load(Case, dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's documented accessor


def letter(tx: Connection, letter_id: str) -> Letter | None:
    """One letter, or None."""
    document = tx.scalar(select(letters.c.document).where(letters.c.id == letter_id))
    return None if document is None else load(Letter, document)


def letters_by(
    tx: Connection,
    *,
    cases_: Iterable[str] = (),
    organisations: Iterable[str] = (),
    message_keys: Iterable[str] = (),
    message_ids: Iterable[str] = (),
    their_references: Iterable[str] = (),
) -> tuple[Letter, ...]:
    """Letters of these cases, sent as or answering these mails, or with their references; and
    those still awaited from these organisations. Each once, by id."""
    found: dict[str, Letter] = {}
    for query, column, values in (
        (_LETTERS, letters.c.case_reference, cases_),
        (_AWAITED, letters.c.organisation_id, organisations),
        (_LETTERS, letters.c.message_key, message_keys),
        (_LETTERS, letters.c.message_id, message_ids),
        (_LETTERS, letters.c.their_reference, their_references),
    ):
        for letter_id, document in rows_among(tx, query, column, filter(None, values)):
            found[letter_id] = load(Letter, document)
    return tuple(found[key] for key in sorted(found))


def letters_in(tx: Connection, state: LetterState | None = None) -> tuple[Letter, ...]:
    """Every letter, or those in one state, by id."""
    query = select(letters.c.document).order_by(letters.c.id)
    if state is not None:
        query = query.where(letters.c.state == state)
    return tuple(load(Letter, document) for document in tx.scalars(query))


def put_letter(tx: Connection, value: Letter) -> bool:
    """Record a letter as it is now. True when it is new."""
    return put(
        tx,
        letters,
        {"id": value.id},
        {
            "case_reference": value.case_reference,
            "organisation_id": value.organisation_id[:300],
            "state": value.state,
            "message_key": value.message_key or "",
            "message_id": value.message_id[:998],
            "their_reference": value.their_reference[:200],
            "document": dump(value),
        },
    )


def letter_counts(tx: Connection, references: Iterable[str]) -> Mapping[str, int]:
    """How many letters each case has had: the next one's number is one more."""
    return {
        reference: count
        for some in in_lists(references)
        for reference, count in tx.execute(
            select(letters.c.case_reference, func.count())
            .where(letters.c.case_reference.in_(some))
            .group_by(letters.c.case_reference)
        )
    }


def answers_to(tx: Connection, letter_ids: Iterable[str] | None = None) -> tuple[Answer, ...]:
    """What came back to these letters (None: to any that is still awaited), oldest first."""
    if letter_ids is None:
        awaited = select(letters.c.id).where(letters.c.state == LetterState.AWAITING)
        queries = [select(answers.c.document).where(answers.c.letter_id.in_(awaited))]
    else:
        queries = [
            select(answers.c.document).where(answers.c.letter_id.in_(some))
            for some in in_lists(letter_ids)
        ]
    found = [load(Answer, document) for query in queries for document in tx.scalars(query)]
    return tuple(sorted(found, key=lambda answer: (answer.received_at, answer.message_key)))


def answers_by_message(tx: Connection, key: str) -> tuple[Answer, ...]:
    """Which letters one mail answers, and how."""
    query = select(answers.c.document).where(answers.c.message_key == key)
    return tuple(load(Answer, document) for document in tx.scalars(query))


def unsure_answers(tx: Connection) -> tuple[Answer, ...]:
    """Answers that a person should judge, to letters still awaited."""
    query = (
        select(answers.c.document)
        .join(letters, letters.c.id == answers.c.letter_id)
        .where(answers.c.kind == AnswerKind.UNSURE, letters.c.state == LetterState.AWAITING)
        .order_by(answers.c.received_at)
    )
    return tuple(load(Answer, document) for document in tx.scalars(query))


def put_answer(tx: Connection, value: Answer) -> None:
    """Record how a mail answers a letter."""
    put(
        tx,
        answers,
        {"letter_id": value.letter_id, "message_key": value.message_key},
        {"kind": value.kind, "received_at": value.received_at, "document": dump(value)},
    )


def withdraw_answers(tx: Connection, key: str) -> tuple[Answer, ...]:
    """A mail answers nothing after all. What it had been taken for."""
    withdrawn = answers_by_message(tx, key)
    tx.execute(answers.delete().where(answers.c.message_key == key))
    return withdrawn


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What we last wrote into a list, and how people left it."""

    key: str
    letter_id: str  # "" for a task that is no chase
    written: Task
    now: Task | None  # None: not seen yet, or gone
    version: str
    is_open: bool
    was_deleted: bool


def task_row(tx: Connection, key: str) -> TaskRow | None:
    """One task of ours, or None."""
    row = tx.execute(select(tasks).where(tasks.c.key == key)).first()
    return None if row is None else _task_row(row)


def task_rows(
    tx: Connection, *, open_only: bool = False, letter_ids: Iterable[str] = ()
) -> tuple[TaskRow, ...]:
    """Every task of ours, the open ones, or those of some letters, by key."""
    query: Select[Any] = select(tasks).order_by(tasks.c.key)
    if open_only:
        query = query.where(tasks.c.is_open)
    wanted = list(letter_ids)
    if wanted:
        query = query.where(or_(*(tasks.c.letter_id.in_(some) for some in in_lists(wanted))))
    return tuple(_task_row(row) for row in tx.execute(query))


def open_tasks_since(tx: Connection, at: datetime) -> tuple[TaskRow, ...]:
    """Open tasks of ours that stand in a list, recorded at this time or after it."""
    query = select(tasks).where(tasks.c.is_open, tasks.c.changed_at >= at).order_by(tasks.c.key)
    rows = (_task_row(row) for row in tx.execute(query))
    return tuple(row for row in rows if row.now is not None)


def put_task(tx: Connection, value: TaskRow, now: datetime) -> None:
    """Record a task as we wrote it or as we found it."""
    put(
        tx,
        tasks,
        {"key": value.key},
        {
            "letter_id": value.letter_id,
            "written": dump(value.written),
            "now": None if value.now is None else dump(value.now),
            "version": value.version,
            "is_open": value.is_open,
            "was_deleted": value.was_deleted,
            "changed_at": now,
        },
    )


def _task_row(row: Row[Any]) -> TaskRow:
    return TaskRow(
        key=row.key,
        letter_id=row.letter_id,
        written=load(Task, row.written),
        now=None if row.now is None else load(Task, row.now),
        version=row.version,
        is_open=row.is_open,
        was_deleted=row.was_deleted,
    )


def set_case_state(tx: Connection, value: Case, state: CaseState, on: date) -> Case:
    """Open or close a case; the case as it is now. A closed case's letters are not chased, and
    are again when it is reopened."""
    changed = replace(value, state=state, closed_on=on if state is CaseState.CLOSED else None)
    put_case(tx, changed)
    return changed
