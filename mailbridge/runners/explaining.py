"""Why mailbridge did what it did: everything the store knows about one mail, letter, task or case.

Read only. Each account is plain data; the command line and the web put it into words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mailbridge.domain.casework import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Letter,
    LetterState,
)
from mailbridge.domain.office import Office
from mailbridge.domain.people import WaitUnit
from mailbridge.reminders.policy import clock_of, counts
from mailbridge.reminders.wording import spoken
from mailbridge.reminders.workdays import Workdays, last_day, local_day
from mailbridge.runners.waiting import name_of
from mailbridge.store import casework, lookups, messages, outbox, people, state
from mailbridge.store.casework import TaskRow
from mailbridge.store.messages import KnownCopy, KnownDecision, KnownMessage, KnownSuggestion
from mailbridge.store.outbox import Wish
from mailbridge.store.state import Entry


@dataclass(frozen=True, slots=True)
class Piece:
    """One reason. `to` is the person or case that a piece of evidence points to, by name."""

    about: str  # person, case, decision
    code: str
    words: str
    to: str = ""
    weight: float = 0.0  # natural-log odds; below 0 speaks against

    @property
    def is_evidence(self) -> bool:
        """It points to somebody or something; other reasons say why it was, or was not, enough."""
        return bool(self.to)


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Everything about one mail."""

    mail: KnownMessage
    places: tuple[KnownCopy, ...]
    decision: KnownDecision | None
    person: str  # by name, "" for nobody
    case: str  # title and reference, "" for none
    pieces: tuple[Piece, ...]
    suggestions: tuple[KnownSuggestion, ...]
    letters: tuple[Letter, ...]  # that it started
    answers: tuple[Answer, ...]  # that it is taken for
    actions: tuple[Wish, ...]
    set_aside: tuple[str, ...]
    journal: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class LetterAccount:
    """Everything about one letter and the tasks it led to."""

    letter: Letter
    due: date | None  # None: nothing is chased
    counted: tuple[str, ...]  # how that day was found, in sentences
    answers: tuple[Answer, ...]
    tasks: tuple[TaskRow, ...]
    actions: tuple[Wish, ...]
    journal: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class TaskAccount:
    """A task that is no chase: mailbridge needs attention."""

    task: TaskRow
    actions: tuple[Wish, ...]
    journal: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a case's story."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class CaseAccount:
    """Everything about one case, its story in order."""

    case: Case
    constituent: str
    story: tuple[Happened, ...]
    letters: tuple[Letter, ...]
    due: tuple[date | None, ...]  # of those letters


def mails_called(tx: Connection, name: str) -> tuple[KnownMessage, ...]:
    """The mails with this Message-ID (several may share one) or key."""
    bare = name.strip().removeprefix("<").removesuffix(">")
    return messages.messages_by(tx, keys=[bare], message_ids=[bare])


def account_of_mail(tx: Connection, mailbox: str, mail: KnownMessage) -> MailAccount:
    """One mail: what it is, whose, why, and all that came of it."""
    decision = messages.decisions_for(tx, [mail.key]).get(mail.key)
    person = people.constituent(tx, decision.constituent_id) if decision else None
    return MailAccount(
        mail=mail,
        places=messages.copies_of(tx, mailbox, mail.key),
        decision=decision,
        person=person.name if person else "",
        case=name_of(tx, "case", decision.case_reference)
        if decision and decision.case_reference
        else "",
        pieces=_pieces(tx, decision),
        suggestions=messages.suggestions_for(tx, [mail.key]),
        letters=casework.letters_by(tx, message_keys=[mail.key]),
        answers=casework.answers_by_message(tx, mail.key),
        actions=outbox.listing(tx, subject=f"mail {mail.key}"),
        set_aside=tuple(
            f"{row.words} ({row.code})" + (", seen to" if row.resolved_at else "")
            for row in lookups.put_aside_for(tx, mail.key)
        ),
        journal=state.read_journal(tx, [f"mail {mail.key}"]),
    )


def _pieces(tx: Connection, decision: KnownDecision | None) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            about=row["about"],
            code=row["code"],
            words=row["words"],
            to=name_of(tx, row["about"], row["to"]) if "to" in row else "",
            weight=float(row.get("weight", 0)),
        )
        for row in (decision.reasons if decision else ())
    )


def account_of_letter(tx: Connection, letter: Letter, office: Office) -> LetterAccount:
    """One letter: how its due date was counted, what came, which tasks it led to."""
    answers = casework.answers_to(tx, [letter.id])
    tasks = casework.task_rows(tx, letter_ids=[letter.id])
    case = casework.case(tx, letter.case_reference)
    workdays = Workdays(office.nation)
    about = [f"letter {letter.id}", *(f"task {row.key}" for row in tasks)]
    return LetterAccount(
        letter=letter,
        due=due_of(letter, answers, case, office, workdays),
        counted=counted(letter, answers, case, office, workdays),
        answers=answers,
        tasks=tasks,
        actions=tuple(
            wish
            for row in tasks
            for subject in (f"task {row.key}", f"draft {row.key}")
            for wish in outbox.listing(tx, subject=subject)
        ),
        journal=state.read_journal(tx, about),
    )


def account_of_task(tx: Connection, row: TaskRow) -> TaskAccount:
    """One task of mailbridge's own."""
    about = f"task {row.key}"
    return TaskAccount(row, outbox.listing(tx, subject=about), state.read_journal(tx, [about]))


def due_of(
    letter: Letter,
    answers: Iterable[Answer],
    case: Case | None,
    office: Office,
    workdays: Workdays,
) -> date | None:
    """When a letter is to be chased; None when it is not, because nothing is awaited any more."""
    is_chased = (
        letter.state is LetterState.AWAITING
        and not letter.is_muted
        and case is not None
        and case.state is CaseState.OPEN
    )
    clock = clock_of(letter, answers, office, workdays) if is_chased else None
    return clock.due if clock else None


def counted(
    letter: Letter,
    answers: Iterable[Answer],
    case: Case | None,
    office: Office,
    workdays: Workdays,
) -> tuple[str, ...]:
    """How a letter's due date was found, in sentences.

    >>> from datetime import UTC
    >>> sent = datetime(2026, 11, 3, 10, tzinfo=UTC)
    >>> letter = Letter("K4T7-29/1", "K4T7-29", "anytown", "Anytown Council", sent)
    >>> for line in counted(letter, (), Case("K4T7-29", "Damp"), Office(), Workdays()):
    ...     print(line)
    It was sent on Tuesday 3 November 2026, and an answer may take 21 days.
    So an answer was in time until Tuesday 24 November 2026.
    A chase is due on the first working day after that: Wednesday 25 November 2026.
    >>> counted(letter, (), None, Office(), Workdays())[-1]
    'Nothing is chased: its case is closed.'
    """
    sent = local_day(letter.sent_at, office.timezone)
    start = max(sent, letter.restarted_on or sent)
    lines = [f"It was sent on {spoken(sent)}, and an answer may take {letter.wait}."]
    if start > sent:
        lines.append(f"The clock started again on {spoken(start)}: it was chased.")
    if letter.wait.receipt_days:
        lines.append(f"That counts from its receipt, {letter.wait.receipt_days} working day(s) on.")
    if letter.wait.unit is WaitUnit.WORKING_DAYS:
        lines.append(f"Weekends and the bank holidays of {office.nation} do not count.")
    lines.append(
        f"So an answer was in time until {spoken(last_day(start, letter.wait, workdays))}."
    )
    came = tuple(answers)
    lines += [
        f"They promised an answer by {spoken(answer.promised_on)}."
        for answer in came
        if answer.promised_on
        and answer.kind in {AnswerKind.HOLDING, AnswerKind.ACKNOWLEDGEMENT}
        and counts(answer, letter, office)
    ]
    day = due_of(letter, came, case, office, workdays)
    if day is None:
        return (*lines, f"Nothing is chased: {_why_not(letter, case)}.")
    moved = any(each.promised_on or each.kind is AnswerKind.BOUNCE for each in came)
    what = "A chase is due" if moved else "A chase is due on the first working day after that:"
    return (*lines, f"{what} {'on ' if moved else ''}{spoken(day)}.")


def _why_not(letter: Letter, case: Case | None) -> str:
    if letter.state is LetterState.ANSWERED:
        return "it was answered"
    if letter.state is LetterState.DROPPED:
        return "a person said that nothing is awaited"
    if case is None or case.state is CaseState.CLOSED:
        return "its case is closed"
    return "a person deleted its task" if letter.is_muted else "a substantive answer came"


def account_of_case(tx: Connection, case: Case, office: Office) -> CaseAccount:
    """One case: its constituent, its letters, and what happened in order."""
    letters = casework.letters_by(tx, cases_=[case.reference])
    answers = casework.answers_to(tx, [letter.id for letter in letters]) if letters else ()
    tasks = casework.task_rows(tx, letter_ids=[each.id for each in letters]) if letters else ()
    person = people.constituent(tx, case.constituent_id)
    workdays = Workdays(office.nation)
    mails = messages.messages_by(tx, keys=lookups.keys_in_case(tx, case.reference))
    told = [
        *(_mail_line(mail) for mail in mails),
        *(_letter_line(letter) for letter in letters if letter.message_key is None),
        *(Happened(each.received_at, _answer_words(each)) for each in answers),
        *(
            Happened(entry.at, _about(entry))
            for entry in state.read_journal(
                tx,
                [
                    f"case {case.reference}",
                    *(f"letter {letter.id}" for letter in letters),
                    *(f"task {row.key}" for row in tasks),
                ],
            )
            if entry.code not in _TOLD_ELSEWHERE
        ),
    ]
    return CaseAccount(
        case=case,
        constituent=person.name if person else "",
        story=tuple(sorted(told, key=lambda each: each.at)),
        letters=letters,
        due=tuple(
            due_of(
                letter,
                [each for each in answers if each.letter_id == letter.id],
                case,
                office,
                workdays,
            )
            for letter in letters
        ),
    )


_TOLD_ELSEWHERE = frozenset({"letter-logged", "chase-changed"})


def _about(entry: Entry) -> str:
    """What happened; to which letter or task, where it was not the case itself."""
    return entry.words if entry.about.startswith("case ") else f"{entry.about}: {entry.words}"


def _mail_line(mail: KnownMessage) -> Happened:
    other = mail.sender if mail.direction == "inbound" else ", ".join(mail.recipients)
    way = "Mail from" if mail.direction == "inbound" else "Mail to"
    return Happened(mail.at or mail.first_seen_at, f"{way} {other}: “{mail.subject}”")


def _letter_line(letter: Letter) -> Happened:
    about = f": “{letter.subject}”" if letter.subject else ""
    words = f"Letter {letter.id} to {letter.organisation_name} by {letter.channel}{about}"
    return Happened(letter.sent_at, words)


def _answer_words(answer: Answer) -> str:
    promise = f", promising an answer by {spoken(answer.promised_on)}" if answer.promised_on else ""
    return f"Letter {answer.letter_id}: {answer.kind} reply{promise}"
