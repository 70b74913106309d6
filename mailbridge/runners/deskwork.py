"""What a person asks for at the command line, done in the caller's transaction: no edge is touched,
wishes go through the outbox like all others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailbridge.domain.action import AddTags, FileMessage, MoveFolder, Plan, Planned, RemoveTags
from mailbridge.domain.casework import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Channel,
    Letter,
    LetterState,
)
from mailbridge.domain.finding import Match, Outcome, Reason, Verdict
from mailbridge.domain.message import MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Organisation, Wait
from mailbridge.planning.filing import leaf
from mailbridge.planning.words import ANSWERED, AWAITING
from mailbridge.reminders.workdays import local_day
from mailbridge.runners.folders import unused
from mailbridge.store import casework, messages, outbox, people, state
from mailbridge.store.outbox import State, Wish

UNDONE = Reason("undone-by-person", "a person took back what mailbridge had done")
NOON = time(12)  # a letter by post went out on a day, not at an hour


# --- cases -------------------------------------------------------------------------------------


def open_case(
    tx: Connection, new: Case, office: Office, now: datetime, new_reference: Callable[[], str]
) -> Case:
    """A new case with a reference of its own. Its folder comes with its first mail."""
    case = replace(
        new, reference=unused(tx, new_reference), opened_on=local_day(now, office.timezone)
    )
    casework.put_case(tx, case)
    state.write_journal(tx, f"case {case.reference}", "case-opened", "opened by a person", now)
    return case


def set_case_state(
    tx: Connection, case: Case, to: CaseState, office: Office, now: datetime
) -> tuple[Case, int]:
    """Close or reopen a case: the case as it is now, and how many wishes that adds.

    Its folder moves under the closed ones or back; its letters are chased no more, or again.
    """
    underway = [
        wish.seq
        for wish in outbox.listing(tx, states=outbox.OPEN, kind="MoveFolder")
        if isinstance(wish.action, MoveFolder) and wish.action.case_reference == case.reference
    ]
    outbox.change(tx, underway, State.DROPPED, now)
    changed = casework.set_case_state(tx, case, to, local_day(now, office.timezone))
    code = "case-closed-by-person" if to is CaseState.CLOSED else "case-reopened-by-person"
    words = "closed by a person" if to is CaseState.CLOSED else "reopened by a person"
    state.write_journal(tx, f"case {case.reference}", code, words, now)
    return changed, outbox.add(tx, _folder_plan(changed, code, words, office, now), now)


def _folder_plan(case: Case, code: str, words: str, office: Office, now: datetime) -> Plan:
    above = office.closed_folder if case.state is CaseState.CLOSED else office.cases_folder
    target = f"{above}/{leaf(case)}"
    if not case.folder or case.folder == target:
        return ()
    move = MoveFolder(case.reference, case.folder, target)
    return (Planned(move, (code,), words, now.isoformat()),)


# --- letters -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter that went out otherwise than by mail, as a person tells of it."""

    body: Organisation
    on: date
    by: Channel
    subject: str = ""
    their_reference: str = ""
    wait: Wait | None = None  # None: what the organisation promises, else the office's own


def add_letter(tx: Connection, case: Case, posted: Posted, office: Office, now: datetime) -> Letter:
    """Record a letter by post, phone or web form; its clock runs from the day it went out."""
    number = casework.letter_counts(tx, [case.reference]).get(case.reference, 0) + 1
    letter = Letter(
        id=f"{case.reference}/{number}",
        case_reference=case.reference,
        organisation_id=posted.body.id,
        organisation_name=posted.body.name,
        sent_at=datetime.combine(posted.on, NOON, ZoneInfo(office.timezone)),
        subject=posted.subject,
        channel=posted.by,
        their_reference=posted.their_reference,
        wait=posted.wait or posted.body.wait or office.wait,
    )
    casework.put_letter(tx, letter)
    words = f"a letter to {letter.organisation_name}: number {letter.id}"
    state.write_journal(tx, f"letter {letter.id}", "letter-logged", words, now)
    return letter


def judge_letter(tx: Connection, letter: Letter, now: datetime, *, is_answered: bool) -> Letter:
    """A person's word on whether a letter was answered; doubtful answers are settled by it."""
    doubtful = {AnswerKind.UNSURE} if is_answered else {AnswerKind.UNSURE, AnswerKind.SUBSTANTIVE}
    came = [each for each in casework.answers_to(tx, [letter.id]) if each.kind in doubtful]
    # The newest doubtful one is the answer; a "no" means that none of them was.
    for answer in came[-1:] if is_answered else came:
        casework.put_answer(tx, _judged(answer, is_answered=is_answered))
    changed = replace(letter, state=LetterState.ANSWERED if is_answered else LetterState.AWAITING)
    casework.put_letter(tx, changed)
    code = "answered-by-person" if is_answered else "not-answered-by-person"
    words = "a person said it is answered" if is_answered else "a person said it is not answered"
    state.write_journal(tx, f"letter {letter.id}", code, words, now)
    if changed.state is not letter.state:
        outbox.add(tx, _letter_tags(changed, code, words, now), now)
    return changed


def _judged(answer: Answer, *, is_answered: bool) -> Answer:
    if is_answered:
        return replace(answer, kind=AnswerKind.SUBSTANTIVE, code="answered-by-person")
    # No promise counts that stood in a mail which a person has set aside as no answer.
    return replace(
        answer,
        kind=AnswerKind.ACKNOWLEDGEMENT,
        promised_on=None,
        code="not-answered-by-person",
    )


def _letter_tags(letter: Letter, code: str, words: str, now: datetime) -> Plan:
    """The categories of a letter's own mail, so that Outlook shows how it stands."""
    if letter.message_key is None:
        return ()
    is_over = letter.state is LetterState.ANSWERED
    on, off = (ANSWERED, AWAITING) if is_over else (AWAITING, ANSWERED)
    occasion = now.isoformat()
    return (
        Planned(AddTags(letter.message_key, (on,)), (code,), words, occasion),
        Planned(RemoveTags(letter.message_key, (off,)), (code,), words, occasion),
    )


# --- undo --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back one mail's handling did: sentences, and wishes still to be carried out."""

    words: tuple[str, ...]
    wishes: int


def undo(tx: Connection, mailbox: str, mail: messages.KnownMessage, now: datetime) -> Undone:
    """Take back what mailbridge did to a mail. Doing it again does nothing more.

    What people did themselves stays: a mail they filed, tags they put on or accepted.
    """
    decision = messages.decisions_for(tx, [mail.key]).get(mail.key)
    is_persons = bool(decision and decision.by_person and decision.case_reference)
    rows = outbox.listing(tx, subject=f"mail {mail.key}")
    said: list[str] = []
    # What an earlier undo has asked for is not taken back by the next one.
    ours = [wish for wish in rows if UNDONE.code not in wish.reason_codes]
    waiting = [wish.seq for wish in ours if wish.state in outbox.OPEN]
    if dropped := outbox.change(tx, waiting, State.DROPPED, now):
        said.append(f"{dropped} action(s) not yet carried out were dropped.")
    plan = [
        *_untag(tx, mailbox, mail.key, rows, said, now),
        *(() if is_persons else _move_back(tx, mailbox, mail, rows, said, now)),
    ]
    if is_persons:
        said.append(
            "A caseworker placed this mail, and their word stands: move it in Outlook to change it."
        )
    else:
        said += _forget(tx, mail.key, decision, now)
    plan += _unanswer(tx, mail.key, said, now)
    said += _drop_letters(tx, mail.key, now)
    if said and not is_persons:
        words = "a person took back what mailbridge had done to it"
        state.write_journal(tx, f"mail {mail.key}", UNDONE.code, words, now)
    return Undone(tuple(said), outbox.add(tx, tuple(plan), now))


def _planned(action: FileMessage | AddTags | RemoveTags, now: datetime) -> Planned:
    return Planned(action, (UNDONE.code,), UNDONE.words, f"undo {now.isoformat()}")


def _untag(
    tx: Connection,
    mailbox: str,
    key: MessageKey,
    rows: Iterable[Wish],
    said: list[str],
    now: datetime,
) -> Plan:
    """Categories that we put on and that still stand; not those that people accepted."""
    known = messages.suggestions_for(tx, [key])
    accepted = {each.tag for each in known if each.state == "accepted"}
    put_on = dict.fromkeys(
        tag
        for wish in rows
        if isinstance(wish.action, AddTags) and wish.state is State.DONE
        for tag in wish.action.tags
    )
    being_removed = {
        tag
        for wish in rows
        if isinstance(wish.action, RemoveTags) and wish.state in outbox.OPEN
        for tag in wish.action.tags
    }
    stand = {tag for copy in messages.copies_of(tx, mailbox, key) for tag in copy.tags}
    tags = tuple(tag for tag in put_on if tag in stand - accepted - being_removed)
    for each in known:
        if each.state in {"open", "applied"}:
            messages.set_suggestion(tx, key, each.tag, "declined", now)
    if not tags:
        return ()
    said.append(f"Categories to be taken off: {', '.join(tags)}.")
    return (_planned(RemoveTags(key, tags), now),)


def _move_back(
    tx: Connection,
    mailbox: str,
    mail: messages.KnownMessage,
    rows: Iterable[Wish],
    said: list[str],
    now: datetime,
) -> Plan:
    """Back to where it was first seen, if it lies where we put it."""
    moves = [wish for wish in rows if isinstance(wish.action, FileMessage)]
    if any(wish.state in outbox.OPEN and UNDONE.code in wish.reason_codes for wish in moves):
        return ()
    # A case's folder may have been renamed since, and its mail went along: compare cases too.
    ours = {wish.result for wish in moves if wish.state is State.DONE}
    ours |= {
        case.folder
        for wish in moves
        if isinstance(wish.action, FileMessage) and wish.state is State.DONE
        for case in casework.cases_by(tx, references=[wish.action.case_reference])
    }
    lies = messages.copies_of(tx, mailbox, mail.key)
    place = next((copy.folder for copy in lies if copy.folder != mail.first_folder), "")
    if not place or not ours:
        return ()
    if place not in ours:
        said.append(f"It lies in {place}, where a person put it: it stays there.")
        return ()
    said.append(f"It goes back from {place} to {mail.first_folder}.")
    return (_planned(FileMessage(mail.key, place, mail.first_folder), now),)


def _forget(
    tx: Connection, key: MessageKey, decision: messages.KnownDecision | None, now: datetime
) -> list[str]:
    """Nobody and no case by a person's word; addresses that it taught are unlearned."""
    said = []
    if decision is not None and not decision.by_person:
        nobody: Match = Match(
            person=Verdict(Outcome.NOBODY, reasons=(UNDONE,)),
            case=Verdict(Outcome.NOBODY, reasons=(UNDONE,)),
        )
        messages.put_decision(tx, key, nobody, (), now, by_person=True)
        if decision.constituent_id is not None or decision.case_reference:
            said.append("It belongs to nobody and to no case now, until a person places it.")
    addresses = people.unlearn_emails(tx, key, now)
    if addresses:
        said.append(f"Unlearned from it: {', '.join(addresses)}.")
    return said


def _unanswer(tx: Connection, key: MessageKey, said: list[str], now: datetime) -> Plan:
    """The answers it was taken for are withdrawn; a letter that it had ended is awaited again."""
    plan: list[Planned] = []
    for answer in casework.withdraw_answers(tx, key):
        said.append(f"It no longer counts as {_an(answer.kind)} to letter {answer.letter_id}.")
        letter = casework.letter(tx, answer.letter_id)
        others = casework.answers_to(tx, [answer.letter_id])
        is_ended = any(each.kind is AnswerKind.SUBSTANTIVE for each in others)
        was_end = answer.kind is AnswerKind.SUBSTANTIVE
        if letter is None or is_ended or not was_end or letter.state is not LetterState.ANSWERED:
            continue
        again = replace(letter, state=LetterState.AWAITING)
        casework.put_letter(tx, again)
        state.write_journal(tx, f"letter {letter.id}", UNDONE.code, "its answer was withdrawn", now)
        said.append(f"Letter {letter.id} awaits an answer again.")
        plan += _letter_tags(again, UNDONE.code, UNDONE.words, now)
    return tuple(plan)


def _drop_letters(tx: Connection, key: MessageKey, now: datetime) -> list[str]:
    """A letter that this mail started is none: nothing is awaited."""
    said = []
    for letter in casework.letters_by(tx, message_keys=[key]):
        if letter.state is not LetterState.DROPPED:
            casework.put_letter(tx, replace(letter, state=LetterState.DROPPED))
            state.write_journal(tx, f"letter {letter.id}", UNDONE.code, UNDONE.words, now)
            said.append(f"Letter {letter.id} is dropped: no answer to it is awaited.")
    return said


def _an(kind: AnswerKind) -> str:
    words = {AnswerKind.SUBSTANTIVE: "an answer", AnswerKind.UNSURE: "a possible answer"}
    return words.get(kind, f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} reply")
