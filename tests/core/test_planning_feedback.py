"""What a person's doings in Outlook teach, and that our own teach nothing."""

from dataclasses import replace

import pytest

from mailbridge.domain.casework import Case, CaseState
from mailbridge.domain.finding import Facet
from mailbridge.domain.message import Direction, Folder, Role
from mailbridge.domain.office import Office
from mailbridge.planning.feedback import (
    Before,
    Did,
    FolderDid,
    Lesson,
    Now,
    folder_lessons,
    lessons,
)
from mailbridge.tagging.framework import Framework, Tag

FRAMEWORK = Framework(
    (Tag("Housing", Facet.ISSUE, "blue", "Homes."), Tag("Urgent", Facet.URGENCY, "red", "Soon."))
)
OFFICE = Office()
KHAN = Case("K4T7-29", "Khan – damp", folder="Cases/Khan – damp (K4T7-29)", folder_id="f1")
SMITH = Case("2222-2C", "Smith – parking", folder="Cases/Smith – parking (2222-2C)", folder_id="f2")
NOWHERE = Before(frozenset(), "", by_person=False, was_filed=False)
IN_INBOX = Now("INBOX", Role.INBOX, frozenset(), Direction.INBOUND)
IN_KHAN = replace(IN_INBOX, folder=KHAN.folder, role=Role.OTHER)
FILED_BY_US = Before(frozenset(), "K4T7-29", by_person=False, was_filed=True)


def learned(before: Before, now: Now) -> tuple[Lesson, ...]:
    return lessons(before, now, (KHAN, SMITH), FRAMEWORK)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(NOWHERE, IN_INBOX, (), id="a mail that stays teaches nothing"),
        pytest.param(
            NOWHERE,
            IN_KHAN,
            (Lesson(Did.FILED, "K4T7-29"),),
            id="moved into a case's folder: it belongs there",
        ),
        pytest.param(
            NOWHERE,
            replace(IN_KHAN, folder=f"{KHAN.folder}/Photos"),
            (Lesson(Did.FILED, "K4T7-29"),),
            id="a folder below a case's folder is the case's too",
        ),
        pytest.param(
            NOWHERE, replace(IN_KHAN, folder=f"{KHAN.folder} old"), (), id="a longer name is not"
        ),
        pytest.param(
            replace(NOWHERE, case_reference="K4T7-29"),
            IN_KHAN,
            (Lesson(Did.FILED, "K4T7-29"),),
            id="moved where we would have: a person's word from now on",
        ),
        pytest.param(FILED_BY_US, IN_KHAN, (), id="it lies where we filed it: nothing new"),
        pytest.param(
            replace(NOWHERE, was_elsewhere=True, tags=frozenset({"Who?"})),
            replace(IN_KHAN, folder="Thanks", tags=frozenset({"Who?"})),
            (Lesson(Did.PUT_AWAY),),
            id="put into a folder of their own: the question is answered",
        ),
        pytest.param(
            replace(NOWHERE, tags=frozenset({"Who?"})),
            replace(IN_KHAN, folder="Thanks", tags=frozenset({"Who?"})),
            (),
            id="it lay there before: nobody moved it",
        ),
        pytest.param(
            replace(NOWHERE, case_reference="K4T7-29", by_person=True),
            IN_KHAN,
            (),
            id="a person's word is learned once",
        ),
        pytest.param(
            replace(NOWHERE, our_folders=frozenset({KHAN.folder})),
            IN_KHAN,
            (),
            id="our own move, seen before it was settled",
        ),
        pytest.param(
            replace(FILED_BY_US, our_folders=frozenset({KHAN.folder})),
            replace(IN_KHAN, folder=SMITH.folder),
            (Lesson(Did.FILED, "2222-2C"),),
            id="moved elsewhere than where we are moving it",
        ),
        pytest.param(
            FILED_BY_US,
            replace(IN_KHAN, folder=SMITH.folder),
            (Lesson(Did.FILED, "2222-2C"),),
            id="moved from one case to another",
        ),
        pytest.param(
            FILED_BY_US,
            IN_INBOX,
            (Lesson(Did.UNFILED, "K4T7-29"),),
            id="moved back to the inbox: the filing is undone",
        ),
        pytest.param(
            replace(FILED_BY_US, by_person=True),
            replace(IN_INBOX, folder="Sent", role=Role.SENT),
            (Lesson(Did.UNFILED, "K4T7-29"),),
            id="moved back to Sent, too, and whoever filed it",
        ),
        pytest.param(
            replace(FILED_BY_US, was_filed=False),
            IN_INBOX,
            (),
            id="decided but never filed: lying in the inbox undoes nothing",
        ),
        pytest.param(
            FILED_BY_US,
            replace(IN_INBOX, folder="To print", role=Role.OTHER),
            (),
            id="put into a folder of the office's own: nothing is undone",
        ),
        pytest.param(
            replace(FILED_BY_US, case_reference=""), IN_INBOX, (), id="no case, nothing to undo"
        ),
    ],
)
def test_where_a_mail_lies_teaches(before: Before, now: Now, expected: tuple[Lesson, ...]) -> None:
    assert learned(before, now) == expected


def tags(*names: str) -> frozenset[str]:
    return frozenset(names)


ACCEPTED = Lesson(Did.ACCEPTED, "Housing")
DECLINED = Lesson(Did.DECLINED, "Housing")


@pytest.mark.parametrize(
    ("was", "ours", "now", "expected"),
    [
        pytest.param(tags(), tags(), tags("Housing"), (ACCEPTED,), id="put on by a person"),
        pytest.param(
            tags("Housing?"), tags(), tags("Housing?", "Housing"), (ACCEPTED,), id="accepted"
        ),
        pytest.param(
            tags("Housing?"), tags(), tags("Housing"), (ACCEPTED,), id="accepted by renaming"
        ),
        pytest.param(tags("Housing?"), tags(), tags(), (DECLINED,), id="suggestion taken off"),
        pytest.param(tags("Housing"), tags(), tags(), (DECLINED,), id="tag taken off"),
        pytest.param(
            tags("Housing", "Housing?"), tags(), tags("Housing"), (), id="tidied up: no verdict"
        ),
        pytest.param(tags("Housing"), tags(), tags("Housing"), (), id="unchanged"),
        pytest.param(tags(), tags("Housing"), tags("Housing"), (), id="we are putting it on"),
        pytest.param(tags("Housing?"), tags("Housing?"), tags(), (), id="we are taking it off"),
        pytest.param(tags(), tags(), tags("Housing?"), (), id="a question is no answer"),
        pytest.param(tags("Own"), tags(), tags("Other"), (), id="the office's own categories"),
        pytest.param(
            tags("Urgent"),
            tags(),
            tags("Housing"),
            (ACCEPTED, Lesson(Did.DECLINED, "Urgent")),
            id="one on, one off, in the framework's order",
        ),
        pytest.param(
            tags(), tags("Urgent"), tags("Housing", "Urgent"), (ACCEPTED,), id="only theirs counts"
        ),
        pytest.param(
            tags(), tags(), tags("Awaiting answer"), (), id="inbound mail awaits no answer"
        ),
    ],
)
def test_a_category_put_on_or_taken_off_teaches(
    was: frozenset[str], ours: frozenset[str], now: frozenset[str], expected: tuple[Lesson, ...]
) -> None:
    before = replace(NOWHERE, tags=was, our_tags=ours)
    assert learned(before, replace(IN_INBOX, tags=now)) == expected


@pytest.mark.parametrize("direction", [Direction.OUTBOUND, Direction.INTERNAL])
@pytest.mark.parametrize(
    ("was", "ours", "now", "expected"),
    [
        (tags(), tags(), tags("Awaiting answer"), (Did.AWAITS,)),
        (tags("Awaiting answer"), tags(), tags(), (Did.AWAITS_NOT,)),
        (tags(), tags(), tags("Answered"), (Did.ANSWERED,)),
        (tags("Answered"), tags(), tags(), (Did.UNANSWERED,)),
        (tags(), tags("Awaiting answer"), tags("Awaiting answer"), ()),
        (tags("Answered"), tags("Answered"), tags(), ()),
        # Both in one go: what was taken off is learned before what was put on, so that the last
        # word is what now stands on the mail.
        (tags("Awaiting answer"), tags(), tags("Answered"), (Did.AWAITS_NOT, Did.ANSWERED)),
        (tags("Answered"), tags(), tags("Awaiting answer"), (Did.UNANSWERED, Did.AWAITS)),
    ],
)
def test_the_clock_of_a_sent_mail_is_set_by_its_categories(
    direction: Direction,
    was: frozenset[str],
    ours: frozenset[str],
    now: frozenset[str],
    expected: tuple[Did, ...],
) -> None:
    found = learned(
        replace(NOWHERE, tags=was, our_tags=ours),
        Now("Sent", Role.SENT, now, direction),
    )
    assert tuple(each.did for each in found) == expected


def test_where_a_mail_belongs_is_learned_before_what_it_is_about() -> None:
    now = replace(IN_KHAN, tags=tags("Housing"))
    assert learned(NOWHERE, now) == (Lesson(Did.FILED, "K4T7-29"), ACCEPTED)


# --- folders -----------------------------------------------------------------------------------

F = Folder
OTHER = Role.OTHER
HERE = F(KHAN.folder, OTHER, "f1")
PLAIN = Case("K4T7-29", "Khan – damp", folder="Cases/Khan – damp", folder_id="f1")


def told(case: Case, *folders: Folder) -> list[tuple[FolderDid, str, str, str]]:
    found = folder_lessons(folders, (case, SMITH), OFFICE)
    return [(each.did, each.folder.name, each.title, each.reference) for each in found]


def test_folders_as_we_know_them_say_nothing() -> None:
    assert told(KHAN, F("INBOX", Role.INBOX), F("Cases"), F("Cases/Closed"), HERE) == []


@pytest.mark.parametrize(
    "name",
    [
        "Cases",
        "Cases/Closed",
        "Khan – damp",
        "Projects/Khan – damp",
        "Cases/Khan – damp (K4T7-29)/Photos",
        "Cases/Closed/Khan – damp/2024",
    ],
)
def test_only_direct_children_of_the_folders_of_cases_are_cases(name: str) -> None:
    assert told(SMITH, F(name)) == []


def test_a_new_folder_opens_a_case_with_its_name_as_title() -> None:
    assert told(KHAN, HERE, F("Cases/Jones – school ", id="f9")) == [
        (FolderDid.MADE, "Cases/Jones – school ", "Jones – school", "")
    ]


def test_a_folder_that_only_looks_like_a_reference_opens_a_case() -> None:
    # The check character is wrong, and a right one that no case has is nobody's either.
    for name in ("Cases/Jones (K4T7-2A)", "Cases/Jones (3333-3Y)"):
        assert [did for did, *_ in told(KHAN, HERE, F(name))] == [FolderDid.MADE]


@pytest.mark.parametrize(
    ("case", "folder", "expected"),
    [
        pytest.param(
            KHAN,
            F("Cases/Khan – mould (K4T7-29)", OTHER, "f1"),
            [FolderDid.RENAMED, FolderDid.FOUND],
            id="renamed with its reference",
        ),
        pytest.param(
            replace(KHAN, folder_id=""),
            F("Cases/Khan – mould (K4T7-29)"),
            [FolderDid.RENAMED, FolderDid.FOUND],
            id="renamed with its reference, where folders have no ids",
        ),
        pytest.param(
            KHAN,
            F("Cases/Khan – mould", OTHER, "f1"),
            [FolderDid.RENAMED, FolderDid.FOUND],
            id="renamed without its reference, known by its id",
        ),
        pytest.param(
            KHAN,
            F("Cases/Khan – damp", OTHER, "f1"),
            [FolderDid.FOUND],
            id="the reference taken off: the title is the same",
        ),
        pytest.param(
            KHAN,
            F("Cases/Closed/Khan – damp (K4T7-29)", OTHER, "f1"),
            [FolderDid.CLOSED, FolderDid.FOUND],
            id="moved under Closed",
        ),
        pytest.param(
            replace(KHAN, state=CaseState.CLOSED, folder="Cases/Closed/Khan – damp (K4T7-29)"),
            HERE,
            [FolderDid.REOPENED, FolderDid.FOUND],
            id="moved back",
        ),
        pytest.param(
            KHAN,
            F("Cases/Closed/Khan – done (K4T7-29)", OTHER, "f1"),
            [FolderDid.CLOSED, FolderDid.RENAMED, FolderDid.FOUND],
            id="moved under Closed and renamed in one go",
        ),
        pytest.param(
            replace(KHAN, folder_id=""),
            HERE,
            [FolderDid.FOUND],
            id="its lasting id is learned",
        ),
        pytest.param(
            replace(KHAN, folder="", folder_id=""),
            HERE,
            [FolderDid.FOUND],
            id="a case from the register whose folder somebody made by hand",
        ),
    ],
)
def test_what_people_do_to_a_case_folder(
    case: Case, folder: Folder, expected: list[FolderDid]
) -> None:
    found = told(case, folder)
    assert [did for did, *_ in found] == expected
    assert {(name, reference) for _, name, _, reference in found} == {(folder.name, "K4T7-29")}


def test_a_second_folder_that_claims_a_case_is_none() -> None:
    copy = F("Cases/A copy of Khan (K4T7-29)", OTHER, "f7")
    assert told(KHAN, copy, HERE) == []
    no_ids = replace(KHAN, folder_id="")
    assert told(no_ids, F(copy.name), F(HERE.name)) == []


def test_of_two_new_folders_with_one_reference_only_the_first_is_the_cases() -> None:
    found = told(replace(KHAN, folder_id=""), F("Cases/B (K4T7-29)"), F("Cases/A (K4T7-29)"))
    assert {name for _, name, _, _ in found} == {"Cases/A (K4T7-29)"}


def test_the_reference_in_a_name_outranks_the_id() -> None:
    # Somebody made Smith's folder anew by dragging mail into one that had been Khan's.
    found = told(KHAN, F("Cases/Smith – parking (2222-2C)", OTHER, "f1"))
    assert [(did, reference) for did, _, _, reference in found] == [(FolderDid.FOUND, "2222-2C")]


def test_a_lasting_id_outranks_a_name_that_another_folder_took_over() -> None:
    renamed = F("Cases/Khan – mould", OTHER, "f1")
    new = F("Cases/Khan – damp", OTHER, "f9")
    assert [(did, name) for did, name, _, _ in told(PLAIN, renamed, new)] == [
        (FolderDid.RENAMED, renamed.name),
        (FolderDid.FOUND, renamed.name),
    ]


def test_two_folders_that_exchanged_their_names_are_told_apart_by_their_ids() -> None:
    smith = replace(SMITH, folder="Cases/Smith – parking")
    folders = (
        F("Cases/Khan – damp", OTHER, "f2"),
        F("Cases/Smith – parking", OTHER, "f1"),
    )
    found = folder_lessons(folders, (PLAIN, smith), OFFICE)
    assert {(each.reference, each.folder.name) for each in found} == {
        ("K4T7-29", "Cases/Smith – parking"),
        ("2222-2C", "Cases/Khan – damp"),
    }


def test_a_folder_that_is_gone_closes_nothing() -> None:
    assert told(KHAN, F("INBOX", Role.INBOX)) == []


def test_the_office_names_its_own_folders() -> None:
    office = Office(cases_folder="Work/Cases", closed_folder="Work/Done")
    found = folder_lessons((F("Work/Done"), F("Work/Cases/Jones"), F("Work/Done/Old")), (), office)
    assert [each.folder.name for each in found] == ["Work/Cases/Jones", "Work/Done/Old"]


def test_learning_the_same_folders_a_second_time_says_nothing() -> None:
    renamed = F("Cases/Closed/Khan – mould (K4T7-29)", OTHER, "f1")
    after = replace(KHAN, folder=renamed.name, title="Khan – mould", state=CaseState.CLOSED)
    assert told(KHAN, renamed)
    assert told(after, renamed) == []
