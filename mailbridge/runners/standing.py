"""How mailbridge and its work stand, from what the store knows: nothing is fetched and nothing is
changed, so it works beside a daemon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mailbridge.domain.casework import CaseState, Chase, LetterState
from mailbridge.domain.finding import Reason
from mailbridge.domain.office import Office
from mailbridge.reminders.policy import wanted
from mailbridge.reminders.workdays import Workdays, local_day
from mailbridge.runners.daemon import TROUBLE, is_alive
from mailbridge.runners.delivery import SIGN_IN
from mailbridge.runners.intake import READ_AT
from mailbridge.runners.reminding import VANISHED
from mailbridge.runners.shelf import BROKEN, GOOD
from mailbridge.store import casework, lookups, outbox, state
from mailbridge.store.outbox import State, Wish

MOST_ERRORS = 5  # of the newest actions that did not work yet

# Note → the reason code and the words that people meet.
NOTES = {
    BROKEN: ("rules-broken", "the rule files have mistakes; the old rules stay in force"),
    SIGN_IN: ("sign-in-needed", "sign-in is needed: nothing is read or written until then"),
    VANISHED: ("tasks-vanished", "every open task was gone at once; taken for a fault"),
    TROUBLE: ("round-unfinished", "the last round could not be finished"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One look at everything. Times are aware; counts are of what the store knows."""

    read_until: datetime | None  # the mailbox was last read to its end; None: never
    worker: str  # "host:process" at work on the mailbox, "" for nobody
    messages: int
    cases: Mapping[CaseState, int]
    awaiting: int  # letters whose clock runs
    overdue: int  # of those: the wait ran out
    open_tasks: int
    actions: Mapping[State, int]
    oldest_due: datetime | None  # since when the longest-waiting due action waits
    errors: tuple[Wish, ...]  # due actions that did not work yet, newest first
    set_aside: int
    rules_since: datetime | None  # when the rules in force were found sound; None: never read
    troubles: tuple[Reason, ...]

    @property
    def held(self) -> int:
        """Actions that a person must release."""
        return self.actions[State.HELD]

    @property
    def needs_person(self) -> bool:
        """Something does not go on until somebody does something."""
        return bool(self.troubles or self.set_aside or self.held)


def standing(tx: Connection, mailbox: str, office: Office, now: datetime) -> Standing:
    """How everything stands at `now` (aware)."""
    due = outbox.listing(tx, states=[State.DUE])
    read, good = state.note(tx, READ_AT), state.note(tx, GOOD)
    return Standing(
        read_until=read.at if read else None,
        worker=worker(tx, mailbox, now),
        messages=lookups.message_count(tx),
        cases=lookups.case_counts(tx),
        awaiting=len(casework.letters_in(tx, LetterState.AWAITING)),
        overdue=len(overdue(tx, local_day(now, office.timezone), office)),
        open_tasks=lookups.open_task_count(tx),
        actions=outbox.counts(tx),
        oldest_due=due[0].created_at if due else None,
        errors=tuple(wish for wish in reversed(due) if wish.last_error)[:MOST_ERRORS],
        set_aside=len(state.set_aside_list(tx)),
        rules_since=good.at if good else None,
        troubles=troubles(tx),
    )


def worker(tx: Connection, mailbox: str, now: datetime) -> str:
    """Which mailbridge is at work on a mailbox, as "host:process"; "" for none."""
    lease = lookups.lease(tx, f"mailbox {mailbox}")
    if lease is None:
        return ""
    holder, until = lease
    return holder if until > now and is_alive(holder) else ""


def troubles(tx: Connection) -> tuple[Reason, ...]:
    """What keeps mailbridge from its work, each with the words that were noted."""
    found = []
    for name, (code, words) in NOTES.items():
        note = state.note(tx, name)
        if note is not None:
            said = "" if note.value.isdigit() else f": {'; '.join(note.value.splitlines())}"
            found.append(Reason(code, f"{words}{said}"))
    return tuple(found)


def overdue(tx: Connection, today: date, office: Office) -> tuple[Chase, ...]:
    """The letters whose wait has run out, as the chases that are due."""
    letters = casework.letters_in(tx, LetterState.AWAITING)
    references = [letter.case_reference for letter in letters]
    cases = {case.reference: case for case in casework.cases_by(tx, references=references)}
    answers = casework.answers_to(tx)
    chases = wanted(letters, answers, cases, today, office, Workdays(office.nation))
    return tuple(chase for chase in chases if chase.due <= today)
