"""The story of one case, told from the store's own records: each mail with what was done about it.

Nothing here knows what the demo meant to happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten

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
from mailbridge.planning.feedback import Did, FolderDid
from mailbridge.reminders.organisations import organisation_of
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
    """Everything about one case in the order in which it happened.

    What people did is told at the time of the round in which mailbridge noticed it.
    """
    letters = casework.letters_by(tx, cases_=[case.reference])
    mails = messages.messages_by(tx, keys=lookups.keys_in_case(tx, case.reference))
    told = [
        *_of_case(tx, case),
        *(line for mail in mails for line in _mail(tx, mail, mailbox, office)),
        *(line for letter in letters for line in _chases(tx, letter)),
    ]
    return tuple(sorted(told, key=lambda one: one.at))


def _mail(tx: Connection, mail: KnownMessage, mailbox: str, office: Office) -> Iterator[Happening]:
    """A mail with what was done at its first sight, and what was done with it later."""
    account = account_of_mail(tx, mailbox, mail)
    if mail.direction is Direction.INBOUND:
        what = f"{mail.sender_name or mail.sender} writes"
    else:
        what = f"The office writes to {_called(tx, mail.recipients)}"
    title = f"“{mail.subject}”"
    did = (*_changes(account, mail.first_seen_at), *_decided(account, office))
    yield Happening(mail.at or mail.first_seen_at, f"{what}: {title}", did)
    by_hand = {entry.at for entry in account.journal if entry.code == Did.FILED}
    later = {wish.created_at for wish in account.actions} | by_hand
    for at in sorted(later - {mail.first_seen_at}):
        what = f"On {title}"
        learned: tuple[str, ...] = ()
        if at in by_hand:
            what = f"A caseworker has moved {title} into the case's folder"
            learned = ("whose it is, and which case, is learned",)
        yield Happening(at, what, (*learned, *_changes(account, at)))


def _called(tx: Connection, addresses: tuple[str, ...]) -> str:
    """What the office calls whoever a mail went to."""
    bodies = people.all_organisations(tx)
    named = []
    for address in addresses:
        found = people.ids_by(tx, emails=[address])
        person = people.constituent(tx, next(iter(found))) if len(found) == 1 else None
        body = organisation_of(address, bodies)
        named.append(person.name if person else body.name if body else address)
    return ", ".join(dict.fromkeys(named))


def _changes(account: MailAccount, at: datetime) -> Iterator[str]:
    """The categories that one round put on or took off, and the move it made."""
    done = [
        wish.action
        for wish in account.actions
        if wish.created_at == at and wish.state is State.DONE
    ]
    for words, kind in (("put on", AddTags), ("taken off", RemoveTags)):
        tags = [tag for action in done if isinstance(action, kind) for tag in action.tags]
        if tags:
            yield f"{words}: {', '.join(f'“{tag}”' for tag in dict.fromkeys(tags))}"
    if any(isinstance(action, FileMessage) for action in done):
        why = next((piece.words for piece in account.pieces if piece.about == "case"), "")
        yield f"filed alone: {why}"


def _decided(account: MailAccount, office: Office) -> Iterator[str]:
    """The letter it was taken for, the letter it goes on with, the letter it answers."""
    for letter in account.letters:
        until = last_day(local_day(letter.sent_at, office.timezone), letter.wait, Workdays())
        wait = f"an answer may take {letter.wait}, until {_day(until)}"
        yield f"taken for a letter to {letter.organisation_name}: {wait}"
    for entry in account.journal:
        if entry.code == "letter-continued":
            yield f"it {entry.words}: the clock starts again"
    yield from (_judged(answer) for answer in account.answers)


_KINDS = {
    AnswerKind.AUTOMATIC: "an automatic reply, which does not count",
    AnswerKind.ACKNOWLEDGEMENT: "an acknowledgement, which does not count",
    AnswerKind.HOLDING: "a holding reply: the wait goes on",
    AnswerKind.SUBSTANTIVE: "the answer",
    AnswerKind.BOUNCE: "not delivered: somebody must see to it at once",
    AnswerKind.UNSURE: "perhaps an answer: a person must look",
}


def _judged(answer: Answer) -> str:
    words = shorten(answer.words, 90, placeholder="…")
    return f"judged: {_KINDS[answer.kind]}" + (f" (“{words}”)" if words else "")


_FOLDER_WORDS = {
    FolderDid.MADE: "A caseworker has made a folder: a case is opened",
    FolderDid.CLOSED: "A caseworker has moved the folder under Closed",
    FolderDid.REOPENED: "A caseworker has moved the folder back",
    "folder-moved": "The folder gets the case's reference",
}


def _of_case(tx: Connection, case: Case) -> Iterator[Happening]:
    for entry in state.read_journal(tx, [f"case {case.reference}"]):
        what = _FOLDER_WORDS.get(entry.code, "In the case's records")
        closes = entry.code == FolderDid.CLOSED
        yield Happening(
            entry.at,
            what,
            ("the case is closed: nothing more is chased" if closes else entry.words,),
        )


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
                ("The task", f"{task.title}\n\n{task.body}"),
            )
            if draft is not None:
                text = f"To: {', '.join(draft.to)}\nSubject: {draft.subject_line}\n\n{draft.body}"
                what = "A chase-up waits in Drafts, for a person to send"
                yield Happening(wish.created_at, what, (), ("The draft", text))
        case AmendTask():
            yield Happening(wish.created_at, "The task is brought up to date", (wish.words,))
        case CloseTask(line=line):
            yield Happening(wish.created_at, "The task ticks itself off", (line,))
        case _:
            pass


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
