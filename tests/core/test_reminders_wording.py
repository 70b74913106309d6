"""What people read in a task, a draft and a closing line."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mailbridge.domain.casework import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Channel,
    Chase,
    Letter,
    LetterState,
)
from mailbridge.domain.message import MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Caseworker, Constituent
from mailbridge.reminders.wording import closing_line, draft_of, task_of, why_closed

OFFICE = Office(signature="Office of Ada Quill MP")
CASE = Case("K4T7-29", "Khan, damp at Elm Court", tags=("Housing",))
KHAN = Constituent(1, "Mrs Amina Khan", postcode="LS6 2AB", street="4 Elm Court")
JO = Caseworker("jo@mp.example", "Jo", task_list="Jo's list")
LETTER = Letter(
    "K4T7-29/1",
    "K4T7-29",
    "anytown",
    "Anytown Council",
    datetime(2026, 11, 3, 10, tzinfo=UTC),
    subject="Damp at Elm Court",
    message_id="one+x@mp.example",
    recipients=("housing@anytown.gov.example",),
    their_reference="HSG/118",
)


def answer(kind: AnswerKind, day: int, promised: date | None = None, words: str = "") -> Answer:
    at = datetime(2026, 11, day, 12, tzinfo=UTC)
    return Answer(LETTER.id, MessageKey(str(day)), kind, at, promised_on=promised, words=words)


AUTOMATIC = answer(AnswerKind.AUTOMATIC, 3)
HOLDING = answer(AnswerKind.HOLDING, 12, date(2026, 11, 24), "We hope to reply by 24 November.")
BOUNCE = answer(AnswerKind.BOUNCE, 3)
CHASE = Chase("K4T7-29/1#1", LETTER, 1, date(2026, 11, 25), (AUTOMATIC, HOLDING))


def test_a_task_says_everything_in_the_order_people_read_it() -> None:
    task = task_of(CHASE, CASE, KHAN, JO, OFFICE)
    assert task.title == "Chase: Anytown Council – Khan, damp at Elm Court (K4T7-29)"
    assert task.body.splitlines() == [
        "Asked: Damp at Elm Court",
        "Sent: Tuesday 3 November 2026, by mail",
        "To: Anytown Council, housing@anytown.gov.example",
        "Their reference: HSG/118",
        "For: Mrs Amina Khan",
        "",
        "What came since:",
        "- 3 Nov 2026: automatic reply, does not count",
        "- 12 Nov 2026: holding reply, the answer is still to come",
        "",
        (
            "They promised an answer by Tuesday 24 November 2026, in their mail of Thursday 12 "
            "November 2026: “We hope to reply by 24 November.”"
        ),
        "",
        "This is the first chase. The wait is 21 days.",
        "",
        "Open the letter: mid:one%2Bx@mp.example",
        "",
        (
            "Tick this off when you have chased: the clock starts again. Move the due date to "
            "wait longer. Delete it, and this letter is never chased again. It ticks itself off "
            "when the answer comes."
        ),
    ]
    assert (task.key, task.due, task.categories) == (CHASE.key, CHASE.due, ("Housing",))
    assert (task.task_list, task.link) == ("Jo's list", "mid:one%2Bx@mp.example")
    assert task.remind_at == datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Europe/London"))


def test_a_sensitive_cases_title_names_nobody() -> None:
    secret = replace(CASE, is_sensitive=True)
    assert task_of(CHASE, secret, KHAN, JO, OFFICE).title == "Chase: K4T7-29"
    bounced = replace(CHASE, answers=(BOUNCE,))
    assert task_of(bounced, secret, KHAN, JO, OFFICE).title == "Not delivered: K4T7-29"


def test_a_task_of_no_caseworker_goes_to_the_offices_list() -> None:
    task = task_of(replace(CHASE, answers=()), CASE, None, None, OFFICE)
    assert task.task_list == ""
    assert "- nothing" in task.body.splitlines()
    assert "For:" not in task.body


def test_a_reminder_rings_at_the_offices_hour_in_summer_too() -> None:
    summer = replace(CHASE, due=date(2026, 7, 1))
    remind_at = task_of(summer, CASE, None, None, OFFICE).remind_at
    assert remind_at is not None
    assert remind_at.astimezone(UTC).hour == 8


def test_a_letter_that_never_arrived_says_so_until_something_comes_from_there() -> None:
    bounced = replace(CHASE, answers=(BOUNCE,))
    assert task_of(bounced, CASE, KHAN, JO, OFFICE).title.startswith("Not delivered: Anytown")
    assert draft_of(bounced, CASE, KHAN, OFFICE) is None
    assert task_of(
        replace(CHASE, answers=(BOUNCE, HOLDING)), CASE, KHAN, JO, OFFICE
    ).title.startswith("Chase")
    again = replace(bounced, letter=replace(LETTER, restarted_on=date(2026, 11, 4)))
    assert task_of(again, CASE, KHAN, JO, OFFICE).title.startswith("Chase")


def test_a_draft_stands_in_the_letters_thread_and_quotes_both_references() -> None:
    draft = draft_of(CHASE, CASE, KHAN, OFFICE)
    assert draft is not None
    assert (draft.key, draft.to) == (CHASE.key, ("housing@anytown.gov.example",))
    assert draft.subject_line == "Re: Damp at Elm Court"
    assert (draft.in_reply_to, draft.references) == ("one+x@mp.example", ("one+x@mp.example",))
    assert draft.body.startswith(
        "Your reference: HSG/118\nOur reference: K4T7-29\nConstituent: Mrs Amina Khan, LS6 2AB\n"
        "Subject: Damp at Elm Court\n\n"
    )
    assert "I wrote to you on Tuesday 3 November 2026" in draft.body
    assert "an answer by Tuesday 24 November 2026" in draft.body
    assert draft.body.endswith("Office of Ada Quill MP\n")
    # No more of the person than it takes to find the matter.
    assert "Elm Court, LS6" not in draft.body


def test_each_chase_up_is_more_pressing_until_the_third() -> None:
    bodies = []
    for number in (1, 2, 3, 9):
        draft = draft_of(replace(CHASE, number=number), CASE, KHAN, OFFICE)
        assert draft is not None
        bodies.append(draft.body)
    assert len(set(bodies)) == 3
    assert bodies[2] == bodies[3]


def test_a_machines_promise_is_not_held_against_them() -> None:
    automatic = replace(AUTOMATIC, promised_on=date(2026, 11, 20))
    draft = draft_of(replace(CHASE, answers=(automatic,)), CASE, KHAN, OFFICE)
    assert draft is not None
    assert "20 November" not in draft.body
    assert (
        "promised" not in task_of(replace(CHASE, answers=(automatic,)), CASE, KHAN, JO, OFFICE).body
    )


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("RE: Damp", "RE: Damp"),
        ("Damp\r\n in bedroom", "Re: Damp in bedroom"),
        ("", "Our reference K4T7-29"),
    ],
)
def test_the_drafts_subject_keeps_the_thread(subject: str, written: str) -> None:
    draft = draft_of(replace(CHASE, letter=replace(LETTER, subject=subject)), CASE, None, OFFICE)
    assert draft is not None
    assert draft.subject_line == written


def test_a_letter_by_post_has_no_draft_and_no_link() -> None:
    post = replace(LETTER, channel=Channel.POST, recipients=(), message_id="")
    chase = replace(CHASE, letter=post)
    assert draft_of(chase, CASE, KHAN, OFFICE) is None
    task = task_of(chase, CASE, KHAN, JO, OFFICE)
    assert "by post" in task.body
    assert task.link == ""


@pytest.mark.parametrize(
    ("letter", "case", "words"),
    [
        (LETTER, replace(CASE, state=CaseState.CLOSED), "case is closed"),
        (replace(LETTER, is_muted=True), CASE, "deleted"),
        (replace(LETTER, state=LetterState.DROPPED), CASE, "Awaiting answer"),
        (replace(LETTER, restarted_on=date(2026, 11, 26)), CASE, "Thursday 26 November 2026"),
        (LETTER, CASE, "No longer needed."),
    ],
)
def test_a_task_that_ends_by_itself_says_why(letter: Letter, case: Case, words: str) -> None:
    assert words in why_closed(letter, case)


def test_the_answer_is_named_on_the_offices_day() -> None:
    late = replace(
        answer(AnswerKind.SUBSTANTIVE, 1), received_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    )
    assert closing_line(late, "Re: Damp\n", OFFICE) == "Answered on 1 July 2026 by mail “Re: Damp”."
