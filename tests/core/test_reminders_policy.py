"""Which chases should stand in somebody's list, day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.casework import Answer, AnswerKind, Case, CaseState, Letter, LetterState
from mailbridge.domain.message import MessageKey
from mailbridge.domain.office import Office
from mailbridge.reminders.policy import wanted
from mailbridge.reminders.workdays import Workdays

CASE = "K4T7-29"
OFFICE = Office()
OPEN = {CASE: Case(CASE, "Khan, damp at Elm Court")}
# Sent on Tuesday 3 November 2026; 21 days run out on the 24th; due on Wednesday the 25th.
LETTER = Letter(
    f"{CASE}/1", CASE, "anytown", "Anytown Council", datetime(2026, 11, 3, 10, tzinfo=UTC)
)
DUE = date(2026, 11, 25)


def came(kind: AnswerKind, day: date, promised: date | None = None) -> Answer:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Answer(LETTER.id, MessageKey(f"{kind} {day}"), kind, at, promised_on=promised)


def due_on(
    today: date, *answers: Answer, letter: Letter = LETTER, case: Case | None = None
) -> date | None:
    """The due date of the one chase wanted today, or None where none is."""
    cases = {CASE: case} if case else OPEN
    chases = wanted([letter], answers, cases, today, OFFICE, Workdays())
    assert len(chases) <= 1
    return chases[0].due if chases else None


def test_a_chase_is_wanted_from_the_working_day_after_the_wait() -> None:
    assert due_on(date(2026, 11, 24)) is None
    assert due_on(DUE) == DUE
    assert due_on(date(2027, 3, 1)) == DUE


def test_a_chase_carries_its_number_and_what_came_oldest_first() -> None:
    later = came(AnswerKind.AUTOMATIC, date(2026, 11, 10))
    earlier = came(AnswerKind.ACKNOWLEDGEMENT, date(2026, 11, 4))
    other = replace(earlier, letter_id=f"{CASE}/2")
    second = replace(LETTER, chases_done=1)
    [chase] = wanted([second], [later, earlier, other], OPEN, DUE, OFFICE, Workdays())
    assert (chase.key, chase.number, chase.answers) == (f"{CASE}/1#2", 2, (earlier, later))


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, is_muted=True),
        replace(LETTER, state=LetterState.ANSWERED),
        replace(LETTER, state=LetterState.DROPPED),
        replace(LETTER, case_reference="P2M9-44"),
    ],
)
def test_a_letter_muted_answered_dropped_or_of_no_case_is_not_chased(letter: Letter) -> None:
    assert due_on(date(2027, 3, 1), letter=letter) is None


def test_a_closed_case_is_not_chased() -> None:
    assert due_on(DUE, case=replace(OPEN[CASE], state=CaseState.CLOSED)) is None


@pytest.mark.parametrize(
    "kind",
    [AnswerKind.AUTOMATIC, AnswerKind.UNSURE, AnswerKind.ACKNOWLEDGEMENT, AnswerKind.HOLDING],
)
def test_whatever_is_no_answer_and_names_no_date_lets_the_wait_go_on(kind: AnswerKind) -> None:
    assert due_on(DUE, came(kind, date(2026, 11, 12))) == DUE


def test_a_substantive_answer_ends_it() -> None:
    assert due_on(DUE, came(AnswerKind.SUBSTANTIVE, date(2026, 11, 12))) is None


@pytest.mark.parametrize(
    ("kind", "promised", "due"),
    [
        (AnswerKind.HOLDING, date(2026, 12, 4), date(2026, 12, 7)),  # a Friday: the Monday after
        (AnswerKind.HOLDING, date(2026, 12, 24), date(2026, 12, 29)),
        (AnswerKind.HOLDING, date(2026, 11, 19), date(2026, 11, 20)),  # sooner than the wait
        (AnswerKind.ACKNOWLEDGEMENT, date(2026, 12, 4), date(2026, 12, 7)),
        (AnswerKind.ACKNOWLEDGEMENT, date(2026, 11, 19), DUE),  # a form letter hurries nobody
        (AnswerKind.AUTOMATIC, date(2026, 12, 4), DUE),
        (AnswerKind.UNSURE, date(2026, 12, 4), DUE),
    ],
)
def test_a_promise_moves_the_due_date_as_far_as_its_writer_can(
    kind: AnswerKind, promised: date, due: date
) -> None:
    assert due_on(date(2027, 3, 1), came(kind, date(2026, 11, 12), promised)) == due


def test_a_promise_before_the_wait_ran_out_keeps_the_task_away_until_it_is_broken() -> None:
    holding = came(AnswerKind.HOLDING, date(2026, 11, 20), date(2026, 12, 4))
    assert due_on(date(2026, 12, 4), holding) is None
    assert due_on(date(2026, 12, 7), holding) == date(2026, 12, 7)


def test_a_promise_after_the_task_stood_keeps_it_with_the_new_date() -> None:
    holding = came(AnswerKind.HOLDING, date(2026, 11, 26), date(2026, 12, 4))
    assert due_on(date(2026, 11, 27), holding) == date(2026, 12, 7)


def test_the_latest_promise_counts() -> None:
    first = came(AnswerKind.HOLDING, date(2026, 11, 12), date(2026, 12, 24))
    second = came(AnswerKind.HOLDING, date(2026, 11, 20), date(2026, 12, 4))
    assert due_on(date(2027, 3, 1), second, first) == date(2026, 12, 7)


def test_a_bounce_is_due_at_once_and_an_acknowledgement_after_it_takes_that_back() -> None:
    bounce = came(AnswerKind.BOUNCE, date(2026, 11, 3))
    assert due_on(date(2026, 11, 3), bounce) == date(2026, 11, 3)
    received = came(AnswerKind.ACKNOWLEDGEMENT, date(2026, 11, 4))
    assert due_on(date(2026, 11, 5), bounce, received) == DUE


def test_a_bounce_on_a_saturday_is_due_on_monday() -> None:
    assert due_on(date(2026, 11, 9), came(AnswerKind.BOUNCE, date(2026, 11, 7))) == date(
        2026, 11, 9
    )


def test_a_restarted_clock_runs_the_whole_wait_and_forgets_what_came_before() -> None:
    restarted = replace(LETTER, restarted_on=date(2026, 11, 26), chases_done=1)
    old = (
        came(AnswerKind.HOLDING, date(2026, 11, 12), date(2027, 1, 29)),
        came(AnswerKind.BOUNCE, date(2026, 11, 3)),
        came(AnswerKind.SUBSTANTIVE, date(2026, 11, 26)),
    )
    # 21 days from 26 November run out on Thursday 17 December.
    assert due_on(date(2026, 12, 17), *old, letter=restarted) is None
    assert due_on(date(2026, 12, 18), *old, letter=restarted) == date(2026, 12, 18)


KINDS = [kind for kind in AnswerKind if kind is not AnswerKind.SUBSTANTIVE]
ANSWERS = st.lists(
    st.builds(
        came,
        st.sampled_from(KINDS),
        st.dates(date(2026, 11, 3), date(2027, 1, 31)),
        st.none() | st.dates(date(2026, 11, 3), date(2027, 7, 1)),
    ),
    max_size=6,
)


@given(answers=ANSWERS)
def test_a_letter_that_nobody_answers_is_always_chased_in_the_end(answers: list[Answer]) -> None:
    due = due_on(date(2028, 1, 1), *answers)
    assert due is not None
    assert Workdays().is_workday(due)


@given(answers=ANSWERS, today=st.dates(date(2026, 11, 3), date(2027, 9, 1)))
def test_the_order_in_which_answers_are_given_does_not_matter(
    answers: list[Answer], today: date
) -> None:
    distinct = list({answer.received_at: answer for answer in answers}.values())
    assert due_on(today, *distinct) == due_on(today, *reversed(distinct))
