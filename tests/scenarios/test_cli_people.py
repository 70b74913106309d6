"""`review`, `explain` and `undo`: what waits for a person, why, and taking it back."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from mailbridge.domain.message import MessageKey, Oddity
from mailbridge.store import people, state
from mailbridge.store.engine import open_store
from tests.scenarios.office import COUNCIL, OfficeInATest

LETTER = "Dear Sir,\n\ncould you please repair the damp at Elm Court? Our ref {}.\n"
ANSWER = (
    "Dear Sir,\n\nThank you for your letter. In response to your enquiry, our surveyor inspected "
    "the flat on 20 November. We have repaired the wall and consider the matter closed.\n\n"
    "Yours faithfully\nAnytown Council\n"
)


@pytest.fixture
def office(tmp_path: Path) -> OfficeInATest:
    return OfficeInATest(tmp_path)


@pytest.fixture
def case(office: OfficeInATest) -> str:
    return office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")


def answered(office: OfficeInATest, case: str) -> tuple[str, str]:
    """A letter and its answer; their Message-IDs."""
    letter = office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    answer = office.receives(
        f"Re: Damp ({case})", ANSWER, From=f"Housing <{COUNCIL}>", In_Reply_To=f"<{letter}>"
    )
    office.works(minutes=5)
    return letter, answer


# --- review ------------------------------------------------------------------------------------


def test_nothing_waits_in_an_office_that_has_had_no_mail(office: OfficeInATest) -> None:
    said = office.runs("review")
    assert (said.code, said.out.strip()) == (0, "Nothing waits for a person.")


def test_mail_that_nobody_could_place_waits_with_what_speaks_for_whom(
    office: OfficeInATest, case: str
) -> None:
    office.receives("Bins", f"Somebody told me of {case}.", From="Bob <bob@nowhere.example>")
    office.works(minutes=5)
    (asked,) = office.asks("review")["asked"]
    assert asked["questions"] == ["Who?"]
    assert asked["folder"] == "INBOX"
    assert [each["name"] for each in asked["people"]] == ["Mrs Amina Khan"]
    said = office.runs("review")
    assert said.code == 1
    assert "perhaps from Mrs Amina Khan" in said.out
    assert f"perhaps about Khan, Amina – damp ({case})" in said.out
    assert "Tuesday 3 November 2026, 09:00, in INBOX" in said.out


def test_a_suggestion_waits_until_it_is_answered_in_outlook(
    office: OfficeInATest, case: str
) -> None:
    office.receives("My damp wall", f"My case is {case}. The flat is damp.\n\nAmina Khan")
    office.works(minutes=5)
    assert [each["tag"] for each in office.asks("review")["suggestions"]] == ["Housing"]
    (copy,) = next(copies for folder, copies in office.copies().items() if case in folder)
    office.mailbox.add_tags(copy.handle, ["Housing"])
    office.works(minutes=5)
    assert office.asks("review")["suggestions"] == []


def test_mail_set_aside_waits_until_somebody_has_seen_it(office: OfficeInATest) -> None:
    office.receives("Odd", "Odd")
    ((copy,),) = office.copies().values()
    store = open_store(office.url)
    with store.writing() as tx:
        oddity = Oddity("unreadable", "it cannot be read")
        state.put_aside(tx, "office", copy, MessageKey(""), oddity, office.now)
    store.close()
    said = office.runs("review")
    assert said.code == 1
    assert "1: in INBOX, Tuesday 3 November 2026, 09:00: it cannot be read (unreadable)" in said.out
    wrong = office.runs("review", "--seen", "7")
    assert (wrong.code, "No mail is set aside under 7." in wrong.err) == (2, True)
    assert office.runs("review", "7").code == 2
    assert office.asks("review", "--seen", "1")["seen"] == [1]
    assert office.runs("review").code == 0


# --- explain -----------------------------------------------------------------------------------


def test_a_filed_mail_is_explained_by_every_piece_of_evidence(
    office: OfficeInATest, case: str
) -> None:
    mail = office.receives("My damp wall", f"My case is {case}. The flat is damp.\n\nAmina Khan")
    office.works(minutes=5)
    (told,) = office.asks("explain", mail)
    codes = {piece["code"] for piece in told["pieces"]}
    assert {"reference", "address", "name"} <= codes
    assert (told["person"], told["case"]) == ("Mrs Amina Khan", f"Khan, Amina – damp ({case})")
    said = office.runs("explain", f"<{mail}>").out
    for words in (
        "for Mrs Amina Khan: written from amina@khan.example",
        f"quotes our reference {case}",
        "Housing: open",
        "rule housing-damp",
        f"Cases/Khan, Amina – damp ({case}), with Housing?",
        "done Tuesday 3 November 2026, 09:05",
    ):
        assert words in said


def test_evidence_against_is_told_as_well(office: OfficeInATest) -> None:
    mail = office.receives(
        "Bins", "Hello.\n\nZoltan Petrov", From="Zoltan Petrov <amina@khan.example>"
    )
    office.works(minutes=5)
    said = office.runs("explain", mail).out
    assert "against Mrs Amina Khan:" in said


def test_mails_that_share_a_message_id_are_each_explained(office: OfficeInATest) -> None:
    office.receives("First", "One", Message_ID="<same@mail.example>")
    office.receives("Second", "Two", Message_ID="<same@mail.example>", From="b@mail.example")
    office.works(minutes=5)
    said = office.runs("explain", "same@mail.example").out
    assert "2 mails share this Message-ID" in said
    assert "“First”" in said
    assert "“Second”" in said
    key = office.asks("explain", "same@mail.example")[0]["mail"]["key"]
    assert len(office.asks("explain", key)) == 1


def test_a_task_is_explained_by_how_its_day_was_counted(office: OfficeInATest, case: str) -> None:
    office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    said = office.runs("explain", f"{case}/1#1").out
    for words in (
        "It was sent on Tuesday 3 November 2026, and an answer may take 21 days.",
        "the first working day after that: Wednesday 25 November 2026",
        "What came since:\n  nothing",
        f"{case}/1#1: “Chase: Anytown Council",
    ):
        assert words in said
    assert office.runs("explain", f"{case}/1").out == said


def test_what_a_person_did_to_the_task_is_told(office: OfficeInATest, case: str) -> None:
    office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    for path in (office.home / "tasks").rglob("*.ics"):
        path.unlink()
    office.works(days=1)
    said = office.runs("explain", f"{case}/1#1").out
    assert "deleted by a person" in said
    assert "Nothing is chased: a person deleted its task." in said


def test_an_answer_is_explained_by_the_words_that_judged_it(
    office: OfficeInATest, case: str
) -> None:
    _, answer = answered(office, case)
    said = office.runs("explain", answer).out
    assert f"letter {case}/1: substantive" in said
    assert f"Letter {case}/1" not in office.runs("explain", case).err
    assert f"Letter {case}/1: substantive reply" in office.runs("explain", case).out


def test_the_unknown_is_told_with_what_comes_near(office: OfficeInATest) -> None:
    office.receives("First", "One", Message_ID="<abc-123456@mail.example>")
    office.works(minutes=5)
    for name in ("abc-12345", "abd-123456@mail.example"):
        said = office.runs("explain", name)
        assert said.code == 2
        assert f"mailbridge knows nothing called {name}." in said.err
        assert "near: abc-123456@mail.example" in said.err


# --- undo --------------------------------------------------------------------------------------


def test_undo_takes_a_filing_back_for_good(office: OfficeInATest, case: str) -> None:
    mail = office.receives("My damp wall", f"My case is {case}. The flat is damp.\n\nAmina Khan")
    office.works(minutes=5)
    said = office.runs("undo", mail)
    assert said.code == 0
    assert "Categories to be taken off: Housing?." in said.out
    assert "Carried out." in said.out
    assert office.folder("INBOX").tags("My damp wall") == frozenset()
    for _ in range(2):
        office.works(days=1)
    assert office.folder("INBOX").tags("My damp wall") == frozenset()
    (told,) = office.asks("explain", mail)
    assert (told["person"], told["case"]) == ("", "")
    assert told["decision"]["by_person"] is True


def test_undo_a_second_time_finds_nothing_to_take_back(office: OfficeInATest, case: str) -> None:
    mail = office.receives("My damp wall", f"My case is {case}. The flat is damp.\n\nAmina Khan")
    office.works(minutes=5)
    office.runs("undo", mail)
    wishes = office.asks("outbox", "list", "--state", "done", "--state", "due")
    assert "There was nothing to take back." in office.runs("undo", mail).out
    assert office.asks("outbox", "list", "--state", "done", "--state", "due") == wishes


def test_undo_beside_a_running_mailbridge_is_left_to_it_and_asked_for_once(
    office: OfficeInATest, case: str
) -> None:
    mail = office.receives("My damp wall", f"My case is {case}. The flat is damp.\n\nAmina Khan")
    office.works(minutes=5)
    store = open_store(office.url)
    with store.writing() as tx:
        # Process 1 always runs.
        holder = f"{socket.gethostname()}:1"
        state.take_lease(tx, "mailbox office", holder, office.now, timedelta(minutes=5), [])
    assert "The running mailbridge carries it out" in office.runs("undo", mail).out
    due = office.asks("outbox", "list", "--state", "due")
    assert {each["kind"] for each in due} == {"RemoveTags", "FileMessage"}
    assert "There was nothing to take back." in office.runs("undo", mail).out
    assert office.asks("outbox", "list", "--state", "due") == due
    assert office.folder(case).holds("My damp wall")
    with store.writing() as tx:
        state.give_back(tx, "mailbox office", holder)
    store.close()
    office.works(minutes=5)
    assert office.folder("INBOX").tags("My damp wall") == frozenset()


def test_undo_leaves_what_a_person_put_on(office: OfficeInATest, case: str) -> None:
    mail = office.receives("My damp wall", f"My case is {case}. The flat is damp.\n\nAmina Khan")
    office.works(minutes=5)
    (copy,) = next(copies for folder, copies in office.copies().items() if case in folder)
    office.mailbox.add_tags(copy.handle, ["Housing", "Own"])
    office.works(minutes=5)
    office.runs("undo", mail)
    assert office.folder("INBOX").tags("My damp wall") == {"Housing", "Own"}


def test_undo_leaves_a_mail_where_a_person_filed_it(office: OfficeInATest, case: str) -> None:
    other = office.opens("Khan, Amina – rent", "--constituent", "amina@khan.example")
    office.receives("Mine", f"My case is {other}.\n\nAmina Khan")
    mail = office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    office.works(minutes=5)
    (copy,) = next(copies for folder, copies in office.copies().items() if case in folder)
    rent = next(folder for folder in office.copies() if other in folder)
    office.mailbox.move(copy.handle, rent)
    office.works(minutes=5)
    said = office.runs("undo", mail)
    assert "their word stands" in said.out
    assert office.folder(other).holds("My damp wall")


def test_undo_before_it_was_carried_out_drops_what_was_planned(tmp_path: Path) -> None:
    office = OfficeInATest(tmp_path, answers={"daemon": {"effects": "hold"}})
    mail = office.receives("Bins", "Nobody empties them.", From="bob@nowhere.example")
    office.works(minutes=5)
    assert [each["state"] for each in office.asks("outbox", "list", "--state", "held")] != []
    assert "not yet carried out were dropped" in office.runs("undo", mail).out
    held = office.asks("outbox", "list", "--state", "held")
    assert not [each for each in held if each["kind"] == "AddTags"]


def test_undo_of_an_answer_lets_the_clock_run_again(office: OfficeInATest, case: str) -> None:
    _, answer = answered(office, case)
    assert office.titles() == ()
    assert office.folder(case).tags(f"Damp ({case})") == {"Answered"}
    said = office.runs("undo", answer)
    assert f"Letter {case}/1 awaits an answer again." in said.out
    office.works(minutes=5)
    assert office.folder(case).tags(f"Damp ({case})") == {"Awaiting answer"}
    assert len(office.titles()) == 1


def test_undo_of_a_letter_drops_it(office: OfficeInATest, case: str) -> None:
    letter = office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    assert f"Letter {case}/1 is dropped" in office.runs("undo", letter).out
    assert office.folder("Sent").tags("Damp") == frozenset()
    office.works(days=30)
    assert office.titles() == ()


def test_undo_unlearns_an_address(office: OfficeInATest, case: str) -> None:
    mail = office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    office.works(minutes=5)
    key = office.asks("explain", mail)[0]["mail"]["key"]
    store = open_store(office.url)
    with store.writing() as tx:
        people.learn_email(tx, "new@khan.example", 1, key, office.now)
    assert "Unlearned from it: new@khan.example." in office.runs("undo", mail).out
    with store.reading() as tx:
        assert people.denied(tx, ["new@khan.example"]) == {("new@khan.example", 1)}
    store.close()
