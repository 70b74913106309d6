"""A case's letters and answers + today → the chases that should exist. No timer is stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from mailbridge.domain.casework import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Chase,
    Letter,
    LetterState,
)
from mailbridge.domain.office import Office
from mailbridge.reminders.workdays import Workdays, due, local_day


@dataclass(frozen=True, slots=True)
class Clock:
    """When a letter is to be chased. `has_stood`: its task was due once, before a promise came."""

    due: date
    has_stood: bool = False


def wanted(
    letters: Iterable[Letter],
    answers: Iterable[Answer],
    cases: Mapping[str, Case],
    today: date,
    office: Office,
    workdays: Workdays,
) -> tuple[Chase, ...]:
    """The chases that should stand in somebody's list today, one a letter at most.

    `cases` are found by reference; a letter whose case is closed or missing is not chased. Days
    are days in the office's time zone. Takes time in proportion to letters and answers.
    """
    by_letter: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_letter[answer.letter_id].append(answer)
    chases = []
    for letter in letters:
        if not _is_awaited(letter, cases):
            continue
        came = tuple(sorted(by_letter.get(letter.id, ()), key=lambda answer: answer.received_at))
        clock = clock_of(letter, came, office, workdays)
        # A task that already stood when a promise moved its date stays in the list with that date.
        if clock is not None and (clock.due <= today or clock.has_stood):
            chases.append(chase_of(letter, came, clock))
    return tuple(chases)


def clock_of(
    letter: Letter, answers: Iterable[Answer], office: Office, workdays: Workdays
) -> Clock | None:
    """When a letter is to be chased, or None once it was answered.

    `answers` are that letter's, oldest first. The clock starts on the day of sending, or on the
    day a person restarted it; what came before that start no longer counts. A bounce is due at
    once. A holding reply that names a date moves the due date to the first working day after it;
    an acknowledgement can only move it later; a promise in an automatic reply is only noted.
    """
    ordinary = due(_start(letter, office), letter.wait, workdays)
    clock = Clock(ordinary)
    has_bounced = False
    for answer in answers:
        if not counts(answer, letter, office):
            continue
        day = local_day(answer.received_at, office.timezone)
        match answer.kind:
            case AnswerKind.SUBSTANTIVE:
                return None
            case AnswerKind.BOUNCE:
                has_bounced = True
                clock = Clock(min(clock.due, workdays.next_workday(day)), clock.has_stood)
            case AnswerKind.HOLDING | AnswerKind.ACKNOWLEDGEMENT:
                # It did arrive, by another of its addresses: the ordinary wait goes on.
                clock = Clock(ordinary, has_stood=True) if has_bounced else clock
                has_bounced = False
                clock = _promised(clock, answer, day, workdays)
            case AnswerKind.AUTOMATIC | AnswerKind.UNSURE:
                pass
    return clock


def counts(answer: Answer, letter: Letter, office: Office) -> bool:
    """Whether an answer came since the clock last started.

    On the very day that a person restarted it, they knew of the answer: it does not count.
    """
    day = local_day(answer.received_at, office.timezone)
    return letter.restarted_on is None or day > letter.restarted_on


def chase_of(letter: Letter, answers: tuple[Answer, ...], clock: Clock) -> Chase:
    """The chase that comes next for a letter."""
    number = letter.chases_done + 1
    return Chase(f"{letter.id}#{number}", letter, number, clock.due, answers)


def _start(letter: Letter, office: Office) -> date:
    sent = local_day(letter.sent_at, office.timezone)
    return max(sent, letter.restarted_on or sent)


def _is_awaited(letter: Letter, cases: Mapping[str, Case]) -> bool:
    case = cases.get(letter.case_reference)
    return (
        letter.state is LetterState.AWAITING
        and not letter.is_muted
        and case is not None
        and case.state is CaseState.OPEN
    )


def _promised(clock: Clock, answer: Answer, day: date, workdays: Workdays) -> Clock:
    if answer.promised_on is None:
        return clock
    after = workdays.next_workday(date.fromordinal(answer.promised_on.toordinal() + 1))
    if answer.kind is AnswerKind.ACKNOWLEDGEMENT:
        after = max(after, clock.due)
    return Clock(after, clock.has_stood or clock.due <= day)
