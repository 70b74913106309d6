"""Planning the week's appointment: put into the calendar ahead, and brought up to date that day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from mailbridge.domain.action import Planned, PutAppointment
from mailbridge.domain.casework import CaseState, Chase
from mailbridge.domain.office import Office
from mailbridge.reminders.wording import spoken
from mailbridge.reminders.workdays import local_day
from mailbridge.reports.weekly import Section, appointment, key_of_week, starts_at
from mailbridge.runners.clock import Clock
from mailbridge.runners.recording import add_plan
from mailbridge.runners.standing import overdue, standing
from mailbridge.runners.waiting import Waiting, waiting
from mailbridge.store import casework, lookups, state
from mailbridge.store.engine import Store

SILENT = timedelta(days=30)  # a case without mail for so long is named
AHEAD, FRESH = "ahead", "fresh"


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Keeps `Casework review` in the office's calendar."""

    mailbox: str
    store: Store
    office: Office
    clock: Clock

    def run_once(self) -> int:
        """Plan the next review, once ahead and once with that morning's pack. How many actions."""
        now = self.clock()
        today = local_day(now, self.office.timezone)
        at = starts_at(today, self.office)
        if now > at:
            at = starts_at(today + timedelta(days=1), self.office)
        stage = FRESH if at.date() == today else AHEAD
        name = f"{key_of_week(at)} {stage}"
        with self.store.reading() as tx:
            if state.note(tx, name) is not None:
                return 0
        with self.store.writing() as tx:
            read = standing(tx, self.mailbox, self.office, now).read_until
            until = spoken(local_day(read, self.office.timezone)) if read else "never yet"
            entry = appointment(at, self._sections(tx, today), until)
            planned = Planned(PutAppointment(entry), ("weekly-review",), "the week's review", stage)
            state.write_note(tx, name, stage, now)
            return add_plan(tx, (planned,), now, self.office)

    def _sections(self, tx: Connection, today: date) -> Iterable[Section]:
        waits = waiting(tx, self.mailbox)
        late = sorted(overdue(tx, today, self.office), key=lambda chase: chase.due)
        yield Section("Overdue, oldest first", tuple(_late(chase, today) for chase in late))
        yield Section("Is this an answer?", _doubtful(waits))
        yield Section(
            "Mail that nobody placed",
            tuple(
                f"{each.questions[0]} {each.sender}: {each.subject or '(no subject)'}"
                for each in waits.asked
            ),
        )
        yield Section(
            "Suggestions nobody answered",
            tuple(f"{each.tag}? on “{each.subject}”" for each in waits.suggestions),
        )
        yield Section("Cases silent for long", tuple(self._silent(tx, today)))
        yield Section(
            "Mail set aside unread",
            tuple(f"{each.folder}: {each.words}" for each in waits.set_aside),
        )
        yield Section("Trouble", tuple(each.words for each in waits.troubles))

    def _silent(self, tx: Connection, today: date) -> Iterable[str]:
        for case in casework.all_cases(tx, CaseState.OPEN):
            last = lookups.last_mail_at(tx, case.reference)
            day = local_day(last, self.office.timezone) if last else case.opened_on
            if day is not None and today - day >= SILENT:
                name = case.reference if case.is_sensitive else f"{case.title} ({case.reference})"
                yield f"{name}: nothing since {spoken(day)}"


def _late(chase: Chase, today: date) -> str:
    days = (today - chase.due).days
    age = f"{days} day{'s' * (days != 1)} overdue" if days else "due today"
    letter = chase.letter
    return f"{letter.organisation_name}, letter {letter.id}: {age}"


def _doubtful(waits: Waiting) -> tuple[str, ...]:
    return tuple(
        f"{each.organisation}, letter {each.letter_id}: “{each.subject}”" for each in waits.doubtful
    )
