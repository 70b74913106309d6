"""The story of one case, told from the store's own records: each mail with what was done about it.

Nothing here knows what the demo meant to happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mailbridge.domain.action import (
    AddTags,
    AmendTask,
    CloseTask,
    FileMessage,
    OpenTask,
    RemoveTags,
    SaveDraft,
)
from mailbridge.domain.casework import Answer, AnswerKind, Case, Letter
from mailbridge.domain.message import Direction
from mailbridge.domain.office import Office
from mailbridge.planning.feedback import Did
from mailbridge.reminders.workdays import Workdays, last_day, local_day
from mailbridge.runners.explaining import MailAccount, account_of_mail
from mailbridge.store import casework, lookups, messages, outbox, people, state
from mailbridge.store.messages import KnownMessage
from mailbridge.store.outbox import State, Wish


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, what mailbridge did about it, and a paper to show, if any."""

    at: datetime
    what: str
    did: tuple[str, ...] = ()
    paper: tuple[str, str] = ("", "")  # heading and text


def story_of(tx: Connection, case: Case, mailbox: str, office: Office) -> tuple[Happening, ...]:
    """Everything about one case in the order in which it happened."""
    letters = casework.letters_by(tx, cases_=[case.reference])
    mails = messages.messages_by(tx, keys=lookups.keys_in_case(tx, case.reference))
    told = [
        *(_mail(tx, mail, mailbox, office) for mail in mails),
        *_of_case(tx, case),
        *(line for letter in letters for line in _chases(tx, letter)),
    ]
    return tuple(sorted(told, key=lambda one: one.at))


def _mail(tx: Connection, mail: KnownMessage, mailbox: str, office: Office) -> Happening:
    other = mail.sender_name or mail.sender
    if mail.direction is not Direction.INBOUND:
        # What people call whoever it went to: a constituent by name, a body by its own.
        found = people.ids_by(tx, emails=list(mail.recipients))
        known = people.constituent(tx, next(iter(found))) if found else None
        other = known.name if known else ", ".join(mail.recipients)
    verb = "writes" if mail.direction is Direction.INBOUND else "The office writes to"
    who = f"{other} {verb}" if mail.direction is Direction.INBOUND else f"{verb} {other}"
    account = account_of_mail(tx, mailbox, mail)
    did = tuple(_did(account, office))
    return Happening(mail.at or mail.first_seen_at, f"{who}: “{mail.subject}”", did)


def _did(account: MailAccount, office: Office) -> Iterator[str]:
    """What came of one mail, a clause each."""
    by_hand = [entry for entry in account.journal if entry.code == Did.FILED]
    tags = [
        tag
        for wish in account.actions
        if isinstance(wish.action, AddTags) and wish.state is State.DONE
        for tag in wish.action.tags
    ]
    if tags:
        yield f"categories put on: {', '.join(dict.fromkeys(tags))}"
    if by_hand:
        yield "a caseworker moved it into the case's folder: whose it is was learned"
    off = [
        tag
        for wish in account.actions
        if isinstance(wish.action, RemoveTags) and wish.state is State.DONE
        for tag in wish.action.tags
    ]
    if off:
        yield f"categories taken off: {', '.join(dict.fromkeys(off))}"
    for letter in account.letters:
        until = last_day(local_day(letter.sent_at, office.timezone), letter.wait, Workdays())
        yield (
            f"a letter to {letter.organisation_name}: it may take {letter.wait}, "
            f"until {_day(until)}"
        )
    yield from (
        f"the clock starts again: it {entry.words}"
        for entry in account.journal
        if entry.code == "letter-continued"
    )
    yield from (_judged(answer) for answer in account.answers)
    if any(isinstance(wish.action, FileMessage) and wish.state is State.DONE
           for wish in account.actions):  # fmt: skip
        why = [piece.words for piece in account.pieces if piece.about == "case"][:1]
        yield f"filed alone: it is {why[0]}" if why and why[0].startswith("in ") else (
            f"filed alone: it {why[0]}" if why else "filed alone"
        )


_KINDS = {
    AnswerKind.AUTOMATIC: "an automatic reply, which does not count",
    AnswerKind.ACKNOWLEDGEMENT: "an acknowledgement, which does not count",
    AnswerKind.HOLDING: "a holding reply: the wait goes on",
    AnswerKind.SUBSTANTIVE: "the answer",
    AnswerKind.BOUNCE: "not delivered: somebody must see to it at once",
    AnswerKind.UNSURE: "perhaps an answer: a person must look",
}


def _judged(answer: Answer) -> str:
    words = " ".join(answer.words.split())
    said = f" (“{words[:90]}{'…' if len(words) > 90 else ''}”)" if words else ""  # noqa: PLR2004  # a line's worth
    return f"judged {_KINDS[answer.kind]}{said}"


_FOLDER_WORDS = {
    "case-folder-made": "A caseworker makes a folder, and a case is opened",
    "case-folder-closed": "A caseworker moves the folder under Closed",
    "case-folder-reopened": "A caseworker moves the folder back",
    "folder-moved": "The folder gets the case's reference",
}


def _of_case(tx: Connection, case: Case) -> Iterator[Happening]:
    for entry in state.read_journal(tx, [f"case {case.reference}"]):
        closes = entry.code == "case-folder-closed"
        did = ("the case is closed, and nothing is awaited for it any more",) if closes else ()
        yield Happening(entry.at, _FOLDER_WORDS.get(entry.code, "In its records"), did or (entry.words,))


def _chases(tx: Connection, letter: Letter) -> Iterator[Happening]:
    for row in casework.task_rows(tx, letter_ids=[letter.id]):
        drafts = {
            wish.action.key: wish.action
            for wish in outbox.listing(tx, subject=f"draft {row.key}")
            if isinstance(wish.action, SaveDraft)
        }
        for wish in outbox.listing(tx, subject=f"task {row.key}"):
            yield from _task(wish, drafts.get(row.key))


def _task(wish: Wish, draft: SaveDraft | None) -> Iterator[Happening]:
    match wish.action:
        case OpenTask(task=task):
            list_ = f"{task.task_list}'s list" if task.task_list else "the office's list"
            yield Happening(
                wish.created_at,
                "The wait has run out",
                (f"a task in {list_}, due {_day(task.due)}",),
                (task.title, task.body),
            )
            if draft is not None:
                heading = f"In Drafts: to {', '.join(draft.to)}"
                text = f"Subject: {draft.subject_line}\n\n{draft.body}"
                yield Happening(wish.created_at, "A letter to send", (), (heading, text))
        case AmendTask():
            yield Happening(wish.created_at, "The task is brought up to date", (wish.words,))
        case CloseTask(line=line):
            yield Happening(wish.created_at, "The task ticks itself off", (line,))
        case _:
            pass


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
