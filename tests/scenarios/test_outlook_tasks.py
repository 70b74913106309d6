"""The reminder: when a task appears, what stands in it, and what a caseworker does to it."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.scenarios.conftest import StoryMaker
from tests.scenarios.story import HOLDING, RECEIVED, SUBSTANTIVE, Story, day

LONDON = ZoneInfo("Europe/London")
ENDED = "Answered on"


def awaiting(office: Story) -> tuple[str, str]:
    """A case with a letter to the council of Tuesday 3 November; its reference, the Message-ID."""
    case = office.case_with_folder()
    letter = office.letter(case)
    office.works()
    return case, letter


def chased(office: Story) -> tuple[str, str]:
    """The same, and its wait has run out: the first task stands since Wednesday 25 November."""
    case, letter = awaiting(office)
    office.works(days=22)
    return case, letter


def test_a_task_appears_on_the_first_working_day_after_the_wait_ran_out(office: Story) -> None:
    case, _ = awaiting(office)
    office.works(days=21)  # Tuesday 24 November, the last day of the wait
    assert office.titles() == ()
    office.works(days=1)
    assert office.titles() == (f"Chase: Anytown Council – Khan, damp at Elm Court ({case})",)
    assert office.task("Chase").due == day("2026-11-25")


def test_a_wait_that_runs_out_before_a_weekend_is_chased_on_monday(office: Story) -> None:
    case = office.case_with_folder()
    office.now += day("2026-11-06") - office.now.date()  # a Friday
    office.letter(case)
    office.works()
    office.works(days=22)  # Saturday 28 November
    assert office.titles() == ()
    office.works(days=2)
    assert office.task("Chase").due == day("2026-11-30")


def test_the_task_reminds_at_the_offices_hour_and_stands_in_the_caseworkers_list(
    an_office: StoryMaker,
) -> None:
    office = an_office(chasing={"task_at": time(8, 30)})
    office.imports("caseworkers", "Name,Email,Task list\nSam Worker,sam@mp.example,Sam\n")
    case = office.opens(
        "Khan, Amina – damp at Elm Court",
        *("--constituent", "amina@khan.example", "--caseworker", "sam@mp.example"),
    )
    office.letter(case)
    office.works()
    office.works(days=22)
    task = office.task("Chase")
    assert task.task_list == "Sam"
    assert task.remind_at == datetime(2026, 11, 25, 8, 30, tzinfo=LONDON)


def test_the_task_tells_in_this_order_what_a_caseworker_must_know(office: Story) -> None:
    case, letter = awaiting(office)
    office.replies(letter, "I am out of the office.", Auto_Submitted="auto-replied")
    office.works(days=1)
    office.replies(letter, HOLDING.format(by=" by 9 November 2026"))
    office.works(days=1)
    office.works(days=20)
    body = office.task("Chase").body
    parts = (
        "Asked: Mrs Khan, damp",
        "Sent: Tuesday 3 November 2026, by mail",
        "To: Anytown Council, housing@anytown.gov.example",
        "What came since:",
        "- 3 Nov 2026: automatic reply, does not count",
        "- 4 Nov 2026: holding reply, the answer is still to come",
        "They promised an answer by Monday 9 November 2026, in their mail of Wednesday 4 November",
        "This is the first chase.",
        f"Open the letter: mid:{letter}",
        "Delete it, and this letter is never chased again.",
    )
    places = [body.find(part) for part in parts]
    assert -1 not in places, body
    assert places == sorted(places), body
    assert case not in "".join(parts)


def test_the_task_of_a_sensitive_case_names_nobody_in_its_title(office: Story) -> None:
    words = ("--sensitive", "--constituent", "amina@khan.example")
    case = office.opens("Khan, Amina – a private matter", *words)
    office.letter(case)
    office.works()
    office.works(days=22)
    assert office.titles() == (f"Chase: {case}",)


def test_a_draft_of_the_chase_up_waits_in_the_letters_own_thread(office: Story) -> None:
    case, letter = awaiting(office)
    office.replies(letter, f"Our ref: HSG/2026-118. {RECEIVED}")
    office.works(days=1)
    office.works(days=21)
    (draft,) = office.drafts()
    assert draft["To"] == "housing@anytown.gov.example"
    assert draft["Subject"] == "Re: Mrs Khan, damp"
    assert draft["In-Reply-To"] == f"<{letter}>"
    assert f"Our reference: {case}" in draft.get_content()
    assert "Your reference: HSG/2026-118" in draft.get_content()
    assert "Mrs Amina Khan, LS6 2AB" in draft.get_content()


def test_the_draft_waits_there_once_and_nothing_is_ever_sent(office: Story) -> None:
    chased(office)
    for _ in range(3):
        office.restarts()
        office.lists_afresh()
        office.works(days=1)
    assert len(office.drafts()) == 1
    assert not office.folder("Sent").mails


def test_a_task_ticked_off_restarts_the_clock_and_the_second_chase_is_worded_anew(
    office: Story,
) -> None:
    chased(office)
    office.changes_task("Chase", is_done=True)
    office.works(hours=1)
    office.works(days=21)  # Wednesday 16 December, the last day of the new wait
    assert office.titles() == ()
    office.works(days=1)
    assert len(office.titles()) == 1
    first, second = (copy.task for copy in office.task_copies())
    assert (first.is_done, second.is_done) == (True, False)
    assert second.due == day("2026-12-17")
    assert "This is the second chase." in second.body
    assert "The clock started again on Wednesday 25 November 2026." in second.body
    wordings = {mail.get_content() for mail in office.drafts()}
    assert len(wordings) == 2
    assert sum("have reminded you since" in words for words in wordings) == 1


def test_a_due_day_that_a_person_moved_is_respected(office: Story) -> None:
    _, letter = chased(office)
    office.changes_task("Chase", due=day("2026-12-10"))
    office.works(hours=1)
    office.replies(letter, RECEIVED)
    office.works(days=1)
    office.works(days=3)
    assert office.task("Chase").due == day("2026-12-10")
    assert "acknowledgement only" in office.task("Chase").body


def test_a_promise_later_than_the_day_a_person_chose_moves_it_on(office: Story) -> None:
    _, letter = chased(office)
    office.changes_task("Chase", due=day("2026-12-10"))
    office.works(hours=1)
    office.replies(letter, HOLDING.format(by=" by 18 December 2026"))
    office.works(days=1)
    assert office.task("Chase").due == day("2026-12-21")


def test_a_deleted_task_is_never_chased_again(office: Story) -> None:
    chased(office)
    office.deletes_task("Chase")
    office.works(hours=1)
    office.works(days=30)
    office.restarts()
    office.lists_afresh()
    office.works(days=60)
    assert office.task_copies() == []


def test_edited_text_stays_when_we_amend_the_rest(office: Story) -> None:
    _, letter = chased(office)
    office.changes_task("Chase", title="Ring Sue at the council", body="She is in on Fridays.")
    office.works(hours=1)
    office.replies(letter, HOLDING.format(by=" by 18 December 2026"))
    office.works(days=1)
    task = office.task("Ring Sue at the council")
    assert task.body == "She is in on Fridays."
    assert task.due == day("2026-12-21")


def test_a_task_given_to_another_list_is_followed_there(office: Story) -> None:
    _, letter = chased(office)
    office.changes_task("Chase", task_list="Sam")
    office.works(hours=1)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    task = office.task("Chase")
    assert task.task_list == "Sam"
    assert task.is_done
    assert len(office.task_copies()) == 1


def test_the_real_answer_completes_the_task_and_says_which_mail_it_was(office: Story) -> None:
    _, letter = chased(office)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    task = office.task("Chase")
    assert task.is_done
    assert task.body.rstrip().endswith("Answered on 25 November 2026 by mail “Re: Mrs Khan, damp”.")
    office.works(days=60)
    assert office.titles() == ()


def test_an_answer_before_the_wait_ran_out_means_no_task_at_all(office: Story) -> None:
    _, letter = awaiting(office)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=7)
    office.works(days=60)
    assert office.task_copies() == []
    assert office.drafts() == []


def test_a_holding_reply_that_names_a_date_moves_the_due_date(office: Story) -> None:
    _, letter = chased(office)
    office.replies(letter, HOLDING.format(by=" by 18 December 2026"))
    office.works(days=1)
    task = office.task("Chase")
    assert not task.is_done
    assert task.due == day("2026-12-21")  # Monday, the first working day after it
    assert task.remind_at == datetime(2026, 12, 21, 9, tzinfo=LONDON)


def test_a_holding_reply_before_the_wait_ran_out_puts_the_task_off(office: Story) -> None:
    _, letter = awaiting(office)
    office.replies(letter, HOLDING.format(by=" by 18 December 2026"))
    office.works(days=7)
    office.works(days=37)  # Thursday 17 December
    assert office.titles() == ()
    office.works(days=4)
    assert len(office.titles()) == 1


def test_a_holding_reply_without_a_date_is_noted_and_the_wait_goes_on(office: Story) -> None:
    _, letter = awaiting(office)
    office.replies(letter, HOLDING.format(by=""))
    office.works(days=2)
    office.works(days=20)
    assert office.task("Chase").due == day("2026-11-25")
    assert "- 3 Nov 2026: holding reply" in office.task("Chase").body


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("I am out of the office until 30 November 2026.", {"Auto_Submitted": "auto-replied"}),
        ("This is an automated response: we will reply by 30 November 2026.", {}),
    ],
)
def test_an_automatic_reply_is_noted_only(
    office: Story, text: str, headers: dict[str, str]
) -> None:
    _, letter = awaiting(office)
    office.replies(letter, text, **headers)
    office.works(days=1)
    office.works(days=21)
    assert office.task("Chase").due == day("2026-11-25")
    assert "automatic reply, does not count" in office.task("Chase").body


@pytest.mark.parametrize("gives_back", ["message/rfc822", "text/rfc822-headers", ""])
def test_a_letter_that_bounced_is_told_of_at_once(office: Story, gives_back: str) -> None:
    _, letter = awaiting(office)
    bounced(office, letter, gives_back)
    office.works(days=1)
    (title,) = office.titles()
    assert title.startswith("Not delivered: Anytown Council")
    assert office.drafts() == []


def bounced(office: Story, letter: str, gives_back: str) -> None:
    """A delivery report as Postfix writes it (RFC 3464): it answers nothing, and may give the
    letter or its header back; without either only the address tells."""
    returned = f"""\
--b\r
Content-Type: {gives_back}\r
\r
From: office@mp.example\r
To: housing@anytown.gov.example\r
Message-ID: <{letter}>\r
Subject: Mrs Khan, damp\r
\r
"""
    raw = f"""From: MAILER-DAEMON@mx.mp.example\r
To: office@mp.example\r
Subject: Undelivered Mail Returned to Sender\r
Message-ID: <bounce@mx.mp.example>\r
Date: {office.now:%a, %d %b %Y %H:%M:%S} +0000\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
<housing@anytown.gov.example>: no such user\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.mp.example\r
\r
Final-Recipient: rfc822; housing@anytown.gov.example\r
Action: failed\r
Status: 5.1.1\r
{returned if gives_back else ""}--b--\r
"""
    office.puts(raw.encode(), "INBOX")


def test_a_chase_up_that_the_office_writes_itself_leaves_one_open_task_a_letter(
    office: Story,
) -> None:
    case, letter = chased(office)
    office.sends(
        "Re: Mrs Khan, damp",
        f"I have still not heard from you. Could you please reply? {case}",
        In_Reply_To=f"<{letter}>",
    )
    office.works(days=1)
    assert office.titles() == ()
    office.works(days=20)
    assert office.titles() == ()
    office.works(days=3)
    assert len(office.titles()) == 1
    assert "This is the second chase." in office.task_copies()[-1].task.body


def test_a_letter_written_before_the_task_stands_is_not_chased_twice(office: Story) -> None:
    case, letter = awaiting(office)
    office.now += day("2026-11-10") - office.now.date()
    words = f"Further to my letter, could you please reply? {case}"
    office.sends("Re: Mrs Khan, damp", words, In_Reply_To=f"<{letter}>")
    office.works()
    office.works(days=60)
    assert len(office.titles()) == 1


def test_answers_after_the_case_was_closed_open_nothing(office: Story) -> None:
    case, letter = chased(office)
    assert office.runs("case", "close", case).code == 0
    office.works(hours=1)
    office.replies(letter, HOLDING.format(by=" by 18 December 2026"))
    office.works(days=1)
    office.works(days=60)
    assert office.titles() == ()


def test_a_task_is_not_made_again_when_somebody_ticks_it_after_the_answer(office: Story) -> None:
    _, letter = chased(office)
    office.replies(letter, SUBSTANTIVE)
    office.changes_task("Chase", is_done=True)
    office.works(days=1)
    office.works(days=60)
    assert office.titles() == ()
    assert len(office.task_copies()) == 1
