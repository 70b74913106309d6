"""Which sent mails are letters, what answers them, and the categories that say so."""

import pytest

from tests.scenarios.conftest import StoryMaker
from tests.scenarios.story import HOLDING, SUBSTANTIVE, Story, day

WATER = "Anytown Water,water.example,\n"
BODIES = "Name,Domains,Aliases\nAnytown Council,anytown.gov.example,Council\n"


def awaiting(office: Story) -> tuple[str, str]:
    """A case with a letter to the council of Tuesday 3 November; its reference, the Message-ID."""
    case = office.case_with_folder()
    letter = office.letter(case)
    office.works()
    return case, letter


def test_a_letter_to_a_third_party_shows_that_it_awaits_an_answer(office: Story) -> None:
    awaiting(office)
    assert office.mail("Mrs Khan, damp").tags == {"Awaiting answer"}


def test_mail_to_a_constituent_is_no_letter(office: Story) -> None:
    case = office.case_with_folder()
    text = f"Could you send me the bill? {case}"
    office.sends("Your case", text, To="Amina Khan <amina@khan.example>")
    office.works()
    office.works(days=60)
    assert "Awaiting answer" not in office.mail("Your case").tags
    assert office.task_copies() == []


def test_the_category_taken_off_means_that_nothing_is_awaited(office: Story) -> None:
    awaiting(office)
    office.untags("Mrs Khan, damp", "Awaiting answer")
    office.works(days=1)
    office.works(days=60)
    assert office.task_copies() == []
    assert "Awaiting answer" not in office.mail("Mrs Khan, damp").tags


def test_the_category_taken_off_ends_a_task_that_stands(office: Story) -> None:
    awaiting(office)
    office.works(days=22)
    office.untags("Mrs Khan, damp", "Awaiting answer")
    office.works(hours=1)
    assert office.task("Chase").is_done
    assert "Somebody took “Awaiting answer” off the letter" in office.task("Chase").body


def test_the_category_put_on_any_sent_mail_runs_the_clock_from_when_it_was_sent(
    office: Story,
) -> None:
    case = office.case_with_folder()
    text = f"For your information only. {case}"
    office.sends("A copy for you", text, To="sue@law.example")
    office.works()
    assert "Awaiting answer" not in office.mail("A copy for you").tags
    office.now += day("2026-11-16") - office.now.date()
    office.tags("A copy for you", "Awaiting answer")
    office.works()
    assert office.titles() == ()
    office.works(days=9)
    assert office.task("Chase").due == day("2026-11-25")


def test_the_category_put_back_runs_the_clock_again(office: Story) -> None:
    awaiting(office)
    office.untags("Mrs Khan, damp", "Awaiting answer")
    office.works(days=1)
    office.tags("Mrs Khan, damp", "Awaiting answer")
    office.works(days=1)
    office.works(days=20)
    assert office.task("Chase").due == day("2026-11-25")


def test_the_real_answer_puts_answered_in_place_of_awaiting(office: Story) -> None:
    _, letter = awaiting(office)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    assert office.mail("Mrs Khan, damp").tags == {"Answered"}


def test_answered_taken_off_runs_the_clock_again(office: Story) -> None:
    _, letter = awaiting(office)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    office.untags("Mrs Khan, damp", "Answered")
    office.works(days=1)  # Thursday 5 November
    office.works(days=21)
    assert office.titles() == ()
    office.works(days=1)
    assert office.task("Chase").due == day("2026-11-27")


def test_answered_put_on_by_a_person_ends_the_wait(office: Story) -> None:
    awaiting(office)
    office.works(days=22)
    office.tags("Mrs Khan, damp", "Answered")
    office.works(hours=1)
    assert office.task("Chase").is_done
    assert "Somebody marked the letter as answered." in office.task("Chase").body


def test_sent_mail_that_a_person_moves_into_a_case_becomes_a_letter(office: Story) -> None:
    case = office.case_with_folder()
    office.sends("The flat in Elm Court", "What will you do about it?")
    office.works()
    office.works(days=2)
    assert office.mail("The flat in Elm Court").folder == "Sent"
    office.moves("The flat in Elm Court", office.case_folder(case))
    office.works(hours=1)
    assert "Awaiting answer" in office.mail("The flat in Elm Court").tags
    office.works(days=20)
    assert office.task("Chase").due == day("2026-11-25")


def test_an_answer_that_nobody_could_place_counts_once_a_person_moves_it(office: Story) -> None:
    case, _ = awaiting(office)
    office.works(days=22)
    text = SUBSTANTIVE.replace("Mrs Khan", "your constituent")
    office.receives("Our reply", text, From="Jo Smith <j.smith@anytown.gov.example>")
    office.works(hours=1)
    assert not office.task("Chase").is_done
    office.moves("Our reply", office.case_folder(case))
    office.works(hours=1)
    assert office.task("Chase").is_done


def test_the_constituents_thanks_are_no_answer(office: Story) -> None:
    _, letter = awaiting(office)
    office.receives(
        "Re: Mrs Khan, damp",
        SUBSTANTIVE,
        In_Reply_To=f"<{letter}>",
        From="Amina Khan <amina@khan.example>",
    )
    office.works(days=1)
    office.works(days=21)
    assert not office.task("Chase").is_done
    assert "- nothing" in office.task("Chase").body


def test_an_answer_may_come_from_another_address_of_the_same_body(office: Story) -> None:
    case, _ = awaiting(office)
    office.receives(
        f"Mrs Khan ({case})", SUBSTANTIVE, From="Jo Smith <j.smith@repairs.anytown.gov.example>"
    )
    office.works(days=1)
    assert office.mail("Mrs Khan, damp").tags == {"Answered"}


def test_an_answer_from_another_body_does_not_end_the_wait(office: Story) -> None:
    case, _ = awaiting(office)
    office.receives(f"Mrs Khan ({case})", SUBSTANTIVE, From="Jo Smith <jo@othertown.gov.example>")
    office.works(days=1)
    assert "Awaiting answer" in office.mail("Mrs Khan, damp").tags


def test_two_letters_of_one_case_to_two_bodies_are_answered_one_by_one(office: Story) -> None:
    office.imports("organisations", BODIES + WATER)
    case, letter = awaiting(office)
    water = office.letter(case, "Mrs Khan, water", To="help@water.example")
    office.works(hours=1)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    office.works(days=21)
    assert office.mail("Mrs Khan, damp").tags == {"Answered"}
    assert office.titles() == (f"Chase: Anytown Water – Khan, damp at Elm Court ({case})",)
    sender = "help@water.example"
    office.replies(water, SUBSTANTIVE, "Re: Mrs Khan, water", From=sender)
    office.works(days=1)
    assert office.titles() == ()


def test_one_mail_to_two_bodies_is_two_letters(office: Story) -> None:
    office.imports("organisations", BODIES + WATER)
    case = office.case_with_folder()
    letter = office.letter(case, To="housing@anytown.gov.example, help@water.example")
    office.works()
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    office.works(days=22)
    assert office.titles() == (f"Chase: Anytown Water – Khan, damp at Elm Court ({case})",)


@pytest.mark.parametrize("how", ["post", "phone", "web"])
def test_a_letter_that_did_not_go_by_mail_is_chased_as_well(office: Story, how: str) -> None:
    case = office.case_with_folder()
    said = office.runs(
        *("letter", "add", case, "--to", "Anytown Council", "--by", how),
        *("--sent", "2026-11-02", "--subject", "Damp"),
    )
    assert said.code == 0, said.err
    office.works()
    office.works(days=21)
    assert office.task("Chase").due == day("2026-11-24")
    assert office.drafts() == []
    assert "Asked: Damp" in office.task("Chase").body


def test_a_body_with_a_wait_of_its_own_is_chased_by_that(office: Story) -> None:
    header, row = BODIES.splitlines()
    office.imports("organisations", f"{header},Wait\n{row},10 working days\n")
    awaiting(office)
    office.works(days=14)  # Tuesday 17 November, the tenth working day
    assert office.titles() == ()
    office.works(days=1)
    assert office.task("Chase").due == day("2026-11-18")


def test_an_office_may_wait_otherwise_than_three_weeks(an_office: StoryMaker) -> None:
    office = an_office(chasing={"wait": "7 days"})
    awaiting(office)
    office.works(days=8)
    assert office.task("Chase").due == day("2026-11-11")


def test_an_answer_that_leaves_doubt_is_put_to_a_person(office: Story) -> None:
    _, letter = awaiting(office)
    office.replies(letter, f"{SUBSTANTIVE}\n\nWe will write to you again about the windows.")
    office.works(days=1)
    assert "Awaiting answer" in office.mail("Mrs Khan, damp").tags
    office.works(days=21)
    assert "not sure whether it answers: please look" in office.task("Chase").body


def test_a_letter_sent_by_post_is_answered_by_mail(office: Story) -> None:
    case = office.case_with_folder()
    words = ("letter", "add", case, "--to", "Anytown Council", "--by", "post")
    assert office.runs(*words, "--sent", "2026-11-02").code == 0
    office.works()
    office.works(days=21)
    council = "Jo Smith <j.smith@anytown.gov.example>"
    office.receives(f"Your letter ({case})", SUBSTANTIVE, From=council)
    office.works(hours=1)
    assert office.task("Chase").is_done


def test_the_office_in_hold_of_its_folders_still_sees_the_letters_categories(
    an_office: StoryMaker,
) -> None:
    office = an_office(filing={"how": "category"})
    case = office.opens("Khan, Amina – damp at Elm Court", "--constituent", "amina@khan.example")
    letter = office.letter(case)
    office.works()
    assert "Awaiting answer" in office.mail("Mrs Khan, damp").tags
    assert office.mail("Mrs Khan, damp").folder == "Sent"
    office.replies(letter, SUBSTANTIVE)
    office.works(days=1)
    assert "Answered" in office.mail("Mrs Khan, damp").tags


def test_an_answer_that_a_person_moves_back_to_the_inbox_still_shows_in_the_task(
    office: Story,
) -> None:
    _, letter = awaiting(office)
    office.replies(letter, HOLDING.format(by=""))
    office.works(days=1)
    office.moves("Re: Mrs Khan, damp", "INBOX")
    office.works(days=1)
    assert office.mail("Re: Mrs Khan, damp").folder == "INBOX"
    office.works(days=20)
    assert "holding reply" in office.task("Chase").body


@pytest.mark.parametrize("year", [1904, 2031])
def test_a_sent_mail_of_a_wrong_clock_is_chased_as_if_its_date_were_right(
    office: Story, year: int
) -> None:
    case = office.case_with_folder()
    text = f"Could you look into the damp? {case}"
    office.sends("Mrs Khan, damp", text, Date=f"Sun, 3 Jan {year} 10:00:00 +0000")
    office.works()
    office.works(days=1)
    assert office.task_copies() == []
    office.works(days=21)
    assert office.task("Chase").due == day("2026-11-25")


def test_thanks_for_what_came_await_nothing(office: Story) -> None:
    case = office.case_with_folder()
    office.sends("Thank you", f"Many thanks for that. {case}\n\nCarl")
    office.works()
    assert "Awaiting answer" not in office.mail("Thank you").tags
