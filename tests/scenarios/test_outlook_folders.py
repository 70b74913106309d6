"""The places: folders of cases made, renamed, closed and reopened, and mail moved in and out."""

import re

import pytest

from mailbridge.domain.casework import CaseState
from tests.scenarios.conftest import StoryMaker
from tests.scenarios.story import SUBSTANTIVE, Story

# Two words that a mail may share with it: one is none.
CEILING = "Khan, Amina – damp bathroom ceiling"
DAMP = "Khan, Amina – damp at Elm Court"


def test_a_folder_that_a_caseworker_makes_opens_a_case_and_gets_its_reference(
    office: Story,
) -> None:
    office.makes_folder("Cases/Reed, Bob – potholes")
    office.works()
    (name,) = (each for each in office.folders() if "potholes" in each)
    assert re.fullmatch(r"Cases/Reed, Bob – potholes \([0-9A-Z]{4}-[0-9A-Z]{2}\)", name)
    (case,) = office.asks("case", "list")
    assert case["title"] == "Reed, Bob – potholes"
    assert case["state"] == "open"


def test_the_first_mail_moved_in_names_the_constituent(office: Story) -> None:
    office.makes_folder("Cases/Reed, Bob – potholes")
    office.receives("Potholes", "Dear MP", From="Bob Reed <bob@reed.example>")
    office.works()
    office.moves("Potholes", office.case_folder("potholes"))
    office.works(minutes=5)
    (case,) = office.asks("case", "list")
    assert case["constituent"] == "Bob Reed"


def test_a_mail_moved_into_a_new_folder_before_we_look_names_its_constituent(
    office: Story,
) -> None:
    office.makes_folder("Cases/Reed, Bob – potholes")
    office.receives("Potholes", "Dear MP", From="Bob Reed <bob@reed.example>")
    office.moves("Potholes", "Cases/Reed, Bob – potholes")
    office.works()
    (case,) = office.asks("case", "list")
    assert case["constituent"] == "Bob Reed"
    assert office.folder(case["reference"]).holds("Potholes")


def test_renaming_the_folder_renames_the_case(office: Story) -> None:
    case = office.case_with_folder()
    office.renames_folder(case, f"Cases/Khan – mould ({case})")
    office.works(minutes=5)
    assert office.case(case).title == "Khan – mould"
    assert office.mail("My flat").folder == f"Cases/Khan – mould ({case})"


def test_a_renamed_folder_without_its_reference_is_still_that_case(office: Story) -> None:
    case = office.case_with_folder()
    office.works()
    office.renames_folder(case, "Cases/Khan – mould")
    office.works(minutes=5)
    assert [each["reference"] for each in office.asks("case", "list")] == [case]
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    office.works(minutes=5)
    assert office.mail("Damp").folder == office.mail("My flat").folder


def test_a_folder_that_lost_its_reference_gets_it_back(office: Story) -> None:
    case = office.case_with_folder()
    office.works()
    office.renames_folder(case, "Cases/Khan – mould")
    office.works(minutes=5)
    assert office.mail("My flat").folder == f"Cases/Khan – mould ({case})"
    assert office.case(case).title == "Khan – mould"


def test_mail_goes_into_the_folder_by_its_new_name(office: Story) -> None:
    case = office.case_with_folder()
    office.renames_folder(case, f"Cases/Khan – mould ({case})")
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    office.works(minutes=5)
    assert office.mail("Damp").folder == f"Cases/Khan – mould ({case})"
    assert len([name for name in office.folders() if case in name]) == 1


def test_moving_the_folder_under_closed_closes_the_case_and_ends_its_chases(
    office: Story,
) -> None:
    case = office.case_with_folder()
    office.letter(case)
    office.works()
    office.works(days=22)
    assert not office.task("Chase").is_done
    office.renames_folder(case, f"Cases/Closed/{DAMP} ({case})")
    office.works(minutes=5)
    assert office.case(case).state is CaseState.CLOSED
    assert office.task("Chase").is_done
    assert "The case is closed: nothing more is chased." in office.task("Chase").body
    office.works(days=60)
    assert len(office.task_copies()) == 1


def test_moving_the_folder_back_reopens_the_case_and_its_chase(office: Story) -> None:
    case = office.case_with_folder()
    office.letter(case)
    office.works()
    office.renames_folder(case, f"Cases/Closed/{DAMP} ({case})")
    office.works(days=22)
    assert office.titles() == ()
    office.renames_folder(case, f"Cases/{DAMP} ({case})")
    office.works(minutes=5)
    assert office.case(case).state is CaseState.OPEN
    assert office.titles() == (f"Chase: Anytown Council – Khan, damp at Elm Court ({case})",)


def test_a_task_that_ended_with_its_case_stands_again_when_the_case_is_reopened(
    office: Story,
) -> None:
    case = office.case_with_folder()
    office.letter(case)
    office.works()
    office.works(days=22)
    office.renames_folder(case, f"Cases/Closed/{DAMP} ({case})")
    office.works(minutes=5)
    office.renames_folder(case, f"Cases/{DAMP} ({case})")
    office.works(minutes=5)
    assert not office.task("Chase").is_done


def test_mail_about_a_closed_case_is_asked_about(office: Story) -> None:
    case = office.case_with_folder()
    office.renames_folder(case, f"Cases/Closed/{DAMP} ({case})")
    office.works(minutes=5)
    office.receives("Damp again", f"My case is {case}.\n\nAmina Khan")
    office.works(minutes=5)
    assert office.mail("Damp again").folder == "INBOX"
    assert "Which case?" in office.mail("Damp again").tags


def test_a_case_closed_by_command_has_its_folder_moved(office: Story) -> None:
    case = office.case_with_folder()
    office.letter(case)
    office.works()
    office.works(days=22)
    assert office.runs("case", "close", case).code == 0
    office.works(minutes=5)
    assert office.mail("My flat").folder == f"Cases/Closed/{DAMP} ({case})"
    assert office.task("Chase").is_done


def test_moving_a_mail_back_to_the_inbox_undoes_its_filing_for_good(office: Story) -> None:
    case = office.case_with_folder()
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    office.works(minutes=5)
    assert office.folder(case).holds("Damp")
    office.moves("Damp", "INBOX")
    office.works(minutes=5)
    office.restarts()
    office.lists_afresh()
    office.works(days=1)
    assert office.mail("Damp").folder == "INBOX"


def test_what_a_mail_moved_back_has_taught_is_forgotten(office: Story) -> None:
    case = office.case_with_folder(CEILING)
    office.receives("From work", "Dear MP", From="Amina Khan <a.khan@work.example>")
    office.works()
    office.moves("From work", office.case_folder(case))
    office.works(minutes=5)
    office.moves("From work", "INBOX")
    office.works(minutes=5)
    office.receives("Bathroom ceiling", "More of it.", From="Amina Khan <a.khan@work.example>")
    office.works(minutes=5)
    assert office.mail("Bathroom ceiling").folder == "INBOX"
    assert "Who?" in office.mail("Bathroom ceiling").tags


def test_a_mail_that_a_person_moved_from_one_case_to_another_stays_there(office: Story) -> None:
    damp = office.case_with_folder()
    office.makes_folder("Cases/Khan, Amina – school place")
    office.works()
    office.receives("Elm Court", f"More of it. {damp}\n\nAmina Khan")
    office.works(minutes=5)
    assert office.folder(damp).holds("Elm Court")
    office.moves("Elm Court", office.case_folder("school place"))
    office.works(minutes=5)
    office.restarts()
    office.lists_afresh()
    office.works(days=1)
    assert office.folder("school place").holds("Elm Court")


def test_the_thread_follows_a_mail_that_is_moved(office: Story) -> None:
    sender = "Neil Neighbour <neil@next.example>"
    case = office.case_with_folder()
    first = office.receives("The flat below", "I live below Mrs Khan.", From=sender)
    office.receives("Re: The flat below", "One more thing.", From=sender, In_Reply_To=f"<{first}>")
    office.works()
    assert office.mail("Re: The flat below").folder == "INBOX"
    office.moves("The flat below", office.case_folder(case))
    office.works(minutes=5)
    assert office.folder(case).holds("Re: The flat below")
    assert not office.mail("Re: The flat below").tags & {"Who?", "Which case?"}


def test_a_later_reply_in_the_thread_of_a_moved_mail_goes_there_too(office: Story) -> None:
    sender = "Neil Neighbour <neil@next.example>"
    case = office.case_with_folder()
    first = office.receives("The flat below", "I live below Mrs Khan.", From=sender)
    office.works()
    office.moves("The flat below", office.case_folder(case))
    office.works(minutes=5)
    office.receives("Re: The flat below", "And then?", From=sender, In_Reply_To=f"<{first}>")
    office.works(minutes=5)
    assert office.folder(case).holds("Re: The flat below")


def test_a_mail_of_the_thread_that_a_person_moved_elsewhere_does_not_follow(office: Story) -> None:
    sender = "Neil Neighbour <neil@next.example>"
    case = office.case_with_folder()
    first = office.receives("The flat below", "I live below Mrs Khan.", From=sender)
    office.receives("Re: The flat below", "One more thing.", From=sender, In_Reply_To=f"<{first}>")
    office.works()
    office.makes_folder("Later")
    office.moves("Re: The flat below", "Later")
    office.moves("The flat below", office.case_folder(case))
    office.works(minutes=5)
    assert office.mail("Re: The flat below").folder == "Later"


def test_sent_mail_about_a_case_lies_in_its_folder_too(office: Story) -> None:
    case = office.case_with_folder()
    office.letter(case)
    office.works(minutes=5)
    assert office.folder(case).holds("Mrs Khan, damp")


def test_an_answer_lies_in_the_folder_of_the_case(office: Story) -> None:
    case = office.case_with_folder()
    letter = office.letter(case)
    office.works(minutes=5)
    office.replies(letter, SUBSTANTIVE)
    office.works(days=5)
    assert office.folder(case).holds("Re: Mrs Khan, damp")


def test_an_office_that_hates_folders_gets_the_case_as_a_category(an_office: StoryMaker) -> None:
    office = an_office(filing={"how": "category"})
    case = office.opens("Khan, Amina – damp at Elm Court", "--constituent", "amina@khan.example")
    office.receives("Damp", f"My case is {case}.\n\nAmina Khan")
    office.works()
    assert office.mail("Damp").folder == "INBOX"
    assert any(case in tag for tag in office.mail("Damp").tags)


def test_an_office_may_have_every_filing_only_suggested(an_office: StoryMaker) -> None:
    office = an_office(filing={"alone": False})
    case = office.case_with_folder()
    office.receives("Damp", f"My case is {case}.\n\nAmina Khan")
    office.works()
    assert office.mail("Damp").folder == "INBOX"
    assert any(case in tag and tag.endswith("?") for tag in office.mail("Damp").tags)


def test_a_mail_in_a_folder_below_a_cases_folder_belongs_to_the_case(office: Story) -> None:
    case = office.case_with_folder(CEILING)
    office.makes_folder(f"{office.case_folder(case)}/Medical")
    office.receives("Letter from my GP", "Dear MP", From="Amina Khan <a.khan@work.example>")
    office.moves("Letter from my GP", f"{office.case_folder(case)}/Medical")
    office.works(minutes=5)
    assert [each["reference"] for each in office.asks("case", "list")] == [case]
    assert office.mail("Letter from my GP").folder.endswith("/Medical")
    office.receives("Bathroom ceiling", "More of it.", From="Amina Khan <a.khan@work.example>")
    office.works(minutes=5)
    assert office.folder(case).holds("Bathroom ceiling")


@pytest.mark.parametrize("name", ["Personal", "Newsletters/2026"])
def test_a_folder_elsewhere_opens_no_case(office: Story, name: str) -> None:
    office.makes_folder(name)
    office.works()
    assert office.asks("case", "list") == []


def test_a_mail_that_cannot_be_placed_stays_in_the_inbox(office: Story) -> None:
    office.case_with_folder()
    office.receives("", "", From="nobody@far.example")
    office.works()
    office.works(days=30)
    assert any(folder == "INBOX" for folder in office.copies())


def test_a_folder_that_a_person_deletes_is_not_made_again_for_nothing(office: Story) -> None:
    office.makes_folder("Cases/Reed, Bob – potholes")
    office.works()
    office.renames_folder("potholes", "Old stuff")
    office.works(minutes=5)
    office.works(days=1)
    assert office.folders() == ()


def test_a_mail_that_a_person_put_elsewhere_before_we_looked_is_not_moved(office: Story) -> None:
    case = office.case_with_folder()
    office.makes_folder("Later")
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    office.moves("Damp", "Later")
    office.works()
    office.works(days=1)
    assert office.mail("Damp").folder == "Later"
