"""Writing one decision down: everything it means for the store, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mailbridge.domain.action import Plan
from mailbridge.domain.casework import Answer, AnswerKind, LetterState
from mailbridge.domain.finding import Clues, Decision, Dossier, Suggestion
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.reminders.letters import sent_at
from mailbridge.reminders.workdays import local_day
from mailbridge.store import casework, messages, outbox, state


@dataclass(frozen=True, slots=True)
class Facts:
    """One mail with all that was gathered for deciding about it."""

    message: Message
    clues: Clues
    dossier: Dossier


def record(  # one mail, one decision, how it came about
    tx: Connection,
    facts: Facts,
    decision: Decision,
    office: Office,
    now: datetime,
    *,
    is_held: bool,
) -> None:
    """A mail at its first sighting, and all that was decided about it."""
    message = facts.message
    messages.put_message(tx, message, facts.clues.thread_ids, facts.dossier.folder, now)
    messages.put_decision(tx, message.key, decision.match, decision.reasons, now)
    _suggest(tx, message, decision.suggestions, now)
    casework_of(tx, facts, decision, office, now)
    outbox.add(tx, decision.plan, now, is_held=is_held)


def casework_of(
    tx: Connection, facts: Facts, decision: Decision, office: Office, now: datetime
) -> None:
    """The letters a mail starts or goes on with, and the letters it answers."""
    about = f"mail {facts.message.key}"
    for letter in decision.letters:
        if casework.put_letter(tx, letter):
            words = f"a letter to {letter.organisation_name}: number {letter.id}"
            state.write_journal(tx, about, "letter", words, now)
    for letter_id in decision.continued:
        restart(tx, letter_id, sent_at(facts.message, facts.dossier), office)
        state.write_journal(tx, about, "letter-continued", f"goes on with {letter_id}", now)
    for answer in decision.answers:
        note_answer(tx, answer, facts)
        words = f"{answer.kind} to letter {answer.letter_id}: {answer.words}"
        state.write_journal(tx, about, f"answer-{answer.kind}", words, now)


def restart(tx: Connection, letter_id: str, at: datetime | None, office: Office) -> None:
    """The office wrote again: the clock starts on that day; an open chase counts as done."""
    letter = casework.letter(tx, letter_id)
    if letter is None or at is None:
        return
    chased = sum(row.is_open for row in casework.task_rows(tx, letter_ids=[letter_id]))
    casework.put_letter(
        tx,
        replace(
            letter,
            restarted_on=local_day(at, office.timezone),
            chases_done=letter.chases_done + chased,
        ),
    )


def note_answer(tx: Connection, answer: Answer, facts: Facts) -> None:
    """What came back. Only a substantive answer ends the wait; any may tell their reference."""
    casework.put_answer(tx, answer)
    letter = casework.letter(tx, answer.letter_id)
    if letter is None:
        return
    theirs = letter.their_reference or next(iter(facts.clues.their_references), "")
    is_over = answer.kind is AnswerKind.SUBSTANTIVE and letter.state is LetterState.AWAITING
    casework.put_letter(
        tx,
        replace(
            letter,
            their_reference=theirs,
            state=LetterState.ANSWERED if is_over else letter.state,
        ),
    )


def _suggest(
    tx: Connection, message: Message, suggestions: Iterable[Suggestion], now: datetime
) -> None:
    for each in suggestions:
        messages.put_suggestion(tx, message.key, each, "applied" if each.is_sure else "open", now)


def add_plan(tx: Connection, plan: Plan, now: datetime, office: Office) -> int:
    """Outbox rows for what a person's own doing calls for: held only where everything is."""
    return outbox.add(tx, plan, now, is_held=office.holds_effects)
