"""The words on a message: Who?, Which case? and Check sender, and what moving a mail teaches."""

import pytest

from tests.scenarios.conftest import StoryMaker
from tests.scenarios.office import PEOPLE
from tests.scenarios.story import Story

# Two words that a mail may share with it: one is none.
CEILING = "Khan, Amina – damp bathroom ceiling"
MX = "mx.mp.example"
FORGED = f"{MX}; dmarc=fail header.from=khan.example"
GENUINE = f"{MX}; dmarc=pass header.from=khan.example"


def test_mail_from_nobody_we_can_name_stays_where_it_is_and_asks_who(office: Story) -> None:
    office.case_with_folder()
    office.receives("Parking", "Dear MP, may I park here?", From="Bo <bo@far.example>")
    office.works()
    assert office.mail("Parking").folder == "INBOX"
    assert office.mail("Parking").tags == {"Who?"}


def test_mail_from_a_shared_address_asks_who(office: Story) -> None:
    office.imports(
        "constituents", f"{PEOPLE}Ann Reed,reeds@home.example,\nBob Reed,reeds@home.example,\n"
    )
    office.receives("Parking", "Dear MP, may I park here?", From="reeds@home.example")
    office.works()
    assert office.mail("Parking").folder == "INBOX"
    assert "Who?" in office.mail("Parking").tags


def test_the_person_is_known_and_the_case_is_not(office: Story) -> None:
    office.case_with_folder()
    office.receives("A new matter", "The pothole in the road.\n\nAmina Khan")
    office.works()
    assert office.mail("A new matter").folder == "INBOX"
    assert "Which case?" in office.mail("A new matter").tags
    assert "Who?" not in office.mail("A new matter").tags


@pytest.mark.parametrize("sender", ["Amina Khan <amina@new.example>", "Amina <amina@khan.example>"])
def test_moved_into_the_folder_of_a_case_the_question_goes_away(office: Story, sender: str) -> None:
    case = office.case_with_folder()
    office.receives("Something else", "Dear MP", From=sender)
    office.works()
    assert office.mail("Something else").tags & {"Who?", "Which case?"}
    office.moves("Something else", office.case_folder(case))
    office.works(minutes=5)
    assert not office.mail("Something else").tags & {"Who?", "Which case?"}
    assert office.folder(case).holds("Something else")


def test_the_next_mail_from_an_address_that_was_learned_is_filed_alone(office: Story) -> None:
    case = office.case_with_folder(CEILING)
    office.receives("From my new address", "Dear MP", From="Amina Khan <amina@new.example>")
    office.works()
    assert office.mail("From my new address").folder == "INBOX"
    office.moves("From my new address", office.case_folder(case))
    office.works(minutes=5)
    # A name alone is nobody's, so it is the address that says whose it is.
    office.receives("Bathroom ceiling", "More of it.", From="Amina Khan <amina@new.example>")
    office.works(minutes=5)
    assert office.folder(case).holds("Bathroom ceiling")


def test_the_same_mail_from_an_address_that_nobody_taught_is_not_filed(office: Story) -> None:
    office.case_with_folder(CEILING)
    office.receives("Bathroom ceiling", "More of it.", From="Amina Khan <amina@new.example>")
    office.works(minutes=5)
    assert office.mail("Bathroom ceiling").folder == "INBOX"
    assert "Who?" in office.mail("Bathroom ceiling").tags


@pytest.mark.parametrize("sender", ["Neil Neighbour <neil@next.example>", "neil@next.example"])
def test_a_neighbours_mail_in_her_folder_does_not_make_their_address_hers(
    office: Story, sender: str
) -> None:
    case = office.case_with_folder()
    office.receives("The flat below", "I live below Mrs Khan.", From=sender)
    office.works()
    office.moves("The flat below", office.case_folder(case))
    office.works(minutes=5)
    assert office.addresses() == ("amina@khan.example",)
    office.receives("My own damp", "It is damp here too.", From=sender)
    office.works(minutes=5)
    assert office.mail("My own damp").folder == "INBOX"
    assert "Who?" in office.mail("My own damp").tags


def test_a_solicitors_mail_in_her_folder_does_not_make_their_address_hers(office: Story) -> None:
    case = office.case_with_folder()
    sender = "Sue Solicitor <sue@law.example>"
    office.receives("My client", "I act for Mrs Amina Khan, LS6 2AB.", From=sender)
    office.works()
    office.moves("My client", office.case_folder(case))
    office.works(minutes=5)
    assert office.addresses() == ("amina@khan.example",)
    office.receives("Another client", "I act for Mr Reed.", From=sender)
    office.works(minutes=5)
    assert office.mail("Another client").folder == "INBOX"


def test_a_mail_moved_before_we_ever_looked_teaches_as_well(office: Story) -> None:
    case = office.case_with_folder(CEILING)
    office.receives("At work", "Dear MP", From="Amina Khan <a.khan@work.example>")
    office.moves("At work", office.case_folder(case))  # before we ever looked
    office.works(minutes=5)
    office.receives("Bathroom ceiling", "More of it.", From="Amina Khan <a.khan@work.example>")
    office.works(minutes=5)
    assert office.folder(case).holds("Bathroom ceiling")


def test_a_sender_whom_our_own_server_disowns_is_never_filed_alone(an_office: StoryMaker) -> None:
    office = an_office(office={"authserv_ids": [MX]})
    case = office.case_with_folder()
    office.receives("Damp", f"My case is {case}.\n\nAmina Khan", Authentication_Results=FORGED)
    office.works()
    assert office.mail("Damp").folder == "INBOX"
    assert "Check sender" in office.mail("Damp").tags
    assert not office.mail("Damp").tags & {"Who?", "Which case?"}


def test_a_sender_whom_our_own_server_vouches_for_is_filed(an_office: StoryMaker) -> None:
    office = an_office(office={"authserv_ids": [MX]})
    case = office.case_with_folder()
    office.receives("Damp", f"My case is {case}.\n\nAmina Khan", Authentication_Results=GENUINE)
    office.works()
    assert office.folder(case).holds("Damp")
    assert "Check sender" not in office.mail("Damp").tags


def test_what_another_server_says_of_the_sender_is_ignored(an_office: StoryMaker) -> None:
    office = an_office(office={"authserv_ids": [MX]})
    case = office.case_with_folder()
    theirs = FORGED.replace(MX, "mx.elsewhere.example")
    office.receives("Damp", f"My case is {case}.\n\nAmina Khan", Authentication_Results=theirs)
    office.works()
    assert office.folder(case).holds("Damp")
    assert "Check sender" not in office.mail("Damp").tags


def test_a_mail_to_be_checked_may_be_moved_and_teaches_no_address(an_office: StoryMaker) -> None:
    office = an_office(office={"authserv_ids": [MX]})
    case = office.case_with_folder(CEILING)
    sender = "Amina Khan <amina@forged.example>"
    forged = FORGED.replace("khan.example", "forged.example")
    office.receives("Damp", "Dear MP", From=sender, Authentication_Results=forged)
    office.works()
    office.moves("Damp", office.case_folder(case))
    office.works(minutes=5)
    assert office.folder(case).holds("Damp")
    office.receives("Bathroom ceiling", "More of it.", From="Amina Khan <amina@forged.example>")
    office.works(minutes=5)
    assert office.mail("Bathroom ceiling").folder == "INBOX"
    assert "Who?" in office.mail("Bathroom ceiling").tags


def test_a_mail_to_be_checked_may_be_left_where_it_is(an_office: StoryMaker) -> None:
    office = an_office(office={"authserv_ids": [MX]})
    office.case_with_folder()
    office.receives("Damp", "Elm Court.\n\nAmina Khan", Authentication_Results=FORGED)
    office.works()
    office.works(days=30)
    assert office.mail("Damp").folder == "INBOX"
    assert "Check sender" in office.mail("Damp").tags


def test_a_question_that_a_person_takes_off_is_not_asked_again(office: Story) -> None:
    office.receives("Parking", "Dear MP, may I park here?", From="Bo <bo@far.example>")
    office.works()
    office.untags("Parking", "Who?")
    office.works(minutes=5)
    office.restarts()
    office.lists_afresh()
    office.works(days=1)
    assert office.mail("Parking").tags == frozenset()
