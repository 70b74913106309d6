"""`case`, `letter` and `outbox`: what the office keeps by hand."""

from pathlib import Path

import pytest

from mailbridge.domain.reference import is_reference
from tests.scenarios.office import COUNCIL, OfficeInATest

LETTER = "Dear Sir,\n\ncould you please repair the damp at Elm Court? Our ref {}.\n"


@pytest.fixture
def office(tmp_path: Path) -> OfficeInATest:
    return OfficeInATest(tmp_path)


@pytest.fixture
def case(office: OfficeInATest) -> str:
    return office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")


# --- case --------------------------------------------------------------------------------------


@pytest.mark.parametrize("constituent", ["Amina Khan", "mrs amina khan", "amina@khan.example", "1"])
def test_a_case_is_opened_for_somebody_by_name_address_or_number(
    office: OfficeInATest, constituent: str
) -> None:
    opened = office.asks("case", "open", "Khan – damp", "--constituent", constituent, "--sensitive")
    assert is_reference(opened["reference"])
    assert (opened["constituent_id"], opened["is_sensitive"]) == (1, True)
    assert opened["opened_on"] == "2026-11-03"


def test_nobody_is_guessed_at_when_a_case_is_opened(office: OfficeInATest) -> None:
    unknown = office.runs("case", "open", "Damp", "--constituent", "Mrs Amina Kahn")
    assert unknown.code == 2
    assert "Mrs Amina Khan" in unknown.err
    office.imports(
        "constituents",
        "Name,Email,Postcode\nMrs Amina Khan,amina@khan.example,LS6 2AB\n"
        "Mr Bilal Khan,bilal@khan.example,LS6 2AB\n",
    )
    several = office.runs("case", "open", "Damp", "--constituent", "Khan")
    assert (several.code, "may be any of 2 people" in several.err) == (2, True)
    assert office.asks("case", "list") == []


def test_a_caseworker_must_be_known(office: OfficeInATest) -> None:
    assert office.runs("case", "open", "Damp", "--caseworker", "sam@mp.example").code == 2
    office.imports("caseworkers", "Name,Email\nSam Placeholder,sam@mp.example\n")
    opened = office.asks("case", "open", "Damp", "--caseworker", "sam placeholder")
    assert opened["caseworker"] == "sam@mp.example"


def test_closing_a_case_moves_its_folder_and_ends_its_chases(
    office: OfficeInATest, case: str
) -> None:
    office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    assert len(office.titles()) == 1
    said = office.runs("case", "close", case.lower())
    assert said.code == 0
    assert "is now closed" in said.out
    office.works(minutes=5)
    assert office.titles() == ()
    assert list(office.copies()) == [f"Cases/Closed/Khan, Amina – damp ({case})"]
    assert "was already closed" in office.runs("case", "close", case).out


def test_reopening_a_case_brings_back_folder_and_chase(office: OfficeInATest, case: str) -> None:
    office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    office.runs("case", "close", case)
    office.works(minutes=5)
    office.runs("case", "reopen", case)
    office.works(minutes=5)
    assert list(office.copies()) == [f"Cases/Khan, Amina – damp ({case})"]
    assert len(office.titles()) == 1


def test_a_case_closed_and_reopened_before_anything_moved_stays_where_it_is(
    office: OfficeInATest, case: str
) -> None:
    office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.runs("case", "close", case)
    office.runs("case", "reopen", case)
    office.works(minutes=5)
    assert list(office.copies()) == [f"Cases/Khan, Amina – damp ({case})"]


def test_open_cases_are_listed_and_closed_ones_when_asked_for(
    office: OfficeInATest, case: str
) -> None:
    other = office.opens("Lee, Bob – rent")
    office.runs("case", "close", other)
    assert [each["reference"] for each in office.asks("case", "list")] == [case]
    everything = sorted(office.asks("case", "list", "--all"), key=lambda each: each["title"])
    assert sorted(each["reference"] for each in everything) == sorted([case, other])
    assert everything[0]["constituent"] == "Mrs Amina Khan"
    assert case in office.runs("case", "list").out


def test_a_case_tells_its_story_in_order(office: OfficeInATest, case: str) -> None:
    office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    office.works(minutes=5)
    office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    said = office.runs("case", "show", case).out
    lines = [
        "opened by a person",
        "Tuesday 3 November 2026, 09:00: Mail from amina@khan.example: “My damp wall”",
        f"Mail to {COUNCIL}: “Damp ({case})”",
        "Wednesday 25 November 2026, 09:10: task",
    ]
    places = [said.index(line) for line in lines[1:]]
    assert places == sorted(places)
    assert lines[0] in said
    assert f"{case}/1 to Anytown Council: awaiting, chase due Wednesday 25 November 2026" in said


def test_an_unknown_case_is_told_with_the_nearest(office: OfficeInATest, case: str) -> None:
    mistyped = case[:5] + ("C" if case[5] != "C" else "D") + case[6]
    said = office.runs("case", "show", mistyped)
    assert said.code == 2
    assert f"{case}: Khan, Amina – damp" in said.err


# --- letter ------------------------------------------------------------------------------------


def test_a_letter_by_post_is_chased_like_any_other(office: OfficeInATest, case: str) -> None:
    given = ("--sent", "2/11/2026", "--by", "post", "--subject", "The wall", "--their-ref", "H/118")
    letter = office.asks("letter", "add", case, "--to", "anytown council", *given)
    assert letter["id"] == f"{case}/1"
    assert letter["due"] == "2026-11-24"
    office.now = office.now.replace(day=24)
    office.works(minutes=5)
    assert office.titles() == (f"Chase: Anytown Council – Khan, damp ({case})",)
    (task,) = (office.home / "tasks").rglob("*.ics")
    assert "by post" in task.read_text()
    assert "H/118" in task.read_text()


def test_a_wait_of_its_own_is_counted_in_working_days(office: OfficeInATest, case: str) -> None:
    given = ("--sent", "2026-11-02", "--by", "phone", "--wait", "20 working days")
    said = office.runs("letter", "add", case, "--to", "Council", *given).out
    assert "So an answer was in time until Monday 30 November 2026." in said
    assert "Tuesday 1 December 2026" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "Anytwon Council", "--sent", "2026-11-02"), "Anytown Council"),
        (("--to", "Council", "--sent", "2027-01-02"), "still to come"),
        (("--to", "Council", "--sent", "soon"), "no date"),
        (("--to", "Council", "--sent", "2026-11-02", "--wait", "soon"), "no length of time"),
    ],
)
def test_a_letter_that_cannot_be_right_is_not_logged(
    office: OfficeInATest, case: str, words: tuple[str, ...], said: str
) -> None:
    ended = office.runs("letter", "add", case, "--by", "post", *words)
    assert ended.code == 2
    assert said in ended.err
    assert office.asks("letter", "list") == []


def test_a_closed_case_takes_no_letter(office: OfficeInATest, case: str) -> None:
    office.runs("case", "close", case)
    given = ("--to", "Council", "--sent", "2026-11-02", "--by", "web")
    assert "Reopen it first" in office.runs("letter", "add", case, *given).err


def test_letters_are_listed_by_case_by_what_they_await_and_by_what_is_overdue(
    office: OfficeInATest, case: str
) -> None:
    other = office.opens("Lee, Bob – rent")
    for name, sent in ((case, "2026-10-01"), (case, "2026-11-02"), (other, "2026-11-02")):
        office.runs("letter", "add", name, "--to", "Council", "--sent", sent, "--by", "post")
    office.runs("letter", "answered", f"{other}/1")

    def numbers(*words: str) -> list[str]:
        return sorted(each["id"] for each in office.asks("letter", "list", *words))

    assert numbers("--case", case) == [f"{case}/1", f"{case}/2"]
    assert numbers("--awaiting") == [f"{case}/1", f"{case}/2"]
    assert numbers("--overdue") == [f"{case}/1"]
    assert "overdue since" in " ".join(office.runs("letter", "list", "--overdue").out.split())


def test_a_doubtful_answer_is_settled_by_a_person(office: OfficeInATest, case: str) -> None:
    letter = office.sends(f"Damp ({case})", LETTER.format(case))
    office.works(minutes=5)
    office.works(days=22)
    words = "We went to the flat on 1 December and have repaired the damp."
    there = f"Housing <{COUNCIL}>"
    office.receives(f"Re: Damp ({case})", words, From=there, In_Reply_To=f"<{letter}>")
    office.works(minutes=5)
    assert [each["letter_id"] for each in office.asks("review")["doubtful"]] == [f"{case}/1"]
    office.runs("letter", "answered", f"{case}/1")
    office.works(minutes=5)
    assert office.asks("review")["doubtful"] == []
    assert office.titles() == ()
    assert office.folder(case).tags(f"Damp ({case})") == {"Answered"}
    office.runs("letter", "answered", f"{case}/1", "--not")
    office.works(minutes=5)
    assert office.folder(case).tags(f"Damp ({case})") == {"Awaiting answer"}
    assert len(office.titles()) == 1
    assert office.asks("review")["doubtful"] == []


def test_an_unknown_letter_is_told_with_those_of_its_case(office: OfficeInATest, case: str) -> None:
    office.runs("letter", "add", case, "--to", "Council", "--sent", "2026-11-02", "--by", "post")
    said = office.runs("letter", "answered", f"{case}/7")
    assert (said.code, f"{case}/1: to Anytown Council" in said.err) == (2, True)


# --- outbox ------------------------------------------------------------------------------------


@pytest.fixture
def watching(tmp_path: Path) -> OfficeInATest:
    """An office that only watches, with one mail in it."""
    office = OfficeInATest(tmp_path, answers={"daemon": {"effects": "hold"}})
    office.receives("Bins", "Nobody empties them.", From="bob@nowhere.example")
    office.works(minutes=5)
    return office


def held_tag(office: OfficeInATest) -> str:
    wishes = office.asks("outbox", "list", "--state", "held")
    return str(next(each["seq"] for each in wishes if each["kind"] == "AddTags"))


def test_what_is_held_is_done_once_it_is_released(watching: OfficeInATest) -> None:
    assert watching.folder("INBOX").tags("Bins") == frozenset()
    assert watching.runs("outbox", "release", held_tag(watching)).code == 0
    watching.works(minutes=5)
    assert watching.folder("INBOX").tags("Bins") == {"Who?"}


def test_everything_held_is_released_at_once(watching: OfficeInATest) -> None:
    watching.runs("outbox", "release", "--all")
    assert watching.asks("outbox", "list", "--state", "held") == []


def test_what_is_dropped_is_never_done(watching: OfficeInATest) -> None:
    number = held_tag(watching)
    watching.runs("outbox", "drop", number)
    watching.works(days=1)
    assert watching.folder("INBOX").tags("Bins") == frozenset()
    again = watching.runs("outbox", "release", number)
    assert (again.code, f"{number} is dropped" in again.err) == (2, True)


def test_what_is_due_can_be_held_back(watching: OfficeInATest) -> None:
    number = held_tag(watching)
    watching.runs("outbox", "release", number)
    watching.runs("outbox", "hold", number)
    watching.works(minutes=5)
    assert watching.folder("INBOX").tags("Bins") == frozenset()


def test_one_wrong_number_changes_nothing(watching: OfficeInATest) -> None:
    number = held_tag(watching)
    said = watching.runs("outbox", "release", number, "999")
    assert (said.code, "999 is not there" in said.err) == (2, True)
    assert held_tag(watching) == number
    assert watching.runs("outbox", "release").code == 2
    assert watching.runs("outbox", "release", number, "--all").code == 2
    assert watching.runs("outbox", "list", "--state", "lost").code == 2


def test_what_stopped_is_tried_again(tmp_path: Path) -> None:
    office = OfficeInATest(tmp_path, answers={"daemon": {"effects": "hold"}})
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    office.works(minutes=5)
    ((copy,),) = office.copies().values()
    elsewhere = office.mailbox.move(copy.handle, "Own")
    office.works(minutes=5)
    office.runs("outbox", "release", "--all")
    office.works(minutes=5)
    (stopped,) = office.asks("outbox", "list", "--state", "stopped")
    assert stopped["result"] == "a person moved it elsewhere: it stays there"
    assert "a person moved it elsewhere" in office.runs("review").out
    office.mailbox.move(elsewhere, "INBOX")
    office.works(minutes=5)
    office.runs("outbox", "retry", str(stopped["seq"]))
    office.works(minutes=5)
    assert office.folder(case).holds("My damp wall")
    done = office.runs("outbox", "retry", str(stopped["seq"]))
    assert (done.code, "is done" in done.err) == (2, True)
